"""Bytes of a line in, frames and noise out (part A §1.6, §1.7); `core.wire.scan` has the rules."""

from dataclasses import dataclass

from core.errors import DecodeError
from core.gdw376.frame import (
    OVERHEAD,
    STANDARD,
    Frame,
    FrameProfile,
    claimed_length,
    decode_frame,
    header_flaw,
)
from core.wire.scan import LARGEST_NOISE, Arrived, Noise, Scanner

__all__ = ["DEFAULT_GAP", "LARGEST_NOISE", "Noise", "Reader", "Received"]

DEFAULT_GAP = 0.12
"""Seconds of silence that end a frame: 100 ms and five characters at 2400 (part A §1.6)."""


@dataclass(frozen=True, slots=True)
class Received(Arrived[Frame]):
    """A whole, correct frame of this protocol."""


class Reader(Scanner[Received]):
    """Finds frames in what one line brings."""

    header = 7

    def __init__(self, profile: FrameProfile = STANDARD, gap: float = DEFAULT_GAP) -> None:
        super().__init__(gap)
        self._profile = profile

    def flaw(self, head: bytes) -> DecodeError | None:
        """Judge as many bytes of the header as there are."""
        return header_flaw(head, self._profile)

    def size(self, head: bytes) -> int:
        """By the two equal lengths."""
        return claimed_length(head) + OVERHEAD

    def receive(self, raw: bytes, preamble: bytes, arrived: float) -> Received:
        """Check the frame and its checksum."""
        return Received(decode_frame(raw, self._profile), raw, preamble, arrived)
