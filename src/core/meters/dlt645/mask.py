"""Passwords and keys made unreadable before a frame is shown, traced or exported; also in damaged frames."""

from collections.abc import Iterable, Iterator

from core.meters.dlt645.dissect import HEADER, dissect
from core.meters.dlt645.frame import START
from core.wire.codec import Node

MASK = 0x2A
"""Every byte of a masked secret on the wire; the checksum stays as it was."""


def masked(raw: bytes) -> bytes:
    """Return ``raw`` (a frame, or noise that may hold some) with each secret overwritten by ``*``."""
    shown = bytearray(raw)
    at = raw.find(b"\x68")
    while at >= 0:
        if len(raw) - at > HEADER and raw[at + 7] == START:
            for start, end in _secrets(dissect(raw[at : at + HEADER + raw[at + 9] + 2])):
                shown[at + start : at + end] = bytes([MASK]) * (end - start)
        at = raw.find(b"\x68", at + 1)
    return bytes(shown)


def _secrets(nodes: Iterable[Node]) -> Iterator[tuple[int, int]]:
    for node in nodes:
        if node.secret:
            yield node.start, node.end
        yield from _secrets(node.children)
