"""How large blocks should be on this line, by what was lost (vendor extension §3.6).

A block that is hit anywhere is lost as a whole, so large blocks pay on clean lines only. More than 10 % lost
in the last four bursts, or three tries of one block, make it smaller; 16 clean bursts make it larger. Before
it becomes smaller the measured rate of hits is asked: where more frames would cost more than they save in
repetitions, the size stays; where the rate says clearly which size is best, that one is taken at once.
"""

from collections import deque
from dataclasses import dataclass
from math import exp

FRAME = 39
"""Bytes around a block: frame, envelope, head (vendor extension §3.11)."""
BURST = 16
"""Single blocks that count as much as one burst."""
RECENT = 4
"""Bursts that are judged."""
TOO_MANY = 0.10
ENOUGH = 8
"""Blocks without which nothing is judged."""
CLEAN_BURSTS = 16
IN_A_ROW = 3
MEMORY = 512 * 1024
"""Bytes on the line after which a measurement counts half."""
WORTH = 1.02
"""Gain for which the size is changed."""


@dataclass(frozen=True, slots=True)
class LineCost:
    """Seconds that a block takes."""

    per_byte: float
    """On the wire; 0 where the line has no speed."""
    per_block: float
    """Pauses and turnarounds, shared among the blocks of a burst."""
    per_loss: float = 0.0
    """Waiting before a lost block is sent again; nothing in a burst."""


class BlockSize:
    """Units of 256 bytes per block: a power of two, at most ``largest``."""

    def __init__(self, largest: int, cost: LineCost, unit: int = 256) -> None:
        self.units = self._largest = 1 << (largest.bit_length() - 1)
        self.unit = unit
        self._cost = cost
        self._recent: deque[tuple[int, int]] = deque()
        self._clean = self._since = 0.0
        self._failures = 0
        self._bytes = self._hits = 0.0

    @property
    def rate(self) -> float:
        """Measured hits per byte on the line."""
        return self._hits / self._bytes if self._bytes else 0.0

    def saw(self, sent: int, lost: int, size: int | None = None) -> bool:
        """Take what came of a burst, or of one block; tell whether the size changed.

        ``size``: units of the blocks, when they were not of the present size.
        """
        self._measure(sent, lost, self.units if size is None else size)
        self._failures = 0 if lost < sent else self._failures
        bursts = sent / BURST if sent < ENOUGH else 1.0
        self._since += bursts
        self._clean = 0.0 if lost else self._clean + bursts
        self._recent.append((sent, lost))
        while len(self._recent) > 1 and sum(one for one, _ in self._recent) - self._recent[0][0] >= (
            RECENT * BURST
        ):
            self._recent.popleft()
        return self._judge()

    def shrink(self) -> None:
        """Take half the size, whatever was measured."""
        self._become(self.units // 2)

    def failed(self) -> bool:
        """A block got no answer; the third time in a row it is made smaller. Tell whether it was."""
        self._failures += 1
        return self._failures >= IN_A_ROW and self._become(self.units // 2)

    def _measure(self, sent: int, lost: int, units: int) -> None:
        size = units * self.unit + FRAME
        fade = 0.5 ** (sent * size / MEMORY)
        expected = self.rate * size
        hits_per_loss = expected / (1 - exp(-expected)) if expected > 1e-6 else 1.0
        self._bytes = self._bytes * fade + sent * size
        self._hits = self._hits * fade + lost * hits_per_loss

    def _judge(self) -> bool:
        sent = sum(one for one, _ in self._recent)
        lost = sum(one for _, one in self._recent)
        if sent >= ENOUGH and lost > TOO_MANY * sent:
            best = self._best()
            return best < self.units and self._become(best)
        if self._clean >= CLEAN_BURSTS or (self._since >= CLEAN_BURSTS and self._best() > self.units):
            return self._become(self.units * 2)
        return False

    def _best(self) -> int:
        """The size that carries most by the measured rate; the present one unless another is worth it."""
        best = self.units
        for step in range(self._largest.bit_length()):
            if self._carried(1 << step) > self._carried(best) * (WORTH if best == self.units else 1.0):
                best = 1 << step
        return best

    def _carried(self, units: int) -> float:
        """Bytes of the file per second with blocks of so many units."""
        size, cost = units * self.unit + FRAME, self._cost
        whole = exp(-self.rate * size)
        seconds = size * cost.per_byte + cost.per_block + (1 - whole) * cost.per_loss
        return units * self.unit * whole / max(seconds, 1e-6)

    def _become(self, units: int) -> bool:
        self._recent.clear()
        self._clean = self._since = 0.0
        self._failures = 0
        before, self.units = self.units, max(1, min(units, self._largest))
        return self.units != before
