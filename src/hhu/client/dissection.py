"""Any frame as a tree, whatever its protocol; frames of meters inside a frame that forwards them too.

The maker's extension in AFN F0 has a codec of its own and is put in here as well.

A concentrator carries frames of meters of any family unchanged in AFN 10 F1 (dlt645 §13), and identifiers
with their values in F9 and F10; the protocols do not know each other, so they are put together here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.gdw376.dissect import dissect as dissect_terminal
from core.gdw376.trailer import VENDOR_AFN
from core.gdw376.unit import Edition
from core.meters.dissector import covered, secrets_of
from core.meters.dlt645.dissect import dissect as dissect_meter
from core.meters.mask import secret_spans
from core.vendor.dissect import dissect as dissect_envelope
from core.vendor.dissect import is_envelope
from core.wire.codec import Node
from hhu.client.forwarded import brought, title, value_text
from hhu.client.found_frames import Found, Skipped, find_frames
from hhu.client.masking import masked_meters

TERMINAL = "gdw376.1"
_AFN_AT, _FORWARDING = 12, 0x10


def dissect(raw: bytes, protocol: str = TERMINAL, edition: Edition = Edition.BASE_2009) -> tuple[Node, ...]:
    """Return the nodes of one frame that starts at its first 68H; spans count from there."""
    if protocol != TERMINAL:
        return dissect_meter(raw)
    nodes = dissect_terminal(raw, edition)
    afn = raw[_AFN_AT] if len(raw) > _AFN_AT else None
    if afn == VENDOR_AFN:
        return tuple(_unfolded(node, raw) for node in nodes)
    return tuple(_opened(node, raw) for node in nodes) if afn == _FORWARDING else nodes


def nodes_of(found: Found, edition: Edition = Edition.BASE_2009) -> tuple[Node, ...]:
    """Return the nodes of something that was found; spans count from behind its preamble."""
    if found.family is not None:
        nodes = found.family.explain(found.raw, found.asked).nodes
        spans = tuple(secret_spans(found.raw)) if found.error else ()
        return tuple(covered(node, spans) for node in nodes) if spans else nodes
    return dissect(found.raw, found.protocol, edition)


def _unfolded(node: Node, raw: bytes) -> Node:
    """Put the fields of the maker's envelope in the place of its bytes; another maker's stay as they are."""
    inside = raw[node.start : node.end]
    if node.name != "envelope" or not is_envelope(inside):
        return node
    return replace(node, text="", children=_moved(dissect_envelope(inside), node.start))


def _opened(node: Node, raw: bytes) -> Node:
    """Look for frames of meters in forwarded content."""
    if node.children:
        return replace(node, children=tuple(_opened(child, raw) for child in node.children))
    if node.name == "content" or node.name.startswith("["):
        node = _with_value(node, raw)
    if node.name != "content" or node.end == node.start:
        return node
    prefix = _prefix(raw[node.start : node.end])
    inside = raw[node.start + prefix : node.end]
    frames = tuple(_frames(inside, node.start + prefix))
    secret = any(True for _ in secrets_of(frames)) or masked_meters(inside) != inside
    if not frames:
        return replace(node, text="••••", secret=True) if secret else node
    return replace(node, text="" if secret else node.text, children=frames)


def _prefix(content: bytes) -> int:
    """Bytes of the length in front of forwarded content."""
    sizes = (size for size in (2, 1) if int.from_bytes(content[:size], "little") == len(content) - size)
    return next(sizes, 0)


def _with_value(node: Node, raw: bytes) -> Node:
    """Name the identifier that stands behind the length, and show its value."""
    found = brought(raw[node.start + 1 : node.end])
    if found is None:
        return node
    (zh, en), text = title(found), value_text(found)
    error = str(found.error) if found.error else ""
    child = Node("reading", zh, en, text or error, node.start + 1, node.end)
    return replace(node, children=(child,))


def _frames(inside: bytes, start: int) -> Iterator[Node]:
    """Good frames of meters. Families with short frames count where the content has nothing else."""
    pieces = list(find_frames(inside))
    alone = all(isinstance(piece, Found) and piece.error is None for piece in pieces)
    at = start
    for piece in pieces:
        if isinstance(piece, Skipped) or not (alone or piece.family is None):
            at += len(piece.raw)
            continue
        at += piece.preamble
        if piece.error is None and piece.protocol != TERMINAL:
            yield _frame(piece, at)
        at += len(piece.raw)


def _frame(piece: Found, at: int) -> Node:
    name = piece.protocol if piece.family else piece.protocol.replace("dlt645", "DL/T 645")
    children = _moved(nodes_of(piece), at)
    end = at + len(piece.raw)
    return Node("meter_frame", f"{name}帧", f"{name} frame", "", at, end, children=children)


def _moved(nodes: Iterable[Node], by: int) -> tuple[Node, ...]:
    return tuple(node.moved(by) for node in nodes)
