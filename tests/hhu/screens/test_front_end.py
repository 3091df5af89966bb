"""The page Front end: listen, take a terminal, see its reports."""

from pathlib import Path

from core.errors import LineFault
from hhu.app import HhuApp
from hhu.screens.connect import ConnectScreen
from hhu.screens.front_end import ReportTable, TerminalTable
from hhu.screens.workbench import Workbench
from tests.hhu.front_end_plays import LISTEN, dial, dial_whole, dialled, from_afar, front_end_of, listening
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until


def desk_of(app: HhuApp) -> tuple[str, bool]:
    """Address of the connection, and whether it is local."""
    link = app.desk.connection
    return (link.address_text, link.local) if link else ("", False)


def test_all_pages_work_with_a_terminal_that_dialled_in(tmp_path: Path) -> None:
    """Enter takes it: overview and parameters are read over it, heartbeats of others go on."""

    async def play() -> None:
        async with from_afar(), opened(tmp_path, line=LISTEN, page="front-end") as pilot:
            await listening(pilot)
            await dial_whole(pilot)
            other = await dial(pilot, 0x7799)
            await pilot.pause(1)
            await press(pilot, "enter")
            await idle(pilot)
            assert desk_of(app_of(pilot)) == ("1122-7788", False)
            assert "CMNET" in text_of(pilot) or "10.20.30.40" in text_of(pilot)
            assert await other.heartbeat()
            await press(pilot, "3")
            await press(pilot, "r")
            await idle(pilot)
            assert app_of(pilot).desk.connection is not None
            await press(pilot, "f9")
            await pilot.pause(1)
            assert "in use" in text_of(pilot)

    on_stage(play)


def test_a_terminal_that_goes_is_told(tmp_path: Path) -> None:
    """The line of the terminal in use is lost with its reason; the page shows why each one went."""

    async def play() -> None:
        async with from_afar(), opened(tmp_path, line=LISTEN, page="front-end") as pilot:
            await listening(pilot)
            one = await dial(pilot, 0x7799)
            await pilot.pause(1)
            await press(pilot, "enter")
            await idle(pilot)
            await one.hang_up()
            await pilot.pause(1)
            link = app_of(pilot).desk.connection
            assert link is not None
            assert link.lost is not None
            assert link.lost.fault is LineFault.LOST
            assert "hung up" in text_of(pilot)
            await press(pilot, "f9")
            await pilot.pause(1)
            assert "1122-7799 hung up" in text_of(pilot)

    on_stage(play)


def test_reports_of_the_terminal_under_the_cursor(tmp_path: Path) -> None:
    """Moving the cursor shows the reports of another one."""

    async def play() -> None:
        async with from_afar(), opened(tmp_path, line=LISTEN, page="front-end") as pilot:
            await dialled(pilot)
            reports = pilot.app.screen.query_one(ReportTable)
            assert reports.count == 2
            await press(pilot, "down")
            assert "Reports of 1122-7787" in text_of(pilot)
            assert [row.cells[1].text for row in reports.rows] == ["not asked"]
            await press(pilot, "down")
            assert reports.count == 0

    on_stage(play)


def test_listening_stops_and_starts_again(tmp_path: Path) -> None:
    """L hangs up on everybody and frees the port; L listens again."""

    async def play() -> None:
        async with from_afar(), opened(tmp_path, line=LISTEN, page="front-end") as pilot:
            await listening(pilot)
            one = await dial(pilot, 0x7799)
            await press(pilot, "l")
            await one.ended()
            assert app_of(pilot).desk.front_end is None
            assert "not listening" in text_of(pilot)
            await press(pilot, "l")
            await until(pilot, lambda: app_of(pilot).desk.front_end is not None)
            assert front_end_of(pilot).terminals == ()

    on_stage(play)


def test_the_connect_screen_listens(tmp_path: Path) -> None:
    """The channel Listen opens the page; going back to Connect and returning keeps everybody on line."""

    async def play() -> None:
        async with from_afar(), opened(tmp_path, line=None) as pilot:
            await pilot.pause(0.5)
            await press(pilot, "right", "right", "right", "tab", "tab", "ctrl+u", *"127.0.0.1:0", "enter")
            await listening(pilot)
            await dial(pilot, 0x7799)
            await press(pilot, "f2")
            assert isinstance(pilot.app.screen, ConnectScreen)
            await press(pilot, "f4")
            await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
            await until(pilot, lambda: pilot.app.screen.query_one(TerminalTable).count == 1)
            assert front_end_of(pilot).terminals[0].online

    on_stage(play)
