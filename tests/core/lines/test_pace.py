import asyncio
import socket
import time
from datetime import datetime, timedelta

import pytest

from core.lines.line import IR, RS485, SerialSettings
from core.lines.pace import FLAT_OUT, LoopClock, VirtualTimeLoop, pieces, virtual_time

START = datetime(2024, 11, 20, 14, 31)


def test_virtual_time_jumps_to_the_next_timer() -> None:
    """Thirty days of waiting take no time, and every timer sees exactly its moment."""

    async def month() -> list[float]:
        loop = asyncio.get_running_loop()
        moments: list[float] = []
        for _ in range(30):
            await asyncio.sleep(86_400)
            moments.append(loop.time())
        return moments

    began = time.monotonic()
    with virtual_time() as runner:
        assert runner.run(month()) == pytest.approx([86_400.0 * day for day in range(1, 31)])
    assert time.monotonic() - began < 1.0


def test_virtual_time_keeps_the_order_of_timers() -> None:
    """Sleepers wake in the order of their moments, not of their making."""

    async def play() -> list[int]:
        woken: list[int] = []

        async def sleeper(seconds: int) -> None:
            await asyncio.sleep(seconds)
            woken.append(seconds)

        await asyncio.gather(*(sleeper(seconds) for seconds in (30, 10, 20)))
        return woken

    with virtual_time() as runner:
        assert runner.run(play()) == [10, 20, 30]


def test_virtual_time_serves_a_ready_socket_before_it_jumps() -> None:
    """Bytes that wait in a socket are read before a timer an hour away is reached."""

    async def play() -> tuple[bytes, float]:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)
            far.sendall(b"now")
            async with asyncio.timeout(3600):
                return await loop.sock_recv(near, 10), loop.time()

    with virtual_time() as runner:
        assert runner.run(play()) == (b"now", 0.0)


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


@pytest.mark.parametrize(("settings", "run"), [(IR, 1), (SerialSettings(9600), 3), (RS485, 8)])
def test_pieces_end_when_their_last_bit_does(settings: SerialSettings, run: int) -> None:
    """Pieces join without gap or overlap, and the last ends with the transmission."""
    cut = list(pieces(100, settings))
    assert cut[0].stop == run
    assert [piece.start for piece in cut[1:]] == [piece.stop for piece in cut[:-1]]
    assert all(piece.ends == settings.wire_time(piece.stop) for piece in cut)
    assert (cut[-1].stop, cut[-1].ends) == (100, settings.wire_time(100))


def test_without_settings_there_is_one_piece_at_once() -> None:
    """A line without speed delivers everything in no time."""
    (piece,) = pieces(100, None)
    assert (piece.stop, piece.ends) == (100, 0.0)


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
