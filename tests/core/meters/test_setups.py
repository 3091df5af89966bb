"""How a profile says how meters are set up reaches the drivers (meter protocols §1, consequence 2)."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from core.channels.meter_bus import MeterBus
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Answer
from core.meters.families import Families
from core.meters.iec62056.dialects import OBIS
from core.meters.iec62056.values import RATES_ASSUMED
from core.meters.setup_table import Given
from core.quantities import Quantity, Wanted
from core.simulation.alpha.group import AlphaGroup
from core.simulation.alpha.meter import AlphaMeter
from core.simulation.bus import SimulatedBus
from core.simulation.edmi.contents import Habits
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.groups import Group
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.simulation.shown import Shown
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.archive import Meter as Archived
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script

NOW = datetime(2026, 11, 20, 8, 30)
Q = Quantity
EDMI, ALPHA, LANDIS_GYR_D = 10, 8, 4


def thing(address: str) -> Meter:
    return Meter(Plate(3, Kind.THREE_PHASE, address), NOW)


def asked(code: int, meter: Meter, group: Group, setups: dict[str, Given], quantity: Quantity) -> Answer:
    """The answer of a meter under a code, with these set-ups."""

    async def play() -> Answer:
        clock, store = LoopClock(NOW), Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        line = SimulatedBus([group], clock).line(SerialSettings(2400, 8, "E", 1))
        one = Archived(1, 1, 1, 0, code, meter.plate.address, bytes(6), 4, 6, 2, "", 4, 0, "")
        script = Script(Ask(one, Wanted(quantity), Purpose.DAY))
        families = Families(setups=setups)
        worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script, families)
        running = asyncio.create_task(worker.run())
        await script.over.wait()
        running.cancel()
        store.close()
        return script.answers[0]

    with virtual_time() as runner:
        return runner.run(play())


@pytest.mark.parametrize("key", ["edmi", "10"])
def test_channels_of_an_edmi_meter_that_tells_none(key: str) -> None:
    """§3.5: import on channel 0 and export on 1, as another user's meters have it; by driver or by code."""
    meter = thing("000212039174")
    habits = Habits(tells_map=False, channels={Q.FORWARD_ACTIVE: 0, Q.REVERSE_ACTIVE: 1})
    setups: dict[str, Given] = {key: {"mk6": {"forward-active": 0, "reverse-active": 1}}}
    answer = asked(EDMI, meter, EdmiGroup([EdmiMeter(meter, habits)]), setups, Q.REVERSE_ACTIVE)
    shown = Shown(meter).energies(2, NOW)
    assert isinstance(answer.value, tuple)
    assert answer.value[0] == pytest.approx(shown[0], abs=1)


def test_blocks_and_rates_of_an_alpha_meter() -> None:
    """§4.3: without a map the configured codes count; rates in another order give other tariffs."""
    meter = thing("000000000048")
    group = AlphaGroup([AlphaMeter(meter, tells_map=False)])
    usual = asked(ALPHA, meter, group, {}, Q.FORWARD_ACTIVE)
    setups: dict[str, Given] = {"alpha": {"rates": [0, 1, 2, 3], "usual": ["40", "80"]}}
    other = asked(ALPHA, meter, group, setups, Q.REVERSE_ACTIVE)
    assert isinstance(usual.value, tuple)
    assert isinstance(other.value, tuple)
    assert other.value[0] == pytest.approx(usual.value[0], abs=1)
    order = [usual.value[place] for place in (2, 3, 4, 1)]
    assert [*other.value[1:]] == [pytest.approx(one, abs=1) for one in order]


def test_codes_and_rates_of_a_readout() -> None:
    """§5.4: a meter that shows its energy under other codes, and whose rates are known, not assumed."""
    meter = thing("000084285674")
    (row,) = OBIS.registers[Q.FORWARD_ACTIVE]
    mine = replace(row, total="15.8.0", rates="15.8.")
    dialect = replace(OBIS, registers=OBIS.registers | {Q.FORWARD_ACTIVE: (mine,)}, rates=(1, 2, 3, 4))
    group = IecGroup([IecMeter(meter, look=Look(dialect))])
    registers = {"forward-active": {"total": "15.8.0", "rates": "15.8.", "unit": "kWh"}}
    setups: dict[str, Given] = {"landis-gyr-d": {"rates": [1, 2, 3, 4], "obis": {"registers": registers}}}
    answer = asked(LANDIS_GYR_D, meter, group, setups, Q.FORWARD_ACTIVE)
    assert isinstance(answer.value, tuple)
    assert None not in answer.value
    assert RATES_ASSUMED not in answer.reason
