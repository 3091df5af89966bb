"""``hhu frontend listen`` and ``--line listen`` as processes, terminals on real sockets."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from core.app import Terminal
from core.gdw376.address import Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, encode_frame
from core.lines.tcp import connect_tcp
from core.terminal.access import Channel
from tests.hhu.dialler import Dialler

ONE = Address("1122", 0x7799)
SOURCE = str(Path(__file__).parent.parent.parent / "src")
PATIENCE = 30.0


@asynccontextmanager
async def hhu(home: Path, *words: str) -> AsyncGenerator[Process, None]:
    """Run the tool; it is ended when the test is."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hhu",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | {"HHU_HOME": str(home), "PYTHONPATH": SOURCE},
    )
    try:
        async with asyncio.timeout(PATIENCE):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def said(process: Process) -> dict[str, Any]:
    """The next object on stdout."""
    assert process.stdout is not None
    return json.loads(await process.stdout.readline())


async def test_listening_tells_what_happens(tmp_path: Path) -> None:
    """One object per login, heartbeat, event, logout and loss, over TCP and UDP."""
    async with hhu(tmp_path, "frontend", "listen", "--tcp", "0", "--udp", "0", "--json") as process:
        tcp, udp = [(await said(process))["address"].rpartition(":")[2] for _ in range(2)]
        terminal = await Dialler.tcp(int(tcp), ONE)
        assert await terminal.login()
        assert await terminal.heartbeat()
        assert await terminal.event(7)
        events = [await said(process) for _ in range(3)]
        assert [each["event"] for each in events] == ["login", "heartbeat", "report"]
        assert {each["address"] for each in events} == {"1122-7799"}
        assert events[0]["by"] == "login"
        record = events[2]["frame"]["units"][0]["value"]["records"][0]
        assert record["erc"] == 14
        again = await Dialler.udp(int(udp), ONE)
        assert await again.login()
        replaced = await said(process)
        assert (replaced["event"], replaced["replaced"], replaced["transport"]) == ("login", True, "udp")
        assert await again.logout()
        assert (await said(process))["event"] == "logout"
        for one in (terminal, again):
            await one.hang_up()
        process.terminate()


async def test_any_command_waits_for_its_terminal(tmp_path: Path, unused_tcp_port: int) -> None:
    """``--line listen`` takes the terminal of ``--address``, not the first, and reads it as on any line."""
    where = f"listen:127.0.0.1:{unused_tcp_port}"
    words = ("read", "apn", "--line", where, "--address", "1122-7788", "--timeout", "20", "--json")
    async with Terminal.create("demo", boot=0.0, meter_ports=()) as whole, hhu(tmp_path, *words) as process:
        assert process.stderr is not None
        assert b"waiting for 1122-7788" in await process.stderr.readline()
        other = await Dialler.tcp(unused_tcp_port, ONE)
        assert await other.login()
        line = await connect_tcp("127.0.0.1", unused_tcp_port)
        login = Frame(Direction.UP, True, 9, whole.address, 0x02, Seq(1, con=True), bytes.fromhex("00000100"))
        await line.send(encode_frame(login))
        whole.attach(Channel.UPLINK, line)
        out, _ = await process.communicate()
        assert process.returncode == 0
        assert json.loads(out.splitlines()[0])["value"] == "CMNET"
        await other.hang_up()
