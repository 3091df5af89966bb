import asyncio
import time
from datetime import datetime, timedelta

import pytest

from core.lines.pace import FLAT_OUT, LoopClock
from core.lines.virtual_time import VirtualTimeLoop, virtual_time

START = datetime(2024, 11, 20, 14, 31)


def test_timeouts_run_out_in_virtual_time() -> None:
    """Waiting for what never comes ends at the deadline."""

    async def play() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 600)
        return asyncio.get_running_loop().time()

    with virtual_time() as runner:
        assert isinstance(runner.get_loop(), VirtualTimeLoop)
        assert runner.run(play()) == pytest.approx(600)


def test_clock_runs_at_its_factor() -> None:
    """At factor 60 an hour of the clock is a minute of the loop, for both readings, sleeps and calls."""

    async def play() -> None:
        clock, loop = LoopClock(START, 60.0), asyncio.get_running_loop()
        called: list[float] = []
        clock.call_later(1800, lambda: called.append(clock.monotonic()))
        await clock.sleep(3600)
        assert loop.time() == pytest.approx(60)
        assert clock.monotonic() == pytest.approx(3600)
        assert abs(clock.now() - (START + timedelta(hours=1))) < timedelta(milliseconds=1)
        assert called == pytest.approx([1800])
        await clock.sleep_until(7200)
        await clock.sleep_until(100)
        assert clock.monotonic() == pytest.approx(7200)

    with virtual_time() as runner:
        runner.run(play())


async def test_clock_without_start_is_the_computers() -> None:
    """On wall time at factor 1 civil time is the computer's own."""
    assert abs(LoopClock().now() - datetime.now()) < timedelta(seconds=1)
    assert LoopClock(START).now() - START < timedelta(seconds=1)


async def test_clock_refuses_to_stand_still() -> None:
    """A factor of zero or less is refused."""
    with pytest.raises(ValueError, match="factor"):
        LoopClock(factor=0)


def test_what_waits_follows_a_change_of_pace() -> None:
    """A minute begun at the speed of the world ends after a second at 60 times; the clock never jumps."""

    async def play() -> tuple[list[float], list[float]]:
        loop, clock = asyncio.get_running_loop(), LoopClock(START)
        marks: list[float] = []
        clock.call_later(40, lambda: marks.append(loop.time()))
        sleeper = asyncio.create_task(clock.sleep(70))
        await asyncio.sleep(10)
        before = clock.monotonic()
        clock.factor = 60.0
        after = clock.monotonic()
        await sleeper
        clock.factor = 1.0
        return [*marks, loop.time()], [before, after, clock.monotonic()]

    with virtual_time() as runner:
        loop_times, clock_times = runner.run(play())
    assert loop_times == pytest.approx([10.5, 11.0])
    assert clock_times == pytest.approx([10.0, 10.0, 70.0])


async def test_flat_out_jumps_from_one_thing_due_to_the_next() -> None:
    """An hour of sleeps passes at once, in order; time is the world's again afterwards."""
    clock = LoopClock(START)
    order: list[str] = []

    async def walk(name: str, step: float, times: int) -> None:
        for _ in range(times):
            await clock.sleep(step)
            order.append(name)

    clock.factor = FLAT_OUT
    began = time.monotonic()
    await asyncio.gather(walk("a", 900, 4), walk("b", 1300, 2))
    assert time.monotonic() - began < 1.0
    assert order == ["a", "b", "a", "b", "a", "a"]
    assert timedelta(0) <= clock.now() - START - timedelta(hours=1) < timedelta(milliseconds=100)
    clock.factor = 1.0
    clock.call_later(3600, order.clear)
    await asyncio.sleep(0.05)
    assert order
    assert 3600 <= clock.monotonic() < 3601


async def test_a_timeout_is_one_of_the_clock() -> None:
    """It ends after its seconds of the clock, not of the loop; ``None`` never ends it."""
    clock = LoopClock(START, 1000.0)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with clock.timeout(20):
            await asyncio.Event().wait()
    assert 0.015 < time.monotonic() - began < 0.5
    async with clock.timeout(None):
        await clock.sleep(30)


def test_a_twin_shows_the_same_time_at_a_pace_of_its_own() -> None:
    """Two clocks of one moment; the second may run ahead."""

    async def play() -> tuple[datetime, datetime, datetime]:
        clock = LoopClock(START)
        await clock.sleep(5)
        twin = clock.twin()
        same = twin.now()
        twin.factor = 60.0
        await clock.sleep(1)
        return same, clock.now(), twin.now()

    with virtual_time() as runner:
        same, slow, fast = runner.run(play())
    assert same == START + timedelta(seconds=5)
    assert slow == START + timedelta(seconds=6)
    assert fast == START + timedelta(seconds=65)
