"""Finds telegrams among the bytes of a line, both directions; damage is an event, nothing is invented.

Strategy
- Bit 7 is masked first. What cannot begin a telegram is skipped; a telegram that grows beyond its limit, or
  pauses longer than ``gap``, is given up.
- ACK is a telegram of its own, unless ``selecting``: then the meter waits for the choice of rate and mode.
- The line of a sign-on may stand behind damage that looks like a line: the last one counts.
"""

from dataclasses import dataclass

from core.errors import DecodeError
from core.meters.iec62056.telegram import ACK, ENDS, NAK, SOH, STX, Telegram, decode, seven_bits

LINE_LIMIT = 64
BLOCK_LIMIT = 16384
"""The longest readout seen has 3 kB."""
SELECTION_LENGTH = 6
GAP = 1.5
"""Longest seconds between two characters of a telegram (meter protocols §5.6)."""
_STARTS = b"/" + bytes([SOH, STX, ACK, NAK])


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no telegram, without bit 7."""

    raw: bytes
    reason: str


class Reader:
    """One direction of one line, or both where they share two wires."""

    def __init__(self, *, gap: float = GAP) -> None:
        self.selecting = False
        """ACK begins a `Selection`."""
        self._gap = gap
        self._held = bytearray()
        self._last = 0.0

    @property
    def partial(self) -> bool:
        """A telegram has begun."""
        return bool(self._held)

    def clear(self) -> None:
        """Forget what has begun."""
        self._held.clear()

    def feed(self, data: bytes, now: float) -> list[Telegram | Noise]:
        """Take bytes that arrived; ``now`` in monotonic seconds."""
        found: list[Telegram | Noise] = []
        if self._held and now - self._last > self._gap:
            found.append(self._drop(len(self._held), "half a telegram"))
        self._last = now
        self._held += seven_bits(data)
        while self._held and (event := self._next()) is not None:
            found.append(event)
        return found

    def _next(self) -> Telegram | Noise | None:
        first = self._held[0]
        if first not in _STARTS:
            return self._skip()
        if first == ord("/"):
            return self._line()
        if first in (SOH, STX):
            return self._block()
        if first == NAK or not self.selecting:
            return self._taken(1)
        return self._taken(SELECTION_LENGTH) if len(self._held) >= SELECTION_LENGTH else None

    def _skip(self) -> Noise:
        starts = [at for start in _STARTS if (at := self._held.find(start)) > 0]
        return self._drop(min(starts, default=len(self._held)), "nothing begins so")

    def _line(self) -> Telegram | Noise | None:
        end = self._held.find(b"\n", 0, LINE_LIMIT)
        if end < 0:
            return self._drop(1, "a line without an end") if len(self._held) >= LINE_LIMIT else None
        last = self._held.rfind(b"/", 0, end)
        return self._drop(last, "a line within a line") if last else self._taken(end + 1)

    def _block(self) -> Telegram | Noise | None:
        ends = [at for end in ENDS if (at := self._held.find(end)) > 0]
        if not ends:
            return self._drop(1, "a block without an end") if len(self._held) >= BLOCK_LIMIT else None
        size = min(ends) + 2
        return self._taken(size) if len(self._held) >= size else None

    def _taken(self, size: int) -> Telegram | Noise:
        raw = bytes(self._held[:size])
        try:
            telegram = decode(raw)
        except DecodeError as error:
            return self._drop(self._damaged(raw), error.reason)
        del self._held[:size]
        return telegram

    def _damaged(self, raw: bytes) -> int:
        """How much of a damaged telegram to drop: a block as a whole, else up to what may begin another."""
        return len(raw) if raw[0] in (SOH, STX, ord("/")) else 1

    def _drop(self, size: int, reason: str) -> Noise:
        raw = bytes(self._held[:size])
        del self._held[:size]
        return Noise(raw, reason)
