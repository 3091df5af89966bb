"""Relay to a meter: any bytes out of a port of the terminal, and what came back (AFN10 F1, part A §12).

Frames of DL/T 645 are built by address and identifier, and recognised in the answer; bytes of other families
go through unchanged.
"""

from dataclasses import dataclass
from typing import Protocol

from core.errors import DecodeError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import CONTROL_SPEEDS, SPEEDS, MeterRecord, SerialControl
from core.gdw376.units.afn10 import Forward, Forwarded, MessageTimeout
from core.meters.dlt645.control import NAMES, Edition
from core.meters.dlt645.frame import WAKE_UP, Frame, decode_frame, encode_frame
from core.meters.dlt645.messages import Reading, request_frame, value_in
from core.meters.dlt645.requests import Read1997, Read2007
from hhu.client.found_frames import Found, Skipped, find_frames

PROTOCOLS = {1: Edition.V1997, 30: Edition.V2007}
"""Editions of DL/T 645 by the protocol code of the archive (part A §7.2 F10)."""
BAUD = {Edition.V1997: 1200, Edition.V2007: 2400}
"""Usual speeds (device behaviour 6.1)."""
WAIT = 3
"""Seconds the terminal waits for a meter: 1.0 to the first byte, and a long answer at 1200 baud."""
BYTE_GAP = 10
"""Longest gap between two bytes, x 10 ms."""
SHARED = 4.0
"""Seconds the port may be taken by the request in flight (device behaviour 6.1 rule 4), and the turn."""
READS = frozenset({0x01, 0x02, 0x03, 0x11, 0x12, 0x13})
"""Functions of DL/T 645 that change nothing in a meter."""
LONGEST_WAIT = 127
FEWEST_BITS = 5
"""Data bits that the control byte writes as 0 (part A §7.9)."""


class Forwarder(Protocol):
    """What a relay needs of the client."""

    async def forward(self, order: Unit, wait: float) -> Unit:
        """Let the terminal ask a meter; see `TerminalClient.forward`."""
        ...


@dataclass(frozen=True, slots=True)
class BusLine:
    """A port of the terminal and how it is to speak, with 1 stop bit."""

    port: int
    baud: int = 2400
    parity: str = "E"
    """``E``, ``O`` or ``N``."""
    data_bits: int = 8

    @property
    def control(self) -> SerialControl:
        """The control byte of F1; ``UsageError`` for a speed it cannot say."""
        code = next((code for code, (_, en) in CONTROL_SPEEDS.items() if en == str(self.baud)), None)
        if code is None:
            speeds = ", ".join(en for _, en in CONTROL_SPEEDS.values())
            raise UsageError(f"{self.baud} is no speed of a relay.", f"Give one of {speeds}.")
        odd, bits = int(self.parity == "O"), self.data_bits - FEWEST_BITS
        return SerialControl(data_bits=bits, odd=odd, parity=self.parity != "N", stop=0, speed=code)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went out and what came back."""

    sent: bytes
    answered: bytes
    """Empty when no meter answered."""

    @property
    def pieces(self) -> tuple[Found | Skipped, ...]:
        """Frames in the answer, and bytes that are none."""
        return tuple(find_frames(self.answered)) if self.answered else ()

    @property
    def frame(self) -> Frame | None:
        """The first good frame of a meter in the answer."""
        good = (p for p in self.pieces if isinstance(p, Found) and not p.error)
        raw = next((piece.raw for piece in good if piece.protocol.startswith("dlt645")), None)
        return None if raw is None else decode_frame(raw)

    @property
    def reading(self) -> Reading | None:
        """The value that the answer brought, if it is an answer to a read."""
        return None if self.frame is None else value_in(self.frame)

    @property
    def refusal(self) -> str:
        """The error word in hexadecimal when the meter refused."""
        frame = self.frame
        return frame.data[::-1].hex().upper() if frame is not None and frame.negative else ""


def edition_of(record: MeterRecord) -> Edition:
    """Return the edition a meter of the archive speaks; ``UsageError`` for other families."""
    edition = PROTOCOLS.get(record.protocol)
    if edition is None:
        raise UsageError(
            f"Point {record.point} speaks protocol {record.protocol}, not DL/T 645.",
            "Send the bytes of its own protocol with relay.",
        )
    return edition


def line_of(record: MeterRecord) -> BusLine:
    """Return the port of a meter and its speed: the archive's, else the usual one of its protocol."""
    named = SPEEDS[record.line.speed][1]
    edition = PROTOCOLS.get(record.protocol, Edition.V2007)
    return BusLine(record.line.port, int(named) if named.isdecimal() else BAUD[edition])


def on_wire(frame: Frame) -> bytes:
    """Return a frame with the wake-up bytes that a meter of 2007 wants."""
    return (WAKE_UP if frame.edition is Edition.V2007 else b"") + encode_frame(frame)


def read_request(address: str, code: str, edition: Edition) -> bytes:
    """Return the bytes that ask one meter for one identifier."""
    record = Read1997(code) if edition is Edition.V1997 else Read2007(code)
    return on_wire(request_frame(address, record, edition))


def deeds(content: bytes) -> tuple[tuple[str, str], ...]:
    """Name in Chinese and English what bytes may change in a meter; nothing for reads only.

    Bytes that are no frame of DL/T 645 may do anything.
    """
    found: list[tuple[str, str]] = []
    for piece in find_frames(content):
        if isinstance(piece, Skipped) or piece.error or not piece.protocol.startswith("dlt645"):
            if piece.raw.strip(b"\xfe"):
                found.append(("未知报文", "bytes of an unknown kind"))
            continue
        frame = decode_frame(piece.raw)
        if frame.function not in READS:
            unknown = (f"功能码 {frame.function:02X}", f"function {frame.function:02X}")
            found.append(NAMES[frame.edition].get(frame.function, unknown))
    return tuple(dict.fromkeys(found))


async def relay(client: Forwarder, line: BusLine, content: bytes, wait: int = WAIT) -> Exchange:
    """Send bytes out of a port and return what came back within ``wait`` seconds.

    ``DeniedError`` when the terminal refuses, ``UsageError`` for what cannot be asked for.
    """
    if not content:
        raise UsageError("There is nothing to send.", "Give the bytes in hexadecimal.")
    if not 1 <= wait <= LONGEST_WAIT:
        raise UsageError(f"{wait} s cannot be waited for.", f"Give 1 to {LONGEST_WAIT} s.")
    order = Forward(line.port, line.control, MessageTimeout(wait, 1), BYTE_GAP, content)
    answer = await client.forward(order, SHARED + 2 * wait)
    if not isinstance(answer, Forwarded):
        raise DecodeError("the answer is none to a relay", 0)
    return Exchange(content, answer.content)
