"""Facts to read: sections of label and value, in as many columns as the width allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of

NARROWEST = 38
"""Cells a column of sections needs."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line; ``tone`` is a colour of the palette."""

    label: str
    value: str
    tone: str = "ink"


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its lines; ``column`` says where it stands when there are two columns."""

    title: str
    facts: tuple[Fact, ...]
    column: int = 0


class FactList(Widget):
    """Draws sections; the owner sets ``sections``."""

    DEFAULT_CSS = "FactList { height: auto; width: 1fr; }"
    sections: reactive[Sequence[Section]] = reactive[Sequence[Section]]((), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The longest column."""
        return max((len(column) for column in self._columns(width)), default=1)

    def _columns(self, width: int) -> list[list[tuple[str, Fact | None]]]:
        """Lines of each column: a title, a fact, or nothing."""
        wide = width >= 2 * NARROWEST
        columns: list[list[tuple[str, Fact | None]]] = [[], []] if wide else [[]]
        for section in self.sections:
            column = columns[section.column if wide else 0]
            if column:
                column.append(("", None))
            column.append((section.title, None))
            column += [("", fact) for fact in section.facts]
        return columns

    def render_line(self, y: int) -> Strip:
        """One line over all columns."""
        palette = palette_of(self)
        width = self.size.width
        columns = self._columns(width)
        room = width // len(columns)
        pieces: list[Piece] = []
        for column in columns:
            pieces += self._line(column[y], room) if y < len(column) else [(" " * room, Style())]
        return strip_of(pieces, width, Style(color=palette.ink, bgcolor=palette.ground))

    def _line(self, line: tuple[str, Fact | None], room: int) -> list[Piece]:
        palette = palette_of(self)
        title, fact = line
        if fact is None:
            return [(f" {fit(title, room - 1)}", Style(color=palette.accent, bold=True))]
        label = max(20, min(28, room * 2 // 5))
        return [
            (f"   {fit(fact.label, label - 4)} ", Style(color=palette.dim)),
            (fit(fact.value, room - label), Style(color=getattr(palette, fact.tone))),
        ]
