"""Values for the play of a library with itself, where totals agree with tariffs and no part is another's."""

from datetime import datetime
from decimal import Decimal

from core.quantities import SHAPES, Count, Peak, PhaseLoss, Quantity, Shape, Value

MOMENT = datetime(2026, 11, 20, 14, 36, 7)
LAST = datetime(2026, 11, 3, 18, 15)
TARIFFS = tuple(Decimal(11 + place).scaleb(-2) for place in range(4))


def made_up_of(quantity: Quantity) -> Value | None:
    """Return what a meter may hold, ``None`` where no family has it."""
    match SHAPES[quantity]:
        case Shape.REGISTERS:
            value: Value | None = (sum(TARIFFS, Decimal(0)), *TARIFFS)
        case Shape.PEAKS:
            value = tuple(Peak(number, LAST) for number in (max(TARIFFS), *TARIFFS))
        case Shape.PHASES | Shape.TOTAL_AND_PHASES:
            value = TARIFFS[: 3 if quantity is Quantity.VOLTAGE else 4]
        case Shape.TIME:
            value = MOMENT
        case Shape.COUNT:
            value = Count(3, LAST)
        case Shape.PHASE_LOSSES:
            value = tuple(PhaseLoss(number, None, None, None) for number in range(1, 5))
        case _:
            value = 120 if quantity is Quantity.BATTERY else None
    return value
