"""How a port reads (AFN04 F33, part A §7.5; device behaviour 6.2), in minutes of the day."""

from dataclasses import dataclass
from datetime import datetime

from core.gdw376.units.afn04 import PortReading

DAY = 24 * 60
IDLE_FROM, IDLE_TO = 23 * 60 + 55, 5
"""Ports idle from 23:55 to 00:05."""
PERIOD_END = 23 * 60
"""End of the supplementary reading of a day."""
SUPPLEMENT_EVERY = 60
"""Minutes between two rounds of supplementary reading."""


def minute_of(moment: datetime) -> int:
    """Minutes since midnight."""
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True, slots=True)
class PortSettings:
    """F33 of one port; factory values of part 10."""

    forbidden: bool = False
    key_only: bool = False
    broadcast_freeze: bool = False
    broadcast_clock: bool = True
    search: bool = False
    status_word: bool = True
    days: frozenset[int] = frozenset(range(1, 32))
    reading_at: int = 5
    """Minute of the day."""
    interval: int = 60
    """Minutes; 0: never."""
    clock_day: int = 0
    """Day of the month for the broadcast; 0: every day."""
    clock_at: int = 90
    windows: tuple[tuple[int, int], ...] = ((0, DAY),)
    """From minute to minute; an end before its start goes over midnight."""

    def in_window(self, minute: int) -> bool:
        """Tell whether automatic reading is allowed at this minute."""
        if minute >= IDLE_FROM or minute < IDLE_TO:
            return False
        return any(
            start <= minute < end if start < end else minute >= start or minute < end
            for start, end in self.windows
        )

    @property
    def with_day_freeze(self) -> bool:
        """Tell whether the reading day's values are the freezes of its 00:00: reading times before 01:00."""
        return self.reading_at < 60

    @property
    def period_end(self) -> int:
        """When the reading of a day is given up: 23:00, or the end of the last window (6.4 rule 4)."""
        whole = any(start >= end for start, end in self.windows) or not self.windows
        return PERIOD_END if whole else min(PERIOD_END, max(end for _, end in self.windows))

    @property
    def edges(self) -> frozenset[int]:
        """Minutes at which something may begin or end by itself."""
        windows = {edge % DAY for window in self.windows for edge in window}
        fixed = {0, IDLE_TO, 10, 60, IDLE_FROM, 23 * 60 + 50}
        own = {self.reading_at, self.clock_at, (self.clock_at + 60) % DAY, self.period_end}
        return frozenset(windows | fixed | own)


def settings_of(block: PortReading) -> PortSettings:
    """Read one block of F33; times that say "no value" keep their factory value."""
    control, factory = block.control, PortSettings()
    windows = tuple(
        (_minute(w.start.hour, w.start.minute), _end(w.end.hour, w.end.minute))
        for w in block.windows
        if w.start is not None and w.end is not None
    )
    return PortSettings(
        control.forbidden, control.key_only, control.broadcast_freeze, control.broadcast_clock,
        control.search, control.status_word, block.days,
        _minute(block.time.hour, block.time.minute) if block.time else factory.reading_at,
        block.interval,
        block.clock_at.day if block.clock_at else factory.clock_day,
        _minute(block.clock_at.hour, block.clock_at.minute) if block.clock_at else factory.clock_at,
        windows or factory.windows,
    )  # fmt: skip


def _minute(hour: int, minute: int) -> int:
    return hour * 60 + minute


def _end(hour: int, minute: int) -> int:
    """A.19 cannot say 24:00: 00:00 and 23:59 both mean the end of the day."""
    at = _minute(hour, minute)
    return DAY if at in (0, DAY - 1) else at
