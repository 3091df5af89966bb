"""Addresses: the serial number of the meter as a number of 32 bits (meter protocols §3.1)."""

from core.errors import EncodeError

MOST = 0xFFFF_FFFF


def number_of(digits: str) -> int:
    """Return the number for the twelve digits of the archive; ``EncodeError`` where the wire has no place."""
    if not digits.isascii() or not digits.isdecimal():
        raise EncodeError(f"{digits!r} is no serial number of an EDMI meter", field="address")
    if (number := int(digits)) > MOST:
        raise EncodeError(f"{digits} is above {MOST}, the greatest EDMI serial number", field="address")
    return number


def digits_of(number: int) -> str:
    """Return the twelve digits of the archive."""
    return f"{number:012d}"
