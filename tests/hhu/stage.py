"""The real app on virtual time: every timer, line and clock of a scene runs on one loop that jumps.

Textual takes its time from `textual._time`; on the stage that is the loop's time, so a scene of two minutes
takes a second and gives the same picture every time.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual.pilot import Pilot

from core.lines.address import LineAddress
from core.lines.virtual_time import virtual_time
from hhu.app import HhuApp
from hhu.screens.connect import ConnectScreen, Order
from hhu.secrets import SessionSecrets
from hhu.settings import Settings, SettingsFile
from hhu.widgets import glyphs
from hhu.widgets.change_table import ChangeTable
from hhu.widgets.glass_view import GlassView
from hhu.widgets.notice_row import NoticeRow
from tests.hhu.stored import alone

START = datetime(2026, 11, 20, 14, 36, 7)
EMULATOR = "emulator:demo"


async def _settle(_min_sleep: float = 0.0, _max_sleep: float = 0.0) -> None:
    await asyncio.sleep(0.02)


def _at_once(_executor: object, function: Callable[..., Any], *given: object) -> asyncio.Future[Any]:
    done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    done.set_result(function(*given))
    return done


def on_stage(play: Callable[[], Awaitable[Any]]) -> None:
    """Run a play to its end on virtual time."""

    async def perform() -> None:
        loop = asyncio.get_running_loop()
        time = loop.time
        with (
            patch.object(loop, "run_in_executor", _at_once),  # time would jump while a thread works
            patch("textual._time.get_time", time),
            patch("textual.app.wait_for_idle", _settle),
            patch("textual.pilot.wait_for_idle", _settle),
            patch("hhu.app.__version__", "1.0"),
            patch.object(
                ConnectScreen, "_list_ports", lambda _screen: None
            ),  # a thread knows no virtual time
        ):
            await play()

    with virtual_time() as runner:
        runner.run(perform())


@asynccontextmanager
async def opened(
    home: Path,
    *,
    line: str | None = EMULATOR,
    size: tuple[int, int] = (80, 24),
    page: str = "overview",
    language: str = "en",
    theme: str = "hhu-dark",
    plain: bool = False,
) -> AsyncGenerator[Pilot[None], None]:
    """Open the app with a home of its own; ``line`` is connected at once. No meters but those of the play."""
    file = SettingsFile(home / "settings.toml")
    file.save(Settings(language=language))
    order = Order(LineAddress.parse(line), None, "") if line else None
    glyphs.use(glyphs.PLAIN if plain else glyphs.FINE)
    with patch.dict("os.environ", {"HHU_HOME": str(home)}), alone():
        app = HhuApp(order, settings=file, secrets=SessionSecrets(), start=START, page=page)
        app.theme = theme
        async with app.run_test(size=size, tooltips=False) as pilot:
            yield pilot
            await app.desk.leave()
            await app.desk.stop_listening()
    glyphs.use(None)


async def until(pilot: Pilot[None], true: Callable[[], bool], within: float = 60.0) -> None:
    """Let virtual time pass until something is true."""
    for _ in range(int(within / 0.1)):
        if true():
            await pilot.pause(0.1)
            return
        await pilot.pause(0.1)
    raise AssertionError(f"not true within {within} s:\n{text_of(pilot)}")


def app_of(pilot: Pilot[None]) -> HhuApp:
    """The app on the stage."""
    assert isinstance(pilot.app, HhuApp)
    return pilot.app


def lines_of(pilot: Pilot[None]) -> list[str]:
    """What stands on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return [strip.text for strip in strips]


def text_of(pilot: Pilot[None]) -> str:
    """What stands on the screen."""
    return "\n".join(line.rstrip() for line in lines_of(pilot))


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, then let the screen follow."""
    await pilot.press(*keys)
    await pilot.pause(0.2)


async def to_row(pilot: Pilot[None], key: str) -> None:
    """Move the cursor of the parameter table to a row with the arrow keys."""
    table = pilot.app.screen.query_one(ChangeTable)
    for _ in range(60):
        row = table.current
        if row is not None and row.key == key:
            return
        order = [row.key for row in table.rows]
        await pilot.press("down" if order.index(key) > table.cursor else "up")
    raise AssertionError(f"no row {key}")


async def plan(pilot: Pilot[None], key: str, text: str) -> None:
    """Type a new value into a row and keep it."""
    await to_row(pilot, key)
    await press(pilot, "space")
    await press(pilot, "ctrl+u", *text, "enter")


async def write(pilot: Pilot[None], password: str = "000000") -> None:
    """Write what is planned the way the keys say: arm, hold the key, password."""
    await press(pilot, "w")
    await press(pilot, "enter")
    await press(pilot, "enter")
    await pilot.pause(7)
    await press(pilot, *password, "enter")
    await idle(pilot)


def states(pilot: Pilot[None]) -> dict[str, str]:
    """State word of every row that has one."""
    table = pilot.app.screen.query_one(ChangeTable)
    return {row.key: row.state.value for row in table.rows if row.state}


def lcd(pilot: Pilot[None]) -> list[str]:
    """Rows of the LCD that is seen."""
    return next(lcd for lcd in pilot.app.screen.query(GlassView) if lcd.is_on_screen).text().split("\n")


async def idle(pilot: Pilot[None]) -> None:
    """Wait until no job runs."""

    def done() -> bool:
        rows = pilot.app.screen.query(NoticeRow)
        return bool(rows) and rows.first().work is None and app_of(pilot).desk.connection is not None

    await until(pilot, done)
