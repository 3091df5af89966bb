from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.clock import ManualClock
from core.gdw376.units.afn0c import Traffic
from core.gdw376.units.shapes import DemandAt
from core.quantities import Count, Peak, PhaseLoss, Prepaid, Quantity, Relay, Settled, Value
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.readings import Kind
from core.terminal.statistics import TRAFFIC
from core.wire.times import MonthDayTime
from tests.core.concentrators import NOON, Shelf, concentrator
from tests.core.service.stored import (
    METER,
    READ_AT,
    READ_MINUTE,
    keep,
    keep_curve,
    keep_now,
    now,
    registers,
)

Q = Quantity
FORWARD = registers("645.00", "12.34", "600.00", "", "32.66")
TODAY = NOON.date()
DEMANDS = (Peak(Decimal("1.2345"), datetime(2026, 11, 3, 18, 15)), Peak(None, None))
PREPAID = Prepaid(7, *registers("123.45", "700.00", "10.00", "0.00", "1400.00", "5.00", "20.00", "0.00"))
EVERYTHING: dict[Quantity, Value] = {
    Q.FORWARD_ACTIVE: FORWARD, Q.REVERSE_ACTIVE: registers("0.00", "0.00", "0.00", "0.00", "0.00"),
    Q.REACTIVE_1: registers("40.10"), Q.REACTIVE_2: registers("0.20"),
    Q.QUADRANT_1: registers("30.00"), Q.QUADRANT_2: registers("0.10"), Q.QUADRANT_3: registers("0.10"),
    Q.QUADRANT_4: registers("10.10"), Q.FORWARD_ACTIVE_DEMAND: DEMANDS, Q.REVERSE_ACTIVE_DEMAND: DEMANDS,
    Q.REACTIVE_1_DEMAND: DEMANDS, Q.REACTIVE_2_DEMAND: DEMANDS, Q.VOLTAGE: registers("221.3"),
    Q.CURRENT: registers("1.234", "", "", "0.010"), Q.ACTIVE_POWER: registers("0.2703", "0.2703"),
    Q.REACTIVE_POWER: registers("-0.0100"), Q.APPARENT_POWER: registers("0.2731"),
    Q.POWER_FACTOR: registers("0.990", "-0.990"), Q.CLOCK: datetime(2026, 11, 20, 11, 42, 30),
    Q.STATUS: (0x0010, None, 3, 0, 0, 0, 0), Q.BATTERY: 1234,
    Q.PROGRAMMINGS: Count(3, datetime(2026, 10, 1, 8, 0, 5)),
    Q.METER_CLEARS: Count(0, None), Q.DEMAND_CLEARS: Count(1, datetime(2026, 11, 1)),
    Q.EVENT_CLEARS: Count(None, None),
    Q.CLOCK_SETTINGS: Count(12, datetime(2026, 11, 19, 1, 30, 9)),
    Q.PERIOD_CHANGES: Count(2, datetime(2026, 1, 1)),
    Q.TAIL_COVERS: Count(1, datetime(2026, 6, 1, 9, 30)),
    Q.RELAY: Relay(True, datetime(2026, 5, 5, 10, 0, 30), datetime(2026, 5, 4, 9, 0)),
    Q.PREPAYMENT: PREPAID, Q.SETTLEMENT: Settled(registers("600.00", "1.00"), registers("45.00", "2.00")),
    Q.PHASE_LOSSES: (PhaseLoss(2, 30, datetime(2026, 2, 2, 3, 4), datetime(2026, 2, 2, 3, 34)),) * 4,
}  # fmt: skip


@pytest.fixture
def terminal() -> Concentrator:
    """It knows everything that a meter can say."""
    terminal = concentrator()
    keep_now(terminal, EVERYTHING)
    return terminal


def newer() -> Concentrator:
    """A terminal of the 2012/13 edition that knows the same."""
    identity = replace(Identity(), protocol_name="1376.1-2013")
    made = Concentrator(ManualClock(NOON), Ledger(Shelf()), Store(None).readings, identity, boot=0.0)
    made.power_up()
    keep_now(made, EVERYTHING)
    return made


PRESENT_2009 = (25, 26, 27, 28, *range(33, 37), *range(129, 137), *range(145, 149), 161, 165, 166, 167, 168)


def test_everything_known_of_a_meter_is_answered_without_asking_it(terminal: Concentrator):
    """M38, M47, M55 to M63: one question for all present values; none of it exists for another point."""
    assert sorted(now(terminal, *PRESENT_2009)) == sorted(PRESENT_2009)
    assert now(terminal, *PRESENT_2009, pn=6) == {}
    assert now(terminal, *PRESENT_2009, pn=0) == {}


def test_readings_keep_the_digits_of_the_meter(terminal: Concentrator):
    """M39: 645.00 kWh travels as 000645.0000; total and tariffs in order; a gap is EEH."""
    unit = now(terminal, 129)[129]
    assert (unit.time, unit.tariffs, unit.readings) == (READ_MINUTE, 4, FORWARD)
    assert (
        unit.encode().hex()
        == "4211201126" + "04" + "0000450600" + "0034120000" + "0000000600" + "ee" * 5 + "0066320000"
    )


def test_what_a_format_cannot_carry(terminal: Concentrator):
    """Consistency rule: finer digits are left away and never rounded up; what is too large is no value."""
    keep_now(terminal, {Q.REACTIVE_1: registers("40.109", "40.100", "1000000.00")})
    assert now(terminal, 130)[130].readings == (Decimal("40.10"), Decimal("40.10"), None)


def test_grouped_readings_leave_gaps_where_a_quantity_is_missing(terminal: Concentrator):
    """F33: tariffs of the longest register; shorter ones are filled with EEH."""
    unit = now(terminal, 33)[33]
    assert unit.active == FORWARD
    assert unit.reactive == registers("40.10", "", "", "", "")
    assert unit.quadrant_4 == registers("10.10", "", "", "", "")
    bare = concentrator()
    keep_now(bare, {Q.FORWARD_ACTIVE: FORWARD})
    assert now(bare, 33, 34)[33].quadrant_1 == (None,) * 5
    assert 34 not in now(bare, 33, 34)


def test_demands_single_and_grouped(terminal: Concentrator):
    """M56: maximum demand with its time; F35 groups what F145 interleaves."""
    at = MonthDayTime(11, 3, 18, 15)
    assert now(terminal, 145)[145].demands == (DemandAt(Decimal("1.2345"), at), DemandAt(None, None))
    grouped = now(terminal, 35)[35]
    assert (grouped.active, grouped.active_times) == ((Decimal("1.2345"), None), (at, None))
    assert (grouped.reactive, grouped.reactive_times) == ((Decimal("1.2345"), None), (at, None))


def test_phase_values(terminal: Concentrator):
    """M57: voltage and current; power factor in percent; what a single-phase meter has not is EEH."""
    unit = now(terminal, 25)[25]
    assert (unit.u_a, unit.u_b, unit.i_a, unit.i_0) == (
        Decimal("221.3"),
        None,
        Decimal("1.234"),
        Decimal("0.010"),
    )
    assert (unit.p, unit.p_a, unit.p_b, unit.q) == (
        Decimal("0.2703"),
        Decimal("0.2703"),
        None,
        Decimal("-0.0100"),
    )
    assert (unit.pf, unit.pf_a, unit.s) == (Decimal("99.0"), Decimal("-99.0"), Decimal("0.2731"))


def test_clock_and_operations(terminal: Concentrator):
    """M58, M62: meter clock, battery, counts with their last times."""
    unit = now(terminal, 27)[27]
    assert (unit.clock, unit.battery) == (datetime(2026, 11, 20, 11, 42, 30), 1234)
    assert (unit.programmed, unit.programmed_at) == (3, datetime(2026, 10, 1, 8, 0, 5))
    assert (unit.cleared, unit.cleared_at, unit.events_cleared) == (0, None, None)


def test_status_words_show_what_changed_since_they_were_last_told(terminal: Concentrator):
    """M59: change flags, cleared by reading; an unread word is EEH."""
    first = now(terminal, 28)[28]
    assert first.words[:3] == (b"\x10\x00", b"\xee\xee", b"\x03\x00")
    assert first.changed == (b"\0\0",) * 7
    keep_now(terminal, {Q.STATUS: (0x0010, None, 0x13, 0, 0, 0, 0)})
    assert now(terminal, 28)[28].changed[2] == b"\x10\x00"
    assert now(terminal, 28)[28].changed == (b"\0\0",) * 7


def test_relay_counts_and_money(terminal: Concentrator):
    """M60 to M63: state of the relay, operations, prepayment, settlement."""
    units = now(terminal, 161, 165, 166, 167, 168)
    assert (units[161].state, units[161].closed_at) == (0x11, datetime(2026, 5, 5, 10, 0))
    assert (units[165].programmings, units[165].tail_cover_at) == (3, datetime(2026, 6, 1, 9, 30))
    assert (units[166].clock_changes, units[166].period_changes) == (12, 2)
    assert (units[167].purchases, units[167].money_left, units[167].fault) == (
        7,
        Decimal("123.45"),
        Decimal("0.00"),
    )
    assert (units[168].tariffs, units[168].settled) == (1, registers("600.00", "1.00"))
    keep_now(terminal, {Q.RELAY: Relay(None, None, None)})
    assert now(terminal, 161)[161].state == 0xEE


def test_phase_losses(terminal: Concentrator):
    """F26: all, A, B, C."""
    unit = now(terminal, 26)[26]
    assert (unit.counts, unit.minutes) == ((2,) * 4, (30,) * 4)
    assert unit.starts == (MonthDayTime(2, 2, 3, 4),) * 4


def test_the_newer_edition_has_layouts_of_its_own(terminal: Concentrator):
    """2012/13: F161 with seconds, F162, F165 and F166 longer; the older edition has no F162."""
    assert now(terminal, 162) == {}
    units = now(newer(), 26, 161, 162, 165, 166)
    assert units[161].closed_at == datetime(2026, 5, 5, 10, 0, 30)
    assert (units[162].terminal, units[162].meter) == (READ_AT, EVERYTHING[Q.CLOCK])
    assert len(units[165].encode()) == 23
    assert (units[166].clock_before, units[166].clock_after) == (None, datetime(2026, 11, 19, 1, 30, 9))
    assert len(units[26].encode()) == 61


def test_the_last_month_comes_from_its_freeze():
    """F37 to F40, F137 to F152: the freeze dated by the month that ended."""
    terminal = concentrator()
    asked = (*range(37, 41), *range(137, 145), *range(149, 153))
    assert now(terminal, *asked) == {}
    keep(terminal, Kind.MONTH, date(2026, 9, 1), EVERYTHING)
    assert now(terminal, *asked) == {}
    keep(terminal, Kind.MONTH, date(2026, 10, 1), EVERYTHING)
    units = now(terminal, *asked)
    assert sorted(units) == sorted(asked)
    assert units[137].readings == FORWARD


def test_energy_of_today_and_of_this_month_is_the_present_less_the_freeze():
    """F41 to F48: what passed since midnight and since the first, exact."""
    terminal = concentrator()
    keep_now(terminal, {Q.FORWARD_ACTIVE: registers("645.00", "45.50")})
    keep(terminal, Kind.DAY, TODAY - timedelta(days=1), {Q.FORWARD_ACTIVE: registers("640.25", "45.50")})
    assert now(terminal, 41, 42, 45)[41].energies == registers("4.75", "0.00")
    assert sorted(now(terminal, 41, 42, 45)) == [41]
    keep(terminal, Kind.DAY, date(2026, 10, 31), {Q.FORWARD_ACTIVE: registers("500.00", "50.00")})
    assert now(terminal, 45)[45].energies == (Decimal("145.00"), None)
    keep(terminal, Kind.MONTH, date(2026, 10, 1), {Q.FORWARD_ACTIVE: registers("500.01")})
    assert now(terminal, 45)[45].energies == registers("144.99")


def test_no_energy_of_today_from_a_reading_of_yesterday():
    """A present value that is older than the day says nothing about it."""
    terminal = concentrator()
    keep_now(terminal, {Q.FORWARD_ACTIVE: registers("645.00")}, read_at=NOON - timedelta(days=1))
    keep(terminal, Kind.DAY, TODAY - timedelta(days=1), {Q.FORWARD_ACTIVE: registers("640.25")})
    assert now(terminal, 41) == {}


def test_the_last_hour_is_as_dense_as_its_points():
    """F81 to F121: Td_h names the last complete hour; 15-minute points end at the full hour."""
    terminal = concentrator()
    start = NOON - timedelta(minutes=60)
    volts = [registers(f"22{number}.0") for number in range(5)]
    keep_curve(terminal, Q.VOLTAGE, start, 15, *volts)
    unit = now(terminal, 97)[97]
    assert (unit.hour, unit.density) == (11, 1)
    assert unit.values == registers("221.0", "222.0", "223.0", "224.0")
    assert now(terminal, 98) == {}


def test_the_last_hour_from_the_hour_freeze():
    """M86: without curves the hourly reading answers, one point; energy is the difference."""
    terminal = concentrator()
    for stamp, value in ((NOON - timedelta(hours=1), "100.00"), (NOON, "101.25")):
        keep(terminal, Kind.HOUR, stamp, {Q.FORWARD_ACTIVE: registers(value)})
    units = now(terminal, 105, 109)
    assert (units[109].hour, units[109].density, units[109].values) == (11, 3, registers("101.25"))
    assert units[105].values == registers("1.25")


def test_a_terminal_without_valid_clock_knows_no_today(terminal: Concentrator):
    """Present values are still told, periods are not."""
    keep(terminal, Kind.MONTH, date(2026, 10, 1), EVERYTHING)
    terminal.ledger.note("clock.lost", "1")
    assert sorted(now(terminal, 41, 97, 129, 137)) == [129]


def test_a_deleted_point_still_answers(terminal: Concentrator):
    """Z6: the history of the last meter at a point that is not archived any more."""
    assert now(terminal, 129)[129].readings == FORWARD
    other = METER._replace(address="000000000099")
    keep(terminal, Kind.DAY, TODAY, {Q.FORWARD_ACTIVE: FORWARD}, history=other)
    assert now(terminal, 129) == {}


def test_traffic_of_today_and_this_month():
    """M53, M66: a new day starts from 0, the month goes on; both survive a restart."""
    clock, shelf, readings = ManualClock(NOON), Shelf(), Store(None).readings
    terminal = concentrator(clock, shelf, readings)
    terminal.statistics.add(TRAFFIC, 100)
    clock.advance(86400)
    terminal.statistics.add(TRAFFIC, 20)
    terminal = concentrator(clock, shelf, readings)
    assert now(terminal, 10, pn=0)[10] == Traffic(20, 120)
    clock.advance(10 * 86400)
    assert now(terminal, 10, pn=0)[10] == Traffic(0, 0)
