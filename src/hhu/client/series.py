"""A quantity of one point over time: what was used between two readings, or the value itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from core.wire.times import Month
from hhu.client.reading_table import ENERGY_UNITS, Column, Row, Stamp, stamp_text


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of time; ``None`` where one is missing."""

    stamps: tuple[Stamp, ...]
    values: tuple[Decimal | None, ...]
    unit: str
    used: bool
    """The values are what was used since the stamp before, not what stood there."""

    @property
    def known(self) -> tuple[Decimal, ...]:
        """Values that are there."""
        return tuple(value for value in self.values if value is not None)


def series_of(rows: Sequence[Row], column: Column) -> Series:
    """Return the series of a column; ``rows`` are of one point, the oldest first.

    A register gives the energy between neighbours; where a day between them is missing there is no value,
    for nobody knows on which day it was used.
    """
    dated = [row for row in rows if row.stamp is not None]
    stamps = tuple(row.stamp for row in dated)
    values = tuple(_number(row, column) for row in dated)
    register = column.unit in ENERGY_UNITS and "energy" not in column.key
    if not register:
        return Series(stamps, values, column.unit, used=False)
    usual = _usual_step(stamps)
    steps = tuple(
        after - before if before is not None and after is not None and _step(*pair) == usual else None
        for pair, (before, after) in zip(pairwise(stamps), pairwise(values), strict=True)
    )
    return Series(stamps[1:], steps, column.unit, used=True)


def _number(row: Row, column: Column) -> Decimal | None:
    cell = row.cells.get(column.key)
    return None if cell is None or cell.number is None else Decimal(cell.number)


def _usual_step(stamps: Sequence[Stamp]) -> float:
    """The shortest step between neighbours: a day, a month, a quarter of an hour."""
    return min((_step(one, other) for one, other in pairwise(stamps)), default=0.0)


def _step(one: Stamp, other: Stamp) -> float:
    """How far two stamps are apart; months count as one each."""
    if isinstance(one, Month) and isinstance(other, Month):
        return 12 * (other.year - one.year) + other.month - one.month
    if isinstance(one, date) and isinstance(other, date):
        return (_moment(other) - _moment(one)) / timedelta(minutes=1)
    return 0.0


def _moment(stamp: date) -> datetime:
    return stamp if isinstance(stamp, datetime) else datetime(stamp.year, stamp.month, stamp.day)


def short_stamp(stamp: Stamp) -> str:
    """Write a stamp under an axis: day and month, or hour and minute."""
    if isinstance(stamp, datetime):
        return f"{stamp:%H:%M}"
    return f"{stamp:%m-%d}" if isinstance(stamp, date) else stamp_text(stamp)
