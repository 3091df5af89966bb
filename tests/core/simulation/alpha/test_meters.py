"""Emulated ALPHA meters: the same load as a meter of DL/T 645 shows, over buses and a pseudo-terminal.

Every test runs with the native driver and with that of the library file ``alpha-table``.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import pytest

from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.serial_port import open_serial
from core.lines.virtual_time import virtual_time
from core.meters.alpha.driver import AlphaDriver
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.driver import Access, Answer, Driver, Outcome
from core.meters.drivers import ALPHA, EDMI, USUAL, driver_for
from core.meters.library.classes.driver import ClassLibraryDriver
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.loader import read_library
from core.quantities import NOW, MonthEnd, Peak, Quantity, Wanted, When
from core.simulation.alpha.group import AlphaGroup
from core.simulation.alpha.meter import SETTINGS, AlphaMeter
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.faults import SOUND, Faults
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from tests.core.meters.library.stage import text_of
from tests.core.simulation.asking import ask
from tests.core.simulation.stage import NOW as BEGIN

Q = Quantity
T = TypeVar("T")
FIRST = 1048
ENERGIES = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2)
QUADRANTS = (Q.QUADRANT_1, Q.QUADRANT_2, Q.QUADRANT_3, Q.QUADRANT_4)
DEMANDS = (Q.FORWARD_ACTIVE_DEMAND, Q.REVERSE_ACTIVE_DEMAND)
LIBRARY = read_library(text_of("alpha-table"))
assert isinstance(LIBRARY, ClassLibrary)
new_driver: Callable[[], Driver] = AlphaDriver


@pytest.fixture(
    params=[AlphaDriver, partial(ClassLibraryDriver, LIBRARY)], ids=["native", "library"], autouse=True
)
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `new_driver` makes: one family twice (meter protocols §9)."""
    monkeypatch.setitem(globals(), "new_driver", request.param)


def played(play: Callable[[LoopClock], Coroutine[object, object, T]]) -> T:
    """Run a play in virtual time that begins at a fixed civil time."""

    async def begun() -> T:
        return await play(LoopClock(BEGIN))

    with virtual_time() as runner:
        return runner.run(begun())


def thing(number: int = 0, kind: Kind = Kind.THREE_PHASE, tariffs: int = 4) -> Meter:
    return Meter(Plate(7 + number, kind, f"{FIRST + number:012d}", tariffs), BEGIN)


def access(number: int = 0, **more: Any) -> Access:
    return Access(f"{FIRST + number:012d}", ALPHA, speed=USUAL.speed(ALPHA), **more)


class Bus:
    """ALPHA meters on a bus, and a driver to ask them."""

    def __init__(self, clock: LoopClock, *meters: AlphaMeter) -> None:
        self.clock = clock
        self.group = AlphaGroup(meters)
        self.bus = SimulatedBus([self.group], clock, seed=3)
        self.line = self.bus.line(SETTINGS)
        self.driver: Driver = new_driver()

    async def ask(self, quantity: Quantity, when: When = NOW, number: int = 0) -> Answer:
        return await ask(self.line, self.clock, self.driver, access(number), Wanted(quantity, when))


@pytest.mark.parametrize("packet", [64, 42, 120])
@pytest.mark.parametrize("tariffs", [4, 2])
def test_one_load_reads_the_same_through_either_family(packet: int, tariffs: int) -> None:
    """M27, M28: two meters on one load, one of DL/T 645, one of ALPHA: the same digits in both."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, AlphaMeter(thing(tariffs=tariffs), packet=packet))
        old = Dlt645Meter(thing(tariffs=tariffs))
        bus.group.suffer(1, Faults(stuck=True), clock.now())
        old.suffer(Faults(stuck=True), clock.now())
        other = SimulatedBus([Dlt645Group([old])], clock).line(old.settings)
        reader = Dlt645Driver(old.edition, clock.now)
        for quantity in (*ENERGIES, *QUADRANTS, *DEMANDS):
            answer = await bus.ask(quantity)
            assert answer.outcome is Outcome.READ, (quantity, answer.reason)
            twin = await ask(other, clock, reader, Access(old.address, 30), Wanted(quantity))
            count = 1 if quantity in QUADRANTS else tariffs + 1
            assert _values(answer, count) == _values(twin, count), quantity

    played(play)


def _values(answer: Answer, count: int) -> tuple[Any, ...]:
    assert isinstance(answer.value, tuple)
    return answer.value[:count]


def test_every_quantity_is_read_or_not_supported() -> None:
    """No quantity of the vocabulary is a failure; a second round costs little more than the clock."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, AlphaMeter(thing()))
        for quantity in Q:
            answer = await bus.ask(quantity)
            assert answer.outcome in (Outcome.READ, Outcome.UNSUPPORTED), (quantity, answer)
        assert clock.monotonic() < 25.0

    played(play)


def test_clock_and_month() -> None:
    """The clock is the meter's own; the settlement of the 1st gives the month end."""

    async def play(clock: LoopClock) -> None:
        meter = AlphaMeter(thing())
        bus = Bus(clock, meter)
        shown = (await bus.ask(Q.CLOCK)).value
        assert isinstance(shown, datetime)
        assert abs(shown - clock.now()) < timedelta(seconds=3)
        month = (await bus.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1)))).value
        present = (await bus.ask(Q.FORWARD_ACTIVE)).value
        assert isinstance(month, tuple)
        assert isinstance(present, tuple)
        assert isinstance(month[0], Decimal)
        assert isinstance(present[0], Decimal)
        assert month[0] < present[0]
        peaks = (await bus.ask(Q.FORWARD_ACTIVE_DEMAND, MonthEnd(date(2026, 10, 1)))).value
        assert isinstance(peaks, tuple)
        assert isinstance(peaks[0], Peak)
        assert peaks[0].at is not None
        assert peaks[0].at.month == 10
        meter.contents.calendar_lost = True
        answer = await bus.ask(Q.CLOCK)
        assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "meter clock invalid")

    played(play)


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (Faults(silent=True), Outcome.SILENT),
        (Faults(checksum=True), Outcome.BROKEN),
        (Faults(garbage=True), Outcome.BROKEN),
        (Faults(pieces=0.2), Outcome.READ),
    ],
    ids=lambda one: getattr(one, "text", ""),
)
def test_faults_of_a_meter(faults: Faults, outcome: Outcome) -> None:
    """Silence, CRC errors, registers without digits, torn answers; and all is well once they are gone."""

    async def play(clock: LoopClock) -> None:
        bus = Bus(clock, AlphaMeter(thing()), AlphaMeter(thing(1)))
        bus.group.suffer(1, faults, clock.now())
        assert (await bus.ask(Q.FORWARD_ACTIVE)).outcome is outcome
        bus.group.suffer(1, SOUND, clock.now())
        await clock.sleep(40.0)
        assert (await bus.ask(Q.FORWARD_ACTIVE)).outcome is Outcome.READ
        assert (await bus.ask(Q.FORWARD_ACTIVE, number=1)).outcome is Outcome.READ

    played(play)


def test_three_families_on_one_bus() -> None:
    """M28: DL/T 645, EDMI and ALPHA share a bus, each at its speed, and none is disturbed by the others."""

    async def play(clock: LoopClock) -> None:
        alpha, edmi, old = AlphaMeter(thing()), EdmiMeter(thing(1)), Dlt645Meter(thing(2))
        bus = SimulatedBus([AlphaGroup([alpha]), EdmiGroup([edmi]), Dlt645Group([old])], clock)
        line = bus.line(SETTINGS)
        stops: list[tuple[Driver | None, Access, SerialSettings]] = [
            (new_driver(), access(), alpha.settings),
            (driver_for(EDMI), Access(edmi.address, EDMI, speed=USUAL.speed(EDMI)), edmi.settings),
            (driver_for(30, clock.now), Access(old.address, 30, speed=USUAL.speed(30)), old.settings),
        ]
        for _ in range(2):
            for driver, meter, settings in stops:
                assert driver is not None
                await line.retune(settings)
                for quantity in (Q.FORWARD_ACTIVE, Q.CLOCK):
                    answer = await ask(line, clock, driver, meter, Wanted(quantity))
                    assert (answer.outcome, answer.tries) == (Outcome.READ, 1), answer

    played(play)


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
async def test_over_a_pseudo_terminal() -> None:
    """The driver reads through pyserial and a pseudo-terminal what the meter has."""
    clock = LoopClock(factor=10.0)
    meter = Meter(Plate(7, Kind.THREE_PHASE, f"{FIRST:012d}"), clock.now())
    bus = SimulatedBus([AlphaGroup([AlphaMeter(meter)])], clock)
    line, path = open_pty(SETTINGS, clock)
    serving = asyncio.ensure_future(bus.serve(line))
    driver = new_driver()
    async with line, await open_serial(path, SETTINGS) as port:
        for quantity in (Q.FORWARD_ACTIVE, Q.CLOCK):
            answer = await ask(port, clock, driver, access(), Wanted(quantity))
            assert answer.outcome is Outcome.READ, answer
    serving.cancel()


def test_the_cost_of_a_reading() -> None:
    """A whole session with all registers costs a few milliseconds of CPU, driver and meter together."""

    async def play(clock: LoopClock) -> float:
        bus = Bus(clock, AlphaMeter(thing()))
        await bus.ask(Q.FORWARD_ACTIVE)
        began = time.process_time()
        for _ in range(20):
            await clock.sleep(60)
            await bus.ask(Q.FORWARD_ACTIVE)
        return (time.process_time() - began) / 20

    assert played(play) < 25e-3
