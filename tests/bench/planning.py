"""What planning costs: 30 virtual days of 192 meters, two ports, no lines, no store."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import process_time

from core.meters.driver import Answer, Outcome
from core.terminal.acquisition.tasks import Ask
from tests.core.terminal.acquisition.scripted import EXCHANGE, World, well

DAYS = 30


@dataclass(frozen=True, slots=True)
class Planning:
    """Questions asked, and CPU seconds of planner and playing together."""

    questions: int
    seconds: float


def measure() -> Planning:
    """Residential meters, ten of them key points."""
    world = World(datetime(2026, 11, 1))
    world.meters(*range(1, 97))
    world.meters(*range(97, 193), port=2)
    world.keys(*range(1, 11))
    end = world.clock.now() + timedelta(days=DAYS)
    began, questions = process_time(), 0
    while world.clock.now() < end:
        questions += sum(_step(world, port) for port in (1, 2))
        world.clock.advance(_wait(world))
    return Planning(questions, process_time() - began)


def _wait(world: World) -> float:
    now = world.clock.monotonic()
    return max(EXCHANGE, min(world.acquisition.due(port, now) for port in (1, 2, 3)))


def _step(world: World, port: int) -> bool:
    now = world.clock.monotonic()
    task = world.acquisition.next(port, now)
    if isinstance(task, Ask):
        said = well(task, world.clock.now())
        assert not isinstance(said, Outcome)
        world.acquisition.took(port, task, Answer(task.wanted, Outcome.READ, said), now + EXCHANGE)
        return True
    if task is not None:
        world.acquisition.done(port, task, now)
    return False
