"""From values as the store has them to data units: exact, or "no value" (Consistency rule behind Z8; M39).

Decimals get zeros behind them where a format has more places, and are never rounded: what a format cannot
carry is EEH. Times lose what a format has no place for.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from core.errors import EncodeError
from core.gdw376.catalogue import unit_class
from core.gdw376.unit import Edition, Unit
from core.terminal.concentrator import Concentrator
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
    cut = _cut(codec, value) if isinstance(value, datetime) else value
    if not codec.nullable:
        return cut
    try:
        codec.dump(cut)
    except EncodeError:
        return None
    return cut


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
