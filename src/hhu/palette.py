"""Colours: one accent, five colours of truth, the LCD; dark for indoors, light for sun in the open cabinet.

Every widget draws with a `Palette`; the themes of Textual are made from the same rows, so both agree.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as ``#RRGGBB``; the last letters say what stands on what."""

    name: str
    dark: bool
    ground: str
    surface: str
    raised: str
    ink: str
    dim: str
    accent: str
    accent_ink: str
    cursor: str
    faint_cursor: str
    """Cursor of a list that has not the focus."""
    planned: str
    sent: str
    acknowledged: str
    verified: str
    refused: str
    emulated: str


DARK = Palette(
    name="hhu-dark", dark=True,
    ground="#11161c", surface="#171e26", raised="#202a34", ink="#d7dfe6", dim="#8494a3",
    accent="#58b8b4", accent_ink="#0c1418", cursor="#24525a", faint_cursor="#232d37",
    planned="#a3adb7", sent="#6fb0ff", acknowledged="#e8cc62", verified="#7ed67f", refused="#ff7d73",
    emulated="#c4a5ff",
)  # fmt: skip

LIGHT = Palette(
    name="hhu-light", dark=False,
    ground="#f3f5f6", surface="#e9edef", raised="#dbe1e5", ink="#141b21", dim="#556572",
    accent="#0b6e6c", accent_ink="#ffffff", cursor="#b4dad9", faint_cursor="#dde5e8",
    planned="#5b6771", sent="#1456c4", acknowledged="#7f5f00", verified="#17701f", refused="#b3261e",
    emulated="#6a3fb5",
)  # fmt: skip

PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}

LCD_GROUND = "#a8b86a"
LCD_DARK_GROUND = "#76834c"
"""Backlight off."""
LCD_INK = "#1d2a14"
LCD_BEZEL = "#2b2f33"


def palette_of(node: "DOMNode") -> Palette:
    """Return the colours in force around a widget."""
    return PALETTES.get(node.app.theme, DARK)


def theme_of(palette: Palette) -> "Theme":
    """Make Textual's theme from a palette."""
    from textual.theme import Theme  # noqa: PLC0415  # the palette itself is used without Textual

    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        warning=palette.acknowledged,
        error=palette.refused,
        success=palette.verified,
        foreground=palette.ink,
        background=palette.ground,
        surface=palette.surface,
        panel=palette.raised,
        dark=palette.dark,
        variables={
            "dim": palette.dim,
            "accent-ink": palette.accent_ink,
            "footer-background": palette.raised,
            "footer-key-foreground": palette.accent,
            "footer-description-foreground": palette.ink,
            "input-cursor-background": palette.ink,
            "input-cursor-foreground": palette.ground,
            "input-selection-background": palette.cursor,
            "block-cursor-background": palette.cursor,
            "block-cursor-foreground": palette.ink,
            "scrollbar": palette.raised,
            "scrollbar-background": palette.ground,
            "scrollbar-hover": palette.cursor,
            "scrollbar-active": palette.accent,
        },
    )
