"""The glass as cells: rows of half-width columns, a glyph and attributes each (device behaviour 3.1).

A page writes on a ``Canvas``; the finished ``Cells`` never change, so two frames can be compared cell by
cell. A CJK character takes two cells: the left one holds it, the right one holds the empty string.
"""

import unicodedata
from dataclasses import dataclass, field

from core.panel.rhythm import blink_lit

ROWS, COLUMNS = 10, 20
COMPACT_ROWS, COMPACT_COLUMNS = 4, 16


@dataclass(frozen=True, slots=True)
class Cell:
    """One half-width position of 8 x 16 dots; ``glyph`` is empty in the right half of a wide character."""

    glyph: str = " "
    inverse: bool = False
    blink: bool = False


BLANK = Cell()


@dataclass(frozen=True, slots=True)
class Cells:
    """One finished frame."""

    rows: tuple[tuple[Cell, ...], ...]
    cut: tuple[str, ...] = field(default=(), compare=False)
    """Texts that did not fit where they were put, for whoever writes pages and languages."""

    def line(self, row: int) -> str:
        """Text of a row, blinking cells shown; shorter than the columns where it holds wide characters."""
        return "".join(cell.glyph for cell in self.rows[row])

    def text(self) -> str:
        """All rows, one line each, blinking cells shown."""
        return "\n".join(self.line(row) for row in range(len(self.rows)))

    def lit(self, now: float) -> "Cells":
        """Return the frame as the glass shows it at ``now``: blinking cells are blank in the dark half."""
        if blink_lit(now):
            return self
        return Cells(tuple(tuple(_dark(cell) for cell in row) for row in self.rows))


def _dark(cell: Cell) -> Cell:
    return Cell(inverse=cell.inverse, blink=True) if cell.blink else cell


def glyph_width(glyph: str) -> int:
    """Cells one character takes: 2 for East Asian wide ones, 0 for combining marks, else 1."""
    if unicodedata.combining(glyph):
        return 0
    return 2 if unicodedata.east_asian_width(glyph) in {"W", "F"} else 1


def text_width(text: str) -> int:
    """Cells a text takes."""
    return len(text) if text.isascii() else sum(glyph_width(glyph) for glyph in text)


def clipped(text: str, width: int) -> str:
    """Return as much of a text as fits ``width`` cells, for what may be cut (device behaviour 3.1)."""
    while text_width(text) > width:
        text = text[:-1]
    return text


def padded(text: str, width: int) -> str:
    """Return a text with blanks behind it up to ``width`` cells."""
    return text + " " * (width - text_width(text))


class Canvas:
    """The frame while it is drawn; what does not fit is cut, nothing wraps."""

    def __init__(self, rows: int = ROWS, columns: int = COLUMNS) -> None:
        self.rows, self.columns = rows, columns
        self._cells = [[BLANK] * columns for _ in range(rows)]
        self._cut: list[str] = []

    def put(self, row: int, column: int, text: str, *, inverse: bool = False, blink: bool = False) -> None:
        """Write ``text`` from ``column``; a wide character that would lose its right half is left out."""
        for glyph in text:
            shown = glyph if glyph.isprintable() else "?"
            width = glyph_width(shown)
            if column + width > self.columns:
                self._cut.append(text)
                return
            if width:
                self._set(row, column, Cell(shown, inverse, blink))
            if width == 2:
                self._set(row, column + 1, Cell("", inverse, blink))
            column += width

    def spread(self, row: int, left: str, right: str = "") -> None:
        """Write a whole row: ``left`` from the edge, ``right`` against the other edge, which wins."""
        self._cells[row] = [BLANK] * self.columns
        if text_width(left) + text_width(right) > self.columns:
            self._cut.append(f"{left}|{right}")
        self.put(row, 0, left)
        self.put(row, max(self.columns - text_width(right), 0), right)

    def centre(self, row: int, text: str) -> None:
        """Write ``text`` in the middle of a row; an odd rest goes to the right."""
        self.put(row, max(self.columns - text_width(text), 0) // 2, text)

    def finished(self) -> Cells:
        """Return the frame as drawn so far."""
        return Cells(tuple(tuple(row) for row in self._cells), tuple(self._cut))

    def _set(self, row: int, column: int, cell: Cell) -> None:
        line = self._cells[row]
        if line[column].glyph == "" and cell.glyph != "":
            line[column - 1] = BLANK  # a left half without its right half would be a torn character
        if column + 1 < self.columns and line[column + 1].glyph == "":
            line[column + 1] = BLANK
        line[column] = cell
