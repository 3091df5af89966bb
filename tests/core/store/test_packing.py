from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.quantities import SHAPES, Count, Peak, PhaseLoss, Prepaid, Quantity, Relay, Settled, Shape
from core.store.packing import QUANTITIES, SOURCES, fields_of, pack, unpack, value_of
from core.terminal.readings import Source

decimals = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
whole = st.none() | st.integers(0, 999999)
moments = st.datetimes(datetime(1999, 1, 1), datetime(2099, 12, 31)).map(
    lambda t: t.replace(microsecond=0, fold=0)
)
times = st.none() | moments
registers = st.lists(decimals, min_size=1, max_size=13).map(tuple)
VALUES = {
    Shape.REGISTERS: registers,
    Shape.PHASES: registers,
    Shape.TOTAL_AND_PHASES: registers,
    Shape.PEAKS: st.lists(st.builds(Peak, decimals, times), min_size=1, max_size=13).map(tuple),
    Shape.TIME: moments,
    Shape.WORDS: st.lists(st.none() | st.integers(0, 0xFFFF), min_size=7, max_size=7).map(tuple),
    Shape.MINUTES: st.integers(0, 99999999),
    Shape.COUNT: st.builds(Count, whole, times),
    Shape.RELAY: st.builds(Relay, st.none() | st.booleans(), times, times),
    Shape.PREPAID: st.builds(Prepaid, whole, *[decimals] * 8),
    Shape.SETTLED: st.builds(Settled, registers, registers),
    Shape.PHASE_LOSSES: st.lists(
        st.builds(PhaseLoss, whole, whole, times, times), min_size=4, max_size=4
    ).map(tuple),
}


@given(st.data())
def test_every_value_comes_back_digit_for_digit(data: st.DataObject):
    """M39: same digits, same decimals, same gaps, for each quantity there is."""
    quantity = data.draw(st.sampled_from(Quantity))
    value = data.draw(VALUES[SHAPES[quantity]])
    (entry,) = unpack(pack([fields_of(quantity, value)]))
    assert repr(value_of(quantity, entry)) == repr(value)


def test_zeros_behind_the_point_are_digits_too():
    """M39: "001234.50" is not 1234.5."""
    value = (Decimal("001234.50"), Decimal("0.00"), None)
    (entry,) = unpack(pack([fields_of(Quantity.FORWARD_ACTIVE, value)]))
    assert repr(value_of(Quantity.FORWARD_ACTIVE, entry)) == repr(value)


def test_two_signs_share_a_byte():
    """What 192 meters say in a year fits (Z7)."""
    value = (Decimal("123456.78"),) * 5
    assert len(pack([fields_of(Quantity.FORWARD_ACTIVE, value)])) == 25


def test_what_the_file_calls_things_is_settled():
    """The numbers in old files keep their meaning: these lists only grow at their ends."""
    assert len(set(QUANTITIES)) == len(QUANTITIES) == len(Quantity)
    assert QUANTITIES[:4] == (
        Quantity.FORWARD_ACTIVE, Quantity.REVERSE_ACTIVE, Quantity.REACTIVE_1, Quantity.REACTIVE_2
    )  # fmt: skip
    assert QUANTITIES[31] is Quantity.PHASE_LOSSES
    assert SOURCES == (Source.FREEZE, Source.SUBSTITUTE, Source.RELAY, Source.CURRENT)
