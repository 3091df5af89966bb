"""The face as text, SVG and PNG."""

import struct
import zlib
from xml.etree import ElementTree

from hhu.glass.picture import EDGE, SCALE, Portrait, as_png, as_svg, as_text, rendered
from tests.hhu.glass.glasses import glass

FACE = Portrait(
    glass(["Ψ█G     11-20 14:36", "No event record", "终端"], inverse=9),
    lit=True,
    lamps=(("POWER", "green"), ("ALARM", "red"), ("485_1", "off")),
)


def test_the_text_has_every_row_in_a_frame() -> None:
    """Inverse rows are marked, lamps that are lit are named with their colour."""
    assert as_text(FACE).split("\n") == [
        "+--------------------+",
        "|Ψ█G     11-20 14:36 |",
        "|No event record     |",
        "|终端                |",
        *["|                    |"] * 6,
        ">                    |",
        "+--------------------+",
        "backlight POWER=green ALARM=red",
        "",
    ]


def test_the_svg_is_a_drawing_with_its_text() -> None:
    """It parses, names what it shows, and draws a circle per lamp."""
    root = ElementTree.fromstring(as_svg(FACE))  # our own drawing
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("circle") == 3
    title = next(element.text for element in root.iter() if element.tag.endswith("title"))
    assert title is not None
    assert "终端" in title


def read_png(raw: bytes) -> tuple[int, int, list[bytes]]:
    """Take an indexed PNG without filters apart; every chunk's checksum has to be right."""
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        kind, body = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", raw, at + 8 + length)[0] == zlib.crc32(kind + body)
        chunks[kind] = body
        at += length + 12
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    lines = zlib.decompress(chunks[b"IDAT"])
    assert len(lines) == height * (width + 1)
    return width, height, [lines[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height)]


def test_the_png_shows_each_dot() -> None:
    """Four pixels a dot behind bezel and margin: ink where the block of the signal bars stands."""
    width, height, lines = read_png(as_png(FACE))
    assert width == (160 + 4 * EDGE) * SCALE
    assert height > width
    left = (2 * EDGE + 8) * SCALE
    top = 2 * EDGE * SCALE
    assert lines[top][left] == 2
    assert lines[top][left + 8 * SCALE] == 1
    assert lines[0][0] == 0


def test_every_format_has_its_bytes() -> None:
    """The one door to the three."""
    assert rendered(FACE, "text").decode() == as_text(FACE)
    assert rendered(FACE, "svg").startswith(b"<svg")
    assert rendered(FACE, "png")[1:4] == b"PNG"
