"""One event record: ERC, length Le, body (part B §4.1). Le is trusted; what fits no layout stays raw."""

from dataclasses import dataclass
from typing import Any

from core.errors import DecodeError, EncodeError
from core.gdw376.units.erc import BODIES
from core.gdw376.units.events import ERC_NAMES
from core.wire.codec import NO_SCOPE, Codec, Label, Node, Scope, mapping
from core.wire.leaf import unhex
from core.wire.record import Record, layout_of


@dataclass(frozen=True, slots=True)
class Event:
    """An event record; ``body`` is bytes where its layout is unknown or does not fit."""

    erc: int
    body: Record | bytes

    @property
    def name(self) -> tuple[str, str]:
        """Chinese and English name of the event."""
        return ERC_NAMES.get(self.erc, ("未知事件", "unknown event"))


class EventCodec(Codec):
    """ERC, Le, then the body by whichever layout uses exactly Le bytes."""

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Event, int]:
        """Check that Le stays inside the bytes."""
        body_at, after = self._bounds(data, at, end)
        layout = self._fitting(data[at], data[body_at:after])
        if layout is None:
            return Event(data[at], bytes(data[body_at:after])), after
        return Event(data[at], layout.decode(data[body_at:after])), after

    def _bounds(self, data: bytes, at: int, end: int) -> tuple[int, int]:
        if end - at < 2 or at + 2 + data[at + 1] > end:
            raise DecodeError("the record is longer than the bytes", at)
        return at + 2, at + 2 + data[at + 1]

    def _fitting(self, erc: int, body: bytes) -> type[Record] | None:
        for layout in BODIES.get(erc, ()):
            try:
                if layout.decode(body).encode() == body:
                    return layout
            except (DecodeError, EncodeError):
                continue
        return None

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse bodies of another event and longer than one byte can say."""
        if not isinstance(value, Event) or not 0 <= value.erc <= 255:
            raise EncodeError(f"an event record expected, not {value!r}")
        if isinstance(value.body, Record) and type(value.body) not in BODIES.get(value.erc, ()):
            raise EncodeError(f"{type(value.body).__name__} is no body of ERC{value.erc}")
        body = value.body if isinstance(value.body, bytes) else value.body.encode()
        if len(body) > 255:
            raise EncodeError(f"a body of {len(body)} bytes, at most 255 fit")
        return bytes([value.erc, len(body)]) + body

    def to_json(self, value: Event) -> dict[str, Any]:
        """Number, name and body; a raw body as hexadecimal text."""
        body = value.body.hex().upper() if isinstance(value.body, bytes) else value.body.to_json()
        return {"erc": value.erc, "name_zh": value.name[0], "name_en": value.name[1], "body": body}

    def from_json(self, obj: Any) -> Event:
        """The names are ignored; the body's keys choose the layout."""
        given = mapping(obj)
        erc, body = given.get("erc"), given.get("body")
        if not isinstance(erc, int):
            raise EncodeError("is missing", field="erc")
        if isinstance(body, str):
            return Event(erc, unhex(body))
        return Event(erc, self._typed(erc, body))

    def _typed(self, erc: int, body: Any) -> Record:
        refused = EncodeError(f"ERC{erc} has no layout, its body is hexadecimal text", field="body")
        for layout in BODIES.get(erc, ()):
            try:
                return layout.from_json(body)
            except EncodeError as error:
                refused = error.within("body")
        raise refused

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """Number and length, then the fields of the body."""
        value, after = self.take(data, at, end, scope)
        children = [
            Node("erc", "事件代码ERC", "Event code ERC", f"{value.erc} {value.name[1]}", at, at + 1),
            Node("length", "长度Le", "Length Le", str(data[at + 1]), at + 1, at + 2),
        ]
        if isinstance(value.body, bytes):
            raw = value.body.hex(" ").upper()
            children.append(Node("body", "事件内容", "Body", raw, at + 2, after))
        else:
            inside = layout_of(type(value.body)).dissect(label, data, at + 2, after, NO_SCOPE)[0]
            children += inside.children
        text = f"ERC{value.erc} {value.name[1]}"
        return Node(label.name, label.zh, label.en, text, at, after, children=tuple(children)), value, after
