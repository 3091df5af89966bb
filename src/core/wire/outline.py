"""Outlines: envelopes shown to people part by part, as far as the bytes go.

Decoders of frames are written by hand for speed and refuse damage; an outline is a plain list of construct
parsers that serves the eye only and stops where the bytes do. Tests hold the two together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import construct as untyped

from core.wire.bits import BitLayout
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.record import layout_of

construct: Any = untyped  # it ships no types; parsers stay inside this module
Show = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of an envelope: labels, parser, text; ``word`` names the bit record that explains it."""

    label: Label
    parser: Any
    show: Show
    word: type[Any] | None = None


def _hexadecimal(value: Any) -> str:
    return value.hex(" ").upper() if isinstance(value, bytes) else f"{value:02X}H"


def mark(name: str, zh: str, en: str, byte: int) -> Part:
    """A byte that must have one value."""
    return Part(Label(name, zh, en), construct.Const(bytes([byte])), _hexadecimal)


def octet(name: str, zh: str, en: str, show: Show = _hexadecimal, *, word: type[Any] | None = None) -> Part:
    """One byte, perhaps explained by a bit record."""
    return Part(Label(name, zh, en), construct.Byte, show, word)


def word16(name: str, zh: str, en: str, show: Show = str, *, word: type[Any] | None = None) -> Part:
    """Two bytes, low byte first."""
    return Part(Label(name, zh, en), construct.Int16ul, show, word)


def octets(name: str, zh: str, en: str, size: int, show: Show = _hexadecimal) -> Part:
    """Bytes as they are."""
    return Part(Label(name, zh, en), construct.Bytes(size), show)


def outline(parts: Sequence[Part], data: bytes, at: int = 0) -> tuple[tuple[Node, ...], int]:
    """Walk the parts from ``at``; return the nodes, the last perhaps with an error, and the end."""
    nodes: list[Node] = []
    stream = BytesIO(data)
    stream.seek(at)
    for part in parts:
        start = stream.tell()
        try:
            value = part.parser.parse_stream(stream)
        except construct.ConstructError as error:
            nodes.append(_missing(part.label, data, start, error))
            return tuple(nodes), len(data) if isinstance(error, construct.StreamError) else start + 1
        nodes.append(_node(part, data, start, stream.tell(), value))
    return tuple(nodes), stream.tell()


def _node(part: Part, data: bytes, start: int, end: int, value: Any) -> Node:
    label = part.label
    if part.word is None:
        return Node(label.name, label.zh, label.en, part.show(value), start, end)
    layout: BitLayout = layout_of(part.word)
    explained = layout.dissect(label, data, start, end, NO_SCOPE)[0]
    return Node(label.name, label.zh, label.en, part.show(value), start, end, children=explained.children)


def _missing(label: Label, data: bytes, start: int, error: Exception) -> Node:
    if isinstance(error, construct.StreamError):
        return Node(label.name, label.zh, label.en, "", start, len(data), error="the bytes end here")
    found = data[start : start + 1].hex().upper()
    return Node(label.name, label.zh, label.en, found, start, start + 1, error="another byte is needed here")
