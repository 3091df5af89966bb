"""What was done to a meter: how often, and the last ten times with who and what (M61, M62)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

KEPT = 10
"""Records of each kind (dlt645 §8)."""


class Operation(Enum):
    """What leaves a record."""

    PROGRAMMING = auto()
    METER_CLEAR = auto()
    DEMAND_CLEAR = auto()
    EVENT_CLEAR = auto()
    CLOCK_SET = auto()
    DAY_TABLES = auto()
    ZONE_TABLES = auto()
    SETTLEMENT = auto()
    COVER = auto()
    TAIL_COVER = auto()
    TRIP = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class Done:
    """One record. ``moment`` is true time, ``shown`` what the meter's clock showed."""

    moment: datetime
    shown: datetime
    operator: str
    detail: Any = None
    """What this kind of record tells besides."""


class Journal:
    """All records of one meter."""

    def __init__(self) -> None:
        self._times: dict[Operation, int] = {}
        self._last: dict[Operation, list[Done]] = {}

    def note(self, operation: Operation, done: Done) -> None:
        """Keep a record; the eleventh drops the oldest."""
        self._times[operation] = self.times(operation) + 1
        self._last[operation] = [done, *self._last.get(operation, [])][:KEPT]

    def times(self, operation: Operation) -> int:
        """Return how often it was done."""
        return self._times.get(operation, 0)

    def last(self, operation: Operation, number: int = 1) -> Done | None:
        """Return the last record, or the one ``number`` back."""
        records = self._last.get(operation, [])
        return records[number - 1] if 0 < number <= len(records) else None

    def clear(self, *operations: Operation) -> None:
        """Forget records and counts of some kinds."""
        for operation in operations:
            self._times.pop(operation, None)
            self._last.pop(operation, None)


@dataclass(frozen=True, slots=True)
class Loss:
    """A phase that was without voltage, in true time; ``end`` is ``None`` while it lasts."""

    phase: int
    start: datetime
    end: datetime | None = None

    def minutes(self, now: datetime) -> int:
        """Return how long it lasted so far."""
        return int(((self.end or now) - self.start).total_seconds() // 60)
