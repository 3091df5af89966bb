"""Frames of DL/T 645 as JSON objects, and back: what ``hhu decode --json`` prints and ``hhu encode`` reads.

``error`` says what is wrong: with the frame, with its value, or what the meter refuses. ``content`` holds the
fields of the function without the identifier and the value, which stand for themselves; where the data make
no sense, ``data`` holds them in hexadecimal. Passwords are ``"present"`` and encode as zeros.
"""

from typing import Any

from core.errors import DecodeError, EncodeError
from core.meters.dlt645.address import address_text
from core.meters.dlt645.control import NAMES, NEGATIVE, REPLY, Edition
from core.meters.dlt645.dissect import dissect
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame, plain
from core.meters.dlt645.identifiers import encode_value, identifier
from core.meters.dlt645.mask import masked
from core.meters.dlt645.messages import layout_for, layout_of_function, meaning_of, reading
from core.wire.codec import mapping
from core.wire.record import Record, layout_of
from hhu.client.found_frames import Found
from hhu.client.spans import Object, span_object

PROTOCOLS = {f"dlt645-{edition.value}": edition for edition in Edition}
_KEYS = ("direction", "address", "control", "function_zh", "function_en", "more", "di", "name_zh", "name_en",
         "value", "unit")  # fmt: skip


def to_meter_object(found: Found) -> Object:
    """Return one frame as ``decode --json`` prints it; damaged ones as far as they make sense."""
    error = str(found.error) if found.error else None
    shown: Object = {"protocol": found.protocol, "valid": found.error is None, "error": error}
    shown |= dict.fromkeys(_KEYS)
    frame = _readable(found.raw)
    if frame is not None:
        told = _head(frame) | _meaning(frame)
        shown |= told | {"error": error or told.get("error")}
    shown["spans"] = [span_object(node) for node in dissect(found.raw)]
    return shown | ({"preamble": found.preamble} if found.preamble else {})


def _readable(raw: bytes) -> Frame | None:
    """Return the frame, also when its end is wrong or missing."""
    try:
        return decode_frame(raw, verify=False)
    except DecodeError:
        if len(raw) < 10 or raw[7] != 0x68:
            return None
        return Frame(address_text(raw[1:7]), raw[8], plain(raw[10 : 10 + raw[9]]))


def _head(frame: Frame) -> Object:
    zh, en = NAMES[frame.edition].get(frame.function, (None, None))
    return {
        "direction": "up" if frame.reply else "down",
        "address": frame.address,
        "control": f"{frame.control:02X}",
        "function_zh": zh,
        "function_en": en,
        "more": frame.more,
    }


def _meaning(frame: Frame) -> Object:
    """Identifier, value and fields; bytes where there is no meaning."""
    try:
        meaning = meaning_of(frame)
    except DecodeError as error:
        return _unread(frame) | {"error": str(error)}
    if meaning is None:
        return _unread(frame)
    if not isinstance(meaning, Record):
        return {
            "error": _refusal(frame, meaning),
            "content": layout_of(layout_for(frame) or Record).to_json(meaning),
        }
    fields = meaning.to_json()
    told: Object = {}
    if "code" in fields:
        told |= _named(fields.pop("code"), frame)
    if "content" in fields and told.get("name_en") and not _is_part(frame):
        told |= _value(frame, meaning)
        if told.get("raw") is None:
            fields.pop("content")
            told.pop("raw")
    return told | {"content": fields}


def _is_part(frame: Frame) -> bool:
    """Tell whether the content is only a piece of a value."""
    later = {Edition.V1997: (0x02, 0x03), Edition.V2007: (0x03, 0x12)}[frame.edition]
    return frame.more or (frame.reply and frame.function in later)


def _unread(frame: Frame) -> Object:
    """Data without a meaning, secrets covered."""
    raw = masked(encode_frame(frame))
    return {"data": plain(raw[10:-2]).hex().upper()}


def _refusal(frame: Frame, meaning: Any) -> str:
    """The words of all bits that are set, and the word itself."""
    fields = layout_of(layout_for(frame) or Record).fields
    words = [field.label.en for field in fields if getattr(meaning, field.name)]
    return f"ERR {frame.data[::-1].hex().upper()}: {', '.join(words) or 'no reason given'}"


def _named(code: str, frame: Frame) -> Object:
    quantity = identifier(code, frame.edition)
    named: Object = {"di": code}
    if quantity is not None:
        named |= {"name_zh": quantity.zh, "name_en": quantity.en, "unit": quantity.unit or None}
    return named


def _value(frame: Frame, meaning: Any) -> Object:
    """The value, or its bytes and why they are none."""
    found = reading(meaning.code, meaning.content, frame.edition)
    if found.error:
        return {"value": None, "error": f"value: {found.error}", "raw": found.content.hex().upper()}
    return {"value": found.json, "raw": None}


def from_meter_object(obj: Any) -> bytes:
    """Return the bytes of a frame, preamble included; ``EncodeError`` names the key that is wrong."""
    given = mapping(obj, "frame")
    edition = PROTOCOLS.get(str(given.get("protocol")))
    if edition is None:
        raise EncodeError(f"{given.get('protocol')!r} is none of {', '.join(PROTOCOLS)}", field="protocol")
    control = _control(given)
    frame = Frame(str(given.get("address")), control, _data(given, control, edition))
    preamble = given.get("preamble", 0)
    if not isinstance(preamble, int) or preamble < 0:
        raise EncodeError(f"a whole number expected, not {preamble!r}", field="preamble")
    return b"\xfe" * preamble + encode_frame(frame)


def _control(given: Object) -> int:
    try:
        return int(str(given.get("control")), 16)
    except ValueError as error:
        raise EncodeError(
            f"two hexadecimal digits expected, not {given.get('control')!r}", field="control"
        ) from error


def _data(given: Object, control: int, edition: Edition) -> bytes:
    if isinstance(given.get("data"), str):
        return _unhex(given["data"], "data")
    layout = layout_of_function(control, edition)
    fields = dict(mapping(given.get("content") or {}, "content"))
    if layout is None:
        raise EncodeError("this function has no fields; give data", field="control")
    if not issubclass(layout, Record):
        return layout_of(layout).dump(layout_of(layout).from_json(fields))
    if control & (REPLY | NEGATIVE) == 0 and fields.get("level") == "98" and control == 0x1C:
        layout = layout_for(Frame("", control, b"\x98")) or layout
    names = {field.name for field in layout_of(layout).fields}
    if "code" in names:
        fields["code"] = str(given.get("di"))
    if "content" in names and "content" not in fields:
        fields["content"] = _content(given, edition)
    return layout.from_json(fields).encode()


def _content(given: Object, edition: Edition) -> str:
    """Hexadecimal of the value, or of the bytes that were no value."""
    if isinstance(given.get("raw"), str):
        return given["raw"]
    quantity = identifier(str(given.get("di")), edition)
    if quantity is None:
        raise EncodeError(f"{given.get('di')!r} is no known identifier; give raw", field="di")
    try:
        return encode_value(quantity, quantity.codec.from_json(given.get("value"))).hex()
    except EncodeError as error:
        raise error.within("value") from error


def _unhex(text: str, key: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise EncodeError(f"hexadecimal digits expected, not {text!r}", field=key) from error
