"""The font of the glass: 8 x 16 dots a cell, 16 x 16 for Chinese, as on the device (device behaviour 3.1).

Glyphs of GNU Unifont, under the licence beside the file: ASCII, the signs of the status bar and the first
level of GB 2312.
"""

import gzip
from functools import cache
from importlib.resources import files

CELL_WIDE, CELL_HIGH = 8, 16
"""Dots of a half-width cell."""
FILE = "font.hex.gz"
"""Lines of ``code point:dots``, hexadecimal, 16 rows from the top."""


@cache
def _glyphs() -> dict[str, str]:
    packed = files("hhu.glass").joinpath(FILE).read_bytes()
    lines = gzip.decompress(packed).decode("ascii").splitlines()
    return {chr(int(code, 16)): dots for code, _, dots in (line.partition(":") for line in lines)}


@cache
def dots_of(sign: str, cells: int) -> tuple[int, ...]:
    """Return 16 rows of dots, the leftmost dot in the highest of ``8 * cells`` bits; a box if unknown."""
    packed = _glyphs().get(sign, "")
    digits = 2 * cells
    if len(packed) != CELL_HIGH * digits:
        return _box(cells)
    return tuple(int(packed[at : at + digits], 16) for at in range(0, len(packed), digits))


def known(sign: str) -> bool:
    """Tell whether the font has the sign."""
    return sign in _glyphs()


def _box(cells: int) -> tuple[int, ...]:
    """Return the frame that stands for a sign the font has not."""
    wide = CELL_WIDE * cells
    edge = (1 << (wide - 1)) - 2
    sides = 1 << (wide - 2) | 2
    return (0, edge, *[sides] * (CELL_HIGH - 4), edge, 0)
