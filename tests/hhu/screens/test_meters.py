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
            print(text_of(pilot))
            assert states(pilot) == {1: "verified", 2: "verified"}
            desk = app_of(pilot).desk
            assert [row.address for row in rows_of(desk.units)] == ["000000012345", "000000012346"]
            assert [row.key for row in rows_of(desk.units)] == [True, False]
            await press(pilot, "home", "minus")
            assert states(pilot)[1] == "planned delete"
            await write(pilot)
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
            print(text_of(pilot))
            await until(pilot, lambda: set(states(pilot).values()) == {"verified"}, 300)
            assert "Port 1: 96" in text_of(pilot)
            await press(pilot, "plus")
            assert "192 meters at most" in text_of(pilot)

    on_stage(play)
