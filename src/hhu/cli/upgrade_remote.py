"""``hhu upgrade remote``: the terminal dials this computer, gets the file, returns to its master."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

from core.errors import UsageError
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from hhu.cli.asking import Desk
from hhu.cli.connection import connected
from hhu.cli.dialling import PATIENCE
from hhu.cli.options import LineOptions
from hhu.cli.output import talk
from hhu.cli.upgrade_walk import CommandAnswers, add_package, order_of, walked
from hhu.client.connect import TRACE_ENTRIES, Session, connect_over
from hhu.client.profiles import profile_of
from hhu.client.traces import new_trace_file
from hhu.client.upgrade.remote import Place, RemoteFlow
from hhu.client.upgrade.stages import NeedCall
from hhu.frontend.front_end import FrontEnd

REDIALS = 600.0
"""Seconds to wait for a terminal: it redials after 10, 30, 60, then every 120 s (device behaviour 5.4)."""


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    add_package(parser)
    parser.add_argument(
        "--to", required=True, metavar="IP:PORT", help="this front end, as the terminal reaches it"
    )
    parser.add_argument(
        "--listen", metavar="HOST:PORT",
        help="where to listen when --line is none that listens; default: the port of --to, all networks",
    )  # fmt: skip


def run(args: Namespace) -> int:
    """Upgrade; the same command resumes."""
    return asyncio.run(_upgrade(args, LineOptions.of(args), place_of(args.to)))


def place_of(text: str) -> Place:
    """Read ``203.0.113.5:9001``; the terminal takes no names."""
    host, _, port = text.rpartition(":")
    try:
        place = Place(IPv4Address(host), int(port))
    except ValueError:
        raise UsageError(f"{text!r} is no IP:PORT.", "Write --to 203.0.113.5:9001.") from None
    if not 0 < place.port <= 0xFFFF:
        raise UsageError(f"Port {place.port} does not exist.", "Take 1 to 65535.")
    return place


async def _upgrade(args: Namespace, options: LineOptions, place: Place) -> int:
    order = order_of(args, options)
    clock = LoopClock()
    front_end = FrontEnd(clock)
    where = LineAddress.parse(options.line) if options.line else None
    try:
        listens = where if where and where.kind is LineKind.LISTEN else _listening(args, place)
        await front_end.listen(listens.host, listens.port)
        desk = Desk(from_stdin=options.password_stdin)
        async with _reached(front_end, clock, where, options, desk) as session:
            answers = DialledAnswers(session, front_end, yes=getattr(args, "yes", False))
            flow = RemoteFlow(session.client, order, place)
            return await walked(flow, session, order, answers, args)
    finally:
        await front_end.close()


def _listening(args: Namespace, place: Place) -> LineAddress:
    return LineAddress.parse(f"listen:{args.listen or place.port}")


@asynccontextmanager
async def _reached(
    front_end: FrontEnd, clock: LoopClock, where: LineAddress | None, options: LineOptions, desk: Desk
) -> AsyncGenerator[Session]:
    """The terminal as it is reached now: over this front end where ``--line`` listens, else by that line."""
    if where is None or where.kind is not LineKind.LISTEN:
        async with connected(options, desk) as session:
            yield session
        return
    asked = Address.parse(options.address) if options.address else None
    talk(f"waiting for {asked.text if asked else 'a terminal'} to dial in on {front_end.name}")
    found = await front_end.wait_for(asked, options.timeout or PATIENCE)
    trace = Trace(TRACE_ENTRIES, clock, new_trace_file(where))
    line, profile = front_end.line(found), profile_of(where.kind)
    session = await connect_over(where, line, desk.password, profile, trace, clock, address=found)
    try:
        yield session
    finally:
        await session.close()


class DialledAnswers(CommandAnswers):
    """Lends the lines of terminals that dial in."""

    def __init__(self, session: Session, front_end: FrontEnd, *, yes: bool) -> None:
        super().__init__(session, None, yes=yes)
        self._front_end = front_end

    async def call(self, need: NeedCall) -> Line | None:
        """Wait until it dials in; ``LineError`` when it does not."""
        found = await self._front_end.wait_for(Address.parse(need.address), REDIALS)
        return self._front_end.line(found)
