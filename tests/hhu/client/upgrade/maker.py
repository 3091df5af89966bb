"""A terminal that receives files as the maker's own does, and one that knows the tails.

The maker's terminal goes by the length fields, looks at no tail, restarts the file at every write first,
keeps its id in memory, takes 256 bytes at most and answers each block (vendor extension §3.3, both
generations).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import DecodeError, LineError
from core.gdw376.address import UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, encode_frame
from core.gdw376.reader import Reader, Received
from core.gdw376.trailer import VENDOR_AFN
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.vendor.crc import CrcKind
from core.vendor.envelope import Order, Outcome
from core.vendor.tails import Grant
from core.vendor.transfer.answers import (
    BurstState,
    Cancelled,
    Finished,
    MapPart,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
)
from core.vendor.transfer.bitmap import bitmap_of
from core.vendor.transfer.commands import (
    BurstBlock,
    BurstQuery,
    Cancel,
    Command,
    Finish,
    MapQuery,
    WriteFirst,
    WriteNext,
    command_in,
)
from core.vendor.transfer.terms import UNIT, Code, units_of

FILE_TRANSFER = 0x0E
OWN = Address("1122", 0x7788)


@dataclass(frozen=True)
class Limits:
    """What a terminal with tails grants."""

    block: int = 16
    burst: int = 16
    window: int = 1
    delay_ms: int = 5


class Receiver:
    """Commands in, answers out; ``limits`` of ``None`` is the maker's terminal."""

    def __init__(self, crc: CrcKind | None = None, limits: Limits | None = None) -> None:
        self.crc = crc
        """The only generation it takes; ``None`` takes both."""
        self.limits = limits
        self.id = 0x0A
        self.content = bytearray()
        self.present: list[bool] = []
        self.verdict = 0
        self.heard: list[Command] = []
        self.stored: list[int] = []
        """Offset of each block that was stored."""
        self.finished = False
        self._kind = CrcKind.X25
        self._open = False
        self._prefix = b""
        self._burst = (0, dict[int, bool]())

    def reset(self) -> None:
        """Lose what is in memory."""
        self._open = False

    def answer(self, command: Command) -> TransferAnswer | None:
        """Return the answer; ``None`` is silence."""
        self.heard.append(command)
        match command:
            case WriteFirst():
                answer = self._begin(command)
            case WriteNext():
                answer = self._next(command)
            case Finish():
                answer = self._finish(command)
            case Cancel():
                self._open = False
                answer = Cancelled(command.kind, command.id)
            case _:
                answer = self._extra(command) if self.limits else None
        return answer

    def _extra(self, command: Command) -> TransferAnswer | None:
        match command:
            case BurstBlock():
                return self._block(command)
            case BurstQuery():
                return self._state(command.id, command.burst, command.count, query=True)
            case MapQuery():
                units = range(command.start, command.start + command.count)
                bits = bitmap_of(unit < len(self.present) and self.present[unit] for unit in units)
                return MapPart(self.id, command.start, command.count, bits)
            case _:
                return None

    def _begin(self, command: WriteFirst) -> TransferAnswer:
        kind = CrcKind.fitting(command.data, command.crc)
        if kind is None or (self.crc is not None and kind is not self.crc):
            return Refused(4, Code.CRC)
        self._kind, self._open, self.id = kind, True, self.id + 1
        wish = command.wish if self.limits else None
        resumed = wish is not None and wish.prefix == self._prefix and not wish.start_over
        if not resumed:
            self.content = bytearray(command.size)
            self.present = [False] * units_of(command.size)
        self._prefix = wish.prefix if wish else b""
        self._store(0, command.data)
        if wish is None or self.limits is None:
            return WriteBegun(self.id, 0)
        limits, missing = self.limits, self.present.count(False)
        first = self.present.index(False) if missing else len(self.present)
        grant = Grant(min(wish.block, limits.block), min(wish.burst, limits.burst),
                      min(wish.window, limits.window), resumed, False, not missing, len(self.present),
                      missing, limits.delay_ms, kind)  # fmt: skip
        return WriteBegun(self.id, first, 0, grant)

    def _fault(self, command: WriteNext | BurstBlock) -> Code | None:
        if not self._open or command.id != self.id:
            return Code.FILE_ID
        if command.offset * UNIT + len(command.data) > len(self.content):
            return Code.OFFSET
        if len(command.data) > (self.limits.block if self.limits else 1) * UNIT:
            return Code.SIZE
        return None if self._kind.of(command.data) == command.crc else Code.CRC

    def _next(self, command: WriteNext) -> TransferAnswer:
        fault = self._fault(command)
        if fault:
            return Refused(5, fault)
        self._store(command.offset, command.data)
        return Written(command.id, command.offset)

    def _block(self, command: BurstBlock) -> TransferAnswer | None:
        if command.burst != self._burst[0]:
            self._burst = (command.burst, {})
        fault = self._fault(command)
        if fault is None:
            self._store(command.offset, command.data)
            self._burst[1][command.index] = True
        if not command.last:
            return None
        return self._state(command.id, command.burst, command.index + 1, query=False)

    def _state(self, id_: int, burst: int, count: int, *, query: bool) -> TransferAnswer:
        if not self._open or id_ != self.id:
            return Refused(9 if query else 8, Code.FILE_ID)
        bits = self._burst[1] if burst == self._burst[0] else {}
        missing = self.present.count(False)
        first = self.present.index(False) if missing else len(self.present)
        return BurstState(query, id_, burst, count, 0, first, missing,
                          bitmap_of(bits.get(i, False) for i in range(count)))  # fmt: skip

    def _finish(self, command: Finish) -> TransferAnswer:
        if self.finished:
            return Finished(command.kind, command.id, command.crc, self.verdict)
        if not self._open or command.id != self.id:
            return Refused(6, Code.FILE_ID)
        if not all(self.present):
            return Refused(6, Code.SIZE)
        if self._kind.of(bytes(self.content)) != command.crc:
            self.present = [False] * len(self.present)
            return Refused(6, Code.CRC)
        self.finished = True
        return Finished(command.kind, command.id, command.crc, self.verdict)

    def _store(self, offset: int, content: bytes) -> None:
        self.stored.append(offset)
        self.content[offset * UNIT : offset * UNIT + len(content)] = content
        for unit in range(offset, offset + units_of(len(content))):
            self.present[unit] = True


class MakerTerminal:
    """A receiver on a line."""

    def __init__(self, line: Line, clock: LoopClock, receiver: Receiver, own: Address = OWN) -> None:
        self.line = line
        self.clock = clock
        self.receiver = receiver
        self.own = own
        self.frames = 0
        self.mute: Callable[[Command], bool] = lambda _: False
        """Which commands it does not hear."""
        self._serving = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Leave the line."""
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)

    async def _serve(self) -> None:
        reader = Reader(gap=0.1)
        try:
            while True:
                for piece in reader.feed(await self.line.receive(), self.clock.monotonic()):
                    if isinstance(piece, Received):
                        await self._hear(piece.frame)
        except LineError:
            return

    async def _hear(self, frame: Frame) -> None:
        known = (self.own, UNIVERSAL, UNIVERSAL_REVERSED)
        if frame.direction is Direction.UP or not any(frame.address.same_station(one) for one in known):
            return
        self.frames += 1
        try:
            order = Order.decode(frame.payload)
            content = self._content(order)
        except DecodeError:
            return
        if content is None:
            return
        await self.clock.sleep((self.receiver.limits.delay_ms if self.receiver.limits else 20) / 1000)
        payload = Outcome(order.code, content, order.maker).encode()
        address = replace(self.own, msa=frame.address.msa)
        await self.line.send(
            encode_frame(Frame(Direction.UP, False, 8, address, VENDOR_AFN, Seq(frame.seq.number), payload))
        )

    def _content(self, order: Order) -> bytes | None:
        if order.code != FILE_TRANSFER:
            return None
        command = command_in(order.content)
        if self.mute(command):
            return None
        answer = self.receiver.answer(command)
        return answer.encode() if answer else None
