"""Reading of meters as a master sees and commands it (AFN 05, 0C F11, F13, F170; ERC21, ERC31)."""

from dataclasses import replace
from datetime import datetime

from core.gdw376.catalogue import unit_class
from core.gdw376.frame import Direction
from core.gdw376.message import decode_items
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import (
    FoundMeter,
    MeterReadingInfo,
    MeterReadingState,
    MetersFound,
    PhaseBits,
    PortReading,
    ReadingState,
    SignalQuality,
)
from core.gdw376.units.afn05 import MeterClockSetting
from core.gdw376.units.erc import Erc21, Erc31
from core.quantities import Quantity
from core.service.order import Order
from core.terminal.access import Channel
from core.terminal.acquisition.tasks import Heard, Search
from core.terminal.events.records import begins, event_of
from core.terminal.initialise import Extent, initialise
from core.terminal.readings import Kind
from tests.core.concentrators import ask, send, served, verdict
from tests.core.terminal.acquisition.scripted import Fitted
from tests.core.terminal.acquisition.test_passes import EVE, at
from tests.core.terminal.acquisition.test_retry import silent


def command(fn: int, *content: int) -> Unit:
    """A command of AFN 05."""
    kind = unit_class(0x05, fn)
    assert kind is not None
    return kind(*content)


def fitted() -> Fitted:
    """Two meters, the second one dead and a key point, at 00:10."""
    world = Fitted(EVE)
    world.meters(1, 2)
    world.keys(2)
    world.scripts[2] = silent
    world.run(at(0, 10))
    return world


def test_the_state_of_reading_per_port():
    """M54: 0C F11 has points, successes, key points, start and end; only ports with meters."""
    world = fitted()
    state = world.acquisition.reading_state(1)
    assert state.start == at(0, 5)
    assert ask(world.terminal, 0x0C, 11) == (
        0x0C,
        [MeterReadingState((PortReading(1, 2, ReadingState(False, True), 1, 0, at(0, 5), state.end),))],
    )


def test_the_state_of_one_meter():
    """0C F170: result, last success and failure, failures in a row; nothing for a point never asked."""
    world = fitted()
    good, bad = ask(world.terminal, 0x0C, 170, pn=1), ask(world.terminal, 0x0C, 170, pn=2)
    well = world.acquisition.meter_state(1)
    assert well
    assert good[1] == [MeterReadingInfo(1, 0, PhaseBits(0, 0), SignalQuality(0, 0), 1, well.last_ok, None, 0)]
    (info,) = bad[1]
    assert isinstance(info, MeterReadingInfo)
    assert (info.result, info.last_ok) == (0, None)
    assert info.failures >= 2
    assert ask(world.terminal, 0x0C, 170, pn=3)[0] == 0x00


def test_a_port_is_paused_and_resumed_by_the_master():
    """05 F49, F50; the pause outlives a reset."""
    world = fitted()
    assert verdict(send(world.terminal, 0x05, command(49, 1))) == ("Confirm", [])
    asked = len(world.asked)
    world.terminal.reset()
    world.run(at(5))
    assert len(world.asked) == asked
    send(world.terminal, 0x05, command(50, 1))
    world.run(at(6))
    assert len(world.asked) > asked


def test_a_port_is_read_again_by_the_master():
    """M43, 05 F51: every point is asked anew."""
    world = fitted()
    asked = len(world.asked)
    assert verdict(send(world.terminal, 0x05, command(51, 1))) == ("Confirm", [])
    world.run(at(0, 11))
    assert {a.meter.point for _, a in world.asked[asked:]} == {1, 2}


def test_all_meters_of_a_port_are_deleted():
    """05 F53: like a set of F10, so the programming switch must be open; ERC3 tells of it."""
    world = fitted()
    world.meters(3, port=2)
    assert verdict(send(world.terminal, 0x05, command(53, 1)))[0] != "Confirm"
    world.terminal.access.open_programming()
    assert verdict(send(world.terminal, 0x05, command(53, 1))) == ("Confirm", [])
    assert [meter.point for meter in world.archive.meters()] == [3]
    assert world.terminal.events.newest()[0].erc == 3
    assert verdict(send(world.terminal, 0x05, command(53, 1))) == ("Confirm", [])


def test_a_port_that_does_not_exist_is_refused():
    """Ports 1 to 3 are fitted."""
    assert verdict(send(fitted().terminal, 0x05, command(49, 4)))[0] == "Verdicts"


def test_the_broadcast_is_switched_by_the_master():
    """05 F30 of 2012."""
    world = fitted()
    assert verdict(send(world.terminal, 0x05, MeterClockSetting(0))) == ("Confirm", [])
    world.run(at(2))
    assert not [line for line in world.log if "BroadcastTime" in line]
    send(world.terminal, 0x05, MeterClockSetting(1))
    world.run(at(2, day=22))
    assert [line for line in world.log if "BroadcastTime" in line]


def test_found_meters_are_told_in_2012_only():
    """0C F13 exists since 2012; 05 F58 stops the search."""
    world = fitted()
    world.acquisition.search(1)
    step = world.acquisition.next(1, world.clock.monotonic())
    assert isinstance(step, Search)
    world.acquisition.heard(1, step, Heard("202699999999"))
    assert ask(world.terminal, 0x0C, 13)[0] == 0x00
    world.terminal.upgrade.identity = replace(world.terminal.identity, protocol_name="376.1-2012")
    assert ask(world.terminal, 0x0C, 13)[1] == [MetersFound(1, (FoundMeter("202699999999", 30, None),))]
    assert verdict(send(world.terminal, 0x05, command(58))) == ("Confirm", [])
    assert world.acquisition.next(1, world.clock.monotonic()) is None


def test_a_meter_that_cannot_be_read_is_reported():
    """M46, ERC31: begin with the last success and its reading, end with the first freeze that comes."""
    world = Fitted(EVE)
    world.meters(1, 2)
    world.run(at(12))
    world.scripts[1] = silent
    world.run(at(23, 5, day=22))
    begin = world.terminal.events.newest()[0]
    body = event_of(begin).body
    assert isinstance(body, Erc31)
    assert (begin.erc, begin.pn, begin.important) == (31, 1, True)
    assert (body.point.begin, body.point.point) == (1, 1)
    assert str(body.active) == "123456.7800"
    assert body.last_ok is not None
    assert body.last_ok.date() == at(0).date()
    world.scripts.clear()
    world.run(at(0, 30, day=23))
    end = world.terminal.events.newest()[0]
    assert (end.erc, begins(end)) == (31, False)


def test_a_dead_port_is_reported():
    """6.3: ERC21 with code 4 when all points of a port fail."""
    world = Fitted(EVE)
    world.meters(1, 2)
    world.script = silent
    world.run(at(0, 10))
    fault = world.terminal.events.newest()[0]
    assert event_of(fault).body == Erc21(fault.time.replace(second=0, microsecond=0), 4)


def test_initialised_data_are_read_again():
    """M122: values and reading states go, pauses are released; what the meters still have comes again."""
    world = fitted()
    send(world.terminal, 0x05, command(49, 1))
    initialise(world.terminal, Extent.DATA)
    assert world.acquisition.meter_state(1) is not None
    assert ask(world.terminal, 0x0C, 170, pn=1)[0] == 0x00
    world.run(at(0, 20))
    assert world.readings.kept == {}
    state = world.acquisition.reading_state(1)
    assert (state.paused, state.read, state.finished) == (False, 1, True)


def test_the_day_is_answered_from_the_store():
    """M38, M64: what the pass stored is what 0D F161 of that day tells, without asking the meter."""
    world = fitted()
    (history,) = world.terminal.readings.histories()
    stamp = datetime(2026, 11, 20)
    kept = world.terminal.readings.at(history, Kind.DAY, stamp, Quantity.FORWARD_ACTIVE)
    assert kept is not None
    asked = len(world.asked)
    query = bytes.fromhex("01010114201126")
    (item,) = served(world.terminal, Order(Channel.IR, 0x0D, decode_items(0x0D, Direction.DOWN, query))).items
    assert item.value is not None
    assert "123456.7800" in str(item.value.to_json())
    assert len(world.asked) == asked
