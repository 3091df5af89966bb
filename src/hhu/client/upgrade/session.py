"""Moving one file into the terminal, without a line: answers and time in, commands out (vendor extension §3).

Strategy
- Write first opens or resumes. Its answer decides everything: with a tail the terminal grants larger blocks,
  bursts or a window, without one it is a maker's own and gets 256 bytes and one answer each (§3.4).
- `Missing` is what the terminal lacks by its own word. Every block is cut from it when it is sent, so repeats
  mix with new blocks and each answer only takes something away. Where both counts differ, its map is asked.
- A burst is answered once; silence is asked with 09. A window of one is stop and wait. Both repeat nothing
  that was acknowledged.
- Three silences make a pause, never an end: what arrived is kept, ``go_on`` asks again. A file id that the
  terminal does not know any more, after a reset, means write first again.
- ``sent`` starts the waiting: whoever carries the commands calls it when the last bit has left.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from core.vendor.crc import CrcKind
from core.vendor.tails import Grant, Wish
from core.vendor.transfer.answers import (
    BurstState,
    Finished,
    MapPart,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
)
from core.vendor.transfer.commands import (
    BurstBlock,
    BurstQuery,
    Command,
    Finish,
    MapQuery,
    WriteFirst,
    WriteNext,
)
from core.vendor.transfer.terms import FINISH, READ_FIRST, UNIT, WRITE_FIRST, Code, Kind, units_of
from hhu.client.upgrade.block_size import BlockSize, LineCost
from hhu.client.upgrade.missing import Missing
from hhu.client.upgrade.stages import Notice, Noticed

ATTRIBUTES = 0o644
ANSWER_BYTES = 31
"""Frame of an answer to one block."""
BURST_ANSWER_BYTES = 43
GRACE = 0.1
"""Seconds on top of the announced delay until an answer to a burst is missed."""
MAP_PART = 8192
STRANGE, REOPENED, BARREN = 3, 5, 4
"""How often in a row an answer may be wrong, a file be opened without progress, a burst store nothing."""
ENDING = frozenset({Code.WRITE, Code.MEMORY, Code.PERMISSION, Code.BUSY, Code.SPACE, Code.MODE})
"""Refusals of a block that asking again does not cure."""


@dataclass(frozen=True, slots=True)
class Timers:
    """Waiting times in seconds (§3.10)."""

    answer: float = 3.0
    finish: float = 10.0
    tries: int = 3
    query: float = 3.0


LOCAL, REMOTE = Timers(), Timers(30.0, 30.0, 3, 30.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask the terminal for (§3.4)."""

    block: int = 16
    burst: int = 64
    window: int = 16
    duplex: bool = False
    """The line carries both directions at once: blocks in flight are used before bursts."""
    plain: bool = False
    """Send no tail: 256 bytes, one answer each, as an original tool does."""
    force: bool = False
    start_over: bool = False
    kept: bool = False
    """The terminal says that it keeps part of some file."""
    crc: CrcKind = CrcKind.X25
    """The generation to begin with; the terminal's answer may ask for the other."""


def no_time(_: int) -> float:
    """Wire time of a line without speed."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Say:
    """Send these one after the other, then call ``sent``."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """So many tries found nobody: ask the operator, then ``go_on`` or leave."""

    tries: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The terminal has the file. ``verdict``: its word on the package (§5.5), ``None`` when it got lost."""

    verdict: int | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The terminal does not take the file; ``code`` as in §3.3."""

    code: int
    note: str = ""


Output = Say | Noticed | Pause | Ended | Stopped


class State(Enum):
    """What is awaited."""

    OPENING = "opening"
    MAPPING = "mapping"
    MOVING = "moving"
    FINISHING = "finishing"
    OVER = "over"


class TransferSession:
    """One file on its way; use it for one transfer only, resuming is a new session."""

    def __init__(
        self,
        file: bytes,
        name: str,
        wanted: Wanted | None = None,
        timers: Timers = LOCAL,
        wire_time: Callable[[int], float] = no_time,
    ) -> None:
        self.file = file
        self.name = name
        self.wanted = wanted or Wanted()
        self.missing = Missing(units_of(len(file)))
        self.state = State.OPENING
        self.id = 0
        """The terminal's number of this transfer, 0 before it gave one."""
        self.crc = self.wanted.crc
        self.repeated = 0
        """Blocks that travelled more than once."""
        self.asked_again = 0
        """Silences and refusals so far."""
        self.grant: Grant | None = None
        self.deadline: float | None = None
        """When ``tick`` has something to do."""
        self._timers = timers
        self._wire_time = wire_time
        self._prefix = hashlib.sha256(file).digest()[:8]
        self._tail = not self.wanted.plain
        self._start_over = self.wanted.start_over
        self._size = BlockSize(1, LineCost(wire_time(1), GRACE))
        self._burst = self._number = 0
        self._window = 1
        self._flying: dict[int, BurstBlock | WriteNext] = {}
        self._travelled = bytearray(self.missing.units)
        self._last: tuple[Command, ...] = ()
        self._tries = self._strange = self._reopened = self._barren = self._crc_refusals = 0
        self._querying = False
        self._opened_before = self._started_over = False
        self._present: set[int] = set()

    @property
    def arrived(self) -> int:
        """Bytes that the terminal has, by its own word."""
        if not self.id:
            return 0
        return min(len(self.file), (self.missing.units - self.missing.count) * UNIT)

    @property
    def block(self) -> int:
        """Bytes of a block just now."""
        return self._size.units * UNIT

    def begin(self) -> list[Output]:
        """Open the file at the terminal."""
        return self._open()

    def sent(self, now: float) -> None:
        """The last bit of the last ``Say`` has left."""
        if self.state is not State.OVER:
            self.deadline = now + self._patience()

    def go_on(self) -> list[Output]:
        """Ask again after a pause."""
        self._tries = 0
        return self._again()

    def tick(self, now: float) -> list[Output]:
        """Let ``now`` pass: ask again, or pause."""
        if self.deadline is None or now < self.deadline or self.state is State.OVER:
            return []
        self.deadline = None
        self.asked_again += 1
        if self.state is State.MOVING and self._burst and not self._querying:
            return self._query()
        self._tries += 1
        if self._tries < self._timers.tries:
            return self._again()
        return self._no_answer()

    def handle(self, answer: TransferAnswer, now: float) -> list[Output]:
        """Take an answer; one that fits nothing is ignored."""
        outputs: list[Output] = []
        match answer:
            case Refused():
                outputs = self._refused(answer)
            case WriteBegun() if self.state is State.OPENING:
                outputs = self._begun(answer)
            case MapPart(id=self.id) if self.state is State.MAPPING:
                outputs = self._mapped(answer)
            case BurstState(id=self.id, burst=self._number) if self.state is State.MOVING and self._burst:
                outputs = self._burst_answered(answer)
            case Written(id=self.id) if self.state is State.MOVING and not self._burst:
                outputs = self._written(answer, now)
            case Finished(kind=Kind.WRITE, id=self.id) if self.state is State.FINISHING:
                outputs = self._over(Ended(answer.last))
            case _:
                pass
        return outputs

    # Opening

    def _open(self) -> list[Output]:
        self.state, self._tries, self._flying = State.OPENING, 0, {}
        unit = self.file[:UNIT]
        wish = self._wish() if self._tail else None
        return self._say(WriteFirst(self.name, len(self.file), ATTRIBUTES, self.crc.of(unit), unit, wish))

    def _wish(self) -> Wish:
        wanted = self.wanted
        return Wish(
            self.crc.of(self.file),
            wanted.block,
            wanted.burst,
            wanted.window,
            self._start_over,
            wanted.force,
            wanted.duplex,
            self._prefix,
        )

    def _begun(self, answer: WriteBegun) -> list[Output]:
        if answer.result:
            return self._over(Stopped(answer.result))
        self.id, self.grant, self._start_over = answer.id, answer.grant, False
        present = max(1, min(answer.offset, self.missing.units))
        self.missing.only(range(present))
        notices = self._agree(answer.grant)
        again, self._opened_before = self._opened_before, True
        if answer.offset > 1:
            kept = self.missing.units - (answer.grant.missing if answer.grant else self.missing.count)
            notices.append(Noticed(Notice.RESUMED, kept))
        elif self._travelled.find(1) >= 0 if again else self.wanted.kept:
            notices.append(Noticed(Notice.STARTED_OVER))
        if answer.grant and answer.grant.resumed and answer.grant.missing != self.missing.count:
            return [*notices, *self._map()]
        return [*notices, *self._move()]

    def _agree(self, grant: Grant | None) -> list[Output]:
        """Take the terminal's limits; the block size learnt before stays when the file is opened again."""
        if grant is None:
            self._burst, self._window = 0, 1
            self._limit(1)
            return [] if self._opened_before or not self._tail else [Noticed(Notice.SMALL_BLOCKS)]
        in_flight = grant.window > 1 and (self.wanted.duplex or not grant.burst)
        self._burst = 0 if in_flight else min(grant.burst, self.wanted.burst)
        self._window = max(1, min(grant.window, self.wanted.window)) if in_flight else 1
        self._limit(max(1, min(grant.block, self.wanted.block)))
        return []

    def _limit(self, block: int) -> None:
        if self._opened_before and block >= self._size.units:
            return
        delay = (self.grant.delay_ms if self.grant else 0) / 1000
        turn = delay + 0.005 + self._wire_time(BURST_ANSWER_BYTES)
        at_once = self._burst or self._window
        loss = 0.0 if self._burst else self._timers.answer
        cost = LineCost(self._wire_time(1), 3.3 * self._wire_time(1) + turn / max(1, at_once), loss)
        self._size = BlockSize(block, cost)

    # The map

    def _map(self) -> list[Output]:
        self.state, self._tries, self._present = State.MAPPING, 0, set()
        return self._ask_map(0)

    def _ask_map(self, start: int) -> list[Output]:
        return self._say(MapQuery(self.id, start, min(MAP_PART, self.missing.units - start)))

    def _mapped(self, part: MapPart) -> list[Output]:
        asked = self._last[0]
        if not isinstance(asked, MapQuery) or (part.start, part.count) != (asked.start, asked.count):
            return []
        self._tries = 0
        self._present |= part.present
        if part.start + part.count < self.missing.units:
            return self._ask_map(part.start + part.count)
        self.missing.only(self._present)
        return self._move()

    # Blocks

    def _move(self) -> list[Output]:
        """Go on with what is missing."""
        self.state, self._tries, self._querying = State.MOVING, 0, False
        if not self.missing.count and not self._flying:
            return self._finish()
        return self._next_burst() if self._burst else self._fill_window()

    def _next_burst(self) -> list[Output]:
        self._number = self._number % 255 + 1
        runs = [
            run for _, run in zip(range(self._burst), self.missing.blocks(self._size.units), strict=False)
        ]
        blocks = tuple(
            BurstBlock(self.id, self._number, i, i == len(runs) - 1, start, self.crc.of(content), content)
            for i, (start, content) in enumerate(self._cut(runs))
        )
        self._flying = {block.index: block for block in blocks}
        return self._say(*blocks)

    def _fill_window(self) -> list[Output]:
        behind = max((_end(block) for block in self._flying.values()), default=0)
        runs: list[tuple[int, int]] = []
        for run in self.missing.blocks(self._size.units, behind):
            if len(runs) + len(self._flying) >= self._window:
                break
            runs.append(run)
        blocks = [
            WriteNext(self.id, start, self.crc.of(content), content) for start, content in self._cut(runs)
        ]
        self._flying |= {block.offset: block for block in blocks}
        return self._say(*blocks) if blocks else []

    def _cut(self, runs: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        for start, length in runs:
            self.repeated += self._travelled[start]
            self._travelled[start : start + length] = b"\x01" * length
            yield start, self.file[start * UNIT : (start + length) * UNIT]

    def _burst_answered(self, answer: BurstState) -> list[Output]:
        if answer.result:
            return self._over(Stopped(answer.result))
        if not self._flying:
            return []
        stored = answer.stored & self._flying.keys()
        for index in stored:
            self._arrived(self._flying[index])
        notices = self._judge(len(self._flying), len(self._flying) - len(stored), self._flying[0])
        self._flying = {}
        self._reopened = 0 if stored else self._reopened
        self._barren = 0 if stored else self._barren + 1
        if self._barren >= BARREN and self._size.units == 1:
            self._burst = 0  # short frames pass, blocks do not: let it say why, block by block
        if answer.missing != self.missing.count:
            return [*notices, *self._map()]
        return [*notices, *self._move()]

    def _written(self, answer: Written, now: float) -> list[Output]:
        block = self._flying.pop(answer.offset, None)
        if block is None:
            return self._wrong_offset(answer.offset)
        if answer.result:
            return self._over(Stopped(answer.result))
        self._arrived(block)
        self._tries = self._strange = self._reopened = 0
        self.deadline = now + self._patience()  # for those that are still in flight
        notices = self._judge(1, 0, block)
        return [*notices, *self._move()]

    def _wrong_offset(self, offset: int) -> list[Output]:
        """A second answer to the same block is harmless; one to a block that was never sent is not."""
        if 0 <= offset < self.missing.units and offset not in self.missing:
            return []
        self._strange += 1
        return self._over(Stopped(Code.OFFSET, str(offset))) if self._strange >= STRANGE else []

    def _arrived(self, block: BurstBlock | WriteNext) -> None:
        self.missing.arrived(block.offset, units_of(len(block.data)))

    def _judge(self, sent: int, lost: int, block: BurstBlock | WriteNext) -> list[Output]:
        before = self._size.units
        changed = self._size.saw(sent, lost, units_of(len(block.data)))
        return self._resized(before) if changed else []

    def _resized(self, before: int) -> list[Output]:
        notice = Notice.HALVED if self._size.units < before else Notice.DOUBLED
        return [Noticed(notice, self.block)]

    def _query(self) -> list[Output]:
        self._querying = True
        return self._say(BurstQuery(self.id, self._number, len(self._flying)))

    # The end

    def _finish(self) -> list[Output]:
        self.state, self._tries = State.FINISHING, 0
        return self._say(Finish(Kind.WRITE, self.id, self.crc.of(self.file)))

    def _over(self, output: Ended | Stopped) -> list[Output]:
        self.state, self.deadline = State.OVER, None
        return [output]

    # Trouble

    def _refused(self, answer: Refused) -> list[Output]:
        """A code ends, or means to open again; which command it names is not trusted (§3.3)."""
        match self.state:
            case State.OPENING if answer.command in (WRITE_FIRST, READ_FIRST):
                return self._opening_refused(answer.code)
            case State.MOVING | State.MAPPING:
                return self._block_refused(answer.code)
            case State.FINISHING if answer.command == FINISH:
                return self._finish_refused(answer.code)
            case _:
                return []

    def _opening_refused(self, code: int) -> list[Output]:
        if code == Code.CRC and self._crc_refusals < 3:
            self._crc_refusals += 1
            if self._crc_refusals == 2:
                self.crc = CrcKind.ARC if self.crc is CrcKind.X25 else CrcKind.X25
                return [Noticed(Notice.OLD_CRC), *self._open()]
            return self._open()
        if code == Code.COMMAND and self._tail:
            self._tail = False
            return self._open()
        return self._over(Stopped(code))

    def _block_refused(self, code: int) -> list[Output]:
        self.asked_again += 1
        if code == Code.FILE_ID:
            return self._reopen(code)
        if self.state is State.MAPPING and code == Code.COMMAND:
            return self._move()  # it offers no map
        if code in ENDING or self._burst or self.state is State.MAPPING or not self._flying:
            return self._over(Stopped(code))
        offset = next(iter(self._flying))  # the oldest: answers come in the order of the blocks (§3.7)
        block = self._flying.pop(offset)
        self._tries += 1
        if self._tries >= self._timers.tries * self._window:
            return self._over(Stopped(code, str(offset)))
        notices = self._judge(1, 1, block)
        self._flying[offset] = block
        self.repeated += 1
        return [*notices, *self._say(block)]

    def _finish_refused(self, code: int) -> list[Output]:
        if code == Code.CRC:
            if self._started_over:
                return self._over(Stopped(code))
            self._start_over = self._started_over = True
            self._travelled = bytearray(self.missing.units)
        if code in (Code.SIZE, Code.CRC, Code.FILE_ID):
            return self._reopen(code)
        return self._over(Stopped(code))

    def _reopen(self, code: int) -> list[Output]:
        """The terminal forgot this transfer, by a reset or by its map: let it say what it has."""
        self._reopened += 1
        return self._over(Stopped(code)) if self._reopened >= REOPENED else self._open()

    def _again(self) -> list[Output]:
        if self.state is State.MOVING and not self._burst:
            return self._repeat_flying()
        return self._say(*self._last)

    def _repeat_flying(self) -> list[Output]:
        """Send all that is unanswered once more, smaller when it failed for the third time."""
        before = self._size.units
        if self._size.failed():
            self._flying = {}
            return [*self._resized(before), *self._fill_window()]
        self.repeated += len(self._flying)
        return self._say(*self._flying.values())

    def _no_answer(self) -> list[Output]:
        if self.state is State.OPENING and self._tail and not self._opened_before:
            self._tail = False
            return self._open()
        if self.state is State.FINISHING:
            return [Noticed(Notice.ANSWER_LOST), *self._over(Ended(None))]
        if self.state is State.MAPPING:
            return self._move()  # it offers no map: what lies behind the first gap travels again
        return [Pause(self._tries)]

    def _say(self, *commands: Command) -> list[Output]:
        self._last = commands
        return [Say(commands)]

    def _patience(self) -> float:
        match self.state:
            case State.FINISHING:
                return self._timers.finish
            case State.MOVING if self._querying:
                return self._timers.query
            case State.MOVING if self._burst and self._wire_time(1):
                delay = (self.grant.delay_ms if self.grant else 0) / 1000
                return delay + GRACE + self._wire_time(BURST_ANSWER_BYTES + self._burst // 8)
            case _:
                return self._timers.answer


def _end(block: BurstBlock | WriteNext) -> int:
    return block.offset + units_of(len(block.data))
