"""Terminals with readings, put in directly, and questions for them as they travel."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core.gdw376.frame import Direction
from core.gdw376.message import Item, decode_items, encode_blocks, encode_query
from core.gdw376.units.shapes import CurveStamp, DayStamp, MonthStamp
from core.quantities import Quantity, Value
from core.service.order import Order
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.readings import CURRENT_STAMP, History, Kind, Reading, Source
from core.wire.record import Record
from core.wire.times import Month
from tests.core.concentrators import served

POINT = 5
METER = History(POINT, "000000000005", 30)
READ_AT = datetime(2026, 11, 20, 11, 42, 17)
READ_MINUTE = datetime(2026, 11, 20, 11, 42)


def registers(*values: str) -> tuple[Decimal | None, ...]:
    """Decimals, "no value" where the text is empty."""
    return tuple(Decimal(value) if value else None for value in values)


def keep(
    terminal: Concentrator,
    kind: Kind,
    stamp: date,
    values: Mapping[Quantity, Value],
    history: History = METER,
    read_at: datetime = READ_AT,
) -> None:
    """Put values into one slot."""
    moment = stamp if isinstance(stamp, datetime) else datetime.combine(stamp, time())
    rows = [
        Reading(kind, moment, quantity, value, read_at, Source.FREEZE) for quantity, value in values.items()
    ]
    terminal.readings.put(history, rows)


def keep_now(terminal: Concentrator, values: Mapping[Quantity, Value], read_at: datetime = READ_AT) -> None:
    """Put present values."""
    keep(terminal, Kind.CURRENT, CURRENT_STAMP, values, read_at=read_at)


def keep_curve(
    terminal: Concentrator,
    quantity: Quantity,
    start: datetime,
    step: int,
    *values: tuple[Decimal | None, ...],
) -> None:
    """Put points ``step`` minutes apart."""
    for number, value in enumerate(values):
        keep(terminal, Kind.CURVE, start + number * timedelta(minutes=step), {quantity: value})


def question(
    terminal: Concentrator, afn: int, *asked: tuple[int, Record | None], pn: int = POINT
) -> dict[int, Any]:
    """Ask; return by Fn what a master decodes from the bytes, nothing if it was denied."""
    edition = terminal.identity.edition
    payload = b"".join(encode_query([Item(pn, fn, asked=selector) for fn, selector in asked]))
    answer = served(terminal, Order(Channel.IR, afn, decode_items(afn, Direction.DOWN, payload, edition)))
    raw = b"".join(encode_blocks(answer.items))
    decoded = decode_items(answer.afn, Direction.UP, raw, edition)
    assert [item.value for item in decoded] == [item.value for item in answer.items]
    if answer.afn == 0x00:
        return {}
    assert all(item.pn == pn for item in decoded)
    return {item.fn: item.value for item in decoded}


def now(terminal: Concentrator, *functions: int, pn: int = POINT) -> dict[int, Any]:
    """Ask for class 1 data."""
    return question(terminal, 0x0C, *((fn, None) for fn in functions), pn=pn)


def of_day(terminal: Concentrator, day: date, *functions: int, pn: int = POINT) -> dict[int, Any]:
    """Ask for the values of a day."""
    return question(terminal, 0x0D, *((fn, DayStamp(day)) for fn in functions), pn=pn)


def of_month(terminal: Concentrator, month: Month, *functions: int, pn: int = POINT) -> dict[int, Any]:
    """Ask for the values of a month."""
    return question(terminal, 0x0D, *((fn, MonthStamp(month)) for fn in functions), pn=pn)


def of_curve(
    terminal: Concentrator, start: datetime, density: int, count: int, *functions: int, pn: int = POINT
) -> dict[int, Any]:
    """Ask for curves."""
    stamp = CurveStamp(start, density, count)
    return question(terminal, 0x0D, *((fn, stamp) for fn in functions), pn=pn)
