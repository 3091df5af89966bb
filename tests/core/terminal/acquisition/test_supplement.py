"""Supplementary reading (device behaviour 6.4) and what a power cut leaves of it."""

from dataclasses import replace
from datetime import datetime, time

from core.gdw376.units.afn04 import Window
from core.meters.driver import Outcome
from core.quantities import DayEnd, Now, Quantity, Value
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.readings import Kind, Reading, Source
from tests.core.terminal.acquisition.scripted import World, short, well
from tests.core.terminal.acquisition.test_passes import EVE, at, of
from tests.core.terminal.acquisition.test_retry import but, silent


def without_freezes(ask: Ask, now: datetime) -> Outcome | Value:
    """A meter of 1997."""
    return well(ask, now) if isinstance(ask.wanted.when, Now) else Outcome.UNSUPPORTED


def days(world: World, point: int, kind: Kind = Kind.DAY) -> dict[str, Reading]:
    return {f"{r.stamp:%d}": r for r in world.readings.of(point, kind)}


def missing(world: World) -> list[str]:
    return [f"P{one.point} {short(one.wanted)}" for one in world.acquisition.missing(1)]


def test_three_days_are_asked_newest_first_and_key_points_first():
    """M45, 6.4 rules 1 and 2: yesterday, the two days before; the list empties as they come."""
    world = World(EVE)
    world.meters(1, 2)
    world.keys(2)
    world.run(at(0, 30))
    assert [line[12:] for line in of(world, Purpose.SUPPLEMENT)] == [
        "P2 forward-active 11-19 [supplement]",
        "P1 forward-active 11-19 [supplement]",
        "P2 forward-active 11-18 [supplement]",
        "P1 forward-active 11-18 [supplement]",
    ]
    assert missing(world) == []
    assert sorted(days(world, 1)) == ["18", "19", "20"]


def test_the_missing_list_of_a_dead_meter():
    """6.4 rule 1 as a list: (point, day, item), newest first; what is older than three days leaves."""
    world = World(EVE)
    world.meters(1, 2, major=3)
    world.scripts[1] = silent
    world.run(at(9))
    assert missing(world) == [
        "P1 forward-active 11-20", "P1 reverse-active 11-20",
        "P1 forward-active 11-19", "P1 reverse-active 11-19",
        "P1 forward-active 11-18", "P1 reverse-active 11-18",
    ]  # fmt: skip
    world.run(at(9, 0, day=22))
    assert missing(world)[-1] == "P1 reverse-active 11-19"
    meter = world.acquisition.meter_state(1)
    assert meter and meter.missing_days == 3


def test_rounds_every_hour_until_2300():
    """6.4 rule 2: at once after the pass, then every 60 min, the last one before 23:00."""
    world = World(EVE)
    world.meters(1, 2)
    world.scripts[1] = silent
    world.run(at(23, 50))
    rounds = [line[3:8] for line in of(world, Purpose.SUPPLEMENT) if "P1 " in line]
    assert rounds == [f"{hour:02d}:05" for hour in range(23)]
    assert world.acquisition.reading_state(1).supplement_round == 23


def test_a_silent_meter_costs_one_question_a_round():
    """A round is one attempt: silent at the newest day, the older days are not tried."""
    world = World(EVE)
    world.meters(1)
    world.script = silent
    world.run(at(0, 30))
    assert len(of(world, Purpose.SUPPLEMENT)) == 1


def test_a_meter_that_comes_back_fills_all_days():
    """M46, M84: ERC31 begins at the end of the period, once, and ends with the first freeze that comes."""
    world = World(EVE)
    world.meters(1)
    world.scripts[1] = silent
    world.run(at(22, 59))
    assert world.told.points == []
    world.run(at(12, 0, day=22))
    assert world.told.points == [(1, True)]
    world.scripts.clear()
    world.run(at(13, 30, day=22))
    assert world.told.points == [(1, True), (1, False)]
    assert sorted(days(world, 1)) == ["19", "20", "21"]


def test_one_failing_streak_is_one_event():
    """6.4 rule 4: days later it is still the same; also after a restart."""
    world = World(EVE)
    world.meters(1)
    world.scripts[1] = silent
    world.run(at(23, 30, day=22))
    world.boot()
    world.run(at(23, 30, day=23))
    assert world.told.points == [(1, True)]


def test_the_period_ends_with_the_last_window():
    """6.4 rule 4: a port that may read until 08:00 gives up at 08:00."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), windows=(Window(time(0), time(8)),)))
    world.scripts[1] = silent
    world.run(at(7, 59))
    assert world.told.points == []
    world.run(at(8, 1))
    assert world.told.points == [(1, True)]


def test_a_meter_without_freezes_gives_its_present_value_before_one():
    """6.4 rule 3, Z3: marked as substituted with the time of reading."""
    world = World(EVE)
    world.meters(1, protocol=1)
    world.script = without_freezes
    world.run(at(9))
    kept = days(world, 1)
    assert sorted(kept) == ["20"]
    assert kept["20"].source is Source.SUBSTITUTE
    assert at(0, 5) <= kept["20"].read_at < at(0, 6)
    assert "P1 forward-active 11-20" not in missing(world)


def test_after_one_it_stays_missing_and_is_no_read_failure():
    """6.4 rule 3: later it stays missing; the meter answers, so no ERC31."""
    world = World(at(9))
    world.meters(1, protocol=1)
    world.script = without_freezes
    world.run(at(23, 30))
    assert days(world, 1) == {}
    assert "P1 forward-active 11-20" in missing(world)
    assert world.told.points == []


def test_a_substitute_read_at_the_last_moment():
    """An answer that arrives at 01:00 or later does not count as day end."""
    world = World(at(0, 59).replace(second=59))
    world.meters(1, protocol=1)

    def late(ask: Ask, now: datetime) -> Outcome | Value:
        if isinstance(ask.wanted.when, Now):
            world.clock.advance(5)
        return without_freezes(ask, now)

    world.script = late
    world.run(at(1, 10))
    assert days(world, 1) == {}
    assert Quantity.FORWARD_ACTIVE in {r.quantity for r in world.readings.of(1, Kind.CURRENT)}


def test_the_month_freeze_is_asked_for_three_days():
    """6.4 rule 1: on the 1st, 2nd and 3rd, then no more."""
    world = World(datetime(2026, 11, 30, 23, 56))
    world.meters(1)

    def no_month(ask: Ask, now: datetime) -> Outcome | Value:
        return Outcome.BROKEN if short(ask.wanted).endswith("2026-11") else well(ask, now)

    world.script = no_month
    world.run(datetime(2026, 12, 3, 23, 30))
    assert "P1 forward-active 2026-11" in missing(world)
    asked = {when.day for when, ask in world.asked if short(ask.wanted).endswith("2026-11")}
    assert asked == {1, 2, 3}
    world.run(datetime(2026, 12, 4, 12))
    assert missing(world) == []


def test_a_power_cut_loses_nothing():
    """Z8: derived from the store, the list is the same after a restart in the middle of the pass."""
    world = World(EVE)
    world.meters(*range(1, 31))
    world.run(at(0, 5).replace(second=12))
    before = missing(world)
    assert 0 < len(before) < 90
    world.boot()
    world.run(at(0, 5).replace(second=12, microsecond=500000))
    assert set(missing(world)) | {"P11 forward-active 11-20"} >= set(before) - {before[0]}
    world.run(at(1))
    assert missing(world) == []
    asked = [line[12:] for line in world.log if "11-20" in line]
    assert len(asked) - len(set(asked)) <= 1


def test_a_restart_after_the_pass_does_not_repeat_it():
    """The pass of a day runs once; the supplement goes on."""
    world = World(EVE)
    world.meters(1, 2)
    world.scripts[1] = silent
    world.run(at(9))
    passes = len(of(world, Purpose.DAY))
    started = world.acquisition.reading_state(1).start
    world.boot()
    world.run(at(12))
    assert len(of(world, Purpose.DAY)) == passes
    state = world.acquisition.reading_state(1)
    assert (state.start, state.read, state.failed) == (started, 1, 1)


def test_what_a_relay_or_a_person_fetched_is_not_asked_again():
    """The list is asked before each question: what arrived on another way is skipped."""
    world = World(at(9))
    world.meters(1, 2)
    world.scripts[2] = silent
    world.run(at(9, 30))
    world.scripts.clear()
    world.acquisition.read_now(1, [2])
    world.run(at(9, 40))
    asked = len(world.asked)
    world.run(at(10, 30))
    assert {short(ask.wanted) for _, ask in world.asked[asked:]} == {
        "forward-active 11-19", "forward-active 11-18",
    }  # fmt: skip


def test_a_damaged_freeze_is_supplemented_alone():
    """Only what is missing is asked: the clock of the day pass is not."""
    world = World(EVE)
    world.meters(1)
    world.scripts[1] = but(Outcome.BROKEN, Quantity.FORWARD_ACTIVE)
    world.run(at(0, 30))
    world.scripts.clear()
    asked = len(world.asked)
    world.run(at(1, 30))
    assert {ask.wanted.when for _, ask in world.asked[asked:]} >= {DayEnd(at(0, day=20).date())}
    assert Quantity.CLOCK not in {ask.wanted.quantity for _, ask in world.asked[asked:]}


def test_nothing_is_given_up_before_the_pass_was_done():
    """A terminal switched on at 23:30 reports what its pass could not read, not its whole archive."""
    world = World(at(23, 30))
    world.meters(*range(1, 30))
    world.scripts[7] = silent
    world.run(at(23, 59))
    assert world.told.points == [(7, True)]
