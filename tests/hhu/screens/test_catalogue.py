"""All parameters on the screen, against the emulated terminal over a paced line, at both sizes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from core.gdw376.units.afn04 import KeyMeters, TotalGroups
from core.terminal import factory
from hhu.screens.catalogue import CataloguePage
from hhu.screens.workbench import Workbench
from hhu.widgets.change_table import ChangeTable
from hhu.widgets.unit_table import UnitRow, UnitTable
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until, write

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


@pytest.fixture(autouse=True)
def lists_in_the_terminal() -> Iterator[None]:
    """The emulated terminal holds key meters from the start."""
    with patch.dict(factory.DEFAULTS, {KeyMeters.meaning.fn: KeyMeters((4, 5, 6))}):
        yield


def test_the_start_loads_neither_page_nor_dictionary() -> None:
    """Workbench and palette are there without the page, the search and the tables of data."""
    program = (
        "import sys, hhu.screens.workbench, hhu.screens.commands\n"
        "late = ['hhu.screens.catalogue', 'hhu.client.finding', 'hhu.client.parameter_file',"
        " 'core.gdw376.units.afn0d', 'core.gdw376.units.erc']\n"
        "print([name for name in late if name in sys.modules])"
    )
    source = Path(__file__).parent.parent.parent.parent / "src"
    environment = os.environ | {"PYTHONPATH": str(source), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def ready(pilot: Pilot[None]) -> None:
    """Connected, the page open."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(UnitTable)))


async def find(pilot: Pilot[None], query: str) -> None:
    """Type into the find line and open the best match."""
    await press(pilot, "slash", "ctrl+u", *query)
    await press(pilot, "enter")
    await press(pilot, "enter")
    await idle(pilot)


def units(pilot: Pilot[None]) -> dict[str, UnitRow]:
    """Rows of the list."""
    return {row.key: row for row in pilot.app.screen.query_one(UnitTable).rows}


def changes(pilot: Pilot[None]) -> dict[str, str]:
    """State words of the table that is seen."""
    tables = [table for table in pilot.app.screen.query(ChangeTable) if table.is_on_screen]
    return {row.key: row.state.value for row in tables[0].rows if row.state}


async def to(pilot: Pilot[None], key: str) -> None:
    """Move the cursor of the table that is seen to a row."""
    (table,) = [table for table in pilot.app.screen.query(ChangeTable) if table.is_on_screen]
    wanted = next(index for index, row in enumerate(table.rows) if row.key == key)
    while table.cursor != wanted:
        await pilot.press("down" if wanted > table.cursor else "up")


@SIZES
def test_a_group_is_read_and_what_is_missing_is_no_error(tmp_path: Path, size: tuple[int, int]) -> None:
    """R on the heading reads nine units in two questions; the one the terminal lacks says so."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="catalogue") as pilot:
            await ready(pilot)
            assert {row.state for row in units(pilot).values() if not row.heading} == {"not read"}
            await press(pilot, "r")
            await idle(pilot)
            rows = units(pilot)
            assert (rows["04F3"].state, rows["04F2"].value) == ("read", "not held by this terminal")
            assert "10.20.30.40" in rows["04F3"].value
            assert "Read 8 of 9 data units." in text_of(pilot)
            assert "8 of 9 read" in text_of(pilot)

    on_stage(play)


@SIZES
def test_a_value_is_edited_written_and_verified(tmp_path: Path, size: tuple[int, int]) -> None:
    """Found by pinyin, edited in its form, written through the same plan, verified in form and list."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="catalogue") as pilot:
            await ready(pilot)
            await find(pilot, "zzip")
            await to(pilot, "04F3.apn")
            await press(pilot, "space")
            await press(pilot, "ctrl+u", *"cmiot", "enter")
            assert changes(pilot) == {"04F3.apn": "planned"}
            await write(pilot)
            assert changes(pilot) == {"04F3.apn": "verified"}
            await press(pilot, "escape")
            assert units(pilot)["04F3"].state == "verified"
            await press(pilot, "2")
            await idle(pilot)
            assert "cmiot" in text_of(pilot)

    on_stage(play)


@SIZES
def test_a_list_grows_and_shrinks(tmp_path: Path, size: tuple[int, int]) -> None:
    """A total group is added with a member; two key meters go; all is verified by reading back."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="catalogue") as pilot:
            await ready(pilot)
            await find(pilot, "04f14")
            await press(pilot, "plus")
            await to(pilot, "groups[0].members")
            await press(pilot, "plus")
            await to(pilot, "04F14.groups[0].members[0].point")
            await press(pilot, "space")
            await press(pilot, "ctrl+u", "7", "enter")
            await press(pilot, "escape")
            await find(pilot, "04f35")
            await to(pilot, "04F35.serials[2]")
            await press(pilot, "minus")
            await to(pilot, "04F35.serials[0]")
            await press(pilot, "minus")
            assert changes(pilot) == {
                "04F35.serials[0]": "planned", "04F35.serials[1]": "planned", "04F35.serials[2]": "planned",
            }  # fmt: skip
            await write(pilot)
            assert "Values verified: 7" in text_of(pilot)
            desk = app_of(pilot).desk
            assert desk.units[0, KeyMeters] == KeyMeters((5,))
            assert desk.units[0, TotalGroups].to_json() == {
                "groups": [{"group": 1, "members": [{"point": 7, "reverse": 0, "subtract": 0}]}]
            }
            assert not desk.wanted
            await press(pilot, "escape")
            assert units(pilot)["04F35"].state == "verified"

    on_stage(play)


def test_the_number_of_a_held_record_stays(tmp_path: Path) -> None:
    """Changing it would mean another record; the list must be used instead."""

    async def play() -> None:
        async with opened(tmp_path, page="catalogue") as pilot:
            await ready(pilot)
            await find(pilot, "04f14")
            await press(pilot, "plus")
            await press(pilot, "space")
            await press(pilot, "ctrl+u", "3", "enter")
            await to(pilot, "groups[0].members")
            await press(pilot, "plus")
            await write(pilot)
            await to(pilot, "04F14.groups[0].group")
            await press(pilot, "space")
            assert "cannot change" in text_of(pilot)
            await press(pilot, "minus")
            await write(pilot)
            assert app_of(pilot).desk.units[0, TotalGroups] == TotalGroups(())

    on_stage(play)


def test_events_are_ticked_by_name(tmp_path: Path) -> None:
    """The mask of events lists their names."""

    async def play() -> None:
        async with opened(tmp_path, page="catalogue") as pilot:
            await ready(pilot)
            await find(pilot, "event-masks")
            await press(pilot, "space")
            assert "[ ]   5  Remote trip" in text_of(pilot)
            await press(pilot, *["down"] * 4, "space", "enter")
            assert changes(pilot) == {"04F9.valid": "planned"}
            assert "1-5,8" in text_of(pilot)

    on_stage(play)


def test_a_point_is_chosen(tmp_path: Path) -> None:
    """Units of measuring points are asked for at the point chosen; the terminal's own have none."""

    async def play() -> None:
        async with opened(tmp_path, page="catalogue") as pilot:
            await ready(pilot)
            await press(pilot, "slash", *"04f25", "enter")
            assert "04F25@1" in units(pilot)
            await press(pilot, "p")
            await press(pilot, "ctrl+u", *"9999", "enter")
            await press(pilot, "ctrl+u", *"12", "enter")
            assert "04F25@12" in units(pilot)
            await press(pilot, "r")
            await idle(pilot)
            assert units(pilot)["04F25@12"].value == "not held by this terminal"
            await press(pilot, "escape", "home", "down", "p")
            assert "belongs to the terminal" in text_of(pilot)

    on_stage(play)


@SIZES
def test_a_file_is_saved_compared_taken_over_and_proven(tmp_path: Path, size: tuple[int, int]) -> None:
    """Save what was read, change it by hand, compare: differing first; take all, write, nothing differs."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="catalogue") as pilot:
            await ready(pilot)
            await press(pilot, "f", "enter")
            assert "No parameter has been read yet" in text_of(pilot)
            await press(pilot, "r")
            await idle(pilot)
            await press(pilot, "f", "enter")
            assert "8 units saved, 2 secrets left out." in text_of(pilot)
            path = tmp_path / "parameters-1122-7788-20261120.json"
            text = path.read_text("utf-8")
            assert "CARD" not in json.loads(text)["units"][-1]["value"].get("password", "")
            path.write_text(
                text.replace("CMNET", "cmiot").replace('"heartbeat": 15', '"heartbeat": 5'), "utf-8"
            )
            await press(pilot, "f", "down", "enter")
            await idle(pilot)
            assert changes(pilot) == {"04F1.heartbeat": "differs", "04F3.apn": "differs"}
            table = next(table for table in pilot.app.screen.query(ChangeTable) if table.is_on_screen)
            assert [row.key for row in table.rows[:2]] == ["04F1.heartbeat", "04F3.apn"]
            await press(pilot, "space")
            assert changes(pilot) == {"04F1.heartbeat": "planned", "04F3.apn": "differs"}
            await press(pilot, "delete")
            await press(pilot, "u")
            assert changes(pilot) == {"04F1.heartbeat": "planned", "04F3.apn": "planned"}
            await write(pilot)
            assert changes(pilot) == {"04F1.heartbeat": "verified", "04F3.apn": "verified"}
            await press(pilot, "u")
            assert "Nothing differs." in text_of(pilot)
            await press(pilot, "f", "enter")
            assert "Enter again replaces it" in text_of(pilot)
            await press(pilot, "escape", "escape")
            workbench = pilot.app.screen
            assert isinstance(workbench, Workbench)
            assert isinstance(workbench.current_page, CataloguePage)
            assert workbench.current_page.view == "list"

    on_stage(play)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """Cause and next step at the bottom; the list stays."""

    async def play() -> None:
        async with opened(tmp_path, page="catalogue") as pilot:
            await ready(pilot)
            (tmp_path / "parameters-x.json").write_text("{", "utf-8")
            await press(pilot, "f", "down", "enter")
            assert "parameters-x.json, line 1" in text_of(pilot)

    on_stage(play)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("zzip", "10.20.30.40"),
        ("主站IP", "10.20.30.40"),
        ("authentication", "Read 1 of 1 data units."),
        ("04F33", "Read 1 of 1 data units."),
        ("04F60", "Read 0 of 1 data units."),
        ("0cf2 ", "2026-11-20 14:36"),
        ("0DF161", "Day, as 2026-11-20"),
        ("05F31", "is a command and cannot be read"),
    ],
)
def test_the_palette_finds_every_unit(tmp_path: Path, query: str, seen: str) -> None:
    """A parameter opens as a form, other data are read or ask for their day, a command is explained."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            await press(pilot, "ctrl+p")
            await press(pilot, *query)
            await pilot.pause(1)
            await press(pilot, "enter")
            await pilot.pause(4)
            assert seen in text_of(pilot)

    on_stage(play)


def test_data_of_the_past_need_their_day(tmp_path: Path) -> None:
    """A day that cannot be is refused with an example; one that can is asked for."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            await press(pilot, "ctrl+p")
            await press(pilot, *"0DF161")
            await pilot.pause(1)
            await press(pilot, "enter")
            await press(pilot, *"2026-13-01", "enter")
            assert "2026-11-20 expected" in text_of(pilot)
            await press(pilot, "ctrl+u", *"2026-11-01", "enter")
            await pilot.pause(3)
            assert "The terminal does not have it" in text_of(pilot)

    on_stage(play)
