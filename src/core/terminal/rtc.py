"""The terminal's clock: an oscillator of its own beside the time of the place (device behaviour 6.7, M90).

Terminal time = time of the place + offset + drift since the last set. Offset and drift survive a power cut as
long as the clock cell is good; an empty cell leaves an invalid clock that starts at 2000-01-01.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock
from core.terminal.ledger import FactKept, Ledger

CELL_WARNING = 3.0
"""Volts; below it the cell is called low (2.1)."""
CELL_EMPTY = 2.0
"""Volts; below it the clock does not survive an outage (2.1)."""
EPOCH = datetime(2000, 1, 1)
EARLIEST = datetime(2000, 1, 2)
"""A clock before this is invalid (6.7)."""
LATEST = datetime(2100, 1, 1)
"""Year YY of format A.1 means 20YY."""
LAST = LATEST - timedelta(seconds=1)
LEAP = 60.0
"""Seconds of a correction after which times from before and after it cannot be reckoned with together: 7.1
rule 6 says an hour, but half an hour more or less already makes a sound meter look too fast [design]."""


@dataclass(frozen=True, slots=True)
class _Run:
    """How the oscillator runs."""

    anchor: datetime | None
    """Time of the place at which the offset was exact."""
    offset: timedelta
    rate: float
    """Seconds gained per second."""


class Rtc:
    """Clock with cell. Times are naive civil time; drift in parts per million."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self._clock = clock
        self._ledger = ledger
        self._known: _Run | None = None
        self._known_at = -1
        self.jumps = 0
        """Counts the times the oscillator was set, trimmed or lost: what was reckoned before is void."""

    def _number(self, name: str) -> float:
        return float(self._ledger.fact(name) or 0.0)

    def _run(self) -> _Run:
        """What the ledger says about the oscillator; read again only after a change."""
        if self._known is not None and self._known_at == self._ledger.changes:
            return self._known
        anchor = self._ledger.fact("clock.anchor")
        self._known_at = self._ledger.changes
        self._known = _Run(
            datetime.fromisoformat(anchor) if anchor else None,
            timedelta(seconds=self._number("clock.offset")),
            self._number("clock.drift") / 1e6,
        )
        return self._known

    @property
    def offset(self) -> timedelta:
        """Terminal time minus time of the place, at this moment."""
        return self._offset(self._clock.now())

    def _offset(self, place: datetime) -> timedelta:
        run = self._run()
        return (
            run.offset if run.anchor is None or not run.rate else run.offset + (place - run.anchor) * run.rate
        )

    def reading(self) -> datetime:
        """What the oscillator shows, valid or not."""
        place = self._clock.now()
        shown = place + self._offset(place)
        return shown if EPOCH <= shown <= LAST else min(max(shown, EPOCH), LAST)

    @property
    def valid(self) -> bool:
        """False after an outage with an empty cell, until the clock is set."""
        return self.now() is not None

    def now(self) -> datetime | None:
        """Terminal time, ``None`` while the clock is invalid."""
        shown = self.reading()
        return shown if shown >= EARLIEST and self._ledger.fact("clock.lost") is None else None

    @property
    def last_set(self) -> tuple[datetime, float] | None:
        """When the clock was last set (its new time), and by how many seconds; ``None`` if never."""
        noted = self._ledger.fact("clock.set")
        return (datetime.fromisoformat(noted), self._number("clock.step")) if noted else None

    @property
    def leaps(self) -> int:
        """How often the clock leapt, over power cuts: spans of time that cross a leap mean nothing."""
        return int(self._ledger.fact("clock.leaps") or 0)

    def _leap(self) -> None:
        self._ledger.note("clock.leaps", str(self.leaps + 1))

    def set(self, to: datetime) -> None:
        """Set the clock; from then on it is valid. ``ValueError`` outside 2000-01-02 to 2099-12-31."""
        if not EARLIEST <= to < LATEST:
            raise ValueError(f"{to} is outside {EARLIEST:%Y-%m-%d}..2099-12-31")
        step = (to - self.reading()).total_seconds()
        with self._ledger.transaction():
            self._run_from(to, self._number("clock.drift"))
            if abs(step) > LEAP:
                self._leap()
            self._ledger.put(
                FactKept("clock.lost", None),
                FactKept("clock.set", to.isoformat()),
                FactKept("clock.step", repr(step)),
            )

    def drift(self, ppm: float) -> None:
        """Let the oscillator run fast (or slow, negative) from now on; ±11.5 ppm is 1 s per day (M92)."""
        self._run_from(self.reading(), ppm)

    def _run_from(self, reading: datetime, ppm: float) -> None:
        place = self._clock.now()
        self.jumps += 1
        self._ledger.put(
            FactKept("clock.offset", repr((reading - place).total_seconds())),
            FactKept("clock.anchor", place.isoformat()),
            FactKept("clock.drift", repr(ppm)),
        )

    @property
    def last_seen(self) -> datetime | None:
        """Terminal time of the last mark, ``None`` before the first one."""
        noted = self._ledger.fact("clock.seen")
        if noted is None:
            return None
        place = datetime.fromisoformat(noted)
        return min(max(place + self._offset(place), EPOCH), LAST)

    def mark(self) -> None:
        """Note that the clock ran until now, so that a place whose time steps back cannot turn it back."""
        self._ledger.note("clock.seen", self._clock.now().isoformat(), running=True)

    def power_up(self, cell: float) -> None:
        """Start after an outage; ``cell`` in volts decides whether the time was kept."""
        seen = self._ledger.fact("clock.seen")
        with self._ledger.transaction():
            if seen and cell < CELL_EMPTY:
                self._run_from(EPOCH, self._number("clock.drift"))
                self._ledger.put(FactKept("clock.lost", "1"))
                self._leap()
            elif seen and (back := datetime.fromisoformat(seen) - self._clock.now()) > timedelta(0):
                self._run_from(self.reading() + back, self._number("clock.drift"))
            self.mark()
