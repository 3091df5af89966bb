"""The app as a whole: keys, pages, languages, start, idleness."""

import os
import subprocess
import sys
from functools import partialmethod
from pathlib import Path

import pytest
from textual.app import App

from hhu.app import HhuApp, make_app, run_app
from hhu.screens.pages import PAGES
from hhu.screens.workbench import Workbench
from hhu.settings import SettingsFile
from hhu.widgets.key import TerminalKey
from tests.hhu.stage import app_of, idle, lcd, on_stage, opened, plan, press, states, text_of, until

SOURCE = Path(__file__).parent.parent.parent / "src"


def test_number_keys_open_every_page_and_every_page_has_help(tmp_path: Path) -> None:
    """One key from anywhere to anywhere; F1 explains each page in both languages."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            for row in PAGES:
                await press(pilot, row.key.lower())
                await idle(pilot)
                workbench = pilot.app.screen
                assert isinstance(workbench, Workbench)
                assert workbench.page == row.id
                texts = workbench.current_page.HELP_TEXTS
                assert texts.keys() == {"zh", "en"}
                assert all(len(text) > 100 for text in texts.values())
                await press(pilot, "f1")
                assert "Esc Close" in text_of(pilot)
                await press(pilot, "escape")

    on_stage(play)


def test_the_language_changes_at_once_and_is_remembered(tmp_path: Path) -> None:
    """F7 turns every word, also those of data units, and the next start speaks the same language."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await press(pilot, "f7")
            await pilot.pause(1)
            text = text_of(pilot)
            assert "主用IP地址" in text
            assert "编辑" in text
            assert "Terminal" not in text
        assert SettingsFile(tmp_path / "settings.toml").load().language == "zh"

    on_stage(play)


def test_writes_need_arming_and_arming_ends(tmp_path: Path) -> None:
    """Read-only at first; A arms for five minutes, A again or time disarms."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            desk = app_of(pilot).desk
            assert "read-only" in text_of(pilot)
            await press(pilot, "a")
            assert "armed 5:00" in text_of(pilot)
            await press(pilot, "a")
            assert not desk.armed_left
            await press(pilot, "a")
            await pilot.pause(301)
            assert "read-only" in text_of(pilot)

    on_stage(play)


def test_caps_lock_turns_no_key_off(tmp_path: Path) -> None:
    """A capital letter does what its letter does, but in a field it is what was typed."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            await press(pilot, "A")
            assert "armed 5:00" in text_of(pilot)
            await press(pilot, "2")
            await idle(pilot)
            await press(pilot, "space", "A")
            await pilot.pause(0.5)
            assert app_of(pilot).desk.armed_left

    on_stage(play)


def test_the_palette_runs_an_action(tmp_path: Path) -> None:
    """A command typed in part and chosen with Enter does what its key does."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            await press(pilot, "ctrl+p")
            await press(pilot, *"open trace")
            await pilot.pause(1)
            await press(pilot, "enter")
            await pilot.pause(1)
            assert "Filter /" in text_of(pilot)

    on_stage(play)


def test_the_trace_is_filtered_followed_and_saved(tmp_path: Path) -> None:
    """Only what matches is listed; the files hold what is listed; no password is in them."""

    async def play() -> None:
        async with opened(tmp_path, page="trace") as pilot:
            await until(pilot, lambda: "Connected" in text_of(pilot))
            await press(pilot, "1")
            await idle(pilot)
            await press(pilot, "f4")
            await press(pilot, "slash", *"rx traffic", "enter")
            text = text_of(pilot)
            assert "1 of" in text
            assert "F10 Traffic with the master" in text
            await press(pilot, "s")
            assert "1 entries saved" in text_of(pilot)

    on_stage(play)
    assert len(list(tmp_path.glob("trace-*.txt"))) == 1
    assert len(list(tmp_path.glob("trace-*.pcapng"))) == 1


def test_leaving_with_planned_rows_asks_first(tmp_path: Path) -> None:
    """Esc stays, Enter leaves; without a plan the tool leaves at once."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            await press(pilot, "ctrl+q")
            assert "Leave without writing? Planned rows: 1" in text_of(pilot)
            await press(pilot, "escape")
            assert states(pilot) == {"04F3.apn": "planned"}
            await press(pilot, "delete", "ctrl+q")
            assert app_of(pilot).desk.connection is None

    on_stage(play)


def test_the_key_is_true_under_the_mouse(tmp_path: Path) -> None:
    """It is down as long as the button: six seconds open the switch, a click turns the page."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            await until(pilot, lambda: "Connected" in text_of(pilot))
            key = next(key for key in pilot.app.screen.query(TerminalKey) if key.is_on_screen)
            await pilot.mouse_down(key)
            await pilot.pause(6)
            assert "pressed" in text_of(pilot)
            await pilot.mouse_up(key)
            await pilot.pause(1.5)
            assert "pressed" not in text_of(pilot)
            assert 110 < app_of(pilot).desk.open_left < 120
            await pilot.mouse_down(key)
            await pilot.pause(0.2)
            await pilot.mouse_up(key)
            await pilot.pause(1.5)
            assert lcd(pilot)[1].startswith("LINK")

    on_stage(play)


@pytest.mark.parametrize("emulator", [None, "demo"])
def test_an_app_is_made_without_running(
    emulator: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``make_app`` opens no line and takes no screen."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path))
    assert isinstance(make_app(emulator), HhuApp)


def test_the_start_imports_no_page_that_is_not_shown() -> None:
    """Pages, Markdown, keyring and the emulated terminal are imported when they are opened."""
    program = (
        "import sys, hhu.app\n"
        "late = ['hhu.screens.workbench', 'hhu.screens.trace', 'hhu.screens.help', 'hhu.client.emulated',"
        " 'keyring', 'core.app', 'textual.widgets._markdown']\n"
        "print([name for name in late if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_fault_of_the_tool_gives_the_screen_back_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """``run_app`` hands the fault to its caller; nothing of it is printed over the screen."""

    def fail(_app: HhuApp) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setenv("HHU_HOME", str(tmp_path))
    monkeypatch.setattr(HhuApp, "redraw", fail)
    monkeypatch.setattr(HhuApp, "run", partialmethod(App[None].run, headless=True))
    with pytest.raises(ZeroDivisionError, match="a fault"):
        run_app("demo")
    assert "Traceback" not in "".join(capfd.readouterr())
