"""Scenes in which terminals dial in: real sockets on loopback, shown as if they came from afar."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from unittest.mock import patch

from textual.pilot import Pilot

from core.app import Terminal
from core.gdw376.address import Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, encode_frame
from core.lines.pace import LoopClock
from core.lines.tcp import connect_tcp
from core.terminal.access import Channel
from hhu.frontend.callers import Way
from hhu.frontend.front_end import FrontEnd
from hhu.screens.front_end import ReportTable, TerminalTable
from tests.hhu.dialler import Dialler
from tests.hhu.stage import START, app_of, idle, press, until

LISTEN = "listen:127.0.0.1:0"
SHOWN = ((Way.TCP, "0.0.0.0", 9001), (Way.UDP, "0.0.0.0", 9001))
_dialled: list[Dialler] = []
_whole: list[Terminal] = []


@asynccontextmanager
async def from_afar() -> AsyncGenerator[None, None]:
    """Show made-up addresses instead of the ports the system happens to give; hang up at the end."""
    number = 39

    def peer(_transport: object) -> tuple[str, int]:
        nonlocal number
        number += 1
        return f"10.20.30.{number}", 50_000 + number

    with (
        patch("hhu.frontend.sockets.peer_of", peer),
        patch("hhu.screens.front_end.shown_ports", lambda _: SHOWN),
    ):
        yield
    for one in _dialled:
        await one.hang_up()
    for whole in _whole:
        await whole.stop()
    _dialled.clear()
    _whole.clear()


def front_end_of(pilot: Pilot[None]) -> FrontEnd:
    """The front end that listens."""
    front_end = app_of(pilot).desk.front_end
    assert front_end is not None
    return front_end


async def listening(pilot: Pilot[None]) -> None:
    """The page, nobody there yet."""
    await until(pilot, lambda: bool(pilot.app.screen.query(TerminalTable)))


async def dial(pilot: Pilot[None], number: int) -> Dialler:
    """A terminal logs in."""
    one = await Dialler.tcp(front_end_of(pilot).ports[0][2], Address("1122", number))
    _dialled.append(one)
    assert await one.login()
    return one


async def dial_whole(pilot: Pilot[None]) -> Terminal:
    """The emulated terminal dials in, as 1122-7788, and is served over that line."""
    whole = Terminal.create("demo", clock=LoopClock(START), boot=0.0, meter_ports=())
    _whole.append(whole)
    await whole.start()
    line = await connect_tcp("127.0.0.1", front_end_of(pilot).ports[0][2])
    login = Frame(Direction.UP, True, 9, whole.address, 0x02, Seq(1, con=True), bytes.fromhex("00000100"))
    await line.send(encode_frame(login))
    await until(pilot, lambda: front_end_of(pilot).terminal(whole.address) is not None)
    whole.attach(Channel.UPLINK, line)
    return whole


async def dialled(pilot: Pilot[None]) -> None:
    """Six dialled in: reports, heartbeats, one logged out, one hung up."""
    await listening(pilot)
    ones = [await dial(pilot, number) for number in range(0x7786, 0x778C)]
    await pilot.pause(60)
    for one in ones[:4]:
        assert await one.heartbeat()
    for number in (3, 4):
        assert await ones[0].event(number)
    assert await ones[1].event(9, con=False)
    await ones[4].logout()
    await ones[5].hang_up()
    await pilot.pause(2)


async def reported(pilot: Pilot[None]) -> None:
    """The frame of a report is explained."""
    await dialled(pilot)
    await press(pilot, "tab")
    assert pilot.app.screen.query_one(ReportTable).has_focus
    await press(pilot, "enter")
    await press(pilot, *["down"] * 14)


async def taken(pilot: Pilot[None]) -> None:
    """A whole one is worked with, while another sends its heartbeats."""
    await listening(pilot)
    await dial_whole(pilot)
    other = await dial(pilot, 0x7799)
    await pilot.pause(20)
    await press(pilot, "enter")
    await idle(pilot)
    await pilot.pause(2)
    assert await other.heartbeat()
    assert await other.event(3)
    await press(pilot, "f9")
    await pilot.pause(3)
