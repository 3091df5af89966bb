"""The tool and a whole terminal on one wire, in virtual time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from core.app import Terminal
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.faults import CLEAN, Faults
from core.lines.memory import MemoryWire, memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from core.terminal.access import Channel
from hhu.client.connect import Session, connect_over
from hhu.client.names import parse_wish, wanted_units
from hhu.client.plan import Plan
from hhu.client.profiles import PROFILES

START = datetime(2026, 11, 20, 14, 30)
OWN = Address("1122", 0x7788)
JOB = (
    "main-ip=10.20.30.41",
    "main-port=9001",
    "standby-ip=10.20.30.42",
    "apn=cmiot",
    "heartbeat=5",
    "address=1122-9999",
)


class Stage:
    """A demo terminal, switched on, with a probe in front of it."""

    def __init__(self, terminal: Terminal, clock: LoopClock, kind: LineKind, password: str) -> None:
        self.terminal = terminal
        self.clock = clock
        self.kind = kind
        self.password = password
        self.asked: list[tuple[str, str]] = []
        self.wire: MemoryWire

    async def ask(self, address: str, channel: str) -> str | None:
        self.asked.append((address, channel))
        return self.password or None

    async def connect(
        self, *, faults: Faults = CLEAN, seed: int = 0, address: Address | None = None
    ) -> Session:
        profile = PROFILES[self.kind]
        ours, theirs = memory_line(profile.settings, self.clock, seed=seed, faults=faults)
        self.wire = ours.wire
        self.terminal.attach(Channel(profile.channel), theirs)
        where = LineAddress(LineKind.EMULATOR)
        trace = Trace(1000, self.clock)
        return await connect_over(where, ours, self.ask, profile, trace, self.clock, address=address)

    async def open_programming(self) -> None:
        self.terminal.key.hold(5)
        await self.clock.sleep(5.5)


def play(
    steps: Callable[[Stage], Awaitable[None]],
    *,
    kind: LineKind = LineKind.IR,
    password: str = "000000",
    state: Path | None = None,
) -> None:
    """Run a play in virtual time."""

    async def on_stage() -> None:
        clock = LoopClock(START)
        async with Terminal.create("demo", state, clock, boot=0.0) as terminal:
            await steps(Stage(terminal, clock, kind, password))

    with virtual_time() as runner:
        runner.run(on_stage())


async def planned(session: Session, *texts: str) -> Plan:
    """Read what is there and plan the wishes."""
    wishes = [parse_wish(text) for text in texts]
    items = await session.client.read([wish.name for wish in wishes])
    current = [(item.pn, item.value) for item in items if item.value is not None]
    return Plan.of(current, wanted_units(current, wishes), keep=[wish.name for wish in wishes])
