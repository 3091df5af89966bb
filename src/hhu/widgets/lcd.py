"""The terminal's LCD cell by cell: exactly its cells, 10 x 20 or 4 x 16, in LCD colours behind a bezel."""

from itertools import groupby

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from hhu.glass.cells import COLUMNS, ROWS, GlassCell
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.glass_look import GlassLook, look_of
from hhu.widgets.glass_view import GlassView
from hhu.widgets.glyphs import PLAIN, glyphs
from hhu.words import words_of

EDGE_X, EDGE_Y = 2, 1
"""Cells of bezel left and right, above and below."""
MARGIN = 1
"""Cells of bare glass left and right of the text."""
PLAIN_SIGNS = str.maketrans(
    {"Ψ": "Y", "█": "#", "▇": "#", "▆": "=", "▅": "=", "▄": "-", "▃": "-", "▂": "_", "▁": "_"}
)
"""For consoles that draw these signs two columns wide."""


class Lcd(GlassView):
    """Draws a glass with the signs of the console."""

    DEFAULT_CSS = f"Lcd {{ width: {COLUMNS + 2 * (EDGE_X + MARGIN)}; height: {ROWS + 2 * EDGE_Y}; }}"

    @property
    def top(self) -> int:
        """The bezel."""
        return EDGE_Y

    @property
    def left(self) -> int:
        """Bezel and bare glass; where inverse rows are marked, a change can concern them too."""
        return EDGE_X + MARGIN

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Columns with margin and bezel."""
        return self.shape[1] + 2 * (EDGE_X + MARGIN)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Rows with bezel."""
        return self.shape[0] + 2 * EDGE_Y

    def render_line(self, y: int) -> Strip:
        """A line of bezel, or a row of glass between bezel."""
        rows, columns = self.shape
        look = look_of(self)
        bezel = Style(color=look.bezel_ink, bgcolor=look.bezel)
        width = columns + 2 * (EDGE_X + MARGIN)
        row = y - EDGE_Y
        if not 0 <= row < rows:
            name = words_of(self)("lcd.name") if row == rows else ""
            pieces: list[Piece] = [(fit(f"{'':>{EDGE_X}}{name}", width), bezel)] if row <= rows else []
        else:
            edge = (" " * EDGE_X, bezel)
            pieces = [edge, *self._row(row, columns, look), edge]
        ground = Style(bgcolor=palette_of(self).ground)
        return strip_of(pieces, self.size.width, ground)

    def _row(self, row: int, columns: int, look: GlassLook) -> list[Piece]:
        ground = look.ground_of(row, lit=self.lit)
        ink = Style(color=look.ink, bgcolor=ground, bold=False)
        if not self.glass:
            return [(" " * (columns + 2 * MARGIN), ink)]
        inverse = Style(color=ground, bgcolor=look.ink)
        cells = self.glass[row]
        marked = look.marked and any(cell.inverse for cell in cells)
        left, right = (">", "<") if marked else (" ", " ")
        signs = [
            ("".join(map(self._sign, run)), inverse if turned else ink)
            for turned, run in groupby(cells, lambda cell: cell.inverse)
        ]
        return [(left * MARGIN, ink), *signs, (right * MARGIN, ink)]

    def _sign(self, cell: GlassCell) -> str:
        if cell.blink and self.dark_half:
            return " " * len(cell.glyph)
        return cell.glyph.translate(PLAIN_SIGNS) if glyphs() is PLAIN else cell.glyph
