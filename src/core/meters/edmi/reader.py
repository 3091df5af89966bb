"""Bytes of a line in, frames and noise out.

Rules
- A start byte never stands inside a frame, an end byte only at its end: stuffing sees to that. So a second
  start byte gives up what was before it, and every byte fed leaves in exactly one frame or ``Noise``.
- No length goes ahead: a frame that never ends is given up when the line has been silent for a gap.
"""

from dataclasses import dataclass

from core.errors import DecodeError
from core.meters.edmi.frame import ETX, LARGEST, STX, Frame, decode_frame
from core.wire.scan import Noise

GAP = 0.5
"""Longest seconds between two bytes of a frame (§3.7)."""


@dataclass(frozen=True, slots=True)
class Received:
    """A whole frame with a right CRC."""

    frame: Frame
    raw: bytes


class Reader:
    """Finds frames in what one line brings."""

    def __init__(self, gap: float = GAP) -> None:
        self.gap = gap
        self._held = bytearray()
        self._last_byte = 0.0

    @property
    def pending(self) -> bytes:
        """Bytes fed and not yet given out."""
        return bytes(self._held)

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, ``None`` while nothing is pending."""
        return self._last_byte + self.gap if self._held else None

    def feed(self, data: bytes, now: float) -> list[Received | Noise]:
        """Take what came at ``now`` (seconds); return what became certain, oldest first."""
        self._last_byte = now
        self._held += data
        found: list[Received | Noise] = []
        while self._held and (piece := self._piece()) is not None:
            found.append(piece)
        return found

    def tick(self, now: float) -> list[Received | Noise]:
        """Let ``now`` pass: a frame that goes on no more is none."""
        if self.deadline is None or now < self.deadline:
            return []
        return [self._noise(len(self._held), f"cut short after {len(self._held)} bytes")]

    def _piece(self) -> Received | Noise | None:
        """Take what stands at the front, ``None`` while that may still become a frame."""
        held = self._held
        start = held.find(STX)
        if start != 0:
            return self._noise(len(held) if start < 0 else start, "no start byte 02H")
        end, again = held.find(ETX, 1), held.find(STX, 1)
        if again > 0 and not 0 < end < again:
            return self._noise(again, f"cut short after {again} bytes")
        if end < 0:
            return self._noise(len(held), "no end byte 03H") if len(held) > LARGEST else None
        raw = bytes(held[: end + 1])
        try:
            frame = decode_frame(raw)
        except DecodeError as error:
            return self._noise(len(raw), error.reason)
        del held[: len(raw)]
        return Received(frame, raw)

    def _noise(self, count: int, reason: str) -> Noise:
        raw = bytes(self._held[:count])
        del self._held[:count]
        return Noise(raw, reason)
