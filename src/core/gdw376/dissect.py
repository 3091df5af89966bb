"""A whole frame for people: every byte in one tree, as far as it makes sense.

Damage never raises: a node says what is wrong and the walk goes on where that is possible. PW is never shown.
"""

from core.gdw376.fields import Direction
from core.gdw376.frame import OVERHEAD, checksum, claimed_length
from core.gdw376.header import header_parts
from core.gdw376.message import dissect_items
from core.gdw376.trailer import VENDOR_AFN, Cut, Head, cut_trailer
from core.gdw376.unit import Edition
from core.wire.codec import Node
from core.wire.outline import mark, octet, octets, outline

HEADER = 14


def dissect(raw: bytes, edition: Edition = Edition.BASE_2009) -> tuple[Node, ...]:
    """Return the nodes of one frame that starts at its first 68H; spans count from there."""
    uplink = len(raw) > 6 and bool(raw[6] & 0x80)
    head, at = outline(header_parts(uplink=uplink), raw)
    if at < HEADER or any(node.error for node in head):
        return (*head, *_rest(raw, at))
    end = claimed_length(raw) + OVERHEAD - 2
    whole = HEADER <= end <= len(raw)
    cut = cut_trailer(_head(raw), raw[HEADER:end]) if whole else Cut(len(raw) - HEADER, 0, 0, 0)
    units = _units(raw, HEADER + cut.units, edition)
    if not whole:
        return (*head, *units, _cut_short(raw, end))
    return (*head, *units, *_aux(raw, HEADER + cut.units, cut), *_trailer(raw, end))


def _head(raw: bytes) -> Head:
    direction = Direction.UP if raw[6] & 0x80 else Direction.DOWN
    return Head(direction, bool(raw[6] & 0x20), raw[12], bool(raw[13] & 0x80), raw[1] & 3)


def _units(raw: bytes, end: int, edition: Edition) -> tuple[Node, ...]:
    payload = raw[HEADER:end]
    if raw[12] == VENDOR_AFN:
        return outline((octets("envelope", "厂家扩展", "Maker's extension", len(payload)),), raw, HEADER)[0]
    units = dissect_items(raw[12], _head(raw).direction, payload, edition)
    return tuple(node.moved(HEADER) for node in units)


def _cut_short(raw: bytes, end: int) -> Node:
    missing = end + 2 - len(raw)
    return Node(
        "checksum", "校验和CS", "Checksum", "", len(raw), len(raw), error=f"{missing} bytes are missing"
    )


def _aux(raw: bytes, at: int, cut: Cut) -> tuple[Node, ...]:
    """PW, EC and Tp (part A §2.4)."""
    nodes: list[Node] = []
    if cut.pw:
        text = "present" if any(raw[at : at + cut.pw]) else f"{cut.pw} x 00H"
        nodes.append(Node("pw", "消息认证码PW", "Authentication code PW", text, at, at + cut.pw))
        at += cut.pw
    if cut.ec:
        text = f"important {raw[at]}, ordinary {raw[at + 1]}"
        nodes.append(Node("ec", "事件计数器EC", "Event counters EC", text, at, at + cut.ec))
        at += cut.ec
    if cut.tp:
        nodes.append(_time_tag(raw, at, at + cut.tp))
    return tuple(nodes)


def _time_tag(raw: bytes, at: int, end: int) -> Node:
    pfc, second, minute, hour, day, delay = raw[at:end]
    text = f"frame {pfc}, sent day {day:02X} {hour:02X}:{minute:02X}:{second:02X}, delay {delay} min"
    return Node("tp", "时间标签Tp", "Time tag Tp", text, at, end)


def _trailer(raw: bytes, at: int) -> tuple[Node, ...]:
    parts = (octet("checksum", "校验和CS", "Checksum"), mark("end", "结束字符", "End", 0x16))
    (found, *end), after = outline(parts, raw, at)
    if not found.error and (wanted := checksum(raw[6:at])) != raw[at]:
        reason = f"should be {wanted:02X}H"
        found = Node(found.name, found.zh, found.en, found.text, at, at + 1, error=reason)
    return (found, *end, *_rest(raw, after))


def _rest(raw: bytes, at: int) -> tuple[Node, ...]:
    if at >= len(raw):
        return ()
    return outline((octets("rest", "其余字节", "Other bytes", len(raw) - at),), raw, at)[0]
