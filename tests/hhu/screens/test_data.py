"""The Data page over a paced line, against the emulated terminal with a furnished store."""

from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from openpyxl import load_workbook
from textual.pilot import Pilot

from core.errors import LineError
from hhu.client.reading_sets import Kind
from hhu.client.terminal import TerminalClient
from hhu.screens.data import DataPage
from hhu.screens.data_choice import ChoiceSheet, ItemList
from hhu.screens.saving import documents
from hhu.widgets.plot import Plot
from hhu.widgets.reading_grid import GridRow, ReadingGrid
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until
from tests.hhu.stored import furnished, register_of

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


async def ready(pilot: Pilot[None]) -> None:
    """Connected, the page open."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(ReadingGrid)))


async def read(pilot: Pilot[None]) -> None:
    """R, until it is done."""
    await press(pilot, "r")
    await idle(pilot)


def grid(pilot: Pilot[None]) -> ReadingGrid:
    return pilot.app.screen.query_one(ReadingGrid)


def page(pilot: Pilot[None]) -> DataPage:
    return pilot.app.screen.query_one(DataPage)


def rows(pilot: Pilot[None]) -> dict[str, GridRow]:
    return {row.key: row for row in grid(pilot).rows}


@SIZES
def test_yesterday_of_all_points_is_one_key_away(tmp_path: Path, size: tuple[int, int]) -> None:
    """M38, M39: exact digits; what is missing is two dashes, a wrong sum and a hole have their signs."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, size=size, page="data") as pilot:
            await ready(pilot)
            assert "R reads this" in text_of(pilot)
            await read(pilot)
            held = rows(pilot)
            assert len(held) == 12
            assert "T4 kWh" in text_of(pilot)
            shown = register_of(1, date(2026, 11, 19))
            assert held["1 2026-11-19"].cells == tuple(f"{value:011.4f}" for value in shown)
            marks = {key.split()[0]: row.mark for key, row in held.items()}
            assert [marks[str(n)] for n in (1, 3, 4, 5, 6)] == [" ", "-", "-", "!", "-"]
            assert held["4 2026-11-19"].cells == ("--",) * 5
            await press(pilot, *["down"] * 4)
            assert "total minus tariffs is 0.0200" in text_of(pilot)
            assert "001122000005" in text_of(pilot)
            assert "12 rows read, 10 of them stored." in text_of(pilot)

    on_stage(play)


@SIZES
def test_a_row_leads_to_its_series_and_back(tmp_path: Path, size: tuple[int, int]) -> None:
    """Enter reads 32 days of the point, bars show what was used each day; Esc is back on the same row."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, size=size, page="data") as pilot:
            await ready(pilot)
            await read(pilot)
            await press(pilot, "down")
            await press(pilot, "enter")
            await idle(pilot)
            assert len(rows(pilot)) == 32
            assert grid(pilot).current is not None
            assert "2026-11-19" in grid(pilot).rows[grid(pilot).cursor].key
            curve = pilot.app.screen.query_one(Plot).curve
            assert (len(curve.values), curve.unit, curve.bars) == (31, "kWh", True)
            assert all(value is not None and 10 < value < 30 for value in curve.values)
            assert "used per day (kWh)" in text_of(pilot)
            assert "█" in text_of(pilot)
            await press(pilot, "p")
            assert "█ █ █" not in text_of(pilot)
            await press(pilot, "escape")
            assert len(rows(pilot)) == 12
            assert grid(pilot).cursor == 1

    on_stage(play)


def test_a_curve_is_chosen_with_keys_and_drawn(tmp_path: Path) -> None:
    """C, the kind, an item, a point: 96 quarters, a gap where nothing is stored; plain consoles get stars."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, page="data", plain=True) as pilot:
            await ready(pilot)
            await press(pilot, "c")
            await press(pilot, *["down"] * 4)
            await press(pilot, "tab")
            await press(
                pilot, "space", "down", "down", "down", "down", "space", "up", "up", "up", "up", "space"
            )
            names = [one.name for one in pilot.app.screen.query_one(ItemList).ticked]
            assert names == ["active-power"]
            await press(pilot, "tab", "ctrl+u", "1")
            await press(pilot, "enter")
            await idle(pilot)
            assert len(rows(pilot)) == 96
            assert page(pilot).view.choice.kind is Kind.CURVE
            text = text_of(pilot)
            assert "Point 1  Active power total (kW)" in text
            assert "***" in text
            assert rows(pilot)["1 2026-11-19 04:15"].cells[0] == "--"
            await press(pilot, "right")
            assert "Point 1  Active power A (kW)" in text_of(pilot)

    on_stage(play)


def test_a_choice_that_cannot_be_stays_on_its_sheet(tmp_path: Path) -> None:
    """Cause and next step are said; the last item cannot be unticked."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, page="data") as pilot:
            await ready(pilot)
            await press(pilot, "c", "tab", "space")
            assert len(pilot.app.screen.query_one(ItemList).ticked) == 1
            await press(pilot, "tab", "ctrl+u", *"5000", "enter")
            assert isinstance(pilot.app.screen, ChoiceSheet)
            assert "leave 1..2040" in text_of(pilot)
            await press(pilot, "escape")
            assert page(pilot).view.choice.first == date(2026, 11, 19)

    on_stage(play)


def test_rows_come_as_they_are_read_and_stay_when_the_line_breaks(tmp_path: Path) -> None:
    """The first batch is seen while the second is asked; the notice names the line, the rows stay."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, page="data") as pilot:
            await ready(pilot)
            await read(pilot)
            ask, asked = TerminalClient.read, [0]

            async def breaking(client: TerminalClient, wanted: Any) -> Any:
                asked[0] += 1
                if asked[0] == 2:
                    assert len(page(pilot).view.table) == 15
                    raise LineError("COM4", "unplugged")
                return await ask(client, wanted)

            with patch.object(TerminalClient, "read", breaking):
                await press(pilot, "enter")
                await idle(pilot)
            assert len(rows(pilot)) == 15
            assert "COM4" in text_of(pilot)

    on_stage(play)


def test_esc_stops_the_reading_and_keeps_the_rows(tmp_path: Path) -> None:
    """While something is read Esc belongs to the work; afterwards it leads back."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, page="data") as pilot:
            await ready(pilot)
            await read(pilot)
            await press(pilot, "enter")
            await until(pilot, lambda: len(rows(pilot)) == 15)
            await press(pilot, "escape")
            await idle(pilot)
            assert len(rows(pilot)) == 15
            await press(pilot, "escape")
            assert len(rows(pilot)) == 12

    on_stage(play)


def test_the_table_is_exported(tmp_path: Path) -> None:
    """E, Enter: a workbook with the meters' addresses; nothing read, nothing written."""

    async def play() -> None:
        await furnished(tmp_path)
        async with opened(tmp_path, page="data") as pilot:
            await ready(pilot)
            await press(pilot, "e")
            assert "Nothing has been read yet." in text_of(pilot)
            await read(pilot)
            await press(pilot, "e")
            await press(pilot, "enter")
            await pilot.pause(0.5)
            assert "12 rows saved." in text_of(pilot)
            (path,) = documents().glob("day-1122-7788-*.xlsx")
            sheet: Any = load_workbook(path).active
            assert (sheet["B2"].value, sheet["E2"].value) == ("001122000001", 12395.98)
            await press(pilot, "e", "down")
            await press(pilot, "enter")
            assert len(list(documents().glob("day-*.csv"))) == 1

    on_stage(play)


def test_an_empty_archive_says_what_to_do(tmp_path: Path) -> None:
    """All points of nothing: name points, or load an archive."""

    async def play() -> None:
        async with opened(tmp_path, page="data") as pilot:
            await ready(pilot)
            await read(pilot)
            assert "archive holds no meter" in text_of(pilot)

    on_stage(play)
