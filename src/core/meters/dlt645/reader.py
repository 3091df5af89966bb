"""Bytes of a line in, frames and noise out (dlt645 §2.1); `core.wire.scan` has the rules."""

from dataclasses import dataclass

from core.errors import DecodeError
from core.meters.dlt645.frame import OVERHEAD, Frame, decode_frame, header_flaw
from core.wire.scan import Arrived, Noise, Scanner

__all__ = ["DEFAULT_GAP", "Noise", "Reader", "Received"]

DEFAULT_GAP = 0.5
"""Seconds of silence that end a frame: the longest gap Tb between bytes (dlt645 §1.3)."""


@dataclass(frozen=True, slots=True)
class Received(Arrived[Frame]):
    """A whole, correct frame of this protocol."""


class Reader(Scanner[Received]):
    """Finds frames in what one line brings."""

    header = 10

    def __init__(self, gap: float = DEFAULT_GAP) -> None:
        super().__init__(gap)

    def flaw(self, head: bytes) -> DecodeError | None:
        """The second 68H must stand behind six bytes of address."""
        return header_flaw(head)

    def size(self, head: bytes) -> int:
        """By L."""
        return head[9] + OVERHEAD

    def receive(self, raw: bytes, preamble: bytes, arrived: float) -> Received:
        """Check the frame and its checksum."""
        return Received(decode_frame(raw), raw, preamble, arrived)
