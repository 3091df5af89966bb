"""Values as few bytes, digit for digit (M39).

An entry is text: numbers as they are written, times as seconds since 2000, "no value" as nothing, all between
commas. Of text that knows only sixteen signs two fit into a byte, as in packed BCD; `_TO_NIBBLES` names them.
What is written here stays readable for ever: `QUANTITIES` and `SOURCES` only grow at their ends.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.quantities import SHAPES, Count, Peak, PhaseLoss, Prepaid, Quantity, Relay, Settled, Shape, Value
from core.terminal.readings import Source

EPOCH = datetime(2000, 1, 1)
_SECOND = timedelta(seconds=1)
_TO_NIBBLES = str.maketrans(".,-;E", "abcde", "+")
_FROM_NIBBLES = str.maketrans("abcde", ".,-;E")
_PAD = "f"
_COMMA, _SEPARATOR = ",;".translate(_TO_NIBBLES)

_Q = Quantity
QUANTITIES: tuple[Quantity, ...] = (
    _Q.FORWARD_ACTIVE, _Q.REVERSE_ACTIVE, _Q.REACTIVE_1, _Q.REACTIVE_2, _Q.QUADRANT_1, _Q.QUADRANT_2,
    _Q.QUADRANT_3, _Q.QUADRANT_4, _Q.FORWARD_ACTIVE_DEMAND, _Q.REVERSE_ACTIVE_DEMAND, _Q.REACTIVE_1_DEMAND,
    _Q.REACTIVE_2_DEMAND, _Q.VOLTAGE, _Q.CURRENT, _Q.ACTIVE_POWER, _Q.REACTIVE_POWER, _Q.APPARENT_POWER,
    _Q.POWER_FACTOR, _Q.CLOCK, _Q.STATUS, _Q.BATTERY, _Q.PROGRAMMINGS, _Q.METER_CLEARS, _Q.DEMAND_CLEARS,
    _Q.EVENT_CLEARS, _Q.CLOCK_SETTINGS, _Q.PERIOD_CHANGES, _Q.TAIL_COVERS, _Q.RELAY, _Q.PREPAYMENT,
    _Q.SETTLEMENT, _Q.PHASE_LOSSES,
)  # fmt: skip
"""Their places are their numbers in the file."""
SOURCES = (Source.FREEZE, Source.SUBSTITUTE, Source.RELAY, Source.CURRENT)
"""Same for where values came from."""
NUMBERS = {quantity: str(number) for number, quantity in enumerate(QUANTITIES)}


def pack(entries: Iterable[str]) -> bytes:
    """Join entries into bytes, two signs in each."""
    digits = ";".join(entries).translate(_TO_NIBBLES)
    return bytes.fromhex(digits + _PAD if len(digits) & 1 else digits)


def unpack(body: bytes) -> list[str]:
    """Return the entries."""
    return body.hex().rstrip(_PAD).translate(_FROM_NIBBLES).split(";")


def entry_of(body: bytes, number: str) -> str | None:
    """Return the rest of the entry that begins with a number, without looking at the others."""
    digits = _SEPARATOR + body.hex()
    start = digits.find(f"{_SEPARATOR}{number}{_COMMA}")
    if start < 0:
        return None
    start += len(number) + 2
    end = digits.find(_SEPARATOR, start)
    return digits[start : end if end >= 0 else len(digits)].rstrip(_PAD).translate(_FROM_NIBBLES)


def seconds(moment: datetime) -> int:
    """Whole seconds since 2000."""
    return (moment - EPOCH) // _SECOND


def moment(text: str) -> datetime:
    """The time of so many seconds."""
    return EPOCH + timedelta(seconds=int(text))


def _text(value: Decimal | int | None) -> str:
    return "" if value is None else str(value)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None


def _when(value: datetime | None) -> str:
    return "" if value is None else str(seconds(value))


def _at(text: str) -> datetime | None:
    return moment(text) if text else None


def _texts(value: Any) -> list[str]:
    return ["" if one is None else str(one) for one in value]


def _decimals(fields: list[str]) -> tuple[Decimal | None, ...]:
    return tuple([Decimal(text) if text else None for text in fields])


def _put_peaks(value: Any) -> list[str]:
    return [text for peak in value for text in (_text(peak.value), _when(peak.at))]


def _get_peaks(fields: list[str]) -> tuple[Peak, ...]:
    return tuple(Peak(_decimal(fields[i]), _at(fields[i + 1])) for i in range(0, len(fields), 2))


def _put_count(value: Any) -> list[str]:
    return [_text(value.times), _when(value.at)]


def _get_count(fields: list[str]) -> Count:
    return Count(_number(fields[0]), _at(fields[1]))


def _put_relay(value: Any) -> list[str]:
    closed = None if value.closed is None else int(value.closed)
    return [_text(closed), _when(value.closed_at), _when(value.opened_at)]


def _get_relay(fields: list[str]) -> Relay:
    return Relay(bool(int(fields[0])) if fields[0] else None, _at(fields[1]), _at(fields[2]))


def _put_prepaid(value: Any) -> list[str]:
    return _texts(getattr(value, name) for name in Prepaid.__slots__)


def _get_prepaid(fields: list[str]) -> Prepaid:
    return Prepaid(_number(fields[0]), *_decimals(fields[1:]))


def _put_settled(value: Any) -> list[str]:
    return [str(len(value.settled)), *_texts(value.settled), *_texts(value.unsettled)]


def _get_settled(fields: list[str]) -> Settled:
    split = 1 + int(fields[0])
    return Settled(_decimals(fields[1:split]), _decimals(fields[split:]))


def _put_losses(value: Any) -> list[str]:
    return [
        t for one in value for t in (_text(one.times), _text(one.minutes), _when(one.start), _when(one.end))
    ]


def _get_losses(fields: list[str]) -> tuple[PhaseLoss, ...]:
    rows = (fields[i : i + 4] for i in range(0, len(fields), 4))
    return tuple(PhaseLoss(_number(a), _number(b), _at(c), _at(d)) for a, b, c, d in rows)


FORMS: dict[Shape, tuple[Callable[[Any], list[str]], Callable[[list[str]], Value]]] = {
    Shape.REGISTERS: (_texts, _decimals),
    Shape.PHASES: (_texts, _decimals),
    Shape.TOTAL_AND_PHASES: (_texts, _decimals),
    Shape.PEAKS: (_put_peaks, _get_peaks),
    Shape.TIME: (lambda value: [_when(value)], lambda fields: moment(fields[0])),
    Shape.WORDS: (_texts, lambda fields: tuple(map(_number, fields))),
    Shape.MINUTES: (lambda value: [str(value)], lambda fields: int(fields[0])),
    Shape.COUNT: (_put_count, _get_count),
    Shape.RELAY: (_put_relay, _get_relay),
    Shape.PREPAID: (_put_prepaid, _get_prepaid),
    Shape.SETTLED: (_put_settled, _get_settled),
    Shape.PHASE_LOSSES: (_put_losses, _get_losses),
}
"""How a value of each shape becomes fields, and fields a value."""
_PUT = {quantity: FORMS[shape][0] for quantity, shape in SHAPES.items()}
_GET = {quantity: FORMS[shape][1] for quantity, shape in SHAPES.items()}


def fields_of(quantity: Quantity, value: Value) -> str:
    """A value as text."""
    return ",".join(_PUT[quantity](value))


def value_of(quantity: Quantity, text: str) -> Value:
    """The value that text stands for."""
    return _GET[quantity](text.split(","))
