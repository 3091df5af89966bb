"""Frames as a library describes them: built from what is known, and found in what is heard.

Rules
- A frame is a row of fields. Every field has a fixed size but the data, whose size follows from the length
  field, from the size that was asked for, or from the end byte of an escaped frame.
- A field may be moved by a constant (645: +33H); check values cover what is sent, before escaping.
- In an escaped frame the first and last byte stand for themselves, everything between is escaped.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from core.errors import EncodeError
from core.meters.library.checks import Check

LARGEST = 2048
"""Most bytes of a frame."""
COMPARED = frozenset({"address", "id", "size", "counter"})
LEARNT = frozenset({"data", "code", "password"})
"""Kinds of fields that are parts of what is known, under the same name."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the fields of a frame stand for; ``None`` or empty: not known, anything fits."""

    address: bytes | None = None
    id: bytes | None = None
    """As people write it, high byte first."""
    size: int | None = None
    """Bytes of the value behind the identifier."""
    data: bytes = b""
    code: bytes = b""
    password: bytes = b"\0" * 6
    counter: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field; which of the rest counts depends on ``kind``."""

    kind: str
    name: str
    size: int | None
    """Bytes it takes, ``None`` for data."""
    big: bool = False
    plus: int = 0
    raw: bytes = b""
    """Const: what is sent; any: likewise."""
    also: tuple[bytes, ...] = ()
    """Const: what is taken as well."""
    first: int = 0
    last: int = 0
    """Length, check: places of the first and last field they cover; counter: its range."""
    add: int = 0
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Escape:
    """How bytes that mean something to the line are hidden."""

    marker: int
    mask: int
    hidden: frozenset[int]

    def put(self, inner: bytes) -> bytes:
        """Hide."""
        raw = bytearray()
        for byte in inner:
            raw += bytes([self.marker, byte | self.mask]) if byte in self.hidden else bytes([byte])
        return bytes(raw)

    def take(self, inner: bytes) -> bytes:
        """Bring back."""
        raw, marked = bytearray(), False
        for byte in inner:
            if not marked and byte == self.marker:
                marked = True
                continue
            raw.append(byte & ~self.mask if marked else byte)
            marked = False
        return bytes(raw)


@dataclass(frozen=True, slots=True)
class Found:
    """A frame at the front of what was heard."""

    frame: "Frame"
    known: Known
    size: int


@dataclass(frozen=True, slots=True)
class Short:
    """So far it fits; at least so many bytes are missing."""

    missing: int


@dataclass(frozen=True, slots=True)
class Unlike:
    """It is another thing, as far as it was looked at."""

    reason: str
    at: int


Judged = Found | Short | Unlike


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of frame."""

    name: str
    fields: tuple[Field, ...]
    wake: bytes = b""
    escape: Escape | None = None
    fixed: int = field(default=0)
    """Bytes of all fields but the data."""

    def has(self, kind: str) -> bool:
        """Tell whether there is such a field."""
        return any(one.kind == kind for one in self.fields)

    # Building

    def built(self, known: Known) -> bytes:
        """Return the frame with its wake-up bytes; ``EncodeError`` for what does not fit into a field."""
        parts = [self._part(one, known) for one in self.fields]
        for place, one in enumerate(self.fields):
            if one.kind == "length":
                count = sum(len(part) for part in parts[one.first : one.last + 1]) + one.add
                parts[place] = _number(count, one)
            elif one.check:
                parts[place] = one.check.of(b"".join(parts[one.first : one.last + 1]))
        raw = b"".join(parts)
        if self.escape:
            raw = raw[:1] + self.escape.put(raw[1:-1]) + raw[-1:]
        return self.wake + raw

    def _part(self, one: Field, known: Known) -> bytes:
        match one.kind:
            case "address":
                plain = known.address or bytes(one.size or 0)
            case "id":
                plain = known.id or bytes(one.size or 0)
                plain = plain if one.big else plain[::-1]
            case "data":
                plain = known.data
            case "code":
                plain = known.code.rjust(one.size or 0, b"\0")
            case "password":
                plain = known.password[: one.size] if one.big else known.password[: one.size][::-1]
            case "size" | "counter":
                plain = _number((known.size if one.kind == "size" else known.counter) or 0, one)
            case _:
                plain = one.raw or bytes(one.size or 0)
        return bytes((byte + one.plus) & 0xFF for byte in plain) if one.plus else plain

    # Finding

    def judge(self, heard: bytes, known: Known) -> Judged:
        """Tell whether ``heard`` begins with this frame, its fields being what is ``known``."""
        if self.escape is None:
            return self._walk(heard, known, None)
        start, end = self.fields[0].raw, self.fields[-1].raw[-1]
        if not heard.startswith(start):
            return Unlike("no start byte", 0) if heard else Short(1)
        close = heard.find(end, 1)
        if close < 0:
            return Short(max(1, self.fixed + (known.size or 0) - len(heard)))
        plain = heard[:1] + self.escape.take(heard[1:close]) + heard[close : close + 1]
        judged = self._walk(plain, known, len(plain))
        if isinstance(judged, Short):
            return Unlike("it ends too early", close)
        return replace(judged, size=close + 1) if isinstance(judged, Found) else judged

    def _walk(self, heard: bytes, known: Known, whole: int | None) -> Judged:
        """Look at field after field; ``whole``: the frame is known to have so many bytes."""
        told, starts, at = known, list[int](), 0
        room = None if whole is None else whole - self.fixed
        for place, one in enumerate(self.fields):
            size = (known.size or 0 if room is None else room) if one.size is None else one.size
            if size < 0 or self.fixed + (room or 0) > LARGEST:
                return Unlike("its length cannot be", at)
            if len(heard) < at + size:
                left = (self.fixed + (room if room is not None else known.size or 0)) - len(heard)
                return Short(max(1, left))
            starts.append(at)
            taken = self._taken(place, heard, starts, at + size, told)
            if isinstance(taken, Unlike):
                return taken
            if one.kind == "length" and self.covers_data(one):
                room = int.from_bytes(heard[at : at + size], _order(one)) - one.add - self._fixed_in(one)
            elif one.kind == "size" and known.size is None and not self.has("length"):
                room = 0 if not self.has("data") else taken.size
            told, at = taken, at + size
        if whole is not None and at != whole:
            return Unlike("it is too long", at)
        return Found(self, told, at)

    def covers_data(self, one: Field) -> bool:
        """Tell whether a length counts the data."""
        return any(inner.size is None for inner in self.fields[one.first : one.last + 1])

    def _fixed_in(self, one: Field) -> int:
        return sum(inner.size or 0 for inner in self.fields[one.first : one.last + 1])

    def _taken(self, place: int, heard: bytes, starts: list[int], end: int, told: Known) -> Known | Unlike:
        """Compare a field with what it must be, or learn what it says."""
        one, at = self.fields[place], starts[place]
        raw = heard[at:end]
        plain = bytes((byte - one.plus) & 0xFF for byte in raw) if one.plus else raw
        if one.kind == "const" and plain != one.raw and plain not in one.also:
            return Unlike(f"{one.name} is {raw.hex(' ').upper()}", at)
        if one.check:
            right = one.check.of(heard[starts[one.first] : _end(starts, one.last, at)])
            return (
                told
                if raw == right
                else Unlike(f"check {raw.hex().upper()}H, computed {right.hex().upper()}H", at)
            )
        if one.kind in LEARNT:
            return replace(told, **{one.kind: _meant(one, plain)})
        return _same(told, one, _meant(one, plain), at) if one.kind in COMPARED else told


def _end(starts: list[int], last: int, check_at: int) -> int:
    """Where the field with the place ``last`` ends."""
    return starts[last + 1] if last + 1 < len(starts) else check_at


def _order(one: Field) -> Literal["big", "little"]:
    return "big" if one.big else "little"


def _number(number: int, one: Field) -> bytes:
    try:
        return number.to_bytes(one.size or 1, "big" if one.big else "little")
    except OverflowError as error:
        raise EncodeError(f"{number} does not fit into {one.size} bytes", field=one.name) from error


def _meant(one: Field, plain: bytes) -> bytes | int:
    """What the bytes of a field stand for."""
    if one.kind in ("size", "counter"):
        return int.from_bytes(plain, _order(one))
    turned = one.kind in ("id", "password") and not one.big
    return plain[::-1] if turned else plain


def _same(told: Known, one: Field, got: bytes | int, at: int) -> Known | Unlike:
    want: bytes | int | None = getattr(told, one.kind)
    if want is None:
        return replace(told, **{one.kind: got})
    if want != got:
        shown = got.hex(" ").upper() if isinstance(got, bytes) else str(got)
        return Unlike(f"another {one.name}: {shown}", at)
    return told
