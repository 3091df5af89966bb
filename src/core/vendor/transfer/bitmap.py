"""One bit per block: what of a burst or of the file is there (vendor extension §3.8, §3.9)."""

from collections.abc import Iterable

from core.errors import DecodeError, EncodeError


def bitmap_of(present: Iterable[bool]) -> bytes:
    """Pack one bit per block, the first in the lowest bit of the first byte (§3.8, §3.9)."""
    flags = list(present)
    packed = bytearray(-(-len(flags) // 8))
    for index, flag in enumerate(flags):
        packed[index >> 3] |= flag << (index & 7)
    return bytes(packed)


def bits_of(bitmap: bytes, count: int) -> tuple[bool, ...]:
    """Unpack the first ``count`` bits; those that the bitmap has no byte for are not set."""
    return tuple(index >> 3 < len(bitmap) and bool(bitmap[index >> 3] >> (index & 7) & 1)
                 for index in range(count))  # fmt: skip


def whole(bitmap: bytes, count: int) -> bytes:
    """Return a bitmap of ``count`` bits; ``EncodeError`` for one of another length."""
    if len(bitmap) != -(-count // 8):
        raise EncodeError(f"{count} bits take {-(-count // 8)} bytes, not {len(bitmap)}", field="bitmap")
    return bitmap


def bitmap_in(content: bytes, at: int, count: int) -> bytes:
    """Return the bitmap of ``count`` bits at ``at``; ``DecodeError`` where it is cut."""
    size = -(-count // 8)
    if len(content) < at + size:
        raise DecodeError(f"{count} bits need {size} bytes, {len(content) - at} are left", at, "bitmap")
    return content[at : at + size]
