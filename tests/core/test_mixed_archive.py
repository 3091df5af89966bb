"""Terminals with meters of many families on their ports (M27, M28): passes, failures, relays, codes."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.app import Terminal
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn10 import PowerMeter, PowerMeterAnswer
from core.lines.line import IR
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Answer, Outcome
from core.meters.mapping import A1700, ALPHA, EDMI, LANDIS_GYR_D
from core.profile import FAMILIES, Profile, profile_named
from core.quantities import Quantity
from core.simulation.area import Area
from core.simulation.faults import Faults
from core.simulation.population import Placed
from core.simulation.shown import Shown
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.acquisition.tasks import Ask, Task
from core.terminal.archive import history_of
from core.terminal.readings import Kind, Reading
from tests.core.handset import Handset

pytestmark = pytest.mark.area
EVE = datetime(2026, 11, 20, 23, 50)
DAY = timedelta(days=1)
Q = Quantity


class Watched:
    """What came of all questions of a terminal, by point."""

    def __init__(self, terminal: Terminal) -> None:
        self.answers: list[tuple[int, Answer]] = []
        self.spent: dict[int, float] = {}
        """Seconds of the port, by point."""
        self._began = 0.0
        acquisition = terminal.concentrator.acquisition
        self._took, self._next = acquisition.took, acquisition.next
        acquisition.took, acquisition.next = self._take, self._give

    def _give(self, port: int, now: float) -> Task | None:
        if port == 1:
            self._began = now
        return self._next(port, now)

    def _take(self, port: int, task: Task, answer: Answer, now: float) -> None:
        assert isinstance(task, Ask)
        self.answers.append((task.meter.point, answer))
        if port == 1:
            self.spent[task.meter.point] = self.spent.get(task.meter.point, 0.0) + now - self._began
        self._took(port, task, answer, now)


def shows(placed: Placed, found: Reading) -> bool:
    """Tell whether what was kept is, digit for digit, what the meter showed while it was read."""
    moments = (found.read_at + timedelta(seconds=number) for number in range(-40, 3))
    shown = Shown(placed.meter.meter)
    kept = found.value
    assert isinstance(kept, tuple)
    for moment in moments:
        display = shown.energies(1, moment)
        if all(one is None or one == other for one, other in zip(kept, display, strict=True)):
            return kept[0] is not None
    return False


def test_a_night_with_seven_families() -> None:
    """M27, M28: on both ports everything that a meter has is read and is what it shows; what its family lacks
    is not supported and neither a failure nor a gap; changes of speed raise no event."""

    async def play() -> None:
        clock = LoopClock(EVE)
        async with Terminal(FAMILIES, Store(None), clock, 0.0, (1, 2)) as terminal:
            watched, inner = Watched(terminal), terminal.concentrator
            await clock.sleep(3 * DAY.total_seconds() + 4 * 3600)
            assert {one.outcome for _, one in watched.answers} == {Outcome.READ, Outcome.UNSUPPORTED}
            assert max(one.tries for _, one in watched.answers) == 1
            assert inner.events.newest(512) == ()
            for port in (1, 2):
                state = inner.acquisition.reading_state(port)
                assert (state.read, state.failed, state.missing) == (15, 0, 0)
            assert terminal.area
            meters = {meter.point: meter for meter in inner.archive.meters()}
            for placed in terminal.area.placed:
                history, day = history_of(meters[placed.point]), EVE.replace(hour=0, minute=0) + 2 * DAY
                kept = inner.readings.at(history, Kind.DAY, day, Q.FORWARD_ACTIVE)
                assert kept
                if placed.family != "dlt645-2007":
                    assert shows(placed, kept), placed.family

    with virtual_time() as runner:
        runner.run(play())


MIXED = replace(FAMILIES, area=Area(tariff_control=4, families={EDMI: 4, ALPHA: 4, LANDIS_GYR_D: 4}))


async def _pass(profile: Profile, faults: dict[int, Faults]) -> tuple[float, set[int], dict[int, float]]:
    """Seconds the day pass of 485_1 took, points that failed there, seconds of each point."""
    clock = LoopClock(EVE)
    async with Terminal(profile, Store(None), clock, 0.0, (1, 2)) as terminal:
        watched, area = Watched(terminal), terminal.area
        assert area
        for point, wrong in faults.items():
            area.suffer(point, wrong, clock.now())
        await clock.sleep(3600)
        state = terminal.concentrator.acquisition.reading_state(1)
        assert state.start
        assert state.end
        others = [one for point, one in watched.answers if point not in faults]
        assert {one.outcome for one in others} == {Outcome.READ, Outcome.UNSUPPORTED}
        assert max(one.tries for one in others) == 1
        failed = {one.point for one in terminal.concentrator.acquisition.failed(1)}
        return (state.end - state.start).total_seconds(), failed, watched.spent


def _of(profile: Profile, family: str) -> int:
    return next(one.point for one in profile.area.standing if (one.family, one.port) == (family, 1))


@pytest.mark.parametrize("family", [EDMI, ALPHA, LANDIS_GYR_D])
def test_a_dead_meter_costs_its_own_retries_only(family: str) -> None:
    """6.3: a silent meter fails alone; nobody else is asked twice, and the pass
    is longer by its waits only."""
    point = _of(MIXED, family)
    with virtual_time() as runner:
        sound, none, before = runner.run(_pass(MIXED, {}))
    with virtual_time() as runner:
        longer, failed, spent = runner.run(_pass(MIXED, {point: Faults(silent=True)}))
    assert (none, failed) == (set(), {point})
    assert longer - sound <= spent[point] - before[point] + 2.0
    others = spent.keys() - {point}
    assert all(spent[one] == pytest.approx(before[one], abs=1.0) for one in others)


CODES = """
[protocols]
codes = {{ 40 = "{family}" }}
[area]
families = {{ "{family}" = 1 }}
"""


def written(directory: Path, text: str) -> Profile:
    file = directory / "row.toml"
    file.write_text(text, "utf-8")
    return profile_named(file)


def test_a_profile_gives_the_a1700_a_code(tmp_path: Path) -> None:
    """Meter protocols §4.5: in no list; with a code of its own it is logged in to and read, and marked."""

    async def play() -> None:
        clock = LoopClock(EVE)
        profile = written(tmp_path, CODES.format(family=A1700))
        async with Terminal(profile, Store(None), clock, 0.0, (1, 2)) as terminal:
            await clock.sleep(3600)
            inner, area = terminal.concentrator, terminal.area
            (meter,) = inner.archive.meters()
            assert (meter.protocol, meter.speed) == (40, 1200)
            kept = inner.readings.at(history_of(meter), Kind.DAY, datetime(2026, 11, 20), Q.FORWARD_ACTIVE)
            assert area
            assert kept
            assert shows(area.placed[0], kept)

    with virtual_time() as runner:
        runner.run(play())


@pytest.mark.parametrize(("family", "result"), [("clou", 4), (EDMI, 0)])
def test_orders_go_by_the_codes_of_the_terminal(tmp_path: Path, family: str, result: int) -> None:
    """Part A §12 F11: a meter under a provincial code of DL/T 645-2007 is switched, one of EDMI is not."""

    async def play() -> None:
        clock = LoopClock(EVE.replace(hour=12))
        profile = written(tmp_path, CODES.format(family=family).replace("40", "223"))
        async with Terminal(profile, Store(None), clock, 0.0, (1, 2)) as terminal:
            near, far = memory_line(IR, clock)
            terminal.attach(Channel.IR, near)
            (meter,) = terminal.concentrator.archive.meters()
            terminal.concentrator.access.open_programming()
            order = PowerMeter(1, (), meter.address, 0x55, bytes.fromhex("02000000"))
            payload = b"".join(encode_blocks([Item.of(order)]))
            (answer,) = [one.value for one in items_of(await Handset(far, clock).exchange(0x10, payload))]
            assert isinstance(answer, PowerMeterAnswer)
            assert answer.result == result

    with virtual_time() as runner:
        runner.run(play())
