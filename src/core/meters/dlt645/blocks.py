"""Values that follow each other without a count; AAH closes some of them (dlt645 §3.1, §5.1, §9.1)."""

from functools import cached_property
from typing import Any

from core.errors import DecodeError, EncodeError
from core.wire.codec import NO_SCOPE, Codec, Label, Node, Scope
from core.wire.leaf import Octets, listed, unhex
from core.wire.record import codec_in
from core.wire.repeat import Repeat, ToEnd

CLOSE = 0xAA


class Series(Repeat):
    """Equal values to the end; one AAH behind the last is dropped, as real 1997 meters add it."""

    def __init__(self, element: Any) -> None:
        super().__init__(element, ToEnd())

    def _end(self, data: bytes, at: int, end: int) -> int:
        size = self.element.size or 0
        return end - 1 if size and (end - at) % size == 1 and data[end - 1] == CLOSE else end

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[tuple[Any, ...], int]:
        """Decode all, without the AAH."""
        return super().take(data, at, self._end(data, at, end), scope)[0], end

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node with a child per value; the AAH belongs to the node alone."""
        node, value, _ = super().dissect(label, data, at, self._end(data, at, end), scope)
        return Node(node.name, node.zh, node.en, node.text, at, end, children=node.children), value, end


class Closed(Codec):
    """Parts, each closed by AAH, or one part without: the element decodes what stands between them."""

    def __init__(self, element: Any) -> None:
        self._annotation = element

    @cached_property
    def element(self) -> Codec:
        """Codec of one part."""
        return codec_in(self._annotation)

    def _parts(self, data: bytes, at: int, end: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        while at < end:
            close = data.find(CLOSE, at, end)
            close = end if close < 0 else close
            found.append((at, close))
            at = close + 1
        return found

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[tuple[Any, ...], int]:
        """Cut at the AAH, then decode each part."""
        parts: list[Any] = []
        for first, last in self._parts(data, at, end):
            value, after = self.element.take(data, first, last, scope)
            if after != last:
                raise DecodeError(f"{last - after} bytes too many", after)
            parts.append(value)
        return tuple(parts), end

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Close every part."""
        if not isinstance(value, tuple):
            raise EncodeError(f"a sequence expected, not {value!r}")
        parts: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]  # checked by the element
        return b"".join(self.element.dump(part) + bytes([CLOSE]) for part in parts)

    def to_json(self, value: Any) -> list[Any]:
        """A list."""
        return [self.element.to_json(part) for part in value]

    def from_json(self, obj: Any) -> tuple[Any, ...]:
        """A list."""
        return tuple(self.element.from_json(part) for part in listed(obj))

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node with a child per part."""
        nodes: list[Node] = []
        values: list[Any] = []
        for number, (first, last) in enumerate(self._parts(data, at, end), 1):
            place = Label(f"[{number - 1}]", f"{label.zh} {number}", f"{label.en} {number}")
            node, value, _ = self.element.dissect(place, data, first, last, scope)
            nodes.append(node)
            values.append(value)
        text = str(len(values))
        return Node(label.name, label.zh, label.en, text, at, end, children=tuple(nodes)), tuple(values), end

    def blank(self) -> tuple[Any, ...]:
        """Nothing."""
        return ()


class Rest(Octets):
    """Whatever is left, in hexadecimal; ``keep`` bytes at the end belong to the fields behind it."""

    def __init__(self, keep: int = 0, *, secret: bool = False) -> None:
        super().__init__(0, secret=secret)
        self.size = None
        self._keep = keep

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[bytes, int]:
        """All bytes but the kept ones."""
        if end - at < self._keep:
            raise DecodeError(f"needs {self._keep} bytes, {end - at} are left", at)
        return bytes(data[at : end - self._keep]), end - self._keep

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """As they are."""
        if not isinstance(value, bytes):
            raise EncodeError(f"bytes expected, not {value!r}")
        return value

    def to_json(self, value: Any) -> str:
        """Hexadecimal; a secret only as the fact that it is there."""
        return "present" if self.secret and value else value.hex().upper()

    def read(self, text: str) -> bytes:
        """Hexadecimal; ``present``, which stands for bytes that were not told, is nothing."""
        return b"" if text == "present" else unhex(text)

    def blank(self) -> bytes:
        """Nothing."""
        return b""
