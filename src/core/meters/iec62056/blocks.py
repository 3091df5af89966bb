"""Data blocks for the eye: readouts, answers of programming mode, the packets of an A1700."""

from dataclasses import replace

from core.errors import DecodeError
from core.meters.dissector import UP, Reading
from core.meters.iec62056 import a1700
from core.meters.iec62056.datalines import Entry, sets_of
from core.meters.iec62056.identities import asked_packet, named_identity, parts_of
from core.meters.iec62056.naming import name_in
from core.meters.iec62056.sights import end_of
from core.meters.iec62056.values import Readout
from core.meters.iec62056.walk import Walk, text_of
from core.wire.codec import Node

_ERRORS = {
    "ERR1": "bad command", "ERR2": "no such identity", "ERR3": "bad packet",
    "ERR5": "locked, or the login is over", "ERR6": "communication",
}  # fmt: skip


def block(walk: Walk, asked: bytes) -> None:
    """STX and lines of data; ``asked``: the command that this may answer."""
    seven = walk.seven
    walk.kind, walk.direction = ("数据", "data"), UP
    walk.trail.octets("start", "起始符", "Start", 1, "STX")
    end = end_of(seven, 1) or len(seven)
    text = text_of(seven[1:end])
    if (packet := asked_packet(asked)) and text.startswith("(") and not text.startswith("(ERR"):
        _packet_content(walk, packet, text)
    else:
        _lines(walk, text)
    walk.close(end)


def _lines(walk: Walk, text: str) -> None:
    readout = Readout(text)
    if any(line.strip() == "!" for line in text.splitlines()):
        walk.kind = ("抄读数据", f"readout, {readout.dialect.name}")
    for line in text.splitlines(keepends=True):
        sets = list(sets_of(line.rstrip("\r\n")))
        children = tuple(_set(walk, entry, start, end, readout) for start, end, entry in sets)
        at, size = walk.trail.at, len(line)
        if len(children) == 1:
            walk.trail.nodes.append(replace(children[0], start=at, end=at + size))
            walk.trail.at += size
            continue
        last = line.strip() == "!"
        zh, en = ("行", "Line") if children else ("结束", "End of the data") if last else ("文本", "Text")
        moved = tuple(child.moved(at) for child in children)
        walk.trail.octets("line", zh, en, size, "" if children else line.strip(), children=moved)


def _set(walk: Walk, entry: Entry, start: int, end: int, readout: Readout) -> Node:
    zh, en = name_in(readout.dialect, entry.code)
    code = entry.code + (f"*{entry.history:02d}" if entry.history is not None else "")
    values = [f"{field.text} {field.unit}".rstrip() for field in entry.fields]
    if not entry.code and (
        why := _ERRORS.get(entry.fields[0].text) or entry.fields[0].text.startswith("ERR")
    ):
        walk.kind, said = ("拒绝", "refused"), entry.fields[0].text
        walk.refusal = f"{said} {why}" if isinstance(why, str) else said
        return Node("refusal", "拒绝", "Refused", walk.refusal, start, end)
    first, more = entry.fields[0], values[1:]
    walk.readings.append(Reading(code, zh, en, first.text, first.unit, at=", ".join(more)))
    label = f"{code} {en}".strip() or "Value"
    if not more:
        return Node("set", zh or "数据", label, first.text, start, end, first.unit)
    told = " ".join([values[0], *(f"({one})" for one in more)])
    return Node("set", zh or "数据", label, told, start, end)


def _packet_content(walk: Walk, packet: a1700.Packet, text: str) -> None:
    """The answer to a read of an A1700."""
    zh, en = named_identity(packet.code) or ("数据", "data")
    try:
        content = a1700.content(text)
        parts = list(parts_of(packet, content))
    except DecodeError as error:
        walk.trail.octets("content", zh, en, len(text), error=error.reason)
        return
    start = walk.trail.at + 1
    nodes = tuple(
        Node("value", part.zh, part.en, part.value or "", start + 2 * first, start + 2 * last, part.unit)
        for first, last, part in parts
    )
    walk.readings += [part for _, _, part in parts]
    shown = None if nodes else content.hex(" ").upper()
    walk.kind = (f"数据{zh}", f"data: {en}")
    walk.trail.octets("content", zh, en, len(text), shown or "", children=nodes)
