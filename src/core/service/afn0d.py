"""Questions for the past (part B §3): frozen days, reading days and months, statistics, curves.

Every question names its time; every answer repeats it. What is partly there is answered with EEH in the gaps,
what is not there at all is left out.
"""

from datetime import date
from typing import Any

from core.gdw376.message import Item
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.shapes import CurveStamp, DayStamp, MonthStamp
from core.quantities import Quantity
from core.service import contents
from core.service.contents import ENERGIES, MAXIMA, REGISTER_GROUPS, REGISTERS, Filling, run
from core.service.curves import COMBINED, CURVES, curve_values
from core.service.fitting import fitted, unit_of
from core.service.order import Answer, Order
from core.service.points import each_point, point_of
from core.service.queries import answered_items
from core.service.statistics import COUNTS, COUNTS_2012, counted
from core.terminal.concentrator import Concentrator
from core.terminal.readings import Kind

AFN = 0x0D
_Q = Quantity

ROWS: dict[Kind, dict[int, Filling]] = {
    Kind.DAY: {
        **run(1, REGISTER_GROUPS), **run(5, ENERGIES), **run(161, REGISTERS), **run(185, MAXIMA),
        32: contents.phase_losses, 209: contents.relay, 210: contents.prepayment,
    },
    Kind.READING_DAY: {**run(9, REGISTER_GROUPS), **run(169, REGISTERS), **run(189, MAXIMA)},
    Kind.MONTH: {
        **run(17, REGISTER_GROUPS), **run(21, ENERGIES), **run(177, REGISTERS), **run(193, MAXIMA),
        213: contents.counts(_Q.PROGRAMMINGS, _Q.TAIL_COVERS),
        214: contents.counts(_Q.CLOCK_SETTINGS, _Q.PERIOD_CHANGES),
        215: contents.prepayment, 216: contents.settlement_with_fault,
    },
}  # fmt: skip
"""Functions by the ring that answers them."""
KIND_OF = {fn: kind for kind, rows in ROWS.items() for fn in rows}
CHANGED_2012: dict[int, Filling] = {214: contents.parameter_changes_2012}
"""Functions whose content is another one in 2012."""


def serve(terminal: Concentrator, order: Order) -> Answer:
    """Answer what is stored."""
    return answered_items(each_point(terminal, order), lambda item: _unit(terminal, item))


def _unit(terminal: Concentrator, item: Item) -> Unit | None:
    kind = unit_of(terminal, AFN, item.fn)
    if kind is None:
        return None
    match item.asked:
        case DayStamp(day=date() as day):
            values = _frozen(terminal, item, day, Kind.DAY)
            stamp: tuple[Any, ...] = (day,)
        case MonthStamp(month=month) if month is not None:
            values = _frozen(terminal, item, date(month.year, month.month, 1), Kind.MONTH)
            stamp = (month,)
        case CurveStamp() as asked:
            values, stamp = _curve(terminal, item, asked), ()
        case _:
            return None
    return fitted(kind, (*stamp, *values)) if values else None


def _frozen(terminal: Concentrator, item: Item, stamp: date, period: Kind) -> tuple[Any, ...] | None:
    """What a day, a reading day or a month has: of the terminal itself, or of a meter."""
    new = terminal.identity.edition is Edition.ADDED_2012
    if item.pn == 0:
        count = (new and COUNTS_2012.get(item.fn)) or COUNTS[period].get(item.fn)
        return counted(terminal, period, stamp, count) if count else None
    point, ring = point_of(terminal, item.pn), KIND_OF.get(item.fn)
    if point is None or ring is None:
        return None
    filling = (new and CHANGED_2012.get(item.fn)) or ROWS[ring][item.fn]
    return filling(point.slot(ring, stamp))


def _curve(terminal: Concentrator, item: Item, asked: CurveStamp) -> tuple[Any, ...] | None:
    point, now = point_of(terminal, item.pn), terminal.rtc.now()
    if point is None or now is None or item.fn not in (*CURVES, COMBINED):
        return None
    return curve_values(point, item.fn, asked, now)
