"""Codec speed on a unit like F25: 67 bytes, 24 fields, against stock construct and a decoder by hand."""

import struct
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import construct as untyped

from core.gdw376.units.afn0c import PhaseReadings

c: Any = untyped


_VALUES: list[Any] = [
    datetime(2026, 11, 20, 14, 36),
    *[Decimal(f"{n}.2345") for n in range(8)],
    *[Decimal(f"-{n}9.5") for n in range(1, 5)],
    Decimal("220.1"), Decimal("221.2"), None,
    *[Decimal(f"{n}.123") for n in range(4)],
    *[Decimal(f"{n}.5432") for n in range(4)],
]  # fmt: skip
EXAMPLE = PhaseReadings(*_VALUES)
RAW = EXAMPLE.encode()

_LAYOUT = struct.Struct("<5s" + "3s" * 8 + "2s" * 4 + "2s" * 3 + "3s" * 4 + "3s" * 4)
_POINTS = [4] * 8 + [1] * 4 + [1] * 3 + [3] * 4 + [4] * 4
_SIGNED = [True] * 12 + [False] * 3 + [True] * 8
TURNS = 10
"""Of each work in a measurement."""


def _by_hand(field: bytes, decimals: int, signed: bool) -> Decimal | None:
    if field == b"\xee" * len(field):
        return None
    minus = signed and field[-1] & 0x80
    if minus:
        field = field[:-1] + bytes([field[-1] & 0x7F])
    digits = field[::-1].hex()
    return Decimal(f"{'-' if minus else ''}{digits[:-decimals]}.{digits[-decimals:]}")


def decode_by_hand(raw: bytes) -> tuple[Any, ...]:
    """What a careful programmer writes with ``struct`` for this one unit."""
    clock, *rest = _LAYOUT.unpack(raw)
    minute, hour, day, month, year = ((b >> 4) * 10 + (b & 15) for b in clock)
    when = datetime(2000 + year, month, day, hour, minute)
    return when, *[_by_hand(f, d, s) for f, d, s in zip(rest, _POINTS, _SIGNED, strict=True)]


def _stock_field(size: int, decimals: int, signed: bool) -> Any:
    digits = 2 * size - 1 if signed else 2 * size
    parts = ([c.Flag] if signed else []) + ([c.BitsInteger(3)] if signed else [])
    parts += [c.Nibble] * digits
    body = c.BitStruct("parts" / c.Sequence(*parts))

    def decode(obj: Any, _context: Any) -> Decimal | None:
        figures = obj.parts[1:] if signed else obj.parts
        if any(n > 9 for n in figures[1:]):
            return None
        return Decimal((int(signed and obj.parts[0]), tuple(figures), -decimals))

    def encode(obj: Any, _context: Any) -> Any:
        if obj is None:
            obj, missing = Decimal(0), True
        else:
            missing = False
        sign, figures, _ = obj.as_tuple()
        padded = [0] * ((digits + 1 if signed else digits) - len(figures)) + list(figures)
        padded = [14] * len(padded) if missing else padded
        return {"parts": [bool(sign), *padded] if signed else padded}

    return c.ByteSwapped(c.ExprAdapter(body, decode, encode))


def stock_construct() -> Any:
    """The same layout in stock bit-level construct."""
    clock = c.ByteSwapped(c.BitStruct("digits" / c.Sequence(*[c.Nibble] * 10)))
    sizes = [3] * 8 + [2] * 4 + [2] * 3 + [3] * 4 + [3] * 4
    names = list(PhaseReadings.__dataclass_fields__)[1:]
    fields = [
        name / _stock_field(size, decimals, signed)
        for name, size, decimals, signed in zip(names, sizes, _POINTS, _SIGNED, strict=True)
    ]
    return c.Struct("time" / clock, *fields)


def per_second(work: Callable[[], Any], seconds: float = 0.4) -> float:
    """Calls of ``work`` in a second of CPU, the best of some turns."""
    return rates({"": work}, seconds)[""]


def rates(works: Mapping[str, Callable[[], Any]], seconds: float = 0.4) -> dict[str, float]:
    """The same of several that are compared: in turns, because a core may run slower for seconds."""
    best = dict.fromkeys(works, 0.0)
    for _ in range(TURNS):
        for name, work in works.items():
            best[name] = max(best[name], _slice(work, seconds / TURNS))
    return best


def _slice(work: Callable[[], Any], seconds: float) -> float:
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for _ in range(20):
            work()
        calls += 20
    return calls / spent


def figures() -> dict[str, float]:
    """Decodes and encodes a second: ours, stock construct, by hand."""
    stock = stock_construct()
    values = stock.parse(RAW)
    return rates(
        {
            "decode": lambda: PhaseReadings.decode(RAW),
            "encode": EXAMPLE.encode,
            "construct decode": lambda: stock.parse(RAW),
            "construct encode": lambda: stock.build(values),
            "by hand decode": lambda: decode_by_hand(RAW),
        }
    )
