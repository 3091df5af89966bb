"""From a line address to a terminal that answered: line, link, client and trace in one handle."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.gdw376.address import UNIVERSAL, Address
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line
from core.lines.opening import open_line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from hhu.client.link import Link, LinkEvent
from hhu.client.passwords import Ask, Passwords
from hhu.client.profiles import Profile, profile_of
from hhu.client.terminal import TerminalClient

TRACE_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """A connected terminal."""

    where: LineAddress
    link: Link
    client: TerminalClient
    download_port: Callable[[], Line] | None = None
    """Puts a cable on 485_3 of an emulated terminal; our end of it."""

    @property
    def trace(self) -> Trace:
        """Every frame of the line."""
        return self.link.trace

    async def close(self) -> None:
        """Let go of the line, and of the trace's file."""
        await self.link.close()
        self.trace.close()


async def connect(
    where: LineAddress,
    ask: Ask,
    *,
    address: Address | None = None,
    profile: Profile | None = None,
    clock: LoopClock | None = None,
    trace_file: Path | None = None,
    on_event: Callable[[LinkEvent], None] | None = None,
) -> Session:
    """Open the line and find the terminal; with ``address`` it must be that one.

    Emulated terminals are made first (`hhu.client.emulated`), those that dial in are awaited
    (`hhu.frontend`); both are reached with ``connect_over``.
    """
    if where.kind in (LineKind.EMULATOR, LineKind.LISTEN):
        raise UsageError(f"A line {where} is made or awaited, not opened.", "Use connect_over.")
    profile = profile or profile_of(where.kind)
    line = await open_line(where, profile.settings)
    clock = clock or LoopClock()
    trace = Trace(TRACE_ENTRIES, clock, trace_file)
    return await connect_over(where, line, ask, profile, trace, clock, address=address, on_event=on_event)


async def connect_over(
    where: LineAddress,
    line: Line,
    ask: Ask,
    profile: Profile,
    trace: Trace,
    clock: LoopClock,
    *,
    address: Address | None = None,
    on_event: Callable[[LinkEvent], None] | None = None,
) -> Session:
    """Find the terminal on an open line; the line is closed again when that fails."""
    link = Link(line, clock, trace, profile)
    if on_event:
        link.subscribe(on_event)
    client = TerminalClient(link, address or UNIVERSAL, Passwords(ask))
    try:
        found = await client.who_is_there(address)
        _same(address, found)
    except BaseException:
        await link.close()
        trace.close()
        raise
    return Session(where, link, client)


def _same(typed: Address | None, found: Address) -> None:
    """Refuse a terminal that was not meant; the universal address means whoever is there."""
    if typed is None or typed.same_station(UNIVERSAL):
        return
    if not found.same_station(typed):
        raise UsageError(
            f"The terminal here is {found.text}, not {typed.text}.",
            "Check the label; leave the address out to take whoever is there.",
        )
