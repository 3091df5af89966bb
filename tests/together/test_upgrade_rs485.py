"""Upgrades over RS485: the tool and a whole terminal (device behaviour 5.3)."""

from hhu.client.upgrade.rs485 import Rs485Flow
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import Done, Stage
from tests.together.upgrading import Technician, shipment, upgrading


def test_from_infrared_to_the_new_version() -> None:
    """M151-M158: command over infrared, cable change, call by address, transfer, restart, version."""

    async def steps(technician: Technician) -> None:
        session = await technician.connect()
        outcome = await technician.walk(Rs485Flow(session.client, Order(shipment())))
        assert isinstance(outcome, Done)
        assert outcome.after == "9902 2026-11-15"
        assert technician.stages == list(Stage)
        await session.close()

    upgrading(steps)
