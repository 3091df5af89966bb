"""A port worker and meters with a real pseudo-terminal between them, paced as 2400 8E1 and 1200 8E1."""

import asyncio
import sys

import pytest

from core.channels.meter_bus import MeterBus
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.meters.driver import Outcome
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import AT_2400, ENERGY, FIVE, START, Lamp, Script, ask, meter, serve
from tests.core.meters.dlt645.scripted import V1997, Table

pytestmark = [
    pytest.mark.port,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals"),
]
FASTER = 20.0
"""Seconds of the terminal per second, so that the wire time of 1200 baud is short here."""


async def test_meters_of_two_speeds_behind_a_pseudo_terminal():
    """It carries neither speed nor parity: the terminal's end paces, and changes pace from meter to meter."""
    clock = LoopClock(START, FASTER)
    store = Store(None)
    terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
    terminal.power_up()
    near, path = open_pty(AT_2400, clock)
    far = await open_serial(path, SerialSettings(2400, 8, "E", 1))
    old = Table({"901F": FIVE[:1]}, V1997, "000000000002")
    meters = asyncio.create_task(serve(far, (Table(ENERGY), old), clock))
    script = Script(ask(), ask(of=meter(1, "000000000002")), ask(), ask(of=meter(address="000000000009")))
    lamp = Lamp(lambda: near)
    worker = asyncio.create_task(MeterBus(terminal, 1, near, clock, lamp, script, script).run())
    begin = clock.monotonic()
    await script.over.wait()
    elapsed = clock.monotonic() - begin
    for task in (worker, meters):
        task.cancel()
    await asyncio.gather(worker, meters, return_exceptions=True)
    await far.close()
    await near.close()
    store.close()
    assert [one.outcome for one in script.answers] == [Outcome.READ] * 3 + [Outcome.SILENT]
    assert lamp.speeds == [2400, 1200, 2400, 2400, 2400]
    wire = AT_2400.wire_time(2 * (20 + 36)) + SerialSettings(1200, 8, "E", 1).wire_time(18 + 22)
    assert wire < elapsed - 2.0 < wire + 8.0
