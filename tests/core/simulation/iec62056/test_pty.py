"""The driver over a pseudo-terminal: bytes only, no rates, wall time."""

import asyncio
import sys

import pytest

from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.meters.driver import Outcome, Speed
from core.meters.iec62056.driver import ReadoutDriver
from core.meters.iec62056.runner import Timings
from core.meters.iec62056.station import Habits
from core.quantities import Quantity
from core.simulation.bus import SimulatedBus
from core.simulation.iec62056.group import IecGroup
from tests.core.simulation.iec62056.stage import Worker, landis_gyr

QUICK = Timings(quiet=0.0, restart=0.05)
FAST = SerialSettings(9600)
PORT = Speed(9600, "N", 8)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
async def test_a_readout_over_a_pty():
    """M27: energies, voltages and clock of one readout; the port carries eight bits, so bit 7 is folded."""
    clock = LoopClock()
    meter = landis_gyr(Habits(fixed=9600, delay=0.01))
    bus = SimulatedBus([IecGroup([meter])], clock)
    line, path = open_pty(FAST)
    serving = asyncio.ensure_future(bus.serve(line))
    async with line, await open_serial(path, FAST) as port:
        asking = Worker(ReadoutDriver(QUICK), port, clock, PORT)
        energy, volts, time = [
            await asking.ask(quantity)
            for quantity in (Quantity.FORWARD_ACTIVE, Quantity.VOLTAGE, Quantity.CLOCK)
        ]
    serving.cancel()
    assert {energy.outcome, volts.outcome, time.outcome} == {Outcome.READ}
    assert len(asking.sent) == 2
    assert asking.sent[0].startswith(b"\xaf?")
