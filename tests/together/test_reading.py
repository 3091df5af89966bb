"""Reading through the screens: the tool, the terminal with its own passes, meters on two ports at 2400."""

from pathlib import Path

from tests.hhu.bus import attached
from tests.hhu.screens.test_reading import password, points, ports, ready, to_point
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of
from tests.hhu.stored import TODAY, furnished, register_of


def test_orders_to_ports_are_proven_by_what_the_ports_then_do(tmp_path: Path) -> None:
    """M54: read again, pause and resume while the terminal reads: each is verified, and the state follows."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                assert ports(pilot)["1"][1] == "6"
                await press(pilot, "n")
                await password(pilot, arm=True)
                assert ports(pilot)["1"][7] == "Read again verified"
                for key, doing, word in (("p", "idle", "Pause"), ("o", "reading", "Resume")):
                    await press(pilot, key)
                    await idle(pilot)
                    assert ports(pilot)["1"][7] == f"{word} verified", text_of(pilot)
                    assert ports(pilot)["1"][4] == doing

    on_stage(play)


def test_a_point_is_read_now_while_the_terminal_reads(tmp_path: Path) -> None:
    """M43: the relay goes between two requests of the pass; the value is that of the meter."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                held = points(pilot)
                assert set(list(held)[:2]) == {"3", "4"}
                await to_point(pilot, 2)
                before = app_of(pilot).desk.clock.monotonic()
                await press(pilot, "n")
                await password(pilot, arm=False)
                assert app_of(pilot).desk.clock.monotonic() - before < 8
                assert points(pilot)["2"][6] == f"{register_of(2, TODAY)[0]:09.2f} kWh"

    on_stage(play)
