"""The meter archive to a file and back: nothing is planned before every row and cell was looked at.

A row of a known serial number (or, without that column, of a known address) changes that meter and keeps what
the file does not say; any other row adds a meter. Passwords are never written to a file nor taken from one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import EncodeError, UsageError
from hhu.client.archive import ArchiveRow, free_number
from hhu.client.archive_check import Defect, Placed, defects_of
from hhu.client.archive_columns import BY_NAME, COLUMNS, Column, column_of, is_secret, plain, read_cell
from hhu.client.tables import Cell, Line, Value, read_table, write_table

DL645_2007 = 30
DEEPEST = 20
"""Rows above the headings that may hold a title."""
ADDRESS_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file would do to the archive of a terminal."""

    name: str
    meters: tuple[ArchiveRow, ...]
    """Meters that would be added or changed, by row of the file."""
    gone: tuple[ArchiveRow, ...]
    """Meters of the terminal that would be deleted."""
    added: frozenset[int]
    """Serial numbers that the terminal does not have yet."""
    same: int
    """Rows that are in the terminal as they are."""
    defects: tuple[Defect, ...]

    @property
    def blocked(self) -> bool:
        """Whether something must be repaired first."""
        return any(defect.blocking for defect in self.defects)


# Writing


def save_archive(path: Path, rows: Iterable[ArchiveRow], *, zh: bool) -> None:
    """Write CSV or XLSX by the suffix; ``UsageError`` for another one, ``StoreError`` by the disk."""
    write_table(path, "电能表" if zh else "Meters", lines_of(rows, zh=zh))


def lines_of(rows: Iterable[ArchiveRow], *, zh: bool) -> list[list[Value]]:
    """Return headings and rows; addresses as text."""
    head: list[Value] = [column.zh if zh else column.en for column in COLUMNS]
    return [head, *([_written(column, row) for column in COLUMNS] for row in rows)]


def _written(column: Column, row: ArchiveRow) -> Value:
    value: Any = getattr(row, column.name)
    return int(value) if isinstance(value, bool) else value


# Reading


def load_draft(path: Path, held: Sequence[ArchiveRow], *, replace_all: bool = False) -> Draft:
    """Read a file against the meters of a terminal; with ``replace_all`` the others are to go.

    ``UsageError`` and ``StoreError`` say why the file cannot be read at all; everything else is a defect.
    """
    lines = read_table(path, lambda line: sum(column_of(cell.text) is not None for cell in line))
    return draft_of(path.name, lines, held, replace_all=replace_all)


def draft_of(
    name: str, lines: Sequence[Line], held: Sequence[ArchiveRow], *, replace_all: bool = False
) -> Draft:
    """Read lines as they stand in a file."""
    top, columns, defects = _headings(name, lines)
    found = [_Row(number, line, columns) for number, line in enumerate(lines, start=1) if number > top]
    filled = [row for row in found if any(cell.text for cell in row.cells.values())]
    reading = _Reading(held, frozenset(columns))
    placed = [reading.meter(row) for row in filled]
    defects = [*defects, *reading.defects]
    serials = {one.meter.serial for one in placed}
    others = [meter for meter in held if meter.serial not in serials]
    gone = tuple(others) if replace_all else ()
    stays = [Placed(0, meter) for meter in others if not replace_all]
    broken = {(defect.row, defect.column) for defect in defects if defect.blocking}
    defects += [d for d in defects_of([*stays, *placed]) if (d.row, d.column) not in broken]
    if not filled:
        defects.append(Defect("no-rows", row=top))
    known = {meter.serial: meter for meter in held}
    changed = tuple(one.meter for one in placed if known.get(one.meter.serial) != one.meter)
    return Draft(
        name,
        changed,
        gone,
        frozenset(serials - known.keys()),
        len(placed) - len(changed),
        tuple(sorted(defects, key=lambda defect: (not defect.blocking, defect.row))),
    )


def _headings(name: str, lines: Sequence[Line]) -> tuple[int, dict[str, int], list[Defect]]:
    """Find the line of headings: the first with an address column; say what is unknown or double there."""
    for number, line in enumerate(lines[:DEEPEST], start=1):
        known = [column_of(cell.text) for cell in line]
        if any(column is not None and column.name == "address" for column in known):
            return number, *_columns(number, line, known)
    raise UsageError(
        f"{name} has no column of meter addresses.", "The headings need 通信地址, Meter address or address."
    )


def _columns(number: int, line: Line, known: Sequence[Column | None]) -> tuple[dict[str, int], list[Defect]]:
    places: dict[str, int] = {}
    defects: list[Defect] = []
    for index, (cell, column) in enumerate(zip(line, known, strict=True)):
        if column is None:
            if cell.text and plain(cell.text):
                kind = "secret-column" if is_secret(cell.text) else "unknown-column"
                defects.append(Defect(kind, (cell.text,), number, cell.text, blocking=False))
        elif column.name in places:
            defects.append(Defect("double-column", (cell.text,), number, column.name))
        else:
            places[column.name] = index
    return places, defects


class _Row:
    """One line of the file by column."""

    def __init__(self, number: int, line: Line, columns: Mapping[str, int]) -> None:
        self.number = number
        self.cells = {name: line[index] if index < len(line) else Cell() for name, index in columns.items()}


class _Reading:
    """Turns lines into meters, one after the other; numbers that the file leaves open are given here."""

    def __init__(self, held: Sequence[ArchiveRow], columns: frozenset[str]) -> None:
        self.defects: list[Defect] = []
        self._columns = columns
        self._serials = {meter.serial: meter for meter in held}
        self._addresses: dict[str, list[ArchiveRow]] = {}
        for meter in held:
            self._addresses.setdefault(meter.address, []).append(meter)
        self._used_serials = set(self._serials)
        self._used_points = {meter.point for meter in held}

    def meter(self, row: _Row) -> Placed:
        """Return the meter of a line; a cell that cannot be read keeps the value it had."""
        values = dict(self._values(row))
        known = self._known(values)
        base = known or self._new(row, values)
        meter = replace(base, **values)
        self._used_serials.add(meter.serial)
        self._used_points.add(meter.point)
        return Placed(row.number, meter, new=known is None)

    def _values(self, row: _Row) -> Iterable[tuple[str, Any]]:
        for name, cell in row.cells.items():
            if not cell.text:
                continue
            try:
                value = read_cell(BY_NAME[name], cell)
            except EncodeError as error:
                self.defects.append(Defect(error.reason, (cell.text,), row.number, name))
                continue
            if name in ("address", "collector"):
                value = self._whole(str(value), cell, row.number, name)
            yield name, value

    def _whole(self, text: str, cell: Cell, row: int, name: str) -> str:
        """Digits that are too few are filled on the left, and that is said."""
        if name == "collector" and not text.strip("0"):
            return ""
        if not (text.isascii() and text.isdecimal()) or len(text) >= ADDRESS_DIGITS:
            return text
        whole = text.zfill(ADDRESS_DIGITS)
        kind = "zeros" if cell.number else "filled"
        self.defects.append(Defect(kind, (text, whole), row, name, blocking=False))
        return whole

    def _known(self, values: Mapping[str, Any]) -> ArchiveRow | None:
        """The meter that the line is about, if the terminal has it."""
        if "serial" in values:
            return self._serials.get(values["serial"])
        there = self._addresses.get(values.get("address", ""), [])
        if "port" in values and len(there) > 1:
            there = [meter for meter in there if meter.port == values["port"]]
        return there[0] if len(there) == 1 else None

    def _new(self, row: _Row, values: Mapping[str, Any]) -> ArchiveRow:
        """A meter that the terminal does not have: what must be told, and what is assumed."""
        serial = values.get("serial") or free_number(self._used_serials)
        point = values.get("point") or (
            serial if serial not in self._used_points else free_number(self._used_points)
        )
        broken = {defect.column for defect in self.defects if defect.row == row.number and defect.blocking}
        if "port" not in values and "port" not in broken:
            self.defects.append(Defect("no-port", (), row.number, "port"))
        if "protocol" not in values and "protocol" not in broken:
            self.defects.append(Defect("assumed", ("DL/T 645-2007",), row.number, "protocol", blocking=False))
        return ArchiveRow(serial, point, values.get("port", 1), DL645_2007, "")
