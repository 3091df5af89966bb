"""Parameters as rows: name and code, what the terminal has, what it shall have, how far that has come.

Truth has a word and a colour: planned grey, sent blue, acknowledged yellow, verified green, refused red.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from hhu.client.change import State
from hhu.palette import Palette, palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.rows import Rows
from hhu.words import Words, words_of


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of the table; ``terminal`` is ``None`` before the first read."""

    key: str
    label: str
    code: str
    terminal: str | None = None
    new: str = ""
    state: State | None = None
    note: str = ""
    """Behind the state: how long it waits, or what was found instead."""
    heading: bool = False
    """Only the name of the rows below."""


STATE_COLOURS = {
    State.PLANNED: "planned",
    State.SENT: "sent",
    State.ACKNOWLEDGED: "acknowledged",
    State.VERIFIED: "verified",
    State.REFUSED: "refused",
    State.FAILED: "refused",
    State.DIFFERS: "refused",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths of the table's columns for a width of the screen."""

    label: int
    code: int
    value: int
    state: int

    @staticmethod
    def of(width: int) -> "Columns":
        """Names get a third, values share the rest; the state word always fits."""
        small = width < 72  # below 80 columns the code gives way first
        state, code = 13, 0 if small else 6
        rest = max(30, width - state - code - 5)
        value = min(34, max(12 if small else 16, rest // 3 - 2))
        return Columns(rest - 2 * value, code, value, state)


class ChangeTable(Rows):
    """The table body; the heading is `ChangeHeading`."""

    DEFAULT_CSS = "ChangeTable { scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Edit", id="table.edit", tooltip="Type or choose a new value"),
        Binding(
            "delete,backspace", "drop", "Keep as is", show=False, id="table.drop",
            tooltip="Forget the new value of this row",
        ),
    ]  # fmt: skip

    class Dropped(Rows.Moved):
        """The new value of a row is no longer wanted."""

    def __init__(self, rows: Sequence[ChangeRow] = (), *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self._rows = tuple(rows)

    @property
    def rows(self) -> tuple[ChangeRow, ...]:
        """What is shown."""
        return self._rows

    @property
    def count(self) -> int:
        """One line per row."""
        return len(self._rows)

    @property
    def current(self) -> ChangeRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: Sequence[ChangeRow]) -> None:
        """Show other rows, or the same in another state; the cursor stays."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.rows_changed()

    def takes_cursor(self, index: int) -> bool:
        """Not on headings."""
        return not self._rows[index].heading

    def show_line(self, index: int) -> None:
        """With the heading right above it, so that the first row is not without its name."""
        above = int(index > 0 and not self.takes_cursor(index - 1))
        self.scroll_to_region(Region(0, index - above, 1, 1 + above), animate=False)

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Name, code, both values, state."""
        return row_pieces(self._rows[index], Columns.of(width), palette_of(self), words_of(self))

    def action_drop(self) -> None:
        """Ask the parent to forget the new value."""
        if self._rows:
            self.post_message(self.Dropped(self, self.cursor))


def row_pieces(row: ChangeRow, columns: Columns, palette: Palette, words: Words) -> list[Piece]:
    """Lay one row out."""
    dim, ink = Style(color=palette.dim), Style(color=palette.ink)
    if row.heading:
        return [(f" {row.label}", dim)]
    state_style = Style(color=getattr(palette, STATE_COLOURS[row.state]), bold=True) if row.state else dim
    word = words(f"state.{row.state.value}") if row.state else ""
    terminal = words("table.unread") if row.terminal is None else row.terminal
    return [
        (f" {fit(row.label, columns.label)} ", ink),
        (fit(row.code, columns.code), dim),
        (f"{fit(terminal, columns.value)} ", dim if row.terminal is None else ink),
        (f"{fit(row.new, columns.value)} ", state_style if row.state else dim),
        (fit(f"{word} {row.note}".strip(), columns.state), state_style),
    ]


class ChangeHeading(Widget):
    """The line of column names over a `ChangeTable`."""

    DEFAULT_CSS = "ChangeHeading { height: 1; }"

    def __init__(self, new: str = "table.new") -> None:
        super().__init__()
        self._new = new
        """Key of the words over the third column."""

    def render_line(self, y: int) -> Strip:
        """Names over their columns, one cell short like the table with its scrollbar."""
        palette, words, columns = palette_of(self), words_of(self), Columns.of(self.size.width - 1)
        style = Style(color=palette.dim, bold=True)
        texts = (
            f" {fit(words('table.field'), columns.label)} ",
            fit("", columns.code),
            f"{fit(words('table.terminal'), columns.value)} ",
            f"{fit(words(self._new), columns.value)} ",
            fit(words("table.state"), columns.state),
        )
        ground = Style(color=palette.ink, bgcolor=palette.surface)
        return strip_of([(text, style) for text in texts], self.size.width, ground)
