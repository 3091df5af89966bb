"""Values of registers: the letter of a type, its bytes and what they mean (meter protocols §3.4).

Floats become the shortest decimal that is the same float: what the meter holds, without the digits that only
the binary form makes up.
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite

from core.errors import DecodeError, EncodeError
from core.meters.decimals import plain

TEXTS = frozenset("AEG")
SIZES = {
    "B": 1, "C": 1, "H": 2, "I": 2, "L": 4, "X": 4, "Z": 4, "V": 8, "F": 4, "D": 8, "O": 4, "U": 8, "P": 4,
    "N": 0, "T": 6, "Q": 3, "R": 3, "K": 16,
}  # fmt: skip
"""Bytes of each type that has a length; J, S and W have none that is known."""
_INTEGERS = {"B": False, "C": False, "H": False, "I": True, "L": True, "X": False, "Z": False, "V": True}
"""Whether it is signed."""
_FLOATS = {"F": ">f", "O": ">f", "P": ">f", "D": ">d", "U": ">d"}
BY_LENGTH = {4: "F", 8: "D"}
"""What a number is taken for where the meter does not tell its type."""
NEVER = (1996, 1, 1)
"""The date that stands for none."""
MOST = 1e15
"""No register holds more: such a float is garbage."""
PRESENT, ABSENT = 0, 3
"""Error bytes of a multi-read: the value follows; there is no such register and no value."""


def number_in(data: bytes, type_: str = "") -> Decimal:
    """Return the number a register holds; ``DecodeError`` for bytes that are none."""
    letter = type_ or BY_LENGTH.get(len(data), "")
    if SIZES.get(letter) != len(data):
        raise DecodeError(f"{len(data)} bytes are no number of type {letter or 'unknown'}")
    if letter in _INTEGERS:
        return Decimal(int.from_bytes(data, "big", signed=_INTEGERS[letter]))
    if letter not in _FLOATS:
        raise DecodeError(f"type {letter} is no number")
    (value,) = struct.unpack(_FLOATS[letter], data)
    if not isfinite(value) or abs(value) > MOST:
        raise DecodeError(f"{data.hex().upper()} is no number a register can hold")
    return _shortest(value, single=len(data) == 4)


def number_bytes(value: Decimal, type_: str) -> bytes:
    """Encode a number; ``EncodeError`` for a type that cannot carry it."""
    try:
        if type_ in _INTEGERS:
            return int(value).to_bytes(SIZES[type_], "big", signed=_INTEGERS[type_])
        return struct.pack(_FLOATS[type_], float(value))
    except (KeyError, OverflowError) as error:
        raise EncodeError(f"{value} is no value of type {type_}", field="value") from error


def _shortest(value: float, *, single: bool) -> Decimal:
    if not value:
        return Decimal(0)
    if not single:
        return plain(Decimal(repr(value)))
    texts = (f"{value:.{digits}g}" for digits in range(6, 10))
    return plain(Decimal(next(text for text in texts if _single(float(text)) == _single(value))))


def _single(value: float) -> bytes:
    return struct.pack(">f", value)


def moment_in(data: bytes) -> datetime | None:
    """Return a moment ``dd MM yy hh mm ss``, binary, or its day alone; ``None`` where it says none."""
    if len(data) not in (SIZES["T"], SIZES["R"]):
        raise DecodeError(f"{len(data)} bytes are no moment")
    day, month, year, hour, minute, second = data.ljust(SIZES["T"], b"\0")
    try:
        moment = datetime(2000 + year if year < 90 else 1900 + year, month, day, hour, minute, second)
    except ValueError:
        return None
    return None if (moment.year, moment.month, moment.day) == NEVER else moment


def moment_bytes(moment: datetime | None) -> bytes:
    """Encode a moment; ``None`` is 1 January 1996."""
    at = moment or datetime(*NEVER)
    return bytes((at.day, at.month, at.year % 100, at.hour, at.minute, at.second))


def text_in(data: bytes) -> str:
    """Return a text without what pads it."""
    return data.partition(b"\0")[0].decode("latin-1").strip()


def text_bytes(text: str) -> bytes:
    """Encode a text of type A; what is no character of the wire becomes a question mark."""
    return text.encode("latin-1", "replace").replace(b"\0", b"?") + b"\0"


def split(data: bytes, types: Sequence[str]) -> tuple[tuple[int, bytes], ...] | None:
    """Take the answer of a multi-read apart: an error byte and the bytes of each register.

    Behind errors other than 3 some meters send a value, others none: the length of the whole decides.
    ``None`` where it does not; then the registers have to be read one by one. An empty type is a number of
    four or of eight bytes, all of them alike.
    """
    guesses = [
        found
        for number in (("F", "D") if "" in types else ("",))
        for always in (False, True)
        if (found := _walked(data, [one or number for one in types], always=always)) is not None
    ]
    return guesses[0] if guesses and all(one == guesses[0] for one in guesses) else None


def _walked(data: bytes, types: Sequence[str], *, always: bool) -> tuple[tuple[int, bytes], ...] | None:
    found: list[tuple[int, bytes]] = []
    at = 0
    for letter in types:
        if at >= len(data):
            return None
        error, at = data[at], at + 1
        end = at if error == ABSENT or (error and not always) else _end(data, at, letter)
        if end is None or end > len(data):
            return None
        found.append((error, data[at:end]))
        at = end
    return tuple(found) if at == len(data) else None


def _end(data: bytes, at: int, letter: str) -> int | None:
    if letter in TEXTS:
        return data.find(b"\0", at) + 1 or None
    return at + SIZES[letter] if letter in SIZES else None
