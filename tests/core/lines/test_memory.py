import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TypeVar

import pytest

from core.errors import LineError, LineFault
from core.lines.faults import Faults
from core.lines.line import IR, RS485, Line, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time

METER = SerialSettings(2400, 8, "E", 1)


T = TypeVar("T")


def played(play: Callable[[], Coroutine[object, object, T]]) -> T:
    """Run a play in virtual time."""
    with virtual_time() as runner:
        return runner.run(play())


async def heard_within(line: Line, seconds: float) -> bytes:
    """All that arrives within ``seconds`` of the loop."""
    heard = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                heard += await line.receive()
    return heard


@pytest.mark.parametrize("settings", [IR, RS485, METER, SerialSettings(9600, 7, "O", 2)])
def test_a_transmission_takes_its_wire_time(settings: SerialSettings) -> None:
    """Sending, hearing and the account of it agree with start, data, parity and stop bits within 2 %."""

    async def play() -> None:
        clock = LoopClock()
        here, there = memory_line(settings, clock)
        sending = asyncio.ensure_future(here.send(bytes(500)))
        received = 0
        while received < 500:
            received += len(await there.receive())
        assert clock.monotonic() == pytest.approx(settings.wire_time(500), rel=0.02)
        await sending
        assert clock.monotonic() == pytest.approx(settings.wire_time(500), rel=0.02)
        assert here.statistics.seconds_busy == pytest.approx(settings.wire_time(500))
        assert (here.statistics.bytes_sent, here.statistics.transmissions) == (500, 1)

    played(play)


async def test_late_timers_do_not_add_up() -> None:
    """On wall time many sends in a row take their wire time, though each wakes up a little late."""
    clock = LoopClock()
    here, _ = memory_line(RS485, clock)
    for _ in range(40):
        await here.send(bytes(16))
    assert clock.monotonic() >= RS485.wire_time(640)
    assert clock.monotonic() - RS485.wire_time(640) < 0.03


def test_bytes_are_heard_when_their_last_bit_arrived() -> None:
    """At 2400 baud a listener sees the third byte after three character times, not with the whole frame."""

    async def play() -> list[float]:
        clock = LoopClock()
        here, there = memory_line(IR, clock)
        sending = asyncio.ensure_future(here.send(b"abcde"))
        moments: list[float] = []
        for _ in range(5):
            assert len(await there.receive()) == 1
            moments.append(clock.monotonic())
        await sending
        return moments

    assert played(play) == pytest.approx([IR.wire_time(count) for count in (1, 2, 3, 4, 5)])


def test_pace_follows_the_factor_of_the_clock() -> None:
    """At factor 60 the wire is sixty times faster on the loop, and unchanged on its own clock."""

    async def play() -> tuple[float, float]:
        clock = LoopClock(factor=60)
        here, _ = memory_line(IR, clock)
        await here.send(bytes(240))
        return clock.monotonic(), asyncio.get_running_loop().time()

    assert played(play) == pytest.approx((1.0, 1 / 60))


def test_directions_do_not_disturb_each_other_in_full_duplex() -> None:
    """Both ends may talk at once without ``half_duplex``."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock())
        await asyncio.gather(here.send(b"A" * 40), there.send(b"B" * 40))
        assert await there.receive() == b"A" * 40
        assert await here.receive() == b"B" * 40

    played(play)


def test_talking_at_once_garbles_both_on_a_shared_wire() -> None:
    """In half duplex only the bytes that overlap in time are lost, for both listeners, and are counted."""

    async def play() -> None:
        clock = LoopClock()
        here, there = memory_line(IR, clock, half_duplex=True)

        async def interrupt() -> None:
            await clock.sleep(IR.wire_time(20) + 0.001)
            await there.send(b"B" * 5)

        await asyncio.gather(here.send(b"A" * 40), interrupt())
        at_there, at_here = await there.receive(), await here.receive()
        assert at_there[:20] == b"A" * 20
        assert at_there[26:] == b"A" * 14
        assert b"A" * 3 not in at_there[20:26]
        assert b"B" * 3 not in at_here
        assert here.statistics.collisions >= 5
        assert there.statistics.collisions == 5

    played(play)


def test_taking_turns_on_a_shared_wire_is_clean() -> None:
    """An answer that begins right after the request collides with nothing."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock(), half_duplex=True)
        await here.send(b"request")
        await there.send(b"answer")
        assert (await there.receive(), await here.receive()) == (b"request", b"answer")
        assert here.statistics.collisions == there.statistics.collisions == 0

    played(play)


def test_echo_brings_own_bytes_back() -> None:
    """With echo a sender hears itself, byte by byte, besides the other end."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock(), echo=True)
        await here.send(b"hello")
        assert await here.receive() == b"hello"
        assert await there.receive() == b"hello"

    played(play)


def test_faults_repeat_with_the_seed() -> None:
    """The same seed gives the same troubles to the same sends, whatever the other direction does."""
    faults = Faults(drop=0.1, cut=0.1, damage=0.2, noise=0.2, jitter=0.01)

    async def heard(seed: int, *, talk_back: bool) -> bytes:
        here, there = memory_line(IR, LoopClock(), seed=seed, faults=faults)
        for number in range(30):
            await here.send(bytes([number]) * 10)
            if talk_back:
                await there.send(b"answer")
        return await heard_within(there, 1)

    alone = played(lambda: heard(4, talk_back=False))
    assert alone == played(lambda: heard(4, talk_back=True))
    assert alone != played(lambda: heard(5, talk_back=False))


def test_dropped_transmissions_still_take_their_time() -> None:
    """The sender cannot tell that nobody heard it."""

    async def play() -> None:
        clock = LoopClock()
        here, there = memory_line(IR, clock, faults=Faults(drop=1.0))
        await here.send(bytes(240))
        assert clock.monotonic() == pytest.approx(1.0)
        assert await heard_within(there, 10) == b""

    played(play)


def test_delay_and_jitter_keep_the_order() -> None:
    """Late bytes arrive in order, none before the delay."""

    async def play() -> None:
        clock = LoopClock()
        here, there = memory_line(RS485, clock, faults=Faults(delay=0.5, jitter=0.3))
        sent = bytes(range(256))
        await here.send(sent)
        first = await there.receive()
        assert clock.monotonic() >= 0.5
        assert first + await heard_within(there, 2) == sent

    played(play)


def test_faults_may_change_while_the_line_is_open() -> None:
    """A line can go bad and recover between two sends."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock())
        here.wire.faults = Faults(drop=1.0)
        await here.send(b"lost")
        here.wire.faults = Faults()
        await here.send(b"heard")
        assert await there.receive() == b"heard"

    played(play)


def test_severed_wire_is_silent_for_both() -> None:
    """A probe that slipped off loses everything and tells nobody, until it is back."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock())
        here.wire.severed = True
        await here.send(b"lost")
        await there.send(b"lost too")
        here.wire.severed = False
        await here.send(b"back")
        assert await there.receive() == b"back"
        assert await heard_within(here, 5) == b""

    played(play)


def test_unplugged_end_is_lost_and_the_other_only_hears_silence() -> None:
    """A pulled plug ends receive and a send in progress on its own side; a new end takes its place."""

    async def play() -> None:
        clock = LoopClock()
        here, there = memory_line(IR, clock)
        clock.call_later(0.1, here.unplug)
        with pytest.raises(LineError) as lost:
            await here.send(bytes(240))
        assert lost.value.fault is LineFault.LOST
        with pytest.raises(LineError):
            await here.receive()
        assert 20 <= len(await heard_within(there, 5)) <= 25
        fresh = here.replug()
        await there.send(b"still there")
        assert await fresh.receive() == b"still there"
        await fresh.send(b"again")
        assert await there.receive() == b"again"

    played(play)


def test_noise_by_hand_is_heard() -> None:
    """A test can let bytes arrive that nobody sent."""

    async def play() -> None:
        here, _ = memory_line(IR, LoopClock())
        here.hear(b"\x00\xff")
        assert await here.receive() == b"\x00\xff"

    played(play)


def test_cancelled_send_cuts_the_transmission() -> None:
    """What was on the wire before the cancel is heard, the rest is not, and the line stays usable."""

    async def play() -> None:
        here, there = memory_line(IR, LoopClock())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(IR.wire_time(10) + 0.001):
                await here.send(bytes(100))
        await here.send(b"next")
        assert await there.receive() == bytes(10) + b"next"

    played(play)
