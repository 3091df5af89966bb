"""The terminal's LCD dot by dot: braille signs of 2 x 4 dots, or half blocks where there is room.

An inverse cell is the same dots with ink and ground exchanged; so its signs stay as readable as others.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from hhu.glass.dots import BRAILLE_LINES, HALF_LINES, braille, halves, signs_in
from hhu.palette import palette_of
from hhu.widgets.glass_look import look_of
from hhu.widgets.glass_view import GlassView


class DotLcd(GlassView):
    """Draws a glass with its own font; ``halved``: with half blocks, four times as large."""

    DEFAULT_CSS = "DotLcd { width: auto; height: auto; }"
    halved: reactive[bool] = reactive(False, layout=True)

    @property
    def high(self) -> int:
        """Lines of a row of cells."""
        return HALF_LINES if self.halved else BRAILLE_LINES

    @property
    def wide(self) -> int:
        """As high, since a dot is as wide as high."""
        return self.high

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
        rows, columns = self.shape
        if row >= rows:
            return Strip.blank(self.size.width, Style(bgcolor=palette_of(self).ground))
        look = look_of(self)
        ground = look.ground if self.lit else look.dark_ground
        if not self.glass:
            return Strip([Segment(" " * (columns * self.high), Style(bgcolor=ground))])
        return strips_of(
            tuple(signs_in(self.glass[row], dark_half=self.dark_half)), look.ink, ground, self.halved
        )[line]


@lru_cache(maxsize=128)
def strips_of(signs: tuple[tuple[str, int, bool], ...], ink: str, ground: str, halved: bool) -> list[Strip]:
    """Return all lines of a row of cells."""
    dots: Callable[[str, int], tuple[str, ...]] = halves if halved else braille
    styles = Style(color=ink, bgcolor=ground), Style(color=ground, bgcolor=ink)
    lines: list[list[Segment]] = [[] for _ in range(HALF_LINES if halved else BRAILLE_LINES)]
    for inverse, run in groupby(signs, lambda sign: sign[2]):
        drawn = [dots(sign, width) for sign, width, _ in run]
        for at, line in enumerate(lines):
            line.append(Segment("".join(sign[at] for sign in drawn), styles[inverse]))
    return [Strip(line) for line in lines]
