"""A front end for tests: it confirms what terminals send by themselves, and asks them over the same line."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import LineError, LineFault
from core.gdw376.address import Address
from core.gdw376.frame import Aux, Direction, Frame, Seq, encode_frame, pw_field
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.reader import Reader, Received
from core.gdw376.unit import Unit
from core.gdw376.verdict import CONFIRM_ALL, DENY_ALL
from core.lines.line import Line
from core.lines.memory import MemoryLine, memory_line
from core.lines.pace import LoopClock
from core.simulation.network import Closable
from core.terminal.uplink.state import Listen, Target
from tests.core.handset import CONTROL

OWN = Address("1122", 0x7788)


class Fep:
    """One link of a master."""

    def __init__(self, line: Line, clock: LoopClock, confirm: Callable[[Frame], bool | None]) -> None:
        self.line = line
        self.clock = clock
        self.reports: list[tuple[float, Frame]] = []
        """What the terminal sent by itself, with its time."""
        self.answers: asyncio.Queue[Frame] = asyncio.Queue()
        self.number = 0
        self._confirm = confirm
        self.task = asyncio.create_task(self._run())

    @property
    def closed(self) -> bool:
        return self.task.done()

    async def _run(self) -> None:
        reader = Reader()
        with suppress(LineError):
            while True:
                data = await self.line.receive()
                for event in reader.feed(data, self.clock.monotonic()):
                    if isinstance(event, Received):
                        await self._take(event.frame)

    async def _take(self, frame: Frame) -> None:
        if not frame.prm:
            self.answers.put_nowait(frame)
            return
        self.reports.append((self.clock.monotonic(), frame))
        accepted = self._confirm(frame)
        if frame.seq.con and accepted is not None:
            payload = CONFIRM_ALL if accepted else DENY_ALL
            answer = Frame(Direction.DOWN, False, 11, frame.address, 0x00, Seq(frame.seq.number), payload)
            await self.line.send(encode_frame(answer))

    async def exchange(
        self, afn: int, payload: bytes, *, password: str = "", msa: int = 1, **changes: Any
    ) -> Frame:
        """Ask and return the answer; ``changes`` replace fields of the frame."""
        await self.send(afn, payload, password=password, msa=msa, **changes)
        async with asyncio.timeout(10):
            return await self.answers.get()

    async def send(
        self, afn: int, payload: bytes, *, password: str = "", msa: int = 1, **changes: Any
    ) -> None:
        """Ask without waiting."""
        self.number += 1
        aux = Aux(pw=pw_field(password)) if afn in CONTROL else Aux()
        seq = Seq(self.number & 15, con=afn in CONTROL)
        frame = Frame(Direction.DOWN, True, CONTROL.get(afn, 11), OWN.by(msa), afn, seq, payload, aux)
        await self.line.send(encode_frame(replace(frame, **changes)))

    async def order(self, afn: int, *units: Unit, password: str = "") -> Frame:
        """Order or set units."""
        return await self.exchange(
            afn, b"".join(encode_blocks([Item.of(one) for one in units])), password=password
        )

    def said(self) -> list[tuple[int, int]]:
        """AFN and Fn of the first unit of everything the terminal sent by itself."""
        return [(frame.afn, items_of(frame)[0].fn) for _, frame in self.reports]


@dataclass
class Wires:
    """Behind the network: every connection becomes a memory line with a front end at its other end."""

    clock: LoopClock
    delay: float = 0.0
    refuse: Callable[[Target], bool] = lambda _: False
    confirm: Callable[[Frame], bool | None] = lambda _: True
    dialled: list[tuple[float, Target]] = field(default_factory=list[tuple[float, Target]])
    feps: list[Fep] = field(default_factory=list[Fep])
    called: Callable[[Line], None] | None = None

    async def connect(self, target: Target) -> Line:
        self.dialled.append((self.clock.monotonic(), target))
        if self.refuse(target):
            raise LineError(target.host, "connection refused", fault=LineFault.UNREACHABLE)
        near, far = memory_line(None, self.clock)
        self.join(far)
        return near

    def confirms(self, frame: Frame) -> bool | None:
        """What ``confirm`` says now; it may be exchanged at any time."""
        return self.confirm(frame)

    def join(self, far: MemoryLine) -> Fep:
        fep = Fep(far, self.clock, self.confirms)
        self.feps.append(fep)
        return fep

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable:
        self.called = on_line
        return self

    async def close(self) -> None:
        """Stop listening."""
        self.called = None

    def call(self) -> Fep:
        """Call the terminal that listens."""
        assert self.called, "it does not listen"
        near, far = memory_line(None, self.clock)
        fep = self.join(far)
        self.called(near)
        return fep

    @property
    def last(self) -> Fep:
        return self.feps[-1]
