"""Identifiers of points and functions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.gdw376 import dadt


@pytest.mark.parametrize(
    ("function", "dt"),
    [(1, "0100"), (3, "0400"), (10, "0201"), (25, "0103"), (89, "010B"), (129, "0110"), (248, "801E"),
     (2040, "80FE")],
)  # fmt: skip
def test_functions(function: int, dt: str) -> None:
    """The typical codes of part A §2.3, and the makers' arithmetic above F248."""
    assert dadt.encode_dt([function]).hex().upper() == dt
    assert dadt.functions_of(bytes.fromhex(dt)) == (function,)


@pytest.mark.parametrize(
    ("point", "da"), [(0, "0000"), (1, "0101"), (9, "0102"), (2040, "80FF"), (dadt.ALL_POINTS, "FF00")]
)
def test_points(point: int, da: str) -> None:
    """p0, single points, the last point, and "all" of 2012."""
    assert dadt.encode_da([point]).hex().upper() == da
    assert dadt.points_of(bytes.fromhex(da)) == (point,)


def test_order_is_points_outer_functions_inner() -> None:
    """Several bits: the data follow point by point (part A §2.3)."""
    assert dadt.pairs_of(bytes.fromhex("03010503")) == ((1, 25), (1, 27), (2, 25), (2, 27))


@pytest.mark.parametrize("raw", ["", "000001", "01000100", "00010100", "00000001"])
def test_undefined_identifiers(raw: str) -> None:
    """Short ones and masks that name nothing are refused."""
    with pytest.raises(DecodeError):
        dadt.pairs_of(bytes.fromhex(raw))


@given(st.binary(min_size=4, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_four_bytes(raw: bytes) -> None:
    """Every identifier means pairs that encode to itself, or is refused."""
    try:
        pairs = dadt.pairs_of(raw)
    except DecodeError:
        return
    points = list(dict.fromkeys(pn for pn, _ in pairs))
    functions = list(dict.fromkeys(fn for _, fn in pairs))
    assert dadt.identifier(points, functions) == raw
    assert len(pairs) == len(points) * len(functions)


@pytest.mark.parametrize(
    ("points", "functions"),
    [([1, 9], [1]), ([2, 1], [1]), ([1, 1], [1]), ([], [1]), ([2041], [1]), ([-1], [1]), ([0, 1], [1]),
     ([1], [0, 1]), ([1], [2049]), ([1], [8, 9])],
)  # fmt: skip
def test_refused_sets(points: list[int], functions: list[int]) -> None:
    """One identifier holds one group of eight, ascending."""
    with pytest.raises(EncodeError):
        dadt.identifier(points, functions)


@given(st.sets(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=60))
@settings(derandomize=True, deadline=None)
def test_grouping_names_exactly_the_pairs(pairs: set[tuple[int, int]]) -> None:
    """Grouped identifiers name every pair once and nothing more."""
    named = [pair for one in dadt.identifiers(sorted(pairs)) for pair in dadt.pairs_of(one)]
    assert sorted(named) == sorted(pairs)


def test_grouping_merges() -> None:
    """Functions of one point, and points with equal functions, share an identifier."""
    assert [i.hex() for i in dadt.identifiers([(0, 1), (0, 3), (0, 9)])] == ["00000500", "00000101"]
    assert [i.hex() for i in dadt.identifiers([(1, 25), (2, 25), (9, 25)])] == ["03010103", "01020103"]
