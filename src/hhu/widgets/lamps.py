"""The lamps of the terminal's face, each with its name and a letter: never colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of


@dataclass(frozen=True, slots=True)
class Lamp:
    """One lamp as it is now; ``colour`` is ``off``, ``green``, ``red`` or ``amber``."""

    name: str
    colour: Literal["off", "green", "red", "amber"] = "off"


LIT = {"green": "#2fbf4a", "red": "#e5483d", "amber": "#e0a83a"}


class LampPanel(Widget):
    """Lamps in two columns; the owner sets ``lamps`` when one changed."""

    DEFAULT_CSS = "LampPanel { width: 26; height: 4; }"
    lamps: reactive[Sequence[Lamp]] = reactive[Sequence[Lamp]](())

    def render_line(self, y: int) -> Strip:
        """Two lamps on a line, those of the terminal left, those of the module right."""
        palette = palette_of(self)
        rows = -(-len(self.lamps) // 2)
        pieces: list[Piece] = [(" ", Style())]
        for lamp in (self.lamps[i] for i in (y, y + rows) if y < rows and i < len(self.lamps)):
            lit = lamp.colour != "off"
            lens = Style(color="#ffffff", bgcolor=LIT.get(lamp.colour, palette.raised), bold=lit)
            # the letter inside the lens is the word for its colour
            pieces += [(f" {lamp.colour[0].upper() if lit else ' '} ", lens)]
            pieces += [(f" {fit(lamp.name, 8)} ", Style(color=palette.ink if lit else palette.dim))]
        return strip_of(pieces, self.size.width, Style(bgcolor=palette.ground))
