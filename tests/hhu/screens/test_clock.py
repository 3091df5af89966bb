"""The Clock page over a paced line, against the emulated terminal with meters on its ports."""

from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from hhu.client.change import State
from hhu.screens.clock import ClockPage
from hhu.widgets.grid_table import GridTable
from tests.hhu import stage
from tests.hhu.bus import attached
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until
from tests.hhu.stored import furnished

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])
OFF = {5: -8.0, 6: 400.0}


async def ready(pilot: Pilot[None]) -> None:
    """Connected, the clock measured."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(ClockPage)))
    await until(pilot, lambda: app_of(pilot).desk.clock_reading is not None)
    await idle(pilot)


def table(pilot: Pilot[None]) -> dict[str, list[str]]:
    rows = pilot.app.screen.query_one(ClockPage).query_one(GridTable).rows
    return {row.key: [cell.text for cell in row.cells] for row in rows}


@SIZES
@pytest.mark.parametrize("off", [0.0, 3.3, -62.7])
def test_the_difference_is_known_to_a_tenth(tmp_path: Path, size: tuple[int, int], off: float) -> None:
    """M91: the terminal tells whole seconds, several looks narrow the difference down to 0.1 s or so."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(clock_off=off):
            async with opened(tmp_path, size=size, page="clock") as pilot:
                await ready(pilot)
                reading = app_of(pilot).desk.clock_reading
                assert reading is not None
                assert reading.residual_s is not None
                assert reading.uncertain_s <= 0.3
                assert abs(reading.residual_s - off) <= reading.uncertain_s + 0.05
                assert f"{reading.residual_s:+.1f} s" in text_of(pilot)
                assert ("set it: C" if abs(off) > 5 else "good") in text_of(pilot)

    on_stage(play)


def test_the_clock_is_set_and_compared_again(tmp_path: Path) -> None:
    """M90, M91: after C the difference is below 5 s, the way of the frame included."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(clock_off=-47.0):
            async with opened(tmp_path, page="clock") as pilot:
                await ready(pilot)
                await press(pilot, "c")
                await press(pilot, "enter")
                await press(pilot, *"000000", "enter")
                await until(pilot, lambda: "Clock set and read back" in text_of(pilot))
                reading = app_of(pilot).desk.clock_reading
                assert reading is not None
                assert reading.kept
                assert abs(reading.residual_s or 0.0) < 1.0

    on_stage(play)


def test_meters_are_listed_worst_first_and_read_now(tmp_path: Path) -> None:
    """M lists what the terminal read last; N reads one meter now, and it moves to its place."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(off=OFF):
            async with opened(tmp_path, page="clock") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                held = table(pilot)
                assert len(held) == 12
                assert held["4"][2:] == ["", "", "", "not known"]
                assert "Clocks of 11 of 12 meters read." in text_of(pilot)
                rows = pilot.app.screen.query_one(GridTable)
                for point in ("6", "5"):
                    rows.cursor = [row.key for row in rows.rows].index(point)
                    await press(pilot, "n")
                    if point == "6":
                        await press(pilot, *"000000", "enter")
                    await idle(pilot)
                    clock = next(c for c in app_of(pilot).desk.board.clocks or () if c.point == int(point))
                    assert clock.uncertain_s < 1.5
                    assert abs((clock.difference_s or 0.0) - OFF[int(point)]) <= clock.uncertain_s
                assert next(iter(table(pilot))) == "6"
                assert table(pilot)["6"][5] == "out of reach"

    on_stage(play)


def test_a_broadcast_is_proven_by_reading_meters(tmp_path: Path) -> None:
    """M94: each port is told the time; meters within 5 min follow, one beyond does not and is named."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(frozenset(), OFF) as bus:
            async with opened(tmp_path, page="clock") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await press(pilot, "b")
                assert "port 1, 2400 8E1" in text_of(pilot)
                await press(pilot, "enter")
                await press(pilot, *"000000", "enter")
                await until(pilot, lambda: "Told 2 ports" in text_of(pilot), 120)
                proofs = app_of(pilot).desk.board.proofs
                assert {point: proof.state for point, proof in proofs.items()} == {
                    1: State.VERIFIED, 2: State.VERIFIED, 3: State.VERIFIED, 4: State.VERIFIED,
                    5: State.VERIFIED, 6: State.DIFFERS,
                }  # fmt: skip
                assert abs(bus.meters[5].off.total_seconds()) < 0.5
                assert bus.meters[6].off.total_seconds() == 400.0
                assert "5 of 6 meters read back are right" in text_of(pilot)

    on_stage(play)


def test_nothing_is_broadcast_around_midnight(tmp_path: Path) -> None:
    """23:50 to 00:10: refused with the reason, before a password is asked for."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(), patch.object(stage, "START", datetime(2026, 11, 20, 23, 51)):
            async with opened(tmp_path, page="clock") as pilot:
                await ready(pilot)
                assert "now: no broadcast" in text_of(pilot)
                await press(pilot, "b")
                assert "Nothing is broadcast between 23:50 and 00:10." in text_of(pilot)

    on_stage(play)


def test_meters_are_not_set_by_a_clock_that_the_terminal_does_not_share(tmp_path: Path) -> None:
    """A terminal that is off by a minute is set first."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached(clock_off=60.0):
            async with opened(tmp_path, page="clock") as pilot:
                await ready(pilot)
                await press(pilot, "b")
                assert "The terminal's own clock is not right." in text_of(pilot)

    on_stage(play)
