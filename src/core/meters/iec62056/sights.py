"""Where a telegram of IEC 62056-21 stands in bytes of a line.

A block or a command carries a block check. Sign-on, identification and selection carry none: their form is so
narrow that it stands for one. Bit 7 is the parity's: either all characters have it even, or none has it.
"""

import re

from core.errors import DecodeError
from core.meters.dissector import Sighting
from core.meters.iec62056 import telegram as t
from core.meters.iec62056.reader import BLOCK_LIMIT, LINE_LIMIT

_TEXT = re.compile(rb"[ -~\r\n\t]*")
_DATA = re.compile(rb"[ -~\r\n\t]*\([ -~\r\n\t]*")
"""Text with a parenthesis: a data set, or the begin of one."""
_CLOSED_SET = re.compile(r"\([^()]*\)")
_NARROW = re.compile(rb"\x06[0-9][0-9A-I][0-9]\r\n")
_COMMAND = re.compile(rb"\x01[PRWEB][0-9][\x02\x03]")
_HALF = (
    (re.compile(rb"/\?[^/!\x00-\x1f]*!?\r?\n?"), "a sign-on without its end !CR LF"),
    (re.compile(rb"/[A-Za-z]{3}[ -~]*\r?\n?"), "an identification without its end CR LF"),
    (re.compile(rb"\x06[0-9]([0-9A-I]([0-9]\r?)?)?"), "a selection without its end CR LF"),
)
STRONG = 8
"""So many characters of text with a parenthesis are no chance."""


def sighted(data: bytes, at: int) -> Sighting | None:
    """Return a telegram that is right; one whose block check is wrong if its text leaves no doubt."""
    first = data[at] & 0x7F
    if first == ord("/"):
        return _line(data, at)
    if first in (t.SOH, t.STX):
        return _block(data, at)
    if data[at] == t.ACK and _NARROW.fullmatch(data[at : at + 6]):
        return Sighting(6, checked=False)
    return Sighting(1, checked=False, doubtful=True) if data[at] in (t.ACK, t.NAK, t.NAK | 0x80) else None


def half(data: bytes) -> Sighting | None:
    """Return half a telegram, or a block with a wrong check."""
    seven = t.seven_bits(data)
    for form, reason in _HALF:
        if len(seven) > 1 and (found := form.fullmatch(seven)):
            return Sighting(
                found.end(), DecodeError(f"half a telegram: {reason}", found.end()), checked=False
            )
    if seven[:1] == b"\x01" and _COMMAND.match(seven + b"\x02"):
        return _whole_or_half(seven, 3 if seven[3:4] == b"\x02" else 1)
    if seven[:1] == b"\x02" and _DATA.fullmatch(seven[1 : end_of(seven, 1) or len(seven)]):
        return _whole_or_half(seven, 1)
    return None


def end_of(seven: bytes, at: int) -> int:
    """Return the place of the end character, 0 if there is none."""
    found = [end for one in t.ENDS if (end := seven.find(one, at, at + BLOCK_LIMIT)) > 0]
    return min(found, default=0)


def _line(data: bytes, at: int) -> Sighting | None:
    end = data.find(b"\n", at, at + LINE_LIMIT)
    raw = data[at : end + 1] if end > 0 else b""
    try:
        said = t.decode(raw)
    except DecodeError:
        return None
    also = ("edmi",) if said == t.SignOn() else ()
    return Sighting(len(raw), checked=False, also=also) if _one_parity(raw) else None


def _one_parity(raw: bytes) -> bool:
    seven = t.seven_bits(raw)
    return raw in (seven, t.with_parity(seven))


def _block(data: bytes, at: int) -> Sighting | None:
    seven = t.seven_bits(data[at : at + BLOCK_LIMIT])
    command = seven[0] == t.SOH
    if command and not _COMMAND.match(seven):
        return None
    end = end_of(seven, 1)
    text = seven[4 if command else 1 : end or len(seven)]
    if not _TEXT.fullmatch(text) or not (command or b"(" in text):
        return None
    if end and len(seven) > end + 1:
        raw = data[at : at + end + 2]
        try:
            t.decode(raw)
        except DecodeError as error:
            return Sighting(len(raw), error) if len(text) >= STRONG and _one_parity(raw[:-1]) else None
        return Sighting(len(raw)) if command or _CLOSED_SET.search(text.decode("ascii")) else None
    if len(text) < STRONG or b"(" not in text or not _one_parity(data[at : at + len(seven)]):
        return None
    return _whole_or_half(seven, 1)


def _whole_or_half(seven: bytes, start: int) -> Sighting | None:
    """Say what is wrong with a block that began well."""
    end = end_of(seven, start)
    if not end:
        reason = f"half a telegram: no ETX (03H) in {len(seven)} bytes"
        return Sighting(len(seven), DecodeError(reason, len(seven)))
    raw = seven[: end + 2]
    if len(raw) == end + 1:
        return Sighting(len(raw), DecodeError("half a telegram: no check behind ETX", len(raw)))
    try:
        t.decode(raw)
    except DecodeError as error:
        return Sighting(len(raw), error)
    return Sighting(len(raw))
