"""What can go wrong on a wire, drawn from a seeded source so that it happens again the same way."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

STRAY_BYTES = 6
"""The longest run of noise in front of a transmission."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances from 0 to 1 and times in seconds; all zero is a clean line."""

    drop: float = 0.0
    """Chance per transmission (one ``send``) that nothing of it is heard."""
    cut: float = 0.0
    """Chance per transmission that a run inside it is not heard."""
    damage: float = 0.0
    """Chance per transmission that one of its bits is flipped."""
    bit_errors: float = 0.0
    """Chance per bit to be flipped."""
    noise: float = 0.0
    """Chance per transmission that up to 6 stray bytes are heard right before it."""
    delay: float = 0.0
    """Seconds from the wire to the listener, for every byte."""
    jitter: float = 0.0
    """Up to so many seconds on top of ``delay``, drawn per piece; the order of bytes stays."""

    def heard(self, data: bytes, random: Random) -> list[bytes]:
        """What a listener hears in place of each byte of ``data``: itself, another, none or several."""
        heard = [bytes((byte,)) for byte in self._flipped(data, random)]
        if self._happens(self.cut, random):
            start, stop = sorted((random.randrange(len(data)), random.randrange(len(data))))
            heard[start : stop + 1] = [b""] * (stop + 1 - start)
        if self._happens(self.drop, random):
            heard = [b""] * len(data)
        if self._happens(self.noise, random):
            heard[0] = random.randbytes(random.randint(1, STRAY_BYTES)) + heard[0]
        return heard

    def _flipped(self, data: bytes, random: Random) -> bytes:
        flipped = bytearray(data)
        for bit in _bit_positions(self.bit_errors, 8 * len(data), random):
            flipped[bit // 8] ^= 1 << bit % 8
        if self._happens(self.damage, random):
            flipped[random.randrange(len(data))] ^= 1 << random.randrange(8)
        return bytes(flipped)

    @staticmethod
    def _happens(chance: float, random: Random) -> bool:
        return chance > 0 and random.random() < chance


CLEAN = Faults()


def _bit_positions(chance: float, n_bits: int, random: Random) -> Iterator[int]:
    """Positions of flipped bits: the gaps between them are drawn, so a rare error costs nothing per bit."""
    if chance <= 0:
        return
    if chance >= 1:
        yield from range(n_bits)
        return
    position = -1
    while True:
        position += 1 + int(math.log(1.0 - random.random()) / math.log1p(-chance))
        if position >= n_bits:
            return
        yield position
