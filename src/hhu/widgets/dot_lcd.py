"""The terminal's LCD dot by dot: braille signs of 2 x 4 dots, or half blocks where there is room.

An inverse cell is the same dots with ink and ground exchanged; so its signs stay as readable as others.
"""

from collections.abc import Callable
from itertools import groupby

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from hhu.glass.dots import BRAILLE_LINES, HALF_LINES, braille, halves, signs_in
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, strip_of
from hhu.widgets.glass_look import look_of
from hhu.widgets.glass_view import GlassView


class DotLcd(GlassView):
    """Draws a glass with its own font; ``halved``: with half blocks, four times as large."""

    DEFAULT_CSS = "DotLcd { width: auto; height: auto; }"
    halved: reactive[bool] = reactive(False, layout=True)

    @property
    def high(self) -> int:
        """Lines of a row of cells; also the columns of a cell, since a dot is as wide as high."""
        return HALF_LINES if self.halved else BRAILLE_LINES

    def room(self, *, halved: bool) -> Size:
        """Return the columns and lines it takes."""
        rows, columns = self.shape
        high = HALF_LINES if halved else BRAILLE_LINES
        return Size(columns * high, rows * high)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Columns of the console."""
        return self.room(halved=self.halved).width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Lines of the console."""
        return self.room(halved=self.halved).height

    def render_line(self, y: int) -> Strip:
        """One line of dots."""
        row, line = divmod(y, self.high)
        ground = Style(bgcolor=palette_of(self).ground)
        return strip_of(self._line(row, line), self.size.width, ground)

    def _line(self, row: int, line: int) -> list[Piece]:
        look = look_of(self)
        ground = look.ground if self.lit else look.dark_ground
        ink, turned = Style(color=look.ink, bgcolor=ground), Style(color=ground, bgcolor=look.ink)
        rows, columns = self.shape
        if row >= rows:
            return []
        if not self.glass:
            return [(" " * (columns * self.high), ink)]
        dots: Callable[[str, int], tuple[str, ...]] = halves if self.halved else braille
        signs = signs_in(self.glass[row], dark_half=self.dark_half)
        return [
            ("".join(dots(sign, width)[line] for sign, width, _ in run), turned if inverse else ink)
            for inverse, run in groupby(signs, lambda sign: sign[2])
        ]
