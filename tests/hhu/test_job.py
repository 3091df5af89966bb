"""The whole job through the screens, against the whole emulated terminal over a line paced at 2400 8N1."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.hhu.stage import app_of, idle, lcd, on_stage, opened, plan, press, states, text_of, until, write

WANTED = {
    "04F89": "1122-7799",
    "04F3.main_ip": "10.99.1.7",
    "04F3.main_port": "9001",
    "04F3.standby_ip": "10.99.1.8",
    "04F3.standby_port": "9002",
    "04F3.apn": "cmiot",
}
SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


async def lcd_rows(pilot: Pilot[None], seconds: float) -> set[str]:
    """Row 4 of the LCD as it rotates."""
    seen: set[str] = set()
    for _ in range(int(seconds)):
        await pilot.pause(1.0)
        seen.add(lcd(pilot)[3].strip())
    return seen


@SIZES
def test_the_job_ends_verified_on_the_lcd_and_after_a_restart(tmp_path: Path, size: tuple[int, int]) -> None:
    """Hold the key, give the password, change six values: all verified, shown on the LCD, kept."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="addresses") as pilot:
            await idle(pilot)
            for key, text in WANTED.items():
                await plan(pilot, key, text)
            assert set(states(pilot).values()) == {"planned"}
            await write(pilot)
            assert states(pilot) == dict.fromkeys(WANTED, "verified"), text_of(pilot)
            assert "PROGRAM OPEN" in text_of(pilot)
            await press(pilot, "f6")
            rows = await lcd_rows(pilot, 60)
            assert {"IP 10.99.1.7", "PORT 9001  TCP", "IP2 10.99.1.8", "APN cmiot", "ADDR 1122 7799"} <= rows
        async with opened(tmp_path, size=size, page="addresses") as pilot:
            await idle(pilot)
            text = text_of(pilot)
            assert all(value in text for value in WANTED.values()), text
            assert app_of(pilot).desk.status().address == "1122-7799"

    on_stage(play)


@SIZES
def test_the_row_goes_through_every_state(tmp_path: Path, size: tuple[int, int]) -> None:
    """Planned, sent, acknowledged and verified are all seen on the screen, in this order."""

    async def play() -> None:
        seen: list[str] = []
        async with opened(tmp_path, size=size, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            seen += states(pilot).values()
            for keys in (("w",), ("enter",), ("enter",)):
                await press(pilot, *keys)
            await pilot.pause(7)
            await pilot.press(*"000000", "enter")
            for _ in range(100):
                await pilot.pause(0.02)
                state = states(pilot).get("04F3.apn", "")
                seen += [state] if seen[-1] != state else []
        assert seen == ["planned", "sent", "acknowledged", "verified"]

    on_stage(play)


@SIZES
def test_the_countdown_shows_in_the_tool_and_on_the_lcd(tmp_path: Path, size: tuple[int, int]) -> None:
    """F5 holds the key 5 s; status row and LCD then count the same two minutes, and both end."""

    async def play() -> None:
        async with opened(tmp_path, size=size, page="terminal") as pilot:
            await idle(pilot)
            await press(pilot, "a", "f5")
            await pilot.pause(3)
            assert lcd(pilot)[-1].strip() == "release = report"
            await pilot.pause(17)
            status = text_of(pilot).split("\n", maxsplit=1)[0]
            bottom = lcd(pilot)[-1]
            assert "PROGRAM OPEN 1:4" in status
            assert bottom.startswith("PROGRAM OPEN    1:4")
            await pilot.pause(120)
            assert "armed 2:" in text_of(pilot).split("\n", maxsplit=1)[0]
            assert "PROGRAM" not in lcd(pilot)[-1]

    on_stage(play)


def test_the_clock_is_set_and_compared(tmp_path: Path) -> None:
    """C arms, asks for the password, sets the clock and shows the difference."""

    async def play() -> None:
        async with opened(tmp_path) as pilot:
            await idle(pilot)
            await press(pilot, "c")
            await press(pilot, "enter")
            await press(pilot, *"000000", "enter")
            await idle(pilot)
            await until(pilot, lambda: "Clock set and read back" in text_of(pilot))
            assert "good" in text_of(pilot)

    on_stage(play)
