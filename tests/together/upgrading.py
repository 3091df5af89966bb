"""A technician who upgrades a whole terminal: both lines, the package, the events."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime
from pathlib import Path
from random import Random

from core.app import PORTS, Terminal
from core.lines.address import LineAddress, LineKind
from core.lines.faults import CLEAN, Faults
from core.lines.line import IR, RS485, Line
from core.lines.memory import MemoryWire, memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from core.terminal.access import Channel
from core.vendor.header import PROGRAM, Version
from core.vendor.package import Label, build
from core.vendor.sections import Section
from hhu.client.connect import Session, connect_over
from hhu.client.profiles import PROFILES
from hhu.client.upgrade.package import Shipment
from hhu.client.upgrade.stages import (
    Done,
    Event,
    Failed,
    Flow,
    NeedCable,
    NeedCall,
    Notice,
    Noticed,
    Silence,
    Stage,
    StageReached,
    run,
)

START = datetime(2026, 11, 21, 9, 0)
NEW = Version("9902", date(2026, 11, 15))
OLD = Version("0001", date(2020, 1, 1))
SEED = bytes(range(32))


def shipment(size: int = 20_000, version: Version = NEW, *, seed: bytes | None = None) -> Shipment:
    """A package whose program has so many bytes."""
    sections = [
        Section("META", b'{"name":"demo","part":"program"}'),
        Section("PROG", Random(5).randbytes(size)),
    ]
    return Shipment("demo.hxp", build(Label(PROGRAM, datetime(2026, 11, 15, 8, 30), version), sections, seed))


class Technician:
    """Answers what a flow asks and keeps what it tells."""

    def __init__(self, terminal: Terminal, clock: LoopClock) -> None:
        self.terminal = terminal
        self.clock = clock
        self.events: list[Event] = []
        self.cable_wires: list[MemoryWire] = []
        self.password = "000000"
        self.faults: Faults = CLEAN
        self.cables = 3
        """How often the cable is put in before giving up."""
        self.patience = 20
        self.asked: list[tuple[str, str]] = []

    async def ask(self, address: str, channel: str) -> str | None:
        """Know the password."""
        self.asked.append((address, channel))
        return self.password

    async def connect(self) -> Session:
        """Put the infrared probe in front of the terminal."""
        near, far = memory_line(IR, self.clock, half_duplex=True)
        self.terminal.attach(Channel.IR, far)
        where, profile = LineAddress(LineKind.EMULATOR), PROFILES[LineKind.IR]
        return await connect_over(where, near, self.ask, profile, Trace(200, self.clock), self.clock)

    async def cable(self, need: NeedCable) -> Line | None:
        """Connect RS485 to 485_3."""
        if not self.cables:
            return None
        self.cables -= 1
        near, far = memory_line(RS485, self.clock, half_duplex=True, faults=self.faults, seed=self.cables)
        self.cable_wires.append(near.wire)
        self.terminal.attach(Channel.RS485, far)
        return near

    async def call(self, need: NeedCall) -> Line | None:
        """Nobody dials in here."""
        return None

    async def go_on(self, silence: Silence) -> bool:
        """Be patient."""
        self.patience -= 1
        return self.patience >= 0

    async def walk(self, flow: Flow) -> Done | Failed:
        """Run a flow to its end."""
        return await run(flow, self.events.append, self)

    @property
    def stages(self) -> list[Stage]:
        """Stages in the order they were told."""
        return [one.stage for one in self.events if isinstance(one, StageReached)]

    @property
    def notices(self) -> list[Notice]:
        """What was noticed."""
        return [one.notice for one in self.events if isinstance(one, Noticed)]


def upgrading(
    steps: Callable[[Technician], Awaitable[None]],
    profile: str | Path = "demo",
    state: Path | None = None,
    *,
    start: datetime = START,
    meter_ports: Collection[int] = PORTS,
) -> None:
    """Play in virtual time with a terminal whose programming switch is open."""

    async def on_stage() -> None:
        clock = LoopClock(start)
        async with Terminal.create(profile, state, clock, boot=0.0, meter_ports=meter_ports) as terminal:
            await terminal.booted()
            terminal.concentrator.access.open_programming()
            await steps(Technician(terminal, clock))

    with virtual_time() as runner:
        runner.run(on_stage())
