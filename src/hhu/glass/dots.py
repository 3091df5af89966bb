"""A glass as rows of dots, 160 x 160 of a standard one, and as signs of a console that hold several dots.

A row of dots is an integer, the leftmost dot in its highest bit. Signs of a console are made once per glyph
and kept, so a whole new frame costs no more than joining texts.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from hhu.glass.cells import GlassCell
from hhu.glass.font import CELL_HIGH, CELL_WIDE, dots_of

BRAILLE_LINES, HALF_LINES = 4, 8
"""Lines of a console that a row of cells takes."""
BRAILLE = 0x2800
_LEFT = (0x01, 0x02, 0x04, 0x40)
_RIGHT = (0x08, 0x10, 0x20, 0x80)
"""Bits of the dots of a braille sign, from the top."""
HALVES = " ▄▀█"
"""By lower dot + 2 x upper dot."""


def signs_in(cells: Sequence[GlassCell], *, dark_half: bool = False) -> Iterator[tuple[str, int, bool]]:
    """Yield sign, width in cells and inverse, from the left; in the dark half blinking signs are blank."""
    for at, cell in enumerate(cells):
        if cell.glyph:
            wide = at + 1 < len(cells) and not cells[at + 1].glyph
            yield " " if cell.blink and dark_half else cell.glyph, 2 if wide else 1, cell.inverse


def dot_rows(cells: Sequence[GlassCell]) -> tuple[int, ...]:
    """Return the 16 rows of dots of a row of cells, blinking signs shown."""
    rows = [0] * CELL_HIGH
    for sign, width, inverse in signs_in(cells):
        wide = CELL_WIDE * width
        turned = (1 << wide) - 1 if inverse else 0
        for at, row in enumerate(_dots(sign, width)):
            rows[at] = rows[at] << wide | row ^ turned
    return tuple(rows)


def _dots(sign: str, width: int) -> tuple[int, ...]:
    return (0,) * CELL_HIGH if sign == " " else dots_of(sign, width)


@cache
def braille(sign: str, width: int) -> tuple[str, ...]:
    """Return a sign as 4 lines of braille, 2 x 4 dots each; ``width`` in cells."""
    rows, wide = _dots(sign, width), CELL_WIDE * width
    return tuple(
        "".join(chr(BRAILLE | bits) if bits else " " for bits in _braille_bits(rows[at : at + 4], wide))
        for at in range(0, CELL_HIGH, 4)
    )


def _braille_bits(four: Sequence[int], wide: int) -> Iterator[int]:
    for right in range(wide - 2, -1, -2):
        bits = 0
        for row, left_bit, right_bit in zip(four, _LEFT, _RIGHT, strict=True):
            pair = row >> right & 3
            bits |= (left_bit if pair & 2 else 0) | (right_bit if pair & 1 else 0)
        yield bits


@cache
def halves(sign: str, width: int) -> tuple[str, ...]:
    """Return a sign as 8 lines of half blocks, 1 x 2 dots each; ``width`` in cells."""
    rows, wide = _dots(sign, width), CELL_WIDE * width
    return tuple(
        "".join(HALVES[(up >> at & 1) << 1 | low >> at & 1] for at in range(wide - 1, -1, -1))
        for up, low in zip(rows[::2], rows[1::2], strict=True)
    )
