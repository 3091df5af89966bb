"""The Upgrade page against the emulated terminal: the guided flow, resume, refusals, the USB disk."""

from pathlib import Path
from unittest.mock import patch

import pytest

from core.lines.address import LineAddress
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Failed,
    Failure,
    NeedCable,
    NeedCall,
    Notice,
    Noticed,
    Progress,
    Silence,
    Stage,
    StageReached,
    Tell,
    UpgradeFailed,
    Way,
)
from hhu.screens.ready import ReadySheet
from hhu.screens.saving import documents
from hhu.screens.sheets import QuestionSheet
from hhu.screens.upgrade_board import Next
from hhu.screens.upgrade_files import FilesSheet
from hhu.screens.upgrade_jobs import duration
from hhu.screens.upgrade_sheets import CableSheet, RemoteSheet, dialled
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until
from tests.hhu.upgrade_plays import (
    begun,
    blocked,
    board_of,
    checked,
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
            assert "slot A good *" in text_of(pilot)  # the terminal at the right, by its own word
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


class Scripted:
    """A flow that keeps silent once, then asks for the cable, then ends."""

    way = Way.RS485

    async def walk(self, tell: Tell, answers: Answers) -> Done:
        tell(StageReached(Stage.SENDING))
        tell(Progress(1024, 4096, 512.0, 6.0, 2, 12.0, 1024))
        assert await answers.go_on(Silence(1024, 4096, 3))
        assert await answers.cable(NeedCable("1122-3344", default_address=True)) is None
        assert await answers.call(NeedCall("1122-7788", default_address=False)) is None
        raise UpgradeFailed(Failed(Failure.PACKAGE, code=10))


def test_silence_and_the_default_address_are_told(tmp_path: Path) -> None:
    """Issue 6: "silent 12 s, erasing may take 40 s"; three tries make a question; M159 warns at the cable."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await checked(pilot)
            with patch("hhu.screens.upgrade_jobs.flow_of", lambda _desk: Scripted()):
                await begun(pilot)
                await until(pilot, lambda: isinstance(pilot.app.screen, QuestionSheet))
                assert "1024 of 4096 bytes" in text_of(pilot)
                await press(pilot, "enter")
                await until(pilot, lambda: isinstance(pilot.app.screen, CableSheet))
                assert "Default address" in text_of(pilot)
                await press(pilot, "escape")
                await until(pilot, lambda: board_of(pilot).outcome is not None)
            shown = text_of(pilot)
            assert "refuses the package: Old version" in shown
            assert "again 2" in shown
            assert app_of(pilot).desk.upgrade.reached is Stage.SENDING

    on_stage(play)


def test_erasing_is_said_while_it_lasts(tmp_path: Path) -> None:
    """A silent terminal may be erasing: said with its seconds, and stage 2 is not done at 100 %."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await opened_page(pilot)
            board = board_of(pilot)
            board.running, board.reached = True, Stage.SENDING
            board.progress = Progress(4096, 4096, 512.0, 0.0, 0, 12.0)
            app_of(pilot).desk.changed()
            await pilot.pause(0.3)
            shown = text_of(pilot)
            assert "terminal silent 12 s, erasing may take 40 s" in shown
            assert "2 sending 100 %" in shown
            assert "3 received  4" in shown
            board.progress = Progress(4096, 4096, 512.0, 0.0, 0, 55.0)
            app_of(pilot).desk.changed()
            await pilot.pause(0.3)
            assert "terminal silent 55 s" in text_of(pilot)
            assert "erasing" not in text_of(pilot)

    on_stage(play)


def test_remote_needs_a_front_end_and_asks_where_to_dial(tmp_path: Path) -> None:
    """M162, M165: without a front end the checks say so; the address is asked before anything is sent."""

    async def play() -> None:
        async with opened(tmp_path, page="upgrade") as pilot:
            await opened_page(pilot)
            await press(pilot, "right")
            assert board_of(pilot).way is Way.REMOTE
            await checked(pilot)
            assert "No front end is open" in text_of(pilot)
            assert board_of(pilot).next is Next.CHECK
            await app_of(pilot).desk.listen(LineAddress.parse("listen:127.0.0.1:0"))
            await press(pilot, "enter")
            await idle(pilot)
            await until(pilot, lambda: board_of(pilot).next is Next.START)
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, RemoteSheet)
            await press(pilot, *"127.0.0.1", "enter")
            assert "Write IP:port" in text_of(pilot)
            await press(pilot, "ctrl+u", *"10.20.30.50", "enter")
            front_end = app_of(pilot).desk.front_end
            assert front_end
            assert board_of(pilot).dials == ("10.20.30.50", front_end.ports[0][2])
            assert isinstance(pilot.app.screen, ReadySheet)

    on_stage(play)
