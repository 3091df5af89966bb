"""Firmware over a paced RS485 line at 115200 8N1 to a receiver: what of the line is payload.

The terminal answers 5 ms behind a frame, as it grants; between two frames lie 33 bit times. Time is virtual
and exact; the CPU is that of both ends and the line.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from random import Random

from core.app import Terminal
from core.lines.address import LineKind
from core.lines.faults import Faults
from core.lines.line import RS485
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.recorder import Trace
from core.lines.serial_port import open_serial
from core.lines.virtual_time import virtual_time
from core.terminal.access import Channel
from core.vendor.download import Download, Local
from hhu.client.link import Link
from hhu.client.passwords import Passwords
from hhu.client.profiles import PROFILES
from hhu.client.terminal import TerminalClient
from hhu.client.upgrade.asking import is_there, order_download
from hhu.client.upgrade.carrier import Carrier
from hhu.client.upgrade.session import TransferSession
from hhu.client.upgrade.wanted import LOCAL, Wanted
from tests.hhu.client.upgrade.answers import Scripted
from tests.hhu.client.upgrade.maker import OWN, Limits, MakerTerminal, Receiver
from tests.together.upgrading import shipment

RAW = 1 / RS485.wire_time(1)
SIZE = 1024 * 1024


@dataclass(frozen=True)
class Sent:
    """One transfer."""

    seconds: float
    repeated: int
    cpu: float
    """Seconds of CPU for both ends and the line between them."""
    whole: bool

    @property
    def share(self) -> float:
        """Payload against the raw line."""
        return SIZE / self.seconds / RAW


async def _send(bit_errors: float, seed: int, *, plain: bool) -> Sent:
    clock = LoopClock(datetime(2026, 11, 21, 9, 0))
    faults = Faults(bit_errors=bit_errors)
    near, far = memory_line(RS485, clock, half_duplex=True, faults=faults, seed=seed)
    receiver = Receiver(limits=None if plain else Limits(delay_ms=5))
    terminal = MakerTerminal(far, clock, receiver)
    link = Link(near, clock, Trace(1000, clock), PROFILES[LineKind.RS485])
    file = Random(seed).randbytes(SIZE)
    session = TransferSession(file, "bench.hxp", Wanted(plain=plain), LOCAL, RS485.wire_time)
    begun, cpu = clock.monotonic(), time.process_time()
    await Carrier(link, OWN, "000000").transfer(session, lambda _: None, Scripted())
    sent = Sent(
        clock.monotonic() - begun, session.repeated, time.process_time() - cpu,
        bytes(receiver.content) == file,
    )  # fmt: skip
    await terminal.stop()
    await link.close()
    return sent


def send(bit_errors: float = 0.0, seed: int = 1, *, plain: bool = False) -> Sent:
    """Send 1 MiB; ``plain`` is 256-byte stop and wait, as an original tool does."""
    with virtual_time() as runner:
        return runner.run(_send(bit_errors, seed, plain=plain))


async def _over_pty() -> Sent:
    """A whole terminal behind a pseudo-terminal at 115200, a serial port in front of it, on wall time."""
    clock = LoopClock()
    package = shipment(SIZE - 512)
    async with Terminal.create("demo", None, clock, boot=0.0, meter_ports=()) as terminal:
        await terminal.booted()
        far, path = open_pty(RS485, clock)
        terminal.attach(Channel.RS485, far)
        terminal.concentrator.access.open_programming()
        near = await open_serial(path, RS485)
        link = Link(near, clock, Trace(1000, clock), PROFILES[LineKind.RS485])
        client = TerminalClient(link, terminal.address, Passwords(_password))
        await order_download(client, Download(Local()))
        while (known := await is_there(client)) is None or not known.identity or known.identity.mode != 1:
            await clock.sleep(0.5)
        session = TransferSession(package.file, package.name, None, LOCAL, RS485.wire_time)
        begun, cpu = time.perf_counter(), time.process_time()
        carrier = Carrier(link, terminal.address, "000000")
        verdict = await carrier.transfer(session, lambda _: None, Scripted())
        sent = Sent(time.perf_counter() - begun, session.repeated, time.process_time() - cpu, verdict == 0)
        await link.close()
    return sent


async def _password(_address: str, _channel: str) -> str:
    return "000000"


def over_pty() -> Sent:
    """Send 1 MiB over a real pty; takes its 92 seconds."""
    return asyncio.run(_over_pty())
