"""What each channel costs, in honest numbers, before anything starts (vendor extension §3.11).

Reckoned, not measured: bytes of the frames, 33 bit times between them, and two changes of direction per
exchange. The line's damage and the terminal's own work come on top.
"""

from dataclasses import dataclass
from enum import Enum

from core.lines.line import IR, RS485, SerialSettings

REQUEST, ANSWER = 37, 31
"""Bytes around a block, and of its answer."""
BURST_BLOCK, BURST_ANSWER = 39, 35
TURN = 0.02
"""Seconds at each change of direction."""
GAP_BITS = 33
GPRS_TRIP, GPRS_RATE = 0.6, 5000.0
"""Round trip in seconds, and bytes per second, of a fair mobile link."""


class Rhythm(Enum):
    """How blocks travel."""

    SINGLE = "single"
    """256 bytes and one answer each: an original terminal, or an original tool."""
    BURST = "burst"
    """16 blocks of 4096 bytes and one answer: a terminal that announces it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One channel in one rhythm."""

    channel: str
    """ir, rs485 or gprs."""
    rhythm: Rhythm
    rate: float
    """Bytes of the file per second."""
    raw: float
    """What the line carries at most."""

    def seconds(self, size: int) -> float:
        """How long a file of ``size`` bytes travels."""
        return size / self.rate


def single(settings: SerialSettings, block: int = 256, turn: float = TURN) -> float:
    """Bytes per second with one answer per block."""
    return block / (settings.wire_time(block + REQUEST + ANSWER) + 2 * turn)


def bursts(settings: SerialSettings, block: int = 4096, count: int = 16, turn: float = TURN) -> float:
    """Bytes per second with one answer per ``count`` blocks."""
    gaps = (count - 1) * GAP_BITS / settings.baud
    answer = BURST_ANSWER + -(-count // 8)
    wire = settings.wire_time(count * (block + BURST_BLOCK) + answer)
    return count * block / (wire + gaps + 2 * turn)


def advice() -> tuple[Advice, ...]:
    """Every channel, the slowest last."""
    return (
        Advice("rs485", Rhythm.BURST, bursts(RS485), 1 / RS485.wire_time(1)),
        Advice("rs485", Rhythm.SINGLE, single(RS485), 1 / RS485.wire_time(1)),
        Advice("gprs", Rhythm.BURST, GPRS_RATE * 4096 / (4096 + REQUEST), GPRS_RATE),
        Advice("gprs", Rhythm.SINGLE, 256 / (GPRS_TRIP + (256 + REQUEST) / GPRS_RATE), GPRS_RATE),
        Advice("ir", Rhythm.BURST, bursts(IR), 1 / IR.wire_time(1)),
        Advice("ir", Rhythm.SINGLE, single(IR), 1 / IR.wire_time(1)),
    )
