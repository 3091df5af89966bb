"""The frame 68 A0..A5 68 C L DATA CS 16, by hand and byte for byte (dlt645 §2); one for both editions.

Every data byte travels as its value plus 33H. The wake-up bytes FEH are no part of the frame. Any address and
any L are taken as they come: real meters keep neither the limit of 200 nor decimal digits.
"""

from dataclasses import dataclass

from core.errors import DecodeError, EncodeError
from core.meters.dlt645.address import address_wire
from core.meters.dlt645.control import FUNCTION, MORE, NEGATIVE, REPLY, Edition, edition_of

START, END = 0x68, 0x16
OVERHEAD = 12
"""Bytes of a frame besides its data."""
LARGEST = 200
"""Most data bytes of an answer (dlt645 §2)."""
WAKE_UP = b"\xfe\xfe\xfe\xfe"
"""What a master of 2007 sends in front (dlt645 §1.2)."""
_PLUS = bytes((byte + 0x33) & 0xFF for byte in range(256))
_MINUS = bytes((byte - 0x33) & 0xFF for byte in range(256))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; ``data`` without the offset."""

    address: str
    """Twelve digits as people write them; AA matches anything."""
    control: int
    data: bytes = b""

    @property
    def reply(self) -> bool:
        """D7: sent by the meter."""
        return bool(self.control & REPLY)

    @property
    def negative(self) -> bool:
        """D6: the meter refuses; the data are the error word."""
        return bool(self.control & NEGATIVE)

    @property
    def more(self) -> bool:
        """D5: the answer goes on in another frame."""
        return bool(self.control & MORE)

    @property
    def function(self) -> int:
        """D4 to D0."""
        return self.control & FUNCTION

    @property
    def edition(self) -> Edition:
        """Which standard the function belongs to."""
        return edition_of(self.control, len(self.data))


def header_flaw(head: bytes) -> DecodeError | None:
    """Tell why these first bytes cannot begin a frame, judging as many as there are."""
    if head[:1] and head[0] != START:
        return DecodeError("no start byte 68H", 0)
    if len(head) > 7 and head[7] != START:
        return DecodeError("no second 68H behind the address", 7)
    return None


def decode_frame(raw: bytes, *, verify: bool = True) -> Frame:
    """Decode exactly one frame without preamble; ``DecodeError`` names the offset.

    ``verify=False`` leaves the checksum unchecked: to look into masked and damaged frames.
    """
    size = len(raw)
    if size < OVERHEAD or raw[0] != START or raw[7] != START or raw[9] + OVERHEAD != size or raw[-1] != END:
        raise _flaw(raw)
    if verify and sum(raw[:-2]) & 0xFF != raw[-2]:
        raise DecodeError(f"checksum {raw[-2]:02X}H, computed {checksum(raw[:-2]):02X}H", size - 2, "CS")
    return Frame(raw[6:0:-1].hex().upper(), raw[8], raw[10:-2].translate(_MINUS))


def _flaw(raw: bytes) -> DecodeError:
    if flaw := header_flaw(raw[:8]):
        return flaw
    if len(raw) < OVERHEAD:
        return DecodeError(f"only {len(raw)} bytes", len(raw))
    if (expected := raw[9] + OVERHEAD) != len(raw):
        return DecodeError(f"{len(raw)} bytes, the header says {expected}", min(len(raw), expected), "L")
    return DecodeError("no end byte 16H", len(raw) - 1)


def encode_frame(frame: Frame) -> bytes:
    """Encode a frame; ``EncodeError`` names what the wire cannot carry."""
    data = frame.data
    if not 0 <= frame.control <= 255:
        raise EncodeError(f"{frame.control} is outside 0..255", field="control")
    if len(data) > 255:
        raise EncodeError(f"{len(data)} bytes, a frame holds at most 255", field="data")
    body = b"\x68%b\x68%c%c%b" % (
        address_wire(frame.address),
        frame.control,
        len(data),
        data.translate(_PLUS),
    )
    return b"%b%c\x16" % (body, sum(body) & 0xFF)


def checksum(body: bytes) -> int:
    """Return CS of the bytes from the first 68H to the one before CS, as they are on the wire."""
    return sum(body) & 0xFF


def plain(wire: bytes) -> bytes:
    """Take the offset off data bytes."""
    return wire.translate(_MINUS)


def offset(data: bytes) -> bytes:
    """Put the offset on data bytes."""
    return data.translate(_PLUS)
