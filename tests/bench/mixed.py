"""A pass over a port that five families and DL/T 645 share, in virtual time: what changing costs.

Counted as the protocols' own: the bytes at the speed they went at, the pauses that the drivers ask for before
they send (30 to 50 ms after an answer, 0.5 s of quiet before a sign-on of IEC 62056-21, 0.2 s within one),
and the time that the meters take to answer. The rest is lost.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.channels.meter_bus import MeterBus
from core.lines.line import Line, SerialSettings, Sleeper
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Outcome
from core.meters.mapping import ALPHA, EDMI, LANDIS_GYR_B, LANDIS_GYR_D
from core.quantities import Quantity, Wanted
from core.simulation.air import Saying
from core.simulation.bus import SimulatedBus
from core.simulation.faults import Faults
from core.simulation.groups import BusMeter, Group, Listener
from core.simulation.population import Population, population
from core.store.store import Store
from core.terminal.acquisition.tasks import Ask, Purpose
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_meter_bus import Lamp, Script
from tests.core.channels.test_meter_bus_with_meters import archived

NOW = datetime(2026, 11, 20, 8, 30)
FAMILIES = (EDMI, ALPHA, LANDIS_GYR_D, LANDIS_GYR_B, "wasion-4.1")
EACH = 8
"""Meters of each family, and of DL/T 645-2007."""
Q = Quantity
ITEMS = (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.FORWARD_ACTIVE_DEMAND, Q.VOLTAGE, Q.CURRENT, Q.CLOCK)


@dataclass(slots=True)
class Spent:
    """Seconds of one port."""

    wire: float = 0.0
    pauses: float = 0.0
    answers: float = 0.0
    """From requests to answers."""
    retunes: int = 0

    @property
    def own(self) -> float:
        """What the protocols themselves take."""
        return self.wire + self.pauses + self.answers


class Weighed(Line):
    """A line that notes what its time goes to."""

    def __init__(self, inner: Line, spent: Spent) -> None:
        self.name, self.settings = inner.name, inner.settings
        self._inner = inner
        self._spent = spent

    def _note(self, data: bytes) -> None:
        self._spent.wire += self.settings.wire_time(len(data)) if self.settings else 0.0

    async def send(self, data: bytes) -> None:
        self._note(data)
        await self._inner.send(data)

    async def send_after(self, pause: float, data: bytes, clock: Sleeper) -> None:
        self._spent.pauses += pause
        self._note(data)
        await self._inner.send_after(pause, data, clock)

    async def receive(self) -> bytes:
        data = await self._inner.receive()
        self._note(data)
        return data

    async def retune(self, settings: SerialSettings) -> None:
        self._spent.retunes += 1
        await self._inner.retune(settings)
        self.settings = settings

    async def close(self) -> None:
        await self._inner.close()


class TimedEar:
    """Notes how long answers are in coming."""

    def __init__(self, inner: Listener, spent: Spent) -> None:
        self._inner = inner
        self._spent = spent

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        said = self._inner.feed(data, arrived, now, settings)
        self._spent.answers += min((one.delay for one in said), default=0.0)
        return said


class Timed:
    """A group whose answers are timed."""

    def __init__(self, inner: Group, spent: Spent) -> None:
        self._inner = inner
        self._spent = spent

    @property
    def meters(self) -> Sequence[BusMeter]:
        return self._inner.meters

    def suffer(self, number: int, faults: Faults, now: datetime) -> None:
        self._inner.suffer(number, faults, now)

    def listener(self) -> TimedEar:
        return TimedEar(self._inner.listener(), self._spent)


@dataclass(frozen=True, slots=True)
class Passed:
    """One pass."""

    seconds: float
    spent: Spent
    meters: int
    answers: int
    bad: int
    """Answers that are neither a value nor "not supported"."""

    @property
    def loss(self) -> float:
        """Of the protocols' own time."""
        return self.seconds / self.spent.own - 1


def everybody(families: Sequence[str] = FAMILIES, chinese: int = EACH) -> Population:
    """All on 485_1, shuffled."""
    counts = dict.fromkeys(families, EACH)
    return population(7, NOW, ports=(1,), tariff_control=chinese, families=counts)


def measure(area: Population | None = None) -> Passed:
    """Ask every meter everything, one after the other."""
    people = area or everybody()
    meters = [archived(one) for one in people.placed]
    script = Script(*(Ask(meter, Wanted(item), Purpose.DAY) for meter in meters for item in ITEMS))
    spent = Spent()
    with virtual_time() as runner:
        seconds = runner.run(_run(script, people, spent))
    bad = sum(one.outcome not in (Outcome.READ, Outcome.UNSUPPORTED) for one in script.answers)
    return Passed(seconds, spent, len(meters), len(script.answers), bad)


async def _run(script: Script, area: Population, spent: Spent) -> float:
    clock, store = LoopClock(NOW), Store(None)
    terminal = Concentrator(clock, Ledger(store), store.readings, boot=0.0)
    terminal.power_up()
    bus = SimulatedBus([Timed(group, spent) for group in area.groups(1)], clock)
    line = Weighed(bus.line(SerialSettings(2400, 8, "E", 1)), spent)
    worker = MeterBus(terminal, 1, line, clock, Lamp(lambda: line), script, script)
    begin = clock.monotonic()
    running = asyncio.create_task(worker.run())
    await script.over.wait()
    elapsed = clock.monotonic() - begin
    running.cancel()
    store.close()
    return elapsed


def alone() -> float:
    """Seconds that the same meters take family by family, each on a port of its own."""
    people = everybody()
    names = dict.fromkeys(one.family for one in people.placed)
    apart = (tuple(one for one in people.placed if one.family == name) for name in names)
    return sum(measure(Population(placed)).seconds for placed in apart)
