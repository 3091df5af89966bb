"""A whole frame for people: every byte in one tree, as far as it makes sense.

Damage never raises: a node says what is wrong and the walk goes on where that is possible. PW is never shown.
"""

from core.gdw376.frame import PW_AFNS
from core.gdw376.header import header_parts
from core.gdw376.message import dissect_items
from core.gdw376.frame import Direction
from core.gdw376.unit import Edition
from core.wire.codec import Node
from core.wire.outline import mark, octet, octets, outline

HEADER = 14
_TP = 6
_EC = 2
_PW = 16


def dissect(raw: bytes, edition: Edition = Edition.BASE_2009) -> tuple[Node, ...]:
    """Return the nodes of one frame that starts at its first 68H."""
    uplink = len(raw) > 6 and bool(raw[6] & 0x80)
    head, at = outline(header_parts(uplink=uplink), raw)
    if at < HEADER or any(node.error for node in head):
        return (*head, *_rest(raw, at))
    body = min(_body_end(raw), len(raw))
    aux = _aux(raw, body, uplink=uplink) if body == _body_end(raw) else ()
    units_end = aux[0].start if aux else body
    direction = Direction.UP if uplink else Direction.DOWN
    units = dissect_items(raw[12], direction, raw[HEADER:units_end], edition)
    return (*head, *(node.moved(HEADER) for node in units), *aux, *_trailer(raw, body))


def _body_end(raw: bytes) -> int:
    return 6 + (int.from_bytes(raw[1:3], "little") >> 2)


def _aux(raw: bytes, end: int, *, uplink: bool) -> tuple[Node, ...]:
    """PW, EC and Tp, found from the end of the frame (part A §2.4)."""
    nodes: list[Node] = []
    if raw[13] & 0x80 and end - _TP >= HEADER:
        nodes.insert(0, _time_tag(raw, end - _TP))
        end -= _TP
    if uplink and raw[6] & 0x20 and end - _EC >= HEADER:
        text = f"important {raw[end - 2]}, ordinary {raw[end - 1]}"
        nodes.insert(0, Node("ec", "事件计数器EC", "Event counters EC", text, end - _EC, end))
        end -= _EC
    if not uplink and raw[12] in PW_AFNS and end - _PW >= HEADER:
        text = "present" if any(raw[end - _PW : end]) else "16 x 00"
        nodes.insert(0, Node("pw", "消息认证码PW", "Authentication code PW", text, end - _PW, end))
    return tuple(nodes)


def _time_tag(raw: bytes, at: int) -> Node:
    pfc, second, minute, hour, day, delay = raw[at : at + _TP]
    text = f"frame {pfc}, sent day {day:02X} {hour:02X}:{minute:02X}:{second:02X}, delay {delay} min"
    return Node("tp", "时间标签Tp", "Time tag Tp", text, at, at + _TP)


def _trailer(raw: bytes, at: int) -> tuple[Node, ...]:
    parts = (octet("checksum", "校验和CS", "Checksum"), mark("end", "结束字符", "End", 0x16))
    (checksum, *end), after = outline(parts, raw, at)
    if not checksum.error and (wanted := sum(raw[6:at]) & 0xFF) != raw[at]:
        checksum = Node(checksum.name, checksum.zh, checksum.en, checksum.text, at, at + 1,
                        error=f"should be {wanted:02X}H")  # fmt: skip
    return (checksum, *end, *_rest(raw, after))


def _rest(raw: bytes, at: int) -> tuple[Node, ...]:
    if at >= len(raw):
        return ()
    return outline((octets("rest", "其余字节", "Other bytes", len(raw) - at),), raw, at)[0]
