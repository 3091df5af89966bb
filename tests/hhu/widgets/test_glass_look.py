"""Colours of the glass for every depth of a console."""

import pytest
from rich.color import Color, ColorSystem

from hhu.widgets.glass_look import COLOURLESS, FULL, INDEXED, LOOKS, SIXTEEN, GlassLook, look_for

SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}


def test_a_console_gets_colours_that_it_has() -> None:
    """Full, 256, 16 and none; an unknown depth is full as everywhere in Textual."""
    assert look_for("truecolor") is FULL
    assert look_for("256") is INDEXED
    assert look_for("standard") is look_for("windows") is SIXTEEN
    assert look_for(None) is FULL
    assert look_for("truecolor", no_color=True) is COLOURLESS


@pytest.mark.parametrize("name", SYSTEMS)
def test_ink_ground_and_dimmed_ground_stay_apart(name: str) -> None:
    """After the mapping to the console's own colours each is still another one."""
    look: GlassLook = LOOKS[name]
    parts = (look.ground, look.dark_ground, look.ink, look.bezel)
    mapped = {Color.parse(part).downgrade(SYSTEMS[name]).number for part in parts}
    assert len(mapped) == len(parts)


@pytest.mark.parametrize("look", [FULL, INDEXED, SIXTEEN, COLOURLESS])
def test_ink_reads_on_lit_and_dark_glass(look: GlassLook) -> None:
    """Contrast of at least 4.5 to 1 with backlight and 3 to 1 without, on every row."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for lit in (True, False):
        for row in (0, 1):
            ground, ink = luminance(look.ground_of(row, lit=lit)), luminance(look.ink)
            if lit:
                assert (ground + 0.05) / (ink + 0.05) >= 4.5
            else:
                assert (ground + 0.05) / (ink + 0.05) >= 3.0
