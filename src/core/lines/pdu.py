"""Short messages as a modem carries them: SMS-SUBMIT and SMS-DELIVER (GSM 03.40 §9.2, 03.38 §4).

- Numbers are text; ``+`` in front means the international form. A sender that is a word (type of address 5)
  comes as that word, and can never be mistaken for a number.
- Only 8-bit content is sent. Any content is read: the octets of 8-bit and UCS2, the packed septets of text.
- A message in PDU mode is the address of the service centre (empty: the one of the SIM), then the TPDU;
  modems count only the octets of the TPDU.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum

from core.errors import DecodeError, EncodeError

LARGEST = 140
"""Octets of user data in one message."""
MOST_DIGITS = 20
_DIGITS = "0123456789*#abc"
_WORD, _INTERNATIONAL = 0xD0, 0x91
_UNKNOWN = 0x81
_DELIVER, _SUBMIT = 0, 1
_NO_MORE, _UDHI, _RELATIVE_VALIDITY = 0x04, 0x40, 0x10
_EIGHT_BIT = 0x04
_HOUR = 11
"""Relative validity of an hour: an order that comes later than that is not wanted any more."""


class Alphabet(Enum):
    """What the octets of a message are (03.38 §4)."""

    TEXT = 0
    """Packed septets of the default alphabet."""
    OCTETS = 1
    UCS2 = 2


@dataclass(frozen=True, slots=True)
class Submit:
    """A message on its way to the service centre."""

    number: str
    """To whom."""
    octets: bytes
    """User data as they are, at most 140."""
    centre: str = ""
    """Service centre; empty: the one the SIM knows."""
    reference: int = 0
    alphabet: Alphabet = Alphabet.OCTETS
    header: bool = False
    """The octets begin with a user data header."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message that arrived."""

    number: str
    """From whom."""
    octets: bytes
    stamp: datetime | None = None
    """When the service centre took it, with its zone; ``None`` when that is no time."""
    centre: str = ""
    alphabet: Alphabet = Alphabet.OCTETS
    header: bool = False
    """The octets begin with a user data header."""


@dataclass(slots=True)
class _Cursor:
    """Octets being read; what is missing is a ``DecodeError`` at its place."""

    octets: bytes
    at: int = field(default=0)

    def take(self, size: int, name: str) -> bytes:
        taken = self.octets[self.at : self.at + size]
        if len(taken) < size:
            raise DecodeError(f"{size} octets expected, {len(taken)} there", self.at, name)
        self.at += size
        return taken

    def octet(self, name: str) -> int:
        return self.take(1, name)[0]


def octets_of(text: str) -> bytes:
    """Return the octets of a line of hexadecimal digits; ``DecodeError`` for odd and foreign ones."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise DecodeError(f"{len(text)} signs are no octets in hexadecimal", 0, "PDU") from error


def decode_deliver(octets: bytes) -> Deliver:
    """Read a message that arrived, with its service centre; ``DecodeError`` names octet and field."""
    cursor = _Cursor(octets)
    centre = _centre(cursor)
    first = _first(cursor, _DELIVER, "DELIVER")
    number = _address(cursor, "TP-OA")
    cursor.octet("TP-PID")
    alphabet = _alphabet(cursor.octet("TP-DCS"))
    stamp = _stamp(cursor.take(7, "TP-SCTS"))
    return Deliver(number, _content(cursor, alphabet), stamp, centre, alphabet, bool(first & _UDHI))


def decode_submit(octets: bytes) -> Submit:
    """Read a message to be sent, with its service centre; ``DecodeError`` names octet and field."""
    cursor = _Cursor(octets)
    centre = _centre(cursor)
    first = _first(cursor, _SUBMIT, "SUBMIT")
    reference = cursor.octet("TP-MR")
    number = _address(cursor, "TP-DA")
    cursor.octet("TP-PID")
    alphabet = _alphabet(cursor.octet("TP-DCS"))
    cursor.take({0: 0, 2: 1}.get(first >> 3 & 3, 7), "TP-VP")
    return Submit(number, _content(cursor, alphabet), centre, reference, alphabet, bool(first & _UDHI))


def encode_deliver(message: Deliver) -> bytes:
    """Return the octets of a message that arrived, service centre first; ``EncodeError`` names the field."""
    first = _NO_MORE | (_UDHI if message.header else 0)
    head = bytes([first]) + _encode_address(message.number)
    coding = bytes([0, message.alphabet.value << 2])
    body = _encode_stamp(message.stamp) + _encode_content(message.octets, message.alphabet)
    return _encode_centre(message.centre) + head + coding + body


def encode_submit(message: Submit) -> tuple[bytes, int]:
    """Return the octets of a message to be sent and how many of them a modem counts, all but the centre."""
    if not 0 <= message.reference <= 0xFF:
        raise EncodeError(f"{message.reference} is outside 0..255", field="reference")
    first = _SUBMIT | _RELATIVE_VALIDITY | (_UDHI if message.header else 0)
    head = bytes([first, message.reference]) + _encode_address(message.number)
    coding = bytes([0, message.alphabet.value << 2, _HOUR])
    body = _encode_content(message.octets, message.alphabet)
    tpdu = head + coding + body
    return _encode_centre(message.centre) + tpdu, len(tpdu)


def _first(cursor: _Cursor, kind: int, name: str) -> int:
    first = cursor.octet("first octet")
    if first & 3 != kind:
        raise DecodeError(f"message type {first & 3} is no SMS-{name}", cursor.at - 1, "TP-MTI")
    return first


def _centre(cursor: _Cursor) -> str:
    """The address of the service centre counts octets, its type included."""
    size = cursor.octet("SCA")
    if not size:
        return ""
    field_ = cursor.take(size, "SCA")
    return _number(field_[0], field_[1:], cursor.at - size, "SCA")


def _address(cursor: _Cursor, name: str) -> str:
    """An address counts its digits, or the half octets of a word."""
    digits = cursor.octet(name)
    if digits > MOST_DIGITS:
        raise DecodeError(f"{digits} digits, at most {MOST_DIGITS} fit", cursor.at - 1, name)
    kind = cursor.octet(name)
    octets = cursor.take((digits + 1) // 2, name)
    if kind & 0x70 == _WORD & 0x70:
        return "".join(map(chr, septets(octets, digits * 4 // 7)))
    return _number(kind, octets, cursor.at - len(octets), name, digits)


def _number(kind: int, octets: bytes, at: int, name: str, digits: int | None = None) -> str:
    swapped = "".join(pair[::-1] for pair in _pairs(octets.hex()))
    text = swapped.removesuffix("f") if digits is None else swapped[:digits]
    if not set(text) <= set("0123456789abcde"):
        raise DecodeError(f"{swapped} is no number", at, name)
    signs = "".join(_DIGITS[int(code, 16)] for code in text)
    return ("+" if kind & 0x70 == _INTERNATIONAL & 0x70 else "") + signs


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def septets(octets: bytes, count: int) -> list[int]:
    """Unpack ``count`` characters of seven bits, the first one lowest (03.38 §6.1.2)."""
    packed = int.from_bytes(octets, "little")
    return [packed >> 7 * at & 0x7F for at in range(count)]


def _alphabet(coding: int) -> Alphabet:
    """TP-DCS; what is reserved is text (03.38 §4)."""
    if coding >> 6 == 0 or coding >> 6 == 1:
        return {1: Alphabet.OCTETS, 2: Alphabet.UCS2}.get(coding >> 2 & 3, Alphabet.TEXT)
    if coding >> 4 == 0xF:
        return Alphabet.OCTETS if coding & _EIGHT_BIT else Alphabet.TEXT
    return Alphabet.UCS2 if coding >> 4 == 0xE else Alphabet.TEXT


def _content(cursor: _Cursor, alphabet: Alphabet) -> bytes:
    """TP-UDL counts septets in text, else octets."""
    length = cursor.octet("TP-UDL")
    size = -(-length * 7 // 8) if alphabet is Alphabet.TEXT else length
    if size > LARGEST:
        raise DecodeError(f"{size} octets of user data, at most {LARGEST} fit", cursor.at - 1, "TP-UDL")
    octets = cursor.take(size, "TP-UD")
    if cursor.at < len(cursor.octets):
        raise DecodeError(f"{len(cursor.octets) - cursor.at} octets too many", cursor.at, "TP-UD")
    return octets


def _stamp(octets: bytes) -> datetime | None:
    digits = "".join(pair[::-1] for pair in _pairs(octets.hex()))
    zone = int(digits[12], 16)
    if not digits[:12].isdecimal() or not digits[13].isdecimal():
        return None
    quarters = (zone & 7) * 10 + int(digits[13])
    try:
        offset = timezone(timedelta(minutes=15 * (-quarters if zone & 8 else quarters)))
        return datetime(2000 + int(digits[:2]), *map(int, _pairs(digits[2:12])), tzinfo=offset)
    except ValueError:
        return None


def _encode_stamp(stamp: datetime | None) -> bytes:
    if stamp is None:
        return bytes(7)
    offset = stamp.utcoffset()
    if offset is None or not 2000 <= stamp.year <= 2099:
        raise EncodeError("a time of this century with its zone expected", field="stamp")
    quarters = int(offset.total_seconds()) // 900
    tens = abs(quarters) // 10 | (8 if quarters < 0 else 0)
    digits = f"{stamp:%y%m%d%H%M%S}{tens:x}{abs(quarters) % 10}"
    return bytes.fromhex("".join(pair[::-1] for pair in _pairs(digits)))


def _encode_centre(number: str) -> bytes:
    if not number:
        return b"\0"
    address = _encode_address(number)
    return bytes([len(address) - 1]) + address[1:]


def _encode_address(number: str) -> bytes:
    digits = number.removeprefix("+")
    if not 0 < len(digits) <= MOST_DIGITS or not all(digit in _DIGITS for digit in digits):
        raise EncodeError(f"a number of 1 to {MOST_DIGITS} digits expected, not {number!r}", field="number")
    codes = "".join(f"{_DIGITS.index(digit):x}" for digit in digits)
    padded = codes + "f" * (len(codes) % 2)
    kind = _INTERNATIONAL if number.startswith("+") else _UNKNOWN
    return bytes([len(digits), kind]) + bytes.fromhex("".join(pair[::-1] for pair in _pairs(padded)))


def _encode_content(octets: bytes, alphabet: Alphabet) -> bytes:
    if len(octets) > LARGEST:
        raise EncodeError(f"{len(octets)} octets, a message holds {LARGEST}", field="octets")
    count = len(octets) * 8 // 7 if alphabet is Alphabet.TEXT else len(octets)
    return bytes([count]) + octets
