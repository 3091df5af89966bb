"""What every describable piece of bytes can do, and the tree that shows it to people."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.errors import DecodeError, EncodeError

Scope = Mapping[str, Any]
"""Values of the same record that were decoded before; counted and masked parts look here."""

NO_SCOPE: Scope = {}


class Flaw(ValueError):
    """Raised by ``Leaf.load`` for bytes that break the format; the record adds offset and field."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a dissection: what a stretch of bytes (or bits of it) means."""

    name: str
    zh: str
    en: str
    text: str
    start: int
    end: int
    unit: str = ""
    bits: tuple[int, int] | None = None
    """Lowest and highest bit of the little-endian word in ``start:end``, or ``None`` for whole bytes."""
    children: tuple["Node", ...] = ()
    error: str | None = None
    secret: bool = False
    """The bytes are a password or key: never to be shown, traced or exported."""

    def moved(self, by: int) -> "Node":
        """Return the node with every span moved by ``by`` bytes."""
        children = tuple(child.moved(by) for child in self.children)
        return replace(self, start=self.start + by, end=self.end + by, children=children)


@dataclass(frozen=True, slots=True)
class Label:
    """Name of a field in a path, and its labels in Chinese (word for word) and English."""

    name: str
    zh: str
    en: str


class Codec(ABC):
    """Bytes to value and back; ``size`` is ``None`` where only the bytes tell the length."""

    size: int | None = None

    @abstractmethod
    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Any, int]:
        """Decode from ``at``, never past ``end``; return the value and the offset behind it."""

    @abstractmethod
    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Encode; refuse with ``EncodeError`` what the wire cannot carry."""

    @abstractmethod
    def to_json(self, value: Any) -> Any:
        """Return the value as JSON can hold it: exact digits as text, times as ISO 8601."""

    @abstractmethod
    def from_json(self, obj: Any) -> Any:
        """Inverse of ``to_json``; ``EncodeError`` for what does not fit."""

    @abstractmethod
    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """Like ``take``, also giving the tree; a child that breaks carries the error, the walk raises it."""

    def blank(self) -> Any:
        """Return a neutral value to start a form from."""
        return self.take(bytes(self.size or 0), 0, self.size or 0, NO_SCOPE)[0]


class Leaf(Codec):
    """A single value. Subclasses give ``load`` and ``dump`` on bytes, ``show`` and ``read`` for people."""

    size: int | None = 1
    unit: str = ""
    nullable: bool = False
    secret: bool = False
    choices: Mapping[int, tuple[str, str]] | None = None
    minimum: int | None = None
    maximum: int | None = None
    length: int | None = None
    """Longest text a person may type, where that is a limit."""
    by_digits: bool = False
    """Offers ``from_digits`` and ``to_digits``: its bytes as hexadecimal digits, highest first. A record of
    fixed size then converts all its bytes at once, which is what decoding BCD mostly costs."""

    def from_digits(self, digits: str) -> Any:
        """Decode; only where ``by_digits``."""
        return self.load(bytes.fromhex(digits)[::-1], 0)

    def to_digits(self, value: Any) -> str:
        """Encode; for all leaves of fixed size."""
        return self.dump(value)[::-1].hex()

    @abstractmethod
    def load(self, data: bytes, at: int) -> Any:
        """Decode a fixed-size value whose bytes are known to be there; raise ``Flaw`` for bad ones."""

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Any, int]:
        """Check the bounds, then load."""
        size = self.size or 0
        if end - at < size:
            raise DecodeError(f"needs {size} bytes, {end - at} are left", at)
        try:
            return self.load(data, at), at + size
        except Flaw as flaw:
            raise DecodeError(str(flaw), at) from flaw

    def show(self, value: Any) -> str:
        """Text for people, without the unit; empty for "no value"."""
        return "" if value is None else str(value)

    def read(self, text: str) -> Any:
        """Inverse of ``show`` for what a person types; ``EncodeError`` names the limit."""
        raise EncodeError(f"cannot be typed: {text}")

    def to_json(self, value: Any) -> Any:
        """By default the text itself, ``None`` for "no value"."""
        return None if value is None else self.show(value)

    def from_json(self, obj: Any) -> Any:
        """By default what a person would type."""
        if obj is None:
            if self.nullable:
                return None
            raise EncodeError("a value is needed here")
        return self.checked(self.read(obj if isinstance(obj, str) else str(obj)))

    def checked(self, value: Any) -> Any:
        """Return ``value`` if the wire can carry it, else raise ``EncodeError``."""
        self.dump(value)
        return value

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """One line, no children."""
        value, after = self.take(data, at, end, scope)
        secret = self.secret and bool(value)
        text = "••••" if secret else self.show(value)
        node = Node(label.name, label.zh, label.en, text, at, after, self.unit, secret=secret)
        return node, value, after


def fits(value: Any, kind: type, what: str) -> None:
    """Refuse a value of a foreign type; ``bool`` is no number here."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise EncodeError(f"{what} expected, not {value!r}")


def mapping(obj: Any, field: str = "") -> dict[str, Any]:
    """Return ``obj`` if it is a JSON object, else refuse, naming the field."""
    if not isinstance(obj, dict):
        raise EncodeError(f"an object expected, not {obj!r}", field=field)
    return obj  # pyright: ignore[reportUnknownVariableType]  # JSON


def keyed(obj: Any, known: Collection[str]) -> dict[str, Any]:
    """Return ``obj`` if it is an object with exactly the known keys; else refuse, naming the key."""
    given = mapping(obj)
    for name in sorted(set(known) ^ given.keys()):
        raise EncodeError("is missing" if name in known else "is no field here", field=name)
    return given
