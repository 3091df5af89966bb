"""The Upgrade page against the emulated terminal: the guided flow, resume, refusals, the USB disk."""

from pathlib import Path

import pytest

from hhu.client.upgrade.stages import Done, Failed, Failure, Notice, Noticed, Stage, Way
from hhu.screens.saving import documents
from hhu.screens.upgrade_board import Next
from hhu.screens.upgrade_files import FilesSheet
from hhu.screens.upgrade_jobs import duration
from hhu.screens.upgrade_sheets import CableSheet, dialled
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until
from tests.hhu.upgrade_plays import (
    begun,
    blocked,
    board_of,
    checked_usb,
    menu,
    opened_page,
    proved,
    put_package,
    sending,
)


@pytest.mark.parametrize(("size", "language"), [((80, 24), "zh"), ((132, 43), "en")])
def test_the_guided_flow_ends_with_the_version(tmp_path: Path, size: tuple[int, int], language: str) -> None:
    """M151-M159: package, checks, command, cable, file, restart, and the version as proof; Enter only."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="upgrade", language=language) as pilot:
            await proved(pilot)
            outcome = board_of(pilot).outcome
            assert isinstance(outcome, Done)
            assert outcome.after == "9902 2026-11-15"
            assert board_of(pilot).reached is Stage.CONFIRMED
            assert "9902 2026-11-15" in text_of(pilot)

    on_stage(play)


def test_a_stopped_transfer_goes_on_where_it_was(tmp_path: Path) -> None:
    """M126: Esc in the middle; Enter goes on, what the terminal has does not travel again."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await sending(pilot)
            await press(pilot, "escape")
            board = board_of(pilot)
            assert isinstance(board.outcome, Failed)
            assert board.outcome.reason is Failure.STOPPED
            assert board.next is Next.RESUME
            assert "Enter goes on from there" in text_of(pilot)
            await until(pilot, lambda: app_of(pilot).desk.armed_left > 0)
            await press(pilot, "enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, CableSheet), 120)
            await press(pilot, "enter")
            await until(pilot, lambda: board.next is Next.AGAIN, 300)
            resumed = [
                line.told.number
                for line in board.log
                if isinstance(line.told, Noticed) and line.told.notice is Notice.RESUMED
            ]
            assert resumed
            assert resumed[0] > 500
            assert isinstance(board.outcome, Done)

    on_stage(play)


def test_an_older_package_needs_the_typed_address(tmp_path: Path) -> None:
    """V2: every blocker is listed at once; only the terminal's own address goes past them."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await blocked(pilot)
            shown = text_of(pilot)
            assert "the package is older: 1.02 2026-10-08 > 0001 2020-01-01" in shown
            assert "this laptop runs on battery, 17 % left" in shown
            assert board_of(pilot).next is Next.OVERRIDE
            await press(pilot, "enter")
            await press(pilot, *"1122-7789", "enter")
            assert "not the address of the connected terminal" in text_of(pilot)
            await press(pilot, "ctrl+u", *"1122-7788", "enter")
            assert board_of(pilot).forced
            assert board_of(pilot).next is Next.START
            assert "overridden by you" in text_of(pilot)

    on_stage(play)


def test_a_version_cannot_be_forced_over_usb(tmp_path: Path) -> None:
    """V2: forcing exists in menus, never by USB, so the check has no override there."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await opened_page(pilot)
            await press(pilot, "left")
            assert board_of(pilot).way is Way.USB
            await blocked(pilot)
            assert board_of(pilot).checks is not None
            assert "cannot be forced on this way" in text_of(pilot)
            assert not board_of(pilot).blockers[0].overridable

    on_stage(play)


def test_damaged_files_are_not_taken(tmp_path: Path) -> None:
    """One flipped bit, a cut file, an empty one: the file menu says why and keeps them out."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            path = put_package()
            whole = path.read_bytes()
            await menu(pilot)
            sheet = pilot.app.screen
            assert isinstance(sheet, FilesSheet)
            flipped = bytearray(whole)
            flipped[5000] ^= 1
            for content, said in ((bytes(flipped), "CRC error"), (whole[:-1], "Size error"), (b"", "No")):
                path.write_bytes(content)
                sheet.open_folder(documents())
                await press(pilot, "enter")
                assert pilot.app.screen is sheet
                assert said in text_of(pilot)

    on_stage(play)


def test_the_usb_disk_is_written_inserted_and_proved(tmp_path: Path) -> None:
    """M145-M150: write the emulated disk, read it back, order the upgrade by code 19, read the version."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await opened_page(pilot)
            await press(pilot, "left")
            await checked_usb(pilot)
            assert "read back" in text_of(pilot) or "equal" in text_of(pilot)
            await press(pilot, "r")
            await idle(pilot)
            await begun(pilot)
            await until(pilot, lambda: board_of(pilot).next is Next.AGAIN, 400)
            outcome = board_of(pilot).outcome
            assert isinstance(outcome, Done)
            assert outcome.after == "9902 2026-11-15"

    on_stage(play)


def test_only_addresses_a_terminal_can_dial_are_taken() -> None:
    """Vendor extension §2.2: first byte 1 to 223 and not 127, port not 0."""
    assert dialled("10.20.30.50:9001") == ("10.20.30.50", 9001)
    for text in ("", ":9001", "127.0.0.1:9001", "224.1.1.1:1", "0.1.1.1:1", "10.0.0.1:0", "10.0.0.1", "a:1"):
        assert dialled(text) is None


def test_a_wait_is_written_in_its_unit() -> None:
    """Seconds, minutes, hours."""
    assert [duration(seconds) for seconds in (0.2, 59, 93, 4416)] == ["1 s", "59 s", "1:33 min", "1:13 h"]
