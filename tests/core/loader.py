"""A tool for tests that loads files into a terminal: it asks, waits, and begins anew after silence."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.gdw376.address import Address
from core.gdw376.frame import Direction, Frame, Seq, encode_frame
from core.gdw376.reader import Reader, Received
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.vendor.crc import CrcKind
from core.vendor.download import Download, Way
from core.vendor.envelope import ENTER_DOWNLOAD, IDENTIFY, TRANSFER, Order, Outcome
from core.vendor.header import PROGRAM, Version
from core.vendor.identify import Identity, identity_in
from core.vendor.package import Label
from core.vendor.sections import Section
from core.vendor.tails import Wish
from core.vendor.transfer.answers import (
    BurstState,
    Finished,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
    answer_in,
)
from core.vendor.transfer.commands import BurstBlock, Command, Finish, WriteFirst, WriteNext
from core.vendor.transfer.terms import Kind, units_of
from tests.core.vendor.packages import META, PK01, made

AFN = 0xF0
OWN = Address("1122", 0x7788)
PROFILE = """
[identity]
software = "0101"
software_date = 2026-06-01
library = "0100"
library_date = 2026-06-01
vendor_keys = ["03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"]
[surroundings]
sim = true
csq = 20
[parameters.04F89]
region = "1122"
terminal = 30600
"""


class Silence(Exception):
    """Nobody answered."""


def profile_in(folder: Path, text: str = PROFILE) -> Path:
    """The terminal under test of vendor extension §5.6, with the address of §6."""
    file = folder / "unit.toml"
    file.write_text(text, "utf-8")
    return file


def image(size: int, code: str = "0102", fill: int = 1) -> bytes:
    """A signed package of about that size."""
    body = Section("PROG", bytes((fill * i + 1) % 251 for i in range(size)))
    label = Label(PROGRAM, PK01.built, Version(code, date(2026, 11, 15)), hardware=PK01.hardware)
    return made(label, META, body)


@dataclass
class Loader:
    """One end of a line."""

    line: Line
    clock: LoopClock
    address: Address = OWN
    password: str = "000000"
    patience: float = 3.0
    number: int = 0
    sent: list[int] = field(default_factory=list[int])
    """First units of all blocks that were sent."""
    _burst_number: int = 0

    def frame(self, order: Order) -> bytes:
        """An order as it goes over the line."""
        self.number += 1
        seq = Seq(number=self.number & 15)
        return encode_frame(Frame(Direction.DOWN, True, 10, self.address.by(1), AFN, seq, order.encode()))

    async def ask(self, order: Order) -> Outcome:
        """Send an order and return its answer."""
        await self.line.send(self.frame(order))
        return await self.answer()

    async def answer(self) -> Outcome:
        reader = Reader()
        try:
            async with asyncio.timeout(self.patience / self.clock.factor):
                while True:
                    data = await self.line.receive()
                    for event in reader.feed(data, self.clock.monotonic()):
                        if isinstance(event, Received) and event.frame.afn == AFN:
                            return Outcome.decode(event.frame.payload)
        except TimeoutError:
            raise Silence from None

    async def command(self, command: Command) -> TransferAnswer:
        outcome = await self.ask(Order(TRANSFER, command.encode(), self.password))
        return answer_in(outcome.content)

    async def tell(self, command: Command) -> None:
        await self.line.send(self.frame(Order(TRANSFER, command.encode(), self.password)))

    async def mode(self, way: Way) -> int:
        """Order the mode; return the result."""
        order = Order(ENTER_DOWNLOAD, Download(way).encode(), self.password)
        return (await self.ask(order)).content[0]

    async def identity(self) -> Identity:
        return identity_in((await self.ask(Order(IDENTIFY))).content)

    async def begin(self, file: bytes, name: str = "a.hxp", wish: Wish | None = None) -> WriteBegun:
        answer = await self.command(first(file, name, wish))
        assert isinstance(answer, WriteBegun), answer
        return answer

    async def load(
        self, file: bytes, *, burst: int, block: int = 1, tries: int = 1
    ) -> Finished | Refused | None:
        """Load and finish; begin anew after silence. ``burst`` 0 is stop and wait without a tail."""
        for _ in range(tries):
            with suppress(Silence):
                answer = await self._try(file, burst, block)
                if answer is not None:
                    return answer
        return None

    async def _try(self, file: bytes, burst: int, block: int) -> Finished | Refused | None:
        wish = Wish(CrcKind.X25.of(file), block, burst) if burst else None
        begun = await self.command(first(file, wish=wish))
        if isinstance(begun, Refused):
            return begun
        assert isinstance(begun, WriteBegun)
        at = begun.offset or 1
        while at < units_of(len(file)):
            step = self._burst(file, begun.id, at, burst, block) if burst else self._one(file, begun.id, at)
            after = await step
            if after is None:
                return None
            at = after
        return await self._finish(file, begun.id)

    async def _finish(self, file: bytes, number: int) -> Finished | Refused | None:
        answer = await self.command(Finish(Kind.WRITE, number, CrcKind.X25.of(file)))
        if isinstance(answer, Refused) and answer.code in (5, 7):
            return None
        assert isinstance(answer, Finished | Refused), answer
        return answer

    async def _one(self, file: bytes, number: int, at: int) -> int | None:
        self.sent.append(at)
        answer = await self.command(next_block(file, number, at, 1))
        if isinstance(answer, Refused):
            return None
        assert isinstance(answer, Written)
        return at + 1

    async def _burst(self, file: bytes, number: int, at: int, burst: int, block: int) -> int | None:
        starts = list(range(at, units_of(len(file)), block))[:burst]
        self._burst_number = self._burst_number % 255 + 1
        for index, start in enumerate(starts):
            one = next_block(file, number, start, block)
            last = index == len(starts) - 1
            self.sent.append(start)
            await self.tell(BurstBlock(number, self._burst_number, index, last, start, one.crc, one.data))
        outcome = answer_in((await self.answer()).content)
        if isinstance(outcome, Refused):
            return None
        assert isinstance(outcome, BurstState)
        return outcome.first_missing


def first(
    file: bytes, name: str = "a.hxp", wish: Wish | None = None, kind: CrcKind = CrcKind.X25
) -> WriteFirst:
    """Write first of a file."""
    return WriteFirst(name, len(file), 0o644, kind.of(file[:256]), file[:256], wish)


def next_block(file: bytes, number: int, at: int, block: int, kind: CrcKind = CrcKind.X25) -> WriteNext:
    """Write next from unit ``at`` on."""
    data = file[at * 256 : (at + block) * 256]
    return WriteNext(number, at, kind.of(data), data)
