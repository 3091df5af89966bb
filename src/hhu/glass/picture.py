"""The face as a file: text, SVG, PNG. Dot for dot what the glass shows, with the lamps below.

A PNG is written here: a palette, one byte a dot, `zlib`; nothing else is needed.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hhu import palette as colours
from hhu.glass.cells import Glass, shape_of, text_of
from hhu.glass.dots import dot_rows
from hhu.glass.font import CELL_HIGH, CELL_WIDE, dots_of

PITCH, DOT = 4, 3.6
"""Points from dot to dot, and the side of a dot: the gap makes a dot matrix of it."""
EDGE = 4
"""Dots of bare glass around the text."""
SCALE = 4
"""Pixels of a PNG per dot, one of them is the gap."""
LAMP_COLOURS = {"off": "#4a5157", "green": "#2fbf4a", "red": "#e5483d", "amber": "#e0a83a"}


@dataclass(frozen=True, slots=True)
class Portrait:
    """A face that can be kept: glass, backlight, and the lamps as name and colour."""

    glass: Glass
    lit: bool = True
    lamps: Sequence[tuple[str, str]] = ()


def as_text(portrait: Portrait) -> str:
    """Return rows in a frame and the lamps that are lit below; ``>`` marks a row with inverse cells."""
    _, columns = shape_of(portrait.glass)
    rule = "+" + "-" * columns + "+"
    marks = (">" if any(cell.inverse for cell in row) else "|" for row in portrait.glass)
    rows = (f"{mark}{line}|" for mark, line in zip(marks, text_of(portrait.glass).split("\n"), strict=True))
    lit = " ".join(f"{name}={colour}" for name, colour in portrait.lamps if colour != "off")
    light = "backlight" if portrait.lit else "dark"
    return "\n".join((rule, *rows, rule, f"{light} {lit}".rstrip())) + "\n"


def as_svg(portrait: Portrait) -> str:
    """Return a drawing: every dark dot a square, runs of a row joined in one path."""
    width, rows = _dots(portrait)
    wide, high = (width + 2 * EDGE) * PITCH, (len(rows) + 2 * EDGE) * PITCH
    low = 30 if portrait.lamps else 0
    ground, ink = _ground(portrait), colours.LCD_INK
    path = "".join(
        f"M{(x + EDGE) * PITCH} {(y + EDGE) * PITCH}h{DOT}v{DOT}h-{DOT}z"
        for y, row in enumerate(rows)
        for x in range(width)
        if row >> (width - 1 - x) & 1
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide + 24} {high + 24 + low}" '
            f'width="{wide + 24}" height="{high + 24 + low}">',
            f"<title>{escape(text_of(portrait.glass))}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{colours.LCD_BEZEL}"/>',
            f'<g transform="translate(12 12)"><rect width="{wide}" height="{high}" fill="{ground}"/>',
            f'<path d="{path}" fill="{ink}"/></g>',
            *_svg_lamps(portrait, wide, high + 24),
            "</svg>\n",
        )
    )


def _svg_lamps(portrait: Portrait, wide: int, top: int) -> list[str]:
    step = wide / max(1, len(portrait.lamps))
    drawn: list[str] = []
    for at, (name, colour) in enumerate(portrait.lamps):
        x = 12 + step * (at + 0.5)
        drawn += [
            f'<circle cx="{x:g}" cy="{top + 4}" r="6" fill="{LAMP_COLOURS[colour]}"/>',
            f'<text x="{x:g}" y="{top + 22}" font-family="sans-serif" font-size="10" fill="#c8ced3" '
            f'text-anchor="middle">{escape(name)}</text>',
        ]
    return drawn


def as_png(portrait: Portrait) -> bytes:
    """Return an indexed PNG, four pixels a dot, the lamps as squares with their names in the font below."""
    width, rows = _dots(portrait)
    lines = [_glass_line(0, width)] * EDGE
    lines += [_glass_line(row, width) for row in rows]
    lines += [_glass_line(0, width)] * EDGE
    gap = b"\x00" * ((width + 2 * EDGE + 2 * EDGE) * SCALE)
    raw = [gap] * (EDGE * SCALE)
    for line in lines:
        raw += [line] * (SCALE - 1) + [line.replace(b"\x02", b"\x01")]
    raw += [gap] * (EDGE * SCALE) + _lamp_lines(portrait, len(gap))
    palette = [colours.LCD_BEZEL, _ground(portrait), colours.LCD_INK, "#c8ced3", *LAMP_COLOURS.values()]
    return _png(len(gap), raw, palette)


def _glass_line(row: int, width: int) -> bytes:
    """Return one line of pixels: bezel 0, glass 1, ink 2 with a gap of glass."""
    bits = f"{row:0{width}b}"
    dots = "".join("\x02" * (SCALE - 1) + "\x01" if bit == "1" else "\x01" * SCALE for bit in bits)
    bare, bezel = "\x01" * (EDGE * SCALE), "\x00" * (EDGE * SCALE)
    return (bezel + bare + dots + bare + bezel).encode("ascii")


def _lamp_lines(portrait: Portrait, wide: int) -> list[bytes]:
    """Return the lamps in two rows of four, each a square of its colour (4 on) with the name (3)."""
    step, high = wide // 4, CELL_HIGH + 8
    lines = [bytearray(wide) for _ in range(high * -(-len(portrait.lamps) // 4))]
    for at, (name, colour) in enumerate(portrait.lamps):
        left, top = EDGE * SCALE + at % 4 * step, at // 4 * high
        lens = 4 + list(LAMP_COLOURS).index(colour)
        for line in lines[top + 3 : top + 15]:
            line[left : left + 12] = bytes([lens]) * 12
        for place, sign in enumerate(name):
            for y, row in enumerate(dots_of(sign, 1)):
                start = left + 18 + place * CELL_WIDE
                lines[top + y + 1][start : start + CELL_WIDE] = bytes(
                    3 * (row >> 7 - x & 1) for x in range(8)
                )
    return [bytes(line) for line in lines]


def _png(width: int, lines: Sequence[bytes], palette: Sequence[str]) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)
    entries = b"".join(bytes.fromhex(colour[1:]) for colour in palette)
    packed = zlib.compress(b"".join(b"\x00" + line for line in lines), 9)
    chunks = ((b"IHDR", header), (b"PLTE", entries), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _dots(portrait: Portrait) -> tuple[int, list[int]]:
    _, columns = shape_of(portrait.glass)
    return columns * CELL_WIDE, [row for cells in portrait.glass for row in dot_rows(cells)]


def _ground(portrait: Portrait) -> str:
    return colours.LCD_GROUND if portrait.lit else colours.LCD_DARK_GROUND


def rendered(portrait: Portrait, form: str) -> bytes:
    """Return the bytes of a file in one of `hhu.glass.FORMATS`; ``KeyError`` for another."""
    return {
        "text": lambda: as_text(portrait).encode(),
        "svg": lambda: as_svg(portrait).encode(),
        "png": lambda: as_png(portrait),
    }[form]()
