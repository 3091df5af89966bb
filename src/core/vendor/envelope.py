"""The envelope of the maker's extension (vendor extension §1.1): what stands behind SEQ in AFN F0H.

``CMD LEN VND 3D 5A EXT [PSW] DATA``; down CMD 0FH, up 8FH, up CFH for a frame that cannot be read at all.
Everything is judged by content, because several makers use AFN F0H for themselves (§1.4).
"""

from dataclasses import dataclass
from enum import Enum

from core.errors import DecodeError, EncodeError

DOWN, UP, UP_ERROR = 0x0F, 0x8F, 0xCF
MAKER = 0x36
"""Manufacturer number that one known tool sends; the terminal takes any and echoes it."""
RECOGNITION = b"\x3d\x5a"
HEAD = 7
"""CMD, LEN, VND, recognition, EXT."""
PASSWORD = 3
ENTER_DOWNLOAD, TRANSFER, APPLY_PARAMETERS, READ_ITEMS, USB_UPGRADE = 0x07, 0x0E, 0x10, 0x11, 0x19
LAMP_TEST, SELF_TEST, IDENTIFY, SITE_REPORT = 0x21, 0x22, 0xE0, 0xE1
WITHOUT_PASSWORD = frozenset({0x01, 0x02, READ_ITEMS, 0x12})
"""Codes whose order has no PSW (§1.1)."""
PW, TP = 16, 6
TRAILERS = frozenset({0, TP, PW, PW + TP})
"""Bytes that may stand behind LEN: nothing, Tp, PW, both (§1.3)."""
DEFAULT_PASSWORD = "000000"


class Result(Enum):
    """Result byte of the envelope (§1.7), as far as this project speaks of it."""

    OK = 0x00
    CONTENT = 0x02
    PASSWORD = 0x03
    NO_SUCH_ITEM = 0x04
    FAILED = 0x07
    NOT_OFFERED = 0x0A
    SWITCH_CLOSED = 0x0B
    BUSY = 0x0C
    CHANNEL = 0x0D
    LOCKED = 0x0E
    ADDRESS = 0x0F


@dataclass(frozen=True, slots=True)
class Order:
    """What the tool sends. ``password`` is six digits; codes without PSW ignore it."""

    code: int
    content: bytes = b""
    password: str = DEFAULT_PASSWORD
    maker: int = MAKER
    pw: bytes | None = None
    """PW of the uplink behind the inner frame; where it is valid it stands for PSW (§1.3)."""

    def encode(self) -> bytes:
        """Return the payload of the frame; ``EncodeError`` for a password that is not six digits."""
        inner = b"" if self.code in WITHOUT_PASSWORD else _password_bytes(self.password)
        return _enveloped(DOWN, self.maker, bytes([self.code]) + inner + self.content) + (self.pw or b"")

    @classmethod
    def decode(cls, payload: bytes) -> "Order":
        """Read an order; ``DecodeError`` when it is none of this maker's, or cut, or too long."""
        command, inner, behind = _opened(payload)
        if command & 0xBF != DOWN or command & 0x80:
            raise DecodeError(f"{command:02X}H is no order", 0, "CMD")
        if behind not in TRAILERS:
            raise DecodeError(f"{behind} bytes behind the length", len(payload) - behind)
        code, rest = inner[3], inner[4:]
        tail = payload[len(payload) - behind :]
        pw = tail[:PW] if behind >= PW else None
        if code in WITHOUT_PASSWORD:
            return cls(code, rest, maker=inner[0], pw=pw)
        if len(rest) < PASSWORD:
            raise DecodeError("the password is missing", HEAD, "PSW")
        return cls(code, rest[PASSWORD:], rest[PASSWORD - 1 :: -1].hex(), inner[0], pw)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the terminal answers. ``code`` is ``None`` when it could not take the frame as a whole."""

    code: int | None
    content: bytes
    """One result byte for orders that act, else the values asked for."""
    maker: int = MAKER

    @classmethod
    def of(cls, order: Order, result: Result) -> "Outcome":
        """Answer an order with a result byte."""
        return cls(order.code, bytes([result.value]), order.maker)

    @classmethod
    def error(cls, result: Result) -> "Outcome":
        """Refuse the frame as a whole; only reading of items does so (§1.1)."""
        return cls(None, bytes([result.value]))

    def encode(self) -> bytes:
        """Return the payload of the frame."""
        if self.code is None:
            return bytes([UP_ERROR, len(self.content), 0]) + self.content
        return _enveloped(UP, self.maker, bytes([self.code]) + self.content)

    @classmethod
    def decode(cls, payload: bytes) -> "Outcome":
        """Read an answer; ``DecodeError`` when it is no envelope."""
        if payload[:1] == bytes([UP_ERROR]):
            if payload[1:3] != b"\x01\x00" or len(payload) < 4:
                raise DecodeError("a frame error carries one byte", 1, "LEN")
            return cls(None, payload[3:4])
        command, inner, _ = _opened(payload)
        if command != UP:
            raise DecodeError(f"{command:02X}H is no answer", 0, "CMD")
        return cls(inner[3], inner[4:], inner[0])


def _enveloped(command: int, maker: int, inner: bytes) -> bytes:
    body = bytes([maker]) + RECOGNITION + inner
    return bytes([command]) + len(body).to_bytes(2, "little") + body


def _opened(payload: bytes) -> tuple[int, bytes, int]:
    """Return CMD, the bytes that LEN counts (VND first) and how many stand behind them."""
    if len(payload) < HEAD:
        raise DecodeError(f"only {len(payload)} bytes", len(payload))
    size = int.from_bytes(payload[1:3], "little")
    if not 4 <= size <= len(payload) - 3:
        raise DecodeError(f"length {size} leaves the frame", 1, "LEN")
    if payload[4:6] != RECOGNITION:
        raise DecodeError("no recognition 3DH 5AH", 4)
    return payload[0], payload[3 : 3 + size], len(payload) - 3 - size


def _password_bytes(password: str) -> bytes:
    """Six digits as BCD, the low-order byte first (§1.6)."""
    if len(password) != 2 * PASSWORD or not (password.isascii() and password.isdecimal()):
        raise EncodeError("the maker's envelope carries a password of six digits", field="password")
    return bytes.fromhex(password)[::-1]
