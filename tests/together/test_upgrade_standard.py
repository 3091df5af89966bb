"""Upgrades by segments of AFN 0F: the tool and a whole terminal (vendor extension part 4)."""

import asyncio
from pathlib import Path

import pytest

from core.gdw376.unit import Edition
from core.lines.faults import Faults
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import Done, Failed, Failure, Notice, Noticed, Stage
from hhu.client.upgrade.standard import StandardFlow
from tests.together.test_upgrade_rs485 import on_the_cable, sent_so_far
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


@pytest.mark.parametrize("cut", [False, True], ids=["tool", "power"])
def test_a_terminal_of_2012_tells_what_is_missing(cut: bool, tmp_path: Path) -> None:
    """0C F14: the tool killed, or the power cut too: only what is missing travels (part A §11)."""
    profile = tmp_path / "2013.toml"
    profile.write_text('[identity]\nprotocol_name = "376.1-2013"\n', "utf-8")

    async def steps(technician: Technician) -> None:
        package = shipment(60_000)
        session = await on_the_cable(technician)
        session.client.edition = Edition.ADDED_2012
        await sent_so_far(technician, StandardFlow(session.client, Order(package)), 30_000)
        if cut:
            technician.terminal.restart()
        await technician.clock.sleep(90.0)  # a minute after the last segment another transfer may begin
        technician.terminal.concentrator.access.open_programming()
        outcome = await technician.walk(StandardFlow(session.client, Order(package)))
        assert isinstance(outcome, Done)
        noticed = [one for one in technician.events if isinstance(one, Noticed)]
        (resumed,) = (one for one in noticed if one.notice is Notice.RESUMED)
        assert resumed.number * 256 >= 30_000
        assert outcome.repeated == 0
        await session.close()

    upgrading(steps, profile, meter_ports=())
