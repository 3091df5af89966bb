"""Retry inside a pass (device behaviour 6.3) and what counts as failed."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.meters.driver import Outcome
from core.quantities import Now, Quantity, Value
from core.terminal.acquisition.tasks import Ask
from core.terminal.readings import Kind
from tests.core.terminal.acquisition.scripted import Script, World, well
from tests.core.terminal.acquisition.test_passes import EVE, at


def silent(ask: Ask, now: datetime) -> Outcome | Value:
    return Outcome.SILENT


def but(outcome: Outcome, *quantities: Quantity) -> Script:
    """A meter that fails with these quantities only."""

    def script(ask: Ask, now: datetime) -> Outcome | Value:
        return outcome if ask.wanted.quantity in quantities else well(ask, now)

    return script


def morning(script: Script, *others: int, major: int = 4) -> World:
    """Run the pass of the 21st with point 1 by script and others that are well."""
    world = World(EVE)
    world.meters(1, *others, major=major)
    world.scripts[1] = script
    world.run(at(0, 5).replace(second=30))
    return world


def day_pass(world: World, point: int = 1) -> list[str]:
    return [line[12:] for line in world.log if "[day pass]" in line and f" P{point} " in line]


def test_two_rounds_and_no_more():
    """At most two attempts at a point; the second follows when all others had their first."""
    world = morning(silent, 2, 3)
    lines = [line[12:].split()[0] for line in world.log if "[day pass]" in line]
    assert lines == ["P1", "P2", "P2", "P2", "P3", "P3", "P3", "P1"]


def test_a_meter_silent_at_its_first_item_is_left_alone():
    """First item silent (two sends): the rest of the point is skipped in this round."""
    assert day_pass(morning(silent)) == ["P1 forward-active 11-20 [day pass] no answer"] * 2


def test_silence_at_a_later_item_costs_only_that_item():
    """The second round asks what the first left, nothing else."""
    assert day_pass(morning(but(Outcome.SILENT, Quantity.CLOCK))) == [
        "P1 forward-active 11-20 [day pass]",
        "P1 clock [day pass] no answer",
        "P1 status [day pass]",
        "P1 clock [day pass] no answer",
    ]


def test_a_damaged_answer_is_asked_again_in_the_second_round():
    """The meter is there: the other items are asked in the first round."""
    assert day_pass(morning(but(Outcome.BROKEN, Quantity.FORWARD_ACTIVE))) == [
        "P1 forward-active 11-20 [day pass] damaged answer",
        "P1 clock [day pass]",
        "P1 status [day pass]",
        "P1 forward-active 11-20 [day pass] damaged answer",
    ]


def test_a_refusal_is_no_failure_and_not_repeated_that_day():
    """ "Not supported" until midnight, also in the supplement; asked once more the day after."""
    world = World(EVE)
    world.meters(1, major=3)
    world.scripts[1] = but(Outcome.UNSUPPORTED, Quantity.REVERSE_ACTIVE, Quantity.PREPAYMENT)
    world.run(at(23, 30))
    asked = world.read(1)
    assert asked.count("reverse-active 11-20") == 1
    assert asked.count("prepayment") == 1
    meter = world.acquisition.meter_state(1)
    assert meter and meter.ok and meter.failed_since is None
    assert world.told.points == []
    world.run(at(1, 0, day=22))
    assert world.read(1).count("prepayment") == 2


def test_a_refused_command_counts_like_a_missing_one():
    """A password the meter does not take makes no second round."""
    assert day_pass(morning(but(Outcome.REFUSED, Quantity.CLOCK))).count("P1 clock [day pass] refused") == 1


def test_a_point_fails_when_no_item_came_in_either_round():
    """M175, M187: after the first full pass the point stands in the list of failed ones, with its tries."""
    world = morning(silent, 2)
    meter = world.acquisition.meter_state(1)
    assert meter and meter.failed_since == at(0, 5).replace(second=6)
    assert (meter.failures >= 2, meter.reason, meter.last_ok) == (True, "no answer", None)
    assert world.acquisition.reading_state(1).failed == 1


def test_one_item_is_enough_to_be_no_failed_point():
    """The clock alone came: failures are not counted, the freeze is missing."""
    world = morning(but(Outcome.SILENT, Quantity.STATUS))
    meter = world.acquisition.meter_state(1)
    assert meter and meter.failed_since is None
    assert meter.ok


def test_the_first_success_takes_the_point_off_the_list():
    """6.4 rule 4: failed point leaves the list."""
    world = morning(silent)
    world.scripts.clear()
    world.run(at(1, 30))
    meter = world.acquisition.meter_state(1)
    assert meter and (meter.failed_since, meter.failures, meter.reason) == (None, 0, "")
    assert world.acquisition.reading_state(1).read == 1


def test_eight_silent_points_do_not_stop_the_pass():
    """6.3: suspected dead, yet every point is asked; the port failed only when all did."""
    world = World(EVE)
    world.meters(*range(1, 13))
    world.scripts.update(dict.fromkeys(range(1, 12), silent))
    world.run(at(0, 6))
    assert day_pass(world, 12)
    assert world.told.ports == []


def test_a_port_fails_when_all_its_points_do():
    """ERC21 code 4, once until a meter answers, then again."""
    world = World(EVE)
    world.meters(*range(1, 11))
    world.script = silent
    world.run(at(0, 20))
    assert world.told.ports == [1]
    assert world.acquisition.reading_state(1).suspect
    world.run(at(12, 0, day=22))
    assert world.told.ports == [1]
    world.script = well
    world.run(at(23, 0, day=22))
    assert not world.acquisition.reading_state(1).suspect
    world.script = silent
    world.run(at(12, 0, day=23))
    assert world.told.ports == [1, 1]


def test_all_items_of_a_meter_are_put_together():
    """One transaction per point and round (Z8); attempts are those of each answer (Z3)."""
    world = morning(but(Outcome.SILENT, Quantity.CLOCK), 2)
    puts = [(history.point, [r.quantity for r in readings]) for history, readings in world.readings.log[:2]]
    assert puts == [
        (1, [Quantity.FORWARD_ACTIVE, Quantity.FORWARD_ACTIVE, Quantity.STATUS]),
        (2, [Quantity.FORWARD_ACTIVE, Quantity.FORWARD_ACTIVE, Quantity.CLOCK, Quantity.STATUS]),
    ]
    kinds = {r.kind for r in world.readings.log[0][1]}
    assert kinds == {Kind.DAY, Kind.READING_DAY, Kind.CURRENT}


def test_a_full_store_leaves_everything_missing():
    """Nothing is taken for stored that is not: the next round reads it again."""
    world = World(EVE)
    world.meters(1)
    world.readings.full = True
    world.run(at(0, 30))
    assert world.readings.kept == {}
    assert len(world.acquisition.missing(1)) == 3
    world.readings.full = False
    world.run(at(2))
    assert len(world.acquisition.missing(1)) == 0


def test_an_answer_without_value_is_no_value():
    """Z2: a driver that says "read" and gives nothing is taken for a damaged answer."""
    world = World(EVE)
    world.meters(1)
    nothing: Callable[[Ask, datetime], Outcome | Value] = lambda ask, now: Outcome.READ  # noqa: E731  # a row
    world.scripts[1] = nothing
    world.run(at(0, 30))
    assert world.readings.kept == {}


def test_the_clock_of_a_meter_is_compared_in_the_day_pass():
    """6.7: the difference is kept per point."""

    def slow(ask: Ask, now: datetime) -> Outcome | Value:
        return now.replace(second=0, minute=0) if ask.wanted.quantity is Quantity.CLOCK else well(ask, now)

    meter = morning(slow).acquisition.meter_state(1)
    assert meter and meter.clock_difference == pytest.approx(-300, abs=1.5)


def test_states_of_now_are_no_freezes():
    """The present values of a pass go to the present slot (M55, M58, M59)."""
    world = morning(well)
    assert {r.quantity for r in world.readings.of(1, Kind.CURRENT)} == {Quantity.CLOCK, Quantity.STATUS}
    clocks = [ask.wanted.when for _, ask in world.asked if ask.wanted.quantity is Quantity.CLOCK]
    assert all(isinstance(when, Now) for when in clocks)
