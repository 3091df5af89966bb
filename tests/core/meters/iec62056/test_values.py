"""From the text of a readout to values: the published ZMD310, short codes, quirks of real meters."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError
from core.meters.driver import Outcome
from core.meters.iec62056 import datalines
from core.meters.iec62056.datalines import Entry, Field, entries_of
from core.meters.iec62056.dialects import OBIS, SHORT
from core.meters.iec62056.telegram import Block, decode
from core.meters.iec62056.values import CODES_ASSUMED, RATES_ASSUMED, Readout, answer
from core.meters.occasion import Found, Lack
from core.quantities import (
    SHAPES,
    Count,
    DayEnd,
    MonthEnd,
    Peak,
    PhaseLoss,
    Quantity,
    Shape,
    Value,
    Wanted,
    When,
)
from tests.core.meters.iec62056.published import meant

Q = Quantity
NOW = Wanted(Q.FORWARD_ACTIVE).when
SHORT_CODES = """F(00000000)
0(00005555)
11(14:35:30)
12(26-11-20)
1(19)
1*19(26-11-01 00:00)
20(00004.64*kWh)
20*19(00003.00*kWh)
8.1(00001.07*kWh)8.2(00003.44*kWh)
8.3(00000.12*kWh)
8.4(00000.00*kWh)
22(00000.50*kWh)
21(00002.00*kvarh)
9.1(00000.75*kvarh)
6.0(1.25*kW)(26-11-03 08:30)
6.1(1.25*kW)(26-11-03 08:30)
L.1(230.1*V)
L.2(---.-*V)
L.3(231.9*V)
A(01.25*A)
B( -.--)
C(00.00*A)
13.7(0.98)
14(00000031)
95(26-06-21 10:47)
91(00000012)
71(00000197)
72.1(10)
72.2(8)
72.3(193)
77.77(strange)
nonsense without parentheses
!
"""


def published() -> Readout:
    block = decode(meant("complete ZMD310 readout").raw)
    assert isinstance(block, Block)
    return Readout(block.text)


def read(readout: Readout, quantity: Quantity, when: When = NOW, tariffs: int = 4) -> Value:
    found = answer(readout, Wanted(quantity, when), tariffs)
    assert isinstance(found, Found), found
    return found.value


def lack(readout: Readout, quantity: Quantity, when: When = NOW) -> Lack:
    found = answer(readout, Wanted(quantity, when), 4)
    assert isinstance(found, Lack)
    return found


def numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def test_the_published_readout_has_all_its_sets():
    """All lines of the published readout are data sets, but for the mark of the end."""
    readout = published()
    expected = meant("complete ZMD310 readout").value
    assert readout.dialect is OBIS
    assert len(readout.entries) == expected["lines"] == 104
    assert readout.measured("1.8.0", "kWh") == Decimal("102.28")
    assert readout.measured("1.8.0", "kWh", 19) == Decimal("101.71")


def test_values_of_the_published_readout():
    """Digits as they stand, tariffs in the order sharp, peak, flat, valley = .4 .1 .2 .3."""
    readout = published()
    assert read(readout, Q.FORWARD_ACTIVE) == numbers("102.28", "0.000", "0.125", "0.110", "0.341")
    assert str(read(readout, Q.REVERSE_ACTIVE)) == str(numbers("8.09", "0.000", "0.000", "0.000", "0.000"))
    assert read(readout, Q.QUADRANT_1) == numbers("147.20", "0.000", "0.620", "0.545", "1.681")
    assert read(readout, Q.CLOCK) == datetime(2017, 11, 6, 16, 40, 56)
    assert read(readout, Q.PROGRAMMINGS) == Count(31, datetime(2017, 6, 21, 10, 47))
    assert read(readout, Q.DEMAND_CLEARS) == Count(19, None)
    first = PhaseLoss(197, None, None, None)
    assert read(readout, Q.PHASE_LOSSES)[0] == first  # type: ignore[index]
    assert lack(readout, Q.REACTIVE_1).outcome is Outcome.UNSUPPORTED


def test_demands_have_their_times_and_missing_totals_stay_missing():
    """1.6.0 is not shown: the total is not made from the rates; 00-00-00 00:00 is no time."""
    peaks = read(published(), Q.FORWARD_ACTIVE_DEMAND)
    at = datetime(2017, 11, 2, 8, 30)
    assert peaks[0] == Peak(None, None)  # type: ignore[index]
    assert peaks[1] == Peak(Decimal("0.00"), None)  # type: ignore[index]
    assert peaks[2] == Peak(Decimal("0.01"), at)  # type: ignore[index]


def test_the_first_set_in_the_right_unit_counts():
    """32.7.0 is first a voltage, later a count with a date (§5.2)."""
    assert read(published(), Q.VOLTAGE) == numbers("0.7", "0.7", "239.5")
    swapped = Readout("1.8.0(1*kWh)\n32.7.0(0002)(00-01-01 00:00)\n32.7.0(230.0*V)\n")
    assert read(swapped, Q.VOLTAGE) == (Decimal("230.0"), None, None)


def test_whole_codes_are_compared():
    """21.8.0 is not 1.8.0, and A is not part of another code (§5.2)."""
    readout = Readout("21.8.0(9*kWh)\nAA(7*A)\n1.8.0(1*kWh)\n")
    assert read(readout, Q.FORWARD_ACTIVE)[0] == 1  # type: ignore[index]
    assert lack(readout, Q.CURRENT).outcome is Outcome.UNSUPPORTED


def test_short_codes():
    """The short dialect, detected by its codes; several sets on a line; unknown codes are passed over."""
    readout = Readout(SHORT_CODES)
    assert readout.dialect is SHORT
    assert read(readout, Q.FORWARD_ACTIVE) == numbers("4.64", "0.00", "1.07", "3.44", "0.12")
    assert read(readout, Q.REVERSE_ACTIVE) == (Decimal("0.50"), None, None, None, None)
    assert read(readout, Q.REACTIVE_1) == (Decimal("2.00"), None, Decimal("0.75"), None, None)
    assert read(readout, Q.FORWARD_ACTIVE_DEMAND, tariffs=0) == (
        Peak(Decimal("1.25"), datetime(2026, 11, 3, 8, 30)),
    )
    assert read(readout, Q.VOLTAGE) == (Decimal("230.1"), None, Decimal("231.9"))
    assert read(readout, Q.CURRENT) == (Decimal("1.25"), None, Decimal("0.00"), None)
    assert read(readout, Q.CLOCK) == datetime(2026, 11, 20, 14, 35, 30)
    assert read(readout, Q.BATTERY) == 720
    assert read(readout, Q.PROGRAMMINGS) == Count(31, datetime(2026, 6, 21, 10, 47))
    assert read(readout, Q.DEMAND_CLEARS) == Count(19, datetime(2026, 11, 1))
    assert len(read(readout, Q.PHASE_LOSSES)) == 4  # type: ignore[arg-type]


def test_the_unit_settles_what_a_short_code_means():
    """9.x in kWh is another meter's -A; that is said (§5.4)."""
    found = answer(Readout("20(1*kWh)\n21(5.5*kWh)\n9.1(2*kWh)\n"), Wanted(Q.REVERSE_ACTIVE), 4)
    assert isinstance(found, Found)
    assert found.value == (Decimal("5.5"), None, Decimal(2), None, None)
    assert found.quality == f"{CODES_ASSUMED}, {RATES_ASSUMED}"


@pytest.mark.parametrize(
    ("unit", "digits", "value"),
    [("Wh", "1234567", "1234.567"), ("MWh", "1.5", "1.5E+3"), ("kWh", "0012.30", "12.30"), ("KWH", "1", "1")],
)
def test_units_are_exact(unit: str, digits: str, value: str):
    """Places are moved, no digit is made or lost."""
    readout = Readout(f"1.8.0({digits}*{unit})\n")
    assert read(readout, Q.FORWARD_ACTIVE, tariffs=0) == (Decimal(value),)


def test_the_month_is_told_by_the_time_of_its_reset():
    """The billing period that ended with the month; none without a time, none of another day."""
    readout = Readout(SHORT_CODES)
    october = MonthEnd(date(2026, 10, 1))
    assert read(readout, Q.FORWARD_ACTIVE, october) == (Decimal("3.00"), None, None, None, None)
    assert lack(readout, Q.FORWARD_ACTIVE, MonthEnd(date(2026, 9, 1))).outcome is Outcome.UNSUPPORTED
    assert lack(published(), Q.FORWARD_ACTIVE, MonthEnd(date(2017, 10, 1))).outcome is Outcome.UNSUPPORTED
    assert lack(readout, Q.VOLTAGE, october).outcome is Outcome.UNSUPPORTED


def test_a_lost_calendar_is_no_time():
    """The clock is said to be invalid; it is neither zero nor a failure of the line."""
    found = lack(Readout("1.8.0(1*kWh)\n0.9.1(00:00:00)\n0.9.2(00-00-00)\n"), Q.CLOCK)
    assert (found.outcome, found.reason) == (Outcome.BROKEN, "meter clock invalid")
    assert (
        lack(Readout("1.8.0(1*kWh)\n0.9.1(--:--:--)\n0.9.2(26-11-20)\n"), Q.CLOCK).outcome is Outcome.BROKEN
    )


def test_the_clock_goes_on_after_the_readout():
    """A readout takes seconds; what the clock shows at its end is told."""
    found = answer(published(), Wanted(Q.CLOCK), 4, timedelta(seconds=11.4))
    assert isinstance(found, Found)
    assert found.value == datetime(2017, 11, 6, 16, 41, 7)


@pytest.mark.parametrize(
    ("line", "quantity"),
    [
        ("1.8.0(00A3.1*kWh)", Q.FORWARD_ACTIVE), ("1.6.0(1*kW)(26-13-01 00:00)", Q.FORWARD_ACTIVE_DEMAND),
        ("0.9.1(25:00:00)\n0.9.2(26-11-20)", Q.CLOCK), ("0.9.1(12:00:00)\n0.9.2(26-02-30)", Q.CLOCK),
        ("0.9.1(noon)\n0.9.2(26-02-20)", Q.CLOCK),
    ],
)  # fmt: skip
def test_values_that_are_none_raise(line: str, quantity: Quantity):
    """Garbage behind a right check is a ``DecodeError`` that names the code."""
    with pytest.raises(DecodeError) as caught:
        answer(Readout(line + "\n"), Wanted(quantity), 4)
    assert caught.value.field in line


def test_every_quantity_has_a_value_of_its_shape_or_none():
    """No quantity raises, none has another shape than the vocabulary says."""
    sizes = {Shape.REGISTERS: 5, Shape.PEAKS: 5, Shape.TOTAL_AND_PHASES: 4, Shape.PHASE_LOSSES: 4}
    for readout in (published(), Readout(SHORT_CODES), Readout("")):
        for quantity in Quantity:
            found = answer(readout, Wanted(quantity), 4)
            if isinstance(found, Found) and isinstance(found.value, tuple):
                size = 3 + (quantity is Q.CURRENT)
                assert len(found.value) == sizes.get(SHAPES[quantity], size)
            daily = answer(readout, Wanted(quantity, DayEnd(date(2026, 11, 19))), 4)
            assert isinstance(daily, Lack)


def test_sets_and_fields():
    """Several sets on a line, history by * or &, groups of OBIS, empty and nameless fields (§5.3)."""
    assert list(entries_of("3:14(314*kWh)4:15(415*kWh)\r\n!\r\n")) == [
        Entry("3:14", None, (Field("314", "kWh"),)),
        Entry("4:15", None, (Field("415", "kWh"),)),
    ]
    assert list(entries_of("1-1:1.8.0*19(1)\n1.8.0&07(2)(26-11-20 12:00)\n0.2.1()\n(7)\n")) == [
        Entry("1.8.0", 19, (Field("1"),)),
        Entry("1.8.0", 7, (Field("2"), Field("26-11-20 12:00"))),
        Entry("0.2.1", None, (Field(""),)),
        Entry("", None, (Field("7"),)),
    ]


@pytest.mark.parametrize("text", ["---.-", " -.--", "----", "", "  "])
def test_missing_is_not_zero(text: str):
    """Dashes stand for no value (§5.2)."""
    assert datalines.number(text) is None


@pytest.mark.parametrize("text", ["1e5", "--1", "1.2.3", "0x10", "NaN", "１"])
def test_numbers_are_digits(text: str):
    """What Python would take for a number and no meter shows is none."""
    with pytest.raises(DecodeError):
        datalines.number(text)


@given(st.decimals(-(10**9), 10**9, places=3))
def test_numbers_keep_their_digits(value: Decimal):
    """Every decimal comes back with its places."""
    assert str(datalines.number(f"{value:f}")) == str(Decimal(f"{value:f}"))


@given(st.text(alphabet=" ()*&.!-0123456789:kWhvar\r\nFCL", max_size=200))
def test_any_text_is_a_readout(text: str):
    """Whatever text a right check vouches for: values, lacks, or the declared error."""
    readout = Readout(text)
    for quantity in Quantity:
        try:
            answer(readout, Wanted(quantity), 4)
        except DecodeError:
            continue
