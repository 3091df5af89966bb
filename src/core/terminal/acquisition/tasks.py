"""What acquisition orders from the worker of a port, and whom it tells what a port could not do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from core.quantities import Wanted
from core.terminal.archive import Meter
from core.terminal.readings import History, Reading


class Purpose(Enum):
    """Why a meter is asked; in the order of service (device behaviour 6.1 rule 4)."""

    READ_NOW = "read now"
    """Points a person named; a person waits, as with a relayed request."""
    HOUR = "hour"
    CURVE = "curve"
    READ_AGAIN = "read again"
    """A whole port, by order."""
    DAY = "day pass"
    READING_DAY = "reading day"
    INTERVAL = "interval"
    SUPPLEMENT = "supplement"

    @property
    def automatic(self) -> bool:
        """Tell whether it obeys windows, idle time and the control word of F33."""
        return self not in ORDERED


ORDERED = frozenset({Purpose.READ_NOW, Purpose.READ_AGAIN})


@dataclass(frozen=True, slots=True)
class Ask:
    """Put one question to one meter."""

    meter: Meter
    wanted: Wanted
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class BroadcastTime:
    """Tell all meters of the port the terminal's time."""

    port: int


@dataclass(frozen=True, slots=True)
class BroadcastFreeze:
    """Order all meters of the port to freeze now."""

    port: int


@dataclass(frozen=True, slots=True)
class Search:
    """Ask "who is there" once: one request to a wildcard address.

    Protocol 30: read address (13H); 1: a read of 9010H. ``pattern``: twelve characters, ``A`` for any digit.
    """

    port: int
    pattern: str
    protocol: int
    speed: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What answered a `Search`: nobody, one address, or several at once (damaged bytes)."""

    address: str | None = None
    collided: bool = False


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """A meter on the line, archived or not (0C F13)."""

    address: str
    protocol: int


Task = Ask | BroadcastTime | BroadcastFreeze | Search


class Sink(Protocol):
    """Takes what is worth an event, and what may be."""

    def point_read(self, history: History, readings: Sequence[Reading]) -> None:
        """A walk is through with a point; these values of it are stored (7.1 rule 3)."""
        ...

    def time_broadcast(self, port: int, at: datetime) -> None:
        """The meters of a port were told the time."""
        ...

    def meters_found(self, port: int, found: Sequence[FoundMeter], whole: bool) -> None:
        """A search is over, or was given up (not ``whole``): all meters it heard (ERC35)."""
        ...

    def port_failed(self, port: int) -> None:
        """Every point of a full pass failed: ERC21 code 4 (6.3). Once until one answers again."""
        ...

    def point_missing(self, point: int, begin: bool) -> None:
        """The day's freeze is missing at the end of the period: ERC31, its start and its end (6.4)."""
        ...


class Deaf:
    """A sink for whoever records no events."""

    def point_read(self, history: History, readings: Sequence[Reading]) -> None:
        """Nothing."""

    def time_broadcast(self, port: int, at: datetime) -> None:
        """Nothing."""

    def meters_found(self, port: int, found: Sequence[FoundMeter], whole: bool) -> None:
        """Nothing."""

    def port_failed(self, port: int) -> None:
        """Nothing."""

    def point_missing(self, point: int, begin: bool) -> None:
        """Nothing."""
