"""Sheets cut into pages: labels in the language of the glass, values never cut.

A value that has no room beside its label gets a row of its own (device behaviour 3.1: addresses are never
cut). Pages of sheets with the same title and date are numbered together: 1/3, 2/3, 3/3 of one day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from core.panel.cells import COLUMNS, COMPACT_COLUMNS, text_width
from core.panel.sheets import Line, Sheet
from core.panel.texts import Texts

RIGHT_MARGIN = 1
"""Cells left free behind a value where there is room (picture of the point data page)."""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page: rows are label and value, the value from a column on."""

    title: str
    when: str
    rows: tuple[tuple[str, int, str], ...]
    foot: str
    mark: str


def laid_out(sheets: Iterable[Sheet], texts: Texts, *, compact: bool) -> tuple[SheetPage, ...]:
    """Lay sheets out for one of the two faces: rows 3 to 8, or the two below the title (3.3, 3.4)."""
    return pages_of(sheets, texts, *((COMPACT_COLUMNS, 2) if compact else (COLUMNS, 6)))


def pages_of(sheets: Iterable[Sheet], texts: Texts, columns: int, height: int) -> tuple[SheetPage, ...]:
    """Lay sheets out for a glass; ``height`` is how many rows a page has for lines."""
    pages: list[SheetPage] = []
    for _, group in groupby(sheets, key=lambda sheet: (sheet.title, sheet.when)):
        parts = [part for sheet in group for part in _parts(sheet, texts, columns, height)]
        pages += [
            SheetPage(
                texts.say(sheet.title), sheet.when, rows, texts.say(sheet.foot), f"{number}/{len(parts)}"
            )
            for number, (sheet, rows) in enumerate(parts, 1)
        ]
    return tuple(pages)


def _parts(
    sheet: Sheet, texts: Texts, columns: int, height: int
) -> Iterator[tuple[Sheet, tuple[tuple[str, int, str], ...]]]:
    """Fill page after page; a label and its value on two rows stay together."""
    page: list[tuple[str, int, str]] = []
    for line in sheet.lines:
        rows = _rows(line, texts, columns)
        if page and len(page) + len(rows) > height:
            yield sheet, tuple(page)
            page = []
        page += rows
    yield sheet, tuple(page)


def _rows(line: Line, texts: Texts, columns: int) -> list[tuple[str, int, str]]:
    label, value = texts.say(line.label), texts.say(line.value)
    width, room = text_width(value), columns - text_width(label)
    if line.close:
        return [(label, text_width(label) + 1, value)]
    if width + 1 > room and label and value:
        return [(label, 0, ""), ("", columns - width, value)]
    margin = RIGHT_MARGIN if width + 1 + RIGHT_MARGIN <= room else 0
    return [(label, columns - width - margin, value)]
