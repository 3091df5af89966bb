"""ABB/Elster A1700: numbered data identities over programming mode (meter protocols §4.5).

Single source: one head-end's source code; no meter and no independent peer has confirmed it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.errors import DecodeError, EncodeError

CONFIDENCE = "single source"
PACKET = 64
"""Most bytes of one answer."""
CLOCK, ENERGIES, SERIAL = "861", "507", "798"
MEASURE, MEASURED = "605", "606"
"""Order a measurement and see whether it is done; read it."""
CLOCK_LENGTH, ENERGIES_LENGTH, SERIAL_LENGTH, MEASURED_LENGTH = 7, 80, 16, 7
REGISTER = 8
"""Bytes of an energy register."""
REGISTERS = ("+A", "-A", "Q1", "Q2", "Q3", "Q4", "VA", "user 1", "user 2", "user 3")
DONE = 0x80
"""Of identity 605: the measurement is there."""
TOTAL, PHASES = 0x00, (0x10, 0x20, 0x40)
AMPERE, VOLT, FACTOR, WATT, VAR, VA = range(1, 7)
KEY_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Packet:
    """The argument of a read: identity, number of the packet from 1, bytes."""

    identity: str
    number: int
    length: int

    @property
    def code(self) -> str:
        """What stands in front of the parentheses."""
        return f"{self.identity}{self.number:03X}"

    @property
    def argument(self) -> str:
        """What stands between them."""
        return f"{self.length:X}"


def packets(identity: str, length: int) -> tuple[Packet, ...]:
    """Return the reads that bring ``length`` bytes of an identity."""
    rests = range(length, 0, -PACKET)
    return tuple(Packet(identity, number, min(PACKET, rest)) for number, rest in enumerate(rests, 1))


def packet_of(code: str, argument: str) -> Packet:
    """Read a request; ``DecodeError`` for what is none."""
    if len(code) != 6 or not code[:3].isdigit() or not 1 <= len(argument) <= 2:
        raise DecodeError("identity of 3 digits, packet of 3 and length of 1 or 2 hex digits wanted")
    try:
        found = Packet(code[:3], int(code[3:], 16), int(argument, 16))
    except ValueError as error:
        raise DecodeError("packet and length are no hex digits") from error
    if not found.number or not 0 < found.length <= PACKET:
        raise DecodeError(f"packets count from 1 and have 1 to {PACKET} bytes")
    return found


def content(text: str) -> bytes:
    """Return the bytes of an answer ``(hex)``; ``DecodeError`` for anything else."""
    if not (text.startswith("(") and text.endswith(")")):
        raise DecodeError("no answer in parentheses")
    try:
        return bytes.fromhex(text[1:-1])
    except ValueError as error:
        raise DecodeError("no hex digits", 1) from error


def text_of(raw: bytes) -> str:
    """Return the answer that carries bytes."""
    return f"({raw.hex().upper()})"


def cipher(password: str, challenge: str) -> str:
    """Return the answer (16 hex digits) to a challenge; ``EncodeError`` unless both have eight bytes."""
    try:
        key, secret = bytes.fromhex(challenge), password.encode("ascii")
    except ValueError as error:
        raise EncodeError("challenge and password are hex digits and ASCII") from error
    if len(key) != KEY_LENGTH or len(secret) != KEY_LENGTH:
        raise EncodeError(f"challenge and password have {KEY_LENGTH} bytes each")
    row = [one ^ other for one, other in zip(key, secret, strict=True)]
    for at in range(KEY_LENGTH):
        row.append((row[at] + row[at + 7]) % 256)
    return bytes(row[KEY_LENGTH:]).hex().upper()


def password_of(field: bytes) -> str:
    """Return the password from that of the archive: eight characters, or the last eight hex digits."""
    if len(field) == KEY_LENGTH and field.isascii() and 0 not in field:
        return field.decode("ascii")
    return field.hex().upper()[-KEY_LENGTH:]


def bcd(raw: bytes) -> int:
    """Read digits, most significant first; ``DecodeError`` where a nibble is none."""
    digits = raw.hex()
    if not digits.isdigit():
        raise DecodeError(f"{digits.upper()} are no digits")
    return int(digits)


def clock(raw: bytes) -> datetime | None:
    """Read ss mm hh dd MM ww yy; ``None`` for a calendar that was lost."""
    if len(raw) != CLOCK_LENGTH:
        raise DecodeError(f"a clock has {CLOCK_LENGTH} bytes", len(raw))
    second, minute, hour, day, month, year = (
        bcd(bytes([byte])) for byte in (raw[0], raw[1], raw[2], raw[3] & 0x3F, raw[4] & 0x1F, raw[6])
    )
    if not day or not month:
        return None
    try:
        return datetime(2000 + year, month, day, hour, minute, second)
    except ValueError as error:
        raise DecodeError("no time of the calendar") from error


def clock_bytes(moment: datetime | None) -> bytes:
    """Return the inverse of `clock`."""
    if moment is None:
        return bytes(CLOCK_LENGTH)
    return bytes.fromhex(moment.strftime("%S%M%H%d%m") + f"{moment.isoweekday():02d}" + moment.strftime("%y"))


def energies(raw: bytes) -> tuple[Decimal, ...]:
    """Read the ten registers, in kWh (kvarh, kVAh) with six decimals."""
    if len(raw) != ENERGIES_LENGTH:
        raise DecodeError(f"the energies have {ENERGIES_LENGTH} bytes", len(raw))
    return tuple(
        Decimal(bcd(raw[at : at + REGISTER][::-1])).scaleb(-6) for at in range(0, len(raw), REGISTER)
    )


def energies_bytes(values: tuple[Decimal, ...]) -> bytes:
    """Return the inverse of `energies`; missing registers are zero."""
    counts = [int(value.scaleb(6)) for value in values]
    counts += [0] * (len(REGISTERS) - len(counts))
    return b"".join(bytes.fromhex(f"{count:016d}")[::-1] for count in counts)


def measured(raw: bytes) -> Decimal:
    """Read a measurement of identity 606, in the unit that was ordered."""
    if len(raw) != MEASURED_LENGTH:
        raise DecodeError(f"a measurement has {MEASURED_LENGTH} bytes", len(raw))
    value = Decimal(bcd(raw[1:])).scaleb((raw[0] & 0x07) - 4)
    return -value if raw[0] & 0x80 else value


def measured_bytes(value: Decimal, decimals: int) -> bytes:
    """Return the inverse of `measured`, with 0 to 4 decimals."""
    digits = f"{int(abs(value).scaleb(decimals)):012d}"
    return bytes([(0x80 if value < 0 else 0) | 4 - decimals]) + bytes.fromhex(digits)
