"""Emulated EDMI meters: the same load as a meter of DL/T 645 shows, over buses and a pseudo-terminal."""

import asyncio
import struct
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.virtual_time import virtual_time
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.driver import Access, Answer, Driver, Outcome, Speed
from core.meters.drivers import EDMI, USUAL, driver_for
from core.meters.edmi.driver import EdmiDriver
from core.meters.edmi.registers import Family
from core.quantities import NOW, Count, MonthEnd, Quantity, Wanted, When
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.edmi.contents import CHANNELS, Habits
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import SETTINGS, EdmiMeter
from core.simulation.faults import SOUND, Faults
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from tests.core.simulation.asking import ask
from tests.core.simulation.stage import NOW as BEGIN

Q = Quantity
T = TypeVar("T")
FIRST = 212039174
ENERGIES = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2, Q.QUADRANT_1, Q.QUADRANT_2,
            Q.QUADRANT_3, Q.QUADRANT_4)  # fmt: skip
DEMANDS = (Q.FORWARD_ACTIVE_DEMAND, Q.REVERSE_ACTIVE_DEMAND)
POWERS = (Q.VOLTAGE, Q.CURRENT, Q.ACTIVE_POWER, Q.REACTIVE_POWER, Q.APPARENT_POWER)


def played(play: Callable[[LoopClock], Coroutine[object, object, T]]) -> T:
    """Run a play in virtual time that begins at a fixed civil time."""

    async def begun() -> T:
        return await play(LoopClock(BEGIN))

    with virtual_time() as runner:
        return runner.run(begun())


def thing(number: int = 0, kind: Kind = Kind.THREE_PHASE, offset: float = 0.0) -> Meter:
    return Meter(Plate(7 + number, kind, f"{FIRST + number:012d}"), BEGIN, offset=offset)


def access(number: int = 0, **more: Any) -> Access:
    return Access(f"{FIRST + number:012d}", EDMI, speed=USUAL.speed(EDMI), **more)


class Bus:
    """EDMI meters on a bus, and a driver to ask them."""

    def __init__(self, clock: LoopClock, *meters: EdmiMeter) -> None:
        self.clock = clock
        self.group = EdmiGroup(meters)
        self.bus = SimulatedBus([self.group], clock, seed=3)
        self.line = self.bus.line(SETTINGS)
        self.driver: Driver = driver_for(EDMI) or EdmiDriver()

    async def ask(self, quantity: Quantity, when: When = NOW, number: int = 0) -> Answer:
        return await ask(self.line, self.clock, self.driver, access(number), Wanted(quantity, when))


HABITS = [
    Habits(), Habits(double=False), Habits(Family.MK10), Habits(tells_map=False),
    Habits(channels={**CHANNELS[Family.MK6], Q.FORWARD_ACTIVE: 0, Q.REVERSE_ACTIVE: 1}),
]  # fmt: skip


@pytest.mark.parametrize("habits", HABITS, ids=["Mk6", "old Mk6", "Mk10", "without map", "turned round"])
def test_one_load_reads_the_same_through_either_family(habits: Habits) -> None:
    """M27, M28: two meters on one load, one of DL/T 645, one of EDMI: the same digits in every quantity."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing(), habits))
        old = Dlt645Meter(thing())
        other = SimulatedBus([Dlt645Group([old])], clock).line(old.settings)
        reader = Dlt645Driver(old.edition, clock.now)
        bus.group.suffer(1, Faults(stuck=True), clock.now())
        old.suffer(Faults(stuck=True), clock.now())
        for quantity in (*ENERGIES, *DEMANDS, *POWERS):
            answer = await bus.ask(quantity)
            if habits.family is Family.MK10 and quantity is Q.QUADRANT_4:
                assert answer.outcome is Outcome.UNSUPPORTED  # its code is in no source
                continue
            assert answer.outcome is Outcome.READ, (quantity, answer.reason)
            twin = await ask(other, clock, reader, Access(old.address, 30), Wanted(quantity))
            assert twin.outcome is Outcome.READ, twin
            count = 3 if quantity in (Q.VOLTAGE, Q.CURRENT) else 5
            same = _single if quantity in ENERGIES and not habits.double else _exact
            assert same(answer.value, count) == same(twin.value, count), quantity

    played(play)


def _exact(value: Any, count: int) -> Any:
    return value[:count]


def _single(value: Any, count: int) -> Any:
    """As a float of 32 bits holds the watt hours."""
    return [struct.pack(">f", float(one) * 1000) for one in value[:count]]


def test_the_map_without_an_answer_is_flagged() -> None:
    """A meter that does not tell its channels is read by the configured ones, and says so."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing(), Habits(tells_map=False)))
        assert (await bus.ask(Q.FORWARD_ACTIVE)).reason == "map assumed"

    played(play)


def test_every_quantity_is_read_or_not_supported() -> None:
    """No quantity of the vocabulary is a failure; one phase is one phase."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing(kind=Kind.RESIDENTIAL)))
        for quantity in Q:
            answer = await bus.ask(quantity)
            assert answer.outcome in (Outcome.READ, Outcome.UNSUPPORTED), (quantity, answer)
        volts = (await bus.ask(Q.VOLTAGE)).value
        assert isinstance(volts, tuple)
        assert volts[0] and volts[1:] == (None, None)

    played(play)


def test_clock_month_and_billings() -> None:
    """The clock is the meter's own; the billing of the 1st gives the month end, and is counted."""

    async def play(clock: LoopClock) -> None:
        meter = EdmiMeter(thing(offset=90.0))
        bus = Bus(clock, meter)
        shown = (await bus.ask(Q.CLOCK)).value
        assert isinstance(shown, datetime)
        assert abs(shown - clock.now() - timedelta(seconds=90)) < timedelta(seconds=2)
        month = (await bus.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1)))).value
        now = (await bus.ask(Q.FORWARD_ACTIVE)).value
        assert isinstance(month, tuple)
        assert isinstance(now, tuple)
        assert isinstance(month[0], Decimal)
        assert isinstance(now[0], Decimal)
        assert month[0] < now[0]
        count = (await bus.ask(Q.DEMAND_CLEARS)).value
        assert isinstance(count, Count)
        assert count.at == datetime(2026, 11, 1)
        assert count.times and count.times >= 12

    played(play)


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults(silent=True), Outcome.SILENT),
        (Faults(checksum=True), Outcome.BROKEN),
        (Faults(foreign=True), Outcome.BROKEN),
        (Faults(garbage=True), Outcome.BROKEN),
        (Faults(late=1.5), Outcome.READ),
        (Faults(late=9.0), Outcome.SILENT),
        (Faults(pieces=0.2), Outcome.READ),
        (Faults(pieces=2.0), Outcome.BROKEN),
    ],
    ids=lambda one: getattr(one, "text", ""),
)
def test_faults_of_a_meter(faults: Faults, outcome: Outcome) -> None:
    """Silence, CRC errors, strange answers, late and torn ones; and all is well once they are gone."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing()), EdmiMeter(thing(1)))
        bus.group.suffer(1, faults, clock.now())
        assert (await bus.ask(Q.VOLTAGE)).outcome is outcome
        bus.group.suffer(1, SOUND, clock.now())
        await clock.sleep(10.0)
        assert (await bus.ask(Q.VOLTAGE)).outcome is Outcome.READ
        assert (await bus.ask(Q.VOLTAGE, number=1)).outcome is Outcome.READ

    played(play)


def test_faults_of_the_thing() -> None:
    """Stuck registers, a voltage, a clock that is ahead: as physics has them; a lost calendar is no date."""

    async def play(clock: LoopClock) -> None:
        meter = EdmiMeter(thing())
        bus = Bus(clock, meter)
        bus.group.suffer(1, Faults(stuck=True, volts=198.5, clock=600.0), clock.now())
        before = (await bus.ask(Q.FORWARD_ACTIVE)).value
        await clock.sleep(7200)
        assert (await bus.ask(Q.FORWARD_ACTIVE)).value == before
        assert (await bus.ask(Q.VOLTAGE)).value == (Decimal("198.5"),) * 3
        shown = (await bus.ask(Q.CLOCK)).value
        assert isinstance(shown, datetime)
        assert shown - clock.now() > timedelta(seconds=590)
        meter.contents.calendar_lost = True
        answer = await bus.ask(Q.CLOCK)
        assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "meter clock invalid")

    played(play)


def test_twins_garble_each_other() -> None:
    """Two meters with one number are heard as noise, until one of them gets its own back."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing()), EdmiMeter(thing(1)))
        bus.group.suffer(2, Faults(twin=1), clock.now())
        assert (await bus.ask(Q.VOLTAGE)).outcome is Outcome.BROKEN
        bus.group.suffer(2, SOUND, clock.now())
        assert (await bus.ask(Q.VOLTAGE, number=1)).outcome is Outcome.READ

    played(play)


def test_two_families_on_one_bus() -> None:
    """M28: meters of DL/T 645 and EDMI share a bus, each at its speed, and neither hears the other."""

    async def play(clock: LoopClock) -> None:
        edmi, old = EdmiGroup([EdmiMeter(thing())]), Dlt645Meter(thing(1))
        bus = SimulatedBus([edmi, Dlt645Group([old])], clock)
        line = bus.line(SETTINGS)
        drivers = EdmiDriver(), Dlt645Driver(old.edition, clock.now)
        for _ in range(3):
            await line.retune(SETTINGS)
            answer = await ask(line, clock, drivers[0], access(), Wanted(Q.FORWARD_ACTIVE))
            assert answer.outcome is Outcome.READ
            await line.retune(old.settings)
            answer = await ask(line, clock, drivers[1], Access(old.address, 30), Wanted(Q.FORWARD_ACTIVE))
            assert answer.outcome is Outcome.READ

    played(play)


def test_a_slow_line_is_waited_for() -> None:
    """1200 Bd: an answer of half a second and more comes whole, though its head is heard long before."""

    async def play(clock: LoopClock) -> None:
        slow = SerialSettings(1200, 8, "N", 1)
        group = EdmiGroup([EdmiMeter(thing(), settings=slow)])
        line = SimulatedBus([group], clock).line(slow)
        meter = Access(f"{FIRST:012d}", EDMI, speed=Speed(1200, "N"))
        answer = await ask(line, clock, EdmiDriver(), meter, Wanted(Q.FORWARD_ACTIVE_DEMAND))
        assert (answer.outcome, answer.tries) == (Outcome.READ, 1)

    played(play)


def test_a_question_takes_little_more_than_its_wire_time() -> None:
    """Within a session a quantity is one exchange: its bytes, the meter's 100 ms and 50 ms of quiet."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, EdmiMeter(thing()))
        await bus.ask(Q.FORWARD_ACTIVE)
        began = clock.monotonic()
        for _ in range(10):
            assert (await bus.ask(Q.FORWARD_ACTIVE)).tries == 1
        assert (clock.monotonic() - began) / 10 < 0.1 + 0.05 + 2 * 90 * SETTINGS.wire_time(1)

    played(play)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
async def test_over_a_pseudo_terminal() -> None:
    """The driver reads through pyserial and a pseudo-terminal what the meter has."""
    clock = LoopClock(factor=20.0)
    group = EdmiGroup([EdmiMeter(Meter(Plate(7, Kind.THREE_PHASE, f"{FIRST:012d}"), clock.now()))])
    bus = SimulatedBus([group], clock)
    line, path = open_pty(SETTINGS, clock)
    serving = asyncio.ensure_future(bus.serve(line))
    driver = EdmiDriver()
    async with line, await open_serial(path, SETTINGS) as port:
        for quantity in (Q.FORWARD_ACTIVE, Q.FORWARD_ACTIVE_DEMAND, Q.VOLTAGE, Q.CLOCK):
            answer = await ask(port, clock, driver, access(), Wanted(quantity))
            assert answer.outcome is Outcome.READ, answer
    serving.cancel()


def test_the_cost_of_an_exchange() -> None:
    """Five registers, driver and meter together, cost a few milliseconds of CPU at most."""

    async def play(clock: LoopClock) -> float:
        bus = Bus(clock, EdmiMeter(thing()))
        await bus.ask(Q.FORWARD_ACTIVE)
        began = time.process_time()
        for _ in range(100):
            await bus.ask(Q.FORWARD_ACTIVE)
        return (time.process_time() - began) / 100

    assert played(play) < 5e-3
