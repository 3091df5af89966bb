"""Values as the short texts in which a library writes what its tests expect."""

from datetime import datetime
from typing import Any

from core.meters.library.values import Plain, Stamp
from core.quantities import Count, Peak, PhaseLoss, Settled, Value

NONE = "none"


def plain_text(value: Plain) -> str:
    """Return what one identifier holds: digits, a time as ``2026-11-20 14:36`` or as much as there is."""
    if not isinstance(value, Stamp):
        return NONE if value is None else str(value)
    day = _joined("-", value.year, value.month, value.day)
    clock = _joined(":", value.hour, value.minute, value.second)
    return f"{day} {clock}".strip()


def value_texts(value: Value | None) -> tuple[str, ...]:
    """Return the parts of a value of the common vocabulary, one text each."""
    if isinstance(value, tuple):
        return tuple(map(_part, value))
    if isinstance(value, Settled):
        return (*map(_part, value.settled), *map(_part, value.unsettled))
    return (_part(value),)


def _joined(sign: str, *numbers: int | None) -> str:
    return sign.join(f"{number:02d}" for number in numbers if number is not None)


def _part(value: Any) -> str:
    match value:
        case None:
            return NONE
        case Peak():
            return f"{_part(value.value)} @ {_part(value.at)}"
        case Count():
            return f"{_part(value.times)} @ {_part(value.at)}"
        case PhaseLoss():
            return " ".join(map(_part, (value.times, value.minutes, value.start, value.end)))
        case datetime():
            return value.isoformat(" ")
        case _:
            return str(value)
