"""From values as the store has them to data units: exact, or "no value" (Consistency rule behind Z8; M39).

Decimals get zeros behind them where a format has more places. Where it has fewer, the finer digits are left
away as a display leaves them away, never rounded up: some families of meters tell more than 376.1 can. What is
too large for a format is EEH. Times lose what a format has no place for.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any, TypeVar

from core.errors import EncodeError
from core.gdw376.catalogue import unit_class
from core.gdw376.unit import Edition, Unit
from core.terminal.concentrator import Concentrator
from core.wire.bcd import Bcd
from core.wire.codec import Codec, Leaf
from core.wire.record import Layout, layout_of
from core.wire.repeat import Repeat
from core.wire.times import CalendarTime, DayClock, DayTime, MinuteTime, MonthDayClock, MonthDayTime

U = TypeVar("U", bound=Unit)


def unit_of(terminal: Concentrator, afn: int, fn: int) -> type[Unit] | None:
    """Return the unit as the terminal's edition has it; ``None`` if that edition has no such function."""
    kind = unit_class(afn, fn, terminal.identity.edition)
    newer = kind is not None and kind.meaning.edition is not Edition.BASE_2009
    return None if newer and terminal.identity.edition is Edition.BASE_2009 else kind


def fitted(kind: type[U], values: Sequence[Any]) -> U:
    """Make a unit; ``values`` follow its fields, nested ones as sequences."""
    return _record(layout_of(kind), values)


def _record(layout: Layout, values: Sequence[Any]) -> Any:
    return layout.cls(*[_value(f.codec, value) for f, value in zip(layout.fields, values, strict=True)])


def _value(codec: Codec, value: Any) -> Any:
    match codec:
        case Repeat():
            return tuple([_value(codec.element, one) for one in value])
        case Layout():
            return _record(codec, value)
        case Leaf():
            return _leaf(codec, value)
        case _:
            return value


def _leaf(codec: Leaf, value: Any) -> Any:
    cut = _cut(codec, value) if isinstance(value, datetime) else _shortened(codec, value)
    if not codec.nullable:
        return cut
    try:
        codec.dump(cut)
    except EncodeError:
        return None
    return cut


def _shortened(codec: Leaf, value: Any) -> Any:
    if not isinstance(codec, Bcd) or not isinstance(value, Decimal):
        return value
    if -int(value.as_tuple().exponent) <= codec.decimals:
        return value
    shortened = value.quantize(Decimal(1).scaleb(-codec.decimals), ROUND_DOWN)
    return shortened if codec.decimals else int(shortened)


def _cut(codec: Leaf, moment: datetime) -> Any:
    """A moment as far as the format can say it."""
    match codec:
        case MinuteTime():
            return moment.replace(second=0, microsecond=0)
        case CalendarTime():
            return moment.replace(microsecond=0)
        case MonthDayClock():
            return MonthDayTime(moment.month, moment.day, moment.hour, moment.minute)
        case DayClock():
            return DayTime(moment.day, moment.hour, moment.minute)
        case _:
            return moment
