"""From bytes to frames, made for thousands of connections that mostly bring one whole frame at a time."""

from core.errors import DecodeError
from core.gdw376.frame import OVERHEAD, Frame, FrameProfile, claimed_length, decode_frame
from core.gdw376.reader import Noise, Reader, Received

PREAMBLE = b"\xfe"
_LENGTHS = 3
"""Bytes from which the length is known."""


def whole_frames(data: bytes, profile: FrameProfile) -> tuple[list[tuple[Frame, bytes]], bytes]:
    """Return the whole frames at the beginning, each with its bytes, and what stands behind them."""
    found: list[tuple[Frame, bytes]] = []
    rest = data.lstrip(PREAMBLE)
    while len(rest) >= _LENGTHS:
        size = claimed_length(rest) + OVERHEAD
        if size > len(rest):
            break
        try:
            frame = decode_frame(rest[:size], profile)
        except DecodeError:
            break
        found.append((frame, rest[:size]))
        rest = rest[size:].lstrip(PREAMBLE)
    return found, rest


class FrameFinder:
    """Frames of one connection; holds a reader, and so memory, only while a frame is incomplete."""

    __slots__ = ("_gap", "_profile", "_reader")

    def __init__(self, profile: FrameProfile, gap: float) -> None:
        self._profile = profile
        self._gap = gap
        self._reader: Reader | None = None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._reader.deadline if self._reader else None

    def feed(self, data: bytes, now: float) -> tuple[list[tuple[Frame, bytes]], int]:
        """Take bytes; return the frames that became whole, and how many bytes were none."""
        frames: list[tuple[Frame, bytes]] = []
        if self._reader is None:
            frames, data = whole_frames(data, self._profile)
            if not data:
                return frames, 0
            self._reader = Reader(self._profile, self._gap)
        more, noise = self._sorted(self._reader, self._reader.feed(data, now))
        return [*frames, *more], noise

    def tick(self, now: float) -> tuple[list[tuple[Frame, bytes]], int]:
        """Let ``now`` pass: silence ends an unfinished frame."""
        if self._reader is None:
            return [], 0
        return self._sorted(self._reader, self._reader.tick(now))

    def _sorted(
        self, reader: Reader, pieces: list[Received | Noise]
    ) -> tuple[list[tuple[Frame, bytes]], int]:
        if not reader.pending:
            self._reader = None
        frames = [(piece.frame, piece.raw) for piece in pieces if isinstance(piece, Received)]
        return frames, sum(len(piece.raw) for piece in pieces if isinstance(piece, Noise))
