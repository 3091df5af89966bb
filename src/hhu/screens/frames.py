"""What a traced frame says, in one line and as a tree; and where in a frame a field of a unit stands.

Frames in the trace are masked, so their checksum is not judged again: the reader did when they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from core.errors import DecodeError
from core.gdw376.catalogue import AFN_NAMES, stored_afn, unit_class
from core.gdw376.fields import Direction
from core.gdw376.frame import Frame, decode_frame
from core.gdw376.message import items_of
from core.gdw376.trailer import VENDOR_AFN
from core.gdw376.unit import Unit
from core.gdw376.units.afn00 import Verdicts
from core.lines.recorder import TraceEntry
from core.vendor.dissect import gist_of, is_envelope
from core.wire.codec import Node
from hhu.client.dissection import dissect
from hhu.words import Language, Words

NAMES = {**AFN_NAMES, VENDOR_AFN: ("厂家扩展", "maker's extension")}


@lru_cache(maxsize=4096)
def frame_in(raw: bytes) -> Frame | None:
    """Decode a traced frame, ``None`` when it is none."""
    start = raw.find(b"\x68")
    if start < 0:
        return None
    try:
        return decode_frame(raw[start:], verify=False)
    except DecodeError:
        return None


def bare(raw: bytes) -> bytes:
    """Return the frame without its preamble."""
    return raw[max(0, raw.find(b"\x68")) :]


@lru_cache(maxsize=512)
def tree(raw: bytes) -> tuple[Node, ...]:
    """Return the nodes of a traced frame, counted from the first byte of ``raw``."""
    start = max(0, raw.find(b"\x68"))
    preamble = (
        (Node("preamble", "前导字符", "Preamble", raw[:start].hex(" ").upper(), 0, start),) if start else ()
    )
    return (*preamble, *(node.moved(start) for node in dissect(raw[start:])))


def summary(entry: TraceEntry, words: Words) -> str:
    """Say in one line what an entry is."""
    if entry.kind == "event":
        return entry.note
    said = _said(entry.raw, words.language)
    return f"{said or words('trace.noise')}{'  ' + entry.note if entry.note else ''}"


def brief(entry: TraceEntry, words: Words) -> str:
    """Say it in a few cells: codes before names."""
    frame = frame_in(entry.raw) if entry.kind == "frame" else None
    return summary(entry, words) if frame is None else f"{frame.afn:02X} {_units(frame, words)}"


@lru_cache(maxsize=4096)
def _said(raw: bytes, language: Language) -> str:
    frame = frame_in(raw)
    if frame is None:
        return ""
    words = Words(language)
    name = words.of(*NAMES.get(frame.afn, ("?", "?")))
    units = _units(frame, words)
    return f"{frame.afn:02X} {name}  {units}".rstrip()


def _units(frame: Frame, words: Words) -> str:
    if frame.afn == VENDOR_AFN and is_envelope(frame.payload):
        return words.of(*gist_of(frame.payload))
    items = items_of(frame)
    codes = " ".join(f"F{item.fn}" + (f"@{item.pn}" if item.pn else "") for item in items if item.fn)
    first = items[0].value if items else None
    if isinstance(first, Verdicts):
        refused = [verdict for verdict in first.verdicts if verdict.err]
        detail = words("trace.refused", number=len(refused)) if refused else words("trace.accepted")
        return f"F3 {detail} ({first.afn:02X})"
    known = unit_class(frame.afn, items[0].fn) if len(items) == 1 and items[0].fn else None
    return f"{codes} {words.of(known.meaning.zh, known.meaning.en)}" if known else codes


LOOKED_AT = 1000
"""Entries searched for a proof; older ones are found in the trace by hand."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The frame that brought a value, and the bytes of the value in it."""

    entry: TraceEntry
    nodes: tuple[Node, ...]
    span: tuple[int, int]

    @property
    def octets(self) -> bytes:
        """The bytes themselves."""
        return self.entry.raw[self.span[0] : self.span[1]]


def proof_of(entries: Sequence[TraceEntry], unit: type[Unit], path: str) -> Proof | None:
    """Find the newest frame from the terminal that carries the field."""
    for entry in islice(reversed(entries), LOOKED_AT):
        if entry.direction != "rx" or entry.kind != "frame":
            continue
        frame = frame_in(entry.raw)
        if frame is None or frame.direction is not Direction.UP or stored_afn(frame.afn) != unit.meaning.afn:
            continue
        nodes = tree(entry.raw)
        code = f"{frame.afn:02X}F{unit.meaning.fn}"
        top = next((node for node in nodes if node.name == code), None)
        if top is not None:
            node = _below(top, path.replace("[", ".").replace("]", "").split(".") if path else [])
            return Proof(entry, nodes, (node.start, node.end))
    return None


def _below(node: Node, steps: Sequence[str]) -> Node:
    for step in steps:
        found = next((child for child in node.children if child.name in (step, f"[{step}]")), None)
        if found is None:
            return node
        node = found
    return node
