"""A probe against emulated meters of every family: on a bus, through a terminal, over a pseudo-terminal."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from core.channels.meter_bus import MeterBus
from core.errors import DeniedError, LineError, SilenceError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn10 import Forward, Forwarded
from core.lines.faults import Faults as Noise
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.lines.pty import open_pty
from core.lines.virtual_time import virtual_time
from core.meters.dlt645.control import Edition
from core.meters.driver import Access, Answer, Finished, Outcome, Retune, Send, Speed
from core.meters.families import Families
from core.meters.iec62056.station import Habits
from core.meters.mapping import A1700 as ID_A1700
from core.meters.mapping import ALPHA, DLT645_1997, DLT645_2007, EDMI, LANDIS_GYR_D
from core.meters.probe.order import Wish, plan
from core.meters.probe.question import IEC62056
from core.meters.probe.sweep import Outcome as Ending
from core.meters.probe.sweep import Result
from core.quantities import NOW as PRESENT
from core.quantities import Quantity, Wanted
from core.service.forwarding import Forwarding
from core.simulation.alpha.group import AlphaGroup
from core.simulation.alpha.meter import AlphaMeter
from core.simulation.bus import BusLine, SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.edmi.group import EdmiGroup
from core.simulation.edmi.meter import EdmiMeter
from core.simulation.groups import Group
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import A1700, IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.library.group import LibraryGroup, SimulatedLibraryMeter
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from hhu.client.meter_probe import (
    Asking,
    LineProbe,
    PortProbe,
    carries_speed,
    once_each,
    open_bus,
    settings_of,
    terminal_limit,
    timeout_of,
)
from tests.core.channels.test_meter_bus import Lamp
from tests.core.meters.library.stage import shipped_library
from tests.core.simulation.stage import NOW

T = TypeVar("T")
ADDRESS = "000012345678"
SHORT = "000000000048"
FIRST = SerialSettings(2400, 8, "E", 1)


def played(play: Callable[[LoopClock], Coroutine[Any, Any, T]]) -> T:
    """Run a play in virtual time that begins at a fixed civil time."""

    async def begun() -> T:
        return await play(LoopClock(NOW))

    with virtual_time() as runner:
        return runner.run(begun())


def thing(address: str = ADDRESS) -> Meter:
    return Meter(Plate(7, Kind.THREE_PHASE, address), NOW)


def dlt645(
    edition: Edition = Edition.V2007, settings: SerialSettings | None = None, *addresses: str
) -> Dlt645Group:
    held = addresses or (ADDRESS,)
    return Dlt645Group(Dlt645Meter(thing(one), edition, settings=settings) for one in held)


def edmi(baud: int = 9600, *addresses: str) -> EdmiGroup:
    held = addresses or ("000212039174",)
    return EdmiGroup(EdmiMeter(thing(one), settings=SerialSettings(baud, 8, "N", 1)) for one in held)


def alpha(baud: int = 1200, address: str = SHORT) -> AlphaGroup:
    return AlphaGroup([AlphaMeter(thing(address), settings=SerialSettings(baud, 8, "N", 1))])


def landis_gyr(habits: Habits | None = None, data_bits: int = 7, parity: str = "E") -> IecGroup:
    return IecGroup([IecMeter(thing(), habits=habits, data_bits=data_bits, parity=parity)])


def elster(habits: Habits | None = None) -> IecGroup:
    physical = thing()
    return IecGroup([IecMeter(physical, A1700(physical, Look()), habits=habits)])


def wasion(baud: int = 1200) -> LibraryGroup:
    library = shipped_library("wasion-4.1")
    meter = SimulatedLibraryMeter(library, thing(SHORT), SerialSettings(baud, 8, "E", 1))
    return LibraryGroup(library, [meter])


def nothing(_: Asking) -> None:
    """Nobody looks on."""


def probed(
    *groups: Group, wish: Wish | None = None, echo: bool = False, limit: float | None = None,
    noise: Noise | None = None,
) -> Result:  # fmt: skip
    """The result of a probe on a bus with these meters."""

    async def play(clock: LoopClock) -> Result:
        bus = SimulatedBus(groups, clock, seed=3)
        bus.faults = noise or bus.faults
        line = bus.line(FIRST, echo=echo)
        return await LineProbe(line, clock, plan(wish or Wish()), limit, nothing).run()

    return played(play)


def at(baud: int, shape: str = "8E1") -> SerialSettings:
    return SerialSettings(baud, int(shape[0]), shape[1], int(shape[2]))


FAMILIES: list[tuple[str, Group, str, str, str]] = [
    (DLT645_2007, dlt645(), "2400 8E1", ADDRESS, ""),
    (DLT645_2007, dlt645(settings=at(19200)), "19200 8E1", ADDRESS, ""),
    (DLT645_2007, dlt645(settings=at(600)), "600 8E1", ADDRESS, ""),
    (DLT645_2007, dlt645(settings=at(9600, "8N1")), "9600 8N1", ADDRESS, ""),
    (DLT645_1997, dlt645(Edition.V1997), "1200 8E1", ADDRESS, ""),
    (DLT645_1997, dlt645(Edition.V1997, at(4800)), "4800 8E1", ADDRESS, ""),
    (DLT645_1997, dlt645(Edition.V1997, at(300)), "300 8E1", ADDRESS, ""),
    (EDMI, edmi(), "9600 8N1", "", ""),
    (EDMI, edmi(19200), "19200 8N1", "000212039174", "000212039174"),
    (EDMI, edmi(2400), "2400 8N1", "", ""),
    (IEC62056, landis_gyr(), "300 7E1", "", ""),
    (IEC62056, landis_gyr(Habits(fixed=9600)), "9600 7E1", "", ""),
    (IEC62056, landis_gyr(Habits(fixed=9600), 8, "N"), "9600 8N1", "", ""),
    (IEC62056, landis_gyr(Habits(fixed=4800)), "4800 7E1", "12345678", ADDRESS),
    (IEC62056, landis_gyr(Habits(fixed=2400, impatient=True)), "2400 7E1", ADDRESS[-8:], ""),
    (IEC62056, elster(), "300 7E1", "", ""),
    (IEC62056, elster(Habits(fixed=1200)), "1200 7E1", "", ""),
    (ALPHA, alpha(), "1200 8N1", "48", SHORT),
    (ALPHA, alpha(9600), "9600 8N1", "48", SHORT),
    (ALPHA, alpha(address="000000000000"), "1200 8N1", "0", ""),
    ("wasion-4.1", wasion(), "1200 8E1", SHORT, SHORT),
    ("wasion-4.1", wasion(9600), "9600 8E1", SHORT, SHORT),
]


@pytest.mark.parametrize(("family", "group", "speed", "address", "meter"), FAMILIES)
def test_every_family_is_found_at_its_speed_and_at_unusual_ones(
    family: str, group: Group, speed: str, address: str, meter: str
) -> None:
    """Issue 8: family, speed and address of an unknown meter, within the time told."""
    result = probed(group, wish=Wish(meter))
    assert result.outcome is Ending.FOUND
    (seen,) = result.sightings
    assert (seen.family, settings_of(seen.speed).text, seen.address) == (family, speed, address)
    assert result.seconds < 90


def test_the_usual_meter_is_found_within_seconds() -> None:
    """2007 at 2400 and 1997 at 1200 in less than three seconds, a second of listening included."""
    assert probed(dlt645()).seconds < 3
    assert probed(dlt645(Edition.V1997)).seconds < 3


def test_makers_of_a_sign_on_are_told_apart() -> None:
    """The identification chooses the driver; a meter that reads out by itself tells its dialect."""
    assert probed(landis_gyr()).sightings[0].drivers[0] == LANDIS_GYR_D
    assert probed(elster()).sightings[0].drivers == (ID_A1700,)
    (talking,) = probed(landis_gyr(Habits(fixed=9600, impatient=True))).sightings
    assert talking.talking
    assert talking.dialect.startswith("OBIS")


def test_an_adapter_that_hears_itself_changes_nothing() -> None:
    """Two-wire adapters with echo: the same result, and it is told."""
    for group, family in ((dlt645(), DLT645_2007), (edmi(), EDMI), (landis_gyr(), IEC62056)):
        result = probed(group, echo=True)
        assert result.sightings[0].family == family
        assert result.echo
    assert probed(echo=True).outcome is Ending.NOTHING


def test_two_meters_at_once_are_told() -> None:
    """Both answer the wildcard: garbage in the shape of an answer, twice, on a line that is good."""
    result = probed(dlt645(Edition.V2007, None, ADDRESS, "000000000002"))
    assert result.outcome is Ending.SEVERAL
    assert result.suspect is not None
    assert result.suspect.family == DLT645_2007
    assert result.suspect.speed.baud == 2400
    assert result.seconds < 8
    both = probed(edmi(9600, "000212039174", "000212039175"), wish=Wish(families=(EDMI,)))
    assert both.outcome is Ending.SEVERAL


def test_one_of_many_is_found_by_its_nameplate() -> None:
    """On a shared bus the nameplate reaches the meter alone."""
    many = dlt645(Edition.V2007, None, ADDRESS, "000000000002", "000000000003")
    result = probed(many, wish=Wish("000000000002"))
    assert result.outcome is Ending.FOUND
    assert result.sightings[0].address == "000000000002"
    shared = edmi(9600, "000212039174", "000212039175")
    assert probed(shared, wish=Wish("000212039175")).sightings[0].address == "000212039175"


def test_a_nameplate_that_is_not_the_address_finds_the_meter_all_the_same() -> None:
    """Whoever hears it is asked behind those who were named."""
    result = probed(dlt645(), wish=Wish("000000000777"))
    assert result.sightings[0].address == ADDRESS


@pytest.mark.parametrize("limit", [None, 12.0])
def test_a_silent_bus_ends_in_the_time_told(limit: float | None) -> None:
    """No meter at all: everything was asked, or as much as the time allows."""
    result = probed(limit=limit)
    assert result.outcome is Ending.NOTHING
    assert result.seconds <= (limit or 90)
    assert bool(result.left) is bool(limit)


def test_a_noisy_line_never_invents_a_meter() -> None:
    """Bit errors on a bad cable: the meter or nothing, in the time told."""
    for seed in (0.002, 0.02):
        result = probed(dlt645(), noise=Noise(bit_errors=seed))
        assert {one.address for one in result.sightings} <= {ADDRESS}
        assert result.seconds < 90


# Politeness


async def ask(line: BusLine, clock: LoopClock, code: int, access: Access) -> Answer:
    """A normal driver reads the energy total."""
    families = Families()
    driver = families.driver(code, lambda: None)
    assert driver is not None
    await line.retune(settings_of(access.speed))
    acts = driver.ask(access, Wanted(Quantity.FORWARD_ACTIVE, PRESENT), clock.monotonic())
    while True:
        for act in acts:
            match act:
                case Finished(answer):
                    return answer
                case Retune(speed):
                    await line.retune(settings_of(speed))
                case Send(raw, delay):
                    await line.send_after(delay, raw, clock)
        assert driver.deadline is not None
        try:
            async with clock.timeout(driver.deadline - clock.monotonic()):
                data = await line.receive()
        except TimeoutError:
            acts = driver.tick(clock.monotonic())
        else:
            acts = driver.feed(data, clock.monotonic())


@pytest.mark.parametrize(
    ("code", "group", "address"),
    [
        (30, dlt645(), ADDRESS), (1, dlt645(Edition.V1997), ADDRESS), (10, edmi(), "000212039174"),
        (4, landis_gyr(), ADDRESS), (8, alpha(), SHORT), (12, wasion(), SHORT),
    ],
)  # fmt: skip
def test_after_the_probe_a_driver_reads_the_meter_at_once(code: int, group: Group, address: str) -> None:
    """Nothing is left open in the meter: the first question of the driver is answered, without a repeat."""

    async def play(clock: LoopClock) -> tuple[Result, Answer]:
        line = SimulatedBus([group], clock, seed=3).line(FIRST)
        wish = Wish(address if code in (8, 12) else "")
        result = await LineProbe(line, clock, plan(wish), None, nothing).run()
        speed = result.sightings[0].speed
        return result, await ask(line, clock, code, Access(address, code, speed=speed))

    result, answer = played(play)
    assert result.outcome is Ending.FOUND
    assert (answer.outcome, answer.tries) == (Outcome.READ, 1)


def test_a_probe_that_is_broken_off_leaves_the_meter_free() -> None:
    """Ctrl-C while a meter has just signed on: it gets its break and is read at once."""

    async def play(clock: LoopClock) -> tuple[Answer, Result]:
        group = landis_gyr()
        line = SimulatedBus([group], clock, seed=3).line(FIRST)
        probe = LineProbe(line, clock, plan(Wish(families=(IEC62056,))), None, nothing)
        running = asyncio.create_task(probe.run())
        while not group.selecting:
            await clock.sleep(0.05)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()
        assert not group.selecting
        await clock.sleep(2.0)
        answer = await ask(line, clock, 4, Access(ADDRESS, 4, speed=Speed(300, data_bits=7)))
        return answer, probe.result

    answer, result = played(play)
    assert answer.outcome is Outcome.READ
    assert result.sightings, "it had answered; that is not kept back"


def test_progress_counts_down() -> None:
    """Each question is told with its number and the seconds left."""
    told: list[Asking] = []

    async def play(clock: LoopClock) -> Result:
        line = SimulatedBus([], clock).line(FIRST)
        return await LineProbe(line, clock, plan(Wish(families=(DLT645_2007,))), None, told.append).run()

    result = played(play)
    assert [one.number for one in told] == list(range(1, len(result.tried) + 1))
    assert all(a.left > b.left > 0 for a, b in pairwise(told))


# Through the terminal


@dataclass
class Relay:
    """The terminal's side of AFN10 F1 without its frames: the real worker of a port runs each order."""

    terminal: Concentrator
    clock: LoopClock
    orders: int = 0
    typing: float = 0.0
    """Seconds a person types the password before the first."""

    async def forward(self, order: Unit, wait: float) -> Unit:
        assert isinstance(order, Forward)
        assert Forward.decode(order.encode()) == order
        await self.clock.sleep(self.typing if not self.orders else 0.0)
        self.orders += 1
        errand, over = Forwarding(order), asyncio.Event()
        begun = self.clock.monotonic()
        assert self.terminal.relays.submit(order.port, errand, over.set)
        await over.wait()
        assert self.clock.monotonic() - begun < wait
        return Forwarded(order.port, errand.answer)


def relayed(
    *groups: Group, wish: Wish | None = None, limit: float | None = None, typing: float = 0.0
) -> tuple[Result, Relay]:
    """The result of a probe through port 1 of a terminal."""

    async def play(clock: LoopClock) -> tuple[Result, Relay]:
        store = Store(None)
        terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
        terminal.power_up()
        line = SimulatedBus(groups, clock, seed=3).line(FIRST)
        worker = asyncio.create_task(MeterBus(terminal, 1, line, clock, Lamp(lambda: line)).run())
        await asyncio.sleep(0)
        relay, questions = Relay(terminal, clock, typing=typing), plan(wish or Wish())
        seconds = limit or terminal_limit(questions)
        result = await PortProbe(relay, clock, 1, questions, seconds, nothing).run()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        store.close()
        return result, relay

    return played(play)


@pytest.mark.parametrize(("family", "group", "speed", "address", "meter"), FAMILIES)
def test_every_family_is_found_through_the_terminal(
    family: str, group: Group, speed: str, address: str, meter: str
) -> None:
    """AFN10 F1 (part A §12): control byte, waiting times and gap of the relay fit every question."""
    result, _ = relayed(group, wish=Wish(meter))
    assert result.outcome is Ending.FOUND
    (seen,) = result.sightings
    assert (seen.family, settings_of(seen.speed).text, seen.address) == (family, speed, address)


def test_two_meters_behind_the_terminal_are_told() -> None:
    """The garbage of two answers comes through the relay as it is."""
    result, _ = relayed(dlt645(Edition.V2007, None, ADDRESS, "000000000002"))
    assert result.outcome is Ending.SEVERAL


def test_a_silent_port_ends_in_the_time_told() -> None:
    """The terminal waits a second at least for each question."""
    result, relay = relayed()
    assert (result.outcome, relay.orders) == (Ending.NOTHING, len(plan(Wish())))
    assert result.seconds <= terminal_limit(plan(Wish()))
    short, _ = relayed(limit=20.0)
    assert short.left
    assert short.seconds <= 20


def test_the_time_a_person_types_is_not_counted() -> None:
    """The password is asked for with the first order."""
    result, relay = relayed(wish=Wish(families=(DLT645_2007,)), typing=120.0)
    assert relay.orders == len(plan(Wish(families=(DLT645_2007,))))
    assert not result.left


class Refusing:
    """A terminal that answers relays with an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def forward(self, order: Unit, wait: float) -> Unit:
        raise self.error


@pytest.mark.parametrize("error", [DeniedError(0x10), SilenceError("ir", "silent"), LineError("ir", "gone")])
def test_what_the_terminal_refuses_ends_the_probe(error: Exception) -> None:
    """A port that is not relayed, a terminal that is gone: nothing is claimed of meters."""

    async def play(clock: LoopClock) -> Result:
        return await PortProbe(Refusing(error), clock, 9, plan(Wish()), 60.0, nothing).run()

    with pytest.raises(type(error)):
        played(play)


def test_waiting_times_fit_the_byte_of_the_order() -> None:
    """Hundredths of a second up to 1.27, whole seconds above (part A §12 F1)."""
    assert [(timeout_of(s).value, timeout_of(s).unit) for s in (0.0, 0.65, 1.27, 1.65, 3.0)] == [
        (1, 0), (65, 0), (127, 0), (2, 1), (3, 1),
    ]  # fmt: skip


# Lines


@pytest.mark.port
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
async def test_a_meter_behind_a_pseudo_terminal() -> None:
    """It carries no speed: each question once, and the speed is not claimed."""
    clock = LoopClock()
    bus = SimulatedBus([landis_gyr(Habits(fixed=9600, delay=0.01))], clock)
    served, path = open_pty(FIRST)
    serving = asyncio.ensure_future(bus.serve(served))
    questions = tuple(
        replace(one, wait=0.1, quiet=0.0) for one in plan(Wish(families=(DLT645_2007, IEC62056)))
    )
    async with served, await open_bus(path, questions[0].speed) as line:
        assert not carries_speed(line)
        asked = once_each(questions)
        assert [one.family for one in asked] == [DLT645_2007, IEC62056]
        result = await LineProbe(line, clock, asked, None, nothing).run()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert result.outcome is Ending.FOUND
    assert result.sightings[0].text.startswith("/LGZ5")


@pytest.mark.parametrize("line", ["ir:COM4", "emulator", "udp:1.2.3.4:5", "listen:9001"])
async def test_a_line_to_the_terminal_is_no_meter_bus(line: str) -> None:
    """The next step is named: through the terminal, or an adapter."""
    with pytest.raises(UsageError, match="--port N"):
        await open_bus(line, Speed())
