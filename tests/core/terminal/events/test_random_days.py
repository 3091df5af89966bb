"""Random days: whatever is drawn, the list of events is exactly what the causes account for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest

from core.gdw376.units.afn04 import MasterStation
from core.gdw376.units.afn05 import SetClock
from core.simulation.area import Area
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.faults import Faults
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate
from core.terminal.parameters import Parameters
from tests.core.concentrators import WRONG, send
from tests.core.terminal.events.play import START, Play, play

METERS = 5
TERMINAL = 0
SETTLING = timedelta(hours=50)
"""A meter is left alone so long after a cause: by then every event of it has ended."""
SWITCHED_ON = START.replace(day=1)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens."""

    at: datetime
    subject: int
    """Measuring point, or `TERMINAL`."""
    do: Callable[[Play], None]
    gives: tuple[str, ...] = ()
    """Events of the subject that follow from it, before those of its next step."""


LASTING: tuple[tuple[Callable[[Random], Faults], tuple[str, ...]], ...] = (
    (lambda r: Faults(clock=r.choice((-1, 1)) * r.randrange(330, 9000)), ("12+", "12-")),
    (lambda r: Faults(clock=r.uniform(-200, 200)), ()),
    (lambda r: Faults(status=((1, r.choice((2, 3))),)), ("13+", "33", "13-", "33")),
    (lambda r: Faults(status=((r.randrange(4, 7), r.choice((0, 7))),)), ("13+", "33", "33")),
    (lambda r: Faults(status=((7, r.choice((1, 6))),)), ("33", "33")),
    (lambda r: Faults(volts=r.uniform(100, 170)), ("24+", "24-")),
    (lambda r: Faults(volts=r.uniform(243, 300)), ("24+", "24-")),
    (lambda r: Faults(backwards=True), ("27+", "27-")),
    (lambda r: Faults(fast=6), ("28+", "28-")),
    (lambda r: Faults(fast=r.randrange(40, 90)), ("28+", "29+", "29-", "28-")),
    (lambda r: Faults(stuck=True), ("30+", "30-")),
    (lambda r: Faults(late=r.uniform(0.05, 0.3)), ()),
)
"""Faults of more than a day."""


def of_a_meter(random: Random, point: int, days: int) -> Iterator[Step]:
    """One cause after the other, each with time to settle."""
    at = SWITCHED_ON + timedelta(hours=random.uniform(10, 40))
    while at < SWITCHED_ON + timedelta(days=days):
        match random.randrange(16):
            case 0:
                yield Step(at, point, lambda p: _program(p, point), ("8", "13+"))
                end = at
            case 1:
                start = at.replace(hour=19, minute=random.randrange(60))
                at, end = max(at, start), start + timedelta(hours=32)
                yield from _lasting(at, end, point, Faults(silent=True), ("31+", "31-"))
            case 2:
                at = at.replace(hour=12) + timedelta(days=1)
                end = at + timedelta(hours=random.uniform(0.1, 3))
                yield from _lasting(at, end, point, Faults(checksum=True), ())
            case _:
                draw, gives = random.choice(LASTING)
                end = at + timedelta(hours=random.uniform(27, 40))
                yield from _lasting(at, end, point, draw(random), gives)
        at = end + SETTLING * random.uniform(1, 1.5)


def _lasting(
    at: datetime, end: datetime, point: int, faults: Faults, gives: tuple[str, ...]
) -> Iterator[Step]:
    yield Step(at, point, lambda p: p.suffer(point, faults), gives)
    yield Step(end, point, lambda p: p.suffer(point))


def _program(p: Play, point: int) -> None:
    p.meter(point).meter.programmed(p.clock.now(), "00000001", "04000103")


def of_the_terminal(random: Random, days: int) -> Iterator[Step]:
    """Causes at the cabinet and on the wire, an hour or more between them."""
    at, strangers, closed = SWITCHED_ON + timedelta(hours=13), 0, False
    while at < SWITCHED_ON + timedelta(days=days):
        if not 9 <= at.hour <= 20:
            at = at.replace(hour=9) + timedelta(days=at.hour > 20)
        match random.randrange(10):
            case 0:
                yield from _power_cut(random, at)
            case 1:
                yield from _dip(at, random.randrange(60, 170), minutes=random.randrange(9, 30), told=True)
            case 2:
                yield from _dip(at, random.randrange(60, 170), minutes=3, told=False)
            case 3:
                closed = not closed
                yield _input(at, closed, told=True)
            case 4:
                yield _input(at, not closed, told=False)
                yield _input(at + timedelta(seconds=0.1), closed, told=False)
            case 5:
                yield Step(at, TERMINAL, _wrong_password, ("20",))
            case 6:
                port = random.randrange(1, 9999)
                yield Step(at, TERMINAL, lambda p, port=port: _set_port(p, port), ("3",))
            case 7:
                strangers += 1
                yield Step(at, TERMINAL, lambda p, n=strangers: _stranger(p, n), ("35",))
            case 8:
                minutes = random.choice((-100, 100, 25))
                yield Step(at, TERMINAL, lambda p, m=minutes: _turn_clock(p, m))
                back = at + timedelta(minutes=10)
                yield Step(back, TERMINAL, lambda p, m=minutes: _turn_clock(p, -m))
            case _:
                yield Step(at, TERMINAL, lambda p: p.place(broken=frozenset({"display"})))
                yield Step(at + timedelta(minutes=1), TERMINAL, _check, ("21",))
                yield Step(at + timedelta(minutes=2), TERMINAL, lambda p: p.place(broken=frozenset()))
                yield Step(at + timedelta(minutes=3), TERMINAL, _check)
        at += timedelta(hours=random.uniform(1.5, 14))


def _power_cut(random: Random, at: datetime) -> Iterator[Step]:
    yield Step(at, TERMINAL, lambda p: p.place(supply=0))
    end = at + timedelta(seconds=random.uniform(2, 3000))
    yield Step(end, TERMINAL, lambda p: p.place(supply=221), ("14",))


def _dip(at: datetime, volts: int, *, minutes: int, told: bool) -> Iterator[Step]:
    yield Step(at, TERMINAL, lambda p: p.place(supply=volts), ("24+", "24-") if told else ())
    yield Step(at + timedelta(minutes=minutes), TERMINAL, lambda p: p.place(supply=221))


def _input(at: datetime, closed: bool, *, told: bool) -> Step:
    inputs = frozenset({1}) if closed else frozenset[int]()
    return Step(at, TERMINAL, lambda p: p.place(inputs=inputs), ("4",) if told else ())


def _wrong_password(p: Play) -> None:
    p.concentrator.access.open_programming()
    send(p.concentrator, 0x05, SetClock(START), pw=WRONG)


def _set_port(p: Play, port: int) -> None:
    parameters: Parameters = p.concentrator.parameters
    held = parameters.value(MasterStation)
    changed = MasterStation(held.main_ip, port, held.standby_ip, held.standby_port, held.apn)
    if changed == held:
        changed = MasterStation(held.main_ip, 9999, held.standby_ip, held.standby_port, held.apn)
    p.concentrator.configure([changed], 1)


def _stranger(p: Play, number: int) -> None:
    plate = Plate(1000 + number, Kind.RESIDENTIAL, f"{987600000000 + 101 * number:012d}")
    p.area.join(2, Dlt645Meter(Meter(plate, p.clock.now())))
    p.concentrator.acquisition.search(2)


def _turn_clock(p: Play, minutes: int) -> None:
    p.concentrator.rtc.set(p.concentrator.rtc.reading() + timedelta(minutes=minutes))


def _check(p: Play) -> None:
    p.terminal.check()


@dataclass(frozen=True, slots=True)
class Days:
    """Events by subject, in order."""

    expected: dict[int, list[str]]
    """What the drawn causes account for."""
    happened: dict[int, list[str]]
    lasting: bool
    """Whether some cause was still open at the end."""


def randomly(seed: int, days: int) -> Days:
    """Draw and play."""
    random = Random(seed)
    steps = [step for point in range(1, METERS + 1) for step in of_a_meter(random, point, days)]
    steps = sorted([*steps, *of_the_terminal(random, days)], key=lambda step: step.at)
    expected = {
        subject: [event for step in steps if step.subject == subject for event in step.gives]
        for subject in range(METERS + 1)
    }

    happened: dict[int, list[str]] = {subject: [] for subject in expected}
    lasting: list[bool] = []

    async def run(p: Play) -> None:
        for step in steps:
            await p.clock.sleep(max(0.0, (step.at - p.clock.now()).total_seconds()))
            step.do(p)
        await p.clock.sleep(timedelta(hours=30).total_seconds())
        for record, word in zip(p.records, p.events, strict=True):
            happened[record.pn or TERMINAL].append(word.split()[0])
        lasting.append(p.concentrator.events_open)

    play(run, Area(seed=seed, tariff_control=METERS), start=SWITCHED_ON)
    return Days(expected, happened, lasting == [True])


@pytest.mark.parametrize("seed", range(3))
def test_random_days_give_exactly_their_events(seed: int):
    """M88, M89, M105: three days of drawn causes at five meters and the terminal; no more, no fewer."""
    days = randomly(seed, 3)
    assert days.happened == days.expected
    assert not days.lasting


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 104))
def test_thirty_random_days_give_exactly_their_events(seed: int):
    """The same over a month."""
    days = randomly(seed, 30)
    assert days.happened == days.expected
    assert not days.lasting
