"""Numbers and times of the common vocabulary out of what single identifiers hold."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.errors import DecodeError
from core.meters.dlt645.settlements import dated
from core.meters.library import model as m
from core.meters.library.values import Plain, Stamp
from core.quantities import Peak
from core.wire.times import MonthDayTime


def is_derived(plan: m.Plan | None) -> bool:
    """Tell whether values of this plan are computed from what the meter holds."""
    match plan:
        case m.Energies(columns=columns, sum=parts):
            return bool(parts) or not (columns[0].total or not columns[0].tariffs)
        case m.Maxima(columns=pairs):
            return bool(pairs[0][0].tariffs) and not pairs[0][0].total
        case m.SettledEnergy():
            return True
        case _:
            return False


def number(value: Plain) -> Decimal | None:
    """Return a number, ``None`` for anything else."""
    return None if value is None or isinstance(value, Stamp) else Decimal(value)


def whole(value: Plain) -> int | None:
    """Return a whole number, ``None`` for anything else."""
    return value if isinstance(value, int) else None


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Nothing where a part is missing: a sum of the rest would lie."""
    held = tuple(values)
    return sum((one for one in held if one is not None), Decimal(0)) if None not in held else None


def greatest(peaks: tuple[Peak, ...]) -> Peak:
    """Return the greatest of the demands that are known."""
    known = [peak for peak in peaks if peak.value is not None]
    return max(known, key=lambda peak: peak.value or 0) if known else Peak(None, None)


def moment(stamp: Plain, now: datetime | None) -> datetime | None:
    """Return a time; one without a year lies in the last one before ``now``."""
    if not isinstance(stamp, Stamp):
        return None
    try:
        if stamp.year is not None:
            return stamp.moment
        yearly = MonthDayTime(stamp.month or 0, stamp.day or 0, stamp.hour or 0, stamp.minute or 0)
    except ValueError as error:
        raise DecodeError(f"no such time: {error}") from error
    return dated(yearly, now) if now else None
