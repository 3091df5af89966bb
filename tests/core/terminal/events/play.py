"""A whole terminal with meters at wire speed in virtual time, and its event records as short words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.app import Terminal
from core.gdw376.unit import Unit
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.profile import Profile
from core.simulation.area import Area, AreaMeters
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.faults import SOUND, Faults
from core.simulation.surroundings import Surroundings
from core.store.store import Store
from core.terminal.concentrator import Concentrator
from core.terminal.events.records import begins, event_of
from core.terminal.ledger import EventRecord
from core.terminal.setting import Setting

START = datetime(2026, 11, 20, 23, 56)
"""Ports idle: the first pass is that of the 21st, at 00:05."""
PLACE = Surroundings(sim=True, csq=27)

TWO = Area(seed=3, tariff_control=2)
"""One meter on each port."""


def short(record: EventRecord) -> str:
    """``12+ P3`` began at point 3, ``12- P3`` ended, ``21`` just happened at the terminal."""
    begun = begins(record)
    mark = "" if begun is None else "+" if begun else "-"
    return f"{record.erc}{mark}" + (f" P{record.pn}" if record.pn else "")


class Play:
    """The terminal, its meters, and what it recorded since the play began."""

    def __init__(self, terminal: Terminal, clock: LoopClock) -> None:
        self.terminal = terminal
        self.clock = clock

    @property
    def concentrator(self) -> Concentrator:
        return self.terminal.concentrator

    @property
    def area(self) -> AreaMeters:
        assert self.terminal.area
        return self.terminal.area

    @property
    def records(self) -> list[EventRecord]:
        """Oldest first."""
        return list(reversed(self.concentrator.events.newest(512)))

    @property
    def events(self) -> list[str]:
        return [short(record) for record in self.records]

    def body(self, place: int = -1) -> object:
        """The whole record as AFN 0E carries it."""
        return event_of(self.records[place]).body

    async def until(self, hour: int, minute: int = 0, day: int = 21) -> None:
        moment = datetime(2026, 11, 1, hour, minute).replace(day=day)
        await self.clock.sleep((moment - self.clock.now()).total_seconds())

    def suffer(self, point: int, faults: Faults = SOUND) -> None:
        self.area.suffer(point, faults, self.clock.now())

    def meter(self, point: int) -> Dlt645Meter:
        meter = self.area.meter(point)
        assert isinstance(meter, Dlt645Meter)
        return meter

    def place(self, **changes: object) -> None:
        self.terminal.surroundings = replace(self.terminal.surroundings, **changes)  # type: ignore[arg-type]

    def mark(self) -> int:
        """A place in the records, to look at later ones only."""
        return len(self.records)


def play(
    steps: Callable[[Play], Awaitable[None]],
    area: Area = TWO,
    parameters: Sequence[Unit | Setting] = (),
    place: Surroundings = PLACE,
    start: datetime = START,
    store: Store | None = None,
) -> None:
    """Run a play; the terminal is new unless it gets a ``store``."""

    async def on_stage() -> None:
        clock = LoopClock(start)
        profile = Profile("play", surroundings=place, parameters=tuple(parameters), area=area)
        async with Terminal(profile, store or Store(None), clock, 0.0, (1, 2)) as terminal:
            await steps(Play(terminal, clock))

    with virtual_time() as runner:
        runner.run(on_stage())
