"""The LCD shows exactly its cells."""

from dataclasses import dataclass

import pytest
from textual.app import App, ComposeResult

from hhu import palette
from hhu.widgets import glyphs
from hhu.widgets.glass_look import shaded
from hhu.widgets.lcd import Lcd


@dataclass(frozen=True)
class Cell:
    """A cell as the panel makes them."""

    glyph: str = " "
    inverse: bool = False
    blink: bool = False


ROWS = ["Ψ█G     11-20 14:36", "", "终端", *[""] * 6, "PROGRAM OPEN    1:47"]


def glass(*, blink: bool = False) -> tuple[tuple[Cell, ...], ...]:
    """Ten rows of twenty cells, row 3 Chinese, the last row inverse."""
    rows: list[tuple[Cell, ...]] = []
    for number, text in enumerate(ROWS):
        cells: list[Cell] = []
        for sign in text:
            cells.append(Cell(sign, number == 9, blink and number == 0))
            if sign in "终端":
                cells.append(Cell("", False, False))
        rows.append((*cells, *[Cell()] * (20 - len(cells))))
    return tuple(rows)


class Case(App[None]):
    """Only the LCD."""

    def compose(self) -> ComposeResult:
        yield Lcd()


async def strips(*, blink: bool = False, dark: bool = False, lit: bool = True):
    """Render the widget's lines."""
    app = Case()
    async with app.run_test(size=(40, 15)):
        lcd = app.query_one(Lcd)
        lcd.lit, lcd.glass = lit, glass(blink=blink)
        lcd.dark_half = dark
        return [lcd.render_line(y) for y in range(12)]


async def test_the_glass_is_ten_rows_of_twenty_cells_behind_a_bezel() -> None:
    """Text starts three cells from the edge, every line is 26 cells wide, Chinese takes two cells each."""
    lines = await strips()
    assert {line.cell_length for line in lines} == {26}
    assert [line.text[3:] for line in lines[1:2]] == ["Ψ█G     11-20 14:36    "]
    assert lines[3].text[3:5] == "终端"
    assert lines[10].text[3:23] == ROWS[9]


async def test_inverse_and_backlight_are_colours() -> None:
    """Inverse swaps ink and glass; without backlight the glass is darker."""
    lines = await strips()
    row = next(segment for segment in lines[10] if segment.text.startswith("PROGRAM"))
    assert row.style is not None
    assert row.style.bgcolor is not None
    assert row.style.bgcolor.name == palette.LCD_INK
    dark = await strips(lit=False)
    first = next(segment for segment in dark[1] if segment.text.startswith("Ψ"))
    assert first.style is not None
    assert first.style.bgcolor is not None
    assert first.style.bgcolor.name == palette.LCD_DARK_GROUND


async def test_blinking_cells_are_blank_in_the_dark_half() -> None:
    """And only they."""
    lines = await strips(blink=True, dark=True)
    assert not lines[1].text.strip()
    assert lines[10].text[3:15] == "PROGRAM OPEN"


async def test_plain_consoles_get_ascii_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sign of the glass is wider than its cell there."""
    glyphs.use(glyphs.PLAIN)
    try:
        assert (await strips())[1].text[3:6] == "Y#G"
    finally:
        glyphs.use(None)


def test_every_other_row_is_a_trace_darker() -> None:
    """The shade is small and never lighter."""
    assert shaded("#ffffff") == "#f7f7f7"
    assert shaded("#000000") == "#000000"
