from core.clock import ManualClock
from tests.core.concentrators import NOON, Shelf, concentrator


def test_days_and_months_count_apart_and_survive():
    """M53: a new day starts from 0, the month goes on; both survive a restart."""
    clock, shelf = ManualClock(NOON), Shelf()
    terminal = concentrator(clock, shelf)
    terminal.traffic.count(100)
    clock.advance(86400)
    terminal.traffic.count(20)
    terminal = concentrator(clock, shelf)
    assert (terminal.traffic.today, terminal.traffic.month) == (20, 120)
    clock.advance(10 * 86400)
    assert (terminal.traffic.today, terminal.traffic.month) == (0, 0)
