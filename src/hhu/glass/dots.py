"""A glass as rows of dots: 160 x 160 of a standard one.

A row of dots is an integer, the leftmost dot in its highest bit. Conversions to signs of a console work on rows
of cells, so that a frame costs only the rows that changed.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from hhu.glass.cells import GlassCell
from hhu.glass.font import CELL_HIGH, CELL_WIDE, dots_of

BRAILLE = 0x2800
_LEFT = (0x01, 0x02, 0x04, 0x40)
_RIGHT = (0x08, 0x10, 0x20, 0x80)
"""Bits of the dots of a braille sign, from the top."""
HALVES = " ▄▀█"
"""By lower dot + 2 x upper dot."""


def dot_rows(cells: Sequence[GlassCell], *, dark_half: bool = False) -> tuple[int, ...]:
    """Return the 16 rows of dots of a row of cells; in the dark half blinking signs are blank."""
    return _rows(tuple(_look(cells, dark_half=dark_half)))


def _look(cells: Sequence[GlassCell], *, dark_half: bool) -> Iterator[tuple[str, int, bool]]:
    for at, cell in enumerate(cells):
        if cell.glyph:
            wide = at + 1 < len(cells) and not cells[at + 1].glyph
            yield " " if cell.blink and dark_half else cell.glyph, 2 if wide else 1, cell.inverse


@lru_cache(maxsize=256)
def _rows(signs: tuple[tuple[str, int, bool], ...]) -> tuple[int, ...]:
    rows = [0] * CELL_HIGH
    for sign, cells, inverse in signs:
        wide = CELL_WIDE * cells
        turned = (1 << wide) - 1 if inverse else 0
        dots = (0,) * CELL_HIGH if sign == " " else dots_of(sign, cells)
        for at, row in enumerate(dots):
            rows[at] = rows[at] << wide | row ^ turned
    return tuple(rows)


def braille_lines(rows: Sequence[int], width: int) -> list[str]:
    """Return rows of dots as braille signs, 2 x 4 dots each; ``width`` in dots."""
    return [
        "".join(chr(BRAILLE | bits) for bits in _braille(rows[at : at + 4], width))
        for at in range(0, len(rows), 4)
    ]


def _braille(four: Sequence[int], width: int) -> Iterator[int]:
    for right in range(width - 2, -1, -2):
        bits = 0
        for row, left_bit, right_bit in zip(four, _LEFT, _RIGHT, strict=True):
            pair = row >> right & 3
            bits |= (left_bit if pair & 2 else 0) | (right_bit if pair & 1 else 0)
        yield bits


def half_lines(rows: Sequence[int], width: int) -> list[str]:
    """Return rows of dots as half blocks, 1 x 2 dots each; ``width`` in dots."""
    return [
        "".join(HALVES[(up >> at & 1) << 1 | low >> at & 1] for at in range(width - 1, -1, -1))
        for up, low in zip(rows[::2], rows[1::2], strict=True)
    ]
