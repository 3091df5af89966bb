"""The store with every ring full: 192 points that know everything a meter can say, 4 tariffs.

Days, reading days and months are written past their depth, in the order of time, so that rings turn and the
file has the shape it keeps from then on; more years would not make it longer. Curves: 20 key points (the most
there may be, device behaviour 6.5) every 15 minutes, and the other 172 every hour. Times are CPU time.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from core.clock import ManualClock
from core.gdw376.message import Item, encode_blocks
from core.gdw376.units.shapes import CurveStamp, DayStamp, MonthStamp
from core.quantities import SHAPES, Count, Peak, PhaseLoss, Prepaid, Quantity, Relay, Settled, Shape, Value
from core.service.order import Order
from core.store.store import FILE, Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from core.terminal.readings import CURRENT_STAMP, History, Kind, Reading, Source
from core.wire.record import Record
from core.wire.times import Month
from tests.core.concentrators import served

POINTS, KEYS = 192, 20
NOW = datetime(2026, 11, 20, 12)
TODAY = NOW.replace(hour=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CURVE_QUANTITIES = (
    Quantity.FORWARD_ACTIVE, Quantity.REVERSE_ACTIVE, Quantity.VOLTAGE, Quantity.CURRENT,
    Quantity.ACTIVE_POWER,
)  # fmt: skip


def meter(point: int) -> History:
    """History of a point."""
    return History(point, f"{point:012d}", 30)


def value_of(quantity: Quantity, random: Random) -> Value:
    """A value of usual length."""
    return VALUES[SHAPES[quantity]](random)


def _decimals(digits: int, decimals: int, count: int) -> Callable[[Random], tuple[Decimal, ...]]:
    return lambda random: tuple(Decimal(random.randrange(10**digits)).scaleb(-decimals) for _ in range(count))


def _time(random: Random) -> datetime:
    return NOW - timedelta(seconds=random.randrange(10**7))


_registers, _demands = _decimals(8, 2, 5), _decimals(6, 4, 5)
VALUES: dict[Shape, Callable[[Random], Value]] = {
    Shape.REGISTERS: _registers,
    Shape.PEAKS: lambda random: tuple(Peak(value, _time(random)) for value in _demands(random)),
    Shape.PHASES: _decimals(4, 1, 4),
    Shape.TOTAL_AND_PHASES: _decimals(6, 4, 4),
    Shape.TIME: _time,
    Shape.WORDS: lambda random: tuple(random.randrange(1 << 16) for _ in range(7)),
    Shape.MINUTES: lambda random: random.randrange(10**6),
    Shape.COUNT: lambda random: Count(random.randrange(10**4), _time(random)),
    Shape.RELAY: lambda random: Relay(True, _time(random), _time(random)),
    Shape.PREPAID: lambda random: Prepaid(random.randrange(999), *_decimals(6, 2, 8)(random)),
    Shape.SETTLED: lambda random: Settled(_registers(random), _registers(random)),
    Shape.PHASE_LOSSES: lambda random: tuple(
        PhaseLoss(random.randrange(99), random.randrange(999), _time(random), _time(random)) for _ in range(4)
    ),
}


def whole_meter(kind: Kind, stamp: datetime, random: Random) -> list[Reading]:
    """All quantities of one slot."""
    read_at = stamp + timedelta(days=1, seconds=random.randrange(3600))
    return [Reading(kind, stamp, q, value_of(q, random), read_at, Source.FREEZE) for q in Quantity]


def slots() -> Iterator[tuple[Kind, datetime]]:
    """What is written for every point, in the order of time."""
    for number in range(14, 0, -1):
        months = 12 * NOW.year + NOW.month - 1 - number
        yield Kind.MONTH, datetime(months // 12, months % 12 + 1, 1)
    for number in range(40, 0, -1):
        yield Kind.DAY, TODAY - number * DAY
        yield Kind.READING_DAY, TODAY - number * DAY
    yield Kind.CURRENT, CURRENT_STAMP


def fill(store: Store) -> float:
    """Fill all rings; return seconds per whole meter of 32 quantities that was put."""
    random, spent, puts = Random(1088), 0.0, 0
    for kind, stamp in slots():
        for point in range(1, POINTS + 1):
            batch = whole_meter(kind, stamp, random)
            begun = time.process_time()
            store.readings.put(meter(point), batch)
            spent, puts = spent + time.process_time() - begun, puts + 1
    for number in range(34, 0, -1):
        for point in range(1, POINTS + 1):
            store.readings.put(meter(point), list(_day_of_points(point, TODAY - number * DAY, random)))
    return spent / puts


def _day_of_points(point: int, day: datetime, random: Random) -> Iterator[Reading]:
    step = HOUR / 4 if point <= KEYS else HOUR
    for number in range(int(DAY / step)):
        for quantity in CURVE_QUANTITIES:
            stamp = day + number * step
            value = value_of(quantity, random)
            yield Reading(Kind.CURVE, stamp, quantity, value, stamp, Source.CURRENT)
            if quantity is Quantity.FORWARD_ACTIVE and not stamp.minute:
                yield Reading(Kind.HOUR, stamp, quantity, value, stamp, Source.FREEZE)


@dataclass(frozen=True)
class Figures:
    """What was measured."""

    mebibytes: float
    put: float
    """Seconds for a whole meter of 32 quantities."""
    put_six: float
    """The same for 6 quantities."""
    p99: float
    worst: float
    unanswered: int


def questions(random: Random) -> Iterator[tuple[int, int, int, Record | None]]:
    """Any stored reading: present, day, reading day, month, curve of a day, ten days of hours."""
    while True:
        point = random.randint(1, POINTS)
        yield 0x0C, random.choice((25, 27, 28, 33, 35, 129, 145, 161, 167, 168)), point, None
        day = TODAY - random.randint(1, 31) * DAY
        yield 0x0D, random.choice((1, 2, 3, 161, 185, 209)), point, DayStamp(day.date())
        reading_day = TODAY - random.randint(1, 12) * DAY
        yield 0x0D, random.choice((9, 169, 189)), point, DayStamp(reading_day.date())
        yield 0x0D, random.choice((17, 177, 193, 216)), point, MonthStamp(Month(2026, random.randint(1, 10)))
        key = random.randint(1, KEYS)
        yield 0x0D, random.choice((81, 89, 92, 97, 101)), key, CurveStamp(day, 1, 96)
        yield 0x0D, 101, point, CurveStamp(TODAY - timedelta(hours=254), 3, 254)


def measure(count: int = 3000) -> Figures:
    """Fill a store on disk, reopen it, ask at random."""
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory))
        put = fill(store)
        put_six = _six(store)
        store.close()
        size = (Path(directory) / FILE).stat().st_size
        store = Store(Path(directory))
        terminal = Concentrator(ManualClock(NOW), Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        times, unanswered = _ask(terminal, count)
        store.close()
    p99 = statistics.quantiles(times, n=100)[98]
    return Figures(size / 2**20, put, put_six, p99, max(times), unanswered)


def _six(store: Store) -> float:
    random = Random(6)
    batches = [whole_meter(Kind.DAY, TODAY, random)[:6] for _ in range(POINTS)]
    begun = time.process_time()
    for point, batch in enumerate(batches, 1):
        store.readings.put(meter(point), batch)
    return (time.process_time() - begun) / POINTS


def _ask(terminal: Concentrator, count: int) -> tuple[list[float], int]:
    times: list[float] = []
    unanswered = 0
    asked = questions(Random(376))
    for _ in range(count):
        afn, fn, point, selector = next(asked)
        order = Order(Channel.IR, afn, (Item(point, fn, asked=selector),))
        begun = time.process_time()
        answer = served(terminal, order)
        encode_blocks(answer.items)
        times.append(time.process_time() - begun)
        unanswered += answer.afn != afn
    return times, unanswered
