"""Upgrades over RS485: the tool and a whole terminal (device behaviour 5.3)."""

import asyncio
from contextlib import suppress

import pytest

from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.faults import Faults
from core.lines.line import RS485
from core.lines.memory import memory_line
from core.lines.recorder import Trace
from core.terminal.access import Channel
from hhu.client.connect import Session, connect_over
from hhu.client.profiles import PROFILES
from hhu.client.upgrade.asking import leave_download, running
from hhu.client.upgrade.rs485 import Rs485Flow
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import (
    Done,
    Event,
    Failed,
    Failure,
    Flow,
    NeedCable,
    Notice,
    Progress,
    Stage,
    run,
)
from tests.together.upgrading import OLD, Technician, shipment, upgrading

OWN = Address("1122", 0x7788)
BURST = 16
"""Blocks that travel before the terminal says a word."""


async def on_the_cable(technician: Technician, seed: int = 0) -> Session:
    """Reach the terminal over 485_3 alone."""
    near, far = memory_line(RS485, technician.clock, half_duplex=True, seed=seed)
    technician.cable_wires.append(near.wire)
    technician.terminal.attach(Channel.RS485, far)
    where, profile = LineAddress(LineKind.EMULATOR), PROFILES[LineKind.RS485]
    trace = Trace(200, technician.clock)
    return await connect_over(where, near, technician.ask, profile, trace, technician.clock)


async def sent_so_far(technician: Technician, flow: Flow, enough: int) -> None:
    """Let a flow run until so many bytes are acknowledged, then kill the tool."""
    reached = asyncio.Event()

    def tell(event: Event) -> None:
        if isinstance(event, Progress) and event.sent >= enough:
            reached.set()

    walking = asyncio.create_task(run(flow, tell, technician))
    await reached.wait()
    walking.cancel()
    with suppress(asyncio.CancelledError):
        await walking


def test_from_infrared_to_the_new_version() -> None:
    """M151-M158: command over infrared, cable change, call by address, transfer, restart, version."""

    async def steps(technician: Technician) -> None:
        session = await technician.connect()
        outcome = await technician.walk(Rs485Flow(session.client, Order(shipment())))
        assert isinstance(outcome, Done)
        assert outcome.after == "9902 2026-11-15"
        assert technician.stages == list(Stage)
        needs = [one for one in technician.events if isinstance(one, NeedCable)]
        assert needs == [NeedCable("1122-7788", default_address=False)]
        await session.close()

    upgrading(steps)


def test_a_killed_tool_resumes_on_the_cable() -> None:
    """M126: the tool killed in the middle: a new one, on the cable alone, sends what is missing."""

    async def steps(technician: Technician) -> None:
        package = shipment(150_000)
        session = await technician.connect()
        await sent_so_far(technician, Rs485Flow(session.client, Order(package)), 60_000)
        await session.close()
        again = await on_the_cable(technician)
        known = await running(again.client)
        assert known.identity is not None
        kept = known.identity.units - known.identity.units_missing
        assert kept * 256 >= 60_000 - 16 * 4096
        outcome = await technician.walk(Rs485Flow(again.client, Order(package)))
        assert isinstance(outcome, Done)
        assert technician.notices[:2] == [Notice.ALREADY_WAITING, Notice.RESUMED]
        await again.close()

    upgrading(steps)


def test_a_power_cut_in_the_middle() -> None:
    """M126: the terminal restarts in a burst: at most 16 blocks of what it had, and that burst, repeat."""

    async def steps(technician: Technician) -> None:
        session = await technician.connect()
        cut: list[int] = []

        def tell(event: Event) -> None:
            technician.events.append(event)
            if isinstance(event, Progress) and event.sent > 60_000 and not cut:
                cut.append(event.sent)
                technician.terminal.restart()

        outcome = await run(Rs485Flow(session.client, Order(shipment(150_000))), tell, technician)
        assert isinstance(outcome, Done)
        assert cut
        assert outcome.repeated <= 16 + BURST
        assert technician.notices.count(Notice.RESUMED) == 1
        await session.close()

    upgrading(steps)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_noisy_cable(seed: int) -> None:
    """Bit errors of 1e-5 cost repetitions, never the file; the terminal's own check is the judge."""

    async def steps(technician: Technician) -> None:
        technician.faults, technician.cables = Faults(bit_errors=1e-5), seed
        session = await technician.connect()
        outcome = await technician.walk(Rs485Flow(session.client, Order(shipment(200_000))))
        assert isinstance(outcome, Done)
        assert outcome.repeated > 0
        await session.close()

    upgrading(steps)


def test_a_closed_switch_blocks() -> None:
    """M143: with the switch closed nothing is sent; the preflight says so beside everything else."""

    async def steps(technician: Technician) -> None:
        technician.terminal.concentrator.access.close_programming()
        session = await technician.connect()
        outcome = await technician.walk(Rs485Flow(session.client, Order(shipment(100, OLD))))
        assert isinstance(outcome, Failed)
        assert outcome.reason is Failure.BLOCKED
        assert outcome.note.startswith("older 1.02 2026-10-08 > 0001 2020-01-01, switch")
        assert technician.stages == []
        await session.close()

    upgrading(steps)


def test_an_older_version_by_the_typed_address() -> None:
    """V2: typing the terminal's address forces the older version; another address does not."""

    async def steps(technician: Technician) -> None:
        session = await technician.connect()
        wrong = Order(shipment(3000, OLD), override=Address("1122", 0x7789))
        assert isinstance(await technician.walk(Rs485Flow(session.client, wrong)), Failed)
        right = Order(shipment(3000, OLD), override=OWN)
        outcome = await technician.walk(Rs485Flow(session.client, right))
        assert isinstance(outcome, Done)
        assert outcome.after == "0001 2020-01-01"
        await session.close()

    upgrading(steps)


def test_no_cable_stops_and_the_mode_can_be_left() -> None:
    """L4: without the cable it ends, resumable; leaving the mode brings the terminal back."""

    async def steps(technician: Technician) -> None:
        technician.cables = 0
        session = await technician.connect()
        outcome = await technician.walk(Rs485Flow(session.client, Order(shipment(3000))))
        assert isinstance(outcome, Failed)
        assert (outcome.reason, outcome.resumable) == (Failure.STOPPED, True)
        await technician.clock.sleep(30)
        cable = await on_the_cable(technician)
        await leave_download(cable.client)
        await technician.clock.sleep(40)
        known = await running(cable.client)
        assert known.identity is not None
        assert known.identity.mode == 0
        await session.close()
        await cable.close()

    upgrading(steps)
