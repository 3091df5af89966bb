"""The clock and the reading of meters (device behaviour 6.7)."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.gdw376.units.afn04 import ReadingControl
from core.terminal.acquisition.tasks import Purpose
from core.terminal.readings import Kind
from core.terminal.rtc import Rtc
from core.wire.times import DayTime
from tests.core.terminal.acquisition.scripted import World
from tests.core.terminal.acquisition.test_passes import EVE, at, of
from tests.core.terminal.acquisition.test_supplement import days


def ready(hour: int = 14) -> World:
    """A terminal on the afternoon of the 21st, everything read."""
    world = World(EVE)
    world.meters(1, 2)
    world.run(at(hour))
    return world


def broadcasts(world: World) -> list[str]:
    return [line[:8] for line in world.log if "BroadcastTime" in line]


def test_a_jump_over_midnight_executes_the_day_ends():
    """Forward by two days: the newest day end is read by a pass, the older ones by the supplement."""
    world = ready()
    world.rtc.set(datetime(2026, 11, 23, 10))
    world.run(world.clock.now() + timedelta(minutes=30))
    assert sorted(days(world, 1)) == ["18", "19", "20", "21", "22"]
    first = next(line for line in of(world, Purpose.DAY) if line.startswith("23"))
    assert first.endswith("11-22 [day pass]")
    assert "21" in days(world, 2)


def test_a_long_jump_asks_for_three_days_only():
    """6.4 rule 1 holds for jumps too."""
    world = ready()
    world.rtc.set(datetime(2026, 12, 20, 10))
    world.run(world.clock.now() + timedelta(minutes=30))
    stamps = {r.stamp for r in world.readings.of(1, Kind.DAY) if r.stamp.month == 12}
    assert stamps == {datetime(2026, 12, day) for day in (17, 18, 19)}


def test_a_jump_backward_freezes_nothing_twice():
    """Back by a day and on: what is stored stays and is not asked again when its time comes again."""
    world = ready()
    kept = dict(world.readings.kept)
    asked = len(world.asked)
    world.rtc.set(at(14, day=20))
    world.run(world.clock.now() + timedelta(hours=8))
    again = {ask.wanted.when for _, ask in world.asked[asked:] if "11-20" in str(ask.wanted)}
    assert not any("DayEnd" in str(when) for when in again)
    assert {key: world.readings.kept[key] for key in kept if key[1] is Kind.DAY} == {
        key: reading for key, reading in kept.items() if key[1] is Kind.DAY
    }
    world.run(world.clock.now() + timedelta(hours=18))
    assert world.read(1).count("forward-active 11-20") == 1
    assert "21" not in days(world, 1)
    world.run(world.clock.now() + timedelta(hours=24))
    assert "21" in days(world, 1)


def test_a_jump_backward_keeps_what_is_dated_in_the_future_flagged():
    """6.7: such records stay; whoever shows them can tell by the terminal's time."""
    world = ready()
    world.rtc.set(at(14, day=19))
    assert "20" in days(world, 1)
    meter = world.acquisition.meter_state(1)
    assert meter and meter.ahead
    world.rtc.set(at(14, day=22))
    meter = world.acquisition.meter_state(1)
    assert meter and not meter.ahead


def test_an_invalid_clock_stops_reading_until_it_is_set():
    """Empty cell: no pass, no broadcast; a person still reads present values; a set starts all again."""
    world = ready()
    world.rtc.mark()
    world.boot()
    world.rtc.power_up(1.5)
    asked = len(world.asked)
    world.run(world.clock.now() + timedelta(hours=30))
    assert len(world.asked) == asked
    assert len(broadcasts(world)) == 1
    world.acquisition.read_now(1, [1])
    world.run(world.clock.now() + timedelta(minutes=1))
    assert world.read(1)[-2:] == ["clock", "status"]
    assert world.acquisition.missing(1) == ()
    world.rtc.set(datetime(2026, 11, 24, 9))
    world.run(world.clock.now() + timedelta(minutes=10))
    assert "23" in days(world, 1)


def test_a_set_is_noticed_by_a_sleeping_worker():
    """M90: a worker may sleep long; the look of every minute wakes it after a set."""
    world = ready()
    woken: list[int] = []
    world.acquisition.on_order = woken.append
    now = world.clock.monotonic()
    assert world.acquisition.due(1, now) > 0
    world.acquisition.look()
    assert 1 not in woken
    world.rtc.set(datetime(2026, 11, 22, 14))
    world.acquisition.look()
    assert 1 in woken
    assert world.acquisition.due(1, now) == 0


def test_other_parameters_wake_a_sleeping_worker():
    """6.1: a meter added at noon is not forgotten until the next pass of the calendar."""
    world = ready()
    woken: list[int] = []
    world.acquisition.on_order = woken.append
    world.acquisition.due(1, world.clock.monotonic())
    world.stop(1)
    world.acquisition.look()
    assert 1 in woken


def test_a_step_of_the_place_is_noticed_too():
    """A computer whose time was corrected: the next idle question finds it."""

    class Stepping:
        def __init__(self, world: World) -> None:
            self.inner, self.step = world.clock, timedelta(0)

        def now(self) -> datetime:
            return self.inner.now() + self.step

        def monotonic(self) -> float:
            return self.inner.monotonic()

    world = World(EVE)
    place = Stepping(world)
    world.rtc = Rtc(place, world.ledger)
    world.acquisition = type(world.acquisition)(
        place, world.rtc, world.parameters, world.archive, world.readings, world.ledger, world.told
    )
    world.meters(1)
    world.run(at(14))
    place.step = timedelta(days=1)
    world.run(at(14, 5))
    assert "21" in days(world, 1)


def test_the_time_is_broadcast_once_a_day_at_its_time():
    """M94: default 01:30, every day, every port by itself."""
    world = World(EVE)
    world.meters(1)
    world.meters(2, port=2)
    world.set_port(replace(world.port(2), clock_at=DayTime(0, 4, 0)))
    world.run(at(12, day=22), ports=(1, 2))
    assert broadcasts(world) == ["21 01:30", "21 04:00", "22 01:30", "22 04:00"]


def test_the_time_is_broadcast_on_the_day_of_the_month_that_is_set():
    """A.18 with a day: once a month."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), clock_at=DayTime(23, 12, 0)))
    world.run(at(12, 0, day=25))
    assert broadcasts(world) == ["23 12:00"]


def test_the_time_is_never_broadcast_around_midnight():
    """6.7: not from 23:50 to 00:10; a time in between is served at 00:10."""
    world = World(at(20))
    world.meters(1)
    world.set_port(replace(world.port(), clock_at=DayTime(0, 23, 55)))
    world.run(at(12, 0, day=23))
    assert broadcasts(world) == ["22 00:10", "23 00:10"]


def test_the_broadcast_can_be_switched_off():
    """F33 D3 per port, 05 F30 of 2012 for all."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), control=ReadingControl(False, False, False, False, False, True)))
    world.run(at(12))
    assert broadcasts(world) == []
    other = World(EVE)
    other.meters(1)
    other.acquisition.allow_meter_clocks(False)
    other.run(at(12))
    assert broadcasts(other) == []
    other.acquisition.release()
    other.run(at(12, day=22))
    assert broadcasts(other) == ["22 01:30"]


def test_the_broadcast_is_not_repeated_after_a_restart_or_a_jump_back():
    """645-2007 meters obey once a day; so does the terminal."""
    world = World(EVE)
    world.meters(1)
    world.run(at(1, 31))
    world.boot()
    world.run(at(1, 40))
    world.rtc.set(at(1, 20))
    world.run(at(2, 30))
    assert broadcasts(world) == ["21 01:30"]


def test_a_broadcast_missed_by_more_than_an_hour_waits_for_the_next_day():
    """A terminal that was off at 01:30 makes up for it until 02:30 only."""
    world = World(at(3))
    world.meters(1)
    world.run(at(12))
    assert broadcasts(world) == []


def test_calibration_error_and_drift_bounds():
    """M91, M92, M93: set exactly; at 11.5 ppm less than a second a day, over an outage too."""
    world = World(EVE)
    world.rtc.power_up(3.6)
    world.rtc.set(at(10))
    assert abs((world.rtc.reading() - at(10)).total_seconds()) < 5
    world.rtc.drift(11.5)
    world.rtc.mark()
    world.boot()
    world.clock.advance(86400)
    world.rtc.power_up(3.6)
    assert abs((world.rtc.reading() - at(10, day=22)).total_seconds()) < 1
