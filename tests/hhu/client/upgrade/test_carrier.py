"""A file over a paced line: the carrier, a link and the receiver of `maker`, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random

import pytest

from core.errors import LineError
from core.gdw376.address import UNIVERSAL
from core.lines.address import LineKind
from core.lines.faults import Faults
from core.lines.line import RS485
from core.lines.memory import MemoryLine, memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from core.vendor.crc import CrcKind
from core.vendor.transfer.commands import Command, WriteNext
from hhu.client.link import Link, Reported
from hhu.client.profiles import PROFILES
from hhu.client.upgrade.carrier import Carrier
from hhu.client.upgrade.session import TransferSession
from hhu.client.upgrade.stages import (
    Event,
    Failure,
    Notice,
    Noticed,
    Progress,
    Silence,
    UpgradeFailed,
)
from hhu.client.upgrade.wanted import LOCAL, Wanted
from tests.hhu.client.upgrade.answers import Scripted
from tests.hhu.client.upgrade.maker import OWN, Limits, MakerTerminal, Receiver

FILE = Random(6).randbytes(128 * 1024)
RAW = 11520.0


class Bench:
    """Both ends of a paced half-duplex line."""

    def __init__(self, receiver: Receiver, faults: Faults, seed: int) -> None:
        self.clock = LoopClock(datetime(2026, 11, 21, 9, 0))
        near, far = memory_line(RS485, self.clock, half_duplex=True, faults=faults, seed=seed)
        self.near: MemoryLine = near
        self.terminal = MakerTerminal(far, self.clock, receiver)
        self.link = Link(near, self.clock, Trace(100, self.clock), PROFILES[LineKind.RS485])
        self.events: list[Event] = []
        self.answers = Scripted()

    def session(self, file: bytes = FILE, wanted: Wanted | None = None) -> TransferSession:
        return TransferSession(file, "demo.hxp", wanted, LOCAL, RS485.wire_time)

    async def send(self, session: TransferSession) -> float:
        """Return payload bytes per second."""
        begun = self.clock.monotonic()
        verdict = await Carrier(self.link, OWN, "000000").transfer(session, self.events.append, self.answers)
        assert verdict == 0
        return len(session.file) / (self.clock.monotonic() - begun)

    async def close(self) -> None:
        await self.terminal.stop()
        await self.link.close()


def play(
    steps: Callable[[Bench], Awaitable[None]],
    receiver: Receiver,
    faults: Faults | None = None,
    seed: int = 0,
) -> None:
    async def on_stage() -> None:
        bench = Bench(receiver, faults or Faults(), seed)
        await steps(bench)
        await bench.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def test_bursts_fill_the_line() -> None:
    """Conformance 12: bursts of 16 x 4096 bytes leave 95 % of 115200 baud as payload."""

    async def steps(bench: Bench) -> None:
        assert await bench.send(bench.session()) >= 0.95 * RAW
        assert bench.near.statistics.collisions == 0
        assert bytes(bench.terminal.receiver.content) == FILE

    play(steps, Receiver(limits=Limits()))


def test_no_byte_of_the_terminal_meets_a_burst() -> None:
    """Conformance 13: on a half-duplex line nobody talks into the other, bit errors or not."""

    async def steps(bench: Bench) -> None:
        await bench.send(bench.session())
        assert bench.near.statistics.collisions == bench.near.peer.statistics.collisions == 0
        assert bytes(bench.terminal.receiver.content) == FILE

    play(steps, Receiver(limits=Limits()), Faults(bit_errors=1e-5), seed=3)


@pytest.mark.parametrize("generation", [CrcKind.X25, CrcKind.ARC])
def test_a_makers_terminal_on_the_line(generation: CrcKind) -> None:
    """Conformance 6 on a line: 256-byte stop and wait, the file arrives, a third of the line is used."""

    async def steps(bench: Bench) -> None:
        rate = await bench.send(bench.session(FILE[:20_000]))
        assert 0.25 * RAW < rate < 0.6 * RAW
        assert bytes(bench.terminal.receiver.content) == FILE[:20_000]

    play(steps, Receiver(generation))


def test_progress_is_told_every_second() -> None:
    """Rate, time left, retries and silence are told at least once a second, also while nobody answers."""

    async def steps(bench: Bench) -> None:
        deaf = [True] * 3

        def mute(one: Command) -> bool:
            return isinstance(one, WriteNext) and one.offset == 20 and bool(deaf) and deaf.pop()

        bench.terminal.mute = mute
        await bench.send(bench.session(FILE[:20_000]))
        told = [one for one in bench.events if isinstance(one, Progress)]
        assert max(one.silent for one in told) >= 2.0
        assert any(one.left is not None and one.rate > 1000 for one in told)
        assert told[-1].sent == told[-1].total == 20_000
        assert told[-1].retries >= 3
        assert bench.answers.silences == [Silence(20 * 256, 20_000, 3)]

    play(steps, Receiver())


def test_the_operator_may_stop() -> None:
    """No to the question after three silences ends it; what arrived is kept."""

    async def steps(bench: Bench) -> None:
        bench.terminal.mute = lambda one: isinstance(one, WriteNext) and one.offset >= 20
        bench.answers.patience = 0
        with pytest.raises(UpgradeFailed) as caught:
            await bench.send(bench.session(FILE[:20_000]))
        assert caught.value.failed.reason is Failure.STOPPED
        assert caught.value.failed.resumable

    play(steps, Receiver())


def test_an_unplugged_line_ends_with_its_error() -> None:
    """M126: the adapter pulled in the middle is a lost line, not a failed package; the next try resumes."""

    async def steps(bench: Bench) -> None:
        sending = asyncio.create_task(bench.send(bench.session()))
        await bench.clock.sleep(5.0)
        bench.near.unplug()
        with pytest.raises(LineError):
            await sending
        fresh = bench.near.replug()
        bench.link = Link(fresh, bench.clock, Trace(10, bench.clock), PROFILES[LineKind.RS485])
        session = bench.session()
        await bench.send(session)
        assert any(isinstance(one, Noticed) and one.notice is Notice.RESUMED for one in bench.events)
        assert bytes(bench.terminal.receiver.content) == FILE

    play(steps, Receiver(limits=Limits(block=1)))


def test_the_universal_address_reaches_it_too() -> None:
    """M159: spoken to by 1122 3344 the terminal answers with its own address, and is heard."""

    async def steps(bench: Bench) -> None:
        carrier = Carrier(bench.link, UNIVERSAL, "000000")
        session = bench.session(FILE[:2000])
        assert await carrier.transfer(session, bench.events.append, bench.answers) == 0

    play(steps, Receiver(limits=Limits()))


def test_an_echo_is_not_an_answer() -> None:
    """§3.8: on a line that echoes, the own frames are dropped before anything else."""

    async def on_stage() -> None:
        bench = Bench(Receiver(limits=Limits()), Faults(), 0)
        bench.near.wire.echo = True
        heard: list[Reported] = []
        bench.link.subscribe(lambda event: heard.append(event) if isinstance(event, Reported) else None)
        await bench.send(bench.session(FILE[:20_000]))
        assert not heard
        await bench.close()

    with virtual_time() as runner:
        runner.run(on_stage())
