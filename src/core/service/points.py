"""What a question sees of a measuring point: its history, its ratios, and all values of one slot."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from core.gdw376.dadt import ALL_POINTS
from core.gdw376.units.afn04 import PointBasics
from core.quantities import Quantity
from core.service.order import Order
from core.terminal.archive import NOT_READ, history_of
from core.terminal.concentrator import Concentrator
from core.terminal.readings import CURRENT_STAMP, History, Kind, Reading


@dataclass(frozen=True, slots=True)
class Point:
    """A measuring point with a history."""

    terminal: Concentrator
    history: History

    @property
    def ratio(self) -> Decimal:
        """CT times PT; 1 until they are set (AFN04 F25)."""
        basics = self.terminal.parameters.at(PointBasics.meaning.fn, self.history.point)
        return Decimal(basics.ct * basics.pt) if isinstance(basics, PointBasics) else Decimal(1)

    def now(self) -> "Slot":
        """The newest values."""
        return Slot(self, Kind.CURRENT, CURRENT_STAMP)

    def slot(self, kind: Kind, stamp: date) -> "Slot":
        """The values of a day, a reading day, a month."""
        return Slot(self, kind, datetime.combine(stamp, time()))


@dataclass(frozen=True, slots=True)
class Slot:
    """All values of one point and moment."""

    point: Point
    kind: Kind
    stamp: datetime

    def reading(self, quantity: Quantity) -> Reading | None:
        """Return the value of a quantity, ``None`` if it was never read."""
        return self.point.terminal.readings.at(self.point.history, self.kind, self.stamp, quantity)

    def readings(self, *quantities: Quantity) -> tuple[Reading | None, ...] | None:
        """Return several values, ``None`` if none of them was ever read."""
        found = tuple(self.reading(quantity) for quantity in quantities)
        return found if any(found) else None

    def before(self) -> "Slot | None":
        """Return the slot whose end is the beginning of this day or month."""
        match self.kind:
            case Kind.DAY:
                return Slot(self.point, Kind.DAY, self.stamp - timedelta(days=1))
            case Kind.MONTH:
                return self.point.slot(Kind.MONTH, month_before(self.stamp.date()))
            case _:
                return None


def month_before(day: date) -> date:
    """First day of the month before the one of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def point_of(terminal: Concentrator, pn: int) -> Point | None:
    """Return the point with the history of its meter (Z5).

    A point that is deleted keeps the one of its last meter (Z6), a meter that is not to be read its own.
    """
    meter = terminal.archive.at(pn)
    if meter and meter.protocol != NOT_READ:
        return Point(terminal, history_of(meter))
    last = [
        history
        for history in terminal.readings.histories()
        if history.point == pn and (meter is None or history.address == meter.address)
    ]
    return Point(terminal, last[-1]) if last else None


def each_point(terminal: Concentrator, order: Order) -> Order:
    """Write out "all valid points" as the archived ones (part B §1 rule 1)."""
    if all(item.pn != ALL_POINTS for item in order.items):
        return order
    points = [meter.point for meter in terminal.archive.meters()]
    items = (
        replace(item, pn=pn)
        for item in order.items
        for pn in (points if item.pn == ALL_POINTS else [item.pn])
    )
    return replace(order, items=tuple(sorted(items, key=lambda item: item.pn)))
