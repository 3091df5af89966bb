"""Five thousand terminals in one front end: memory, heartbeats answered, frames per second.

The front end runs in a process of its own (``python -m tests.bench.front_end``), the terminals in this one;
between them are real sockets on loopback. Where the system allows fewer descriptors, the rest dials by UDP.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any, cast

from core.gdw376.address import Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, encode_frame
from core.lines.pace import LoopClock
from hhu.frontend.descriptors import allow_descriptors
from hhu.frontend.front_end import FrontEnd

TERMINALS = 5000
BEATS_PER_SECOND = 1000
"""Five thousand terminals with heartbeats every 15 min send 5.6/s; this is 180 times as many."""
SECONDS = 5.0
AT_ONCE = 100
BURST = 40
"""Heartbeats in a row of each terminal, for the frames per second."""
SPARE = 200


@dataclass(frozen=True, slots=True)
class House:
    """What was measured."""

    terminals: int
    tcp: int
    mebibytes: float
    """Resident memory of the front end at its greatest, the interpreter included."""
    p99: float
    """Seconds from a heartbeat sent to its confirmation received."""
    unanswered: int
    per_second: float
    """Frames answered when all send at once."""
    cpu_per_frame: float
    """Seconds of CPU of the front end."""


def link_test(number: int, fn: int) -> bytes:
    """A login (1) or heartbeat (3) of one of the terminals."""
    address = Address(f"{1000 + number // 50_000:04d}", number % 50_000 + 1)
    payload = bytes([0, 0, 1 << (fn - 1), 0])
    return encode_frame(Frame(Direction.UP, True, 9, address, 0x02, Seq(number & 15, con=True), payload))


class Beating(asyncio.Protocol, asyncio.DatagramProtocol):
    """One terminal."""

    def __init__(self, number: int) -> None:
        self.login, self.beat = link_test(number, 1), link_test(number, 3)
        self.transport: Any = None
        self.got = 0
        self.sent_at: float | None = None
        self.waits: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send(self.login)

    def send(self, data: bytes) -> None:
        if isinstance(self.transport, asyncio.DatagramTransport):
            self.transport.sendto(data)
        else:
            self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        self.got += len(data) // 20
        if self.sent_at is not None:
            self.waits.append(time.perf_counter() - self.sent_at)
            self.sent_at = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.data_received(data)

    def pulse(self) -> None:
        if self.sent_at is None:
            self.sent_at = time.perf_counter()
            self.send(self.beat)


def measure(terminals: int = TERMINALS) -> House:
    """Run it all; takes some ten seconds."""
    return asyncio.run(_measure(terminals))


async def _measure(terminals: int) -> House:
    host = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.front_end",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        ports = await _said(host)
        tcp = min(terminals, allow_descriptors(terminals + SPARE) - SPARE, ports["tcp_limit"])
        dialled = await _dial(ports["port"], terminals, tcp)
        await _until(lambda: all(one.got for one in dialled), 30)
        await _beat(dialled)
        unanswered = sum(one.sent_at is not None for one in dialled)
        waits = sorted(wait for one in dialled for wait in one.waits)
        before = await _asked(host)
        began = time.perf_counter()
        frames = await _burst(dialled[:tcp])
        elapsed = time.perf_counter() - began
        after = await _asked(host)
        return House(
            after["online"],
            tcp,
            after["mebibytes"],
            waits[int(len(waits) * 0.99)],
            unanswered,
            frames / elapsed,
            (after["cpu"] - before["cpu"]) / frames,
        )
    finally:
        if host.returncode is None:
            host.kill()
        await host.wait()


async def _dial(port: int, terminals: int, tcp: int) -> list[Beating]:
    loop = asyncio.get_running_loop()
    dialled = [Beating(number) for number in range(terminals)]
    for start in range(0, terminals, AT_ONCE):
        calls: list[Any] = []
        for number in range(start, min(start + AT_ONCE, terminals)):
            one, here = dialled[number], ("127.0.0.1", port)
            if number < tcp:
                calls.append(loop.create_connection(lambda one=one: one, *here))
            else:
                calls.append(loop.create_datagram_endpoint(lambda one=one: one, remote_addr=here))
        await asyncio.gather(*calls)
    return dialled


async def _beat(dialled: list[Beating]) -> None:
    began, sent = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - began) < SECONDS:
        while sent < elapsed * BEATS_PER_SECOND:
            dialled[sent % len(dialled)].pulse()
            sent += 1
        await asyncio.sleep(0.002)
    await asyncio.sleep(0.2)


async def _burst(dialled: list[Beating]) -> int:
    wanted = [one.got + BURST for one in dialled]
    for one in dialled:
        one.send(one.beat * BURST)
    await _until(lambda: all(one.got >= want for one, want in zip(dialled, wanted, strict=True)), 60)
    return BURST * len(dialled)


async def _until(true: Any, within: float) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110  # what is waited for happens in thousands of protocols
            await asyncio.sleep(0.02)


async def _said(host: asyncio.subprocess.Process) -> dict[str, Any]:
    assert host.stdout is not None
    return cast("dict[str, Any]", json.loads(await host.stdout.readline()))


async def _asked(host: asyncio.subprocess.Process) -> dict[str, Any]:
    assert host.stdin is not None
    host.stdin.write(b"?\n")
    await host.stdin.drain()
    return await _said(host)


async def _serve() -> None:
    """The front end; tells its state for every line typed."""
    front_end = FrontEnd(LoopClock())
    await front_end.listen("127.0.0.1", 0)
    print(json.dumps({"port": front_end.ports[0][2], "tcp_limit": front_end.limits.per_host}), flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        online = sum(here.online for here in front_end.terminals)
        print(
            json.dumps({"online": online, "mebibytes": _greatest(), "cpu": time.process_time()}), flush=True
        )
    await front_end.close()


def _greatest() -> float:
    """Resident memory at its greatest; where the system does not tell, what it is not."""
    if sys.platform == "win32":
        return float("nan")
    import resource  # noqa: PLC0415  # POSIX only

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    asyncio.run(_serve())
