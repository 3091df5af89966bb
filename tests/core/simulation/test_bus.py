import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TypeVar

import pytest

from core.errors import LineError
from core.lines.line import Line, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.virtual_time import virtual_time
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import WILD
from core.meters.dlt645.control import Edition
from core.meters.dlt645.exchange import Completed, Failed, Request, Send, Timings
from core.meters.dlt645.frame import encode_frame
from core.meters.dlt645.master import MeterMaster
from core.meters.dlt645.messages import request_frame
from core.meters.dlt645.reader import Reader, Received
from core.simulation.bus import HEAD, SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.families import those
from core.simulation.faults import SOUND, Faults
from core.simulation.population import population
from tests.core.simulation.stage import NOW

METERS = SerialSettings(2400, 8, "E", 1)
T = TypeVar("T")


def played(play: Callable[[LoopClock], Coroutine[object, object, T]]) -> T:
    """Run a play in virtual time that begins at a fixed civil time."""

    async def begun() -> T:
        return await play(LoopClock(NOW))

    with virtual_time() as runner:
        return runner.run(begun())


def a_bus(clock: LoopClock, count: int = 3, *, every_1997: int = 0) -> tuple[SimulatedBus, Dlt645Group]:
    people = population(
        5, clock.now(), tariff_control=count, ports=(1,), every_1997=every_1997, settings=METERS
    )
    group = Dlt645Group(those(people.on(1), Dlt645Meter))
    return SimulatedBus([group], clock, seed=3), group


def read_request(meter: Dlt645Meter, code: str = "0001FF00") -> bytes:
    return encode_frame(request_frame(meter.address, r.Read2007(code)))


async def heard(line: Line, clock: LoopClock, seconds: float) -> list[tuple[float, bytes]]:
    """What arrives within a time, with its moments."""
    found: list[tuple[float, bytes]] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                found.append((clock.monotonic(), await line.receive()))
                found[-1] = (clock.monotonic(), found[-1][1])
    return found


async def converse(line: Line, clock: LoopClock, request: Request) -> Completed | Failed:
    """Let a real master ask over a line."""
    settings = line.settings
    timings = Timings(repeats=0).over(settings.wire_time if settings else lambda _: 0.0)
    master, reader = MeterMaster(timings), Reader()
    commands = master.begin(request, clock.monotonic())
    while True:
        for command in commands:
            if isinstance(command, Completed | Failed):
                return command
            if isinstance(command, Send):
                await line.send(command.raw)
        wait = (master.deadline or 0.0) - clock.monotonic()
        try:
            data = await asyncio.wait_for(line.receive(), max(0.0, wait) / clock.factor)
        except TimeoutError:
            commands = master.tick(clock.monotonic())
            continue
        master.line_active(clock.monotonic())
        commands = []
        for event in reader.feed(data, clock.monotonic()):
            if isinstance(event, Received):
                commands += master.handle(event.frame, clock.monotonic())


def content(command: Completed | Failed) -> bytes:
    assert isinstance(command, Completed)
    return command.reply.content


def test_an_exchange_takes_its_wire_time() -> None:
    """Request, 20 ms, answer: its last byte comes exactly when a wire would bring it."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line = bus.line(METERS)
        request = read_request(group.meters[0])
        await line.send(request)
        sent = METERS.wire_time(len(request))
        assert clock.monotonic() == pytest.approx(sent)
        ((last, answer),) = await heard(line, clock, 1)
        assert last == pytest.approx(sent + 0.02 + METERS.wire_time(len(answer)))

    played(play)


def test_the_head_of_a_long_answer_comes_first() -> None:
    """A master that waits a second for the first byte must not give up while 200 bytes are on the way."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line = bus.line(METERS)
        frame = request_frame(group.meters[0].address, r.Read2007("06000000", count=5))
        await line.send(encode_frame(frame))
        sent = clock.monotonic()
        (first, head), (last, rest) = await heard(line, clock, 2)
        assert len(head) == HEAD
        assert first == pytest.approx(sent + 0.02 + METERS.wire_time(HEAD))
        assert last == pytest.approx(sent + 0.02 + METERS.wire_time(HEAD + len(rest)))
        assert last - sent > 0.5

    played(play)


def test_every_meter_answers_for_itself() -> None:
    """Of many meters the one asked answers, by real master and reader; both editions on one bus."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock, 6, every_1997=2)
        line = bus.line(METERS)
        for meter in group.meters:
            old = meter.edition is Edition.V1997
            record = r.Read1997("901F") if old else r.Read2007("0001FF00")
            reply = await converse(line, clock, Request(meter.address, record, meter.edition))
            assert len(content(reply)) == 20

    played(play)


def test_wildcards_on_a_crowded_bus_are_noise() -> None:
    """Several answers at once garble each other; a meter alone is found."""

    async def play(clock: LoopClock) -> None:
        crowd, _ = a_bus(clock)
        assert isinstance(await converse(crowd.line(METERS), clock, Request(WILD, r.ReadAddress())), Failed)
        alone, group = a_bus(clock, 1)
        reply = await converse(alone.line(METERS), clock, Request(WILD, r.ReadAddress()))
        assert isinstance(reply, Completed)
        assert reply.reply.address == group.meters[0].address

    played(play)


def test_twins_garble_each_other_unless_one_is_late() -> None:
    """Two meters with one address make noise together; a late twin is a second answer."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line, request = bus.line(METERS), Request(group.meters[0].address, r.Read2007("00010000"))
        group.suffer(2, Faults(twin=1), clock.now())
        assert isinstance(await converse(line, clock, request), Failed)
        group.suffer(2, Faults(twin=1, late=1.0), clock.now())
        await clock.sleep(3)
        await line.send(read_request(group.meters[0], "00010000"))
        whole = b"".join(piece for _, piece in await heard(line, clock, 3))
        assert sum(isinstance(event, Received) for event in Reader().feed(whole, 0.0)) == 2

    played(play)


def test_faults_come_and_go_while_the_bus_runs() -> None:
    """Silent, late, broken, foreign and torn answers as the master meets them; then sound again."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line, request = bus.line(METERS), Request(group.meters[0].address, r.Read2007("00010000"))
        for faults in (Faults(silent=True), Faults(late=5.0), Faults(checksum=True), Faults(foreign=True)):
            group.suffer(1, faults, clock.now())
            assert isinstance(await converse(line, clock, request), Failed)
            await heard(line, clock, 8)
        group.suffer(1, Faults(pieces=0.3), clock.now())
        assert len(content(await converse(line, clock, request))) == 4
        group.suffer(1, Faults(pieces=0.8), clock.now())
        assert isinstance(await converse(line, clock, request), Failed)
        await heard(line, clock, 8)
        group.suffer(1, SOUND, clock.now())
        assert len(content(await converse(line, clock, request))) == 4

    played(play)


def test_talking_into_an_answer_spoils_both() -> None:
    """Half duplex: a request that begins during an answer is not heard, and the answer is noise."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line, request = bus.line(METERS), read_request(group.meters[0])
        await line.send(request)
        await clock.sleep(0.05)
        await line.send(request)
        whole = b"".join(piece for _, piece in await heard(line, clock, 3))
        assert not any(isinstance(event, Received) for event in Reader().feed(whole, 0.0))
        await line.send(request)
        whole = b"".join(piece for _, piece in await heard(line, clock, 3))
        assert any(isinstance(event, Received) for event in Reader().feed(whole, 0.0))

    played(play)


def test_talking_before_an_answer_spoils_nothing() -> None:
    """Only what is on the wire collides: bytes that end before a late answer begins leave it whole."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        group.suffer(1, Faults(late=1.0), clock.now())
        line, request = bus.line(METERS), read_request(group.meters[0])
        await line.send(request)
        await line.send(b"\xfe" * 4)
        whole = b"".join(piece for _, piece in await heard(line, clock, 3))
        assert any(isinstance(event, Received) for event in Reader().feed(whole, 0.0))

    played(play)


def test_a_line_at_another_speed_leaves_nothing_half_heard() -> None:
    """What begins like a frame at one speed swallows no request at another."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line = bus.line(SerialSettings(9600, 8, "N", 1))
        await line.send(b"\x68\0\0\0\0\0\0\x68\x11\xf0")
        await line.retune(METERS)
        await line.send(read_request(group.meters[0]))
        whole = b"".join(piece for _, piece in await heard(line, clock, 3))
        assert any(isinstance(event, Received) for event in Reader().feed(whole, 0.0))

    played(play)


def test_echo_and_speed() -> None:
    """A two-wire adapter hears itself; at another speed no meter understands it."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        request = read_request(group.meters[0])
        fast = bus.line(SerialSettings(9600, 8, "E", 1), echo=True)
        await fast.send(request)
        assert b"".join(piece for _, piece in await heard(fast, clock, 3)) == request

    played(play)


def test_a_question_in_one_wait_takes_its_wire_time() -> None:
    """``ask`` brings the same bytes at the same moment as sending and receiving one after the other."""

    async def play(clock: LoopClock) -> tuple[tuple[float, bytes], ...]:
        bus, group = a_bus(clock)
        request = read_request(group.meters[0])
        got: list[tuple[float, bytes]] = []
        for line in (bus.line(METERS), bus.line(METERS)):
            begin = clock.monotonic()
            if got:
                await line.send_after(0.1, request, clock)
                answer = await line.receive_within(2.0, clock)
            else:
                answer = await line.ask(0.1, request, 2.0, clock)
            got.append((clock.monotonic() - begin, answer))
        return tuple(got)

    (at, asked), (then, received) = played(play)
    assert asked == received
    assert len(asked) > 20
    assert at == pytest.approx(then)
    assert at > 0.1 + METERS.wire_time(16)


def test_nobody_answers_a_question_in_one_wait() -> None:
    """It ends with nothing when its time is over, counted from the call; the line is free then."""

    async def play(clock: LoopClock) -> tuple[bytes, float, bytes]:
        bus, group = a_bus(clock)
        line, request = bus.line(METERS), read_request(group.meters[0])
        group.suffer(1, Faults(silent=True), clock.now())
        nothing = await line.ask(0.0, request, 1.5, clock)
        ended = clock.monotonic()
        group.suffer(1, SOUND, clock.now())
        return nothing, ended, await line.ask(0.0, request, 1.5, clock)

    nothing, ended, answer = played(play)
    assert (nothing, ended) == (b"", 1.5)
    assert answer


def test_a_question_given_up_is_torn() -> None:
    """Cancelled before its last bit, nobody understands it, and the line may talk again."""

    async def play(clock: LoopClock) -> tuple[list[tuple[float, bytes]], bytes]:
        bus, group = a_bus(clock)
        line, request = bus.line(METERS), read_request(group.meters[0])
        asking = asyncio.create_task(line.ask(0.0, request, 2.0, clock))
        await clock.sleep(METERS.wire_time(5))
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        return await heard(line, clock, 1.0), await line.ask(0.0, request, 2.0, clock)

    after, answer = played(play)
    assert after == []
    assert answer


def test_a_line_closed_under_a_question() -> None:
    """Whoever asks is told that the line is gone."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line = bus.line(METERS)
        asking = asyncio.create_task(line.ask(0.0, read_request(group.meters[0]), 2.0, clock))
        await clock.sleep(METERS.wire_time(5))
        await line.close()
        with pytest.raises(LineError):
            await asking

    played(play)


def test_a_new_rate_holds_after_the_answer() -> None:
    """17: the answer comes at the old speed, the next request is understood at the new one only."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        line, address = bus.line(METERS), group.meters[0].address
        done = await converse(line, clock, Request(address, r.ChangeRate(0x20)))
        assert isinstance(done, Completed)
        read = Request(address, r.Read2007("00010000"))
        assert isinstance(await converse(line, clock, read), Failed)
        fast = bus.line(SerialSettings(9600, 8, "E", 1))
        assert len(content(await converse(fast, clock, read))) == 4

    played(play)


def test_a_written_address_is_found_at_once() -> None:
    """The bus knows a meter by its new address from the answer on."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock, 1)
        line = bus.line(METERS)
        group.meters[0].press_key(clock.now())
        await converse(line, clock, Request(WILD, r.WriteAddress("000099887766")))
        assert content(await converse(line, clock, Request("000099887766", r.Read2007("00010000"))))

    played(play)


def test_serving_a_paced_line() -> None:
    """A bus served on a half-duplex wire at 2400 8E1: sessions in many frames, broadcasts without answer."""

    async def play(clock: LoopClock) -> None:
        bus, group = a_bus(clock)
        ours, theirs = memory_line(METERS, clock, half_duplex=True)
        serving = asyncio.ensure_future(bus.serve(theirs))
        request = Request(group.meters[1].address, r.Read2007("06000002", 5))
        began = clock.monotonic()
        reply = await converse(ours, clock, request)
        assert isinstance(reply, Completed)
        assert len(reply.reply.frames) == 3
        assert clock.monotonic() - began > METERS.wire_time(len(content(reply)))
        assert ours.statistics.collisions == theirs.statistics.collisions == 0
        await ours.close()
        assert isinstance(await serving, LineError)

    played(play)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
async def test_serving_a_pseudo_terminal() -> None:
    """A master with a serial port finds the meters behind a pseudo-terminal."""
    clock = LoopClock()
    fast = SerialSettings(19200, 8, "E", 1)
    bus, group = a_bus(clock)
    line, path = open_pty(fast, clock)
    serving = asyncio.ensure_future(bus.serve(line))
    async with line, await open_serial(path, fast) as port:
        reply = await converse(port, clock, Request(group.meters[2].address, r.Read2007("0001FF00")))
        assert len(content(reply)) == 20
    serving.cancel()


def test_the_cost_of_an_exchange() -> None:
    """Request to answer on a bus of 96 costs the meters' side well under a millisecond of CPU."""

    async def play(clock: LoopClock) -> float:
        bus, group = a_bus(clock, 96)
        line = bus.line(METERS)
        requests = [read_request(meter) for meter in group.meters]
        for request in requests:
            await line.send(request)
            await clock.sleep(1)
        await line.receive()
        began = time.process_time()
        for request in requests * 5:
            await line.send(request)
            await clock.sleep(1)
        return (time.process_time() - began) / (5 * len(requests))

    assert played(play) < 1e-3
