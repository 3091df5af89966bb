"""The terminal's uplink over real sockets on loopback: TCP, UDP, and a terminal that listens (M26, M131)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from core.app import Terminal
from core.errors import LineError
from core.gdw376.message import Item, encode_query, items_of
from core.gdw376.units.afn04 import MasterStation, TerminalIp, UplinkMode, WorkMode
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.tcp import connect_tcp, listen_tcp
from core.lines.udp import listen_udp
from core.simulation.network import Sockets
from core.terminal.factory import DEFAULTS
from tests.core.channels.fep import OWN, Fep
from tests.core.handset import START

LOOPBACK = IPv4Address("127.0.0.1")
FAST = 200.0
"""Seconds of the terminal per second: module and network take 12."""


def clock() -> LoopClock:
    return LoopClock(START, FAST)


def work(role: int, *, udp: bool) -> UplinkMode:
    return UplinkMode(WorkMode(1, role, int(udp)), 60, 3, 5, frozenset())


@pytest.mark.parametrize("udp", [False, True], ids=["TCP", "UDP"])
async def test_a_terminal_dials_a_real_master(udp: bool):
    """Login and a question over a real socket."""
    feps: asyncio.Queue[Fep] = asyncio.Queue()
    time = clock()

    def on_line(line: Line) -> None:
        feps.put_nowait(Fep(line, time, lambda _: True))

    server = await (listen_udp if udp else listen_tcp)(str(LOOPBACK), 0, on_line)
    async with Terminal.create(
        "demo", None, time, boot=0.0, meter_ports=(), master=(LOOPBACK, server.port)
    ) as terminal:
        if udp:
            terminal.concentrator.configure([work(1, udp=True)], 0)
        async with asyncio.timeout(5):
            fep = await feps.get()
            (item,) = items_of(await fep.exchange(0x0C, b"".join(encode_query([Item(0, 2)]))))
        assert item.fn == 2
        assert fep.said()[0] == (0x02, 1)
        assert terminal.facts().uplink.transport == ("UDP" if udp else "TCP")
    await server.close()
    fep.task.cancel()


async def test_a_listening_terminal_is_called():
    """Server mode (M98): the master connects to the port of F7 and is answered."""
    own = DEFAULTS[7]
    assert isinstance(own, TerminalIp)
    port = await _free_port()
    time = clock()
    terminal = Terminal.create("demo", None, time, boot=0.0, meter_ports=(), beyond=Sockets(str(LOOPBACK)))
    terminal.concentrator.parameters.write([replace(own, listen_port=port), work(2, udp=False)])
    async with terminal:
        line = await _connected(port)
        fep = Fep(line, time, lambda _: True)
        answer: Any = await fep.exchange(0x0C, b"".join(encode_query([Item(0, 2)])))
        assert answer.address == OWN.by(1)
        await line.close()


async def test_a_master_that_is_not_there_refuses():
    """A closed port on loopback: the failure names connecting as the obstacle."""
    time = clock()
    async with Terminal.create(
        "demo", None, time, boot=0.0, meter_ports=(), master=(LOOPBACK, await _free_port())
    ) as terminal:
        uplink = terminal.concentrator.uplink
        async with asyncio.timeout(5):
            while uplink.last_error is None:
                await time.sleep(1)
        assert uplink.last_error.obstacle.value == "connect"


async def test_only_a_profile_or_the_command_line_opens_the_real_network(tmp_path: Path):
    """The built-in demo reaches nobody, not even a listener on its own computer."""
    callers: list[Line] = []
    server = await listen_tcp(str(LOOPBACK), 0, callers.append)
    station = MasterStation(LOOPBACK, server.port, IPv4Address(0), 0, "CMNET")
    profile = tmp_path / "real.toml"
    profile.write_text(
        "[network]\nreal = true\n[surroundings]\nsim = true\ncsq = 20\n"
        f'[parameters.master-station]\nmain_ip = "{LOOPBACK}"\nmain_port = {server.port}\n'
    )
    await _lived("demo", lambda terminal: terminal.concentrator.parameters.write([station]))
    assert callers == []
    await _lived(profile, lambda terminal: None)
    assert len(callers) == 1
    await server.close()


async def _lived(profile: str | Path, prepare: Callable[[Terminal], object]) -> None:
    """Let a terminal live until it has dialled."""
    time = clock()
    terminal = Terminal.create(profile, None, time, boot=0.0, meter_ports=())
    prepare(terminal)
    async with terminal:
        await time.sleep(20)


async def _free_port() -> int:
    server = await listen_tcp(str(LOOPBACK), 0, lambda _: None)
    await server.close()
    return server.port


async def _connected(port: int) -> Line:
    """Connect as soon as somebody listens."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await connect_tcp(str(LOOPBACK), port)
            except LineError:
                await asyncio.sleep(0.02)
