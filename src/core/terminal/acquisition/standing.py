"""How reading went: per point (0C F170, M175, M187) and per port (0C F11, M54). Kept over power cuts."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import StoreError
from core.terminal.ledger import FactKept, Ledger

SUSPECT = 8
"""Points silent in a row that make a port suspected dead (6.3)."""


@dataclass(frozen=True, slots=True)
class MeterState:
    """How reading of one point went."""

    point: int
    port: int
    last_ok: datetime | None = None
    last_failed: datetime | None = None
    failures: int = 0
    """Attempts in a row without a value."""
    failed_since: datetime | None = None
    """Set while the point is in the list of failed points (6.4 rule 5)."""
    reason: str = ""
    tries: int = 0
    """Requests of the last failed attempts."""
    clock_difference: float | None = None
    """Meter minus terminal in seconds, from the last day pass (6.7)."""
    missing_days: int = 0
    ahead: bool = False
    """Its last success is dated in the future: the clock was set back since (6.7)."""

    @property
    def ok(self) -> bool:
        """Tell whether the last attempt brought a value."""
        return self.last_ok is not None and self.failures == 0


@dataclass(frozen=True, slots=True)
class PortState:
    """Progress of the day's reading on one port; ``start`` and ``end`` are those of the day pass."""

    port: int
    meters: int = 0
    """Points to be read."""
    read: int = 0
    """Points that gave a value since ``start``."""
    key_meters: int = 0
    key_read: int = 0
    failed: int = 0
    running: bool = False
    finished: bool = False
    start: datetime | None = None
    end: datetime | None = None
    point: int | None = None
    """Point that is asked now."""
    percent: int = 0
    paused: bool = False
    suspect: bool = False
    """Eight points in a row were silent."""
    missing: int = 0
    """Entries of the missing list."""
    supplement_at: datetime | None = None
    supplement_round: int = 0


@dataclass(slots=True)
class Standing:
    """What changes with every visit to a point."""

    address: str
    last_ok: datetime | None = None
    last_failed: datetime | None = None
    failures: int = 0
    failed_since: datetime | None = None
    reason: str = ""
    tries: int = 0
    clock_difference: float | None = None

    def well(self, at: datetime) -> None:
        """A visit brought a value."""
        self.last_ok, self.failures, self.failed_since, self.reason, self.tries = at, 0, None, "", 0

    def badly(self, at: datetime, reason: str, tries: int) -> None:
        """A visit brought nothing."""
        self.last_failed, self.reason = at, reason
        self.failures += 1
        self.tries = self.tries + tries


@dataclass(slots=True)
class Book:
    """Everything of one port that must survive a power cut, besides the readings themselves."""

    port: int
    ledger: Ledger
    points: dict[int, Standing] = field(default_factory=dict[int, Standing])
    day_done: str | None = None
    """ISO date of the last day pass that came to its end."""
    clock_done: str | None = None
    """ISO date for which the time was broadcast."""
    start: datetime | None = None
    end: datetime | None = None
    paused: bool = False
    """By order (05 F49)."""

    @classmethod
    def open(cls, port: int, ledger: Ledger) -> "Book":
        """Read what was kept; a note that does not make sense counts as none."""
        book = cls(port, ledger)
        try:
            kept: dict[str, Any] = json.loads(ledger.fact(book._name) or "{}")
            book.day_done, book.clock_done = kept.get("day"), kept.get("clock")
            book.start, book.end = _time(kept.get("start")), _time(kept.get("end"))
            book.paused = bool(kept.get("paused"))
            book.points = {int(point): _standing(row) for point, row in kept.get("points", {}).items()}
        except (ValueError, TypeError, AttributeError):
            return cls(port, ledger)
        return book

    @property
    def _name(self) -> str:
        return f"reading.{self.port}"

    def standing(self, point: int, address: str) -> Standing:
        """Return how a point stands; another meter at the point starts anew (Z5)."""
        found = self.points.get(point)
        if found is None or found.address != address:
            found = self.points[point] = Standing(address)
        return found

    def read_since_start(self) -> set[int]:
        """Points that gave a value since the day pass began."""
        start = self.start
        return {
            point
            for point, one in self.points.items()
            if start is not None and one.last_ok is not None and one.last_ok >= start
        }

    def clear(self) -> None:
        """Data were initialised."""
        self.points.clear()
        self.day_done = self.clock_done = self.start = self.end = None
        self.keep()

    def keep(self) -> None:
        """Write it down. ``StoreError`` when impossible."""
        noted = {
            "day": self.day_done,
            "clock": self.clock_done,
            "start": _text(self.start),
            "end": _text(self.end),
            "paused": self.paused,
            "points": {point: _row(standing) for point, standing in self.points.items()},
        }
        self.ledger.put(FactKept(self._name, json.dumps(noted, separators=(",", ":"))))

    def try_keep(self) -> None:
        """Write it down if possible; the ledger shows the fault, and statistics go on in memory."""
        with suppress(StoreError):
            self.keep()

    def drop_others(self, archived: frozenset[int]) -> None:
        """Forget points that are archived no more."""
        for gone in [point for point in self.points if point not in archived]:
            del self.points[gone]


def state_of(point: int, port: int, one: Standing, missing_days: int, now: datetime) -> MeterState:
    """Return how a point stands, as others see it."""
    return MeterState(
        point,
        port,
        one.last_ok,
        one.last_failed,
        one.failures,
        one.failed_since,
        one.reason,
        one.tries,
        one.clock_difference,
        missing_days,
        one.last_ok is not None and one.last_ok > now,
    )


def _row(one: Standing) -> list[Any]:
    times = (one.last_ok, one.last_failed, one.failed_since)
    return [one.address, *map(_text, times), one.failures, one.reason, one.tries, one.clock_difference]


def _standing(row: list[Any]) -> Standing:
    address, ok, failed, since, failures, reason, tries, difference = row
    return Standing(
        str(address),
        _time(ok),
        _time(failed),
        int(failures),
        _time(since),
        str(reason),
        int(tries),
        difference,
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
