"""Transforms of passwords: the closed list that a library may name (meter protocols §9)."""

from collections.abc import Callable, Mapping

from core.errors import EncodeError
from core.meters.alpha.cipher import enciphered, swapped
from core.meters.iec62056.a1700 import cipher, password_of

Transform = Callable[[bytes, bytes], bytes]
"""From the password of the archive and the key of a session to what is sent."""


def _alpha33(password: bytes, key: bytes) -> bytes:
    return enciphered(_word(password), int.from_bytes(key, "big")).to_bytes(4, "big")


def _alpha33_swapped(password: bytes, key: bytes) -> bytes:
    return enciphered(swapped(_word(password)), int.from_bytes(key, "big")).to_bytes(4, "big")


def _a1700(password: bytes, key: bytes) -> bytes:
    return cipher(password_of(password), key.decode("ascii", "replace")).encode("ascii")


def _word(password: bytes) -> int:
    number = int.from_bytes(password, "big")
    if number >= 1 << 32:
        raise EncodeError("the password has more than 32 bits", field="password")
    return number


SIZES: Mapping[str, tuple[Transform, int, int]] = {
    "alpha33": (_alpha33, 4, 4),
    "alpha33-swapped": (_alpha33_swapped, 4, 4),
    "a1700": (_a1700, 16, 16),
}
"""Name to the function, the bytes of its key, and those of what it gives."""


def transformed(name: str, password: bytes, key: bytes) -> bytes:
    """Return what is sent for a password; ``EncodeError`` for one that the family does not know."""
    return SIZES[name][0](password, key)
