"""The terminal's LCD: exactly its cells, 10 x 20 or 4 x 16, in LCD colours behind a bezel.

The face is given as rows of cells; this widget only draws. It blinks by its own 2 Hz timer, which runs only
while a blinking cell is on the glass.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from hhu import palette as colours
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.glyphs import PLAIN, glyphs
from hhu.words import words_of


class GlassCell(Protocol):
    """One cell of the glass; ``glyph`` is empty in the right half of a wide character."""

    @property
    def glyph(self) -> str:
        """What stands in the cell."""
        ...

    @property
    def inverse(self) -> bool:
        """Dark cell, light sign."""
        ...

    @property
    def blink(self) -> bool:
        """Dark every other half second."""
        ...


Glass = Sequence[Sequence[GlassCell]]
"""Rows of cells, the top bar first."""

ROWS, COLUMNS = 10, 20
EDGE_X, EDGE_Y = 2, 1
"""Cells of bezel left and right, above and below."""
MARGIN = 1
"""Cells of bare glass left and right of the text."""
PLAIN_SIGNS = str.maketrans(
    {"Ψ": "Y", "█": "#", "▇": "#", "▆": "=", "▅": "=", "▄": "-", "▃": "-", "▂": "_", "▁": "_"}
)
"""For consoles that draw these signs two columns wide."""


class Lcd(Widget):
    """Draws a glass; the owner sets ``glass`` when the face changed, and ``lit`` for the backlight."""

    DEFAULT_CSS = f"Lcd {{ width: {COLUMNS + 2 * (EDGE_X + MARGIN)}; height: {ROWS + 2 * EDGE_Y}; }}"

    glass: reactive[Glass] = reactive[Glass]((), always_update=False)
    lit: reactive[bool] = reactive(True)
    dark_half: reactive[bool] = reactive(False)
    _blinking: Timer | None = None

    def watch_glass(self, glass: Glass) -> None:
        """Start or stop the blink timer."""
        blinks = any(cell.blink for row in glass for cell in row)
        if blinks and self._blinking is None:
            self._blinking = self.set_interval(0.5, self._blink)
        elif not blinks and self._blinking is not None:
            self._blinking.stop()
            self._blinking, self.dark_half = None, False

    def _blink(self) -> None:
        self.dark_half = not self.dark_half

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the glass; a blank standard one before the first face."""
        return (len(self.glass), len(self.glass[0])) if self.glass else (ROWS, COLUMNS)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Columns with margin and bezel."""
        return self.shape[1] + 2 * (EDGE_X + MARGIN)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows with bezel."""
        return self.shape[0] + 2 * EDGE_Y

    def text(self) -> str:
        """What is on the glass, one line per row."""
        return "\n".join("".join(cell.glyph for cell in row) for row in self.glass)

    def render_line(self, y: int) -> Strip:
        """A line of bezel, or a row of glass between bezel."""
        rows, columns = self.shape
        bezel = Style(color="#8f979d", bgcolor=colours.LCD_BEZEL)
        width = columns + 2 * (EDGE_X + MARGIN)
        row = y - EDGE_Y
        if not 0 <= row < rows:
            name = words_of(self)("lcd.name") if row == rows else ""
            pieces: list[Piece] = [(fit(f"{'':>{EDGE_X}}{name}", width), bezel)] if row <= rows else []
        else:
            edge, bare = (" " * EDGE_X, bezel), (" " * MARGIN, self._ink(row))
            pieces = [edge, bare, *self._row(row, columns), bare, edge]
        ground = Style(bgcolor=palette_of(self).ground)
        return strip_of(pieces, self.size.width, ground)

    def _ink(self, row: int) -> Style:
        ground = colours.LCD_GROUND if self.lit else colours.LCD_DARK_GROUND
        if row % 2:
            ground = shaded(ground)
        return Style(color=colours.LCD_INK, bgcolor=ground, bold=False)

    def _row(self, row: int, columns: int) -> list[Piece]:
        ink = self._ink(row)
        if not self.glass:
            return [(" " * columns, ink)]
        inverse = Style(color=ink.bgcolor, bgcolor=ink.color)
        return [
            ("".join(map(self._sign, cells)), inverse if turned else ink)
            for turned, cells in groupby(self.glass[row], lambda cell: cell.inverse)
        ]

    def _sign(self, cell: GlassCell) -> str:
        if cell.blink and self.dark_half:
            return " " * len(cell.glyph)
        return cell.glyph.translate(PLAIN_SIGNS) if glyphs() is PLAIN else cell.glyph


def shaded(colour: str) -> str:
    """Return the colour a trace darker: every other row, as the dots of a real glass show."""
    return "#" + "".join(f"{int(colour[i : i + 2], 16) * 97 // 100:02x}" for i in (1, 3, 5))
