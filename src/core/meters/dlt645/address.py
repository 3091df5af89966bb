"""Addresses: twelve digits, low byte first, with AA for "any" and 99…99 for all (dlt645 §2.2)."""

from core.errors import EncodeError

WILD = "AAAAAAAAAAAA"
"""Whoever hears it: reading, read address and write address of a meter that is alone on the line."""
BROADCAST = "999999999999"
"""All meters: time, freeze, multi-function output; never answered."""


def address_text(wire: bytes) -> str:
    """Return the digits as people write them: ``000012345678``."""
    return wire[::-1].hex().upper()


def address_wire(text: str) -> bytes:
    """Return six bytes, low byte first; ``EncodeError`` for what is no address."""
    try:
        wire = bytes.fromhex(text)
    except ValueError as error:
        raise EncodeError(f"{text!r} is no meter address", field="address") from error
    if len(wire) != 6:
        raise EncodeError(f"{text!r} has not twelve digits", field="address")
    return wire[::-1]


def padded(text: str) -> str:
    """Return a full address for what a person typed: missing digits on top are zeros."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 12:
        raise EncodeError(f"up to twelve digits expected, not {text!r}", field="address")
    return digits.zfill(12)


def shortened(text: str) -> str:
    """Return the address that compares only these last digits, two at a time: AA on top."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) % 2 or len(digits) > 12:
        raise EncodeError(f"pairs of digits expected, not {text!r}", field="address")
    return digits.rjust(12, "A")


def is_wild(text: str) -> bool:
    """Tell whether AA stands for at least one byte."""
    return text.startswith("AA")


def matches(asked: str, own: str) -> bool:
    """Tell whether a frame to ``asked`` means the meter ``own``: AA on top matches any byte.

    Once a byte is AA every higher byte must be AA too; an AA lower down is no wildcard. Broadcast is not
    decided here.
    """
    concrete = asked
    while concrete.startswith("AA"):
        concrete = concrete[2:]
    return own.endswith(concrete)


def answers(replied: str, asked: str) -> bool:
    """Tell whether an answer from ``replied`` may belong to a request to ``asked``.

    Some 1997 meters answer with AA in the address field: a nibble A of either side matches anything.
    """
    if replied == asked:
        return True
    return all(a == b or "A" in (a, b) for a, b in zip(replied, asked, strict=True))
