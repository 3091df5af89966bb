"""Code 07: enter and leave download mode (vendor extension §2.2): 8 bytes and an optional tail."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from core.errors import DecodeError, EncodeError

RECORD = 8
LOCAL = b"\xff\xff\xff"
LEAVING = bytes(RECORD)
BAUDS = {1: 9600, 2: 19200, 4: 38400, 6: 57600}
USUAL_BAUD = 115200
"""Whatever other code stands there; send FF, which no terminal takes for an IP address."""
USUAL_CODE = 0xFF
MARK, VERSION = b"\x48\x58", 1
TAIL = 6
LONGEST = 3
"""Hours."""


@dataclass(frozen=True, slots=True)
class Local:
    """Wait on 485_3; always 8 data bits, no parity, 1 stop bit."""

    code: int = USUAL_CODE

    @property
    def baud(self) -> int:
        """Bits per second."""
        return BAUDS.get(self.code, USUAL_BAUD)

    def encode(self) -> bytes:
        """Return the record."""
        return LOCAL + bytes([self.code]) + bytes(4)


@dataclass(frozen=True, slots=True)
class Remote:
    """Dial a front end."""

    host: IPv4Address
    port: int

    def encode(self) -> bytes:
        """Return the record; the port is the one field with the high byte first."""
        if not 0 < self.port <= 0xFFFF:
            raise EncodeError(f"port {self.port} is outside 1..65535", field="port")
        return self.host.packed + bytes(2) + self.port.to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Leave:
    """End the mode."""

    def encode(self) -> bytes:
        """Return the record."""
        return LEAVING


Way = Local | Remote | Leave


@dataclass(frozen=True, slots=True)
class Tail:
    """What a maker's terminal does not look at [design]."""

    address: bytes = bytes(4)
    """A1 A2 as on the wire of the terminal that is meant; zeros: whoever hears it."""
    hours: int = 0
    """Until the mode ends by itself, 1 to 3; 0 is 3."""
    parity: int = 0
    """0: none; there is no other."""

    def encode(self) -> bytes:
        """Return the ten bytes."""
        if len(self.address) != 4:
            raise EncodeError(f"{len(self.address)} bytes, an address has 4", field="address")
        if not 0 <= self.hours <= LONGEST:
            raise EncodeError(f"{self.hours} h, at most {LONGEST} are possible", field="hours")
        return MARK + bytes([VERSION, TAIL]) + self.address + bytes([self.hours, self.parity])


@dataclass(frozen=True, slots=True)
class Download:
    """Content of code 07."""

    way: Way
    tail: Tail | None = None

    def encode(self) -> bytes:
        """Return the content of the order."""
        return self.way.encode() + (self.tail.encode() if self.tail else b"")

    @classmethod
    def decode(cls, content: bytes) -> "Download":
        """Read the content; ``DecodeError`` names what cannot be carried out (result 02)."""
        tail = _tail(content[RECORD:])
        return cls(_way(content[:RECORD]), tail)


def expected_address(content: bytes) -> bytes | None:
    """Return the address that the tail expects, ``None`` where none is; it is judged before the rest."""
    tail = content[RECORD:]
    address = tail[4:8] if tail[:2] == MARK else b""
    return address if len(address) == 4 and any(address) else None


def _way(record: bytes) -> Way:
    if len(record) < RECORD:
        raise DecodeError(f"only {len(record)} bytes", len(record), "record")
    if record == LEAVING:
        return Leave()
    if record[0] == LOCAL[0]:
        if record[:3] != LOCAL:
            raise DecodeError("neither local nor an IP address", 1, "record")
        return Local(record[3])
    host, port = IPv4Address(record[:4]), int.from_bytes(record[6:8], "big")
    if not 1 <= record[0] <= 223 or record[0] == 127:
        raise DecodeError(f"{host} is no host", 0, "host")
    if port == 0:
        raise DecodeError("port 0", 6, "port")
    return Remote(host, port)


def _tail(raw: bytes) -> Tail | None:
    """Bytes without the mark are somebody else's."""
    if raw[:2] != MARK:
        return None
    if len(raw) < 4 + TAIL or raw[2] != VERSION or raw[3] != TAIL:
        raise DecodeError("a tail of another version or length", RECORD + 2, "tail")
    tail = Tail(raw[4:8], raw[8], raw[9])
    if tail.hours > LONGEST:
        raise DecodeError(f"{tail.hours} h", RECORD + 8, "hours")
    if tail.parity:
        raise DecodeError(f"parity {tail.parity}", RECORD + 9, "parity")
    return tail
