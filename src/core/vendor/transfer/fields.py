"""What commands and answers are made of: numbers, stretches with a length, names (vendor extension §3)."""

import struct

from core.errors import DecodeError, EncodeError
from core.vendor.transfer.terms import Kind


def packed(layout: str, *values: int) -> bytes:
    """Return numbers as bytes; ``EncodeError`` where one does not fit."""
    try:
        return struct.pack(layout, *values)
    except struct.error as error:
        raise EncodeError(f"a number does not fit its field: {error}", field="transfer") from error


def fields(layout: str, content: bytes, at: int, name: str = "") -> tuple[int, ...]:
    """Return the numbers at ``at``; ``DecodeError`` where they are cut."""
    size = struct.calcsize(layout)
    if len(content) < at + size:
        raise DecodeError(f"needs {size} bytes, {max(0, len(content) - at)} are left", at, name)
    return struct.unpack_from(layout, content, at)


def stretch(content: bytes, at: int, length: int) -> bytes:
    """Return bytes whose length stands in front of them; ``DecodeError`` where they are cut."""
    if len(content) < at + length:
        raise DecodeError(f"length {length}, {len(content) - at} bytes are left", at - 2, "length")
    return content[at : at + length]


def name_bytes(name: str) -> bytes:
    """Names of a maker's terminal may be of any encoding; odd bytes travel as they came."""
    return name.encode("utf-8", "surrogateescape")


def name_in(raw: bytes) -> str:
    """Return the name that ``name_bytes`` wrote."""
    return raw.decode("utf-8", "surrogateescape")


def kind_in(value: int, at: int) -> Kind:
    """Return the kind of transfer; ``DecodeError`` for a number that is none."""
    try:
        return Kind(value)
    except ValueError:
        raise DecodeError(f"{value} is no kind of transfer", at, "kind") from None
