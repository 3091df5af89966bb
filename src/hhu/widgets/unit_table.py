"""Units as rows under the names of their groups: name, code, short value, state in word and colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.rows import Rows
from hhu.words import words_of


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line; ``tone`` is the colour of the state. Without a state the value has its room too."""

    key: str
    name: str
    code: str = ""
    value: str = ""
    state: str = ""
    tone: str = "dim"
    heading: bool = False
    quiet: bool = False
    """Nothing to see here: the terminal does not hold it, or it was not read."""


@dataclass(frozen=True, slots=True)
class UnitColumns:
    """Widths for a width of the screen."""

    name: int
    code: int
    value: int
    state: int

    @staticmethod
    def of(width: int) -> "UnitColumns":
        """Name and value share what code and state leave."""
        code, state = 9, 13
        rest = max(30, width - code - state - 4)
        name = min(44, rest * 11 // 20)
        return UnitColumns(name, code, rest - name, state)


class UnitTable(Rows):
    """The list; headings take the cursor too, they stand for their group."""

    DEFAULT_CSS = "UnitTable { scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="units.open", tooltip="Open the form of this unit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[UnitRow, ...] = ()

    @property
    def rows(self) -> tuple[UnitRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def count(self) -> int:
        """One line per row."""
        return len(self._rows)

    @property
    def current(self) -> UnitRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: Sequence[UnitRow], at: str | None = None) -> None:
        """Show other rows; the cursor goes to the row ``at``, else stays on its row, else on its line."""
        wanted = at or (self.current.key if self.current else None)
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.rows_changed()
        place = next((index for index, row in enumerate(self._rows) if row.key == wanted), None)
        if place is not None:
            self.cursor = place

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Name, code, value, state."""
        row, columns, palette = self._rows[index], UnitColumns.of(width), palette_of(self)
        dim = Style(color=palette.dim)
        state = Style(color=getattr(palette, row.tone), bold=row.tone not in ("dim", "ink"))
        if row.heading:
            room = width - columns.state - 2
            return [(f" {fit(row.name, room)}", Style(color=palette.accent, bold=True)), (row.state, dim)]
        ink = dim if row.quiet else Style(color=palette.ink)
        return [
            (f"   {fit(row.name, columns.name - 2)} ", ink),
            (fit(row.code, columns.code), dim),
            *(
                [(f"{fit(row.value, columns.value)} ", ink), (fit(row.state, columns.state), state)]
                if row.state
                else [(fit(row.value, columns.value + 1 + columns.state), ink)]
            ),
        ]


class UnitHeading(Widget):
    """Names over the columns of a `UnitTable`."""

    DEFAULT_CSS = "UnitHeading { height: 1; }"

    def render_line(self, y: int) -> Strip:
        """One cell short, like the table with its scrollbar."""
        palette, words, columns = palette_of(self), words_of(self), UnitColumns.of(self.size.width - 1)
        texts = (
            f" {fit(words('units.name'), columns.name)} ",
            fit("", columns.code),
            f"{fit(words('units.value'), columns.value)} ",
            fit(words("table.state"), columns.state),
        )
        style = Style(color=palette.dim, bold=True)
        ground = Style(color=palette.ink, bgcolor=palette.surface)
        return strip_of([(text, style) for text in texts], self.size.width, ground)
