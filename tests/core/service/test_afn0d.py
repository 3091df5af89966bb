from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.clock import ManualClock
from core.gdw376.frame import Direction
from core.gdw376.message import decode_items
from core.gdw376.units.afn04 import MeterArchive, PointBasics
from core.service.order import Order
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.initialise import Extent, initialise
from core.terminal.ledger import Ledger
from core.terminal.readings import Kind
from core.terminal.setting import Setting
from core.terminal.statistics import TRAFFIC
from core.wire.times import DayTime, Month
from tests.core.concentrators import NOON, Shelf, concentrator, served
from tests.core.meter_records import meter
from tests.core.service.stored import (
    METER,
    READ_MINUTE,
    keep,
    keep_curve,
    of_curve,
    of_day,
    of_month,
    registers,
)
from tests.core.service.test_afn0c import EVERYTHING, FORWARD, Q

YESTERDAY = date(2026, 11, 19)
OCTOBER = Month(2026, 10)
DAY_UNITS = (*range(1, 5), 32, *range(161, 169), *range(185, 189), 209)
READING_DAY_UNITS = (*range(9, 13), *range(169, 177), *range(189, 193))
MONTH_UNITS = (*range(17, 21), *range(177, 185), *range(193, 197), *range(213, 217))


@pytest.fixture
def terminal() -> Concentrator:
    return concentrator()


def newer() -> Concentrator:
    """A terminal of the 2012/13 edition."""
    identity = replace(Identity(), protocol_name="1376.1-2013")
    made = Concentrator(ManualClock(NOON), Ledger(Shelf()), Store(None).readings, identity, boot=0.0)
    made.power_up()
    return made


def test_a_frozen_day_is_answered_under_its_date(terminal: Concentrator):
    """M64, M67, M68, M84: everything of a day; nothing of the day beside it, or of another ring."""
    keep(terminal, Kind.DAY, YESTERDAY, EVERYTHING)
    units = of_day(terminal, YESTERDAY, *DAY_UNITS)
    assert sorted(units) == sorted(DAY_UNITS)
    assert (units[161].day, units[161].time, units[161].readings) == (YESTERDAY, READ_MINUTE, FORWARD)
    assert units[1].active == FORWARD
    assert of_day(terminal, date(2026, 11, 18), *DAY_UNITS) == {}
    assert of_day(terminal, YESTERDAY, *READING_DAY_UNITS) == {}


def test_a_reading_day_is_answered_under_its_date(terminal: Concentrator):
    """M69, M70, M71, M85: its own ring."""
    keep(terminal, Kind.READING_DAY, YESTERDAY, EVERYTHING)
    units = of_day(terminal, YESTERDAY, *READING_DAY_UNITS)
    assert sorted(units) == sorted(READING_DAY_UNITS)
    assert units[170].readings == registers("40.10")
    assert of_day(terminal, YESTERDAY, *DAY_UNITS) == {}


def test_a_month_is_answered_under_its_month(terminal: Concentrator):
    """M74, M77, M78: dated by the month that ended; operations, prepayment and settlement with it."""
    keep(terminal, Kind.MONTH, date(2026, 10, 1), EVERYTHING)
    units = of_month(terminal, OCTOBER, *MONTH_UNITS)
    assert sorted(units) == sorted(MONTH_UNITS)
    assert (units[177].month, units[177].readings) == (OCTOBER, FORWARD)
    assert (units[213].programmings, units[214].clock_changes) == (3, 12)
    assert (units[216].settled, units[216].fault) == (registers("600.00", "1.00"), Decimal("0.00"))
    assert of_month(terminal, Month(2026, 9), *MONTH_UNITS) == {}


def test_31_complete_days_and_12_months_are_always_there(terminal: Concentrator):
    """M65, M75, M84, Q12: after many days the last 31, and the 32nd, still answer; so do 12 months."""
    for number in range(60):
        keep(terminal, Kind.DAY, YESTERDAY - timedelta(days=59 - number), {Q.FORWARD_ACTIVE: FORWARD})
    answered = [bool(of_day(terminal, YESTERDAY - timedelta(days=number), 161)) for number in range(34)]
    assert answered == [True] * 32 + [False] * 2
    for number in range(20):
        keep(terminal, Kind.MONTH, date(2025 + number // 12, 1 + number % 12, 1), {Q.FORWARD_ACTIVE: FORWARD})
    months = [bool(of_month(terminal, Month(2025 + n // 12, 1 + n % 12), 177)) for n in range(20)]
    assert months == [False] * 8 + [True] * 12


def test_missing_parts_are_eeh_and_missing_units_are_left_out(terminal: Concentrator):
    """Z2, part B §1 rules 4 and 5: never zero, never the day before."""
    keep(terminal, Kind.DAY, date(2026, 11, 18), EVERYTHING)
    keep(terminal, Kind.DAY, YESTERDAY, {Q.FORWARD_ACTIVE: FORWARD})
    units = of_day(terminal, YESTERDAY, 1, 2, 161, 163)
    assert sorted(units) == [1, 161]
    assert units[1].quadrant_1 == (None,) * 5
    assert units[1].reactive == (None,) * 5


def test_energy_of_a_day_and_of_a_month_lies_between_two_freezes(terminal: Concentrator):
    """0D F5 to F8, F21 to F24: both ends must be there; a register that went back has no energy."""
    for day, value, back in ((18, "640.25", "9.00"), (19, "645.00", "1.00")):
        values = {Q.FORWARD_ACTIVE: registers(value, value), Q.REVERSE_ACTIVE: registers(back)}
        keep(terminal, Kind.DAY, date(2026, 11, day), values)
    units = of_day(terminal, YESTERDAY, 5, 6, 7)
    assert units[5].energies == registers("4.75", "4.75")
    assert units[7].energies == (None,)
    assert 6 not in units
    assert of_day(terminal, date(2026, 11, 18), 5) == {}
    for month, value in ((9, "1.00"), (10, "3.50")):
        keep(terminal, Kind.MONTH, date(2026, month, 1), {Q.FORWARD_ACTIVE: registers(value)})
    assert of_month(terminal, OCTOBER, 21)[21].energies == registers("2.50")


def test_the_newer_edition_has_layouts_of_its_own():
    """2012/13: F209 with seconds, F210, longer F213 and F214; none of that in a terminal of 2009."""
    terminal = newer()
    keep(terminal, Kind.DAY, YESTERDAY, EVERYTHING)
    keep(terminal, Kind.MONTH, date(2026, 10, 1), EVERYTHING)
    units = of_day(terminal, YESTERDAY, 209, 210) | of_month(terminal, OCTOBER, 213, 214)
    assert units[209].closed_at == datetime(2026, 5, 5, 10, 0, 30)
    assert units[210].purchases == 7
    assert units[214].clock_after == datetime(2026, 11, 19, 1, 30, 9)
    old = concentrator()
    keep(old, Kind.DAY, YESTERDAY, EVERYTHING)
    assert of_day(old, YESTERDAY, 210) == {}


REGISTERS = (
    Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2, Q.QUADRANT_1, Q.QUADRANT_2, Q.QUADRANT_3,
    Q.QUADRANT_4,
)  # fmt: skip
MORNING = datetime(2026, 11, 20, 8, 0)


def test_a_curve_starts_at_the_next_slot_and_ends_at_the_present(terminal: Concentrator):
    """Part B §3.1, M73: start moved up, n cut, holes EEH."""
    keep_curve(terminal, Q.VOLTAGE, MORNING, 60, registers("220.0"), registers("221.0"), registers("222.0"))
    unit = of_curve(terminal, MORNING - timedelta(minutes=59), 3, 10, 89)[89]
    assert (unit.start, unit.density, unit.count) == (MORNING, 3, 5)
    assert unit.values == registers("220.0", "221.0", "222.0", "", "")
    dense = of_curve(terminal, MORNING + timedelta(minutes=1), 1, 4, 89)[89]
    assert dense.start == MORNING + timedelta(minutes=15)
    assert dense.values == registers("", "", "", "221.0")


@pytest.mark.parametrize(
    ("start", "density", "count"),
    [
        (NOON + timedelta(minutes=1), 3, 5),
        (MORNING, 0, 5),
        (MORNING, 77, 5),
        (MORNING, 3, 0),
        (MORNING - timedelta(days=9), 3, 24),
        (None, 3, 24),
    ],
)
def test_a_curve_without_any_point_is_denied(
    terminal: Concentrator, start: datetime, density: int, count: int
):
    """The future, no freezing, unknown densities, no points, days without curve, no start."""
    keep_curve(terminal, Q.VOLTAGE, MORNING, 60, registers("220.0"))
    assert of_curve(terminal, start, density, count, 89) == {}


def test_every_curve_of_a_meter(terminal: Concentrator):
    """M72, M73: powers, voltages, currents, readings, energies, power factors, quadrants."""
    four = registers("1.0000", "0.5000", "0.3000", "0.2000")
    for number in range(3):
        values = {
            **dict.fromkeys((Q.ACTIVE_POWER, Q.REACTIVE_POWER), four), Q.POWER_FACTOR: registers("0.981") * 4,
            Q.VOLTAGE: registers("220.0", "221.0", "222.0"), Q.CURRENT: registers("1.0", "2.0", "3.0", "0.1"),
            **dict.fromkeys(REGISTERS, registers(f"{100 + number}.50")),
        }  # fmt: skip
        keep(terminal, Kind.CURVE, MORNING + timedelta(minutes=15 * number), values)
    asked = (*range(81, 96), *range(97, 109), *range(145, 149))
    units = of_curve(terminal, MORNING, 1, 3, *asked)
    assert sorted(units) == sorted(asked)
    assert units[83].values == registers("0.3000") * 3
    assert units[95].values == registers("0.100") * 3
    assert units[97].values == registers("", "1.00", "1.00")
    assert units[101].values == registers("100.50", "101.50", "102.50")
    assert units[105].values == registers("98.1") * 3


def test_hour_freezes_are_a_curve_of_readings(terminal: Concentrator):
    """M86: 254 hours of a point answer as a curve, ten days in one question."""
    for number in range(300):
        stamp = NOON - timedelta(hours=number)
        keep(terminal, Kind.HOUR, stamp, {Q.FORWARD_ACTIVE: registers(f"{1000 - number}.00")})
    unit = of_curve(terminal, NOON - timedelta(hours=254), 3, 255, 101)[101]
    assert unit.count == 255
    assert unit.values[0] is None
    assert unit.values[1:] == registers(*(f"{747 + n}.00" for n in range(254)))


def test_the_combined_curve_of_2012(terminal: Concentrator):
    """F219: several quantities side by side, no more points than a frame holds."""
    modern = newer()
    keep_curve(modern, Q.VOLTAGE, MORNING, 60, registers("220.0", "221.0", "222.0"))
    unit = of_curve(modern, MORNING - timedelta(hours=40), 3, 60, 219)[219]
    assert unit.count == 45
    assert (unit.values[40].u_b, unit.values[40].p, unit.values[0].u_a) == (Decimal("221.0"), None, None)
    assert of_curve(terminal, MORNING, 3, 1, 219) == {}


def test_one_question_for_several_points_and_functions(terminal: Concentrator):
    """Part B §1 rules 2 and 3: points outer, functions inner, each answer with its own Td and identifier."""
    other = METER._replace(point=7, address="000000000007")
    for history in (METER, other):
        keep(
            terminal,
            Kind.DAY,
            YESTERDAY,
            {Q.FORWARD_ACTIVE: FORWARD, Q.REVERSE_ACTIVE: FORWARD},
            history=history,
        )
    td = "191126"
    payload = bytes.fromhex("5001" + "0514" + td * 4)  # points 5 and 7, F161 and F163
    items = decode_items(0x0D, Direction.DOWN, payload)
    answer = served(terminal, Order(Channel.IR, 0x0D, items))
    assert [(item.pn, item.fn) for item in answer.items] == [(5, 161), (5, 163), (7, 161), (7, 163)]


def test_the_terminal_tells_its_own_days_and_months():
    """M66, M76, M79 to M81: supply, resets, traffic, voltage of p0; a day it does not know is denied."""
    clock = ManualClock(datetime(2026, 11, 19, 23, 0))
    terminal = concentrator(clock)
    terminal.reset()
    terminal.statistics.add(TRAFFIC, 4711)
    for volts in (*[221] * 59, 250, 197, *[221] * 119):
        clock.advance(60)
        terminal.keep_time(volts)
    units = of_day(terminal, YESTERDAY, 27, 49, 53, pn=0)
    assert (units[49].minutes, units[49].resets, units[53].traffic) == (60, 1, 4711)
    assert (units[27].minutes[0].over, units[27].minutes[0].within, units[27].minutes[1].within) == (1, 59, 0)
    month = of_month(terminal, Month(2026, 11), 35, 51, 54, pn=0)
    assert (month[51].minutes, month[51].resets, month[54].traffic) == (180, 1, 4711)
    assert (month[35].minutes[0].over, month[35].minutes[0].under) == (1, 1)
    highest, lowest = month[35].ranges[0].highest, month[35].ranges[0].lowest
    assert (highest.voltage, highest.time) == (Decimal("250.0"), DayTime(20, 0, 0))
    assert (lowest.voltage, lowest.time) == (Decimal("197.0"), DayTime(20, 0, 1))
    assert (month[35].means[0], month[35].ranges[1].highest.voltage) == (Decimal("221.0"), None)
    assert of_day(terminal, date(2026, 11, 18), 27, 49, 53, pn=0) == {}
    assert of_day(terminal, YESTERDAY, 49, pn=5) == {}


def test_voltage_statistics_of_2012_have_rates_without_value():
    """The scale of the rates is not known (part B §9): EEH."""
    terminal = newer()
    terminal.clock.advance(60)  # pyright: ignore[reportAttributeAccessIssue]  # a ManualClock
    terminal.keep_time(221)
    unit = of_month(terminal, Month(2026, 11), 35, pn=0)[35]
    assert unit.rates[0].passed == b"\xee\xee\xee"


def archive_meter(
    terminal: Concentrator, address: str, serial: int = 1, point: int = 5, protocol: int = 30
) -> None:
    """Put a meter into the archive, as AFN04 F10 does; point 0 deletes it."""
    record = replace(meter(serial, point, address=address), protocol=protocol)
    terminal.configure([Setting(MeterArchive((record,)))], msa=1)


def test_another_meter_at_a_point_does_not_answer_with_the_values_of_the_old(terminal: Concentrator):
    """Z5: another address or protocol begins anew; protocol 0 stops reading and changes nothing else."""
    keep(terminal, Kind.DAY, YESTERDAY, {Q.FORWARD_ACTIVE: FORWARD})
    archive_meter(terminal, METER.address)
    assert of_day(terminal, YESTERDAY, 161)[161].readings == FORWARD
    archive_meter(terminal, "000000000099")
    assert of_day(terminal, YESTERDAY, 161) == {}
    archive_meter(terminal, METER.address, protocol=1)
    assert of_day(terminal, YESTERDAY, 161) == {}
    archive_meter(terminal, METER.address, protocol=0)
    assert of_day(terminal, YESTERDAY, 161)[161].readings == FORWARD


def test_energies_know_the_transformers(terminal: Concentrator):
    """Part B §1 rule 9: readings are the meter's own, energies have CT and PT of AFN04 F25."""
    terminal.configure([Setting(replace(PointBasics.blank(), pt=1, ct=40), 5)], msa=1)
    for day, value in ((18, "640.25"), (19, "645.00")):
        keep(terminal, Kind.DAY, date(2026, 11, day), {Q.FORWARD_ACTIVE: registers(value)})
    units = of_day(terminal, YESTERDAY, 5, 161)
    assert units[5].energies == registers("190.00")
    assert units[161].readings == registers("645.00")


def test_the_values_of_a_deleted_point_stay_readable(terminal: Concentrator):
    """Z6: until data initialisation, which forgets them (M123)."""
    archive_meter(terminal, METER.address)
    keep(terminal, Kind.DAY, YESTERDAY, {Q.FORWARD_ACTIVE: FORWARD})
    archive_meter(terminal, METER.address, point=0)
    assert terminal.archive.at(5) is None
    assert of_day(terminal, YESTERDAY, 161)[161].readings == FORWARD
    initialise(terminal, Extent.DATA)
    assert of_day(terminal, YESTERDAY, 161) == {}


def test_all_valid_points_are_the_archived_ones(terminal: Concentrator):
    """Part B §1 rule 1: DA FF 00; points without values are left out."""
    for serial in (1, 2, 3):
        archive_meter(terminal, f"{serial:012d}", serial, point=serial + 4)
    for point in (5, 7, 9):
        history = METER._replace(point=point, address=f"{point - 4:012d}")
        keep(terminal, Kind.DAY, YESTERDAY, {Q.FORWARD_ACTIVE: FORWARD}, history=history)
    items = decode_items(0x0D, Direction.DOWN, bytes.fromhex("ff000114191126"))
    answer = served(terminal, Order(Channel.IR, 0x0D, items))
    assert [item.pn for item in answer.items] == [5, 7]
