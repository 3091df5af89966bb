"""A terminal whose ports answer by script: virtual time, modelled exchange times, a log of every request."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.clock import ManualClock
from core.errors import StoreError
from core.gdw376.units.afn04 import (
    KeyMeters,
    MeterArchive,
    PortReading,
    ReadingParameters,
    ReadingStopped,
    UserClass,
)
from core.meters.driver import Answer, Outcome
from core.quantities import (
    SHAPES,
    Count,
    DayEnd,
    HourEnd,
    MonthEnd,
    Peak,
    Quantity,
    Shape,
    Value,
    Wanted,
)
from core.store.store import Store
from core.terminal.acquisition import Acquisition
from core.terminal.acquisition.tasks import (
    Ask,
    BroadcastFreeze,
    BroadcastTime,
    FoundMeter,
    Heard,
    Search,
    Task,
)
from core.terminal.archive import Archive
from core.terminal.concentrator import Concentrator
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import History, Kind, Reading, Source
from core.terminal.rtc import Rtc
from core.terminal.setting import Setting
from tests.core.concentrators import Shelf
from tests.core.meter_records import meter

EVENING = datetime(2026, 11, 20, 23, 0, 0)
EXCHANGE = 0.4
"""Seconds of a request with its answer."""
SILENCE = 2.4
"""Seconds of two sends without one."""


class Notebook:
    """Readings in memory, by the rules of Z4; ``full`` refuses, ``puts`` counts transactions."""

    def __init__(self) -> None:
        self.kept: dict[tuple[History, Kind, datetime, Quantity], Reading] = {}
        self.log: list[tuple[History, tuple[Reading, ...]]] = []
        self.full = self.faulty = False

    def put(self, history: History, readings: Sequence[Reading]) -> None:
        if self.full:
            raise StoreError("the store is full")
        self.log.append((history, tuple(readings)))
        for one in readings:
            key = (history, one.kind, one.stamp, one.quantity)
            there = self.kept.get(key)
            if there is None or not (there.source is Source.FREEZE and one.source is Source.SUBSTITUTE):
                self.kept[key] = one

    def at(self, history: History, kind: Kind, stamp: datetime, quantity: Quantity) -> Reading | None:
        return self.kept.get((history, kind, stamp, quantity))

    def between(
        self, history: History, kind: Kind, quantity: Quantity, start: datetime, end: datetime
    ) -> tuple[Reading, ...]:
        found = [r for (h, k, _, q), r in self.kept.items() if (h, k, q) == (history, kind, quantity)]
        return tuple(sorted((r for r in found if start <= r.stamp < end), key=lambda r: r.stamp))

    def histories(self) -> tuple[History, ...]:
        return tuple(dict.fromkeys(key[0] for key in self.kept))

    def clear(self) -> None:
        self.kept.clear()

    def note(self, kind: Kind, stamp: datetime, name: str, value: int) -> None:
        raise NotImplementedError

    def noted(self, kind: Kind, stamp: datetime, name: str) -> int | None:
        raise NotImplementedError

    def of(self, point: int, kind: Kind) -> list[Reading]:
        """Every slot of a point, by stamp."""
        found = [reading for key, reading in self.kept.items() if key[0].point == point and key[1] is kind]
        return sorted(found, key=lambda reading: (reading.stamp, reading.quantity.value))


@dataclass
class Told:
    """A sink that remembers."""

    ports: list[int] = field(default_factory=list[int])
    points: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])
    read: list[History] = field(default_factory=list[History])

    def point_read(self, history: History, readings: Sequence[Reading]) -> None:
        self.read.append(history)

    def time_broadcast(self, port: int, at: datetime) -> None:
        pass

    def meters_found(self, port: int, found: Sequence[FoundMeter], whole: bool) -> None:
        pass

    def port_failed(self, port: int) -> None:
        self.ports.append(port)

    def point_missing(self, point: int, begin: bool) -> None:
        self.points.append((point, begin))


Script = Callable[[Ask, datetime], Outcome | Value]
"""What a meter says: a value, or how it fails."""


def well(ask: Ask, now: datetime) -> Outcome | Value:
    """A meter that has everything, with the right time."""
    match SHAPES[ask.wanted.quantity]:
        case Shape.TIME:
            return now
        case Shape.PEAKS:
            return (Peak(Decimal("1.2345"), now),)
        case Shape.WORDS:
            return (0,) * 7
        case Shape.COUNT:
            return Count(3, now)
        case _:
            return (Decimal("123456.78"),) * 5


def short(wanted: Wanted) -> str:
    """A question in a few characters."""
    match wanted.when:
        case DayEnd(day):
            return f"{wanted.quantity.value} {day:%m-%d}"
        case MonthEnd(month):
            return f"{wanted.quantity.value} {month:%Y-%m}"
        case HourEnd(moment):
            return f"{wanted.quantity.value} {moment:%dT%H}"
        case _:
            return wanted.quantity.value


class World:
    """A terminal with meters on its ports; ``run`` plays the workers of all of them."""

    def __init__(self, start: datetime = EVENING) -> None:
        self.clock = ManualClock(start)
        self.shelf = Shelf()
        self.readings = Notebook()
        self.told = Told()
        self.script: Script = well
        self.scripts: dict[int, Script] = {}
        self.log: list[str] = []
        self.asked: list[tuple[datetime, Ask]] = []
        self.searching: Callable[[Search], Heard] = lambda step: Heard()
        self.boot()

    def boot(self) -> None:
        """Switch on: everything but the shelf and the readings is new."""
        self.ledger = Ledger(self.shelf)
        self.rtc = Rtc(self.clock, self.ledger)
        self.parameters = Parameters(self.ledger)
        self.archive = Archive(self.parameters)
        self.acquisition = Acquisition(
            self.clock, self.rtc, self.parameters, self.archive, self.readings, self.ledger, self.told
        )

    @property
    def now(self) -> datetime:
        """The terminal's time."""
        return self.rtc.reading()

    def meters(self, *points: int, port: int = 1, protocol: int = 30, major: int = 4, minor: int = 0) -> None:
        """Archive meters; by default residential ones of 2007."""
        records = [
            replace(meter(point, port=port), protocol=protocol, user_class=UserClass(minor, major))
            for point in points
        ]
        self.parameters.write([MeterArchive(tuple(records))])

    def keys(self, *serials: int) -> None:
        """Make key points of them."""
        self.parameters.write([KeyMeters(serials)])

    def stop(self, point: int, stopped: bool = True) -> None:
        """Stop or allow reading of a point (F30)."""
        self.parameters.write([Setting(ReadingStopped(int(stopped)), point)])

    def port(self, port: int = 1) -> PortReading:
        """F33 of a port."""
        return next(p for p in self.parameters.value(ReadingParameters).ports if p.port == port)

    def set_port(self, block: PortReading) -> None:
        """Set F33 of a port."""
        self.parameters.write([ReadingParameters((block,))])

    def step(self, port: int) -> float:
        """Let a worker do one thing; return how long it took, or how long it waits: the terminal looks every
        minute."""
        now = self.clock.monotonic()
        task = self.acquisition.next(port, now)
        if task is None:
            self.acquisition.look()
            return max(0.001, min(60.0, self.acquisition.due(port, now)))
        return self.carry_out(port, task)

    def carry_out(self, port: int, task: Task) -> float:
        """Do a task; its result arrives when the time it takes is over."""
        if isinstance(task, Ask):
            return self._exchange(port, task)
        self.log.append(f"{self.now:%d %H:%M:%S} {type(task).__name__}")
        self.clock.advance(0.1)
        if isinstance(task, Search):
            self.acquisition.heard(port, task, self.searching(task))
        else:
            assert isinstance(task, BroadcastTime | BroadcastFreeze)
            self.acquisition.done(port, task, self.clock.monotonic())
        return 0.0

    def _exchange(self, port: int, ask: Ask) -> float:
        self.asked.append((self.now, ask))
        said = self.scripts.get(ask.meter.point, self.script)(ask, self.now)
        outcome = said if isinstance(said, Outcome) else Outcome.READ
        self.log.append(
            f"{self.now:%d %H:%M:%S} P{ask.meter.point} {short(ask.wanted)} [{ask.purpose.value}]"
            + ("" if outcome is Outcome.READ else f" {outcome.value}")
        )
        self.clock.advance(SILENCE if outcome is Outcome.SILENT else EXCHANGE)
        answer = Answer(
            ask.wanted,
            outcome,
            None if isinstance(said, Outcome) else said,
            "no answer" if outcome is Outcome.SILENT else "",
            2 if outcome is Outcome.SILENT else 1,
        )
        self.acquisition.took(port, ask, answer, self.clock.monotonic())
        return 0.0

    def run(self, until: datetime, ports: Iterable[int] = (1,)) -> None:
        """Play one port after another until the place's clock shows ``until``."""
        ports = tuple(ports)
        while self.clock.now() < until:
            waits = [self.step(port) for port in ports]
            if (wait := min(waits)) > 0:
                self.clock.advance(min(wait, (until - self.clock.now()).total_seconds() + 0.001))

    def read(self, point: int) -> list[str]:
        """What was asked of a point."""
        return [short(ask.wanted) for _, ask in self.asked if ask.meter.point == point]


def next_day(moment: datetime, hour: int = 0, minute: int = 0) -> datetime:
    """A time on the day after."""
    return (moment + timedelta(days=1)).replace(hour=hour, minute=minute, second=0)


class Fitted(World):
    """The same with a whole concentrator and its real store around the planner."""

    def boot(self) -> None:
        """Switch on."""
        if not hasattr(self, "terminal"):
            self.terminal = Concentrator(
                self.clock, Ledger(self.shelf), Store(None).readings, Identity(), boot=0.0
            )
        self.terminal.power_up()
        self.ledger, self.rtc = self.terminal.ledger, self.terminal.rtc
        self.parameters, self.archive = self.terminal.parameters, self.terminal.archive
        self.acquisition = self.terminal.acquisition
