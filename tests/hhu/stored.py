"""A metered terminal: the real emulated one with an archive and a month of values in its real store.

`furnished` fills the store before the tool is started; afterwards the tool meets it like any other terminal.
Point 3 lacks days, point 4 everything, the tariffs of point 5 do not add up yesterday, point 6 lacks one.
"""

import asyncio
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from core.app import Terminal
from core.gdw376.units.afn04 import KeyMeters, MeterArchive, MeterRecord, PortSpeed
from core.lines.pace import LoopClock
from core.profile import BUILT_IN, DEMO, NO_AREA
from core.quantities import Peak, Quantity
from core.terminal.concentrator import Concentrator
from core.terminal.parameters import Setting
from core.terminal.readings import CURRENT_STAMP, History, Kind, Reading, Source
from core.terminal.statistics import RESETS, SUPPLY, TRAFFIC
from core.wire.record import layout_of

TODAY = date(2026, 11, 20)
POINTS = 12
DLT645_2007 = 30
_Q = Quantity


def address_of(point: int) -> str:
    """The meter of a point; its number begins with zeros."""
    return f"{1122000000 + point:012d}"


@contextmanager
def alone() -> Generator[None]:
    """Let demo terminals that are made meanwhile have no meters of their own around them."""
    parameters = tuple(one for one in DEMO.parameters if not isinstance(one, KeyMeters))
    with patch.dict(BUILT_IN, {"demo": replace(DEMO, area=NO_AREA, parameters=parameters)}):
        yield


async def furnished(home: Path, today: date = TODAY, points: int = POINTS, days: int = 40) -> None:
    """Fill the state of the demo terminal below ``home``."""
    with alone():
        clock = LoopClock(datetime.combine(today, NOON))
        terminal = Terminal.create("demo", home / "terminals" / "demo", clock)
    try:
        _fill(terminal.concentrator, today, points, days)
    finally:
        await terminal.stop()


def furnish(home: Path, today: date) -> None:
    """The same outside of a loop."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(furnished(home, today))
    finally:
        loop.close()


NOON = datetime(2000, 1, 1, 12).time()


def _fill(terminal: Concentrator, today: date, points: int, days: int) -> None:
    records = tuple(_record(point) for point in range(1, points + 1))
    terminal.parameters.write([Setting(MeterArchive(records), 0)])
    for point in range(1, points + 1):
        if point != 4:
            readings = [*_days(point, today, days), *_months(point, today), *_now(point, today)]
            terminal.readings.put(History(point, address_of(point), DLT645_2007), readings)
    terminal.readings.put(History(1, address_of(1), DLT645_2007), list(_curves(today)))
    yesterday = datetime.combine(today - timedelta(days=1), datetime.min.time())
    for kind, stamp in ((Kind.DAY, yesterday), (Kind.MONTH, _month_before(today))):
        terminal.readings.note(kind, stamp, SUPPLY, 86_400)
        terminal.readings.note(kind, stamp, RESETS, 2)
        terminal.readings.note(kind, stamp, TRAFFIC, 20_481)


def _record(point: int) -> MeterRecord:
    blank: Any = layout_of(MeterRecord).blank()
    line = replace(layout_of(PortSpeed).blank(), port=1 + point % 2)
    return replace(
        blank,
        serial=point,
        point=point,
        line=line,
        protocol=DLT645_2007,
        address=address_of(point),
        tariffs=4,
    )


def _reading(kind: Kind, stamp: datetime, quantity: Quantity, value: Any, read: datetime) -> Reading:
    return Reading(kind, stamp, quantity, value, read, Source.FREEZE)


def register_of(point: int, day: date) -> tuple[Decimal, ...]:
    """What the meter shows at the end of a day: total and four tariffs, two decimals, some kWh a day."""
    passed = (day - date(2025, 1, 1)).days
    tariffs = tuple(
        Decimal(point * 7 + passed * (3 + (point + n) % 4) + (passed * n) % 3)
        + Decimal((passed * 13 + n * 29) % 100) / 100
        for n in range(4)
    )
    return (sum(tariffs, Decimal(0)), *tariffs)


def _days(point: int, today: date, days: int) -> Iterator[Reading]:
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        if point == 3 and back in (1, 2, 9):
            continue
        total, *tariffs = register_of(point, day)
        values: tuple[Decimal | None, ...] = (total, *tariffs)
        if back == 1 and point == 5:
            values = (total + Decimal("0.02"), *tariffs)
        if back == 1 and point == 6:
            values = (total, *tariffs[:3], None)
        stamp, read = datetime.combine(day, datetime.min.time()), datetime.combine(day, datetime.min.time())
        read += timedelta(days=1, minutes=7)
        yield _reading(Kind.DAY, stamp, _Q.FORWARD_ACTIVE, values, read)
        peak = Peak(Decimal("0.4731"), datetime.combine(day, datetime.min.time()) + timedelta(hours=19))
        yield _reading(Kind.DAY, stamp, _Q.FORWARD_ACTIVE_DEMAND, (peak,) * 5, read)
        if day.day == 1:
            yield _reading(Kind.READING_DAY, stamp, _Q.FORWARD_ACTIVE, values, read)


def _month_before(day: date) -> datetime:
    first = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return datetime.combine(first, datetime.min.time())


def _months(point: int, today: date) -> Iterator[Reading]:
    end = today
    for _ in range(12):
        stamp = _month_before(end)
        value = register_of(point, end.replace(day=1) - timedelta(days=1))
        yield _reading(Kind.MONTH, stamp, _Q.FORWARD_ACTIVE, value, stamp)
        end = stamp.date()


def _now(point: int, today: date) -> Iterator[Reading]:
    read = datetime.combine(today, datetime.min.time()) + timedelta(hours=14, minutes=30)
    current: Callable[[Quantity, Any], Reading] = lambda quantity, value: _reading(  # noqa: E731  # a row each
        Kind.CURRENT, CURRENT_STAMP, quantity, value, read
    )
    yield current(_Q.FORWARD_ACTIVE, register_of(point, today))
    yield current(_Q.VOLTAGE, (Decimal("221.3"), None, None))
    yield current(_Q.CURRENT, (Decimal("3.142"), None, None, Decimal("0.000")))
    yield current(_Q.CLOCK, read + timedelta(seconds=3))


def _curves(today: date) -> Iterator[Reading]:
    """Point 1, yesterday: quarters of power and voltage with a hole at four, hours of the register."""
    start = datetime.combine(today - timedelta(days=1), datetime.min.time())
    total = Decimal("5829.22")
    for n in range(96):
        moment = start + timedelta(minutes=15 * n)
        watts = 200 + (n * 37) % 90 + (900 if 70 < n < 88 else 300 if n > 28 else 0)
        if moment.minute == 0:
            yield _reading(Kind.HOUR, moment, _Q.FORWARD_ACTIVE, (total,), moment)
        total += Decimal(watts // 40) / 100
        if moment.hour != 4:
            power = (Decimal(watts) / 1000).quantize(Decimal("0.0001"))
            yield _reading(Kind.CURVE, moment, _Q.ACTIVE_POWER, (power, power), moment)
            volts = (Decimal(2180 + (n * 11) % 60) / 10).quantize(Decimal("0.1"))
            yield _reading(Kind.CURVE, moment, _Q.VOLTAGE, (volts, None, None), moment)
