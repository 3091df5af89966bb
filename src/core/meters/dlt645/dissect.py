"""A whole frame for people: every byte in one tree, as far as it makes sense. Passwords are never shown."""

from dataclasses import replace

from core.errors import DecodeError
from core.meters.dlt645.address import BROADCAST, WILD, address_text
from core.meters.dlt645.control import CONTROLS, edition_of
from core.meters.dlt645.frame import Frame, checksum, plain
from core.meters.dlt645.identifiers import identifier
from core.meters.dlt645.messages import layout_for, meaning_of
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.outline import Part, mark, octet, octets, outline
from core.wire.record import Broken, Record, layout_of

HEADER = 10


def dissect(raw: bytes) -> tuple[Node, ...]:
    """Return the nodes of one frame that starts at its first 68H; spans count from there."""
    head, at = outline(_header(raw), raw)
    if at < HEADER or any(node.error for node in head):
        return (*head, *_rest(raw, at))
    end = HEADER + raw[9]
    frame = Frame(address_text(raw[1:7]), raw[8], plain(raw[HEADER:end]))
    content = tuple(node.moved(HEADER) for node in content_nodes(frame))
    if end + 2 > len(raw):
        missing = f"{end + 2 - len(raw)} bytes are missing"
        return (
            *head,
            *content,
            Node("checksum", "校验码CS", "Checksum", "", len(raw), len(raw), error=missing),
        )
    return (*head, *content, *_trailer(raw, end))


def _header(raw: bytes) -> tuple[Part, ...]:
    size = raw[9] if len(raw) > 9 else 0
    word = CONTROLS[edition_of(raw[8], size)] if len(raw) > 8 else None
    return (
        mark("start", "帧起始符", "Start", 0x68),
        octets("address", "地址域", "Address", 6, _address),
        mark("second_start", "帧起始符", "Second start", 0x68),
        octet("control", "控制码", "Control", word=word),
        octet("length", "数据域长度", "Length", str),
    )


def _address(wire: bytes) -> str:
    text = address_text(wire)
    return text + {WILD: " (any)", BROADCAST: " (all)"}.get(text, "")


def content_nodes(frame: Frame) -> tuple[Node, ...]:
    """Return the nodes of the data, without their offset; spans count from the first data byte."""
    layout = layout_for(frame)
    if layout is None or not frame.data:
        return _unknown(frame.data)
    label = Label("data", "数据域", "Data")
    try:
        node = layout_of(layout).dissect(label, frame.data, 0, len(frame.data), NO_SCOPE)[0]
    except Broken as broken:
        return broken.nodes
    except DecodeError as error:
        return (Node("data", "数据域", "Data", "", 0, len(frame.data), error=error.reason),)
    if not issubclass(layout, Record):
        return (replace(node, name="error", zh="错误信息字", en="Error word", text=_hex(frame.data)),)
    children = tuple(_explained(frame, child) for child in node.children if child.end > child.start)
    return (*children, *_surplus(frame.data, node.end))


def _explained(frame: Frame, child: Node) -> Node:
    """Put the value in the place of its bytes, and the name beside its identifier."""
    if child.name == "code" and (quantity := identifier(child.text, frame.edition)):
        return replace(child, text=f"{child.text} {quantity.en}")
    if child.name != "content" or child.start == child.end:
        return child
    quantity = identifier(getattr(meaning_of(frame), "code", ""), frame.edition)
    if quantity is None or frame.more or frame.function in (0x02, 0x12, 0x03):
        return child
    label = Label("value", quantity.zh, quantity.en)
    try:
        node = quantity.codec.dissect(label, frame.data, child.start, child.end, NO_SCOPE)[0]
    except Broken as broken:
        return Node("value", label.zh, label.en, "", child.start, child.end, children=broken.nodes)
    except DecodeError as error:
        return Node("value", label.zh, label.en, child.text, child.start, child.end, error=error.reason)
    children = (*node.children, *_surplus(frame.data[: child.end], node.end))
    return replace(node, unit=quantity.unit, end=child.end, children=children)


def _unknown(data: bytes) -> tuple[Node, ...]:
    return (Node("data", "数据域", "Data", _hex(data), 0, len(data)),) if data else ()


def _surplus(data: bytes, at: int) -> tuple[Node, ...]:
    if at >= len(data):
        return ()
    return (
        Node("rest", "其余字节", "Other bytes", _hex(data[at:]), at, len(data), error="does not belong here"),
    )


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()


def _trailer(raw: bytes, at: int) -> tuple[Node, ...]:
    parts = (octet("checksum", "校验码CS", "Checksum"), mark("end", "结束符", "End", 0x16))
    (found, *end), after = outline(parts, raw, at)
    if not found.error and (wanted := checksum(raw[:at])) != raw[at]:
        found = replace(found, error=f"should be {wanted:02X}H")
    return (found, *end, *_rest(raw, after))


def _rest(raw: bytes, at: int) -> tuple[Node, ...]:
    if at >= len(raw):
        return ()
    return outline((octets("rest", "其余字节", "Other bytes", len(raw) - at),), raw, at)[0]
