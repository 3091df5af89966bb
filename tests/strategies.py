"""Random values for every codec, made from the layouts themselves."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch
from typing import Any

from hypothesis import strategies as st

from core.gdw376.units.erc import BODIES
from core.gdw376.units.event_record import Event, EventCodec
from core.wire import times
from core.wire.bcd import Bcd, Digits, Scaled3, Scaled7, SignedPercent
from core.wire.bits import BitLayout
from core.wire.codec import Codec
from core.wire.leaf import Ascii, Ipv4, Mask, Octets, Phone, Uint
from core.wire.record import Field, Layout, Record, layout_of
from core.wire.repeat import ByCode, ByField, ByMask, Prefix, Repeat, Tail, Times
from core.wire.stretch import FunctionMask, Gb18030, LongOctets, ShortText

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def values(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Values of a record class that its wire form can carry."""
    return of(layout_of(cls))


@singledispatch
def of(codec: Codec) -> st.SearchStrategy[Any]:
    """Values that the codec can carry."""
    raise NotImplementedError(type(codec))


def _maybe(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | some


def _exponents(digits: int, powers: list[int]) -> st.SearchStrategy[Decimal]:
    number = st.integers(0, 10**digits - 1)
    return st.builds(
        lambda n, power, minus: Decimal((minus, tuple(map(int, str(n))), power)),
        number, st.sampled_from(powers), st.integers(0, 1),
    )  # fmt: skip


@of.register
def _(codec: Uint) -> st.SearchStrategy[Any]:
    return st.integers(codec.minimum, codec.maximum)


@of.register
def _(codec: Mask) -> st.SearchStrategy[Any]:
    return st.frozensets(st.integers(codec.minimum or 0, codec.maximum or 0))


@of.register
def _(codec: Ascii) -> st.SearchStrategy[Any]:
    return st.text(PRINTABLE, max_size=codec.size or 0)


@of.register
def _(codec: ShortText) -> st.SearchStrategy[Any]:
    return st.text(PRINTABLE, max_size=codec.length or 0)


@of.register
def _(_codec: Gb18030) -> st.SearchStrategy[Any]:
    return st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@of.register
def _(_codec: LongOctets) -> st.SearchStrategy[Any]:
    return st.binary(max_size=40)


@of.register
def _(codec: FunctionMask) -> st.SearchStrategy[Any]:
    return st.frozensets(st.integers(1, 8 * codec.most))


def _event(erc: int) -> st.SearchStrategy[Event]:
    return values(BODIES[erc][0]).filter(_fits_a_byte).map(lambda body: Event(erc, body))


def _fits_a_byte(body: Record) -> bool:
    return len(body.encode()) <= 255


@of.register
def _(_codec: EventCodec) -> st.SearchStrategy[Any]:
    typed = st.sampled_from(sorted(BODIES)).flatmap(_event)
    return typed | st.builds(Event, st.integers(46, 255), st.binary(max_size=40))


@of.register
def _(codec: Octets) -> st.SearchStrategy[Any]:
    return st.binary(min_size=codec.size or 0, max_size=codec.size)


@of.register
def _(_codec: Ipv4) -> st.SearchStrategy[Any]:
    return st.ip_addresses(v=4)


@of.register
def _(_codec: Phone) -> st.SearchStrategy[Any]:
    return st.text("0123456789,#", max_size=16)


@of.register
def _(codec: Bcd) -> st.SearchStrategy[Any]:
    low = -codec.top if codec.signed else 0
    units = st.integers(low, codec.top)
    return _maybe(units.map(lambda n: Decimal(n).scaleb(-codec.decimals)) if codec.decimals else units)


@of.register
def _(codec: Digits) -> st.SearchStrategy[Any]:
    return _maybe(st.text("0123456789", min_size=codec.length or 0, max_size=codec.length))


@of.register
def _(_codec: Scaled3) -> st.SearchStrategy[Any]:
    return _maybe(_exponents(3, list(range(-3, 5))))


@of.register
def _(_codec: Scaled7) -> st.SearchStrategy[Any]:
    return _maybe(_exponents(7, [0, 3]))


@of.register
def _(_codec: SignedPercent) -> st.SearchStrategy[Any]:
    return _maybe(st.integers(-79, 79))


YEARS = (datetime(2000, 1, 1), datetime(2099, 12, 31))


@of.register
def _(codec: times.CalendarTime) -> st.SearchStrategy[Any]:
    whole_seconds = st.datetimes(*YEARS).map(lambda t: t.replace(microsecond=0))
    to_minute = isinstance(codec, times.MinuteTime)
    return _maybe(whole_seconds.map(lambda t: t.replace(second=0)) if to_minute else whole_seconds)


@of.register
def _(_codec: times.Date) -> st.SearchStrategy[Any]:
    return _maybe(st.dates(date(2000, 1, 1), date(2099, 12, 31)))


@of.register
def _(_codec: times.MonthOfYear) -> st.SearchStrategy[Any]:
    return _maybe(st.builds(times.Month, st.integers(2000, 2099), st.integers(1, 12)))


@of.register
def _(_codec: times.ClockTime) -> st.SearchStrategy[Any]:
    return _maybe(st.builds(time, st.integers(0, 23), st.integers(0, 59)))


@of.register
def _(_codec: times.MonthDayClock) -> st.SearchStrategy[Any]:
    day_of_year = st.dates(date(2000, 1, 1), date(2000, 12, 31))
    clock = (st.integers(0, 23), st.integers(0, 59))
    return _maybe(st.builds(lambda d, h, m: times.MonthDayTime(d.month, d.day, h, m), day_of_year, *clock))


@of.register
def _(codec: times.DayClock) -> st.SearchStrategy[Any]:
    seconds = st.integers(0, 59) if codec.seconds else st.just(0)
    return _maybe(
        st.builds(times.DayTime, st.integers(0, 31), st.integers(0, 23), st.integers(0, 59), seconds)
    )


@of.register
def _(_codec: times.DayAndHour) -> st.SearchStrategy[Any]:
    return _maybe(st.builds(times.DayHour, st.integers(1, 31), st.integers(0, 23)))


@of.register
def _(codec: BitLayout) -> st.SearchStrategy[Any]:
    return _bits(codec, {})


def _bits(codec: BitLayout, limited: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    fields = {f.name: st.booleans() if f.is_flag else st.integers(0, f.maximum or 0) for f in codec.fields}
    return st.builds(codec.cls, **(fields | limited))


@of.register
def _(codec: Tail) -> st.SearchStrategy[Any]:
    # A tail that is there but empty of value ("EE") is sent; only its presence with a value is compared.
    return _maybe(of(codec.inner).filter(lambda value: value is not None))


@of.register
def _(codec: Layout) -> st.SearchStrategy[Any]:
    return _record(codec)


def _record(codec: Layout) -> st.SearchStrategy[Any]:
    @st.composite
    def build(draw: st.DrawFn) -> Any:
        made: dict[str, Any] = {}
        for f in codec.fields:
            limited = _limited(codec, f)
            made[f.name] = draw(_sized(f.codec, made) if limited is None else limited)
        return codec.cls(**made)

    return build()


def _limited(layout: Layout, f: Field) -> st.SearchStrategy[Any] | None:
    """A field that counts others stays small, one that chooses a count stays inside its table."""
    for other in layout.fields:
        count = other.codec.count if isinstance(other.codec, Repeat) else None
        if (
            isinstance(count, ByField)
            and count.path.startswith(f"{f.name}.")
            and isinstance(f.codec, BitLayout)
        ):
            return _bits(f.codec, {count.path.partition(".")[2]: st.integers(0, min(count.most, 3))})
        if isinstance(count, ByField) and count.path == f.name:
            return st.integers(getattr(f.codec, "minimum", 0), min(count.most, 4))
        if isinstance(count, ByCode) and count.path == f.name:
            return st.sampled_from([code for code, _ in count.counts])
    return None


def _sized(codec: Codec, made: dict[str, Any]) -> st.SearchStrategy[Any]:
    if not isinstance(codec, Repeat):
        return of(codec)
    match codec.count:
        case ByField(path, _, _, _) | ByMask(path) | ByCode(path, _):
            first, *rest = path.split(".")
            value: Any = made[first]
            for name in rest:
                value = getattr(value, name)
            low = high = counted(codec.count, value if isinstance(value, int) else len(value))
        case Times(number):
            low = high = number
        case Prefix(_, most):
            low, high = 0, min(most, 5)
        case _:
            low, high = 0, 5
    return st.lists(of(codec.element), min_size=low, max_size=high).map(tuple)


def counted(count: Any, number: int) -> int:
    """How many follow when the field says ``number``."""
    match count:
        case ByField(_, _, plus, times):
            return max(number + plus, 0) * times
        case ByCode(_, counts):
            return dict(counts)[number]
        case _:
            return number


@of.register
def _(codec: Repeat) -> st.SearchStrategy[Any]:
    return _sized(codec, {})
