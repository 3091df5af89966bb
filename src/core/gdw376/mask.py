"""Secrets made unreadable before a frame is shown, traced or exported; also in frames that came damaged.

Two kinds: PW at the end of a downlink frame, and passwords that are parameters (AFN04 F7, F16), either way.
"""

from collections.abc import Iterable, Iterator

from core.gdw376.dissect import dissect
from core.gdw376.fields import Direction
from core.gdw376.frame import OVERHEAD, FrameProfile, claimed_length, header_flaw
from core.gdw376.trailer import PW_AFNS, TP_SIZE, Head, cut_trailer, pw_size
from core.wire.codec import Node

MASK = 0x2A
"""Every byte of a masked secret; the checksum stays as it was on the wire."""
_ANY = FrameProfile(protocols=frozenset({1, 2, 3}))
_BODY_AT = 14
PARAMETER_AFNS = frozenset({0x04, 0x0A})


def masked(raw: bytes) -> bytes:
    """Return ``raw`` (a frame, or noise that may hold pieces of them) with each secret overwritten by ``*``.

    A PW of zeros is no secret and stays: it tells that no password was sent.
    """
    shown = bytearray(raw)
    at = raw.find(b"\x68")
    while at >= 0:
        for start, end in (*_pw_spans(raw, at), *_parameter_spans(raw, at)):
            shown[start:end] = bytes([MASK]) * (end - start)
        at = raw.find(b"\x68", at + 1)
    return bytes(shown)


def _pw_spans(raw: bytes, at: int) -> list[tuple[int, int]]:
    """Where PW stands, by the header at ``at``; in a frame cut short as far as it came."""
    head = raw[at : at + _BODY_AT]
    if len(head) < _BODY_AT or header_flaw(head, _ANY) or head[6] & 0x80 or head[12] not in PW_AFNS:
        return []
    first, tpv, protocol = at + _BODY_AT, bool(head[13] & 0x80), head[1] & 3
    last = at + claimed_length(head) + OVERHEAD - 2
    if last <= len(raw):
        cut = cut_trailer(Head(Direction.DOWN, acd=False, afn=head[12], tpv=tpv, protocol=protocol),
                          raw[first:last])  # fmt: skip
        start, size = first + cut.units, cut.pw
    else:
        size = pw_size(protocol)
        start = max(first, last - size - (TP_SIZE if tpv else 0))
    end = min(start + size, len(raw))
    return [(start, end)] if any(raw[start:end]) else []


def _parameter_spans(raw: bytes, at: int) -> list[tuple[int, int]]:
    """Where the parameters in the frame at ``at`` keep secrets."""
    head = raw[at : at + _BODY_AT]
    if len(head) < _BODY_AT or head[12] not in PARAMETER_AFNS or header_flaw(head, _ANY):
        return []
    nodes = dissect(raw[at : at + claimed_length(head) + OVERHEAD])
    return [(at + node.start, at + node.end) for node in _leaves(nodes) if node.secret]


def _leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from _leaves(node.children) if node.children else (node,)
