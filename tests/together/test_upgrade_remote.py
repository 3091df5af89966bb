"""Upgrades over the uplink: the front end and a whole terminal that dials it (device behaviour 5.4)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from core.app import Terminal
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.recorder import Trace
from core.lines.virtual_time import virtual_time
from core.simulation.network import Sockets, Target
from hhu.client.connect import Session, connect_over
from hhu.client.profiles import PROFILES
from hhu.client.upgrade.remote import Place, RemoteFlow
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import Done, Event, NeedCall, Notice, Progress, Stage, run
from hhu.frontend.front_end import FrontEnd
from tests.together.upgrading import START, Technician, shipment

LOCAL = "127.0.0.1"


class Here(Sockets):
    """Every front end is this computer: code 07 takes no loopback address (vendor extension §2.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    async def connect(self, target: Target) -> Line:
        """Connect here, whatever host was named."""
        self.lines.append(await super().connect(replace(target, host=LOCAL)))
        return self.lines[-1]


class Master(Technician):
    """Sits at a front end."""

    front_end: FrontEnd
    here: Here

    async def call(self, need: NeedCall) -> Line | None:
        """Wait until it dials in."""
        found = await self.front_end.wait_for(None, 600.0)
        return self.front_end.line(found)

    async def uplink(self) -> Session:
        """Reach the terminal on its uplink."""
        found = await self.front_end.wait_for(None, 600.0)
        profile, where = PROFILES[LineKind.LISTEN], LineAddress(LineKind.LISTEN, f"{LOCAL}:0")
        line = self.front_end.line(found)
        return await connect_over(
            where, line, self.ask, profile, Trace(500, self.clock), self.clock, address=found
        )


def dialling(
    steps: Callable[[Master, Place], Awaitable[None]], port: int, profile: str | Path = "demo"
) -> None:
    """Play in virtual time: everything is in this process, so sockets are served before time jumps."""

    async def on_stage() -> None:
        clock = LoopClock(START)
        front_end = FrontEnd(clock)
        await front_end.listen(LOCAL, port)
        master, here = (IPv4Address(LOCAL), port), Here()
        try:
            async with Terminal.create(
                profile, None, clock, boot=0.0, meter_ports=(), master=master, beyond=here
            ) as terminal:
                await terminal.booted()
                technician = Master(terminal, clock)
                technician.front_end, technician.here = front_end, here
                await steps(technician, Place(IPv4Address("192.0.2.10"), port))
        finally:
            await front_end.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def test_over_the_front_end_and_back(unused_tcp_port: int) -> None:
    """M160-M167: command over the uplink, reset, dialling in, transfer, return to its master, version."""

    async def steps(technician: Master, place: Place) -> None:
        session = await technician.uplink()
        outcome = await technician.walk(RemoteFlow(session.client, Order(shipment(100_000)), place))
        assert isinstance(outcome, Done)
        assert outcome.after == "9902 2026-11-15"
        assert technician.stages == list(Stage)
        assert Notice.COMMAND_TAKEN in technician.notices
        await session.close()

    dialling(steps, unused_tcp_port)


def test_a_lost_link_is_awaited_and_the_transfer_goes_on(unused_tcp_port: int) -> None:
    """M126, M167: the connection cut in the middle: the terminal redials, at most 16 blocks travel again."""

    async def steps(technician: Master, place: Place) -> None:
        session = await technician.uplink()
        cut: list[int] = []
        closing: list[asyncio.Task[None]] = []

        def cutting(event: Event) -> None:
            technician.events.append(event)
            if isinstance(event, Progress) and event.sent > 60_000 and not cut:
                cut.append(event.sent)
                closing.append(asyncio.create_task(technician.here.lines[-1].close()))

        flow = RemoteFlow(session.client, Order(shipment(200_000)), place)
        outcome = await run(flow, cutting, technician)
        assert isinstance(outcome, Done)
        assert cut
        assert Notice.LINK_LOST in technician.notices
        assert Notice.RESUMED in technician.notices
        assert outcome.repeated <= 16

    dialling(steps, unused_tcp_port)
