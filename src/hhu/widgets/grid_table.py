"""Rows in columns of fixed widths, one of them taking what is left; every cell with a tone of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.rows import Rows


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A title and a width in cells; width 0 takes what the others leave."""

    title: str
    width: int
    align: str = "left"


@dataclass(frozen=True, slots=True)
class GridCell:
    """A text and its colour in the palette; ``bold`` for words of truth."""

    text: str
    tone: str = "ink"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line; ``key`` finds it again when the rows change."""

    key: str
    cells: tuple[GridCell, ...]


def widths_of(columns: Sequence[GridColumn], width: int) -> list[int]:
    """Give the columns their cells; a blank stands behind each, and one before the first."""
    rest = width - 1 - sum(column.width + 1 for column in columns if column.width) - 1
    return [column.width or max(0, rest) for column in columns]


class GridTable(Rows):
    """The body; the heading is `GridHeading`."""

    DEFAULT_CSS = "GridTable { scrollbar-gutter: stable; }"

    def __init__(self, columns: Sequence[GridColumn], *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self.columns = tuple(columns)
        self._rows: tuple[GridRow, ...] = ()

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def count(self) -> int:
        """One line per row."""
        return len(self._rows)

    @property
    def current(self) -> GridRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: Sequence[GridRow]) -> None:
        """Show other rows; the cursor stays on its row, else on its line."""
        wanted = self.current.key if self.current else None
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        self.refresh(layout=True)
        self.rows_changed()
        place = next((index for index, row in enumerate(self._rows) if row.key == wanted), None)
        if place is not None:
            self.cursor = place

    def pieces(self, index: int, width: int) -> list[Piece]:
        """The cells of one line."""
        palette, row = palette_of(self), self._rows[index]
        pieces: list[Piece] = [(" ", Style())]
        for column, cell, room in zip(self.columns, row.cells, widths_of(self.columns, width), strict=True):
            style = Style(color=getattr(palette, cell.tone), bold=cell.bold)
            pieces.append((f"{fit(cell.text, room, column.align)} ", style))
        return pieces


class GridHeading(Widget):
    """Titles over the columns of a `GridTable`."""

    DEFAULT_CSS = "GridHeading { height: 1; }"

    def __init__(self, columns: Sequence[GridColumn]) -> None:
        super().__init__()
        self._columns = tuple(columns)

    def render_line(self, y: int) -> Strip:
        """One cell short, like the table with its scrollbar."""
        palette, width = palette_of(self), self.size.width
        widths = widths_of(self._columns, width - 1)
        texts = (fit(c.title, room, c.align) for c, room in zip(self._columns, widths, strict=True))
        style = Style(color=palette.dim, bold=True)
        ground = Style(color=palette.ink, bgcolor=palette.surface)
        return strip_of([(" ", style), *((f"{text} ", style) for text in texts)], width, ground)
