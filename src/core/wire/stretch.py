"""Leaves whose length stands before them: texts, bytes, and masks that are as long as they need to be."""

from abc import abstractmethod
from typing import Any

from core.errors import DecodeError, EncodeError
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits
from core.wire.leaf import listed, members, printable, ranges, typed, unhex


class Stretch(Leaf):
    """A count of ``prefix`` bytes, then that many bytes, at most ``most``."""

    size = None

    def __init__(self, prefix: int = 1, most: int = 255, *, secret: bool = False) -> None:
        self.prefix = prefix
        self.most = most
        self.secret = secret

    @abstractmethod
    def unpack(self, raw: bytes) -> Any:
        """Value of the bytes behind the count; ``Flaw`` for bad ones."""

    @abstractmethod
    def pack(self, value: Any) -> bytes:
        """Bytes behind the count; ``EncodeError`` for what they cannot carry."""

    def load(self, data: bytes, at: int) -> Any:
        """Load by the count."""
        return self.unpack(data[at + self.prefix : self._end(data, at)])

    def _end(self, data: bytes, at: int) -> int:
        return at + self.prefix + int.from_bytes(data[at : at + self.prefix], "little")

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[Any, int]:
        """Check the announced length against the bytes that are there."""
        if end - at < self.prefix or self._end(data, at) > end:
            raise DecodeError("the length points behind the end", at)
        try:
            return self.load(data, at), self._end(data, at)
        except Flaw as flaw:
            raise DecodeError(str(flaw), at) from flaw

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse what is too long."""
        raw = self.pack(value)
        if len(raw) > self.most:
            raise EncodeError(f"{len(raw)} bytes, at most {self.most} fit")
        return len(raw).to_bytes(self.prefix, "little") + raw

    def blank(self) -> Any:
        """Nothing."""
        return self.unpack(b"")


class ShortText(Stretch):
    """ASCII characters (F7 user and password)."""

    def __init__(self, longest: int, *, secret: bool = False) -> None:
        super().__init__(1, longest, secret=secret)
        self.length = longest

    def unpack(self, raw: bytes) -> str:
        """Printable ASCII only."""
        return printable(raw)

    def pack(self, value: Any) -> bytes:
        """Refuse what is too long or not ASCII."""
        return typed(value, self.most)

    def read(self, text: str) -> str:
        """The text itself."""
        return self.checked(text)

    def from_json(self, obj: Any) -> Any:
        """Only text; a number would lose leading zeros."""
        return self.checked(obj)


class Gb18030(Stretch):
    """Chinese text (AFN05 F32)."""

    def __init__(self, most: int) -> None:
        super().__init__(1, most)

    def unpack(self, raw: bytes) -> str:
        """Refuse bytes that are no character."""
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Flaw(f"no GB 18030 text: {raw.hex(' ').upper()}") from error

    def pack(self, value: Any) -> bytes:
        """Every character has a code; lone surrogates do not."""
        fits(value, str, "a text")
        try:
            return value.encode("gb18030")
        except UnicodeEncodeError as error:
            raise EncodeError(f"{value!r} cannot be written in GB 18030") from error

    def read(self, text: str) -> str:
        """The text itself."""
        return self.checked(text)

    def from_json(self, obj: Any) -> Any:
        """Only text."""
        return self.checked(obj)


class LongOctets(Stretch):
    """Bytes without meaning of their own, as forwarded meter frames."""

    def __init__(self, prefix: int, *, secret: bool = False) -> None:
        super().__init__(prefix, 255 if prefix == 1 else 16383, secret=secret)

    def unpack(self, raw: bytes) -> bytes:
        """The bytes."""
        return bytes(raw)

    def pack(self, value: Any) -> bytes:
        """The bytes."""
        fits(value, bytes, "bytes")
        return value

    def show(self, value: Any) -> str:
        """Hexadecimal, upper case."""
        return value.hex().upper()

    def read(self, text: str) -> bytes:
        """Hexadecimal, blanks allowed."""
        return self.checked(unhex(text))


class FunctionMask(Stretch):
    """Groups of eight functions: byte i bit j stands for F(8(i-1)+j+1) (AFN09 F4 to F7).

    Trailing empty groups carry nothing and are left out when written.
    """

    def __init__(self, most: int = 31) -> None:
        super().__init__(1, most)

    def unpack(self, raw: bytes) -> frozenset[int]:
        """Numbers whose bit is set."""
        word = int.from_bytes(raw, "little")
        return frozenset(n + 1 for n in range(word.bit_length()) if word >> n & 1)

    def pack(self, value: Any) -> bytes:
        """As many groups as the highest number needs."""
        for number in value:
            fits(number, int, "a function number")
            if not 1 <= number <= 8 * self.most:
                raise EncodeError(f"{number} is outside 1..{8 * self.most}")
        word = sum(1 << (number - 1) for number in value)
        return word.to_bytes((word.bit_length() + 7) // 8, "little")

    def show(self, value: Any) -> str:
        """Ranges, as ``1-4,8``."""
        return ranges(value) or "none"

    def read(self, text: str) -> frozenset[int]:
        """Inverse of ``show``."""
        return self.checked(frozenset() if text.strip() in ("", "none") else members(text))

    def to_json(self, value: Any) -> list[int]:
        """Sorted numbers."""
        return sorted(value)

    def from_json(self, obj: Any) -> Any:
        """A list of numbers, or what a person would type."""
        return self.read(obj) if isinstance(obj, str) else self.checked(frozenset(listed(obj)))
