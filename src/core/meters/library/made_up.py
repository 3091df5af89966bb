"""Values for the play of a library with itself: they fit its formats, none is zero, each part is another."""

from decimal import Decimal

from core.meters.library.fictions import LAST, MOMENT
from core.meters.library.model import Clock, Column, Counted, Energies, Losses, Maxima, One, Phases, Plan
from core.meters.library.values import Format
from core.quantities import Count, Peak, PhaseLoss, Quantity, Value

TARIFFS = 4


def made_up(quantity: Quantity, plan: Plan) -> Value | None:
    """Return what a meter of this plan may hold, ``None`` where the plan holds nothing of its own."""
    match plan:
        case Energies(columns=(column, *_)):
            value: Value | None = _numbers(column)
        case Maxima(columns=((column, _), *_)):
            value = _peaks(column)
        case Phases():
            value = _phases(quantity, plan)
        case Clock(parts=parts):
            seconds = any("ss" in part.format.layout for part in parts)
            value = MOMENT if seconds else MOMENT.replace(second=0)
        case Counted():
            value = Count(3, LAST)
        case Losses():
            value = tuple(PhaseLoss(number, 10 * number, LAST, LAST) for number in range(1, 5))
        case One():
            value = 1234
        case _:
            value = None
    return value


def _numbers(column: Column) -> tuple[Decimal, ...]:
    """Total and tariffs; a total that is made of the tariffs is their sum."""
    total, *tariffs = _row(column.format, 1 + len(column.tariffs[:TARIFFS]))
    if column.tariffs and not column.total:
        total = sum(tariffs, Decimal(0))
    return (total, *tariffs)


def _peaks(column: Column) -> tuple[Peak, ...]:
    """The same of demands, a made total being the greatest."""
    total, *tariffs = _row(column.format, 1 + len(column.tariffs[:TARIFFS]))
    if column.tariffs and not column.total:
        total = max(tariffs)
    return tuple(Peak(number, LAST) for number in (total, *tariffs))


def _phases(quantity: Quantity, plan: Phases) -> Value:
    width = 3 if quantity is Quantity.VOLTAGE else 4
    return (*_row(plan.format, len(plan.each)), *(None,) * (width - len(plan.each)))[:width]


def _row(form: Format, count: int) -> tuple[Decimal, ...]:
    """Small numbers with all the decimals of the format."""
    return tuple(Decimal(11 + place).scaleb(-max(0, form.decimals)) for place in range(count))
