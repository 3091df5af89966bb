"""A terminal that dials in: the real terminal session on a real socket, used by hand."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import cast

from core.errors import LineError
from core.gdw376.address import Address
from core.gdw376.call import Answer, Call, Delivered, Notice, Serve, Undelivered
from core.gdw376.commands import Ignored, Send
from core.gdw376.message import Item, encode_blocks
from core.gdw376.reader import Reader, Received
from core.gdw376.session import TerminalSession
from core.gdw376.station import Station
from core.gdw376.terminal import TerminalCommand
from core.gdw376.timing import TCP
from core.gdw376.unit import Unit
from core.gdw376.units.afn0e import RINGS, Events
from core.gdw376.units.afn02 import Heartbeat, Login, Logout
from core.gdw376.units.afn04 import TerminalAddress
from core.gdw376.units.event_record import Event
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.tcp import connect_tcp
from core.lines.udp import connect_udp

IMPORTANT = cast("type[Events]", RINGS[0])
PATIENCE = 5.0
"""Seconds after which a test gives up; far beyond what any needs."""


def about_itself(own: Address) -> Callable[[Call], Answer]:
    """Serve the question for the own address (F89); deny everything else."""

    def serve(call: Call) -> Answer:
        if call.afn == 0x0A and call.payload == bytes.fromhex("0000010B"):
            return Answer(0x0A, tuple(encode_blocks([Item.of(TerminalAddress(own.region, own.terminal))])))
        return Answer.deny()

    return serve


class Dialler:
    """A terminal of its own on one line. ``frames`` and ``outcomes`` tell what came of it."""

    def __init__(self, line: Line, address: Address, serve: Callable[[Call], Answer] | None = None) -> None:
        self.line = line
        self.clock = LoopClock()
        self.calls: list[Call] = []
        self.lost: LineError | None = None
        self._serve = serve or about_itself(address)
        self._reader = Reader(gap=TCP.byte_gap)
        self._session = TerminalSession(Station(address, local=False), TCP, port=line.name)
        self._outcome: asyncio.Queue[Delivered | Undelivered] = asyncio.Queue()
        self._sending: set[asyncio.Task[None]] = set()
        self._task = asyncio.create_task(self._listen())

    @classmethod
    async def tcp(
        cls, port: int, address: Address, serve: Callable[[Call], Answer] | None = None
    ) -> "Dialler":
        return cls(await connect_tcp("127.0.0.1", port), address, serve)

    @classmethod
    async def udp(
        cls, port: int, address: Address, serve: Callable[[Call], Answer] | None = None
    ) -> "Dialler":
        return cls(await connect_udp("127.0.0.1", port), address, serve)

    async def notify(self, afn: int, unit: Unit, *, con: bool = True) -> bool:
        """Send something unasked; tell whether the front end confirmed it."""
        notice = Notice(afn, tuple(encode_blocks([Item.of(unit)])), con)
        self._obey(self._session.notify(notice, self.clock.monotonic()))
        async with asyncio.timeout(PATIENCE):
            outcome = await self._outcome.get()
        return isinstance(outcome, Delivered) and outcome.accepted

    async def login(self) -> bool:
        return await self.notify(0x02, Login())

    async def heartbeat(self, clock: datetime | None = None) -> bool:
        return await self.notify(0x02, Heartbeat(clock=clock))

    async def logout(self) -> bool:
        return await self.notify(0x02, Logout())

    async def event(self, number: int, *, con: bool = True) -> bool:
        """Report a supply outage (ERC14) as important event; its counter is ``number``."""
        record = Event(14, bytes.fromhex("40143107103111030810"))
        return await self.notify(0x0E, IMPORTANT(number, 0, number - 1, number, (record,)), con=con)

    async def hang_up(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self.line.close()

    async def ended(self) -> LineError:
        """Wait until the front end hangs up."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([self._task])
        assert self.lost is not None
        return self.lost

    async def _listen(self) -> None:
        try:
            while True:
                data = await self.line.receive()
                for piece in self._reader.feed(data, self.clock.monotonic()):
                    if isinstance(piece, Received):
                        self._obey(self._session.handle(piece.frame, self.clock.monotonic()))
        except LineError as error:
            self.lost = error

    def _obey(self, commands: list[TerminalCommand]) -> None:
        for command in commands:
            match command:
                case Send(raw):
                    task = asyncio.create_task(self.line.send(raw))
                    self._sending.add(task)
                    task.add_done_callback(self._sending.discard)
                case Serve(call):
                    self.calls.append(call)
                    self._obey(self._session.answer(self._serve(call), self.clock.monotonic()))
                case Delivered() | Undelivered():
                    self._outcome.put_nowait(command)
                case Ignored():
                    pass
