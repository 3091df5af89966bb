"""Meters as rows: serial, address, port, protocol, last value, state; more columns where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
class MeterLine:
    """One meter as it is shown; ``tone`` is the colour of the state."""

    serial: int
    cells: tuple[str, ...]
    """Texts in the order of ``COLUMNS``."""
    state: str = ""
    tone: str = "dim"
    quiet: bool = False
    """Stopped, or to be deleted."""


@dataclass(frozen=True, slots=True)
class MeterColumn:
    """One column: its word, its width, which side its text leans to, and when it gives way."""

    name: str
    width: int
    align: str = "left"
    rank: int = 0
    """0 always stands there; the others come in this order as the screen gets wider."""


COLUMNS = (
    MeterColumn("serial", 4, "right"),
    MeterColumn("marks", 2),
    MeterColumn("address", 12),
    MeterColumn("point", 5, "right", 3),
    MeterColumn("port", 4, "right"),
    MeterColumn("protocol", 9),
    MeterColumn("asset", 12, "left", 2),
    MeterColumn("value", 12, "right"),
    MeterColumn("time", 11, "left", 1),
    MeterColumn("speed", 6, "right", 4),
    MeterColumn("class", 16, "left", 5),
    MeterColumn("collector", 12, "left", 6),
)
STATE = 14


@lru_cache(maxsize=16)
def shown_columns(width: int) -> tuple[tuple[int, MeterColumn], ...]:
    """Return the columns that fit, with their places in ``COLUMNS``."""
    used = sum(column.width + 1 for column in COLUMNS if not column.rank) + STATE + 1
    ranks = {0}
    for column in sorted((column for column in COLUMNS if column.rank), key=lambda column: column.rank):
        if used + column.width + 1 > width:
            break
        used += column.width + 1
        ranks.add(column.rank)
    return tuple((place, column) for place, column in enumerate(COLUMNS) if column.rank in ranks)


class MeterTable(Rows):
    """The list; its heading is `MeterHeading`."""

    DEFAULT_CSS = "MeterTable { scrollbar-gutter: stable; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="meters.open", tooltip="Open the form of this meter"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[MeterLine, ...] = ()

    @property
    def lines(self) -> tuple[MeterLine, ...]:
        """What is shown."""
        return self._lines

    @property
    def count(self) -> int:
        """One line per meter."""
        return len(self._lines)

    @property
    def current(self) -> MeterLine | None:
        """The meter under the cursor."""
        return self._lines[self.cursor] if self._lines else None

    def show(self, lines: Sequence[MeterLine], at: int | None = None) -> None:
        """Show other meters; the cursor goes to serial number ``at``, else stays with its meter."""
        wanted = at or (self.current.serial if self.current else None)
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.rows_changed()
        place = next((index for index, line in enumerate(self._lines) if line.serial == wanted), None)
        if place is not None:
            self.cursor = place

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Cells in their columns, then the state."""
        line, palette = self._lines[index], palette_of(self)
        ink, dim = Style(color=palette.dim if line.quiet else palette.ink), Style(color=palette.dim)
        pieces: list[Piece] = [
            (f" {fit(line.cells[place], column.width, column.align)}", dim if column.name == "time" else ink)
            for place, column in shown_columns(width)
        ]
        state = Style(color=getattr(palette, line.tone), bold=line.tone not in ("dim", "ink"))
        return [*pieces, (f" {fit(line.state, STATE)}", state)]


class MeterHeading(Widget):
    """Names over the columns of a `MeterTable`."""

    DEFAULT_CSS = "MeterHeading { height: 1; }"

    def render_line(self, y: int) -> Strip:
        """One cell short, like the table with its scrollbar."""
        palette, words = palette_of(self), words_of(self)
        style = Style(color=palette.dim, bold=True)
        pieces: list[Piece] = [
            (f" {fit(words(f'meters.{column.name}'), column.width, column.align)}", style)
            for _, column in shown_columns(self.size.width - 1)
        ]
        pieces.append((f" {fit(words('table.state'), STATE)}", style))
        return strip_of(pieces, self.size.width, Style(color=palette.ink, bgcolor=palette.surface))
