"""The port worker of the terminal reads meters of two families on one bus, by the codes of the archive."""

import asyncio

from core.channels.meter_bus import MeterBus
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.meters.driver import Outcome
from core.meters.drivers import DLT645_2007, LANDIS_GYR_B, LANDIS_GYR_D
from core.meters.iec62056.dialects import SHORT
from core.quantities import Quantity, Wanted
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.physics.meter import Meter as Thing
from core.simulation.physics.plate import Kind, Plate
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, BroadcastFreeze, BroadcastTime, Purpose
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script
from tests.core.simulation.iec62056.stage import played
from tests.core.simulation.stage import NOW

CHINESE, ZMD, ZFB = "000000000042", "000084285674", "000084285675"
Q = Quantity


def archived(point: int, protocol: int, address: str) -> Meter:
    return Meter(point, point, 1, 0, protocol, address, bytes(6), 4, 6, 2, "", 4, 0, "", False, False)


def test_a_port_with_two_families():
    """M27, M28: codes 4 and 6 beside 30 on one port, each at its own speed; broadcasts pass them by."""

    async def play(clock: LoopClock) -> Script:
        physical = [Thing(Plate(at, Kind.THREE_PHASE, a), NOW) for at, a in enumerate((CHINESE, ZMD, ZFB))]
        chinese, zmd, zfb = physical
        groups = [
            Dlt645Group([Dlt645Meter(chinese)]),
            IecGroup([IecMeter(zmd), IecMeter(zfb, look=Look(SHORT))]),
        ]
        line = SimulatedBus(groups, clock).line(SerialSettings(2400, 8, "E", 1))
        meters = (
            archived(1, DLT645_2007, CHINESE), archived(2, LANDIS_GYR_D, ZMD), archived(3, LANDIS_GYR_B, ZFB)
        )  # fmt: skip
        wanted = [Wanted(quantity) for quantity in (Q.FORWARD_ACTIVE, Q.VOLTAGE, Q.CLOCK, Q.STATUS)]
        asks = [Ask(meter, one, Purpose.DAY) for meter in (*meters, *meters) for one in wanted]
        script = Script(BroadcastTime(1), BroadcastFreeze(1), *asks, archived=meters)
        store = Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        running = asyncio.create_task(
            MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script).run()
        )
        await script.over.wait()
        running.cancel()
        store.close()
        return script

    script = played(play)
    outcomes = [answer.outcome for answer in script.answers]
    assert outcomes.count(Outcome.UNSUPPORTED) == 4, "a readout has no status words"
    assert outcomes.count(Outcome.READ) == 20
    assert len(script.sent) == 2
