"""The fields of a frame, what they stand for, and how bytes that mean something to the line are hidden."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from core.errors import EncodeError
from core.meters.library.checks import Check
from core.meters.library.transforms import transformed

LARGEST = 2048
"""Most bytes of a frame, texts of readouts apart."""
COMPARED = frozenset({"address", "id", "size", "counter", "offset", "count"})
NUMBERS = frozenset({"size", "counter", "offset", "count"})
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
    variables: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """What was captured from frames, by the name of the field."""
    offset: int | None = None
    count: int | None = None
    """The part of a class that is read; 0 bytes: all of it."""
    last: bool = True
    """No more packets follow."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; which of the rest counts depends on ``kind``."""

    kind: str
    name: str
    size: int | None
    """Bytes it takes, ``None`` where something else tells."""
    big: bool = False
    plus: int = 0
    raw: bytes = b""
    """Const: what is sent; any, variable, text: likewise, where nothing else is known."""
    also: tuple[bytes, ...] = ()
    """Const: what is taken as well."""
    first: int = 0
    last: int = 0
    """Length, check: places of the first and last field they cover; counter: its range."""
    add: int = 0
    check: Check | None = None
    until: tuple[bytes, ...] = ()
    """It ends before the first of these."""
    most: int = LARGEST
    """Bytes until then."""
    flag: int = 0
    """Length: the bit that marks the last packet."""
    barred: bytes = b""
    """Code: what is no refusal."""
    by: str = ""
    key: str = ""
    """Cipher: the transform of the password, and the variable that is its key."""

    def part(self, known: Known) -> bytes:
        """Return what is sent; lengths and checks come later."""
        match self.kind:
            case "address":
                plain = bytes(self.size or 0) if known.address is None else known.address
            case "id":
                plain = known.id or bytes(self.size or 0)
                plain = plain if self.big else plain[::-1]
            case "data":
                plain = known.data
            case "code":
                plain = known.code.rjust(self.size or 0, b"\0")
            case "password":
                plain = known.password[: self.size] if self.big else known.password[: self.size][::-1]
            case "size" | "counter" | "offset" | "count":
                plain = self.number(getattr(known, self.kind) or 0)
            case "cipher":
                plain = transformed(self.by, known.password, known.variables.get(self.key, b""))
            case "variable":
                plain = known.variables.get(self.name, self.raw)
            case _:
                plain = self.raw or bytes(self.size or 0)
        return bytes((byte + self.plus) & 0xFF for byte in plain) if self.plus else plain

    def number(self, number: int) -> bytes:
        """Return a number; ``EncodeError`` for one that does not fit."""
        try:
            return number.to_bytes(self.size or 1, self.order)
        except OverflowError as error:
            raise EncodeError(f"{number} does not fit into {self.size} bytes", field=self.name) from error

    @property
    def order(self) -> Literal["big", "little"]:
        """Which byte of a number comes first."""
        return "big" if self.big else "little"

    def ends(self, heard: bytes, at: int) -> int:
        """Return where it ends in what was heard, -1: not yet."""
        found = [end for sign in self.until if (end := heard.find(sign, at)) >= 0]
        return min(found, default=-1)

    def meant(self, plain: bytes) -> bytes | int:
        """Return what the bytes of a field stand for."""
        if self.kind in NUMBERS:
            return int.from_bytes(plain, self.order)
        turned = self.kind in ("id", "password") and not self.big
        return plain[::-1] if turned else plain

    def taken(self, raw: bytes, told: Known) -> Known | str:
        """Compare what was heard with what it must be, or learn what it says; a text tells why it cannot."""
        plain = bytes((byte - self.plus) & 0xFF for byte in raw) if self.plus else raw
        if self.kind == "const" and plain != self.raw and plain not in self.also:
            return f"{self.name} is {raw.hex(' ').upper()}"
        if self.kind == "code" and plain == self.barred:
            return f"{self.name} {raw.hex().upper()} is no refusal"
        if self.kind in ("variable", "cipher"):
            return replace(told, variables={**told.variables, self.name: plain})
        if self.kind in LEARNT:
            return replace(told, **{self.kind: self.meant(plain)})
        return self._same(told, self.meant(plain)) if self.kind in COMPARED else told

    def _same(self, told: Known, got: bytes | int) -> Known | str:
        want: bytes | int | None = getattr(told, self.kind)
        if want is None:
            return replace(told, **{self.kind: got})
        if want != got:
            return f"another {self.name}: {got.hex(' ').upper() if isinstance(got, bytes) else got}"
        return told


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
