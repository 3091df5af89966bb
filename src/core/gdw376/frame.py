"""The link frame: 68 L L 68 C A AFN SEQ units AUX CS 16, by hand and byte for byte (part A §1, §2).

Decoding keeps every bit, also those without meaning, so that a decoded frame encodes to its own bytes.
Encoding refuses what the wire cannot carry. The function code, CON, MSA, FIR and FIN of a peer are never
trusted (part A §13): they are reported, nothing here depends on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import DecodeError, EncodeError
from core.gdw376.address import BROADCAST, UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.fields import Direction, Ec, Seq, Tp, within
from core.gdw376.trailer import PW_AFNS, VENDOR_AFN, Aux, Head, cut_trailer, pw_field, pw_size

__all__ = [
    "BROADCAST", "PW_AFNS", "STANDARD", "UNIVERSAL", "UNIVERSAL_REVERSED", "Address", "Aux", "Direction",
    "Ec", "Frame", "FrameProfile", "Seq", "Tp", "decode_frame", "encode_frame", "header_flaw", "pw_field",
]  # fmt: skip

START, END = 0x68, 0x16
OVERHEAD = 8
"""Bytes of a frame that L does not count."""
FIXED = 8
"""C, A, AFN and SEQ: the least L1."""
LARGEST = 16383
FUNCTIONS = frozenset({0, 1, 4, 8, 9, 10, 11})
"""Codes with a meaning in either role; peers mix them freely, the others are reserved (part A §1.3)."""


@dataclass(frozen=True, slots=True)
class FrameProfile:
    """What is taken for a frame on a line."""

    protocols: frozenset[int] = frozenset({2})
    """Accepted D1 D0 of L: 2 is this protocol, 1 the one of 2005, 3 some makers' 2013 (part A §1.2)."""
    largest: int = LARGEST
    """Greatest L1 in bytes, 8..16383."""


STANDARD = FrameProfile()


BARE = Aux()


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; ``payload`` holds the data units without PW, EC and Tp."""

    direction: Direction
    prm: bool
    """Sent by the side that started the exchange."""
    function: int
    address: Address
    afn: int
    seq: Seq
    payload: bytes
    aux: Aux = BARE
    fcb: bool | None = None
    """Frame count bit of a downlink frame, ``None`` while FCV = 0."""
    acd: bool = False
    """Uplink: an important event waits."""
    spare: bool = False
    """The bit of C without meaning: D5 down while FCV = 0, D4 up."""
    protocol: int = 2

    @property
    def control(self) -> int:
        """The byte C."""
        up = self.direction is Direction.UP
        d5 = self.acd if up else self.spare if self.fcb is None else self.fcb
        d4 = self.spare if up else self.fcb is not None
        return up << 7 | self.prm << 6 | d5 << 5 | d4 << 4 | self.function


def header_flaw(head: bytes, profile: FrameProfile = STANDARD) -> DecodeError | None:
    """Tell why these first bytes cannot begin a frame, judging as many as there are."""
    return next(_header_flaws(head, profile), None)


def _header_flaws(head: bytes, profile: FrameProfile) -> Iterator[DecodeError]:
    if head[:1] and head[0] != START:
        yield DecodeError("no start byte 68H", 0)
    if head[1:2] and head[1] & 3 not in profile.protocols:
        yield DecodeError(f"protocol id {head[1] & 3} is not this protocol", 1, "L")
    if head[2:3] and not FIXED <= claimed_length(head) <= profile.largest:
        yield DecodeError(f"length {claimed_length(head)} is outside {FIXED}..{profile.largest}", 2, "L")
    if head[3:5] != head[1 : 1 + len(head[3:5])]:
        yield DecodeError("the two lengths differ", 3, "L")
    if head[5:6] and head[5] != START:
        yield DecodeError("no second 68H behind the lengths", 5)
    if head[6:7] and head[6] & 15 not in FUNCTIONS:
        yield DecodeError(f"function code {head[6] & 15} is reserved", 6, "C")


def claimed_length(head: bytes) -> int:
    """Return L1 of a header of at least three bytes."""
    return (head[1] | head[2] << 8) >> 2


def checksum(body: bytes) -> int:
    """Return CS of the bytes from C to the one before CS."""
    return sum(body) & 0xFF


def decode_frame(raw: bytes, profile: FrameProfile = STANDARD, *, verify: bool = True) -> Frame:
    """Decode exactly one frame without preamble; ``DecodeError`` names the offset.

    ``verify=False`` leaves the checksum unchecked: to look into masked and damaged frames.
    """
    if not _is_whole(raw, profile) and (flaw := header_flaw(raw, profile) or _body_flaw(raw)):
        raise flaw
    body = raw[6:-2]
    if verify and checksum(body) != raw[-2]:
        raise DecodeError(f"checksum {raw[-2]:02X}H, computed {checksum(body):02X}H", len(raw) - 2, "CS")
    return _from_body(body, raw[1] & 3)


def _is_whole(raw: bytes, profile: FrameProfile) -> bool:
    """Judge everything but the checksum at once; what is wrong is then looked for byte by byte."""
    size = len(raw)
    return (
        size >= OVERHEAD + FIXED
        and raw[0] == raw[5] == START
        and raw[1:3] == raw[3:5]
        and (raw[1] | raw[2] << 8) >> 2 == size - OVERHEAD <= profile.largest
        and raw[1] & 3 in profile.protocols
        and raw[6] & 15 in FUNCTIONS
        and raw[-1] == END
    )


def _body_flaw(raw: bytes) -> DecodeError | None:
    if len(raw) < OVERHEAD + FIXED:
        return DecodeError(f"only {len(raw)} bytes", len(raw))
    expected = claimed_length(raw) + OVERHEAD
    if len(raw) != expected:
        return DecodeError(f"{len(raw)} bytes, the header says {expected}", min(len(raw), expected))
    if raw[-1] != END:
        return DecodeError("no end byte 16H", len(raw) - 1)
    return None


def _from_body(body: bytes, protocol: int) -> Frame:
    control, afn, seq = body[0], body[6], Seq.decode(body[7])
    up = control >= 0x80
    direction = Direction.UP if up else Direction.DOWN
    d5, d4 = bool(control & 0x20), bool(control & 0x10)
    payload, aux = _split(Head(direction, d5, afn, seq.tpv, protocol), body[8:])
    return Frame(
        direction=direction,
        prm=bool(control & 0x40),
        function=control & 15,
        address=Address.decode(body[1:6]),
        afn=afn,
        seq=seq,
        payload=payload,
        aux=aux,
        fcb=d5 if d4 and not up else None,
        acd=d5 and up,
        spare=d4 if up else d5 and not d4,
        protocol=protocol,
    )


def _split(head: Head, units: bytes) -> tuple[bytes, Aux]:
    cut = cut_trailer(head, units)
    if cut.units == len(units):
        return units, BARE
    pw = units[cut.units : cut.units + cut.pw] or None
    ec_at = cut.units + cut.pw
    ec = Ec(units[ec_at], units[ec_at + 1]) if cut.ec else None
    tp = Tp.decode(units[-cut.tp :]) if cut.tp else None
    return units[: cut.units], Aux(pw, ec, tp)


def encode_frame(frame: Frame) -> bytes:
    """Encode a frame; ``EncodeError`` names the field that the wire cannot carry."""
    _refuse(frame)
    body = bytes([frame.control]) + frame.address.encode() + bytes([frame.afn, frame.seq.encode()])
    body += frame.payload + _encode_aux(frame.aux)
    if len(body) > LARGEST:
        raise EncodeError(f"{len(body)} bytes, a frame holds at most {LARGEST}", field="payload")
    length = (len(body) << 2 | frame.protocol).to_bytes(2, "little")
    return bytes([START, *length, *length, START, *body, checksum(body), END])


def _encode_aux(aux: Aux) -> bytes:
    return (aux.pw or b"") + (aux.ec.encode() if aux.ec else b"") + (aux.tp.encode() if aux.tp else b"")


def _refuse(frame: Frame) -> None:
    within(frame.afn, 0, 255, "afn")
    within(frame.protocol, 1, 3, "protocol")
    if frame.function not in FUNCTIONS:
        raise EncodeError(f"function code {frame.function} is reserved", field="function")
    up, aux = frame.direction is Direction.UP, frame.aux
    for wrong, reason, name in (
        (aux.tp is not None and not frame.seq.tpv, "Tp without TpV", "tp"),
        (aux.ec is not None and not (up and frame.acd), "EC without ACD in an uplink frame", "ec"),
        (aux.pw is not None and up, "PW in an uplink frame", "pw"),
        (aux.pw is not None and len(aux.pw) != pw_size(frame.protocol), "PW has the wrong size", "pw"),
        (frame.afn == VENDOR_AFN and (aux.pw or aux.ec), "AFN F0H has no PW and no EC field", "aux"),
        (up and frame.fcb is not None, "FCB in an uplink frame", "fcb"),
        (not up and frame.acd, "ACD in a downlink frame", "acd"),
    ):
        if wrong:
            raise EncodeError(reason, field=name)
