"""The page of the emulated terminal: face, key, surroundings, ways, pictures."""

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.lines.pace import FLAT_OUT
from hhu.client.world import World
from hhu.widgets.dot_lcd import DotLcd
from hhu.widgets.face_panel import FacePanel
from hhu.widgets.key import TerminalKey
from hhu.widgets.lcd import Lcd
from hhu.widgets.world_pane import WorldPane
from tests.hhu.stage import app_of, lcd, on_stage, opened, press, text_of, until


async def ready(pilot: Pilot[None]) -> World:
    """Connected, past the boot page."""
    await until(pilot, lambda: "Connected" in text_of(pilot) or "已连接" in text_of(pilot))
    await pilot.pause(1)
    connection = app_of(pilot).desk.connection
    assert connection is not None
    assert connection.face is not None
    return connection.face.world


async def to_knob(pilot: Pilot[None], key: str) -> None:
    """Go to a knob with the arrow keys."""
    pane = pilot.app.screen.query_one(WorldPane)
    pane.focus()
    for _ in pane.knobs:
        if pane.knobs[pane.cursor].key == key:
            return
        await press(pilot, "down")
    raise AssertionError(f"no knob {key}")


def knob(pilot: Pilot[None], key: str) -> str:
    """What a knob shows."""
    return next(one.value for one in pilot.app.screen.query_one(WorldPane).knobs if one.key == key)


@pytest.mark.parametrize(
    ("size", "dots", "halved"),
    [((80, 24), False, False), ((132, 43), True, False), ((230, 90), True, True)],
)
def test_the_face_is_as_fine_as_the_console_has_room(
    tmp_path: Path, size: tuple[int, int], dots: bool, halved: bool
) -> None:
    """Cells at 80 x 24, dots as braille from 132 x 43, as half blocks with 160 x 80 for the glass."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal", size=size) as pilot:
            await ready(pilot)
            page = pilot.app.screen.query_one("#terminal")
            assert page.query_one(Lcd).is_on_screen is not dots
            dotted = page.query_one(DotLcd)
            assert dotted.is_on_screen is dots
            if dots:
                assert dotted.halved is halved
                side = 160 if halved else 80
                assert (dotted.size.width, dotted.size.height) == (side, side // 2)
            assert {len(line.rstrip()) <= size[0] for line in text_of(pilot).split("\n")} == {True}
            assert all(part.is_on_screen for part in (*page.query(TerminalKey), *page.query(WorldPane)))

    on_stage(play)


def test_a_plain_console_keeps_the_cells(tmp_path: Path) -> None:
    """Braille would be two columns wide there; every sign of the page's face is ASCII."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal", size=(132, 43), plain=True) as pilot:
            await ready(pilot)
            assert not pilot.app.screen.query_one("#terminal").query_one(DotLcd).is_on_screen
            assert text_of(pilot).isascii()

    on_stage(play)


def test_a_press_shows_within_50_ms(tmp_path: Path) -> None:
    """The cap goes down at once; 50 ms after the key came up, debounce included, the next page stands."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            await ready(pilot)
            key = next(key for key in pilot.app.screen.query(TerminalKey) if key.is_on_screen)
            await pilot.mouse_down(key)
            assert "pressed" in text_of(pilot)
            await pilot.pause(0.1)
            time = asyncio.get_running_loop().time
            key.post_message(key.Released())
            released = time()
            while not lcd(pilot)[1].startswith("LINK"):
                await asyncio.sleep(0.001)
                assert time() - released <= 0.05
            await pilot.mouse_up(key)

    on_stage(play)


def test_knobs_turn_the_world(tmp_path: Path) -> None:
    """Mains, card, signal, battery, cell, contacts, noise: what the knob says is what the terminal has."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            world = await ready(pilot)
            for key, turns in (
                ("mains", 2),
                ("sim", 1),
                ("signal", 1),
                ("battery", 1),
                ("cell", 2),
                ("noise", 1),
            ):
                await to_knob(pilot, key)
                for _ in range(turns):
                    await press(pilot, "right")
            place = world.place
            assert (place.supply, place.sim, place.csq, place.backup) == (0, False, 31, False)
            assert (str(place.cell), world.noise) == ("2.50", 1e-5)
            assert (knob(pilot, "mains"), knob(pilot, "sim"), knob(pilot, "noise")) == (
                "none",
                "out",
                "1e-05",
            )
            await to_knob(pilot, "inputs")
            await press(pilot, "right", "right", "space")
            assert world.place.inputs == {3}
            assert "--3-----" in text_of(pilot)

    on_stage(play)


def test_the_disk_goes_in_and_out(tmp_path: Path) -> None:
    """M145: a folder among the saved files is the disk in the socket."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            world = await ready(pilot)
            await to_knob(pilot, "disk")
            await press(pilot, "space")
            await pilot.pause(2)
            assert world.disk == tmp_path / "usb-disk"
            assert knob(pilot, "disk") == "in"
            await press(pilot, "space")
            await pilot.pause(2)
            assert world.disk is None

    on_stage(play)


def test_a_meter_gets_a_fault_and_loses_it(tmp_path: Path) -> None:
    """The profile's own fault of a meter is replaced by the one turned to; sound is sound."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal", line="emulator:full") as pilot:
            world = await ready(pilot)
            await to_knob(pilot, "meter")
            await press(pilot, "right", "right")
            assert knob(pilot, "meter") == "P0003"
            await to_knob(pilot, "fault")
            await press(pilot, "right")
            assert (world.fault_of(3), knob(pilot, "fault")) == ("silent", "silent")
            await press(pilot, "left")
            assert (world.fault_of(3), knob(pilot, "fault")) == ("sound", "none")

    on_stage(play)


def test_time_runs_at_60_times_and_back(tmp_path: Path) -> None:
    """The terminal's minute takes a second; the tool's own clock does not hurry; max is flat out."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            world = await ready(pilot)
            await to_knob(pilot, "time")
            before = lcd(pilot)[0][-5:]
            await press(pilot, "right")
            await pilot.pause(10)
            assert knob(pilot, "time") == "x60"
            after = lcd(pilot)[0][-5:]
            minutes = (int(after[:2]) - int(before[:2])) * 60 + int(after[3:]) - int(before[3:])
            assert 9 <= minutes <= 12
            assert app_of(pilot).desk.clock.monotonic() < 30
            await press(pilot, "left")
            assert world.pace == 1.0
            world.pace = FLAT_OUT
            await pilot.pause(0.1)
            world.pace = 1.0

    on_stage(play)


def test_the_way_is_said_and_walked(tmp_path: Path) -> None:
    """The line below the face names page and way; G lists all places, Enter presses the key so."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            await ready(pilot)
            assert "HOME  from HOME" in text_of(pilot)
            await press(pilot, "g")
            assert "POWER" in text_of(pilot)
            assert "press 5 times" in text_of(pilot)
            await press(pilot, "down", "down", "enter")
            await pilot.pause(3)
            assert lcd(pilot)[1].startswith("METERS")
            assert "METERS  from HOME: press twice" in text_of(pilot)
            await press(pilot, "g", "down", "enter")
            assert "Go back to HOME first" in text_of(pilot)

    on_stage(play)


def test_p_saves_the_face_in_three_forms(tmp_path: Path) -> None:
    """Text, SVG and PNG of one moment under one name."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal") as pilot:
            await ready(pilot)
            await press(pilot, "p")
            assert "Face saved" in text_of(pilot)

    on_stage(play)
    saved = sorted(path.suffix for path in tmp_path.glob("face-*"))
    assert saved == [".png", ".svg", ".txt"]
    assert "11-20" in next(tmp_path.glob("face-*.txt")).read_text("utf-8")


def test_a_hidden_face_draws_nothing(tmp_path: Path) -> None:
    """The panel at the side and the one of the page are never both looked at."""

    async def play() -> None:
        async with opened(tmp_path, page="terminal", size=(132, 43)) as pilot:
            await ready(pilot)
            assert [panel.is_on_screen for panel in pilot.app.screen.query(FacePanel)].count(True) == 1
            await press(pilot, "f4")
            await pilot.pause(1)
            assert [panel.is_on_screen for panel in pilot.app.screen.query(FacePanel)].count(True) == 1

    on_stage(play)
