"""Bytes of a line in, packets and noise out, for either end.

How long a packet is follows from its first bytes and, at the host, from what was asked: ``size`` tells it.
A start byte stands anywhere inside packets, so one is believed until the CRC speaks against it; then the
search goes on behind it. A packet that never ends is given up when the line has been silent for a gap.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.meters.alpha.packets import STX, whole
from core.wire.scan import Noise

GAP = 0.5
"""Longest seconds between two bytes of a packet."""
Size = Callable[[bytes], int | None]
"""From first bytes to a length: ``None`` not yet known, 0 no packet begins here."""


@dataclass(frozen=True, slots=True)
class Received:
    """A whole packet with a right CRC."""

    raw: bytes


class Reader:
    """Finds packets in what one line brings."""

    def __init__(self, size: Size, gap: float = GAP) -> None:
        self.size = size
        self.gap = gap
        self._held = bytearray()
        self._noise = bytearray()
        self._reason = ""
        self._last_byte = 0.0

    @property
    def missing(self) -> int:
        """Bytes that the packet under way still lacks, as far as that is known."""
        return max(0, (self.size(bytes(self._held)) or 0) - len(self._held)) if self._held else 0

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, ``None`` while nothing is pending."""
        return self._last_byte + self.gap if self._held else None

    def clear(self) -> None:
        """Forget what is pending."""
        self._held.clear()

    def feed(self, data: bytes, now: float) -> list[Received | Noise]:
        """Take what came at ``now`` (seconds); return what became certain, oldest first."""
        self._last_byte = now
        self._held += data
        return self._search(silent=False)

    def tick(self, now: float) -> list[Received | Noise]:
        """Let ``now`` pass: after the silence that ends a packet nothing stays pending."""
        return self._search(silent=True) if self.deadline is not None and now >= self.deadline else []

    def _search(self, *, silent: bool) -> list[Received | Noise]:
        found: list[Received | Noise] = []
        while self._held:
            start = self._held.find(STX)
            if start != 0:
                self._give_up(len(self._held) if start < 0 else start, "no start byte 02H")
                continue
            size = self.size(bytes(self._held))
            if size is None or len(self._held) < size:
                if not silent:
                    break
                self._give_up(1, f"cut short after {len(self._held)} bytes")
            elif size and whole(raw := bytes(self._held[:size])):
                found += [*self._flushed(), Received(raw)]
                del self._held[:size]
            else:
                self._give_up(1, "the CRC is wrong" if size else "no packet that was asked for")
        return found + self._flushed()

    def _give_up(self, count: int, reason: str) -> None:
        self._reason = self._reason or reason
        self._noise += self._held[:count]
        del self._held[:count]

    def _flushed(self) -> list[Received | Noise]:
        if not self._noise:
            return []
        found = Noise(bytes(self._noise), self._reason)
        self._noise.clear()
        self._reason = ""
        return [found]
