"""Tables in files as offices exchange them: CSV of any usual separator and encoding, XLSX.

Rules
- CSV is read as UTF-8, with or without BOM, as UTF-16 with BOM, else as GB18030; the separator is the one
  among comma, semicolon and tab under which the most headings are known.
- CSV is written as UTF-8 with BOM, because Excel in China takes anything else for GBK. Digits that are a name
  and texts that a spreadsheet would take for a formula get a leading tab: Excel then keeps them as text and
  shows no sign of it; reading strips it again. In XLSX such cells are text cells.
- Cells keep whether they were numbers: leading zeros of those were lost by a spreadsheet.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from core.errors import StoreError, UsageError
from hhu.files import write_whole

LARGEST = 8 * 1024 * 1024
"""Bytes of a file; 192 meters take 30 kB."""
UNPACKED = 64 * 1024 * 1024
"""Bytes an XLSX may unpack to."""
ROWS, COLUMNS = 5000, 100
SEPARATORS = ",;\t"
BOM = "\ufeff"
RISKY = ("=", "+", "-", "@")
"""Signs that make a spreadsheet calculate."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
TYPES = (".csv", ".txt", ".tsv", ".xlsx")
KINDS = "Give a .csv or .xlsx file."


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and whether the file says that it is a number."""

    text: str = ""
    number: bool = False


Line = tuple[Cell, ...]
Heading = Callable[[Line], int]
"""How many headings a line has."""


def read_table(path: Path, headings: Heading) -> tuple[Line, ...]:
    """Read all lines of a file; ``UsageError`` when it is no table, ``StoreError`` when it does not open."""
    if path.suffix.lower() not in (*TYPES, ".xls", ".xlsm"):
        raise UsageError(f"{path.name} is no table.", KINDS)
    content = _content(path)
    if content.startswith(OLD_EXCEL):
        raise UsageError(
            f"{path.name} is an old Excel file or has a password.", "Save it as .xlsx without a password."
        )
    if content.startswith(b"PK"):
        lines = _xlsx(path.name, content)
    elif path.suffix.lower().startswith(".xls"):
        raise UsageError(f"{path.name} is damaged.", "Open it in the spreadsheet and save it anew.")
    else:
        lines = _csv(path.name, content, headings)
    if len(lines) > ROWS or max(map(len, lines), default=0) > COLUMNS:
        raise UsageError(f"{path.name} has too many rows or columns.", f"At most {ROWS} rows are read.")
    return lines


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path.name} is too large.", f"At most {LARGEST // 1024 // 1024} MiB are read.")
        content = path.read_bytes()
    except PermissionError as error:
        raise StoreError(
            f"{path} is locked: {error.strerror or error}; close it in the spreadsheet"
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error
    if not content.strip():
        raise UsageError(f"{path.name} is empty.", KINDS)
    return content


def _decoded(name: str, content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(f"{name} is no text.", "Save it as CSV in UTF-8, or as .xlsx.")


def _csv(name: str, content: bytes, headings: Heading) -> tuple[Line, ...]:
    text = _decoded(name, content)
    try:
        tables = [_split(text, separator) for separator in SEPARATORS]
    except csv.Error as error:
        raise UsageError(f"{name} is damaged: {error}.", "Save it anew as CSV.") from error
    return max(tables, key=lambda lines: max(map(headings, lines[:20]), default=0))


def _split(text: str, separator: str) -> tuple[Line, ...]:
    """Cells without what stands around them; in CSV nothing tells numbers from text."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return tuple(tuple(Cell(cell.strip(), cell.isdecimal()) for cell in row) for row in rows)


def _xlsx(name: str, content: bytes) -> tuple[Line, ...]:
    """The sheet that is seen first when the file is opened."""
    import openpyxl  # noqa: PLC0415  # slow to import

    _check_size(name, content)
    try:
        with catch_warnings():
            simplefilter("ignore")  # about styles and extensions that no cell needs
            book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.active
            rows = [] if sheet is None else list(sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1))
            lines = tuple(tuple(_cell(cell.value) for cell in row) for row in rows)
            book.close()
    # openpyxl lets errors of zip, XML and its own typed fields through as they are
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile,
            SyntaxError, EOFError, RuntimeError) as error:  # fmt: skip
        raise UsageError(
            f"{name} is damaged.", "Open it in the spreadsheet and save it anew as .xlsx."
        ) from error
    return tuple(_trimmed(line) for line in lines)


def _check_size(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            known = any(entry.filename.startswith("xl/") for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UsageError(
            f"{name} is damaged.", "Open it in the spreadsheet and save it anew as .xlsx."
        ) from error
    if not known:
        raise UsageError(f"{name} is no spreadsheet.", KINDS)
    if unpacked > UNPACKED:
        raise UsageError(f"{name} is too large.", f"It unpacks to {unpacked // 1024 // 1024} MiB.")


def _cell(value: object) -> Cell:
    match value:
        case None:
            return Cell()
        case bool():
            return Cell("1" if value else "0")
        case int():
            return Cell(str(value), number=True)
        case float():
            whole = value.is_integer() and abs(value) < 1e15
            return Cell(str(int(value)) if whole else str(value), number=True)
        case _:
            return Cell(str(value).strip())


def _trimmed(line: Line) -> Line:
    """Without the empty cells at the end: sheets often are wider than their table."""
    filled = [index for index, cell in enumerate(line) if cell.text]
    return line[: filled[-1] + 1] if filled else ()


# Writing


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its exact digits, for CSV, beside its value, for a workbook."""

    text: str
    value: int | Decimal


Value = str | int | Number


def write_table(path: Path, title: str, rows: Iterable[Sequence[Value]], *, kept: int = 0) -> None:
    """Write a file by the suffix of ``path``; the first row holds the headings.

    The first ``kept`` columns stay in sight of a workbook. ``UsageError`` for another suffix, ``StoreError``
    when the disk refuses.
    """
    write_whole(path, table_bytes(path, title, rows, kept=kept))


def table_bytes(path: Path, title: str, rows: Iterable[Sequence[Value]], *, kept: int = 0) -> bytes:
    """Return the file for the suffix of ``path``; texts stay texts, numbers numbers."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _xlsx_bytes(title, rows, kept)
    if suffix in TYPES:
        return csv_text(rows, "\t" if suffix == ".tsv" else ",").encode()
    raise UsageError(f"{path.name} is no table.", KINDS)


def csv_text(rows: Iterable[Sequence[Value]], separator: str = ",") -> str:
    """Return CSV with BOM and the line ends of RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([[_kept(value) for value in row] for row in rows])
    return BOM + text.getvalue()


def _kept(value: Value) -> str:
    """A cell that Excel leaves as it is."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, int):
        return str(value)
    return f"\t{value}" if value.isdecimal() or value.startswith(RISKY) else value


def _xlsx_bytes(title: str, rows: Iterable[Sequence[Value]], kept: int) -> bytes:
    import openpyxl  # noqa: PLC0415  # slow to import
    from openpyxl.styles import Font  # noqa: PLC0415  # same

    book: Any = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(number, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = sheet.cell(2, kept + 1).coordinate
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _put(place: Any, value: Value) -> None:
    """Texts are text cells; numbers show all their decimals; an empty text is an empty cell."""
    if isinstance(value, Number):
        decimals = -int(value.value.as_tuple().exponent) if isinstance(value.value, Decimal) else 0
        place.value, place.number_format = value.value, f"0.{'0' * decimals}" if decimals else "0"
    elif isinstance(value, int):
        place.value = value
    elif value:
        place.value = value
        place.data_type = "s"  # an asset number may begin with =
        place.number_format = "@"
