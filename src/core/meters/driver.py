"""What every meter family offers to whoever reads meters: a sans-IO driver over the common vocabulary.

Strategy
- A driver serves one line. One question at a time: ``ask`` starts it, every byte that arrives goes into
  ``feed``, ``tick`` is called at ``deadline``; the commands say what to send and how the question ended.
- A question may take several exchanges (a login, blocks, follow-ups); it ends with exactly one ``Finished``.
- "The meter has no such thing" is an answer (`Outcome.UNSUPPORTED`), never a failure.
- The line must stand at ``Access.speed`` before ``ask``; families that change speed say so with ``Retune``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from core.quantities import Value, Wanted


@dataclass(frozen=True, slots=True)
class Speed:
    """How characters travel on the bus."""

    baud: int = 2400
    parity: str = "E"
    data_bits: int = 8
    stop_bits: int = 1

    @property
    def bits(self) -> int:
        """Bits of one character on the wire, from the start bit to the last stop bit."""
        return 1 + self.data_bits + (self.parity != "N") + self.stop_bits


@dataclass(frozen=True, slots=True)
class Access:
    """What a driver must know to reach one meter; from the archive (AFN04 F10)."""

    address: str
    """Twelve digits as on the nameplate."""
    protocol: int
    """Protocol code of F10."""
    password: bytes = b"\0" * 6
    tariffs: int = 4
    speed: Speed = Speed()


class Outcome(Enum):
    """How a question ended."""

    READ = "read"
    UNSUPPORTED = "not supported"
    SILENT = "no answer"
    BROKEN = "damaged answer"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a question; ``value`` only with `Outcome.READ` (its shape: `core.quantities.SHAPES`)."""

    wanted: Wanted
    outcome: Outcome
    value: Value | None = None
    reason: str = ""
    tries: int = 1
    """Sends that the longest exchange needed; 0 where the driver knew without asking."""


@dataclass(frozen=True, slots=True)
class Send:
    """Put these bytes on the bus after ``delay`` seconds."""

    raw: bytes
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Retune:
    """Set the line to another speed before the next byte."""

    speed: Speed


@dataclass(frozen=True, slots=True)
class Finished:
    """The question is over."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Over:
    """An errand has ended; its result is its own."""


Command = Send | Retune | Finished
Step = Send | Over
"""What an errand says: anything else than a question that goes over a port."""


class Driver(Protocol):
    """The reading end of one family on one line."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, in monotonic seconds."""
        ...

    def ask(self, meter: Access, wanted: Wanted, now: float) -> list[Command]:
        """Start a question; ``UsageError`` while another is open."""
        ...

    def feed(self, data: bytes, now: float) -> list[Command]:
        """Take bytes that arrived, whatever they are."""
        ...

    def tick(self, now: float) -> list[Command]:
        """Let time pass."""
        ...

    def cancel(self) -> None:
        """Give the question up; its answer will not be heard."""
        ...

    def broadcast_time(self, moment: datetime, now: float) -> list[Command]:
        """Tell all meters the time; nothing where the family knows no such order (no ``Finished``)."""
        ...

    def broadcast_freeze(self, now: float) -> list[Command]:
        """Order all meters to freeze now; nothing where the family knows no such order."""
        ...
