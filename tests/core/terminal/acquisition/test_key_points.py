"""Hours and curves of key points (device behaviour 6.2, 6.5)."""

from datetime import datetime, timedelta

from core.meters.driver import Outcome
from core.quantities import HourEnd, Quantity, Value
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.readings import Kind, Source
from tests.core.terminal.acquisition.scripted import World, well
from tests.core.terminal.acquisition.test_passes import EVE, at, of
from tests.core.terminal.acquisition.test_retry import silent
from tests.core.terminal.acquisition.test_supplement import missing, without_freezes


def test_the_hour_freezes_of_a_day():
    """M86: hh:00 of every hour, energy only, key points only; midnight's comes at 00:05."""
    world = World(EVE)
    world.meters(1, 2)
    world.keys(1)
    world.run(at(0, 30, day=22))
    hours = world.readings.of(1, Kind.HOUR)
    assert [r.stamp for r in hours] == [at(0) + timedelta(hours=n) for n in range(25)]
    assert {(r.quantity, r.source) for r in hours} == {(Quantity.FORWARD_ACTIVE, Source.FREEZE)}
    assert world.readings.of(2, Kind.HOUR) == []


def test_hours_missed_are_supplemented_the_same_day():
    """6.4 rule 1: today's hours stand in the missing list; yesterday's do not."""
    world = World(EVE)
    world.meters(1)
    world.keys(1)
    world.scripts[1] = silent
    world.run(at(4, 30))
    assert [line for line in missing(world) if "T0" in line] == [
        f"P1 forward-active 21T{hour:02d}" for hour in (4, 3, 2, 1, 0)
    ]
    world.scripts.clear()
    world.run(at(5, 30))
    assert len(world.readings.of(1, Kind.HOUR)) == 6
    world.scripts[1] = silent
    world.run(at(1, 30, day=22))
    assert [line for line in missing(world) if "T" in line] == [
        "P1 forward-active 22T01", "P1 forward-active 22T00",
    ]  # fmt: skip


def test_a_meter_without_hour_freezes_gives_its_present_value():
    """Within ten minutes, marked as substituted."""
    world = World(at(9, 30))
    world.meters(1, protocol=1)
    world.keys(1)
    world.script = without_freezes
    world.run(at(11, 30))
    kept = [(r.stamp, r.source) for r in world.readings.of(1, Kind.HOUR)]
    assert kept == [(at(10), Source.SUBSTITUTE), (at(11), Source.SUBSTITUTE)]


def test_curves_by_the_period_of_the_class():
    """M72, M73: voltage, current and both energies; every 60 min, 15 min for a public transformer."""
    world = World(at(9, 50))
    world.meters(1, major=3)
    world.meters(2, major=5)
    world.meters(3, major=4)
    world.keys(1, 2, 3)
    world.run(at(11, 5))
    stamps = {
        point: sorted({r.stamp.strftime("%H:%M") for r in world.readings.of(point, Kind.CURVE)})
        for point in (1, 2, 3)
    }
    quarters = ["10:00", "10:15", "10:30", "10:45", "11:00"]
    assert stamps == {1: ["10:00", "11:00"], 2: quarters, 3: []}
    assert {r.quantity for r in world.readings.of(1, Kind.CURVE)} == {
        Quantity.VOLTAGE, Quantity.CURRENT, Quantity.FORWARD_ACTIVE, Quantity.REVERSE_ACTIVE,
    }  # fmt: skip


def test_a_curve_point_is_no_more_than_ten_minutes_late():
    """A value read later would lie about its moment; the point stays empty."""
    world = World(at(9, 50))
    world.meters(*range(1, 21), major=5)
    world.keys(*range(1, 21))

    def slow(ask: Ask, now: datetime) -> Outcome | Value:
        world.clock.advance(20)
        return well(ask, now)

    world.script = slow
    world.run(at(11))
    kept = [r for point in range(1, 21) for r in world.readings.of(point, Kind.CURVE)]
    assert kept
    assert max(r.read_at - r.stamp for r in kept) < timedelta(minutes=10)


def test_key_points_are_served_before_a_whole_port_is_read_again():
    """6.1 rule 4: an order for the port is a pass like another."""
    world = World(at(9, 59).replace(second=55))
    world.meters(*range(1, 60))
    world.keys(9)
    world.acquisition.read_now(1)
    world.run(at(10, 0).replace(second=50))
    at_ten = [ask.purpose for when, ask in world.asked if when >= at(10).replace(second=30)]
    assert at_ten[0] is Purpose.HOUR or at_ten[1] is Purpose.HOUR
    assert isinstance(next(a for _, a in world.asked if a.purpose is Purpose.HOUR).wanted.when, HourEnd)
    assert of(world, Purpose.READ_AGAIN)
