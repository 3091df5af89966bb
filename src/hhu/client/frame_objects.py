"""Frames as JSON objects: the shape that ``hhu decode --json`` prints and ``hhu encode`` reads.

Rules
- ``span`` is [first, behind the last] byte, from the first 68H. A unit's span includes its identifier,
  unless an earlier unit of that identifier has it already; bare identifiers share theirs.
- Where reading stops, ``raw`` holds the rest in hexadecimal; the other units of that identifier follow with
  ``raw`` empty, so that nothing of the identifier is lost.
- ``readings`` are the values of meters inside F9 and F10 of AFN10; they are told, never read back.
- The maker's extension of AFN F0 stands under ``vendor`` (`hhu.client.vendor_objects`), without units.
- PW is ``"present"``, never its bytes. Bits that masters and terminals leave at rest (``fcb``, ``spare``,
  ``protocol_id``) and a ``preamble`` appear only when they are there.
"""

from collections.abc import Iterator

from core.errors import DecodeError
from core.gdw376 import dadt
from core.gdw376.catalogue import unit_class
from core.gdw376.frame import Address, Aux, Direction, Frame, FrameProfile, Seq, Tp, decode_frame, header_flaw
from core.gdw376.message import Item, decode_items
from core.gdw376.unit import Edition
from hhu.client.dissection import TERMINAL, dissect
from hhu.client.family_objects import to_family_object
from hhu.client.forwarded import readings_of
from hhu.client.found_frames import Found
from hhu.client.masking import masked
from hhu.client.meter_objects import to_meter_object
from hhu.client.spans import Object, span_object
from hhu.client.vendor_objects import to_vendor_object

PROTOCOL = TERMINAL
ANY_PROTOCOL = FrameProfile(protocols=frozenset({1, 2, 3}))
HEADER = 14
AFN_AT, FORWARDING = 12, b"\x10"
"""Forwarded content may hold passwords of meters: its values are those of the masked frame."""


def to_object(found: Found, edition: Edition = Edition.BASE_2009) -> Object:
    """Return one frame as ``decode --json`` prints it; damaged ones as far as they make sense."""
    if found.family is not None:
        return to_family_object(found, found.family)
    if found.protocol != PROTOCOL:
        return to_meter_object(found)
    raw, error = found.raw, found.error
    shown: Object = {"protocol": PROTOCOL, "valid": error is None, "error": str(error) if error else None}
    frame = _readable(masked(raw) if raw[AFN_AT : AFN_AT + 1] == FORWARDING else raw)
    if frame is None:
        raw = _covered(raw)
        shown |= _partial(raw, edition)
    else:
        shown |= _head(frame) | _content(frame, raw, edition) | {"aux": _aux(frame.aux)}
    shown["spans"] = [span_object(node) for node in dissect(raw, edition=edition)]
    return shown | ({"preamble": found.preamble} if found.preamble else {})


def _content(frame: Frame, raw: bytes, edition: Edition) -> Object:
    """Units, or the maker's envelope, which has none."""
    envelope = to_vendor_object(frame)
    if envelope is None:
        return {"units": _units(frame, raw, edition)}
    return {"units": [], "vendor": envelope | {"span": [HEADER, HEADER + len(frame.payload)]}}


def _covered(raw: bytes) -> bytes:
    """Mask PW also where the lengths cannot be believed: as if the frame ended where its bytes end."""
    if len(raw) <= HEADER or header_flaw(raw[:6]) is None:
        return masked(raw)
    length = (len(raw) - 8 << 2 | 2).to_bytes(2, "little")
    return raw[:5] + masked(raw[:1] + length + length + raw[5:])[5:]


def _readable(raw: bytes) -> Frame | None:
    """Return the frame, also when only its checksum or protocol id is wrong."""
    try:
        return decode_frame(raw, ANY_PROTOCOL, verify=False)
    except DecodeError:
        return None


def _head(frame: Frame) -> Object:
    up = frame.direction is Direction.UP
    head: Object = {
        "direction": frame.direction.value,
        "prm": frame.prm,
        "function": frame.function,
        "acd": frame.acd if up else None,
        "address": _address(frame.address),
        "afn": f"{frame.afn:02X}",
        "seq": _seq(frame.seq),
    }
    rare = {
        "fcb": frame.fcb,
        "spare": frame.spare or None,
        "protocol_id": None if frame.protocol == 2 else frame.protocol,
    }
    return head | {name: value for name, value in rare.items() if value is not None}


def _address(address: Address) -> Object:
    return {
        "region": address.region,
        "terminal": f"{address.terminal:04X}",
        "msa": address.msa,
        "group": address.group,
    }


def _seq(seq: Seq) -> Object:
    return {"tpv": seq.tpv, "fir": seq.fir, "fin": seq.fin, "con": seq.con, "number": seq.number}


def _aux(aux: Aux) -> Object:
    tp = aux.tp
    return {
        "pw": None if aux.pw is None else "present",
        "ec": None if aux.ec is None else {"ec1": aux.ec.important, "ec2": aux.ec.ordinary},
        "tp": None if tp is None else {"pfc": tp.pfc, "time": _tp_time(tp), "delay": tp.delay},
    }


def _tp_time(tp: Tp) -> str:
    """Day of an unnamed month and time of day, as truncated ISO 8601."""
    return f"---{tp.day:02d}T{tp.hour:02d}:{tp.minute:02d}:{tp.second:02d}"


def _partial(raw: bytes, edition: Edition) -> Object:
    """What a frame that is cut short still tells: its header, and units up to where it breaks."""
    empty: Object = dict.fromkeys(("direction", "prm", "function", "acd", "address", "afn", "seq"))
    rest: Object = {"units": [], "aux": {"pw": None, "ec": None, "tp": None}}
    if len(raw) < HEADER or raw[5] != 0x68:
        return empty | rest
    frame = Frame(
        direction=Direction.UP if raw[6] & 0x80 else Direction.DOWN,
        prm=bool(raw[6] & 0x40),
        function=raw[6] & 0x0F,
        address=Address.decode(raw[7:12]),
        afn=raw[12],
        seq=Seq.decode(raw[13]),
        payload=raw[HEADER:],
        acd=raw[6] & 0xA0 == 0xA0,
    )
    return empty | _head(frame) | rest | {"units": _units(frame, raw, edition)}


def _units(frame: Frame, raw: bytes, edition: Edition) -> list[Object]:
    units: list[Object] = []
    last = identifier = 0
    for item in decode_items(frame.afn, frame.direction, frame.payload, edition):
        fresh = item.start > last or _unnamed(item)
        identifier = last if fresh else identifier
        start = identifier if fresh or item.start == item.end else item.start
        units.append(_unit(frame, item, edition) | {"span": [HEADER + start, HEADER + item.end]})
        if item.raw and not _unnamed(item):
            units += _unreached(frame.payload[identifier : identifier + 4], item)
        last = item.end
    return units


def _unnamed(item: Item) -> bool:
    """Tell whether not even the identifier could be read."""
    return not item.identified


def _unreached(identifier: bytes, item: Item) -> Iterator[Object]:
    """Units of the same identifier whose data cannot be told apart any more."""
    pairs = dadt.pairs_of(identifier)
    for pn, fn in pairs[pairs.index((item.pn, item.fn)) + 1 :]:
        yield {"fn": fn, "pn": pn, "raw": "", "span": [HEADER + item.end, HEADER + item.end]}


def _unit(frame: Frame, item: Item, edition: Edition) -> Object:
    unit = None if _unnamed(item) else unit_class(frame.afn, item.fn, edition, frame.direction)
    if unit is None or (item.raw and not item.error):
        fn, pn = (None, None) if _unnamed(item) else (item.fn, item.pn)
        rest: Object = {"fn": fn, "pn": pn, "raw": item.raw.hex().upper()}
        return rest | ({"error": str(item.error)} if item.error else {})
    named: Object = {
        "fn": item.fn,
        "pn": item.pn,
        "code": f"{frame.afn:02X}F{item.fn}",
        "name_zh": unit.meaning.zh,
        "name_en": unit.meaning.en,
    }
    if item.error:
        return named | {"raw": item.raw.hex().upper(), "error": str(item.error)}
    named["value"] = {} if item.content is None else item.content.to_json()
    readings = readings_of(item.content)
    return named | ({"readings": readings} if readings else {})
