from dataclasses import replace

import pytest

from core.quantities import Quantity
from core.terminal.acquisition.items import ChosenItems, MeterClass, class_of, lists_for
from core.terminal.archive import Meter

Q = Quantity
METER = Meter(1, 1, 1, 0, 30, "202600000001", bytes(6), 4, 6, 2, "000000000000", 4, 0, "202600000001")


@pytest.mark.parametrize(
    ("protocol", "major", "minor", "expected"),
    [
        (30, 4, 0, MeterClass.RESIDENTIAL),
        (1, 4, 0, MeterClass.RESIDENTIAL),
        (30, 4, 1, MeterClass.TARIFF),
        (30, 3, 0, MeterClass.TARIFF),
        (30, 0, 0, MeterClass.TARIFF),
        (30, 4, 2, MeterClass.THREE_PHASE),
        (30, 1, 0, MeterClass.THREE_PHASE),
        (30, 2, 0, MeterClass.THREE_PHASE),
        (30, 5, 0, MeterClass.THREE_PHASE),
        (31, 4, 0, MeterClass.THREE_PHASE),
    ],
)
def test_a_meter_has_a_class(protocol: int, major: int, minor: int, expected: MeterClass):
    """Protocol, minor and major class choose the row of 6.2; tariff-control is the default."""
    assert class_of(replace(METER, protocol=protocol, major=major, minor=minor)) is expected


def test_the_table_of_items():
    """M55 to M63, 6.2: what each class gives in the day pass, at the interval, as a curve."""
    home = lists_for(METER)
    assert (home.day, home.state) == ((Q.FORWARD_ACTIVE,), (Q.CLOCK, Q.STATUS))
    assert (home.interval, home.curve) == ((), ())
    tariff = lists_for(replace(METER, minor=1))
    assert tariff.day == (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE)
    assert tariff.state == (Q.CLOCK, Q.STATUS, Q.RELAY, Q.PREPAYMENT, Q.PROGRAMMINGS)
    assert tariff.interval == (Q.FORWARD_ACTIVE, Q.VOLTAGE, Q.CURRENT)
    three = lists_for(replace(METER, minor=2))
    assert set(three.day) - set(tariff.day) == {Q.REACTIVE_1, Q.REACTIVE_2, Q.FORWARD_ACTIVE_DEMAND}
    assert set(three.interval) - set(tariff.interval) == {Q.FORWARD_ACTIVE_DEMAND}
    assert three.curve == tariff.curve == (Q.VOLTAGE, Q.CURRENT, Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE)


@pytest.mark.parametrize(("major", "period"), [(0, 60), (1, 15), (2, 30), (3, 60), (4, 60), (5, 15)])
def test_the_archive_class_gives_the_curve_period(major: int, period: int):
    """6.2: 15, 30 or 60 minutes."""
    assert lists_for(replace(METER, major=major)).period == period


def test_the_master_chooses_the_items():
    """M104: F38 replaces what is read at the interval, F39 what is read by day, month and curve."""
    chosen = ChosenItems(frozenset({129, 25, 161}), frozenset({161, 162, 177, 169, 209, 89, 101}))
    lists = lists_for(METER, chosen)
    assert lists.interval == (
        Q.ACTIVE_POWER, Q.REACTIVE_POWER, Q.POWER_FACTOR, Q.VOLTAGE, Q.CURRENT, Q.APPARENT_POWER,
        Q.FORWARD_ACTIVE, Q.RELAY,
    )  # fmt: skip
    assert lists.day == (Q.FORWARD_ACTIVE, Q.REACTIVE_1)
    assert lists.state == (Q.CLOCK, Q.STATUS, Q.RELAY)
    assert (lists.month, lists.reading_day) == ((Q.FORWARD_ACTIVE,), (Q.FORWARD_ACTIVE,))
    assert lists.curve == (Q.VOLTAGE, Q.FORWARD_ACTIVE)


def test_a_set_without_items_reads_nothing():
    """An empty set is a choice too: only clock and status word stay."""
    lists = lists_for(replace(METER, minor=1), ChosenItems(frozenset(), frozenset()))
    assert (lists.day, lists.month, lists.interval, lists.curve) == ((), (), (), ())
    assert lists.state == (Q.CLOCK, Q.STATUS)


def test_the_status_word_is_read_if_f33_says_so():
    """Bit D5 of the control word."""
    assert Q.STATUS not in lists_for(METER, status_word=False).state
