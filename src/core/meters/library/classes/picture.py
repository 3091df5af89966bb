"""Values cut out of classes: constants, records of blocks, what stands behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.errors import DecodeError
from core.meters.decimals import plain
from core.meters.library.classes.model import Cell, Extent, Records
from core.meters.library.values import Format, Stamp
from core.meters.scripts import UnknownLayout
from core.quantities import Quantity

Places = Mapping[str, int]
"""Constants of the meter by name."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One record: kWh (kvarh), kW (kvar)."""

    energy: Decimal
    demand: Decimal
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """A class of registers."""

    blocks: tuple[tuple[Rate, ...], ...]
    """Records in the order of the meter."""
    tail: Mapping[Quantity, Decimal]


def sound(extent: Extent, content: bytes) -> bytes:
    """Return a class that can be believed; ``UnknownLayout``, ``DecodeError`` for a wrong check value."""
    if extent.sizes and len(content) not in extent.sizes:
        raise UnknownLayout(f"unknown layout: {len(content)} bytes of {extent.called}")
    if extent.sum:
        size = extent.sum.size
        if extent.sum.of(content[:-size]) != content[-size:]:
            raise DecodeError(f"the sum of {extent.called} is wrong", len(content) - size)
    return content


def number(cell: Cell, content: bytes, places: Places, at: int = 0) -> Decimal:
    """Return a number; ``DecodeError`` for bytes that are none."""
    value = scaled(cell, places).load(_bytes(cell, content, at))
    if value is None or isinstance(value, Stamp):
        raise DecodeError(f"{cell.format.name} is missing", at + cell.at)
    return plain(Decimal(value))


def scaled(cell: Cell, places: Places) -> Format:
    """Return the format with the decimals that the meter tells."""
    form = cell.format
    return replace(form, decimals=form.decimals + places[cell.places]) if cell.places else form


def moment(cell: Cell, content: bytes, at: int = 0) -> datetime | None:
    """Return a time; ``None`` for none, a lost calendar, no digits."""
    try:
        stamp = cell.format.load(_bytes(cell, content, at))
        return stamp.day_and_time if isinstance(stamp, Stamp) else None
    except (DecodeError, ValueError):
        return None


def picture(records: Records, content: bytes, places: Places) -> Picture:
    """Cut a class of registers; its size is one that `sound` let pass."""
    count = records.sizes[len(content)]
    starts = [[records.block * block + records.stride * n for n in range(len(records.rates))]
              for block in range(count)]  # fmt: skip
    blocks = tuple(tuple(_rate(records, content, places, at) for at in row) for row in starts)
    end = records.block * count
    tail = {quantity: number(cell, content, places, end) for quantity, cell in records.tail.items()}
    return Picture(blocks, tail)


def _rate(records: Records, content: bytes, places: Places, at: int) -> Rate:
    demand = number(records.demand, content, places, at) if records.demand else Decimal(0)
    when = moment(records.time, content, at) if records.time else None
    return Rate(number(records.energy, content, places, at), demand, when)


def _bytes(cell: Cell, content: bytes, at: int) -> bytes:
    return content[at + cell.at : at + cell.at + cell.format.size]
