"""JSON objects back to frames: the inverse of `hhu.client.frame_objects`, which has the rules.

PW is encoded as 00H. Units whose spans show that they shared an identifier share it again; without spans each
unit with data has its own, and bare identifiers are merged as a master merges them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from core.errors import EncodeError
from core.gdw376 import dadt
from core.gdw376.frame import Address, Aux, Direction, Ec, Frame, Seq, Tp, encode_frame
from core.gdw376.message import Item, carries_values, encode_query, layout_for
from core.gdw376.trailer import pw_size
from core.gdw376.unit import Edition
from core.wire.codec import mapping
from hhu.client.frame_objects import PROTOCOL
from hhu.client.spans import Object
from hhu.client.vendor_objects import from_vendor_object


def from_object(obj: Any, edition: Edition = Edition.BASE_2009) -> bytes:
    """Return the bytes of a frame, preamble included; ``EncodeError`` names the key that is wrong."""
    given = mapping(obj, "frame")
    if given.get("protocol", PROTOCOL) != PROTOCOL:
        raise EncodeError(
            f"{given.get('protocol')!r} cannot be encoded; only {PROTOCOL} and DL/T 645 can", field="protocol"
        )
    direction = _direction(given)
    afn = _hexadecimal(given, "afn", 0xFF)
    protocol = _number(given, "protocol_id", 2)
    frame = Frame(
        direction=direction,
        prm=_flag(given, "prm"),
        function=_number(given, "function"),
        address=_read_address(mapping(given.get("address"), "address")),
        afn=afn,
        seq=_read_seq(mapping(given.get("seq"), "seq")),
        payload=_payload(given, afn, direction, edition),
        aux=_read_aux(mapping(given.get("aux") or {}, "aux"), pw_size(protocol)),
        fcb=None if given.get("fcb") is None else _flag(given, "fcb"),
        acd=given.get("acd") is True,
        spare=given.get("spare") is True,
        protocol=protocol,
    )
    return b"\xfe" * _number(given, "preamble", 0) + encode_frame(frame)


def _number(given: Object, key: str, default: int | None = None) -> int:
    value = given.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise EncodeError(f"a whole number expected, not {value!r}", field=key)
    return value


def _flag(given: Object, key: str) -> bool:
    if not isinstance(given.get(key), bool):
        raise EncodeError(f"true or false expected, not {given.get(key)!r}", field=key)
    return given[key]


def _text(given: Object, key: str) -> str:
    if not isinstance(given.get(key), str):
        raise EncodeError(f"a text expected, not {given.get(key)!r}", field=key)
    return given[key]


def _hexadecimal(given: Object, key: str, highest: int) -> int:
    text = _text(given, key)
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", text) or int(text, 16) > highest:
        raise EncodeError(f"hexadecimal digits up to {highest:X} expected, not {text!r}", field=key)
    return int(text, 16)


def _direction(given: Object) -> Direction:
    try:
        return Direction(given.get("direction"))
    except ValueError:
        raise EncodeError(
            f"'down' or 'up' expected, not {given.get('direction')!r}", field="direction"
        ) from None


def _read_address(given: Object) -> Address:
    region, terminal = _text(given, "region"), _hexadecimal(given, "terminal", 0xFFFF)
    return Address(region, terminal, _number(given, "msa", 0), given.get("group") is True)


def _read_seq(given: Object) -> Seq:
    flags = {name: _flag(given, name) for name in ("tpv", "fir", "fin", "con")}
    return Seq(_number(given, "number"), **flags)


def _read_aux(given: Object, size: int) -> Aux:
    pw = bytes(size) if given.get("pw") else None
    ec, tp = given.get("ec"), given.get("tp")
    return Aux(
        pw,
        None if ec is None else Ec(_number(mapping(ec, "aux.ec"), "ec1"), _number(ec, "ec2")),
        None if tp is None else _read_tp(mapping(tp, "aux.tp")),
    )


def _read_tp(given: Object) -> Tp:
    found = re.fullmatch(r"---(\d\d)T(\d\d):(\d\d):(\d\d)", _text(given, "time"))
    if not found:
        raise EncodeError(f"a time like ---20T14:36:05 expected, not {given['time']!r}", field="aux.tp.time")
    day, hour, minute, second = map(int, found.groups())
    return Tp(_number(given, "pfc"), second, minute, hour, day, _number(given, "delay"))


def _payload(given: Object, afn: int, direction: Direction, edition: Edition) -> bytes:
    if given.get("vendor") is not None:
        return from_vendor_object(given["vendor"], direction)
    units: Any = given.get("units", [])
    if not isinstance(units, list):
        raise EncodeError(f"a list expected, not {units!r}", field="units")
    rows = [mapping(unit, f"units[{n}]") for n, unit in enumerate(cast("list[Any]", units))]
    blocks = [_block(n, row, afn, direction, edition) for n, row in enumerate(rows)]
    bare = not carries_values(afn, direction) and not any(block.data for block in blocks)
    if bare and not any("span" in row for row in rows):
        return b"".join(encode_query(Item(block.pn, block.fn or 0) for block in blocks))
    return b"".join(_joined(blocks))


@dataclass(frozen=True, slots=True)
class _Block:
    """One unit on its way back to bytes."""

    pn: int
    fn: int | None
    """``None`` for bytes whose identifier could not be read."""
    data: bytes
    span: tuple[int, int] | None


def _block(number: int, row: Object, afn: int, direction: Direction, edition: Edition) -> _Block:
    try:
        fn = None if row.get("fn") is None else _number(row, "fn")
        pn = 0 if fn is None else _number(row, "pn", 0)
        data = _data(row, afn, fn or 0, direction, edition)
        return _Block(pn, fn, data, _read_span(row.get("span")))
    except EncodeError as error:
        raise error.within(f"units[{number}]") from error


def _data(row: Object, afn: int, fn: int, direction: Direction, edition: Edition) -> bytes:
    if "raw" in row:
        try:
            return bytes.fromhex(_text(row, "raw"))
        except ValueError as error:
            raise EncodeError("hexadecimal digits expected", field="raw") from error
    layout = layout_for(afn, fn, direction, edition)
    if layout is None:
        raise EncodeError(f"F{fn} of AFN {afn:02X}H is not known; give its bytes as raw", field="fn")
    return layout.from_json(row.get("value") or {}).encode()


def _read_span(span: Any) -> tuple[int, int] | None:
    match span:
        case [int(start), int(end)]:
            return start, end
        case _:
            return None


def _joined(blocks: Iterable[_Block]) -> Iterator[bytes]:
    """Write identifiers and data; blocks that shared an identifier share it again."""
    group: list[_Block] = []
    for block in blocks:
        if group and not _shares(group[-1], block):
            yield _written(group)
            group = []
        group.append(block)
    if group:
        yield _written(group)


def _shares(before: _Block, block: _Block) -> bool:
    """Tell from the spans whether a block has no identifier of its own."""
    if block.span is None or before.span is None or block.fn is None or before.fn is None:
        return False
    size = block.span[1] - block.span[0]
    return block.span == before.span if not block.data and size else size == len(block.data)


def _written(group: list[_Block]) -> bytes:
    data = b"".join(block.data for block in group)
    if group[0].fn is None:
        return data
    points = sorted({block.pn for block in group})
    functions = sorted({block.fn for block in group if block.fn is not None})
    return dadt.identifier(points, functions) + data
