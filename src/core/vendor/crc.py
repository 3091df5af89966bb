"""The two checks of the file transfer (vendor extension §3.1): CRC-16/X.25 and, older, CRC-16/ARC.

Files reach 16 MiB, so both run at the speed of C or of one table look-up per two bytes.
"""

import binascii
from array import array
from enum import IntEnum
from functools import cache
from sys import byteorder

_MIRROR = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


class CrcKind(IntEnum):
    """Which check a transfer runs with; the number is that of the option tail (§3.4)."""

    X25 = 0
    """Polynomial 1021H, start and final FFFFH, reflected; package headers always use it."""
    ARC = 1
    """Polynomial 8005H, start 0, reflected; terminals of the older generation."""

    def of(self, data: bytes) -> int:
        """Return the check of ``data``, 0..FFFFH; it travels low byte first."""
        return _x25(data) if self is CrcKind.X25 else _arc(data)

    @classmethod
    def fitting(cls, data: bytes, crc: int) -> "CrcKind | None":
        """Return the kind under which ``data`` has this check, X.25 first; ``None`` when none fits."""
        return next((kind for kind in cls if kind.of(data) == crc), None)


def _x25(data: bytes) -> int:
    """The polynomial is that of ``crc_hqx``, which works unreflected: mirror the bytes, then the result."""
    plain = binascii.crc_hqx(data.translate(_MIRROR), 0xFFFF)
    return (_MIRROR[plain & 0xFF] << 8 | _MIRROR[plain >> 8]) ^ 0xFFFF


def _arc(data: bytes) -> int:
    table = _arc_table()
    words = array("H", data[: len(data) & ~1])
    if byteorder == "big":
        words.byteswap()
    crc = 0
    for word in words:
        crc = table[crc ^ word]
    if len(data) & 1:
        crc = table[(crc ^ data[-1]) << 8 & 0xFFFF] ^ crc >> 8
    return crc


@cache
def _arc_table() -> "array[int]":
    """What 16 steps of the register make of each 16-bit value."""
    octets = [_arc_steps(value, 8) for value in range(256)]
    return array("H", (octets[(octets[low] ^ high) & 0xFF] ^ (octets[low] ^ high) >> 8
                       for high in range(256) for low in range(256)))  # fmt: skip


def _arc_steps(value: int, steps: int) -> int:
    for _ in range(steps):
        value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
