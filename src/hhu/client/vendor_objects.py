"""The maker's envelope as JSON and back: the key ``vendor`` of a frame of AFN F0 (vendor extension §1).

``content`` is hexadecimal, behind PSW in orders and behind EXT in answers; ``code`` is ``None`` where a whole
frame is refused. PSW and PW are ``"present"`` or ``"zeros"``, never their bytes, and become zeros again.
Codes 02 and 12 hold a password in their content: it is overwritten by zeros. ``behind`` is a time tag that
the frame does not announce.
"""

from dataclasses import replace
from typing import Any

from core.errors import DecodeError, EncodeError
from core.gdw376.fields import Direction
from core.gdw376.frame import Frame
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.dissect import CODES
from core.vendor.envelope import DEFAULT_PASSWORD, PASSWORD, PW, WITHOUT_PASSWORD, Order, Outcome
from core.wire.codec import mapping
from hhu.client.spans import Object

PROTOCOL = "clou-vendor"
_INNER_PASSWORD = {0x02: 2, 0x12: 3}
"""Where the password begins in the content of item writes: behind the point and the permission (§1.6)."""
_ZEROS, _PRESENT = "zeros", "present"


def to_vendor_object(frame: Frame) -> Object | None:
    """Return the envelope in a frame; ``None`` for other AFN, and for what is no envelope of this maker."""
    if frame.afn != VENDOR_AFN:
        return None
    try:
        if frame.direction is Direction.DOWN:
            return _order(Order.decode(frame.payload), frame.payload)
        outcome = Outcome.decode(frame.payload)
    except DecodeError:
        return None
    return _answer(outcome) if outcome.encode() == frame.payload else None


def _order(order: Order, payload: bytes) -> Object:
    behind = payload[len(replace(order, password=DEFAULT_PASSWORD).encode()) :]
    secured = order.code not in WITHOUT_PASSWORD
    return (
        _named(order.code, order.maker)
        | {
            "password": _told(order.password.strip("0").encode()) if secured else None,
            "content": _covered(order).hex().upper(),
            "pw": None if order.pw is None else _told(order.pw),
        }
        | ({"behind": behind.hex().upper()} if behind else {})
    )


def _answer(outcome: Outcome) -> Object:
    return _named(outcome.code, outcome.maker) | {"content": outcome.content.hex().upper()}


def _named(code: int | None, maker: int) -> Object:
    if code is None:
        return {"protocol": PROTOCOL, "code": None}
    zh, en = CODES.get(code, ("未知", "unknown"))
    return {
        "protocol": PROTOCOL,
        "code": f"{code:02X}",
        "name_zh": zh,
        "name_en": en,
        "maker": f"{maker:02X}",
    }


def _told(secret: bytes) -> str:
    return _PRESENT if any(secret) else _ZEROS


def _covered(order: Order) -> bytes:
    at = _INNER_PASSWORD.get(order.code)
    if at is None:
        return order.content
    return order.content[:at] + bytes(len(order.content[at : at + PASSWORD])) + order.content[at + PASSWORD :]


def from_vendor_object(obj: Any, direction: Direction) -> bytes:
    """Return the payload of a frame; ``EncodeError`` names the key that is wrong."""
    given = mapping(obj, "vendor")
    content = _hexadecimal(given.get("content", ""), "content")
    if given.get("code") is None:
        return Outcome(None, content).encode()
    code, maker = _octet(given, "code"), _octet(given, "maker")
    if direction is Direction.UP:
        return Outcome(code, content, maker).encode()
    order = Order(code, content, maker=maker, pw=bytes(PW) if given.get("pw") else None)
    return order.encode() + _hexadecimal(given.get("behind", ""), "behind")


def _octet(given: Object, key: str) -> int:
    raw = _hexadecimal(given.get(key), key)
    if len(raw) != 1:
        raise EncodeError(f"two hexadecimal digits expected, not {given.get(key)!r}", field=f"vendor.{key}")
    return raw[0]


def _hexadecimal(value: Any, key: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise EncodeError(f"hexadecimal digits expected, not {value!r}", field=f"vendor.{key}") from error
