"""One port with meters of many families: odd ones among them, and the same over pseudo-terminals."""

import asyncio
import sys
from datetime import datetime

import pytest

from core.channels.meter_bus import MeterBus
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.virtual_time import virtual_time
from core.meters.driver import Answer, Outcome
from core.meters.iec62056.station import Habits
from core.meters.mapping import ALPHA, EDMI, LANDIS_GYR_D
from core.quantities import Quantity, Wanted
from core.simulation.bus import SimulatedBus
from core.simulation.families import groups_of
from core.simulation.iec62056.meter import IecMeter
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.simulation.population import Population, population
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.archive import Meter as Archived
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script
from tests.core.channels.test_meter_bus_with_meters import archived

NOW = datetime(2026, 11, 20, 8, 30)
Q = Quantity
ODD = "000084285674"


async def read(script: Script, line: Line, clock: LoopClock) -> float:
    """Seconds a worker needs for all that the script wants."""
    store = Store(None)
    terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
    terminal.power_up()
    begin = clock.monotonic()
    running = asyncio.create_task(
        MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script).run()
    )
    await script.over.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    store.close()
    return clock.monotonic() - begin


def people() -> Population:
    return population(7, NOW, ports=(1,), tariff_control=1, families={EDMI: 1, ALPHA: 1, "wasion-4.1": 1})


def odd_among(habits: Habits) -> tuple[Answer, list[Answer]]:
    """What a meter with these habits said, asked between sound ones of other families, and what they said."""
    area = people()

    async def play() -> Script:
        clock = LoopClock(NOW)
        odd = IecMeter(Meter(Plate(3, Kind.THREE_PHASE, ODD), NOW), habits=habits)
        meters = [(one.family, one.meter) for one in area.placed]
        bus = SimulatedBus(groups_of([*meters, (LANDIS_GYR_D, odd)]), clock)
        strange = Archived(9, 9, 1, 0, 4, ODD, bytes(6), 4, 6, 2, "", 4, 0, ODD)
        asked = [m for one in area.placed for m in (strange, archived(one))]
        script = Script(*(Ask(one, Wanted(Q.FORWARD_ACTIVE), Purpose.DAY) for one in asked))
        await read(script, bus.line(SerialSettings(2400, 8, "E", 1)), clock)
        return script

    with virtual_time() as runner:
        answers = runner.run(play()).answers
    return answers[0], answers[1::2]


@pytest.mark.parametrize(
    ("habits", "tries"),
    [(Habits(), 1), (Habits(late=12), 2), (Habits(stays=True), 3), (Habits(delay=1.5), 1)],
    ids=["sound", "changes late", "never changes", "slow to answer"],
)
def test_a_meter_that_changes_its_rate_late(habits: Habits, tries: int) -> None:
    """Meter protocols §5.2: it is read all the same, and the next meters find the line at their speed."""
    odd, others = odd_among(habits)
    assert (odd.outcome, odd.tries) == (Outcome.READ, tries), odd.reason
    assert [(one.outcome, one.tries) for one in others] == [(Outcome.READ, 1)] * 4


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
async def test_four_families_over_a_pty() -> None:
    """M28: real bytes at real speed: every meter is read at once, none twice."""
    clock, area = LoopClock(NOW), people()
    fast = SerialSettings(9600, 8, "E", 1)
    bus = area.bus(1, clock)
    line, path = open_pty(fast, clock)
    serving = asyncio.create_task(bus.serve(line))
    items = (Q.FORWARD_ACTIVE, Q.CLOCK)
    script = Script(*(Ask(archived(one), Wanted(q), Purpose.DAY) for one in area.placed for q in items))
    async with line, await open_serial(path, fast) as port:
        seconds = await read(script, port, clock)
    serving.cancel()
    assert [(one.outcome, one.tries) for one in script.answers] == [(Outcome.READ, 1)] * 8
    assert seconds < 10.0
