"""The commissioning job over paced infrared, in virtual time: how much of it is not the wire.

Identify, version, password, write master station, APN and address, read all of it back. The bar is 1.10 times
the wire time of its bytes plus the terminal's stated turnarounds (50 ms before each answer, part A §1.6).
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address

from core.app import Channel, Terminal
from core.gdw376 import timing
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.lines.address import LineAddress, LineKind
from core.lines.line import IR
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from hhu.client.connect import connect_over
from hhu.client.plan import Plan
from hhu.client.profiles import PROFILES

WANTED = (
    (0, MasterStation(IPv4Address("10.20.30.41"), 9001, IPv4Address("10.20.30.42"), 9002, "cmiot")),
    (0, TerminalAddress("1122", 0x9999)),
)


@dataclass(frozen=True)
class Job:
    """What the job cost."""

    elapsed: float
    wire: float
    turnarounds: float
    exchanges: int
    verified: bool

    @property
    def ratio(self) -> float:
        """Elapsed against what nobody can avoid."""
        return self.elapsed / (self.wire + self.turnarounds)


async def _password(_address: str, _channel: str) -> str:
    return "000000"


async def _job() -> Job:
    clock = LoopClock(datetime(2026, 11, 20, 14, 36, 7))
    profile = PROFILES[LineKind.IR]
    async with Terminal.create("demo", None, clock, boot=0.0) as terminal:
        await terminal.booted()
        terminal.concentrator.access.open_programming()
        near, far = memory_line(IR, clock, half_duplex=True)
        terminal.attach(Channel.IR, near)
        begun = clock.monotonic()
        session = await connect_over(
            LineAddress(LineKind.EMULATOR), far, _password, profile, Trace(1000, clock), clock
        )
        await session.client.version()
        now = [(0, await session.client.read_unit(type(unit))) for _, unit in WANTED]
        plan = Plan.of(now, WANTED)
        await plan.run(session.client)
        elapsed = clock.monotonic() - begun
        sent, answered = far.statistics, near.statistics
        await session.close()
    wire = sent.seconds_busy + answered.seconds_busy
    pauses = answered.transmissions * timing.IR.turnaround
    return Job(elapsed, wire, pauses, answered.transmissions, plan.done)


def measure() -> Job:
    """Run the job once; virtual time makes it exact."""
    with virtual_time() as runner:
        return runner.run(_job())
