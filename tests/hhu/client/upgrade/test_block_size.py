"""Block sizes by damage, missing units, and what channels cost."""

from random import Random

import pytest

from core.lines.line import IR, RS485
from hhu.client.upgrade.advice import advice, bursts, single
from hhu.client.upgrade.block_size import BlockSize, LineCost
from hhu.client.upgrade.missing import Missing

COST = LineCost(RS485.wire_time(1), 0.001)


def settled(bit_errors: float, seed: int) -> int:
    """Units per block after 100 bursts on a line."""
    size, random = BlockSize(16, COST), Random(seed)
    for _ in range(100):
        whole = (1 - bit_errors) ** (8 * (size.units * 256 + 39))
        size.saw(16, sum(random.random() > whole for _ in range(16)))
    return size.units


@pytest.mark.parametrize(("bit_errors", "units"), [(0, {16}), (1e-6, {8, 16}), (1e-5, {2, 4}), (1e-4, {1})])
@pytest.mark.parametrize("seed", range(3))
def test_the_size_settles_where_it_carries_most(bit_errors: float, units: set[int], seed: int) -> None:
    """§3.6, §3.11: 4096 bytes on clean lines, about 1024 at 1e-5, 256 at 1e-4."""
    assert settled(bit_errors, seed) in units


def test_clean_bursts_double_it() -> None:
    """Sixteen bursts without a loss double the size, up to what was granted."""
    size = BlockSize(4, COST)
    size.saw(16, 16)
    assert size.units == 1
    grown = [size.saw(16, 0) for _ in range(40)]
    assert grown.index(True) == 15
    assert size.units == 4


def test_three_silences_in_a_row_halve_it() -> None:
    """§3.6: the third try of one block goes out smaller; an answer in between begins anew."""
    size = BlockSize(16, COST)
    assert [size.failed(), size.failed()] == [False, False]
    size.saw(1, 0)
    assert [size.failed() for _ in range(3)] == [False, False, True]
    assert size.units == 8


def test_missing_units_are_cut_into_blocks() -> None:
    """Runs of missing units, none longer than a block, none across what is there."""
    missing = Missing(10)
    missing.arrived(0, 1)
    missing.arrived(4, 2)
    assert list(missing.blocks(2)) == [(1, 2), (3, 1), (6, 2), (8, 2)]
    assert (missing.count, missing.first, 4 in missing, 6 in missing) == (7, 1, False, True)
    missing.arrived(0, 99)
    assert (missing.count, missing.first, list(missing.blocks(4))) == (0, 10, [])
    missing.only({0, 9, 12})
    assert (missing.count, missing.first) == (8, 1)


def test_numbers_are_those_of_the_specification() -> None:
    """§3.11: the table of effective payload, t = 5, 20 and 50 ms."""
    assert [round(single(RS485, turn=t)) for t in (0.005, 0.02, 0.05)] == [6715, 3758, 1998]
    assert [round(bursts(RS485, turn=t)) for t in (0.005, 0.02, 0.05)] == [11377, 11318, 11202]
    assert [round(single(IR, turn=t)) for t in (0.005, 0.02, 0.05)] == [188, 184, 177]
    assert [one.channel for one in advice()] == ["rs485", "rs485", "gprs", "gprs", "ir", "ir"]
    assert round(advice()[-1].raw) == 240
