"""Triggers and order of service: device behaviour 6.1 and 6.2, in virtual time."""

from dataclasses import replace
from datetime import datetime, time

from core.gdw376.units.afn04 import KeyMeters, MeterArchive, Window
from core.meters.driver import Outcome
from core.quantities import Quantity, Value
from core.terminal.acquisition.tasks import Ask, BroadcastTime, Purpose
from core.terminal.readings import CURRENT_STAMP, Kind, Source
from core.wire.times import DayTime
from tests.core.meter_records import gone
from tests.core.terminal.acquisition.scripted import EXCHANGE, World, well

EVE = datetime(2026, 11, 20, 23, 56)
"""Ports idle: the first pass is that of the 21st."""
D21 = datetime(2026, 11, 21)
NOON = D21.replace(hour=12)


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute)


def of(world: World, *purposes: Purpose) -> list[str]:
    """Lines of the log that belong to these purposes."""
    marks = [f"[{purpose.value}]" for purpose in purposes]
    return [line for line in world.log if any(mark in line for mark in marks)]


def test_the_day_pass_in_order():
    """M44, M64: at 00:05 key points first, then by point; each point freeze, clock, status word."""
    world = World(EVE)
    world.meters(1, 2, 3)
    world.keys(3)
    world.run(at(0, 30))
    assert of(world, Purpose.DAY) == [
        "21 00:05:00 P3 forward-active 11-20 [day pass]",
        "21 00:05:00 P3 clock [day pass]",
        "21 00:05:01 P3 status [day pass]",
        "21 00:05:01 P1 forward-active 11-20 [day pass]",
        "21 00:05:02 P1 clock [day pass]",
        "21 00:05:02 P1 status [day pass]",
        "21 00:05:02 P2 forward-active 11-20 [day pass]",
        "21 00:05:03 P2 clock [day pass]",
        "21 00:05:03 P2 status [day pass]",
    ]
    (kept,) = [r for r in world.readings.of(1, Kind.DAY) if r.stamp == datetime(2026, 11, 20)]
    assert (kept.source, kept.attempts) == (Source.FREEZE, 1)
    assert kept.read_at == datetime(2026, 11, 21, 0, 5, 2)


def test_ports_idle_from_2355_to_0005():
    """6.2: nothing is asked around midnight, what came due in between follows at 00:05."""
    world = World(at(23, 54, 20))
    world.meters(1, major=3)
    world.keys(1)
    world.run(at(0, 20))
    idle = [asked for asked, _ in world.asked if asked.time() >= time(23, 55) or asked.time() < time(0, 5)]
    assert idle == []
    assert of(world, Purpose.HOUR, Purpose.CURVE)[0].startswith("21 00:05:00")


def test_the_pass_of_one_port_takes_what_its_requests_take():
    """6.3: 96 meters of 3 items follow each other without gaps; the planner adds nothing."""
    world = World(EVE)
    world.meters(*range(1, 97))
    world.run(at(1))
    state = world.acquisition.reading_state(1)
    assert state.start and state.end
    assert abs((state.end - state.start).total_seconds() - 96 * 3 * EXCHANGE) <= 1
    assert (state.meters, state.read, state.finished, state.running) == (96, 96, True, False)


def test_three_ports_do_not_wait_for_each_other():
    """6.1 rule 1: a dead port does not delay the others; a point is asked on its own port only."""
    world = World(EVE)
    world.meters(1, 2, port=1)
    world.meters(11, port=2)
    world.meters(21, port=3)
    world.scripts[11] = lambda ask, now: Outcome.SILENT
    world.run(at(1), ports=(1, 2, 3))
    assert {ask.meter.port for _, ask in world.asked} == {1, 2, 3}
    assert [world.acquisition.reading_state(port).read for port in (1, 2, 3)] == [2, 0, 1]


def test_the_order_of_service():
    """6.1 rule 4: broadcast, points of a person, key points, the pass, the supplement."""
    world = World(at(1, 29))
    world.meters(*range(1, 60))
    world.keys(7)
    world.scripts[50] = lambda ask, now: Outcome.SILENT
    world.run(at(1, 29).replace(second=50))
    assert world.log[-1].endswith("[day pass]")
    world.set_port(replace(world.port(), clock_at=DayTime(0, 1, 30)))
    world.run(at(1, 30).replace(second=2))
    assert "BroadcastTime" in world.log[[line[3:8] for line in world.log].index("01:30")]
    world.acquisition.read_now(1, [33])
    world.step(1)
    assert world.log[-1].endswith("P33 forward-active 11-20 [read now]")
    world.run(at(2, 0).replace(second=50))
    hour = [line for line in world.log if line.startswith("21 02:00:3")]
    assert "P7 forward-active 21T02 [hour]" in hour[0]


def test_a_key_point_interrupts_a_pass_between_two_requests():
    """6.1 rule 4: hours come before the pass that runs; the request in flight is not cut."""
    world = World(at(1, 59).replace(second=50))
    world.meters(*range(1, 90))
    world.keys(5)
    world.run(at(2, 0).replace(second=50))
    at_two = next(index for index, line in enumerate(world.log) if "[hour]" in line)
    assert "[day pass]" in world.log[at_two - 1]
    assert "[day pass]" in world.log[at_two + 1]


def test_a_request_in_flight_is_the_same_until_its_answer_came():
    """6.1 rule 4: ``next`` never skips a question that a relay kept waiting."""
    world = World(EVE)
    world.meters(1)
    world.run(at(0, 5))
    now = world.clock.monotonic()
    first = world.acquisition.next(1, now)
    assert isinstance(first, Ask)
    world.clock.advance(20)
    assert world.acquisition.next(1, now + 20) is first
    assert world.acquisition.due(1, now + 20) == 0


def test_an_answer_nobody_waits_for_is_dropped():
    """A second answer to the same question changes nothing."""
    world = World(EVE)
    world.meters(1)
    world.run(at(0, 10))
    _, ask = world.asked[0]
    before = dict(world.readings.kept)
    world.carry_out(1, ask)
    assert world.readings.kept == before


def test_the_interval_reads_present_values():
    """M37, M102: every n minutes aligned to midnight, into the one slot of the present."""
    world = World(at(9, 58))
    world.meters(1, major=3)
    world.set_port(replace(world.port(), interval=20))
    world.run(at(10, 50))
    lines = of(world, Purpose.INTERVAL)
    assert [line[3:8] for line in lines if "voltage" in line] == ["10:00", "10:20", "10:40"]
    (now,) = [r for r in world.readings.of(1, Kind.CURRENT) if r.quantity is Quantity.VOLTAGE]
    assert (now.stamp, now.source, now.read_at) == (CURRENT_STAMP, Source.CURRENT, at(10, 40))


def test_residential_meters_are_not_read_at_the_interval():
    """6.2: nothing in that column."""
    world = World(at(9, 58))
    world.meters(1)
    world.run(at(12, 50))
    assert of(world, Purpose.INTERVAL) == []


def test_a_slow_interval_pass_is_not_begun_anew():
    """An interval of one minute on a full port: the pass goes on to its last point."""
    world = World(at(9, 58))
    world.meters(*range(1, 97), major=3)
    world.set_port(replace(world.port(), interval=1))
    world.run(at(10, 30))
    first = of(world, Purpose.INTERVAL)[: 96 * 3]
    assert [int(line.split()[2][1:]) for line in first[::3]] == list(range(1, 97))


def test_reading_day_at_its_time():
    """M69, M103: a time of 01:00 or later is the present value at that time, dated by the reading day."""
    world = World(at(8))
    world.meters(1, major=3)
    world.set_port(replace(world.port(), days=frozenset({21}), time=time(9, 30)))
    world.run(datetime(2026, 11, 22, 12))
    assert [line[:8] for line in of(world, Purpose.READING_DAY)] == ["21 09:30", "21 09:30"]
    kept = world.readings.of(1, Kind.READING_DAY)
    assert {(r.stamp, r.source) for r in kept} == {(D21, Source.CURRENT)}
    assert {r.quantity for r in kept} == {Quantity.FORWARD_ACTIVE, Quantity.REVERSE_ACTIVE}


def test_reading_day_with_the_day_freeze():
    """M85: a time before 01:00 means 00:00 of the reading day, which is the freeze of the day before."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), days=frozenset({21})))
    world.run(datetime(2026, 11, 22, 2))
    (kept,) = world.readings.of(1, Kind.READING_DAY)
    assert (kept.stamp, kept.source) == (D21, Source.FREEZE)
    assert of(world, Purpose.READING_DAY) == []


def test_the_month_with_the_day_pass_of_the_first():
    """M74: dated by the month that ended; states of months that no meter freezes stand in (0D F213, F215)."""
    world = World(datetime(2026, 11, 30, 23, 56))
    world.meters(1, major=3)
    world.run(datetime(2026, 12, 1, 0, 30))
    assert "forward-active 2026-11" in world.read(1)
    month = {r.quantity: r.source for r in world.readings.of(1, Kind.MONTH)}
    assert month == {
        Quantity.FORWARD_ACTIVE: Source.FREEZE,
        Quantity.REVERSE_ACTIVE: Source.FREEZE,
        Quantity.PREPAYMENT: Source.SUBSTITUTE,
        Quantity.PROGRAMMINGS: Source.SUBSTITUTE,
    }
    assert {r.stamp for r in world.readings.of(1, Kind.MONTH)} == {datetime(2026, 11, 1)}


def test_a_window_that_ends_interrupts_the_pass():
    """6.2: it stops after the request in flight and goes on, not anew, in the next window."""
    world = World(EVE)
    world.meters(*range(1, 97))
    windows = (Window(time(0), time(0, 6)), Window(time(3), time(4)))
    world.set_port(replace(world.port(), windows=windows))
    world.run(at(3, 30))
    lines = of(world, Purpose.DAY)
    assert len(lines) == len({line[12:] for line in lines}) == 96 * 3
    pauses = [line for line in lines if line[3:5] == "00"]
    assert "00:05:59" <= pauses[-1][3:11] <= "00:06:00"
    assert lines[len(pauses)][3:8] == "03:00"


def test_reading_is_forbidden_by_the_control_word():
    """F33 D0: no pass by itself; a person still reads."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), control=replace(world.port().control, forbidden=True)))
    world.run(at(1))
    assert world.asked == []
    world.acquisition.read_now(1, [1])
    world.run(at(1, 1))
    assert world.read(1) == ["forward-active 11-20", "clock", "status"]


def test_only_key_points_by_the_control_word():
    """F33 D1: passes visit key points only."""
    world = World(EVE)
    world.meters(1, 2)
    world.keys(2)
    world.set_port(replace(world.port(), control=replace(world.port().control, key_only=True)))
    world.run(at(1))
    assert {ask.meter.point for _, ask in world.asked} == {2}


def test_the_freeze_is_broadcast_at_midnight():
    """F33 D2: once, before 00:05."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), control=replace(world.port().control, broadcast_freeze=True)))
    world.run(at(12))
    assert [line for line in world.log if "Freeze" in line] == ["21 00:00:00 BroadcastFreeze"]


def test_the_search_follows_the_day_pass():
    """F33 D4: new and changed meters are looked for once a day, after the reading."""
    world = World(EVE)
    world.meters(1)
    world.set_port(replace(world.port(), control=replace(world.port().control, search=True)))
    world.run(at(2))
    steps = [index for index, line in enumerate(world.log) if "Search" in line]
    assert len(steps) == 8
    assert steps[0] > max(i for i, line in enumerate(world.log) if "[day pass]" in line)


def test_a_person_searches_and_stops():
    """An ordered search heeds no window; its result is there for 0C F13."""
    world = World(at(23, 56))
    world.meters(1)
    world.acquisition.search(1)
    world.step(1)
    assert "Search" in world.log[0]
    world.acquisition.stop_search(1)
    assert world.acquisition.found(1) == ()


def test_a_pause_and_its_end():
    """05 F49 and F50: nothing is asked while the port is paused; the pass goes on where it stopped."""
    world = World(EVE)
    world.meters(1, 2)
    world.run(at(0, 5))
    world.step(1)
    world.acquisition.pause(1)
    world.run(at(1))
    assert len(world.asked) == 1
    assert world.acquisition.reading_state(1).paused
    world.acquisition.resume(1)
    world.run(at(1, 1))
    assert world.read(1)[:3] == ["forward-active 11-20", "clock", "status"]


def test_a_stopped_point_is_left_out_and_comes_back():
    """6.1 rule 5, F30: stopped in the middle of a pass it is not asked; allowed again, it is missing."""
    world = World(EVE)
    world.meters(1, 2, 3)
    world.run(at(0, 5))
    world.step(1)
    world.stop(2)
    world.run(at(3))
    assert world.read(2) == []
    assert world.acquisition.reading_state(1).meters == 2
    world.stop(2, stopped=False)
    world.run(at(5))
    assert "forward-active 11-20" in world.read(2)


def test_a_deleted_point_is_gone_at_once():
    """Z6: removed from the pass that runs; its values stay."""
    world = World(EVE)
    world.meters(1, 2)
    world.run(at(0, 6))
    asked = len(world.read(1))
    kept = len(world.readings.of(1, Kind.DAY))
    world.parameters.write([MeterArchive((gone(1),))])
    world.run(at(12))
    assert len(world.read(1)) == asked
    assert len(world.readings.of(1, Kind.DAY)) == kept
    assert world.acquisition.meter_state(1) is None


def test_another_meter_at_the_point_starts_anew():
    """Z5: its days are missing again; what the old one gave stays with its address."""
    world = World(EVE)
    world.meters(1)
    world.run(at(0, 30))
    (record,) = world.parameters.value(MeterArchive).meters
    world.parameters.write([MeterArchive((replace(record, address="202600009999"),))])
    assert world.acquisition.meter_state(1) is not None
    world.run(at(2))
    histories = world.readings.histories()
    assert [history.address for history in histories] == ["202600000001", "202600009999"]


def test_read_now_tells_the_worker():
    """M43: a person's question is heard at once and its progress is seen."""
    world = World(at(9))
    world.meters(1, 2, major=3)
    world.run(at(9, 30))
    called: list[int] = []
    world.acquisition.on_order = called.append
    assert world.acquisition.due(1, world.clock.monotonic()) > 0
    world.acquisition.read_now(1, [2])
    assert called == [1]
    assert world.acquisition.due(1, world.clock.monotonic()) == 0
    asked = len(world.asked)
    world.step(1)
    state = world.acquisition.reading_state(1)
    assert (state.running, state.point) == (True, 2)
    world.run(at(9, 31))
    assert {ask.meter.point for _, ask in world.asked[asked:]} == {2}
    meter = world.acquisition.meter_state(2)
    assert meter and meter.ok and meter.last_ok and meter.last_ok > at(9, 30)


def test_a_port_is_read_again_by_order():
    """05 F51: all points, whatever is stored; 0C F11 counts anew."""
    world = World(EVE)
    world.meters(1, 2)
    world.run(at(9, 30))
    asked = len(world.asked)
    world.acquisition.read_now(1)
    state = world.acquisition.reading_state(1)
    assert (state.read, state.finished, state.start) == (0, False, at(9, 30))
    world.run(at(9, 31))
    assert len(world.asked) - asked == 6
    state = world.acquisition.reading_state(1)
    assert (state.read, state.finished) == (2, True)


def test_a_setting_takes_effect_between_two_requests():
    """M102, M103: what the master sets counts from the next question on."""
    world = World(at(9, 58))
    world.meters(1, major=3)
    world.run(at(10, 5))
    world.set_port(replace(world.port(), interval=10))
    world.run(at(10, 35))
    assert [line[3:8] for line in of(world, Purpose.INTERVAL) if "voltage" in line][-3:] == [
        "10:10", "10:20", "10:30",
    ]  # fmt: skip


def test_key_points_are_at_most_twenty():
    """6.5: F35 carries up to 20; they are counted apart (0C F11)."""
    world = World(EVE)
    world.meters(*range(1, 31))
    world.parameters.write([KeyMeters(tuple(range(1, 21)))])
    world.run(at(1))
    state = world.acquisition.reading_state(1)
    assert (state.key_meters, state.key_read, state.meters, state.read) == (20, 20, 30, 30)


def test_nothing_is_asked_without_meters():
    """An empty port sleeps and broadcasts to nobody."""
    world = World(EVE)
    world.run(at(12))
    assert world.log == []
    assert world.acquisition.next(1, world.clock.monotonic()) is None


def test_state_items_stand_for_the_day_only_before_one_o_clock():
    """6.4 rule 3 for states without freeze: relay and prepayment of the day (0D F209, F210)."""

    def late(ask: Ask, now: datetime) -> Outcome | Value:
        return well(ask, now)

    world = World(at(0, 40))
    world.script = late
    world.meters(1, major=3)
    world.run(at(0, 50))
    day = {r.quantity: r.source for r in world.readings.of(1, Kind.DAY) if r.stamp == datetime(2026, 11, 20)}
    assert day[Quantity.RELAY] is day[Quantity.PREPAYMENT] is Source.SUBSTITUTE
    afternoon = World(at(15))
    afternoon.meters(1, major=3)
    afternoon.run(at(15, 10))
    assert Quantity.RELAY not in {r.quantity for r in afternoon.readings.of(1, Kind.DAY)}


def test_on_demand_broadcast():
    """M94: at once, but not around midnight."""
    world = World(at(9))
    world.meters(1)
    world.run(at(9, 30))
    world.acquisition.broadcast_now(1)
    assert isinstance(world.acquisition.next(1, world.clock.monotonic()), BroadcastTime)
    world.run(at(23, 55))
    world.acquisition.broadcast_now(1)
    assert world.acquisition.next(1, world.clock.monotonic()) is None
