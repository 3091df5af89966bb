"""The cell buffer: widths, cutting, torn characters, attributes."""

import pytest

from core.panel.cells import Canvas, Cell, glyph_width, text_width


def line(canvas: Canvas, row: int = 0) -> str:
    return canvas.finished().line(row)


def test_frame_is_ten_by_twenty() -> None:
    """The standard glass has 10 rows of 20 columns."""
    rows = Canvas().finished().rows
    assert [len(row) for row in rows] == [20] * 10


def test_overflow_is_cut() -> None:
    """A text never wraps into the next row."""
    canvas = Canvas(2, 4)
    canvas.put(0, 2, "abcd")
    assert canvas.finished().text() == "  ab\n    "


def test_wide_character_takes_two_cells() -> None:
    """A CJK character fills two cells, and the row stays 20 cells wide."""
    canvas = Canvas(1, 6)
    canvas.put(0, 0, "集中a")
    assert canvas.finished().rows[0][:2] == (Cell("集"), Cell(""))
    assert line(canvas) == "集中a "
    assert text_width(line(canvas)) == 6


def test_wide_character_is_cut_whole() -> None:
    """A wide character that would lose its right half is left out."""
    canvas = Canvas(1, 3)
    canvas.put(0, 0, "集中")
    assert line(canvas) == "集 "


@pytest.mark.parametrize(("column", "shown"), [(0, "x 中"), (1, " x中"), (2, "集x "), (3, "集 x")])
def test_no_torn_character(column: int, shown: str) -> None:
    """Writing over one half of a wide character blanks the other half."""
    canvas = Canvas(1, 4)
    canvas.put(0, 0, "集中")
    canvas.put(0, column, "x")
    assert line(canvas) == shown


def test_wide_over_wide_out_of_step() -> None:
    """A wide character between two others leaves no half behind."""
    canvas = Canvas(1, 4)
    canvas.put(0, 0, "集中")
    canvas.put(0, 1, "电")
    assert line(canvas) == " 电 "
    assert text_width(line(canvas)) == 4


def test_unprintable_is_marked() -> None:
    """A control character from a parameter cannot disturb the glass."""
    canvas = Canvas(1, 3)
    canvas.put(0, 0, "a\n\x1b")
    assert line(canvas) == "a??"


def test_spread_and_centre() -> None:
    """The right text keeps its place, an odd rest of the middle goes to the right."""
    canvas = Canvas(2, 8)
    canvas.spread(0, "left text", "99")
    canvas.centre(1, "abc")
    assert canvas.finished().text() == "left t99\n  abc   "


def test_blink_goes_dark_at_one_hertz() -> None:
    """Blinking cells are blank in every second half second; ``text`` shows them always."""
    canvas = Canvas(1, 3)
    canvas.put(0, 0, "G", blink=True)
    canvas.put(0, 1, "P", inverse=True)
    cells = canvas.finished()
    assert [cells.lit(now).line(0) for now in (0.0, 0.4, 0.5, 0.9, 1.0)] == [
        "GP ",
        "GP ",
        " P ",
        " P ",
        "GP ",
    ]
    assert cells.rows[0][1].inverse
    assert cells.text() == "GP "


def test_signs_of_the_bar_take_one_cell() -> None:
    """Mast and bars are half-width on the glass."""
    assert {glyph_width(glyph) for glyph in "Ψ▂▄▆█"} == {1}
