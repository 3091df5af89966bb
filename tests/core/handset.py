"""A handheld for tests: it asks over a line and waits for the answer, without retries or memory."""

import asyncio
from datetime import datetime

from core.gdw376.frame import UNIVERSAL, Address, Aux, Direction, Frame, Seq, encode_frame, pw_field
from core.gdw376.message import Item, encode_blocks, encode_query, items_of
from core.gdw376.reader import Reader, Received
from core.gdw376.unit import Unit
from core.gdw376.units.afn00 import Verdicts
from core.lines.line import Line
from core.lines.pace import LoopClock

CONTROL = {0x01: 10, 0x04: 10, 0x05: 10, 0x0F: 10, 0x10: 11}
START = datetime(2026, 11, 20, 14, 36, 7)


class Silence(Exception):
    """Nobody answered."""


class Handset:
    """One end of a line, used by hand."""

    def __init__(self, line: Line, clock: LoopClock, address: Address = UNIVERSAL) -> None:
        self.line = line
        self.clock = clock
        self.address = address
        self.password = "000000"
        self.number = 0
        self.sent = 0
        self.heard = 0

    def frame(self, afn: int, payload: bytes) -> Frame:
        self.number += 1
        down = Direction.DOWN
        seq = Seq(number=self.number & 15, con=afn in CONTROL)
        aux = Aux(pw=pw_field(self.password)) if afn in CONTROL else Aux()
        function = CONTROL.get(afn, 11)
        return Frame(down, True, function, self.address.by(1), afn, seq, payload, aux)

    async def exchange(self, afn: int, payload: bytes, patience: float = 3.0) -> Frame:
        """Send a frame and return the answer; raise ``Silence`` after ``patience`` seconds of the clock."""
        raw = encode_frame(self.frame(afn, payload))
        self.sent += len(raw)
        await self.line.send(raw)
        return await self.answer(patience)

    async def answer(self, patience: float = 3.0) -> Frame:
        reader = Reader()
        try:
            async with asyncio.timeout(patience / self.clock.factor):
                while True:
                    data = await self.line.receive()
                    self.heard += len(data)
                    for event in reader.feed(data, self.clock.monotonic()):
                        if isinstance(event, Received):
                            return event.frame
        except TimeoutError:
            raise Silence from None

    async def ask(self, afn: int, *functions: int) -> list[Unit | None]:
        """Ask for functions of p0; return the values."""
        frame = await self.exchange(afn, b"".join(encode_query([Item(0, fn) for fn in functions])))
        return [item.value for item in items_of(frame)]

    async def order(self, afn: int, *units: Unit) -> int | None:
        """Send an order; return 0 when confirmed, the ERR byte when refused, ``None`` when denied."""
        frame = await self.exchange(afn, b"".join(encode_blocks([Item.of(unit) for unit in units])))
        assert frame.afn == 0x00
        (item,) = items_of(frame)
        if isinstance(item.value, Verdicts):
            return item.value.verdicts[0].err
        return 0 if type(item.value).__name__ == "Confirm" else None
