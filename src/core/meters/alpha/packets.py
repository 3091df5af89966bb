"""Packets of both ends: STX, command, content, CRC; nothing is stuffed and the length tells the end (§4.1).

A who-are-you and its answer have layouts of their own; everything else the meter says begins with the command
it answers and the code of its refusal, 0 for none.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum

from core.errors import DecodeError, EncodeError

STX = 0x02
PASSWORD, CLASS_READ = 0x18, 0x05
END, CONTINUE, RESEND, ALIVE = 0x80, 0x81, 0x82, 0x83
WHO, LOGIN = 0x06, 0x01
"""Functions of the long command 18H."""
SHORT = 4
IDENTITY = 15
"""Bytes of a short command, and of the answer to who-are-you."""
LAST, COUNT = 0x80, 0x7F
"""Parts of LEN: the last packet, and how many bytes it brings."""
DEVICES = 256


class Code(IntEnum):
    """Why a meter refuses."""

    BAD_CRC = 1
    LOCKED_OUT = 2
    ILLEGAL_COMMAND = 3
    FRAMING = 4
    INTERNAL_TIMEOUT = 5
    WRONG_PASSWORD = 6
    REFUSED_BY_HOST = 7
    IN_PROCESS = 12
    TOO_BUSY = 13
    CLASS_NOT_SUPPORTED = 15


@dataclass(frozen=True, slots=True)
class WhoAreYou:
    """Select the meter with this device number; the answer brings the key for the password."""

    device: int


@dataclass(frozen=True, slots=True)
class Password:
    """Log in with the enciphered password."""

    cipher: int


@dataclass(frozen=True, slots=True)
class ClassRead:
    """Read ``length`` bytes of a class from ``offset`` on; length 0 is all of it."""

    number: int
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Short:
    """A command of one byte: go on, end, say it again, are you there."""

    command: int


Request = WhoAreYou | Password | ClassRead | Short


@dataclass(frozen=True, slots=True)
class Identity:
    """The answer to who-are-you."""

    key: int
    code: int = 0xFF
    series: int = 0x08
    uom: int = 0x13A1
    errors: int = 0
    events: int = 0
    status: int = 0x10


@dataclass(frozen=True, slots=True)
class Reply:
    """Any other answer; ``data`` only of class reads that are not refused."""

    command: int
    code: int = 0
    status: int = 0
    data: bytes = b""
    last: bool = True


def with_crc(head: bytes) -> bytes:
    """Put the CRC behind a packet; CRC-16/XMODEM from STX on."""
    return head + crc_hqx(head, 0).to_bytes(2, "big")


def whole(raw: bytes) -> bool:
    """Tell whether the CRC is right: over the whole packet it leaves nothing."""
    return crc_hqx(raw, 0) == 0


def encode_request(request: Request) -> bytes:
    """Encode a request; ``EncodeError`` names what the wire cannot carry."""
    try:
        match request:
            case WhoAreYou(device):
                head = b"\x02\x18\x06\0\x01" + device.to_bytes(1, "big")
            case Password(cipher):
                head = b"\x02\x18\x01\0\x04" + cipher.to_bytes(4, "big")
            case ClassRead(number, offset, length):
                head = (
                    b"\x02\x05\0" + length.to_bytes(2, "big") + offset.to_bytes(2, "big") + bytes((number,))
                )
            case Short(command):
                head = bytes((STX, command))
    except (OverflowError, ValueError) as error:
        raise EncodeError(f"{request} does not fit its fields", field="request") from error
    return with_crc(head)


def request_size(head: bytes) -> int | None:
    """Return the length of the request that these bytes begin: ``None`` not yet known, 0 none begins here."""
    if len(head) < 2:
        return None
    if head[1] >= END:
        return SHORT
    if head[1] == CLASS_READ:
        return 10
    if head[1] != PASSWORD:
        return 0
    return None if len(head) < 5 else 7 + head[4]


def decode_request(raw: bytes) -> Request:
    """Decode a whole request; ``DecodeError`` for commands that a reading end does not need."""
    if not whole(raw):
        raise DecodeError("the CRC is wrong", len(raw) - 2, "CRC")
    if len(raw) == SHORT:
        return Short(raw[1])
    if raw[1] == CLASS_READ:
        return ClassRead(raw[7], int.from_bytes(raw[5:7], "big"), int.from_bytes(raw[3:5], "big"))
    if raw[2:3] == bytes((WHO,)) and len(raw) == 8:
        return WhoAreYou(raw[5])
    if raw[2:3] == bytes((LOGIN,)) and len(raw) == 11:
        return Password(int.from_bytes(raw[5:9], "big"))
    raise DecodeError(f"no command of a reader: {raw[1:3].hex().upper()}", 1)


def encode_reply(reply: Identity | Reply | Short) -> bytes:
    """Encode what a meter says; `Short` is the question whether the host is there."""
    match reply:
        case Identity(key, code, series, uom, errors, events, status):
            words = uom.to_bytes(2, "big") + errors.to_bytes(2, "big")
            return with_crc(
                bytes((STX, code, series)) + words + bytes((events, status)) + key.to_bytes(4, "big")
            )
        case Short(command):
            return with_crc(bytes((STX, command)))
        case Reply(command, code, status, data, last):
            head = bytes((STX, command, code, status))
            if code or command == PASSWORD:
                return with_crc(head)
            return with_crc(head + bytes((len(data) | (LAST if last else 0),)) + data)


def reply_size(head: bytes, request: Request) -> int | None:
    """Return the length of the answer to a request; as `request_size`."""
    if len(head) < 2:
        return None
    if head[1] == ALIVE:
        return SHORT
    if isinstance(request, WhoAreYou):
        return IDENTITY
    return _answer_size(head) if head[1] == command_of(request) else 0


def _answer_size(head: bytes) -> int | None:
    if len(head) < 3:
        return None
    if head[2] or head[1] == PASSWORD:
        return 6
    return None if len(head) < 5 else 7 + (head[4] & COUNT)


def decode_reply(raw: bytes, request: Request) -> Identity | Reply | Short:
    """Decode a whole answer to a request; ``DecodeError`` if its CRC is wrong."""
    if not whole(raw):
        raise DecodeError("the CRC is wrong", len(raw) - 2, "CRC")
    if len(raw) == SHORT:
        return Short(raw[1])
    if isinstance(request, WhoAreYou):
        word = int.from_bytes
        ends = word(raw[9:13], "big"), raw[1], raw[2], word(raw[3:5], "big"), word(raw[5:7], "big")
        return Identity(*ends, raw[7], raw[8])
    if len(raw) == 6:
        return Reply(raw[1], raw[2], raw[3])
    return Reply(raw[1], raw[2], raw[3], raw[5:-2], bool(raw[4] & LAST))


def command_of(request: Request) -> int:
    """Return the command byte of a request, which its answer repeats."""
    match request:
        case ClassRead():
            return CLASS_READ
        case Short(command):
            return command
        case _:
            return PASSWORD


def device_of(digits: str) -> int:
    """Return the device number: the last three digits of the archive address; ``EncodeError`` above 255."""
    if not digits.isascii() or not digits.isdecimal():
        raise EncodeError(f"{digits!r} is no address of an ALPHA meter", field="address")
    if (device := int(digits[-3:])) >= DEVICES:
        raise EncodeError(f"device number {device} is above 255", field="address")
    return device
