"""``--line listen:PORT``: a front end for as long as one command needs it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from core.gdw376.address import Address
from core.lines.address import LineAddress
from core.lines.line import Line
from core.lines.pace import LoopClock
from hhu.cli.output import talk
from hhu.frontend.front_end import FrontEnd

PATIENCE = 120.0
"""Seconds to wait when none are given: a terminal that lost its master redials every 60 s (6.9)."""


@asynccontextmanager
async def dialled_in(
    where: LineAddress, address: Address | None, patience: float | None, clock: LoopClock
) -> AsyncGenerator[tuple[Line, Address], None]:
    """Listen on TCP and UDP, wait for the terminal (the first one without ``address``), lend its line.

    ``LineError`` when nobody dials in within ``patience`` seconds.
    """
    front_end, seconds = FrontEnd(clock), patience or PATIENCE
    try:
        await front_end.listen(where.host, where.port)
        who = address.text if address else "a terminal"
        talk(f"waiting for {who} to dial in on {front_end.name} (TCP and UDP), {seconds:.0f} s at most")
        found = await front_end.wait_for(address, seconds)
        talk(f"{found.text} is there")
        yield front_end.line(found), found
    finally:
        await front_end.close()
