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

from collections.abc import Callable
from enum import Enum

from core.vendor.transfer.answers import (
    BurstState,
    Finished,
    MapPart,
    Refused,
    TransferAnswer,
    WriteBegun,
    Written,
)
from core.vendor.transfer.commands import Command, Finish
from core.vendor.transfer.terms import FINISH, READ_FIRST, UNIT, WRITE_FIRST, Code, Kind
from hhu.client.upgrade.blocks import Blocks
from hhu.client.upgrade.opening import Opening
from hhu.client.upgrade.outputs import Ended, Output, Pause, Say, Stopped
from hhu.client.upgrade.stages import Notice, Noticed
from hhu.client.upgrade.unit_map import UnitMap
from hhu.client.upgrade.wanted import LOCAL, Timers, Wanted

STRANGE, REOPENED = 3, 5
"""How often in a row an answer may be wrong, a file be opened without progress."""
ENDING = frozenset({Code.WRITE, Code.MEMORY, Code.PERMISSION, Code.BUSY, Code.SPACE, Code.MODE})
"""Refusals of a block that asking again does not cure."""


def no_time(_: int) -> float:
    """Wire time of a line without speed."""
    return 0.0


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
        self.state = State.OPENING
        self.id = 0
        """The terminal's number of this transfer, 0 before it gave one."""
        self.asked_again = 0
        """Silences and refusals so far."""
        self.deadline: float | None = None
        """When ``tick`` has something to do."""
        self._timers = timers
        self._timed = wire_time(1) > 0
        self._opening = Opening(file, name, wanted or Wanted())
        self._blocks = Blocks(file, wanted or Wanted(), wire_time, timers.answer)
        self._map = UnitMap(0, 0)
        self._last: tuple[Command, ...] = ()
        self._tries = self._strange = self._reopened = 0
        self._querying = False

    @property
    def arrived(self) -> int:
        """Bytes that the terminal has, by its own word."""
        missing = self._blocks.missing
        return min(len(self.file), (missing.units - missing.count) * UNIT) if self.id else 0

    @property
    def block(self) -> int:
        """Bytes of a block just now."""
        return self._blocks.size.units * UNIT

    @property
    def repeated(self) -> int:
        """Blocks that travelled more than once."""
        return self._blocks.repeated

    @property
    def _crc(self) -> Callable[[bytes], int]:
        return self._opening.crc.of

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
        if self._bursting and not self._querying:
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
            case BurstState(id=self.id, burst=number) if self._bursting and number == self._blocks.number:
                outputs = self._burst_answered(answer)
            case Written(id=self.id) if self.state is State.MOVING and not self._blocks.burst:
                outputs = self._written(answer, now)
            case Finished(kind=Kind.WRITE, id=self.id) if self.state is State.FINISHING:
                outputs = self._over(Ended(answer.last))
            case _:
                pass
        return outputs

    @property
    def _bursting(self) -> bool:
        return self.state is State.MOVING and self._blocks.burst > 0

    # Opening and the map

    def _open(self) -> list[Output]:
        self.state, self._tries, self._blocks.flying = State.OPENING, 0, {}
        return self._say(self._opening.command)

    def _begun(self, answer: WriteBegun) -> list[Output]:
        if answer.result:
            return self._over(Stopped(answer.result))
        blocks, grant, self.id = self._blocks, answer.grant, answer.id
        blocks.open_at(answer.offset)
        blocks.agree(grant, again=self._opening.before)
        notices = self._opening.begun(answer, blocks.missing.count, travelled=blocks.travelled)
        if grant and grant.resumed and grant.missing != blocks.missing.count:
            return [*notices, *self._ask_map()]
        return [*notices, *self._move()]

    def _ask_map(self) -> list[Output]:
        self.state, self._tries = State.MAPPING, 0
        self._map = UnitMap(self.id, self._blocks.missing.units)
        return self._say(self._map.query)

    def _mapped(self, part: MapPart) -> list[Output]:
        if not self._map.take(part):
            return []
        self._tries = 0
        if not self._map.complete:
            return self._say(self._map.query)
        self._blocks.missing.only(self._map.present)
        return self._move()

    # Blocks

    def _move(self) -> list[Output]:
        """Go on with what is missing."""
        self.state, self._tries, self._querying = State.MOVING, 0, False
        return self._finish() if self._blocks.done else self._next_blocks()

    def _next_blocks(self) -> list[Output]:
        blocks = self._blocks.next(self.id, self._crc)
        return self._say(*blocks) if blocks else []

    def _burst_answered(self, answer: BurstState) -> list[Output]:
        if answer.result:
            return self._over(Stopped(answer.result))
        if not self._blocks.flying:
            return []
        stored = answer.stored & self._blocks.flying.keys()
        self._reopened = 0 if stored else self._reopened
        notices = self._blocks.stored(stored)
        if answer.missing != self._blocks.missing.count:
            return [*notices, *self._ask_map()]
        return [*notices, *self._move()]

    def _written(self, answer: Written, now: float) -> list[Output]:
        block = self._blocks.flying.pop(answer.offset, None)
        if block is None:
            return self._wrong_offset(answer.offset)
        if answer.result:
            return self._over(Stopped(answer.result))
        self._tries = self._strange = self._reopened = 0
        self.deadline = now + self._patience()  # for those that are still in flight
        return [*self._blocks.written(block), *self._move()]

    def _wrong_offset(self, offset: int) -> list[Output]:
        """A second answer to the same block is harmless; one to a block that was never sent is not."""
        if 0 <= offset < self._blocks.missing.units and offset not in self._blocks.missing:
            return []
        self._strange += 1
        return self._over(Stopped(Code.OFFSET, str(offset))) if self._strange >= STRANGE else []

    def _query(self) -> list[Output]:
        self._querying = True
        return self._say(self._blocks.query(self.id))

    # The end

    def _finish(self) -> list[Output]:
        self.state, self._tries = State.FINISHING, 0
        return self._say(Finish(Kind.WRITE, self.id, self._crc(self.file)))

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
        notices = self._opening.refused(code)
        return self._over(Stopped(code)) if notices is None else [*notices, *self._open()]

    def _block_refused(self, code: int) -> list[Output]:
        self.asked_again += 1
        if code == Code.FILE_ID:
            return self._reopen(code)
        if self.state is State.MAPPING and code == Code.COMMAND:
            return self._move()  # it offers no map
        flying = self._blocks.flying
        if code in ENDING or self._blocks.burst or self.state is State.MAPPING or not flying:
            return self._over(Stopped(code))
        block = next(iter(flying.values()))  # the oldest: answers come in the order of the blocks (§3.7)
        self._tries += 1
        if self._tries >= self._timers.tries * self._blocks.window:
            return self._over(Stopped(code, str(block.offset)))
        return [*self._blocks.refused(block), *self._say(block)]

    def _finish_refused(self, code: int) -> list[Output]:
        if code == Code.CRC:
            if not self._opening.start_over():
                return self._over(Stopped(code))
            self._blocks.forget()
        if code in (Code.SIZE, Code.CRC, Code.FILE_ID):
            return self._reopen(code)
        return self._over(Stopped(code))

    def _reopen(self, code: int) -> list[Output]:
        """The terminal forgot this transfer, by a reset or by its map: let it say what it has."""
        self._reopened += 1
        return self._over(Stopped(code)) if self._reopened >= REOPENED else self._open()

    def _again(self) -> list[Output]:
        if self.state is not State.MOVING or self._bursting:
            return self._say(*self._last)
        if notices := self._blocks.unanswered():
            return [*notices, *self._next_blocks()]
        return self._say(*self._blocks.again())

    def _no_answer(self) -> list[Output]:
        if self.state is State.OPENING and self._opening.unanswered():
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
            case State.MOVING if self._bursting and self._timed:
                return self._blocks.burst_patience
            case _:
                return self._timers.answer
