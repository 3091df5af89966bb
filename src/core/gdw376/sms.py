"""Frames in short messages: cut into fragments and joined again (part A §2.6, annex E).

- A fragment is a head of two bytes, low byte first, and up to 138 bytes. Head: D11-D0 number of the message,
  D14-D12 place of the fragment, D15 the last one. A frame of at most 1104 bytes travels in eight messages.
- Fragments come in any order, late, twice or not at all; a number is used again by its sender. A fragment
  that contradicts what is there begins the message anew.
- A message that is a whole frame by itself has no head; masters are known by the device's own description
  ("one frame per message") and are answered in their own way where the answer fits. [design]
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import DecodeError, EncodeError
from core.gdw376.frame import decode_frame

MESSAGE = 140
"""Octets of a short message."""
HEAD, FRAGMENTS = 2, 8
PIECE = MESSAGE - HEAD
LARGEST = PIECE * FRAGMENTS
"""Bytes of the longest frame."""
NUMBERS = 0x1000
PATIENCE = 60.0
"""Seconds an unfinished frame waits for its next fragment (part A §1.6, SMS)."""
MOST_UNFINISHED = 8
_LAST, _PLACE, _NUMBER = 0x8000, 12, NUMBERS - 1


def split(raw: bytes, number: int) -> tuple[bytes, ...]:
    """Return the messages that carry a frame; ``EncodeError`` for one that is too long."""
    if not 0 < len(raw) <= LARGEST:
        raise EncodeError(f"{len(raw)} bytes, {FRAGMENTS} messages carry {LARGEST}", field="frame")
    pieces = [raw[at : at + PIECE] for at in range(0, len(raw), PIECE)]
    return tuple(
        (number % NUMBERS | place << _PLACE | (_LAST if place == len(pieces) - 1 else 0)).to_bytes(
            2, "little"
        )
        + piece
        for place, piece in enumerate(pieces)
    )


def is_bare(message: bytes) -> bool:
    """Tell whether a message is a whole frame without a head."""
    try:
        decode_frame(message)
    except DecodeError:
        return False
    return True


@dataclass(slots=True)
class _Unfinished:
    until: float
    pieces: dict[int, bytes] = field(default_factory=dict[int, bytes])
    last: int | None = None

    def contradicts(self, place: int, piece: bytes, *, last: bool) -> bool:
        if self.pieces.get(place, piece) != piece:
            return True
        if last:
            return self.last not in (None, place) or any(known > place for known in self.pieces)
        return self.last is not None and place >= self.last

    @property
    def complete(self) -> bool:
        return self.last is not None and len(self.pieces) == self.last + 1


class Joiner:
    """Joins the fragments of any number of senders."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], _Unfinished] = {}

    def __len__(self) -> int:
        """Frames of which something is missing."""
        return len(self._open)

    def add(self, sender: str, message: bytes, now: float) -> bytes | None:
        """Take the octets of a message; return the bytes of a frame when they are complete."""
        self.tick(now)
        if is_bare(message):
            return message
        if len(message) <= HEAD:
            return None
        head = int.from_bytes(message[:HEAD], "little")
        last = bool(head & _LAST)
        return self._add((sender, head & _NUMBER), head >> _PLACE & 7, message[HEAD:], now, last=last)

    def _add(self, key: tuple[str, int], place: int, piece: bytes, now: float, *, last: bool) -> bytes | None:
        unfinished = self._open.pop(key, None)
        if unfinished is None or unfinished.contradicts(place, piece, last=last):
            unfinished = _Unfinished(now)
        unfinished.until = now + PATIENCE
        unfinished.pieces[place] = piece
        if last:
            unfinished.last = place
        if unfinished.complete:
            return _joined(unfinished.pieces.items())
        self._open[key] = unfinished
        if len(self._open) > MOST_UNFINISHED:
            del self._open[next(iter(self._open))]
        return None

    def tick(self, now: float) -> None:
        """Let ``now`` pass: forget what waited too long."""
        for key in [key for key, one in self._open.items() if now >= one.until]:
            del self._open[key]


def _joined(pieces: Iterable[tuple[int, bytes]]) -> bytes:
    return b"".join(piece for _, piece in sorted(pieces))
