"""Byte ranges of a file in part."""

from hypothesis import given
from hypothesis import strategies as st

from core.terminal.upgrade.coverage import Coverage

SIZE = 1900
STRETCHES = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(1, 600)), max_size=12)


@given(STRETCHES)
def test_it_agrees_with_a_set_of_bytes(stretches: list[tuple[int, int]]) -> None:
    """Whatever comes in whatever order: ranges, units, first gap and unit bits are those of the bytes."""
    coverage, there = Coverage(), set[int]()
    for start, length in stretches:
        stop = min(start + length, SIZE)
        coverage.add(start, stop)
        there |= set(range(start, stop))
    units = [set(range(at, min(at + 256, SIZE))) <= there for at in range(0, SIZE, 256)]
    assert {one for start, stop in coverage.ranges for one in range(start, stop)} == there
    assert all(
        before[1] < after[0] for before, after in zip(coverage.ranges, coverage.ranges[1:], strict=False)
    )
    assert coverage.units(SIZE) == sum(units)
    assert coverage.first_missing(SIZE) == (units.index(False) if False in units else len(units))
    assert [coverage.has_unit(unit, SIZE) for unit in range(10)] == [*units, False, False]
    assert Coverage(coverage.ranges).ranges == coverage.ranges
