from datetime import date, datetime, timedelta

import pytest

from core.clock import ManualClock
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.readings import Kind
from core.terminal.self_check import Equipment
from core.terminal.statistics import OVER, OVER_UPPER, RESETS, SUPPLY, TRAFFIC, UNDER, UNDER_LOWER, WITHIN
from tests.core.concentrators import Shelf, concentrator

EVENING = datetime(2026, 11, 30, 23, 50)
LAST, FIRST = date(2026, 11, 30), date(2026, 12, 1)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(EVENING)


def run(terminal: Concentrator, clock: ManualClock, minutes: int, volts: int = 221, step: int = 60) -> None:
    for _ in range(minutes * 60 // step):
        clock.advance(step)
        terminal.keep_time(volts)


def test_a_day_closes_at_midnight_of_the_terminals_clock(clock: ManualClock):
    """Z1, M66, M79: seconds before and after 00:00:00 go where they belong, whenever the sample comes."""
    terminal = concentrator(clock)
    clock.advance(35)
    run(terminal, clock, 20)
    value = terminal.statistics.value
    assert (value(Kind.DAY, LAST, SUPPLY), value(Kind.DAY, FIRST, SUPPLY)) == (600, 635)
    assert (value(Kind.MONTH, NOVEMBER, SUPPLY), value(Kind.MONTH, DECEMBER, SUPPLY)) == (600, 635)
    assert value(Kind.DAY, date(2026, 11, 29), SUPPLY) is None


def test_time_without_supply_does_not_count(clock: ManualClock):
    """M66, M79: what ran until the power went is counted, the outage is not."""
    terminal = concentrator(clock)
    run(terminal, clock, 2)
    clock.advance(30)
    terminal.power_down()
    clock.advance(180)
    terminal.power_up()
    run(terminal, clock, 1)
    assert terminal.statistics.present(Kind.DAY, SUPPLY) == 210
    assert terminal.statistics.present(Kind.MONTH, RESETS) == 1


def test_a_night_without_supply_leaves_the_day_before_closed(clock: ManualClock):
    """Z1: the day is closed by the first thing that is counted after it."""
    shelf, readings = Shelf(), Store(None).readings
    terminal = concentrator(clock, shelf, readings)
    terminal.statistics.add(TRAFFIC, 100)
    run(terminal, clock, 3)
    clock.advance(86400)
    terminal = concentrator(clock, shelf, readings)
    run(terminal, clock, 1)
    value = terminal.statistics.value
    assert (value(Kind.DAY, LAST, TRAFFIC), value(Kind.DAY, LAST, SUPPLY)) == (100, 180)
    assert (value(Kind.DAY, FIRST, TRAFFIC), value(Kind.DAY, FIRST, RESETS)) == (0, 1)


def test_a_clock_set_back_counts_nothing_twice(clock: ManualClock):
    """6.7, Q12: a date that comes again goes on with what it had."""
    terminal = concentrator(clock)
    run(terminal, clock, 20)
    terminal.rtc.set(EVENING)
    run(terminal, clock, 20)
    value = terminal.statistics.value
    assert value(Kind.DAY, LAST, SUPPLY) == 1200
    assert value(Kind.DAY, FIRST, SUPPLY) == 1200
    assert value(Kind.MONTH, NOVEMBER, SUPPLY) == 1200


def test_a_clock_set_forward_over_days_leaves_them_out(clock: ManualClock):
    """6.7: no supply time is made up for days that never were."""
    terminal = concentrator(clock)
    run(terminal, clock, 1)
    terminal.rtc.set(EVENING + timedelta(days=3))
    run(terminal, clock, 1)
    value = terminal.statistics.value
    assert value(Kind.DAY, LAST, SUPPLY) == 60
    assert value(Kind.DAY, date(2026, 12, 2), SUPPLY) is None
    assert value(Kind.DAY, date(2026, 12, 3), SUPPLY) == 60


@pytest.mark.parametrize(
    ("volts", "counted"),
    [
        (221, {WITHIN}),
        (242, {WITHIN}),
        (243, {OVER}),
        (265, {OVER, OVER_UPPER}),
        (197, {UNDER}),
        (175, {UNDER, UNDER_LOWER}),
    ],
)
def test_voltage_beyond_its_limits(clock: ManualClock, volts: int, counted: set[str]):
    """M76: seconds of phase A over and under the limits of part 10."""
    terminal = concentrator(clock)
    run(terminal, clock, 5, volts)
    present = terminal.statistics.present
    names = {OVER, OVER_UPPER, UNDER, UNDER_LOWER, WITHIN}
    assert {name: present(Kind.MONTH, name) for name in names} == {n: 300 * (n in counted) for n in names}


def test_an_invalid_clock_files_nothing(clock: ManualClock):
    """6.7: a date that the clock made up gets no slot."""
    shelf, readings = Shelf(), Store(None).readings
    terminal = concentrator(clock, shelf, readings)
    terminal.power_down()
    terminal.power_up(Equipment(cell=1.0))
    run(terminal, clock, 2)
    terminal.rtc.set(EVENING)
    run(terminal, clock, 2)
    assert readings.noted(Kind.DAY, datetime(2000, 1, 1), SUPPLY) is None
    assert terminal.statistics.value(Kind.DAY, LAST, SUPPLY) == 120
