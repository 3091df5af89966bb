import asyncio
import socket
import time
from typing import Any

import pytest

from core.lines.virtual_time import virtual_time


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


def test_a_cancelled_timer_is_never_called() -> None:
    """It stays in the heap until its moment and nobody jumps to it: time ends at the last living timer."""

    async def play() -> float:
        loop = asyncio.get_running_loop()
        dead = loop.call_later(100, pytest.fail, "called")
        dead.cancel()
        await asyncio.sleep(7)
        assert dead.cancelled()
        return loop.time()

    with virtual_time() as runner:
        assert runner.run(play()) == 7


def test_a_timer_that_adds_itself_lets_others_run() -> None:
    """What is due at once is called in the next round: a chain of such timers starves nobody."""

    async def play() -> int:
        loop, calls, stop = asyncio.get_running_loop(), 0, asyncio.Event()

        def again() -> None:
            nonlocal calls
            calls += 1
            if not stop.is_set():
                loop.call_later(0, again)

        loop.call_later(0, again)
        for _ in range(5):
            await asyncio.sleep(0)
        stop.set()
        return calls

    with virtual_time() as runner:
        assert 1 <= runner.run(play()) <= 6


def test_an_error_in_a_timer_is_told_and_ends_nothing() -> None:
    """As on every event loop the handler of exceptions hears of it, with the timer."""

    async def play() -> dict[str, Any]:
        told: list[dict[str, Any]] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context))
        loop.call_later(1, int, "no number")
        await asyncio.sleep(2)
        return told[0]

    with virtual_time() as runner:
        context = runner.run(play())
    assert isinstance(context["exception"], ValueError)
    assert "timer of" in context["message"]
