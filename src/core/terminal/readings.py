"""Values of meters over time: what is kept, how it is dated, where it came from.

Device behaviour 6.6, Z1 to Z8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol

from core.quantities import Quantity, Value


class Kind(Enum):
    """The stores that are kept apart (M87); ``depth`` is how many slots a point has, 0: one, the newest."""

    __hash__ = object.__hash__  # quicker than that of the name: rings are keyed by it

    CURRENT = "current"
    DAY = "day"
    READING_DAY = "reading day"
    MONTH = "month"
    HOUR = "hour"
    CURVE = "curve"


DEPTH: dict[Kind, int] = {Kind.CURRENT: 1, Kind.DAY: 32, Kind.READING_DAY: 12, Kind.MONTH: 12, Kind.HOUR: 254}
"""Slots per point (M65, M75, M85, M86)."""
CURVE_DAYS = 32
"""Days of curves that are kept."""
CURRENT_STAMP = datetime(2000, 1, 1)
"""Stamp of the one slot of `Kind.CURRENT`."""


class Source(Enum):
    """Where a value came from (Z3)."""

    FREEZE = "meter freeze"
    SUBSTITUTE = "current value substituted"
    RELAY = "relay"
    CURRENT = "current value"


class History(NamedTuple):
    """Whose values: a change of address or protocol starts another history of the same point (Z5)."""

    point: int
    address: str
    protocol: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One slot (Z3). ``stamp``: 00:00 of the day that ended or of the reading day, of the first day of the
    month that ended, the full hour, the moment of a curve point; `CURRENT_STAMP`."""

    kind: Kind
    stamp: datetime
    quantity: Quantity
    value: Value
    read_at: datetime
    source: Source
    attempts: int = 1


class Readings(Protocol):
    """The keeper of all values. Rings drop their oldest slot by themselves."""

    @property
    def faulty(self) -> bool:
        """True after values could not be kept, until some are: an alarm source (device behaviour part 4)."""
        ...

    def put(self, history: History, readings: Sequence[Reading]) -> None:
        """Keep all or none; whole on return. A substitute never replaces what is there, anything replaces a
        substitute (Z4). Stamps are whole minutes (``UsageError``), reading times are kept to the second.
        ``StoreError`` when impossible.
        """
        ...

    def at(self, history: History, kind: Kind, stamp: datetime, quantity: Quantity) -> Reading | None:
        """Return one slot, ``None`` if nothing is there."""
        ...

    def between(
        self, history: History, kind: Kind, quantity: Quantity, start: datetime, end: datetime
    ) -> tuple[Reading, ...]:
        """Return the slots with ``start`` <= stamp < ``end``, oldest first."""
        ...

    def histories(self) -> tuple[History, ...]:
        """Return everything that has values, in the order they began."""
        ...

    def clear(self) -> None:
        """Forget all values (AFN01 F2 to F4)."""
        ...

    def note(self, kind: Kind, stamp: datetime, name: str, value: int) -> None:
        """Keep a statistic of the terminal itself, by day or month (M66, M76, M79 to M81)."""
        ...

    def noted(self, kind: Kind, stamp: datetime, name: str) -> int | None:
        """Return such a statistic."""
        ...
