"""What the terminal counts about itself: supply time, resets, traffic, own voltage (M66, M76, M79 to M81).

- A day and a month are open at a time; a change of the terminal's date closes them (Z1) into the rings of the
  readings. Whatever is counted goes to the date that the clock shows.
- A date that comes again, because the clock was set back, is opened with what it had: nothing counts twice.
- Open periods are one fact each; what is closed is a note. All times are counted in seconds.
"""

import json
from collections.abc import Callable
from datetime import date, datetime, time

from core.clock import Clock
from core.terminal.causes import ResetCause
from core.terminal.ledger import FactKept, Ledger
from core.terminal.readings import Kind, Readings
from core.terminal.rtc import EARLIEST, EPOCH, Rtc

SUPPLY, RESETS, TRAFFIC = "supply", "resets", "traffic"
OVER_UPPER, UNDER_LOWER, OVER, UNDER, WITHIN = "over-upper", "under-lower", "over", "under", "within"
HIGHEST, HIGHEST_AT, LOWEST, LOWEST_AT = "highest", "highest-at", "lowest", "lowest-at"
VOLT_SECONDS = "volt-seconds"
RESETS_BY_CAUSE = {cause: f"resets-{cause.value}" for cause in ResetCause}
NAMES = (
    SUPPLY, RESETS, TRAFFIC, OVER_UPPER, UNDER_LOWER, OVER, UNDER, WITHIN, HIGHEST, HIGHEST_AT, LOWEST,
    LOWEST_AT, VOLT_SECONDS, *RESETS_BY_CAUSE.values(),
)  # fmt: skip
"""Resets are counted in all and by cause (7.3, M120)."""
UPPER_UPPER, UPPER, LOWER, LOWER_LOWER = 264, 242, 198, 176
"""Limits of the supply in volts (part 10; the highest [design])."""
FACTS = {Kind.DAY: "statistics.day", Kind.MONTH: "statistics.month"}

MOST_READ = 8
"""Facts kept as values, so that not every minute reads text; the ledger may take one back."""

Counters = dict[str, int]
"""Never changed once they are kept."""


def _first_of_day(moment: datetime) -> date:
    return moment.date()


def _first_of_month(moment: datetime) -> date:
    return moment.date().replace(day=1)


STAMPS: dict[Kind, Callable[[datetime], date]] = {Kind.DAY: _first_of_day, Kind.MONTH: _first_of_month}


class Statistics:
    """Counters per day and month."""

    def __init__(self, clock: Clock, ledger: Ledger, rtc: Rtc, readings: Readings) -> None:
        self._clock = clock
        self._ledger = ledger
        self._rtc = rtc
        self._readings = readings
        self._read: dict[str, tuple[date, Counters]] = {}
        self._powered_since: float | None = None
        self._volts: int | None = None

    def add(self, name: str, amount: int) -> None:
        """Count something that happened now."""
        with self._ledger.transaction():
            for kind in FACTS:
                stamp, counters = self._turned(kind, self._rtc.reading())
                self._keep(kind, stamp, {**counters, name: counters.get(name, 0) + amount})

    def value(self, kind: Kind, stamp: date, name: str) -> int | None:
        """Return a counter of a day or month (its first day); ``None`` if nothing is known of that period."""
        opened, counters = self._open(kind)
        if stamp == opened:
            return counters.get(name, 0)
        return self._readings.noted(kind, datetime.combine(stamp, time()), name)

    def present(self, kind: Kind, name: str) -> int:
        """Return a counter of this day or month."""
        return self.value(kind, STAMPS[kind](self._rtc.reading()), name) or 0

    def switch_on(self) -> None:
        """Supply begins."""
        self._powered_since = self._clock.monotonic()

    def sample(self, volts: int) -> None:
        """Take the supply voltage; it stands for the time since the last sample. Ask once a minute."""
        if self._powered_since is None:
            return
        self._volts = volts
        now, reading = self._clock.monotonic(), self._rtc.reading()
        elapsed = now - self._powered_since
        seconds = int(elapsed)
        self._powered_since = now - (elapsed - seconds)
        with self._ledger.transaction():
            for kind in FACTS:
                self._sample(kind, reading, seconds, volts)

    def save(self) -> None:
        """Count the supply until now; it was as at the last sample."""
        if self._volts is not None:
            self.sample(self._volts)

    def switch_off(self) -> None:
        """Supply ends."""
        self.save()
        self._powered_since = self._volts = None

    def _sample(self, kind: Kind, reading: datetime, seconds: int, volts: int) -> None:
        """Share the time between the period before and this one (Z1)."""
        opened, counters = self._open(kind)
        if opened is not None and opened != STAMPS[kind](reading):
            before = max(seconds - self._inside(kind, reading), 0)
            self._keep(kind, opened, _supplied(counters, before, volts, reading))
            seconds -= before
        stamp, counters = self._turned(kind, reading)
        self._keep(kind, stamp, _supplied(counters, seconds, volts, reading))

    def _inside(self, kind: Kind, reading: datetime) -> int:
        """Seconds since this period began: at midnight of the clock, or when the clock was set into it."""
        begun = datetime.combine(STAMPS[kind](reading), time())
        if last := self._rtc.last_set:
            begun = max(begun, min(last[0], reading))
        return int((reading - begun).total_seconds())

    def _turned(self, kind: Kind, reading: datetime) -> tuple[date, Counters]:
        """Return the counters of the present period; close another one that is open."""
        opened, counters = self._open(kind)
        stamp = STAMPS[kind](reading)
        if opened == stamp:
            return stamp, counters
        if opened is not None and opened >= STAMPS[kind](EARLIEST):
            self._note(kind, datetime.combine(opened, time()), counters)
        return stamp, self._noted(kind, datetime.combine(stamp, time()))

    def _note(self, kind: Kind, stamp: datetime, counters: Counters) -> None:
        for name, value in counters.items():
            self._readings.note(kind, stamp, name, value)

    def _noted(self, kind: Kind, stamp: datetime) -> Counters:
        found = {name: self._readings.noted(kind, stamp, name) for name in NAMES}
        return {name: value for name, value in found.items() if value is not None}

    def _open(self, kind: Kind) -> tuple[date | None, Counters]:
        kept = self._ledger.fact(FACTS[kind])
        if kept is None:
            return None, {}
        if kept not in self._read:
            stamp, counters = json.loads(kept)
            self._read[kept] = date.fromisoformat(stamp), counters
        return self._read[kept]

    def _keep(self, kind: Kind, stamp: date, counters: Counters) -> None:
        kept = json.dumps([stamp.isoformat(), counters])
        self._ledger.put(FactKept(FACTS[kind], kept, running=True))
        if len(self._read) > MOST_READ:
            self._read.clear()
        self._read[kept] = stamp, counters

    def clear(self) -> None:
        """Start from 0; what is closed goes with the readings."""
        for name in FACTS.values():
            self._ledger.note(name, None)


def _supplied(counters: Counters, seconds: int, volts: int, reading: datetime) -> Counters:
    """Add time under that voltage; a limit beyond another counts for both."""
    if seconds <= 0:
        return counters
    counted = dict(counters)
    for name, applies in (
        (SUPPLY, True), (OVER_UPPER, volts > UPPER_UPPER), (OVER, volts > UPPER), (UNDER, volts < LOWER),
        (UNDER_LOWER, volts < LOWER_LOWER), (WITHIN, LOWER <= volts <= UPPER),
    ):  # fmt: skip
        if applies:
            counted[name] = counted.get(name, 0) + seconds
    counted[VOLT_SECONDS] = counted.get(VOLT_SECONDS, 0) + volts * seconds
    at = int((reading - EPOCH).total_seconds())
    if volts > counted.get(HIGHEST, -1):
        counted |= {HIGHEST: volts, HIGHEST_AT: at}
    if LOWEST not in counted or volts < counted[LOWEST]:
        counted |= {LOWEST: volts, LOWEST_AT: at}
    return counted
