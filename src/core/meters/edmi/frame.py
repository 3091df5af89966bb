"""The frame STX body CRC ETX, with the bytes that converters might take for their own stuffed (§3.1).

The body is a command, or an answer, with or without a header that names both ends. The CRC runs over STX and
the unstuffed body; a body of nothing has no CRC and is the attention signal ``02 03``.
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass

from core.errors import DecodeError, EncodeError

STX, ETX, ESCAPE = 0x02, 0x03, 0x10
FLOW_CONTROL = b"\x11\x13"
"""XON and XOFF are never part of a frame: whoever put them there was a converter."""
EXTENDED = 0x45
HEADER = 11
"""Bytes of the header with both ends and the sequence."""
LARGEST = 2048
"""Bytes of a frame on the wire before nobody believes in its end any more."""
_SPECIAL = re.compile(rb"[\x02\x03\x10\x11\x13]")
_ESCAPED = re.compile(rb"\x10(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Header:
    """Who speaks to whom; an answer exchanges the ends and keeps the sequence."""

    destination: int
    source: int
    sequence: int

    @property
    def reply(self) -> "Header":
        """The header of the answer."""
        return Header(self.source, self.destination, self.sequence)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; without ``header`` it is for whoever hears it."""

    body: bytes
    header: Header | None = None


def check_of(body: bytes) -> int:
    """Return the CRC of STX and an unstuffed body; CRC-16/XMODEM."""
    return crc_hqx(body, crc_hqx(b"\x02", 0))


def encode_frame(frame: Frame) -> bytes:
    """Encode a frame; ``EncodeError`` names what the header cannot carry."""
    body = frame.body if frame.header is None else _header(frame.header) + frame.body
    if not body:
        return b"\x02\x03"
    return b"\x02%b\x03" % _stuffed(body + check_of(body).to_bytes(2, "big"))


def decode_frame(raw: bytes) -> Frame:
    """Decode exactly one frame; ``DecodeError`` names the offset."""
    if len(raw) < 2 or raw[0] != STX:
        raise DecodeError("no start byte 02H")
    if raw[-1] != ETX:
        raise DecodeError("no end byte 03H", len(raw) - 1)
    plain = _plain(raw[1:-1])
    if not plain:
        return Frame(b"")
    if len(plain) < 3:
        raise DecodeError(f"only {len(plain)} bytes between start and end", 1)
    if found := check_of(plain):
        raise DecodeError(f"the CRC over the frame leaves {found:04X}H", len(raw) - 3, "CRC")
    return _split(plain[:-2])


def _split(body: bytes) -> Frame:
    if body[0] != EXTENDED:
        return Frame(body)
    if len(body) < HEADER:
        raise DecodeError(f"a header of {len(body)} bytes", 1, "header")
    word = int.from_bytes
    return Frame(
        body[HEADER:], Header(word(body[1:5], "big"), word(body[5:9], "big"), word(body[9:11], "big"))
    )


def _header(header: Header) -> bytes:
    try:
        ends = header.destination.to_bytes(4, "big") + header.source.to_bytes(4, "big")
        return b"\x45" + ends + header.sequence.to_bytes(2, "big")
    except OverflowError as error:
        raise EncodeError(f"{header} does not fit its fields", field="header") from error


def _stuffed(plain: bytes) -> bytes:
    return _SPECIAL.sub(lambda found: bytes((ESCAPE, found[0][0] | 0x40)), plain)


def _plain(stuffed: bytes) -> bytes:
    """Undo the stuffing; the flag of an escaped byte is taken off whatever the byte is."""
    plain = stuffed.translate(None, FLOW_CONTROL)
    return _ESCAPED.sub(lambda found: bytes((found[1][0] & 0xBF,)), plain) if b"\x10" in plain else plain


def unstuffed(stuffed: bytes) -> tuple[bytes, tuple[int, ...]]:
    """Undo the stuffing for people: the bytes, and the place of each; one place more is the end."""
    places: list[int] = []
    marked = False
    for at, byte in enumerate(stuffed):
        if byte in FLOW_CONTROL:
            continue
        if marked or byte != ESCAPE:
            places += [] if marked else [at]
            marked = False
        else:
            places.append(at)
            marked = True
    return _plain(stuffed), (*places, len(stuffed))
