"""The dots of the glass and the signs that hold them."""

from hhu.glass.dots import braille, dot_rows, halves
from hhu.glass.font import dots_of, known
from hhu.words import WORDS
from tests.hhu.glass.glasses import row


def test_a_standard_row_is_160_by_16_dots() -> None:
    """Twenty cells of 8 x 16; a Chinese character takes the dots of two."""
    rows = dot_rows(row("终A"))
    assert len(rows) == 16
    assert max(rows) < 1 << 160
    assert any(dots & 0xFF << 136 for dots in rows)  # the A in the third cell
    assert not any(dots & (1 << 136) - 1 for dots in rows)


def test_an_inverse_row_is_the_complement() -> None:
    """Every dot changes sides, none is lost."""
    plain, turned = dot_rows(row("OK")), dot_rows(row("OK", inverse=True))
    assert all(a ^ b == (1 << 160) - 1 for a, b in zip(plain, turned, strict=True))


def test_braille_and_half_blocks_hold_exactly_the_dots() -> None:
    """Read back from the signs of the console, each dot is where the font has it."""
    font = dots_of("R", 1)
    places = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
    for y, line in enumerate(braille("R", 1)):
        for x, sign in enumerate(line):
            for bit, (right, down) in enumerate(places):
                lit = sign != " " and bool(ord(sign) - 0x2800 >> bit & 1)
                assert lit is bool(font[4 * y + down] >> 7 - (2 * x + right) & 1)
    for y, line in enumerate(halves("R", 1)):
        for x, sign in enumerate(line):
            assert (sign in "▀█") is bool(font[2 * y] >> 7 - x & 1)
            assert (sign in "▄█") is bool(font[2 * y + 1] >> 7 - x & 1)


def test_the_font_has_what_a_glass_can_show() -> None:
    """ASCII, the signs of the status bar, common Chinese; what it has not is a frame, never nothing."""
    signs = {chr(code) for code in range(0x20, 0x7F)} | set("Ψ▁▂▃▄▅▆▇█")
    signs |= {sign for chinese, _ in WORDS.values() for sign in chinese if "\u4e00" <= sign <= "\u9fff"}
    assert not {sign for sign in signs if not known(sign)}
    assert any(dots_of("\ue000", 1))
    assert not known("\ue000")
