"""Leaves that are not BCD: numbers, choices, masks, texts, addresses."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from core.errors import EncodeError
from core.wire.codec import NO_SCOPE, Flaw, Leaf, Scope, fits

Choices = Mapping[int, tuple[str, str]]
"""Code to (Chinese, English) words."""


def choose(choices: Choices, text: str) -> int | None:
    """Return the code whose word in either language is ``text``, ignoring case; else ``None``."""
    wanted = text.strip().casefold()
    return next((code for code, words in choices.items() if wanted in (w.casefold() for w in words)), None)


class Uint(Leaf):
    """BIN: unsigned, low byte first; optionally limited or with named codes."""

    def __init__(
        self,
        size: int,
        *,
        minimum: int = 0,
        maximum: int | None = None,
        unit: str = "",
        choices: Choices | None = None,
    ) -> None:
        self.size = size
        self.minimum = minimum
        self.maximum = (1 << 8 * size) - 1 if maximum is None else maximum
        self.unit = unit
        self.choices = choices

    def load(self, data: bytes, at: int) -> int:
        """Any bit pattern is a number; limits bind the writer, not the reader."""
        return int.from_bytes(data[at : at + (self.size or 0)], "little")

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse numbers outside the limits."""
        fits(value, int, "a whole number")
        if not (self.minimum or 0) <= value <= (self.maximum or 0):
            raise EncodeError(f"{value} is outside {self.minimum}..{self.maximum}")
        return value.to_bytes(self.size or 0, "little")

    def show(self, value: Any) -> str:
        """Named codes by their English word."""
        named = (self.choices or {}).get(value)
        return named[1] if named else str(value)

    def read(self, text: str) -> int:
        """A number in decimal, hexadecimal as ``0x1F`` or ``1FH``, or the word of a code."""
        code = choose(self.choices or {}, text)
        return number(text) if code is None else code

    def to_json(self, value: Any) -> Any:
        """The plain number, also for named codes."""
        return value

    def from_json(self, obj: Any) -> Any:
        """A number, or what a person would type."""
        return self.checked(self.read(obj) if isinstance(obj, str) else obj)


def number(text: str) -> int:
    """Read decimal, ``0x1F`` or ``1FH``."""
    plain = text.strip()
    if re.fullmatch(r"[0-9]+", plain) and plain.isascii():
        return int(plain)
    hexadecimal = re.fullmatch(r"0[xX]([0-9a-fA-F]+)|([0-9a-fA-F]+)[hH]", plain)
    if hexadecimal:
        return int(hexadecimal[1] or hexadecimal[2], 16)
    raise EncodeError(f"a whole number expected, not {text!r}")


class HexNumber(Uint):
    """A number that people write in hexadecimal, as the number of a terminal (device behaviour 5.6 A6)."""

    def show(self, value: Any) -> str:
        """All digits, upper case: ``071A``."""
        return f"{value:0{2 * (self.size or 0)}X}"

    def read(self, text: str) -> int:
        """Hexadecimal digits, also as ``0x71A`` or ``71AH``."""
        found = re.fullmatch(r"(?:0[xX])?([0-9a-fA-F]+)[hH]?", text.strip())
        if found is None:
            raise EncodeError(f"hexadecimal digits expected, not {text!r}")
        return int(found[1], 16)

    def to_json(self, value: Any) -> Any:
        """The digits: addresses are strings."""
        return self.show(value)


class Mask(Leaf):
    """BS: a set of numbered bits; bit 0 of the first byte is number ``first``."""

    def __init__(self, size: int, *, first: int = 1, names: Choices | None = None) -> None:
        self.size = size
        self.first = first
        self.choices = names
        self.minimum = first
        self.maximum = first + 8 * size - 1

    def load(self, data: bytes, at: int) -> frozenset[int]:
        """Return the numbers whose bit is 1."""
        word = int.from_bytes(data[at : at + (self.size or 0)], "little")
        return frozenset(self.first + i for i in range(word.bit_length()) if word >> i & 1)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse numbers that have no bit."""
        word = 0
        for member in value:
            fits(member, int, "a bit number")
            if not (self.minimum or 0) <= member <= (self.maximum or 0):
                raise EncodeError(f"{member} is outside {self.minimum}..{self.maximum}")
            word |= 1 << (member - self.first)
        return word.to_bytes(self.size or 0, "little")

    def show(self, value: Any) -> str:
        """Ranges, as ``1-4,8``; ``none`` and ``all`` as words."""
        if len(value) == 8 * (self.size or 0):
            return "all"
        return ranges(value) or "none"

    def read(self, text: str) -> frozenset[int]:
        """Inverse of ``show``."""
        word = text.strip().casefold()
        if word == "all":
            return frozenset(range(self.minimum or 0, (self.maximum or 0) + 1))
        return self.checked(frozenset() if word in ("", "none") else members(text))

    def to_json(self, value: Any) -> list[int]:
        """Sorted numbers."""
        return sorted(value)

    def from_json(self, obj: Any) -> Any:
        """A list of numbers, or what a person would type."""
        return self.read(obj) if isinstance(obj, str) else self.checked(frozenset(listed(obj)))


def listed(obj: Any) -> list[Any]:
    """Return ``obj`` if it is a list or tuple, else refuse."""
    if not isinstance(obj, list | tuple):
        raise EncodeError(f"a list expected, not {obj!r}")
    return list(obj)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON


def ranges(members: Iterable[int]) -> str:
    """Write numbers as ``1-4,8``."""
    runs: list[list[int]] = []
    for member in sorted(members):
        if runs and runs[-1][1] == member - 1:
            runs[-1][1] = member
        else:
            runs.append([member, member])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def members(text: str) -> frozenset[int]:
    """Read numbers written as ``1-4,8`` or with blanks."""
    found: set[int] = set()
    for piece in re.split(r"[,;\s]+", text.strip()):
        first, dash, last = piece.partition("-")
        low, high = number(first), number(last) if dash else number(first)
        if high - low > 4096:
            raise EncodeError(f"range {piece} is too long")
        found.update(range(low, high + 1))
    return frozenset(found)


class Ascii(Leaf):
    """US-ASCII, leftmost character first, padded with 00H on the right (part A §5)."""

    def __init__(self, size: int, *, secret: bool = False) -> None:
        self.size = size
        self.length = size
        self.secret = secret

    def load(self, data: bytes, at: int) -> str:
        """Drop the padding; refuse anything that is not printable ASCII."""
        return printable(data[at : at + (self.size or 0)].rstrip(b"\0"))

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse what is too long or not ASCII."""
        return typed(value, self.size or 0).ljust(self.size or 0, b"\0")

    def read(self, text: str) -> str:
        """The text itself."""
        return self.checked(text)

    def from_json(self, obj: Any) -> Any:
        """Only text; a number would lose leading zeros."""
        return self.checked(obj)


def printable(raw: bytes) -> str:
    """Decode printable ASCII, else raise ``Flaw``."""
    if not all(0x20 <= byte < 0x7F for byte in raw):
        raise Flaw(f"not printable ASCII: {raw.hex(' ').upper()}")
    return raw.decode("ascii")


def typed(value: Any, longest: int) -> bytes:
    """Encode printable ASCII of at most ``longest`` characters, else refuse."""
    fits(value, str, "a text")
    if not value.isascii() or not (value.isprintable() or not value):
        raise EncodeError(f"only ASCII letters, digits and signs can be sent, not {value!r}")
    if len(value) > longest:
        raise EncodeError(f"{len(value)} characters, at most {longest} fit")
    return value.encode("ascii")


class Octets(Leaf):
    """Bytes without meaning of their own, shown in hexadecimal as on the wire."""

    def __init__(self, size: int, *, secret: bool = False) -> None:
        self.size = size
        self.length = 2 * size
        self.secret = secret

    def load(self, data: bytes, at: int) -> bytes:
        """The bytes."""
        return bytes(data[at : at + (self.size or 0)])

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse any other length."""
        fits(value, bytes, "bytes")
        if len(value) != self.size:
            raise EncodeError(f"{len(value)} bytes, exactly {self.size} are needed")
        return value

    def show(self, value: Any) -> str:
        """Hexadecimal, upper case."""
        return value.hex().upper()

    def read(self, text: str) -> bytes:
        """Hexadecimal, blanks allowed."""
        return self.checked(unhex(text))


def unhex(text: str) -> bytes:
    """Read hexadecimal digits; blanks are ignored."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise EncodeError(f"hexadecimal digits expected, not {text!r}") from error


class Ipv4(Leaf):
    """Four segments in the order people write them (F3, F7)."""

    size = 4
    length = 15

    def load(self, data: bytes, at: int) -> IPv4Address:
        """Any four bytes are an address."""
        return IPv4Address(data[at : at + 4])

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse what is no IPv4 address."""
        fits(value, IPv4Address, "an IPv4 address")
        return value.packed

    def read(self, text: str) -> IPv4Address:
        """Dotted decimal; the refusal names the segment."""
        for segment in text.strip().split("."):
            if segment.isdecimal() and int(segment) > 255:
                raise EncodeError(f"segment {segment} of {text.strip()} is above 255")
        try:
            return IPv4Address(text.strip())
        except AddressValueError as error:
            raise EncodeError(f"an address like 10.20.30.40 expected, not {text!r}") from error


class Phone(Leaf):
    """Telephone number: two digits a byte, first digit high; A is ``,``, B is ``#``, F unused (F4)."""

    size = 8
    length = 16
    _DIGITS = "0123456789,#"

    def load(self, data: bytes, at: int) -> str:
        """Digits up to the first F; nothing else may follow it."""
        nibbles = data[at : at + 8].hex().rstrip("f")
        codes = [int(nibble, 16) for nibble in nibbles]
        if any(code > 11 for code in codes):
            raise Flaw(f"no telephone number: {data[at : at + 8].hex(' ').upper()}")
        return "".join(self._DIGITS[code] for code in codes)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Refuse more than 16 digits and other signs."""
        fits(value, str, "a telephone number")
        if len(value) > 16:
            raise EncodeError(f"{len(value)} digits, at most 16 fit")
        if not all(digit in self._DIGITS for digit in value):
            raise EncodeError(f"only digits, ',' (pause) and '#' can be dialled, not {value!r}")
        return bytes.fromhex("".join(f"{self._DIGITS.index(digit):x}" for digit in value).ljust(16, "f"))

    def read(self, text: str) -> str:
        """Digits; blanks are ignored."""
        return self.checked(text.replace(" ", ""))

    def from_json(self, obj: Any) -> Any:
        """Only text; a number would lose leading zeros."""
        return self.checked(obj)

    def blank(self) -> str:
        """No number."""
        return ""
