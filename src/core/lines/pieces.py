"""How the bytes of a transmission arrive: runs of characters, each with its time on the wire."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.lines.line import SerialSettings

PIECE_SECONDS = 0.004
PIECE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes and when its last bit is on the wire, in seconds after the first start bit."""

    start: int
    stop: int
    begins: float
    ends: float


def pieces(length: int, settings: SerialSettings | None) -> Iterator[Piece]:
    """Cut a transmission of ``length`` bytes into the runs in which it is delivered.

    One character at low speed, up to ``PIECE_BYTES`` at high: a listener sees a byte at most 4 ms late, and a
    frame's last byte exactly on time. Without settings the whole transmission takes no time.
    """
    if settings is None:
        yield Piece(0, length, 0.0, 0.0)
        return
    run = max(1, min(PIECE_BYTES, int(PIECE_SECONDS / settings.wire_time(1))))
    for start in range(0, length, run):
        stop = min(start + run, length)
        yield Piece(start, stop, settings.wire_time(start), settings.wire_time(stop))
