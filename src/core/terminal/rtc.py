"""The terminal's clock: an oscillator of its own beside the time of the place (device behaviour 6.7, M90).

Terminal time = time of the place + offset + drift since the last set. Offset and drift survive a power cut as
long as the clock cell is good; an empty cell leaves an invalid clock that starts at 2000-01-01.
"""

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


class Rtc:
    """Clock with cell. Times are naive civil time; drift in parts per million."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self._clock = clock
        self._ledger = ledger

    def _number(self, name: str) -> float:
        return float(self._ledger.fact(name) or 0.0)

    @property
    def _anchor(self) -> datetime:
        """Time of the place at which the offset was exact."""
        noted = self._ledger.fact("clock.anchor")
        return datetime.fromisoformat(noted) if noted else self._clock.now()

    @property
    def offset(self) -> timedelta:
        """Terminal time minus time of the place, at this moment."""
        drifted = (self._clock.now() - self._anchor) * (self._number("clock.drift") / 1e6)
        return timedelta(seconds=self._number("clock.offset")) + drifted

    def reading(self) -> datetime:
        """What the oscillator shows, valid or not."""
        return min(max(self._clock.now() + self.offset, EPOCH), LATEST - timedelta(seconds=1))

    @property
    def valid(self) -> bool:
        """False after an outage with an empty cell, until the clock is set."""
        return self._ledger.fact("clock.lost") is None and self.reading() >= EARLIEST

    def now(self) -> datetime | None:
        """Terminal time, ``None`` while the clock is invalid."""
        return self.reading() if self.valid else None

    @property
    def last_set(self) -> tuple[datetime, float] | None:
        """When the clock was last set (its new time), and by how many seconds; ``None`` if never."""
        noted = self._ledger.fact("clock.set")
        return (datetime.fromisoformat(noted), self._number("clock.step")) if noted else None

    def set(self, to: datetime) -> None:
        """Set the clock; from then on it is valid. ``ValueError`` outside 2000-01-02 to 2099-12-31."""
        if not EARLIEST <= to < LATEST:
            raise ValueError(f"{to} is outside {EARLIEST:%Y-%m-%d}..2099-12-31")
        step = (to - self.reading()).total_seconds()
        with self._ledger.transaction():
            self._run_from(to, self._number("clock.drift"))
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
        self._ledger.put(
            FactKept("clock.offset", repr((reading - place).total_seconds())),
            FactKept("clock.anchor", place.isoformat()),
            FactKept("clock.drift", repr(ppm)),
        )

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
            elif seen and (back := datetime.fromisoformat(seen) - self._clock.now()) > timedelta(0):
                self._run_from(self.reading() + back, self._number("clock.drift"))
            self.mark()
