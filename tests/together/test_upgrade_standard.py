"""Upgrades by segments of AFN 0F: the tool and a whole terminal (vendor extension part 4)."""

import asyncio

from core.lines.faults import Faults
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import Done, Failed, Failure, Notice, Stage
from hhu.client.upgrade.standard import StandardFlow
from tests.together.test_upgrade_rs485 import on_the_cable
from tests.together.upgrading import Technician, shipment, upgrading


async def keep_open(technician: Technician) -> None:
    """Hold the key anew before the switch closes: each segment is an act of its own (9.3)."""
    while True:
        technician.terminal.concentrator.access.open_programming()
        await technician.clock.sleep(60)


def test_segments_to_the_new_version() -> None:
    """M160: in normal mode, no cable change; the version read back proves it."""

    async def steps(technician: Technician) -> None:
        session = await on_the_cable(technician)
        outcome = await technician.walk(StandardFlow(session.client, Order(shipment(50_000))))
        assert isinstance(outcome, Done)
        assert technician.stages == list(Stage)
        assert outcome.repeated == 0
        await session.close()

    upgrading(steps)


def test_the_length_follows_the_damage() -> None:
    """Bit errors of 1e-4: smaller segments, and a package that arrived damaged unnoticed is sent again."""

    async def steps(technician: Technician) -> None:
        session = await on_the_cable(technician, seed=1)
        technician.cable_wires[-1].faults = Faults(bit_errors=1e-4)
        holding = asyncio.create_task(keep_open(technician))
        outcome = await technician.walk(StandardFlow(session.client, Order(shipment(30_000))))
        holding.cancel()
        assert isinstance(outcome, Done)
        assert Notice.STARTED_OVER in technician.notices
        assert Notice.HALVED in technician.notices
        assert outcome.repeated > 0
        await session.close()

    upgrading(steps)


def test_a_switch_that_closes_can_be_gone_on_from() -> None:
    """The switch closes after 2 min: told by its code, resumable, the old program runs on."""

    async def steps(technician: Technician) -> None:
        session = await on_the_cable(technician)
        flow = StandardFlow(session.client, Order(shipment(30_000)))
        technician.cable_wires[-1].faults = Faults(bit_errors=2e-4)
        outcome = await technician.walk(flow)
        assert isinstance(outcome, Failed)
        assert (outcome.reason, outcome.code, outcome.resumable) == (Failure.COMMAND, 0x0B, True)
        await session.close()

    upgrading(steps)


def test_a_wrong_password_ends_it() -> None:
    """Level admin: a refused password ends it before any byte is kept."""

    async def steps(technician: Technician) -> None:
        technician.password = "123456"
        session = await on_the_cable(technician)
        outcome = await technician.walk(StandardFlow(session.client, Order(shipment(3000))))
        assert isinstance(outcome, Failed)
        assert (outcome.reason, outcome.code) == (Failure.COMMAND, 3)
        await session.close()

    upgrading(steps)
