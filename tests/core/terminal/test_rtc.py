from datetime import datetime, timedelta

import pytest

from core.clock import ManualClock
from core.terminal.ledger import Ledger
from core.terminal.rtc import Rtc
from tests.core.concentrators import NOON, Shelf

OTHER = datetime(2026, 12, 31, 23, 59, 50)


def started(clock: ManualClock, shelf: Shelf, cell: float = 3.6) -> Rtc:
    rtc = Rtc(clock, Ledger(shelf))
    rtc.power_up(cell)
    return rtc


def test_a_new_terminal_shows_the_time_of_the_place():
    """Factory state: clock running (part 10)."""
    assert started(ManualClock(NOON), Shelf()).now() == NOON


def test_a_set_clock_runs_on_through_an_outage():
    """The offset survives the restart; the time in between counts (M93)."""
    clock, shelf = ManualClock(NOON), Shelf()
    rtc = started(clock, shelf)
    rtc.set(OTHER)
    assert rtc.last_set == (OTHER, (OTHER - NOON).total_seconds())
    rtc.mark()
    clock.advance(20)
    assert started(clock, shelf).now() == OTHER + timedelta(seconds=20)


def test_drift_counts_from_the_last_set():
    """11.5 ppm is one second a day (M92); setting does not stop it."""
    clock, shelf = ManualClock(NOON), Shelf()
    rtc = started(clock, shelf)
    rtc.drift(11.574)
    clock.advance(86400)
    assert rtc.offset.total_seconds() == pytest.approx(1.0, abs=1e-3)
    rtc.set(OTHER)
    clock.advance(86400)
    assert (rtc.reading() - OTHER).total_seconds() == pytest.approx(86401.0, abs=1e-3)


def test_an_empty_cell_loses_the_time_until_it_is_set():
    """Below 2.0 V an outage leaves 2000-01-01 and an invalid clock (2.1, 6.7)."""
    clock, shelf = ManualClock(NOON), Shelf()
    started(clock, shelf)
    rtc = started(clock, shelf, cell=1.9)
    clock.advance(9)
    assert not rtc.valid
    assert rtc.now() is None
    assert rtc.reading() == datetime(2000, 1, 1, 0, 0, 9)
    clock.advance(3 * 86400)
    assert not rtc.valid
    rtc.set(OTHER)
    assert rtc.now() == OTHER


def test_a_place_whose_time_steps_back_does_not_turn_the_clock_back():
    """After fast simulated time the next start goes on where the clock stood."""
    clock, shelf = ManualClock(NOON), Shelf()
    rtc = started(clock, shelf)
    clock.advance(1_000_000)
    rtc.mark()
    assert started(ManualClock(NOON), shelf).now() == NOON + timedelta(seconds=1_000_000)


@pytest.mark.parametrize("moment", [datetime(2000, 1, 1, 12), datetime(1999, 5, 5), datetime(2100, 1, 1)])
def test_times_the_format_or_the_clock_cannot_hold_are_refused(moment: datetime):
    """The year YY is 20YY, and 2000-01-01 stands for a lost clock."""
    with pytest.raises(ValueError, match="outside"):
        started(ManualClock(NOON), Shelf()).set(moment)
