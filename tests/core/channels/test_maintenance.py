import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

import pytest

from core.channels.maintenance import Maintenance
from core.gdw376.frame import BROADCAST, UNIVERSAL, UNIVERSAL_REVERSED, Address, encode_frame
from core.gdw376.units.afn01 import ResetHardware
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.lines.line import IR, RS485, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.factory import DEFAULTS
from core.terminal.ledger import Ledger
from tests.core.concentrators import Shelf
from tests.core.handset import START, Handset, Silence

OWN = Address("1122", 0x7788)
STATION = DEFAULTS[3]
assert isinstance(STATION, MasterStation)


class Watch:
    """Notes what a line reports."""

    def __init__(self, terminal: Concentrator) -> None:
        self.terminal = terminal
        self.notes: list[str] = []

    def received(self) -> None:
        if self.notes[-1:] != ["received"]:
            self.notes.append("received")

    def sending(self) -> None:
        self.notes.append("sending")

    def framed(self) -> None:
        self.notes.append("framed")

    def restart(self) -> None:
        self.notes.append("restart")
        self.terminal.reset()


class Bench:
    """A terminal on one line, and a handheld on the other end."""

    def __init__(self, channel: Channel, settings: SerialSettings | None, boot: float) -> None:
        self.clock = LoopClock(START)
        self.terminal = Concentrator(self.clock, Ledger(Shelf()), Store(None).readings, boot=boot)
        self.terminal.parameters.write([TerminalAddress("1122", 0x7788)])
        self.terminal.power_up()
        self.watch = Watch(self.terminal)
        self.near, self.far = memory_line(settings, self.clock)
        runner = Maintenance(self.terminal, channel, self.near, self.clock, self.watch)
        self.running = asyncio.create_task(runner.run())
        self.handset = Handset(self.far, self.clock, OWN)


def play(
    steps: Callable[[Bench], Awaitable[None]],
    channel: Channel = Channel.IR,
    settings: SerialSettings | None = IR,
    boot: float = 0.0,
) -> None:
    """Run a play in virtual time."""

    async def on_stage() -> None:
        bench = Bench(channel, settings, boot)
        await steps(bench)
        bench.running.cancel()

    with virtual_time() as runner:
        runner.run(on_stage())


@pytest.mark.parametrize("settings", [IR, RS485, None], ids=["IR", "RS485", "network"])
def test_an_answer_takes_wire_time_and_the_turnaround(settings: SerialSettings | None):
    """50 ms on a serial line, nothing on a network, and not a moment more (part A §1.6)."""

    async def steps(bench: Bench) -> None:
        assert await bench.handset.ask(0x0A, 89) == [TerminalAddress("1122", 0x7788)]
        octets = bench.handset.sent + bench.handset.heard
        wire = settings.wire_time(octets) + 0.05 if settings else 0.0
        assert bench.clock.monotonic() == pytest.approx(wire, abs=0.001)
        assert bench.watch.notes == ["received", "framed", "sending"]

    play(steps, settings=settings)


@pytest.mark.parametrize(
    ("channel", "address", "answers"),
    [
        (Channel.IR, OWN, True),
        (Channel.IR, UNIVERSAL, True),
        (Channel.RS485, UNIVERSAL_REVERSED, True),
        (Channel.IR, BROADCAST, True),
        (Channel.IR, Address("1122", 0x7789), False),
        (Channel.UPLINK, OWN, True),
        (Channel.UPLINK, UNIVERSAL, False),
        (Channel.UPLINK, BROADCAST, False),
    ],
)
def test_who_is_answered_and_with_which_address(channel: Channel, address: Address, answers: bool):
    """Own address everywhere, universal and discovery on local channels, always from the own one (5.6)."""

    async def steps(bench: Bench) -> None:
        bench.handset.address = address
        if not answers:
            with pytest.raises(Silence):
                await bench.handset.ask(0x0A, 89)
            return
        frame = await bench.handset.exchange(0x0A, bytes.fromhex("0000010B"))
        assert frame.address == OWN.by(1)

    play(steps, channel)


def test_a_changed_address_holds_from_the_next_request():
    """The order is answered from the address it was sent to; then only the new one counts."""

    async def steps(bench: Bench) -> None:
        bench.terminal.access.open_programming()
        assert await bench.handset.order(0x04, TerminalAddress("1122", 0x9999)) == 0
        with pytest.raises(Silence):
            await bench.handset.ask(0x0A, 89)
        bench.handset.address = Address("1122", 0x9999)
        assert await bench.handset.ask(0x0A, 89) == [TerminalAddress("1122", 0x9999)]

    play(steps)


def test_a_write_that_began_inside_the_window_is_done():
    """The first byte counts: at 2400 the frame ends after the switch has closed (K4)."""

    async def steps(bench: Bench) -> None:
        bench.terminal.access.open_programming()
        await bench.clock.sleep(119.95)
        assert await bench.handset.order(0x04, STATION) == 0
        assert not bench.terminal.access.programming_open
        assert await bench.handset.order(0x04, STATION) == 0x0B

    play(steps)


def test_nothing_is_heard_during_boot():
    """A frame that begins before the boot page ends is lost as a whole."""

    async def steps(bench: Bench) -> None:
        with pytest.raises(Silence):
            await bench.handset.ask(0x0A, 89)
        await bench.clock.sleep(8.0)
        assert len(await bench.handset.ask(0x0A, 89)) == 1

    play(steps, boot=8.0)


def test_a_reset_answers_first_and_then_boots():
    """Confirmed, restarted, deaf for the boot page, back again (part A §6.2)."""

    async def steps(bench: Bench) -> None:
        await bench.clock.sleep(8.0)
        bench.terminal.access.open_programming()
        assert await bench.handset.order(0x01, ResetHardware()) == 0
        await asyncio.sleep(0.001)
        assert bench.watch.notes[-1] == "restart"
        assert not bench.terminal.running
        with pytest.raises(Silence):
            await bench.handset.ask(0x0A, 89)
        await bench.clock.sleep(8.0)
        assert len(await bench.handset.ask(0x0A, 89)) == 1
        assert bench.terminal.resets == 1

    play(steps, boot=8.0)


def test_an_important_event_travels_with_every_answer():
    """After a wrong password ACD is set and EC1, EC2 follow the data (part A §1.3)."""

    async def steps(bench: Bench) -> None:
        bench.terminal.access.open_programming()
        bench.handset.password = "111111"
        assert await bench.handset.order(0x04, STATION) == 0x03
        frame = await bench.handset.exchange(0x0C, bytes.fromhex("00000200"))
        assert frame.acd
        assert frame.aux.ec is not None
        assert (frame.aux.ec.important, frame.aux.ec.ordinary) == (1, 0)

    play(steps)


def test_a_repeated_order_is_not_executed_twice():
    """The same frame again gets the same answer, and a wrong password counts once (part A §2.2)."""

    async def steps(bench: Bench) -> None:
        bench.terminal.access.open_programming()
        bench.handset.password = "111111"
        raw = encode_frame(bench.handset.frame(0x04, bytes.fromhex("00000400") + STATION.encode()))
        for _ in range(4):
            await bench.far.send(raw)
            await bench.handset.answer()
        assert bench.terminal.access.attempts_left(Channel.IR) == 2

    play(steps)


@pytest.mark.parametrize(
    "noise",
    [
        "FF" * 40,
        "68",
        "68320032006868",
        "FEFEFEFE",
        "683200320068",
        "68FFFFFFFF68" + "00" * 20,
        "6800000000680016",
    ],
)
def test_noise_is_survived_in_silence(noise: str):
    """Garbage in front of a request costs the terminal nothing but the time of silence."""

    async def steps(bench: Bench) -> None:
        await bench.far.send(bytes.fromhex(noise))
        await bench.clock.sleep(0.3)
        assert len(await bench.handset.ask(0x0A, 89)) == 1

    play(steps)


def test_an_echoing_line_does_not_confuse():
    """Own bytes that come back are for nobody."""

    async def steps(bench: Bench) -> None:
        bench.near.wire.echo = True
        first = encode_frame(bench.handset.frame(0x0A, bytes.fromhex("0000010B")))
        await bench.far.send(first)
        answers = [await bench.handset.answer(), await bench.handset.answer()]
        assert [frame.direction.name for frame in answers] == ["DOWN", "UP"]
        with pytest.raises(Silence):
            await bench.handset.answer()

    play(steps)


@contextmanager
def no_complaints() -> Generator[list[dict[str, object]]]:
    """Collect what asyncio would print about forgotten errors."""
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    yield complaints
    assert complaints == []


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.1, 0.2], ids=["at once", "asking", "turning", "answering"])
def test_a_lost_line_ends_the_runner_and_nothing_else(moment: float):
    """Unplugged at any moment: the reason is returned, nothing is left running or complaining."""

    async def steps(bench: Bench) -> None:
        with no_complaints():
            asking = asyncio.create_task(bench.handset.exchange(0x0A, bytes.fromhex("0000010B"), 2.0))
            bench.clock.call_later(moment, bench.near.unplug)
            error = await bench.running
            assert error.port == bench.near.name
            with pytest.raises(Silence):
                await asking
            assert len(asyncio.all_tasks()) == 1

    play(steps)
