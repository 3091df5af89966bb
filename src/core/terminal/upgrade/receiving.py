"""Receiving one file: single blocks, windows, bursts, map, finish (vendor extension §3.2 to §3.9).

Strategy
- A transfer lives from write first to finish, cancel or reset; what came of a package outlives it. Its id is
  never given twice, so that a block of an older transfer cannot get into this one.
- A single block is judged in the order id, offset, length, check, store. Inside a burst all of these only
  leave its bit 0, since nobody else may talk until its last block.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import StoreError
from core.terminal.access import Channel
from core.terminal.upgrade.limits import Link
from core.terminal.upgrade.partial import Incoming
from core.vendor.crc import CrcKind
from core.vendor.tails import Grant, Wish
from core.vendor.transfer.answers import BurstState, Cancelled, Finished, MapPart, WriteBegun, Written
from core.vendor.transfer.bitmap import bitmap_of
from core.vendor.transfer.commands import BurstBlock, BurstQuery, Cancel, Finish, MapQuery, WriteNext
from core.vendor.transfer.terms import UNIT, Code, Kind, units_of

MOST_OF_MAP = 8192
"""Units of one answer."""
REPEATED_WITHIN = 60.0
"""Seconds in which finish is answered again as before."""
ABANDONED = 60.0
"""Seconds without a command after which another channel may begin [design]."""


def store_code(error: StoreError) -> Code:
    """Return why a block could not be kept."""
    return Code.SPACE if error.full else Code.WRITE


@dataclass(slots=True)
class Burst:
    """What of the present burst is stored."""

    number: int = 0
    places: set[int] = field(default_factory=set[int])
    result: Code = Code.OK

    def state(self, transfer: "Transfer", count: int, *, query: bool) -> BurstState:
        """Return the one answer to the burst."""
        file = transfer.file
        first, units = file.coverage.first_missing(file.size), units_of(file.size)
        missing = units - file.coverage.units(file.size)
        bitmap = bitmap_of(place in self.places for place in range(count))
        return BurstState(query, transfer.id, self.number, count, self.result, first, missing, bitmap)


@dataclass(slots=True)
class Transfer:
    """A file that is being written."""

    id: int
    file: Incoming
    link: Link
    crc: CrcKind
    block: int
    """Largest block granted, in units."""
    forced: bool
    used_at: float
    mistrusted: bool = False
    """It was to be ended with a wrong password (§1.6)."""
    burst: Burst = field(default_factory=Burst)

    @property
    def units(self) -> int:
        """Units of the file."""
        return units_of(self.file.size)

    def grant(self, wish: Wish, *, resumed: bool) -> Grant:
        """Return what is agreed: the wish within the limits of the channel."""
        limits, file = self.link.limits, self.file
        missing = self.units - file.coverage.units(file.size)
        return Grant(
            block=self.block,
            burst=min(wish.burst, limits.burst),
            window=min(max(wish.window, 1), limits.window),
            resumed=resumed,
            forced=wish.force,
            complete=not missing,
            units=self.units,
            missing=missing,
            delay_ms=limits.delay_ms,
            crc=self.crc,
        )

    def flaw(self, offset: int, crc: int, data: bytes) -> Code:
        """Tell what is wrong with a block, in the order of §3.2."""
        if offset >= self.units:
            return Code.OFFSET
        stop = offset * UNIT + len(data)
        odd = len(data) % UNIT and stop != self.file.size
        if not data or len(data) > self.block * UNIT or odd or stop > self.file.size:
            return Code.SIZE
        return Code.OK if self.crc.of(data) == crc else Code.CRC

    def take(self, offset: int, crc: int, data: bytes, now: float) -> Code:
        """Judge and store a block."""
        if flaw := self.flaw(offset, crc, data):
            return flaw
        try:
            self.file.write(offset * UNIT, data, now)
        except StoreError as error:
            return store_code(error)
        return Code.OK


@dataclass(frozen=True, slots=True)
class _Done:
    """The last finish, and its answer."""

    command: Finish
    answer: Finished
    at: float


class Receiving:
    """The one open transfer, if there is one. ``install`` takes a whole file and tells its verdict."""

    def __init__(self, install: Callable[[Transfer], int]) -> None:
        self._install = install
        self.open: Transfer | None = None
        self._done: _Done | None = None

    def restart(self) -> None:
        """Nothing is open any more."""
        self.open = self._done = None

    def busy_for(self, channel: Channel, now: float) -> bool:
        """Does another channel write?"""
        running = self.open
        if running is None or running.link.channel is channel:
            return False
        return now - running.used_at < ABANDONED

    def used(self, now: float) -> bool:
        """Was a transfer spoken of lately?"""
        return self.open is not None and now - self.open.used_at < ABANDONED

    def begin(self, transfer: Transfer, wish: Wish | None, *, resumed: bool) -> WriteBegun:
        """Open a transfer in place of the one there was."""
        self.open, self._done = transfer, None
        first = transfer.file.coverage.first_missing(transfer.file.size)
        if wish is None:
            return WriteBegun(transfer.id, first if resumed else 0)
        return WriteBegun(transfer.id, first, grant=transfer.grant(wish, resumed=resumed))

    def _of(self, number: int, now: float) -> Transfer | None:
        """The open transfer, if that is its id."""
        if self.open is None or self.open.id != number:
            return None
        self.open.used_at = now
        return self.open

    def write_next(self, command: WriteNext, now: float) -> Written | Code:
        """05."""
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID
        code = transfer.take(command.offset, command.crc, command.data, now)
        return code or Written(command.id, command.offset)

    def burst_block(self, command: BurstBlock, now: float) -> BurstState | Code | None:
        """08: ``None`` is silence."""
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID if command.last else None
        burst = transfer.burst
        if burst.number != command.burst:
            burst = transfer.burst = Burst(command.burst)
        if command.index not in burst.places and not burst.result:
            code = transfer.take(command.offset, command.crc, command.data, now)
            if code in (Code.WRITE, Code.MEMORY, Code.SPACE):
                burst.result = code
            elif not code:
                burst.places.add(command.index)
        return burst.state(transfer, command.index + 1, query=False) if command.last else None

    def burst_query(self, command: BurstQuery, now: float) -> BurstState | Code:
        """09: of a burst nobody knows nothing is stored."""
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID
        known = transfer.burst.number == command.burst
        burst = transfer.burst if known else Burst(command.burst)
        return burst.state(transfer, command.count, query=True)

    def map(self, command: MapQuery, now: float) -> MapPart | Code:
        """0A; the map is durable before it is told."""
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID
        if not 1 <= command.count <= MOST_OF_MAP:
            return Code.SIZE
        try:
            transfer.file.keep()
        except StoreError as error:
            return store_code(error)
        coverage, size = transfer.file.coverage, transfer.file.size
        units = range(command.start, command.start + command.count)
        bitmap = bitmap_of(coverage.has_unit(unit, size) for unit in units)
        return MapPart(command.id, command.start, command.count, bitmap)

    def finish(self, command: Finish, now: float) -> Finished | Code:
        """06 of a write: whole, sound, durable, judged; the answer says how (§5.5)."""
        done = self._done
        if done and done.command == command and now - done.at < REPEATED_WITHIN:
            return done.answer
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID
        file = transfer.file
        if file.coverage.units(file.size) < transfer.units:
            return Code.SIZE
        try:
            return self._judge(transfer, command, now)
        except StoreError as error:
            return store_code(error)

    def _judge(self, transfer: Transfer, command: Finish, now: float) -> Finished | Code:
        file = transfer.file
        file.keep()
        if transfer.crc.of(file.read()) != command.crc:
            self.open = None
            file.begin_anew()
            return Code.CRC
        verdict = self._install(transfer)
        self.open = None
        answer = Finished(Kind.WRITE, command.id, command.crc, verdict)
        self._done = _Done(command, answer, now)
        return answer

    def cancel(self, command: Cancel, now: float) -> Cancelled | Code:
        """07 of a write: file and map are gone."""
        transfer = self._of(command.id, now)
        if transfer is None:
            return Code.FILE_ID
        try:
            transfer.file.erase()
        except StoreError as error:
            return store_code(error)
        self.open = None
        return Cancelled(Kind.WRITE, command.id)
