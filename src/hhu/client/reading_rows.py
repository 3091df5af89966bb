"""Readings as rows of a file and as JSON: the digits of the terminal, with the meters they belong to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hhu.client.reading_table import Cell, Column, ReadingTable, Row, stamp_plain, stamp_text
from hhu.client.tables import Number, Value, write_table


@dataclass(frozen=True, slots=True)
class MeterName:
    """Which meter stands at a point, from the archive."""

    address: str = ""
    asset: str = ""


Meters = Mapping[int, MeterName]
HEAD = ("point", "address", "asset", "stamp")
TAIL = ("read_at", "remark")


def heading(table: ReadingTable) -> list[str]:
    """Names of the columns; quantities with their unit, as ``forward-active.t1 [kWh]``."""
    names = [f"{column.key} [{column.unit}]" if column.unit else column.key for column in table.columns]
    return [*HEAD, *names, *TAIL]


def remark(row: Row) -> str:
    """What is to be said of a row: nothing stored, unreadable, or tariffs that do not add up."""
    if row.trouble:
        return f"unreadable: {row.trouble}"
    if not row.stored:
        return "nothing stored"
    return "; ".join(f"{key}: total - tariffs = {value}" for key, value in row.differences.items())


def rows_of(table: ReadingTable, meters: Meters) -> Iterator[list[Value]]:
    """Return headings and rows for a file; an absent value is an empty cell."""
    yield list[Value](heading(table))
    for row in table.rows:
        values = [_value(row.cells.get(column.key)) for column in table.columns]
        yield [row.point, *_head(row, meters), *values, *_tail(row)]


def write_readings(path: Path, table: ReadingTable, meters: Meters) -> None:
    """Write CSV or XLSX by the suffix; see `hhu.client.tables.write_table`."""
    write_table(path, "readings", rows_of(table, meters), kept=len(HEAD))


def _head(row: Row, meters: Meters) -> list[str]:
    meter = meters.get(row.point, MeterName())
    return [meter.address, meter.asset, stamp_text(row.stamp)]


def _tail(row: Row) -> list[str]:
    return [f"{row.read_at:%Y-%m-%d %H:%M}" if row.read_at else "", remark(row)]


def _value(cell: Cell | None) -> Value:
    if cell is None or cell.text is None:
        return ""
    return cell.text if cell.number is None else Number(cell.text, cell.number)


def row_object(row: Row, columns: Sequence[Column], meters: Meters) -> dict[str, Any]:
    """Return a row for JSON; decimals are strings with their digits, "no value" is ``null``."""
    meter = meters.get(row.point)
    return {
        "point": row.point,
        "address": meter.address if meter else None,
        "asset": meter.asset or None if meter else None,
        "stamp": stamp_plain(row.stamp),
        "stored": row.stored,
        "values": {column.key: row.cells[column.key].plain for column in columns if column.key in row.cells},
        "units": {column.key: column.unit for column in columns if column.key in row.cells and column.unit},
        "read_at": row.read_at.isoformat(timespec="minutes") if row.read_at else None,
        "differences": {key: str(value) for key, value in row.differences.items()},
        "error": row.trouble or None,
    }
