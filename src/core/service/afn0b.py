"""What a task collected: on request, and when the task reports by itself (part A §10, §7.7 F65, F66).

A task names points and functions; for class 2 data the time stamps follow from the period: days and months
that ended inside it, curve points from its start on, thinned by R.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from core.errors import DecodeError
from core.gdw376 import dadt
from core.gdw376.message import Item
from core.gdw376.units.afn0b import TaskStart
from core.gdw376.units.afn04 import KeyMeters, Task
from core.gdw376.units.shapes import CurveStamp, DayStamp, MonthStamp
from core.service import afn0c, afn0d
from core.service.afn00 import denied
from core.service.fitting import unit_of
from core.service.order import Answer, Order
from core.terminal.concentrator import Concentrator
from core.terminal.rtc import EPOCH
from core.terminal.uplink.tasks import TaskClass, TaskDue, index_at, slot
from core.wire.record import Record
from core.wire.times import Month

REQUESTS = {1: TaskClass.PRESENT, 2: TaskClass.PAST}
DAY = timedelta(days=1)
CURVE_MINUTES, KEY_MINUTES = 60, 15
"""Distance of stored curve points: of every meter, and of key meters."""
DENSITIES = {15: 1, 30: 2, 60: 3}
MOST_POINTS = 96
"""Points of one curve in one report [design]."""


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer with the data of tasks as AFN 0C or 0D; one function per frame, of several tasks."""
    functions = {item.fn for item in order.items}
    if len(functions) != 1 or not functions <= REQUESTS.keys():
        return denied()
    kind = REQUESTS[functions.pop()]
    found = [item for one in order.items for item in _asked(terminal, kind, one)]
    return _answer(terminal, kind, order, found)


def task_report(terminal: Concentrator, due: TaskDue, order: Order) -> Answer | None:
    """Return what a task reports at its slot, ``None`` if nothing of it is stored."""
    task = _task(terminal, due.kind, due.number)
    if task is None:
        return None
    begun = slot(task, index_at(task, due.slot) - 1)
    answer = _answer(terminal, due.kind, order, _items(terminal, due.kind, task, begun))
    return answer if answer.afn else None


def _task(terminal: Concentrator, kind: TaskClass, number: int) -> Task | None:
    task = terminal.parameters.at(kind.value, number)
    return task if isinstance(task, Task) and task.base and task.period.value else None


def _asked(terminal: Concentrator, kind: TaskClass, item: Item) -> list[Item]:
    """Return what the task of a request wants; a class 2 request names the start of the period."""
    task = _task(terminal, kind, item.pn)
    start = item.asked.start if isinstance(item.asked, TaskStart) else None
    if task is None or (kind is TaskClass.PAST and start is None):
        return []
    return _items(terminal, kind, task, start or EPOCH)


def _answer(terminal: Concentrator, kind: TaskClass, order: Order, items: list[Item]) -> Answer:
    service = afn0c if kind is TaskClass.PRESENT else afn0d
    if not items:
        return denied()
    return service.serve(terminal, replace(order, afn=service.AFN, items=tuple(items)))


def _items(terminal: Concentrator, kind: TaskClass, task: Task, start: datetime) -> list[Item]:
    """Questions that the task stands for; what cannot be read as an identifier is left out."""
    named = [Item(pn, fn) for one in task.items for pn, fn in _pairs(one.da + one.dt)]
    if kind is TaskClass.PRESENT:
        return named
    end = slot(replace(task, base=start), 1)
    single = (
        replace(item, pn=pn)
        for item in named
        for pn in (terminal.parameters.archived if item.pn == dadt.ALL_POINTS else (item.pn,))
    )
    return [
        replace(item, asked=stamp) for item in single for stamp in _stamps(terminal, item, task, (start, end))
    ]


def _pairs(identifier: bytes) -> tuple[tuple[int, int], ...]:
    try:
        return dadt.pairs_of(identifier)
    except DecodeError:
        return ()


def _stamps(
    terminal: Concentrator, item: Item, task: Task, period: tuple[datetime, datetime]
) -> Iterator[Record]:
    """Time stamps of one unit in a period; a unit without any is not class 2 data of this terminal."""
    kind = unit_of(terminal, afn0d.AFN, item.fn)
    asks = kind.meaning.asks if kind else None
    if asks is DayStamp:
        yield from (DayStamp(day) for day in _days(*period))
    elif asks is MonthStamp:
        firsts = {day.replace(day=1) for day in _days(*period) if (day + DAY).day == 1}
        yield from (MonthStamp(Month(first.year, first.month)) for first in sorted(firsts))
    elif asks is CurveStamp:
        yield from _curve(*period, task.thinning * _curve_minutes(terminal, item.pn))


def _days(start: datetime, end: datetime) -> Iterator[date]:
    """Days whose end lies in the period, its own end included."""
    day = start.date()
    while datetime.combine(day + DAY, time()) <= end:
        yield day
        day += DAY


def _curve(start: datetime, end: datetime, minutes: int) -> Iterator[CurveStamp]:
    """One stretch where the distance has a density, else point by point."""
    step = timedelta(minutes=minutes)
    count = min(-((start - end) // step), MOST_POINTS)
    if minutes in DENSITIES:
        yield CurveStamp(start, DENSITIES[minutes], count)
    else:
        yield from (CurveStamp(start + index * step, DENSITIES[KEY_MINUTES], 1) for index in range(count))


def _curve_minutes(terminal: Concentrator, point: int) -> int:
    """How dense the terminal keeps the curves of a point."""
    record = terminal.parameters.archived.get(point)
    key = record is not None and record.serial in terminal.parameters.value(KeyMeters).serials
    return KEY_MINUTES if key else CURVE_MINUTES
