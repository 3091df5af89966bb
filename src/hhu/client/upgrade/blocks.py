"""The blocks of one file on their way: cut, sent, acknowledged, sent again (vendor extension §3.6-3.8)."""

from collections.abc import Callable, Iterator
from itertools import islice

from core.vendor.tails import Grant
from core.vendor.transfer.commands import BurstBlock, BurstQuery, WriteNext
from core.vendor.transfer.terms import UNIT, units_of
from hhu.client.upgrade.block_size import BlockSize, LineCost
from hhu.client.upgrade.missing import Missing
from hhu.client.upgrade.stages import Notice, Noticed
from hhu.client.upgrade.wanted import Wanted

BURST_ANSWER_BYTES = 43
"""Frame of an answer to a burst."""
GRACE = 0.1
"""Seconds on top of the announced delay until an answer to a burst is missed."""
BARREN = 4
"""Bursts in a row that store nothing."""
Block = BurstBlock | WriteNext


class Blocks:
    """What is missing, what flies, and how large it is cut."""

    def __init__(
        self, file: bytes, wanted: Wanted, wire_time: Callable[[int], float], block_timeout: float
    ) -> None:
        """``wire_time``: seconds of so many bytes; ``block_timeout``: wait for the answer to one block."""
        self.missing = Missing(units_of(len(file)))
        self.size = BlockSize(1, LineCost(wire_time(1), GRACE))
        self.burst = 0
        """Most blocks of a burst; 0: each block has its answer."""
        self.window = 1
        """Most blocks in flight without bursts."""
        self.number = 0
        """Of the last burst, 1..255, then 1 again."""
        self.flying: dict[int, Block] = {}
        """Unanswered blocks by their place in the burst, or by their offset."""
        self.repeated = 0
        """Blocks that travelled more than once."""
        self._file = file
        self._wanted = wanted
        self._wire_time = wire_time
        self._timeout = block_timeout
        self._delay = 0.0
        self._travelled = bytearray(self.missing.units)
        self._barren = 0

    @property
    def travelled(self) -> bool:
        """Tell whether any block was sent."""
        return self._travelled.find(1) >= 0

    @property
    def done(self) -> bool:
        """Tell whether the terminal has them all."""
        return not self.missing.count and not self.flying

    @property
    def burst_patience(self) -> float:
        """Seconds until the answer to a burst is missed."""
        return self._delay + GRACE + self._wire_time(BURST_ANSWER_BYTES + self.burst // 8)

    def open_at(self, offset: int) -> None:
        """The terminal has what stands before unit ``offset``, and unit 0 for sure."""
        self.missing.only(range(max(1, min(offset, self.missing.units))))

    def forget(self) -> None:
        """The terminal erases the file: nothing travelled yet."""
        self._travelled = bytearray(self.missing.units)

    def agree(self, grant: Grant | None, *, again: bool) -> None:
        """Take the terminal's limits; the size learnt before stays when the file is opened ``again``."""
        self._delay = grant.delay_ms / 1000 if grant else 0.0
        if grant is None:
            self.burst, self.window, largest = 0, 1, 1
        else:
            wanted = self._wanted
            in_flight = grant.window > 1 and (wanted.duplex or not grant.burst)
            self.burst = 0 if in_flight else min(grant.burst, wanted.burst)
            self.window = max(1, min(grant.window, wanted.window)) if in_flight else 1
            largest = max(1, min(grant.block, wanted.block))
        if not again or largest < self.size.units:
            self.size = BlockSize(largest, self._cost())

    def _cost(self) -> LineCost:
        turn = self._delay + 0.005 + self._wire_time(BURST_ANSWER_BYTES)
        at_once = max(1, self.burst or self.window)
        loss = 0.0 if self.burst else self._timeout
        return LineCost(self._wire_time(1), 3.3 * self._wire_time(1) + turn / at_once, loss)

    # Sending

    def next(self, id_: int, crc: Callable[[bytes], int]) -> tuple[Block, ...]:
        """Cut the next burst, or what the window still takes."""
        return self._next_burst(id_, crc) if self.burst else self._fill_window(id_, crc)

    def _next_burst(self, id_: int, crc: Callable[[bytes], int]) -> tuple[Block, ...]:
        self.number = self.number % 255 + 1
        runs = list(islice(self.missing.blocks(self.size.units), self.burst))
        blocks = tuple(
            BurstBlock(id_, self.number, i, i == len(runs) - 1, start, crc(content), content)
            for i, (start, content) in enumerate(self._cut(runs))
        )
        self.flying = {block.index: block for block in blocks}
        return blocks

    def _fill_window(self, id_: int, crc: Callable[[bytes], int]) -> tuple[Block, ...]:
        behind = max((_end(block) for block in self.flying.values()), default=0)
        runs = list(
            islice(self.missing.blocks(self.size.units, behind), max(0, self.window - len(self.flying)))
        )
        blocks = tuple(WriteNext(id_, start, crc(content), content) for start, content in self._cut(runs))
        self.flying |= {block.offset: block for block in blocks}
        return blocks

    def _cut(self, runs: list[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        for start, length in runs:
            self.repeated += self._travelled[start]
            self._travelled[start : start + length] = b"\x01" * length
            yield start, self._file[start * UNIT : (start + length) * UNIT]

    def again(self) -> tuple[Block, ...]:
        """All that is unanswered once more."""
        self.repeated += len(self.flying)
        return tuple(self.flying.values())

    def query(self, id_: int) -> BurstQuery:
        """Ask what of the last burst arrived."""
        return BurstQuery(id_, self.number, len(self.flying))

    # Answers

    def stored(self, places: frozenset[int]) -> list[Noticed]:
        """Take the answer to a burst: the blocks at ``places`` are stored, the rest is lost."""
        for place in places:
            self._arrived(self.flying[place])
        notices = self._judge(len(self.flying), len(self.flying) - len(places), self.flying[0])
        self.flying = {}
        self._barren = 0 if places else self._barren + 1
        if self._barren >= BARREN and self.size.units == 1:
            self.burst = 0  # short frames pass, blocks do not: let it say why, block by block
        return notices

    def written(self, block: Block) -> list[Noticed]:
        """One block has arrived."""
        self._arrived(block)
        return self._judge(1, 0, block)

    def refused(self, block: Block) -> list[Noticed]:
        """One block did not arrive; it flies again, behind the others."""
        notices = self._judge(1, 1, block)
        self.flying[block.offset] = self.flying.pop(block.offset)
        self.repeated += 1
        return notices

    def unanswered(self) -> list[Noticed]:
        """Nobody answers; a block that failed for the third time is cut anew, smaller."""
        before = self.size.units
        if not self.size.failed():
            return []
        self.flying = {}
        return self._resized(before)

    def _arrived(self, block: Block) -> None:
        self.missing.arrived(block.offset, units_of(len(block.data)))

    def _judge(self, sent: int, lost: int, block: Block) -> list[Noticed]:
        before = self.size.units
        changed = self.size.saw(sent, lost, units_of(len(block.data)))
        return self._resized(before) if changed else []

    def _resized(self, before: int) -> list[Noticed]:
        notice = Notice.HALVED if self.size.units < before else Notice.DOUBLED
        return [Noticed(notice, self.size.units * UNIT)]


def _end(block: Block) -> int:
    return block.offset + units_of(len(block.data))
