"""Colours of the glass for what the console can show: 24 bit, 256, 16 colours, or none.

Each table holds colours that the console has, so nothing is mapped by nearness: ink and ground stay apart.
Where there is no colour at all, inverse rows are marked at the edge.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hhu import palette as colours

if TYPE_CHECKING:
    from textual.dom import DOMNode


@dataclass(frozen=True, slots=True)
class GlassLook:
    """Colours as ``#RRGGBB``."""

    ground: str
    dark_ground: str
    """Backlight off."""
    ink: str
    bezel: str
    bezel_ink: str
    striped: bool = False
    """Is every other row a trace darker, as the dots of a real glass show?"""
    marked: bool = False
    """Do inverse rows need a mark, because colours do not show?"""

    def ground_of(self, row: int, *, lit: bool) -> str:
        """Return the glass behind a row."""
        ground = self.ground if lit else self.dark_ground
        return shaded(ground) if self.striped and row % 2 else ground


FULL = GlassLook(
    colours.LCD_GROUND, colours.LCD_DARK_GROUND, colours.LCD_INK, colours.LCD_BEZEL, "#8f979d", striped=True
)
INDEXED = GlassLook("#afaf5f", "#87875f", "#1c1c1c", "#303030", "#949494")
"""Entries 143, 101, 234, 236 and 246 of the 256."""
SIXTEEN = GlassLook("#55ff55", "#00aa00", "#000000", "#555555", "#aaaaaa")
"""Bright green, green, black, dark and light grey."""
COLOURLESS = GlassLook("#ffffff", "#aaaaaa", "#000000", "#555555", "#aaaaaa", marked=True)
LOOKS = {"truecolor": FULL, "256": INDEXED, "standard": SIXTEEN, "windows": SIXTEEN}


def look_of(node: "DOMNode") -> GlassLook:
    """Return the look for the console of a widget; without a console all colours are there."""
    console = node.app.console
    return FULL if node.app.is_headless else look_for(console.color_system, no_color=console.no_color)


def look_for(colour_system: str | None, *, no_color: bool = False) -> GlassLook:
    """Choose by what Rich calls the depth; an unknown one is drawn in 24 bit, as Textual does."""
    return COLOURLESS if no_color else LOOKS.get(colour_system or "", FULL)


def shaded(colour: str) -> str:
    """Return the colour a trace darker."""
    return "#" + "".join(f"{int(colour[i : i + 2], 16) * 97 // 100:02x}" for i in (1, 3, 5))
