"""Check values of frames: the closed list that a library may name (meter protocols §9)."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Check:
    """How a check value is made; the last four count for CRC-16 only."""

    sum: str
    big: bool = False
    poly: int = 0x1021
    start: int = 0
    reflect: bool = False
    xor_out: int = 0

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return 2 if self.sum == "crc16" else 1

    def of(self, content: bytes) -> bytes:
        """Return the check value over ``content`` as it is sent."""
        match self.sum:
            case "sum8":
                return bytes([sum(content) & 0xFF])
            case "complement8":
                return bytes([~sum(content) & 0xFF])
            case "xor8":
                value = 0
                for byte in content:
                    value ^= byte
                return bytes([value])
            case _:
                return self._crc(content).to_bytes(2, "big" if self.big else "little")

    def _crc(self, content: bytes) -> int:
        table, value = _table(self.poly, self.reflect), self.start
        for byte in content:
            if self.reflect:
                value = value >> 8 ^ table[(value ^ byte) & 0xFF]
            else:
                value = value << 8 & 0xFFFF ^ table[value >> 8 ^ byte]
        return value ^ self.xor_out


@lru_cache(maxsize=16)
def _table(poly: int, reflect: bool) -> tuple[int, ...]:
    """One step for every byte; ``poly`` is written highest power first, reflected or not."""
    if not reflect:
        return tuple(_steps(byte << 8, poly) for byte in range(256))
    return tuple(_turned(_steps(_turned(byte, 8) << 8, poly), 16) for byte in range(256))


def _steps(value: int, poly: int) -> int:
    for _ in range(8):
        value = (value << 1 ^ poly if value & 0x8000 else value << 1) & 0xFFFF
    return value


def _turned(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)
