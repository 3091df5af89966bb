"""What a metered terminal has stored: units made by hand, answered the way the standard says.

They stand behind the real emulated terminal: its line, session and frames are real; only the question for
class 1 and 2 data and for the archive is answered from here.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from core.gdw376.catalogue import unit_class
from core.gdw376.fields import Direction
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MeterArchive, MeterRecord, ReadingParameters
from core.gdw376.units.shapes import PER_HOUR, CurveStamp
from core.service import dispatch
from core.service.order import Answer, Order
from core.service.queries import answered
from core.terminal.concentrator import Concentrator

Key = tuple[int, int, int, Any]
"""AFN, Fn, Pn, stamp."""


def unit(afn: int, fn: int) -> Any:
    """The class of a data unit."""
    found = unit_class(afn, fn, direction=Direction.UP)
    assert found is not None
    return found


@dataclass
class Stored:
    """Units by key, curves by function and point; ``archive`` tells address by point."""

    units: dict[Key, Unit] = field(default_factory=dict[Key, Unit])
    curves: dict[tuple[int, int], dict[datetime, Any]] = field(default_factory=dict)
    archive: Mapping[int, str] = field(default_factory=dict)
    reading_days: frozenset[int] = frozenset()
    asked: list[tuple[int, int]] = field(default_factory=list)
    """Fn and Pn of every question."""

    def put(self, afn: int, fn: int, pn: int, stamp: Any = None, **fields: Any) -> None:
        """Keep a unit; the stamp is its first field."""
        kind = unit(afn, fn)
        if stamp is not None:
            fields[next(iter(kind.__dataclass_fields__))] = stamp
        self.units[afn, fn, pn, stamp] = replace(kind.blank(), **fields)

    def register(
        self, afn: int, fn: int, pn: int, stamp: Any, *digits: str, read: datetime | None = None
    ) -> None:
        """Keep a register: total, then tariffs, as the meter shows them; ``--`` is no value."""
        readings = tuple(None if text == "--" else Decimal(text) for text in digits)
        self.put(afn, fn, pn, stamp, time=read, tariffs=len(digits) - 1, readings=readings)

    def answer(self, afn: int, item: Item) -> Unit | None:
        """Return the unit asked for."""
        self.asked.append((item.fn, item.pn))
        if isinstance(item.asked, CurveStamp):
            return self._curve(item)
        stamp = next(iter(item.asked.to_json().values()), None) if item.asked is not None else None
        return next(
            (one for (a, fn, pn, of), one in self.units.items()
             if (a, fn, pn) == (afn, item.fn, item.pn) and (None if of is None else str(of)) == stamp),
            None,
        )  # fmt: skip

    def _curve(self, item: Item) -> Unit | None:
        known, asked = self.curves.get((item.fn, item.pn)), item.asked
        assert isinstance(asked, CurveStamp)
        if known is None or asked.start is None:
            return None
        step = timedelta(minutes=60 // PER_HOUR[asked.density])
        values = tuple(known.get(asked.start + step * n) for n in range(asked.count))
        if not any(value is not None for value in values):
            return None
        return unit(0x0D, item.fn)(asked.start, asked.density, asked.count, values)

    def parameter(self, item: Item) -> Unit | None:
        """Return the archive or the reading parameters."""
        if item.fn == 10 and item.asked is not None:
            (numbers,) = item.asked.to_json().values()
            return MeterArchive(tuple(self._record(n) for n in numbers if n in self.archive))
        if item.fn == 33 and self.reading_days:
            (port,) = unit(0x04, 33).from_json({"ports": [PORT]}).ports
            return ReadingParameters((replace(port, days=self.reading_days),))
        return None

    def _record(self, number: int) -> MeterRecord:
        record = MeterRecord.blank() if hasattr(MeterRecord, "blank") else _blank_record()
        return replace(record, serial=number, point=number, address=self.archive[number])


PORT = {
    "port": 2, "control": dict.fromkeys(("forbidden", "key_only", "broadcast_freeze", "broadcast_clock", "search", "status_word"), False), "days": [], "time": None, "interval": 60, "clock_at": None, "windows": [],
}  # fmt: skip


def _blank_record() -> Any:
    from core.wire.record import layout_of  # noqa: PLC0415  # records that are no data units have no blank

    return layout_of(MeterRecord).blank()


@contextmanager
def serving(stored: Stored) -> Generator[Stored, None, None]:
    """Let emulated terminals answer from ``stored``."""
    plain = dict(dispatch.SERVED)

    def readings(terminal: Concentrator, order: Order) -> Answer:
        items = {(item.pn, item.fn): item for item in order.items}
        if all(pn == 0 and order.afn == 0x0C for pn, _ in items):
            return plain[order.afn](terminal, order)
        found = [(item, stored.answer(order.afn, item)) for item in order.items]
        kept = tuple(Item.of(value, item.pn) for item, value in found if value is not None)
        return Answer(order.afn, kept) if kept else answered(order, lambda _fn, _pn: None)

    def parameters(terminal: Concentrator, order: Order) -> Answer:
        kept = [(item.pn, value) for item in order.items if (value := stored.parameter(item)) is not None]
        if kept:
            return Answer(order.afn, tuple(Item.of(value, pn) for pn, value in kept))
        return plain[0x0A](terminal, order)

    with patch.dict(dispatch.SERVED, {0x0C: readings, 0x0D: readings, 0x0A: parameters}):
        yield stored


ADDRESSES = {n: f"{220011220000 + n}" for n in range(1, 13)}
TODAY = date(2026, 11, 20)


def metered(points: int = 12, days: int = 31, today: date = TODAY) -> Stored:
    """A small population: registers by day, month, hour and quarter; point 3 lacks days, point 4 everything,
    point 5 has a day whose tariffs do not add up, point 6 a tariff without a value."""
    stored = Stored(
        archive={n: a for n, a in ADDRESSES.items() if n <= points}, reading_days=frozenset({1, 15})
    )
    for point in range(1, points + 1):
        if point != 4:
            _fill(stored, point, days, today)
    for back in (0, 1):
        day = today - timedelta(days=back)
        stored.put(0x0D, 49, 0, day, minutes=1440 - back, resets=back)
        stored.put(0x0D, 53, 0, day, traffic=20_480 + back)
    return stored


def _fill(stored: Stored, point: int, days: int, today: date) -> None:
    for back in range(1, days + 1):
        day = today - timedelta(days=back)
        if point == 3 and back in (1, 2, 9):
            continue
        digits = register_of(point, day, odd=point == 5 and back == 1, hole=point == 6 and back == 1)
        read = datetime(today.year, today.month, today.day, 0, 7) - timedelta(days=back - 1)
        stored.register(0x0D, 161, point, day, *digits, read=read)
        if day.day in stored.reading_days:
            stored.register(0x0D, 169, point, day, *digits, read=read)
    now = datetime(today.year, today.month, today.day, 14, 30)
    stored.register(0x0C, 129, point, None, *register_of(point, today), read=now)
    _fill_curves(stored, point, today)


def register_of(point: int, day: date, *, odd: bool = False, hole: bool = False) -> tuple[str, ...]:
    """A register with four tariffs that grows by a few kWh a day."""
    passed = (day - date(2026, 1, 1)).days
    shares = [Decimal(point * 7 + passed * (3 + (point + n) % 4) + (passed * n) % 3) for n in range(4)]
    tariffs = [
        share + Decimal(f"0.{(passed * 13 + n * 29 + point) % 100:02d}") for n, share in enumerate(shares)
    ]
    total = sum(tariffs, Decimal(0)) + (Decimal("0.02") if odd else 0)
    texts = [f"{value}00" for value in (total, *tariffs)]
    return (*texts[:4], "--") if hole else tuple(texts)


def _fill_curves(stored: Stored, point: int, today: date) -> None:
    start = datetime(today.year, today.month, today.day) - timedelta(days=1)
    quarters = [start + timedelta(minutes=15) * n for n in range(96)]
    load = [
        Decimal(200 + (n * 37 + point) % 90 + (900 if 70 < n < 88 else 300 if n > 28 else 0))
        for n in range(96)
    ]
    reading, reads = Decimal("1000.00"), {}
    for moment, watts in zip(quarters, load, strict=True):
        reads[moment] = reading
        reading += (watts / 4000).quantize(Decimal("0.01"))
    stored.curves[101, point] = reads
    stored.curves[81, point] = {
        m: watts / 1000 for m, watts in zip(quarters, load, strict=True) if m.hour != 4
    }
    for phase in range(3):
        volts = {m: Decimal(2180 + (n * 11 + phase * 7) % 60) / 10 for n, m in enumerate(quarters)}
        stored.curves[89 + phase, point] = volts
