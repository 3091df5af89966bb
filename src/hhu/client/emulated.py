"""The emulated terminal inside the tool: the only door to `core.app`.

Its state lives in a folder of the user and persists between runs; its lines run at the speed of real ones.
"""

import os
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import platformdirs

from core.app import (
    BOOT,
    PORTS,
    WAYS,
    Attachment,
    Channel,
    MeterAttachment,
    MetersAlone,
    ModemAttachment,
    Terminal,
    said,
    way_to,
)
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from hhu.client.connect import TRACE_ENTRIES, Session, connect_over
from hhu.client.link import LinkEvent
from hhu.client.passwords import Ask
from hhu.client.profiles import PROFILES, Profile
from hhu.client.world import World

__all__ = [
    "WAYS", "EmulatedTerminal", "MetersAlone", "Terminal", "emulated_session", "said", "state_folder",
    "way_to",
]  # fmt: skip

DEFAULT_PROFILE = "demo"
RELEASE = 0.3
"""Seconds after a held key until the panel has seen its release."""


def state_folder(profile: str) -> Path:
    """Where the terminal of a profile keeps its state; ``HHU_HOME`` moves it with the settings."""
    override = os.environ.get("HHU_HOME")
    base = Path(override) if override else platformdirs.user_data_path("hhu", appauthor=False)
    return base / "terminals" / Path(profile).stem


class EmulatedTerminal:
    """A whole terminal in this process; ``terminal`` gives panel, face and key to the screens."""

    def __init__(self, terminal: Terminal, clock: LoopClock) -> None:
        self.terminal = terminal
        self.clock = clock
        self.world = World(terminal, clock)
        """What is around it, to be changed at any time."""

    @classmethod
    async def start(
        cls,
        profile: str = DEFAULT_PROFILE,
        *,
        state: Path | None = None,
        clock: LoopClock | None = None,
        boot: float = BOOT,
        taken: Collection[int] = (),
        master: tuple[IPv4Address, int] | None = None,
    ) -> "EmulatedTerminal":
        """Switch a terminal on; ``state`` defaults to the user's folder, ``boot`` (s) to the boot page.

        No simulated meters hang on the ports ``taken``: others are brought to them. ``master``: it dials this
        master station, through the real network.

        ``UsageError`` for an unknown profile, ``StoreError`` when another program runs the same terminal.
        """
        clock = clock or LoopClock()
        name = profile or DEFAULT_PROFILE
        folder = state or state_folder(name)
        free = set(PORTS).difference(taken)
        terminal = Terminal.create(name, folder, clock, boot=boot, meter_ports=free, master=master)
        await terminal.start()
        return cls(terminal, clock)

    async def stop(self) -> None:
        """Switch it off; its state stays."""
        await self.terminal.stop()

    def line(self, profile: Profile) -> Line:
        """Put a probe in front of the terminal: our end of a wire at the speed of the profile."""
        ours, theirs = memory_line(profile.settings, self.clock, half_duplex=profile.settings is not None)
        self.world.wired(ours.wire)
        ours.name = f"emulated {profile.name}"
        self.serve(profile.channel, theirs)
        return ours

    def serve(self, channel: str, line: Line) -> Attachment:
        """Let the terminal serve a line as channel ``ir`` or ``rs485``."""
        return self.terminal.attach(Channel(channel), line)

    def serve_meters(self, port: int, line: Line) -> MeterAttachment:
        """Let the terminal read meters over a line on port 1 to 3; ``UsageError`` if the port is taken."""
        return self.terminal.attach_meters(port, line)

    def serve_modem(self, line: Line) -> ModemAttachment:
        """Let the terminal send and receive short messages through a modem; ``UsageError`` if it has one."""
        return self.terminal.attach_modem(line)

    async def strokes(self, seconds: Iterable[float]) -> None:
        """Press the key so often and so long, and wait until the face has followed."""
        for length in seconds:
            self.terminal.key.hold(length)
            await self.clock.sleep(length + RELEASE)

    async def hold(self, seconds: float) -> None:
        """Hold the key for so many seconds of the terminal's time and wait until it is released."""
        await self.terminal.booted()
        self.terminal.key.hold(seconds)
        await self.clock.sleep(seconds + RELEASE)

    async def connect(
        self,
        ask: Ask,
        *,
        profile: Profile = PROFILES[LineKind.IR],
        address: Address | None = None,
        trace_file: Path | None = None,
        on_event: Callable[[LinkEvent], None] | None = None,
        clock: LoopClock | None = None,
    ) -> Session:
        """Connect to it as to a real one, once it has booted; ``clock``: the tool's, if another."""
        await self.terminal.booted()
        where = LineAddress(LineKind.EMULATOR, self.terminal.profile.name)
        clock = clock or self.clock
        trace = Trace(TRACE_ENTRIES, clock, trace_file)
        line = self.line(profile)
        session = await connect_over(
            where, line, ask, profile, trace, clock, address=address, on_event=on_event
        )
        return replace(session, download_port=lambda: self.line(PROFILES[LineKind.RS485]))


@asynccontextmanager
async def emulated_session(
    where: LineAddress,
    ask: Ask,
    profile: Profile,
    *,
    address: Address | None = None,
    hold: float | None = None,
    trace_file: Path | None = None,
) -> AsyncGenerator[Session, None]:
    """Run the terminal of ``where`` for as long as a command needs it; ``hold`` its key first (seconds)."""
    emulated = await EmulatedTerminal.start(where.target, boot=0.0)
    try:
        if hold is not None:
            await emulated.hold(hold)
        session = await emulated.connect(ask, profile=profile, address=address, trace_file=trace_file)
        try:
            yield session
        finally:
            await session.close()
    finally:
        await emulated.stop()
