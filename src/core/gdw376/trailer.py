"""What stands behind the data units (AUX): PW or EC, then Tp. Read from the end, and checked.

Order (part A §2.4): down [PW 16] [Tp 6], up [EC 2] [Tp 6]. The bits that announce EC and Tp are not always
kept, and masters are known that leave PW out of AFN10; so nothing is cut off that would leave less than one
identifier, that is no time, or that the length inside AFN0F F1 and AFN10 F1 counts as its own.
"""

from dataclasses import dataclass

from core.errors import EncodeError
from core.gdw376.fields import Direction, Ec, Tp, is_bcd

PW_AFNS = frozenset({0x01, 0x04, 0x05, 0x06, 0x0F, 0x10})
"""AFN whose downlink carries PW."""
VENDOR_AFN = 0xF0
"""Envelope of the maker's extension: no identifier, no EC, its own password (vendor extension 1.3)."""
IDENTIFIER = 4
TP_SIZE, EC_SIZE, PW_SIZE = 6, 2, 16
F1 = b"\x00\x00\x01\x00"


@dataclass(frozen=True, slots=True)
class Aux:
    """The auxiliary fields of a frame; ``None`` is absent."""

    pw: bytes | None = None
    """Message authentication code, 16 bytes (2 with protocol id 01)."""
    ec: Ec | None = None
    tp: Tp | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What decides about the trailer: the fields in front of the data units."""

    direction: Direction
    acd: bool
    afn: int
    tpv: bool
    protocol: int = 2


@dataclass(frozen=True, slots=True)
class Cut:
    """Sizes of the four parts of everything behind SEQ, in wire order."""

    units: int
    pw: int
    ec: int
    tp: int


def pw_field(password: str) -> bytes:
    """Return the PW of a plain password: ASCII, left aligned, padded with 00H (design §4).

    An empty password gives 16 x 00H, which is what authentication scheme 0 sends.
    """
    if not (password.isascii() and password.isprintable()) or len(password) > PW_SIZE:
        raise EncodeError("a password has at most 16 printable ASCII characters", field="password")
    return password.encode().ljust(PW_SIZE, b"\x00")


def pw_size(protocol: int) -> int:
    """Return the size of PW: 2 bytes in the load-management protocol of 2005 (id 01), else 16."""
    return 2 if protocol == 1 else PW_SIZE


def cut_trailer(head: Head, body: bytes) -> Cut:
    """Find PW, EC and Tp at the end of ``body`` (everything between SEQ and CS)."""
    rest = len(body)
    if not head.tpv and not head.acd and head.afn not in PW_AFNS:
        return Cut(rest, 0, 0, 0)
    tp = TP_SIZE if _has_tp(head, body) else 0
    rest -= tp
    ec = EC_SIZE if _has_ec(head, rest) else 0
    rest -= ec
    pw = pw_size(head.protocol) if _has_pw(head, body[:rest]) else 0
    return Cut(rest - pw, pw, ec, tp)


def _has_tp(head: Head, body: bytes) -> bool:
    return head.tpv and len(body) >= IDENTIFIER + TP_SIZE and is_bcd(body[-5:-1])


def _has_ec(head: Head, size: int) -> bool:
    if head.direction is Direction.DOWN or not head.acd or head.afn == VENDOR_AFN:
        return False
    if head.afn == 0x02:
        # By the standard AFN02 has no EC: its units are 4 bytes, or 10 with the clock of 2012.
        return size in (IDENTIFIER + EC_SIZE, IDENTIFIER + 6 + EC_SIZE)
    return size >= IDENTIFIER + EC_SIZE


def _has_pw(head: Head, body: bytes) -> bool:
    if head.direction is Direction.UP or head.afn not in PW_AFNS:
        return False
    return len(body) >= IDENTIFIER + pw_size(head.protocol) and len(body) != _own_length(head.afn, body)


def _own_length(afn: int, body: bytes) -> int | None:
    """Length of the units where they tell it themselves (part A §11, §12 F1)."""
    if body[:4] != F1:
        return None
    if afn == 0x0F:
        return 15 + int.from_bytes(body[13:15], "little")
    if afn == 0x10:
        return 10 + int.from_bytes(body[8:10], "little")
    return None
