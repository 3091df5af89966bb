import asyncio
import os
import sys
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from random import Random

from core.errors import LineError
from core.gdw376.units.afn04 import MasterStation
from core.lines.pace import LoopClock
from core.lines.tcp import connect_tcp
from tests.core.handset import Handset, Silence

ROOT = Path(__file__).parents[2]
STATION = MasterStation(IPv4Address("10.20.30.40"), 0, IPv4Address(0), 0, "cmiot")


async def cabinet(state: Path) -> tuple[asyncio.subprocess.Process, int]:
    """Start a terminal as another program; return it and its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("cabinet.py")),
        str(state),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


async def set_until_killed(handset: Handset, number: int) -> int:
    """Write rising numbers until the terminal is gone; return the last one confirmed."""
    while True:
        try:
            port = replace(STATION, main_port=number + 1, standby_port=number + 1)
            assert await handset.order(0x04, port) == 0
        except (LineError, Silence):
            return number
        number += 1


async def test_a_killed_terminal_has_every_confirmed_parameter(tmp_path: Path):
    """Killed without warning while parameters stream in, three times over: nothing confirmed is lost."""
    moments, confirmed = Random(1088), 0
    for _ in range(3):
        process, port = await cabinet(tmp_path)
        line = await connect_tcp("127.0.0.1", port)
        handset = Handset(line, LoopClock())
        (before,) = await handset.ask(0x0A, 3)
        assert isinstance(before, MasterStation)
        if confirmed:
            assert before.main_port == before.standby_port
            assert before.main_port in (confirmed, confirmed + 1)
            confirmed = before.main_port
        asyncio.get_running_loop().call_later(moments.uniform(0.01, 0.15), process.kill)
        confirmed = await set_until_killed(handset, confirmed)
        await process.wait()
        await line.close()
    assert confirmed > 3
