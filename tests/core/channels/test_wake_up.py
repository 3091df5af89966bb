"""A terminal on demand with a modem: what of the master brings it on line (device behaviour 6.9, M100)."""

import asyncio
from collections.abc import Callable

import pytest

from core.app import Terminal
from core.gdw376.frame import encode_frame
from core.gdw376.message import Item, encode_blocks
from core.gdw376.sms import split
from core.gdw376.units.afn04 import PhoneNumbers, UplinkMode, WorkMode
from core.gdw376.units.afn05 import ConnectMaster
from core.lines.memory import memory_line
from core.lines.modem import SETTINGS
from core.lines.pace import LoopClock
from core.lines.pdu import Submit
from core.lines.virtual_time import virtual_time
from core.simulation.cell import Cell, Phone
from core.simulation.modem import EmulatedModem
from tests.core.channels.fep import OWN, Wires
from tests.core.handset import START, Handset

OWN_NUMBER, MASTER, STRANGER = "+8613900000001", "+8613675834792", "+8613675834793"
ON_DEMAND = UplinkMode(WorkMode(2, 1, 0), 60, 3, 5, frozenset())


class Stage:
    """The terminal, the network beyond its module, and two phones."""

    def __init__(self, terminal: Terminal, wires: Wires) -> None:
        self.wires = wires
        self.clock = terminal.clock
        cell = Cell(self.clock)
        self.master, self.stranger = Phone(MASTER, cell), Phone(STRANGER, cell)
        near, self.far = memory_line(SETTINGS, self.clock)
        self.modem = asyncio.create_task(EmulatedModem(OWN_NUMBER, cell, self.clock).serve(self.far))
        terminal.attach_modem(near)

    def order(self, *units: ConnectMaster) -> Submit:
        words = Handset(self.far, self.clock, OWN)
        frame = words.frame(0x05, b"".join(encode_blocks([Item.of(unit) for unit in units])))
        return Submit(OWN_NUMBER, split(encode_frame(frame), 1)[0])

    def query(self) -> Submit:
        frame = Handset(self.far, self.clock, OWN).frame(0x0A, bytes.fromhex("0000010B"))
        return Submit(OWN_NUMBER, split(encode_frame(frame), 2)[0])


@pytest.mark.parametrize(
    ("act", "wakes"),
    [
        (lambda stage: stage.master.send(Submit(OWN_NUMBER, b"")), True),
        (lambda stage: stage.master.send(stage.order(ConnectMaster())), True),
        (lambda stage: stage.master.send(stage.query()), False),
        (lambda stage: stage.master.call(OWN_NUMBER, 2), True),
        (lambda stage: stage.master.call(OWN_NUMBER, 1), False),
        (lambda stage: stage.stranger.send(Submit(OWN_NUMBER, b"")), False),
        (lambda stage: stage.stranger.call(OWN_NUMBER, 5), False),
    ],
    ids=["message", "F38", "read", "two rings", "one ring", "stranger's message", "stranger's call"],
)
def test_what_brings_a_terminal_on_demand_on_line(act: Callable[[Stage], None], wakes: bool):
    """A wake-up message, F38 by message, and two rings of the master; nothing else dials."""

    async def on_stage() -> None:
        wires = Wires(LoopClock(START))
        terminal = Terminal.create("demo", None, wires.clock, boot=0.0, beyond=wires, meter_ports=())
        terminal.concentrator.parameters.write([ON_DEMAND, PhoneNumbers("13675834792", "")])
        async with terminal:
            stage = Stage(terminal, wires)
            await stage.clock.sleep(120.0)
            assert wires.dialled == []
            act(stage)
            await stage.clock.sleep(60.0)
            assert bool(wires.dialled) is wakes
            assert terminal.concentrator.uplink.online is wakes
        await stage.far.close()
        await stage.modem

    with virtual_time() as runner:
        runner.run(on_stage())
