"""One telegram of IEC 62056-21: what either end says in one go, as bytes and back.

Meter protocols §5.1 and §5.5. Characters have seven bits; bit 7 is the parity's where a 7E1 line is worked
as 8N1 (§5.2), so it is masked before anything else, and put there by `with_parity`.
"""

import re
from dataclasses import dataclass

from core.errors import DecodeError, EncodeError

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15
ENDS = (ETX, EOT)
START_RATE = 300
"""Every sign-on begins here unless the port is fixed."""
RATES = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}
"""Rate character Z to bits per second."""
READOUT, PROGRAMMING = "0", "1"
"""Mode character Y of a selection."""
ADDRESS_LENGTH = 32
_SIGN_ON = re.compile(rb"/\?([^/!]{0,32})!\r\n")
_IDENTIFICATION = re.compile(rb"/([A-Za-z]{3})([ -~])([^/\r\n]{0,40})\r\n")
_SELECTION = re.compile(rb"\x06([ -~])([ -~])([ -~])\r\n")


@dataclass(frozen=True, slots=True)
class SignOn:
    """``/?address!``: the host calls a meter, any meter without an address."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class Identification:
    """``/LGZ5ident``: the meter that was called, and the rate it offers."""

    maker: str
    rate: str
    """Character Z."""
    ident: str = ""
    """All that follows Z, with the mode marks in front."""

    @property
    def baud(self) -> int | None:
        """Offered rate, ``None`` for a character that stands for none in mode C."""
        return RATES.get(self.rate)

    @property
    def turnaround(self) -> float:
        """Least seconds between two telegrams: a third letter in lower case promises 20 ms."""
        return 0.02 if self.maker[2:].islower() else 0.2

    @property
    def modes(self) -> str:
        """Characters W of the marks ``\\W``: 2 is a meter that also speaks mode E."""
        return "".join(self.ident[at + 1 : at + 2] for at in range(0, self._marks, 2))

    @property
    def model(self) -> str:
        """The identification behind the marks."""
        return self.ident[self._marks :]

    @property
    def _marks(self) -> int:
        at = 0
        while self.ident[at : at + 1] == "\\":
            at += 2
        return at


@dataclass(frozen=True, slots=True)
class Selection:
    """The acknowledgement that chooses rate and mode (``ACK V Z Y``); both ends change rate after it."""

    rate: str
    mode: str = READOUT
    protocol: str = "0"


@dataclass(frozen=True, slots=True)
class Block:
    """Text of the meter between STX and its end; ``more`` (EOT) wants an `Accepted` for the next part."""

    text: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command of programming mode, e.g. ``R1``; ``text`` is ``None`` where there is none (break)."""

    kind: str
    number: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """ACK alone."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """NAK: say it again, or no."""


Telegram = SignOn | Identification | Selection | Block | Command | Accepted | Rejected
BREAK = Command("B", "0")
"""The polite end of programming mode; nobody answers it."""


def block_check(content: bytes) -> int:
    """BCC: xor of all that follows the first SOH or STX, up to and including the end character."""
    check = 0
    for byte in content:
        check ^= byte
    return check


def _folded(byte: int) -> int:
    return byte | 0x80 if byte.bit_count() % 2 else byte


_PARITY = bytes(_folded(byte & 0x7F) for byte in range(256))
_SEVEN = bytes(byte & 0x7F for byte in range(256))


def with_parity(raw: bytes) -> bytes:
    """Fold even parity into bit 7, for a port that runs 8N1 only."""
    return raw.translate(_PARITY)


def seven_bits(raw: bytes) -> bytes:
    """Take bit 7 away."""
    return raw.translate(_SEVEN)


def encode(telegram: Telegram) -> bytes:
    """Return the bytes on the wire; ``EncodeError`` for what is no character of the protocol."""
    match telegram:
        case Accepted() | Rejected():
            return bytes([ACK if isinstance(telegram, Accepted) else NAK])
        case Selection():
            return bytes([ACK]) + _line(f"{telegram.protocol}{telegram.rate}{telegram.mode}")
        case Block(text, more):
            return bytes([STX]) + _checked(_characters(text) + bytes([EOT if more else ETX]))
        case Command(kind, number, text):
            body = b"" if text is None else bytes([STX]) + _characters(text)
            return bytes([SOH]) + _checked(_characters(kind + number) + body + bytes([ETX]))
        case Identification(maker, rate, ident):
            return _line(f"/{maker}{rate}{ident}")
        case SignOn(address):
            return _line(f"/?{_callable(address)}!")


def _callable(address: str) -> str:
    if len(address) > ADDRESS_LENGTH or set(address) & set("/!"):
        raise EncodeError(f"{address!r} is no address of 0 to {ADDRESS_LENGTH} characters")
    return address


def _checked(content: bytes) -> bytes:
    return content + bytes([block_check(content)])


def _line(text: str) -> bytes:
    if any(not " " <= character <= "~" for character in text):
        raise EncodeError(f"{text!r} has characters that no line carries")
    return text.encode("ascii") + b"\r\n"


def _characters(text: str) -> bytes:
    """Text inside a block: anything of seven bits that does not mark a border."""
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError as error:
        raise EncodeError(f"{text!r} is not of seven bits") from error
    if set(raw) & {SOH, STX, ETX, EOT}:
        raise EncodeError(f"{text!r} has control characters inside")
    return raw


def decode(raw: bytes) -> Telegram:
    """Read one whole telegram; ``DecodeError`` for anything else, also for a wrong block check."""
    seven = seven_bits(raw)
    start = seven[:1]
    if start == b"/":
        return _decode_line(seven)
    if start == b"\x06" and len(seven) > 1:
        return _decode_selection(seven)
    if seven in (b"\x06", b"\x15"):
        return Accepted() if seven == b"\x06" else Rejected()
    if start in (b"\x01", b"\x02"):
        return _decode_block(seven)
    raise DecodeError("no telegram begins so")


def _decode_line(seven: bytes) -> SignOn | Identification:
    if called := _SIGN_ON.fullmatch(seven):
        return SignOn(called[1].decode("ascii"))
    if named := _IDENTIFICATION.fullmatch(seven):
        maker, rate, ident = (part.decode("ascii") for part in named.groups())
        return Identification(maker, rate, ident)
    raise DecodeError("neither a sign-on nor an identification", 1)


def _decode_selection(seven: bytes) -> Selection:
    chosen = _SELECTION.fullmatch(seven)
    if chosen is None:
        raise DecodeError("no selection of rate and mode", 1)
    protocol, rate, mode = (part.decode("ascii") for part in chosen.groups())
    return Selection(rate, mode, protocol)


def _decode_block(seven: bytes) -> Block | Command:
    ends = [at for end in ENDS if (at := seven.find(end)) >= 0]
    if not ends or min(ends) != len(seven) - 2:
        raise DecodeError("the end character and one check character close a block", len(seven))
    content, given = seven[1:-1], seven[-1]
    if (wanted := block_check(content)) != given:
        raise DecodeError(f"block check {given:02X}H, computed {wanted:02X}H", len(seven) - 1)
    text = content[:-1].decode("ascii")
    if seven[0] == STX:
        return Block(text, content[-1] == EOT)
    return _decode_command(text, len(seven))


def _decode_command(content: str, length: int) -> Command:
    head, text = content[:2], content[2:]
    if len(head) != 2 or (text and text[0] != "\x02"):
        raise DecodeError("a command is a letter, a digit and STX before its text", min(3, length))
    return Command(head[0], head[1], text[1:] if text else None)
