"""A month with 192 meters in virtual time, and how full the lines are while a day is read.

The month is on disk and everything real: wires, meters, worker, planner, store. What it left is held against
the meters' own displays. It is run with 192 households, and with the built-in profile `full`, in which 32
tariff-control and three-phase meters are asked for energy, voltage and current every hour, as factory
parameters say. The pass is 2 x 96 tariff-control meters of DL/T 645-2007 with
six items each (day freeze of forward and reverse energy and of the demand; relay, clock, status word).
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

from core.app import Terminal
from core.gdw376.units.afn04 import ITEM_SETS, ItemSet, MinorClass
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.dlt645.exchange import Timings
from core.quantities import Quantity
from core.simulation.area import PORTS
from core.simulation.dlt645.meter import DELAY
from core.simulation.faults import parse_faults
from core.simulation.population import Placed
from core.simulation.shown import Shown
from core.store.store import FILE
from core.terminal.archive import history_of
from core.terminal.readings import Kind, Reading, Source
from core.terminal.setting import Setting

NOON = datetime(2026, 10, 31, 12)
DAY = timedelta(days=1)
FUNCTIONS = (161, 163, 185, 209)
"""Of AFN 0D: day freeze of forward and reverse energy and of the forward demand, relay."""
UNTIL = timedelta(seconds=2)
"""How exactly the moment of a present value is kept: whole seconds, and the answer's way."""


@dataclass(frozen=True, slots=True)
class Month:
    """What 30 days took and left."""

    seconds: float
    """Of CPU of this process: nothing else runs in it."""
    wall: float
    freezes: int
    """Day ends of sound meters that are there and equal to the meter's own."""
    wrong: tuple[tuple[int, date], ...]
    """Point and day of those that are not."""


def month(days: int = 30, profile: str | Path = "full") -> Month:
    """Let a terminal run, then compare."""
    with tempfile.TemporaryDirectory() as directory, virtual_time() as runner:
        return runner.run(_month(days, profile, Path(directory)))


def households(days: int = 30) -> Month:
    """The same with 192 single-phase residential meters, read once a day."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "households.toml"
        file.write_text("[area]\nresidential = 192\n", "utf-8")
        return month(days, file)


async def _month(days: int, profile: str | Path, directory: Path) -> Month:
    begun, wall = time.process_time(), time.perf_counter()
    async with Terminal.create(profile, directory, LoopClock(NOON), boot=0.0) as terminal:
        await terminal.clock.sleep(days * DAY.total_seconds())
        spent, passed = time.process_time() - begun, time.perf_counter() - wall
        ends = [NOON.date() + number * DAY for number in range(days)]
        verdicts = {(point, day): right for point, day, right in _compare(terminal, ends)}
    wrong = tuple(at for at, right in verdicts.items() if not right)
    return Month(spent, passed, len(verdicts) - len(wrong), wrong)


def _compare(terminal: Terminal, days: list[date]) -> Iterator[tuple[int, date, bool]]:
    if terminal.area is None:
        return
    unsound = parse_faults(terminal.profile.area.faults, terminal.profile.area.count)
    meters = {meter.point: meter for meter in terminal.concentrator.archive.meters()}
    for placed in terminal.area.placed:
        if placed.point in unsound:
            continue
        for day in days:
            stamp = datetime.combine(day, datetime.min.time())
            found = terminal.concentrator.readings.at(
                history_of(meters[placed.point]), Kind.DAY, stamp, Quantity.FORWARD_ACTIVE
            )
            yield placed.point, day, found is not None and right(placed, found, stamp + DAY)


def right(placed: Placed, found: Reading, end: datetime) -> bool:
    """Tell whether a day end is, digit for digit, what the meter showed: as its clock passed midnight, or,
    for a meter that freezes nothing, at the moment it was read."""
    shown = Shown(placed.meter.meter)
    if found.source is Source.FREEZE:
        moment = placed.meter.meter.timepiece.passed(end)
        return moment is not None and found.value == shown.energies(1, moment)
    lapse = range(-int(UNTIL.total_seconds()), int(UNTIL.total_seconds()) + 1)
    seconds = (found.read_at + timedelta(seconds=number) for number in lapse)
    return found.value in [shown.energies(1, moment) for moment in seconds]


@dataclass(slots=True)
class Traffic:
    """What went over one wire: bytes, requests, first and last moment."""

    count: int = 0
    requests: int = 0
    begin: float | None = None
    end: float = 0.0


class Counted(Line):
    """A line that counts what passes while ``counting``."""

    def __init__(self, inner: Line, clock: LoopClock) -> None:
        self.name, self.settings = inner.name, inner.settings
        self.traffic = Traffic()
        self._inner = inner
        self._clock = clock

    async def send(self, data: bytes) -> None:
        """Count from the first bit."""
        traffic = self.traffic
        traffic.begin = self._clock.monotonic() if traffic.begin is None else traffic.begin
        traffic.count += len(data)
        traffic.requests += 1
        await self._inner.send(data)

    async def receive(self) -> bytes:
        """Count to the last bit."""
        data = await self._inner.receive()
        self.traffic.count += len(data)
        self.traffic.end = self._clock.monotonic()
        return data

    async def retune(self, settings: SerialSettings) -> None:
        """Pass it on."""
        await self._inner.retune(settings)
        self.settings = self._inner.settings

    async def close(self) -> None:
        """Pass it on."""
        await self._inner.close()


@dataclass(frozen=True, slots=True)
class Pass:
    """The day pass of one port."""

    read: int
    requests: int
    wire: float
    """Seconds the bytes occupy the wire."""
    turns: float
    """Seconds of the stated pauses: the meter's before its answer, the master's before the next request."""
    duration: float
    begin: float
    end: float
    ratio: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ratio", (self.wire + self.turns) / self.duration)


def passes() -> tuple[Pass, ...]:
    """Read the day of 2 x 96 meters, both ports at once."""
    with tempfile.TemporaryDirectory() as directory, virtual_time() as runner:
        file = Path(directory) / "row.toml"
        file.write_text("[area]\ntariff_control = 192\n", "utf-8")
        return runner.run(_passes(file))


async def _passes(file: Path) -> tuple[Pass, ...]:
    night = NOON + timedelta(hours=12, minutes=4)
    clock = LoopClock(night)
    async with Terminal.create(file, None, clock, boot=0.0, meter_ports=()) as terminal:
        inner = terminal.concentrator
        inner.parameters.write([Setting(_six_items())])
        assert terminal.area
        lines = {port: Counted(terminal.area.line(port, clock), clock) for port in PORTS}
        for port, line in lines.items():
            terminal.attach_meters(port, line)
        while not all(inner.acquisition.reading_state(port).finished for port in PORTS):
            await clock.sleep(1)
        return tuple(
            _figures(lines[port].traffic, inner.acquisition.reading_state(port).read) for port in PORTS
        )


def _six_items() -> ItemSet:
    """F39 for tariff-control meters; clock and status word belong to the day whatever it says."""
    groups = tuple(
        frozenset(fn - 8 * group for fn in FUNCTIONS if (fn - 1) // 8 == group)
        for group in range(1 + max(FUNCTIONS) // 8)
    )
    kind = cast(type[ItemSet], ITEM_SETS[1])
    return kind(4, (MinorClass(1, groups),))


def _figures(traffic: Traffic, read: int) -> Pass:
    at_2400 = SerialSettings(2400, 8, "E", 1)
    turns = traffic.requests * DELAY + (traffic.requests - 1) * Timings().pause
    begin = traffic.begin or 0.0
    wire = at_2400.wire_time(traffic.count)
    return Pass(read, traffic.requests, wire, turns, traffic.end - begin, begin, traffic.end)


def year_of_file() -> float:
    """Simulate 366 days of the demo terminal's 24 meters; return mebibytes of its file."""
    with tempfile.TemporaryDirectory() as directory:
        with virtual_time() as runner:
            runner.run(_year(Path(directory)))
        return (Path(directory) / FILE).stat().st_size / 2**20


async def _year(directory: Path) -> None:
    async with Terminal.create("demo", directory, LoopClock(NOON), boot=0.0) as terminal:
        await terminal.clock.sleep(366 * DAY.total_seconds())
