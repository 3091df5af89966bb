"""The port worker of the terminal reads EDMI, ALPHA and DL/T 645 on one bus, by the codes of the archive."""

import asyncio

from core.channels.meter_bus import MeterBus
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.meters.driver import Outcome
from core.meters.drivers import ALPHA, DLT645_2007, EDMI
from core.quantities import Quantity, Wanted
from core.simulation.alpha.group import AlphaGroup
from core.simulation.alpha.meter import AlphaMeter
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.physics.meter import Meter as Thing
from core.simulation.physics.plate import Kind, Plate
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, BroadcastFreeze, BroadcastTime, Purpose
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script
from tests.core.simulation.edmi.test_meters import played
from tests.core.simulation.stage import NOW

ADDRESSES = {DLT645_2007: "000000000042", EDMI: "000212039174", ALPHA: "000000000048"}
Q = Quantity


def archived(point: int, protocol: int) -> Meter:
    return Meter(
        point, point, 1, 0, protocol, ADDRESSES[protocol], bytes(6), 4, 6, 2, "", 4, 0, "", False, False
    )


def test_a_port_with_three_families():
    """M27, M28: codes 8 and 10 beside 30 on one port, each at its own speed; broadcasts pass them by."""

    async def play(clock: LoopClock) -> Script:
        chinese, red, square = (Thing(Plate(7, Kind.THREE_PHASE, one), NOW) for one in ADDRESSES.values())
        groups = [
            Dlt645Group([Dlt645Meter(chinese)]), EdmiGroup([EdmiMeter(red)]), AlphaGroup([AlphaMeter(square)])
        ]  # fmt: skip
        line = SimulatedBus(groups, clock).line(SerialSettings(2400, 8, "E", 1))
        meters = tuple(archived(point, protocol) for point, protocol in enumerate(ADDRESSES, 1))
        wanted = [Wanted(quantity) for quantity in (Q.FORWARD_ACTIVE, Q.VOLTAGE, Q.CLOCK, Q.STATUS)]
        asks = [Ask(meter, one, Purpose.DAY) for meter in (*meters, *meters) for one in wanted]
        script = Script(BroadcastTime(1), BroadcastFreeze(1), *asks, archived=meters)
        store = Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script)
        running = asyncio.create_task(worker.run())
        await script.over.wait()
        running.cancel()
        store.close()
        return script

    script = played(play)
    outcomes = [answer.outcome for answer in script.answers]
    assert outcomes.count(Outcome.UNSUPPORTED) == 6, "EDMI has no status words, ALPHA neither these nor volts"
    assert outcomes.count(Outcome.READ) == 18
    read = [answer for answer in script.answers if answer.outcome is Outcome.READ]
    assert all(answer.tries == 1 for answer in read)
    assert all(answer.tries <= 1 for answer in script.answers), "what a driver knows needs no send"
    assert len(script.sent) == 2
