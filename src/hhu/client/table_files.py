"""Tables as CSV, XLSX and JSON: the digits of the terminal, and a byte order mark for Excel."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import UsageError
from hhu.client.reading_table import Cell, Column, ReadingTable, Row, stamp_plain, stamp_text
from hhu.files import write_whole

BOM = "\ufeff"
TEXT = "@"
"""Number format of XLSX that keeps leading zeros."""


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


def as_csv(table: ReadingTable, meters: Meters) -> str:
    """Return the table with a byte order mark; an absent value is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading(table))
    for row in table.rows:
        values = [_text(row.cells.get(column.key)) for column in table.columns]
        writer.writerow([*_head(row, meters), *values, *_tail(row)])
    return BOM + text.getvalue()


def _head(row: Row, meters: Meters) -> list[str]:
    meter = meters.get(row.point, MeterName())
    return [str(row.point), meter.address, meter.asset, stamp_text(row.stamp)]


def _tail(row: Row) -> list[str]:
    return [f"{row.read_at:%Y-%m-%d %H:%M}" if row.read_at else "", remark(row)]


def _text(cell: Cell | None) -> str:
    return "" if cell is None or cell.text is None else cell.text


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


def write_csv(path: Path, table: ReadingTable, meters: Meters) -> None:
    """Write the table; ``StoreError`` when the disk refuses."""
    write_whole(path, as_csv(table, meters).encode())


def write_xlsx(path: Path, table: ReadingTable, meters: Meters) -> None:
    """Write the table as a workbook; ``StoreError`` when the disk refuses."""
    write_whole(path, as_xlsx(table, meters))


def write_table(path: Path, table: ReadingTable, meters: Meters) -> None:
    """Write in the format that the name of the file says."""
    writers = {".csv": write_csv, ".xlsx": write_xlsx}
    if path.suffix.lower() not in writers:
        raise UsageError(f"{path.name} is neither CSV nor XLSX.", "End the name with .csv or .xlsx.")
    writers[path.suffix.lower()](path, table, meters)


def as_xlsx(table: ReadingTable, meters: Meters) -> bytes:
    """Return a workbook: numbers are numbers shown with all their digits, addresses keep their zeros."""
    from openpyxl import Workbook  # noqa: PLC0415  # slow to import, only exporting needs it
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "readings"
    sheet.append(heading(table))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(table.rows, start=2):
        _fill(sheet, number, row, table.columns, meters)
    sheet.freeze_panes = f"{'ABCDE'[len(HEAD)]}2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, number: int, row: Row, columns: Sequence[Column], meters: Meters) -> None:
    point, *texts = _head(row, meters)
    sheet.cell(number, 1, int(point))
    for at, text in enumerate(texts, start=2):
        sheet.cell(number, at, text or None).number_format = TEXT
    for at, column in enumerate(columns, start=len(HEAD) + 1):
        _put(sheet.cell(number, at), row.cells.get(column.key))
    for at, text in enumerate(_tail(row), start=len(HEAD) + len(columns) + 1):
        sheet.cell(number, at, text or None).number_format = TEXT


def _put(place: Any, cell: Cell | None) -> None:
    if cell is None or cell.text is None:
        return
    if cell.number is None:
        place.value, place.number_format = cell.text, TEXT
        return
    place.value = cell.number
    decimals = -int(cell.number.as_tuple().exponent) if isinstance(cell.number, Decimal) else 0
    place.number_format = f"0.{'0' * decimals}" if decimals else "0"
