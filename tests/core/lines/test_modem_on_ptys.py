"""The driver and the emulated modem with a real pseudo-terminal and pyserial between them."""

import asyncio
import sys

import pytest

from core.lines.modem import SETTINGS, Modem, ModemFacts, ModemState, Sent
from core.lines.pace import LoopClock
from core.lines.pdu import Submit
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.simulation.cell import Cell, Phone
from core.simulation.modem import EmulatedModem, ModemFaults
from tests.core.handset import START
from tests.core.lines.test_modem import MASTER, OWN, Recipient

pytestmark = [
    pytest.mark.port,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals"),
]
FASTER = 30.0
"""Seconds of both sides per second."""


async def until(condition: object, clock: LoopClock, patience: float = 60.0) -> None:
    assert callable(condition)
    limit = clock.monotonic() + patience
    while not condition():
        assert clock.monotonic() < limit, "it did not happen in time"
        await clock.sleep(0.5)


@pytest.mark.parametrize(
    "faults",
    [ModemFaults(), ModemFaults(stubborn_echo=True, noise=True, chatter=("RING", '+CMTI: "SM",9'))],
    ids=["sound", "chatter"],
)
async def test_messages_over_a_real_port(faults: ModemFaults):
    """M130: both ways through a port that pyserial opened, control signs and all 140 octets included."""
    clock = LoopClock(START, FASTER)
    cell = Cell(clock)
    phone = Phone(MASTER, cell)
    emulated = EmulatedModem(OWN, cell, clock)
    emulated.faults = faults
    far, path = open_pty()
    near = await open_serial(path, SETTINGS)
    modem, recipient = Modem(near, clock), Recipient()
    serving = asyncio.create_task(emulated.serve(far))
    running = asyncio.create_task(modem.run(recipient))
    try:
        await until(lambda: modem.facts == ModemFacts(ModemState.READY, 24), clock)
        octets = bytes(range(0xFF, 0xFF - 140, -1))
        assert isinstance(await modem.send(MASTER, octets), Sent)
        phone.send(Submit(OWN, bytes(range(140))))
        await until(lambda: recipient.octets and phone.heard and not emulated.store, clock)
        assert recipient.octets == [bytes(range(140))]
        assert [message.octets for message in phone.heard] == [octets]
    finally:
        await near.close()
        await far.close()
        await asyncio.gather(serving, running)
