"""A wide table of numbers: points and moments stay at the left, quantities scroll with the marked column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.rows import Rows

GAP = 2


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: the name of its family over its own name."""

    above: str
    name: str
    wide: int
    right: bool = True

    @property
    def align(self) -> str:
        """How its cells stand."""
        return "right" if self.right else "left"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line: what it is of, its values; ``mark`` is one sign in the colour ``tone``."""

    key: str
    left: tuple[str, ...]
    cells: tuple[str, ...]
    mark: str = " "
    tone: str = "ink"
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which columns are seen: all at the left, some of the values."""

    left: tuple[GridColumn, ...]
    values: tuple[GridColumn, ...]
    first: int = 0

    @staticmethod
    def of(left: Sequence[GridColumn], values: Sequence[GridColumn], marked: int, width: int) -> "Window":
        """Show the marked column and as many before it as fit; from the first on when that is enough."""
        room = width - sum(column.wide + GAP for column in left) - 3
        first = 0
        while first < marked and sum(c.wide + GAP for c in values[first : marked + 1]) > room + GAP:
            first += 1
        last, used = first, 0
        while last < len(values) and (last <= marked or used + values[last].wide <= room):
            used += values[last].wide + GAP
            last += 1
        return Window(tuple(left), tuple(values[first:last]), first)


class ReadingGrid(Rows):
    """The body; the heading is `GridHeading`."""

    DEFAULT_CSS = "ReadingGrid { scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Left", show=False, id="grid.left", tooltip="Quantity to the left"),
        Binding("right,l", "step(1)", "Right", show=False, id="grid.right", tooltip="Quantity to the right"),
        Binding("enter", "choose", "Series", id="grid.series", tooltip="This point over time"),
    ]
    marked: reactive[int] = reactive(0)
    """The marked column of values."""

    class Turned(Message):
        """Another column is marked, or other columns are there."""

    def __init__(self) -> None:
        super().__init__()
        self.left_columns: tuple[GridColumn, ...] = ()
        self.value_columns: tuple[GridColumn, ...] = ()
        self._rows: tuple[GridRow, ...] = ()

    @property
    def count(self) -> int:
        """One line per row."""
        return len(self._rows)

    @property
    def current(self) -> GridRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    @property
    def rows(self) -> tuple[GridRow, ...]:
        """What is shown."""
        return self._rows

    def show(self, left: Sequence[GridColumn], values: Sequence[GridColumn], rows: Sequence[GridRow]) -> None:
        """Show other rows; the cursor stays on its row where that is still there."""
        at = self.current.key if self.current else None
        if (tuple(left), tuple(values), tuple(rows)) == (self.left_columns, self.value_columns, self._rows):
            return
        self.left_columns, self.value_columns, self._rows = tuple(left), tuple(values), tuple(rows)
        self.rows_changed()
        self.marked = self.validate_marked(self.marked)
        place = next((number for number, row in enumerate(self._rows) if row.key == at), None)
        if place is not None:
            self.cursor = place
        self.post_message(self.Turned())

    def validate_marked(self, marked: int) -> int:
        """Stay among the columns."""
        return max(0, min(marked, len(self.value_columns) - 1))

    def watch_marked(self) -> None:
        """Other columns are seen."""
        self.refresh()
        self.post_message(self.Turned())

    def action_step(self, by: int) -> None:
        """Mark the neighbour."""
        self.marked += by

    def window(self, width: int) -> Window:
        """Return which columns a width shows."""
        return Window.of(self.left_columns, self.value_columns, self.marked, width)

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Left, mark, values."""
        row, window = self._rows[index], self.window(width)
        ink = self.colour("dim" if row.quiet else "ink")
        pieces: list[Piece] = [(" ", Style())]
        for column, text in zip(window.left, row.left, strict=True):
            pieces += [(fit(text, column.wide, column.align), ink), (" " * GAP, Style())]
        pieces[-1] = (f" {row.mark}", self.colour(row.tone, bold=True)) if window.left else (row.mark, ink)
        for number, column in enumerate(window.values, start=window.first):
            style = ink + Style(bold=number == self.marked and not row.quiet)
            pieces.append((" " + fit(row.cells[number], column.wide, column.align) + " ", style))
        return pieces


class GridHeading(Widget):
    """Two lines over a `ReadingGrid`: families, then columns; the marked one stands out."""

    DEFAULT_CSS = "GridHeading { height: 2; }"

    def __init__(self, grid: ReadingGrid) -> None:
        super().__init__()
        self._grid = grid

    def render_line(self, y: int) -> Strip:
        """One cell short, like the table with its scrollbar."""
        palette, grid = palette_of(self), self._grid
        window = grid.window(self.size.width - 1)
        ground = Style(color=palette.dim, bgcolor=palette.surface, bold=True)
        pieces = list(self._families(window)) if y == 0 else list(self._names(window))
        return strip_of(pieces, self.size.width, ground)

    def _families(self, window: Window) -> Iterator[Piece]:
        yield " " * (1 + sum(column.wide + GAP for column in window.left)), Style()
        columns = list(window.values)
        while columns:
            family = [column for column in columns if column.above == columns[0].above]
            wide = sum(column.wide + GAP for column in family)
            yield (
                " " + fit(columns[0].above, max(wide - 2, min(cell_len(columns[0].above), wide))) + " ",
                Style(),
            )
            columns = columns[len(family) :]

    def _names(self, window: Window) -> Iterator[Piece]:
        palette = palette_of(self)
        yield " ", Style()
        for column in window.left:
            yield fit(column.name, column.wide, column.align) + " " * GAP, Style()
        for number, column in enumerate(window.values, start=window.first):
            style = Style(color=palette.accent) if number == self._grid.marked else Style()
            yield " " + fit(column.name, column.wide, column.align) + " ", style
