"""Data unit identifiers: DA names points, DT functions, each as group and mask of eight (part A §2.3).

Several bits may be set; the data then follow point ascending (outer), function ascending (inner).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.errors import DecodeError, EncodeError

SIZE = 4
ALL_POINTS = 0xFFFF
"""Stands for DA = FF 00, "all valid points" of 2012/13; no point has this number."""
LAST_POINT = 2040
LAST_FUNCTION = 2048
"""DT2 counts to 255 by arithmetic; above F248 only makers' own units are found."""


def points_of(da: bytes) -> tuple[int, ...]:
    """Return the points of DA1 DA2, ascending: 0 is the terminal."""
    mask, group = da
    if group == 0:
        if mask not in (0x00, 0xFF):
            raise DecodeError(f"DA {da.hex(' ').upper()} names no points", 0, "DA")
        return (ALL_POINTS,) if mask else (0,)
    if mask == 0:
        raise DecodeError(f"DA {da.hex(' ').upper()} names no points", 0, "DA")
    return tuple(8 * (group - 1) + bit + 1 for bit in range(8) if mask >> bit & 1)


def functions_of(dt: bytes) -> tuple[int, ...]:
    """Return the functions of DT1 DT2, ascending; 0 only in AFN08."""
    mask, group = dt
    if mask == 0:
        if group:
            raise DecodeError(f"DT {dt.hex(' ').upper()} names no functions", 2, "DT")
        return (0,)
    return tuple(8 * group + bit + 1 for bit in range(8) if mask >> bit & 1)


@lru_cache(maxsize=1024)
def pairs_of(identifier: bytes) -> tuple[tuple[int, int], ...]:
    """Return (point, function) of the four bytes, in the order their data follow."""
    if len(identifier) < SIZE:
        raise DecodeError(f"identifier of {len(identifier)} bytes, it has four", len(identifier), "DA DT")
    functions = functions_of(identifier[2:4])
    return tuple((pn, fn) for pn in points_of(identifier[:2]) for fn in functions)


def encode_da(points: Sequence[int]) -> bytes:
    """Return DA1 DA2 of points that lie in one group of eight."""
    if tuple(points) == (0,):
        return b"\x00\x00"
    if tuple(points) == (ALL_POINTS,):
        return b"\xff\x00"
    group, mask = _mask(points, LAST_POINT, "point")
    return bytes([mask, group + 1])


def encode_dt(functions: Sequence[int]) -> bytes:
    """Return DT1 DT2 of functions that lie in one group of eight."""
    if tuple(functions) == (0,):
        return b"\x00\x00"
    group, mask = _mask(functions, LAST_FUNCTION, "function")
    return bytes([mask, group])


def _mask(numbers: Sequence[int], last: int, name: str) -> tuple[int, int]:
    if not numbers or list(numbers) != sorted(set(numbers)):
        raise EncodeError(f"numbers {list(numbers)} are not ascending and different", field=name)
    if numbers[0] < 1 or numbers[-1] > last:
        raise EncodeError(f"{list(numbers)} leaves 1..{last}", field=name)
    groups = {(number - 1) // 8 for number in numbers}
    if len(groups) > 1:
        raise EncodeError(f"{list(numbers)} do not lie in one group of eight", field=name)
    return groups.pop(), sum(1 << (number - 1) % 8 for number in numbers)


def identifier(points: Sequence[int], functions: Sequence[int]) -> bytes:
    """Return the four bytes DA1 DA2 DT1 DT2."""
    return encode_da(points) + encode_dt(functions)


def identifiers(pairs: Iterable[tuple[int, int]]) -> list[bytes]:
    """Group (point, function) pairs into as few identifiers as keep their meaning.

    Functions of one point and one group share an identifier; points of one group that ask for the same
    functions share it too.
    """
    by_point: dict[tuple[int, int], set[int]] = {}
    for pn, fn in pairs:
        by_point.setdefault((pn, (fn - 1) // 8), set()).add(fn)
    merged: dict[tuple[int | str, tuple[int, ...]], list[int]] = {}
    for (pn, _), functions in by_point.items():
        group = (pn - 1) // 8 if 0 < pn <= LAST_POINT else f"p{pn}"
        merged.setdefault((group, tuple(sorted(functions))), []).append(pn)
    return [identifier(sorted(points), functions) for (_, functions), points in merged.items()]
