"""Whatever meters answer: no wanted day is lost or stored twice, no stopped or deleted point is asked."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from core.gdw376.units.afn04 import MeterArchive
from core.meters.driver import Outcome
from core.quantities import Value
from core.terminal.acquisition.tasks import Ask
from core.terminal.readings import Kind, Source
from tests.core.meter_records import gone
from tests.core.terminal.acquisition.scripted import Script, World, well
from tests.core.terminal.acquisition.test_passes import EVE, at

FAILURES = (Outcome.SILENT, Outcome.BROKEN)


def noisy(random: Random, share: float) -> Script:
    """Meters that fail so often."""

    def script(ask: Ask, now: datetime) -> Outcome | Value:
        return random.choice(FAILURES) if random.random() < share else well(ask, now)

    return script


@pytest.mark.parametrize("seed", range(12))
def test_no_wanted_day_is_lost_or_stored_twice(seed: int):
    """Noise, restarts and pauses for five days, then one quiet day: all that may be asked is there, once."""
    random = Random(seed)
    world = World(EVE)
    world.meters(*range(1, 9), major=random.choice((3, 4)))
    world.keys(*random.sample(range(1, 9), 2))
    world.script = noisy(random, random.uniform(0.1, 0.7))
    for _ in range(40):
        world.run(world.clock.now() + timedelta(hours=random.uniform(0.1, 6)))
        match random.randrange(5):
            case 0:
                world.boot()
            case 1:
                world.acquisition.pause(1)
                world.run(world.clock.now() + timedelta(minutes=random.randrange(90)))
                world.acquisition.resume(1)
            case 2:
                world.acquisition.read_now(1, random.choice((None, [1, 2])))
            case _:
                pass
    world.script = well
    world.acquisition.resume(1)
    last = world.clock.now().date() + timedelta(days=1)
    world.run(datetime.combine(last, at(6).time()))
    for point in range(1, 9):
        stamps = {r.stamp.date() for r in world.readings.of(point, Kind.DAY)}
        assert {last - timedelta(days=back) for back in (1, 2, 3)} <= stamps
    assert world.acquisition.missing(1) == ()
    stored = Counter(
        (history, r.stamp, r.quantity)
        for history, readings in world.readings.log
        for r in readings
        if r.kind is Kind.DAY and r.source is Source.FREEZE
    )
    ordered = {key for key, count in stored.items() if count > 1}
    asked_by_order = {
        (ask.meter.point, ask.wanted.quantity) for _, ask in world.asked if not ask.purpose.automatic
    }
    assert {(history.point, quantity) for history, _, quantity in ordered} <= asked_by_order


@pytest.mark.parametrize("seed", range(8))
def test_a_stopped_or_deleted_point_is_never_asked(seed: int):
    """Changes at any moment, also with a question under way: from the next question on they hold."""
    random = Random(seed)
    world = World(EVE)
    world.meters(*range(1, 11), major=3)
    world.keys(1, 2)
    world.script = noisy(random, 0.3)
    allowed = set(range(1, 11))
    for _ in range(25):
        world.run(world.clock.now() + timedelta(minutes=random.uniform(0, 90)))
        point = random.randrange(1, 11)
        if point in allowed and random.random() < 0.6:
            allowed.discard(point)
            if random.random() < 0.5:
                world.parameters.write([MeterArchive((gone(point),))])
            else:
                world.stop(point)
        elif point not in allowed:
            allowed.add(point)
            world.meters(point, major=3)
            world.stop(point, stopped=False)
        before = len(world.asked)
        world.run(world.clock.now() + timedelta(minutes=10))
        assert {ask.meter.point for _, ask in world.asked[before:]} <= allowed
