"""The page Meters against the emulated terminal over a paced line, at both sizes."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from hhu.client.archive import ArchiveRow, rows_of
from hhu.client.archive_file import save_archive
from hhu.widgets.meter_table import MeterLine, MeterTable
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until, write

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


def meters(number: int, first: int = 1) -> list[ArchiveRow]:
    """Meters on two ports."""
    return [
        ArchiveRow(serial, serial, 1 + serial % 2, 30, f"{31000 + serial:012d}")
        for serial in range(first, first + number)
    ]


async def ready(pilot: Pilot[None]) -> None:
    """Connected, the archive read."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(MeterTable)))
    await pilot.pause(0.5)
    await idle(pilot)


def lines(pilot: Pilot[None]) -> dict[int, MeterLine]:
    """Lines of the list by serial number."""
    return {line.serial: line for line in pilot.app.screen.query_one(MeterTable).lines}


def states(pilot: Pilot[None]) -> dict[int, str]:
    """State words of the list."""
    return {serial: line.state for serial, line in lines(pilot).items()}


async def write_again(pilot: Pilot[None]) -> None:
    """Write while the switch is still open and the password known."""
    await press(pilot, "w")
    await idle(pilot)


async def take_file(pilot: Pilot[None], rows: list[ArchiveRow], home: Path) -> None:
    """Import a file that the sheet offers."""
    save_archive(home / "meters-new.csv", rows, zh=False)
    await press(pilot, "f", "enter")
    await press(pilot, "u")


@SIZES
def test_a_meter_is_added_changed_and_deleted(tmp_path: Path, size: tuple[int, int]) -> None:
    """M96: each act is planned, written and verified by reading back; nothing is left planned."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="meters") as pilot:
            await ready(pilot)
            assert "No meter yet" in text_of(pilot)
            await press(pilot, "plus")
            await press(pilot, *"12345", "enter")
            await press(pilot, "escape")
            assert states(pilot) == {1: "planned"}
            await press(pilot, "asterisk", "c")
            await press(pilot, *"12346", "enter")
            await press(pilot, "escape")
            await write(pilot)
            assert states(pilot) == {1: "verified", 2: "verified"}
            desk = app_of(pilot).desk
            assert [row.address for row in rows_of(desk.units)] == ["000000012345", "000000012346"]
            assert [row.key for row in rows_of(desk.units)] == [True, False]
            await press(pilot, "home", "minus")
            assert states(pilot)[1] == "delete planned"
            await write_again(pilot)
            assert states(pilot) == {2: "verified"}
            assert not desk.wanted
            await press(pilot, "r")
            await idle(pilot)
            assert [row.serial for row in rows_of(desk.units)] == [2]

    on_stage(play)


@SIZES
def test_a_full_archive_is_imported_and_verified(tmp_path: Path, size: tuple[int, int]) -> None:
    """M83: 192 meters of a file are verified; the 193rd is refused in words."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="meters") as pilot:
            await ready(pilot)
            await take_file(pilot, meters(192), tmp_path)
            assert set(states(pilot).values()) == {"planned"}
            await write(pilot)
            await until(pilot, lambda: set(states(pilot).values()) == {"verified"}, 300)
            assert "Port 1: 96" in text_of(pilot)
            await press(pilot, "plus")
            assert "192 meters at most" in text_of(pilot)

    on_stage(play)


def test_a_file_with_errors_is_shown_and_not_taken(tmp_path: Path) -> None:
    """M96: errors first with row and column; after the repair R reads it again and U takes it over."""

    async def play() -> None:
        async with opened(tmp_path, page="meters") as pilot:
            await ready(pilot)
            path = tmp_path / "meters-bad.csv"
            path.write_text("表号,端口,规约,户名\n12345,1,07,x\n12345678901234,1,77,\n", "gb18030")
            await press(pilot, "f", "enter")
            shown = text_of(pilot)
            assert "2 errors: repair the file" in shown
            assert shown.index("row 3 Meter address") < shown.index("row 1 户名")
            await press(pilot, "u")
            assert "is not taken over" in text_of(pilot)
            assert not app_of(pilot).desk.wanted
            path.write_text("表号,端口,规约\n12345,1,07\n123456789012,1,30\n", "gb18030")
            await press(pilot, "r")
            await press(pilot, "u")
            assert states(pilot) == {1: "planned", 2: "planned"}

    on_stage(play)


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    """Cause and next step at the bottom; the list stays."""

    async def play() -> None:
        async with opened(tmp_path, page="meters", language="zh") as pilot:
            await ready(pilot)
            (tmp_path / "meters-x.csv").write_text("a,b\n1,2\n", "utf-8")
            await press(pilot, "f", "enter")
            assert "meters-x.csv" in text_of(pilot)
            assert "没有表地址列" in text_of(pilot)

    on_stage(play)


@SIZES
def test_a_meter_is_edited_in_its_form(tmp_path: Path, size: tuple[int, int]) -> None:
    """A point that is taken is refused in words; asset number and stop are written with the record."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="meters") as pilot:
            await ready(pilot)
            await take_file(pilot, meters(3), tmp_path)
            await write(pilot)
            await press(pilot, "enter", "down", "space")
            await press(pilot, "ctrl+u", "2", "enter")
            assert "2 belongs to meter 2" in text_of(pilot)
            await press(pilot, "end", "space")
            await press(pilot, "up", "up", "space")
            await press(pilot, "ctrl+u", *"A-77", "enter")
            await press(pilot, "escape", "s")
            assert states(pilot) == {1: "planned", 2: "verified", 3: "verified"}
            await write_again(pilot)
            row = rows_of(app_of(pilot).desk.units)[0]
            assert (row.asset, row.key, row.stopped) == ("A-77", True, True)
            assert states(pilot) == {1: "verified", 2: "verified", 3: "verified"}
            await press(pilot, "s")
            assert states(pilot)[1] == "planned"
            await press(pilot, "delete")
            assert not app_of(pilot).desk.wanted

    on_stage(play)


def test_meters_are_found_and_sorted(tmp_path: Path) -> None:
    """Digits, ports and words filter; Esc shows all; a failed meter stands first."""

    async def play() -> None:
        async with opened(tmp_path, page="meters") as pilot:
            await ready(pilot)
            await take_file(pilot, meters(5), tmp_path)
            await press(pilot, "slash", *"31004", "enter")
            assert list(lines(pilot)) == [4]
            await press(pilot, "slash", "ctrl+u", *"p2", "enter")
            assert list(lines(pilot)) == [1, 3, 5]
            await press(pilot, "escape", "o")
            assert "by number" in text_of(pilot)
            assert list(lines(pilot)) == [1, 2, 3, 4, 5]

    on_stage(play)


def test_a_broken_line_leaves_honest_states_and_goes_on(tmp_path: Path) -> None:
    """Esc in the middle: verified, failed and planned meters are told apart; the next W finishes the rest."""

    async def play() -> None:
        async with opened(tmp_path, page="meters") as pilot:
            await ready(pilot)
            await take_file(pilot, meters(48), tmp_path)
            for keys in (("w",), ("enter",), ("enter",)):
                await press(pilot, *keys)
            await pilot.pause(7)
            await press(pilot, *"000000", "enter")
            await until(pilot, lambda: "verified" in states(pilot).values())
            await pilot.pause(0.5)
            await press(pilot, "escape")
            await idle(pilot)
            words = list(states(pilot).values())
            assert {"verified", "planned"} <= set(words) <= {"verified", "planned", "failed"}
            await write_again(pilot)
            assert "Written and read back" in text_of(pilot)
            assert not app_of(pilot).desk.wanted
            assert len(rows_of(app_of(pilot).desk.units)) == 48

    on_stage(play)


def test_a_key_is_painted_at_once_with_192_meters(tmp_path: Path) -> None:
    """The list draws what is seen, not what there is: a step of the cursor costs little."""

    async def play() -> None:
        async with opened(tmp_path, size=(132, 43), page="meters") as pilot:
            await ready(pilot)
            await take_file(pilot, meters(192), tmp_path)
            page = pilot.app.screen.query_one(MeterTable)
            drawn = 0
            render = page.pieces

            def counted(index: int, width: int) -> list[object]:
                nonlocal drawn
                drawn += 1
                return render(index, width)  # type: ignore[return-value]

            page.pieces = counted  # type: ignore[method-assign]
            await press(pilot, "down")
            assert 0 < drawn <= 3 * page.size.height

    on_stage(play)
