"""Commands and answers: the body of a frame as a record, both ways (meter protocols §3.2, §3.3).

Registers have 16 bits behind R, W and I, 32 bits behind M, N and O. The answer of M with the register
0000FFF1 cannot be taken apart without the types of the registers asked: it stays one piece (`values.split`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from core.errors import DecodeError, EncodeError

ACK, CAN = 0x06, 0x18
MANY = 0x0000FFF1
"""Register of M that stands for a list of registers."""
_NARROW = {ord("R"): False, ord("M"): True}
_WRITES = {ord("W"): False, ord("N"): True}
_ASKS = {ord("I"): False, ord("O"): True}


class Code(IntEnum):
    """The byte behind CAN."""

    CANNOT_WRITE = 1
    NOT_IMPLEMENTED = 2
    NO_SUCH_REGISTER = 3
    ACCESS_DENIED = 4
    WRONG_LENGTH = 5
    BAD_TYPE = 6
    NOT_READY = 7
    OUT_OF_RANGE = 8
    NOT_LOGGED_IN = 9


@dataclass(frozen=True, slots=True)
class Attention:
    """Is anybody there?"""


@dataclass(frozen=True, slots=True)
class Login:
    """Begin a session; it lapses by itself when nothing is asked for some minutes."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Logout:
    """End the session."""


@dataclass(frozen=True, slots=True)
class Read:
    """Read one register."""

    register: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class ReadMany:
    """Read several registers in one exchange."""

    registers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Write one register."""

    register: int
    data: bytes
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Information:
    """Ask for type, unit and name of a register."""

    register: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FileInformation:
    """Ask what a file holds; load surveys are files."""

    file: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A body that is none of the others."""

    body: bytes


Command = Attention | Login | Logout | Read | ReadMany | Write | Information | FileInformation | Unknown


@dataclass(frozen=True, slots=True)
class Accepted:
    """ACK."""


@dataclass(frozen=True, slots=True)
class Refused:
    """CAN; ``code`` is ``None`` where none follows, as after a refused login."""

    code: int | None

    @property
    def text(self) -> str:
        """What the code says, in words."""
        if self.code is None:
            return "CAN"
        named = self.code in set(Code)
        return (
            f"CAN {self.code}, {Code(self.code).name.lower().replace('_', ' ')}"
            if named
            else f"CAN {self.code}"
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a register holds, as bytes."""

    register: int
    data: bytes
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """Answer to `ReadMany`: for each register an error byte and, if that is 0, its bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Description:
    """Type, unit and name of a register, one letter each but the name."""

    register: int
    type: str
    unit: str
    name: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Strange:
    """An answer that is none of the others."""

    body: bytes


Answer = Accepted | Refused | Content | Contents | Description | Strange


def command_body(command: Command) -> bytes:
    """Encode a command; ``EncodeError`` names what the wire cannot carry."""
    match command:
        case Attention():
            body = b""
        case Login(user, password):
            body = b"L%b,%b\0" % (_text(user, "user"), _text(password, "password"))
        case Logout():
            body = b"X"
        case Read(register, wide):
            body = (b"M" if wide else b"R") + _register(register, wide=wide)
        case ReadMany(registers):
            body = b"M" + b"".join(_register(one, wide=True) for one in (MANY, *registers))
        case Write(register, data, wide):
            body = (b"N" if wide else b"W") + _register(register, wide=wide) + data
        case Information(register, wide):
            body = (b"O" if wide else b"I") + _register(register, wide=wide)
        case FileInformation(file):
            body = b"FI" + _register(file, wide=True)
        case Unknown(body):
            pass
    return body


def command_in(body: bytes) -> Command:
    """Decode the body of a command; what is cut or new is `Unknown`."""
    if not body:
        return Attention()
    reader = _COMMANDS.get(body[0])
    return (reader(body) if reader else None) or Unknown(body)


def _read_in(body: bytes) -> Command | None:
    wide = _NARROW[body[0]]
    words = [int.from_bytes(body[at : at + 4], "big") for at in range(1, len(body), 4)]
    if wide and len(words) > 1 and len(body) % 4 == 1 and words[0] == MANY:
        return ReadMany(tuple(words[1:]))
    return Read(int.from_bytes(body[1:], "big"), wide) if len(body) == 1 + _size(wide=wide) else None


def _information_in(body: bytes) -> Command | None:
    wide = _ASKS[body[0]]
    return Information(int.from_bytes(body[1:], "big"), wide) if len(body) == 1 + _size(wide=wide) else None


def _write_in(body: bytes) -> Command | None:
    wide = _WRITES[body[0]]
    end = 1 + _size(wide=wide)
    return Write(int.from_bytes(body[1:end], "big"), body[end:], wide) if len(body) > end else None


def _login_in(body: bytes) -> Command | None:
    user, comma, password = body[1:-1].decode("latin-1").partition(",")
    return Login(user, password) if comma and body.endswith(b"\0") else None


def _logout_in(body: bytes) -> Command | None:
    return Logout() if body in (b"X", b"X\0") else None


def _file_in(body: bytes) -> Command | None:
    information = body.startswith(b"FI") and len(body) == 6
    return FileInformation(int.from_bytes(body[2:], "big")) if information else None


_COMMANDS: dict[int, Callable[[bytes], Command | None]] = {
    **dict.fromkeys(_NARROW, _read_in),
    **dict.fromkeys(_ASKS, _information_in),
    **dict.fromkeys(_WRITES, _write_in),
    ord("L"): _login_in,
    ord("X"): _logout_in,
    ord("F"): _file_in,
}
"""By their letter; ``None`` for a body of another length."""


def answer_body(answer: Answer) -> bytes:
    """Encode an answer; ``EncodeError`` names what the wire cannot carry."""
    match answer:
        case Accepted():
            return bytes((ACK,))
        case Refused(code):
            return bytes((CAN,)) if code is None else bytes((CAN, code))
        case Content(register, data, wide):
            return (b"M" if wide else b"R") + _register(register, wide=wide) + data
        case Contents(data):
            return b"M" + _register(MANY, wide=True) + data
        case Description(register, kind, unit, name, wide):
            head = (b"O" if wide else b"I") + _register(register, wide=wide)
            return head + _text(kind, "type") + _text(unit, "unit") + _text(name, "name") + b"\0"
        case Strange(body):
            return body


def answer_in(body: bytes) -> Answer:
    """Decode the body of an answer; ``DecodeError`` for one that breaks off."""
    if not body:
        raise DecodeError("an answer of no bytes")
    letter, rest = body[0], body[1:]
    if letter == ACK and not rest:
        return Accepted()
    if letter == CAN and len(rest) < 2:
        return Refused(rest[0] if rest else None)
    if letter in _NARROW:
        return _content_in(rest, wide=_NARROW[letter])
    if letter in _ASKS:
        return _description_in(rest, wide=_ASKS[letter])
    return Strange(body)


def _content_in(rest: bytes, *, wide: bool) -> Answer:
    size = _size(wide=wide)
    if len(rest) < size:
        raise DecodeError(f"only {len(rest)} bytes behind the letter", 1, "register")
    register = int.from_bytes(rest[:size], "big")
    return Contents(rest[4:]) if wide and register == MANY else Content(register, rest[size:], wide)


def _description_in(rest: bytes, *, wide: bool) -> Answer:
    size = _size(wide=wide)
    if len(rest) < size + 2:
        raise DecodeError(f"only {len(rest)} bytes behind the letter", 1, "type")
    text = rest[size:].decode("latin-1")
    name = text[2:].partition("\0")[0]
    return Description(int.from_bytes(rest[:size], "big"), text[0], text[1], name, wide)


def _size(*, wide: bool) -> int:
    return 4 if wide else 2


def _register(register: int, *, wide: bool) -> bytes:
    try:
        return register.to_bytes(_size(wide=wide), "big")
    except OverflowError as error:
        raise EncodeError(
            f"{register:X}H has more than {8 * _size(wide=wide)} bits", field="register"
        ) from error


def _text(text: str, field: str) -> bytes:
    if not text.isascii() or "\0" in text or (field == "user" and "," in text):
        raise EncodeError("only plain characters can be sent", field=field)
    return text.encode("ascii")
