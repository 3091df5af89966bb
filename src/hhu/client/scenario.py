"""A scenario played on an emulated terminal, step by step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from core.errors import UsageError
from hhu.client.emulated import EmulatedTerminal
from hhu.client.scenario_file import NO_DISK, Expected, Scenario, Step

LOOK = 0.5
"""Seconds between two looks while something is awaited."""
SEEN = 1.0
"""Seconds of the terminal's time that a change has to show."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something that was expected and is not so."""

    line: int
    name: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was played: seconds of the terminal's time since the start, and what is not as expected."""

    step: Step
    seconds: float
    unmet: tuple[Unmet, ...] = ()


async def play(
    scenario: Scenario, emulated: EmulatedTerminal, path: Path, on_step: Callable[[Played], None]
) -> bool:
    """Play all steps, or as far as the first that ends otherwise than expected; tell whether all was so.

    ``UsageError`` with the line for an action that the terminal's world does not know.
    """
    if emulated.world.place.supply:
        await emulated.terminal.booted()
    begin = emulated.clock.monotonic()
    for step in scenario.steps:
        try:
            await _act(step, emulated)
        except UsageError as error:
            raise UsageError(f"{path}:{step.line}: {error}") from error
        unmet = await _awaited(step, emulated)
        on_step(Played(step, emulated.clock.monotonic() - begin, unmet))
        if unmet:
            return False
    return True


async def _act(step: Step, emulated: EmulatedTerminal) -> None:
    world = emulated.world
    if step.wait:
        await emulated.clock.sleep(step.wait)
    if step.surroundings:
        world.set(**step.surroundings)
    if step.disk is not None:
        world.disk = None if step.disk == NO_DISK else step.disk
    if step.meters:
        if not world.points:
            raise UsageError("There are no simulated meters.", "Take the profile demo or full.")
        world.afflict(step.meters)
    if step.noise is not None:
        world.noise = step.noise
    if step.surroundings or step.disk or step.meters:
        await emulated.clock.sleep(SEEN)
    await emulated.strokes(step.strokes)


async def _awaited(step: Step, emulated: EmulatedTerminal) -> tuple[Unmet, ...]:
    """Look until all is as expected, or the time is over."""
    until = emulated.clock.monotonic() + step.within
    while True:
        unmet = tuple(one for expected in step.expected for one in _unmet(expected, emulated))
        if not unmet or emulated.clock.monotonic() >= until:
            return unmet
        await emulated.clock.sleep(LOOK)


def _unmet(expected: Expected, emulated: EmulatedTerminal) -> Iterator[Unmet]:
    for name, wanted, found, met in _compared(expected, emulated):
        if not met:
            yield Unmet(expected.line, name, wanted, found)


def _compared(expected: Expected, emulated: EmulatedTerminal) -> Iterator[tuple[str, Any, object, bool]]:
    """Yield name, what is expected, what is, and whether it fits."""
    terminal, name, wanted = emulated.terminal, expected.name, expected.value
    face = terminal.face()
    if name.startswith("row"):
        number = int(name[3:])
        rows = len(face.cells.rows)
        found = face.cells.line(number - 1).strip() if number <= rows else None
        yield name, wanted, found, found is not None and fnmatchcase(found, wanted)
    elif name == "text":
        text = face.cells.text()
        yield name, wanted, text, wanted in text
    elif name == "lamps":
        glows = {label: glow.value for label, glow in face.lamps.labelled}
        for lamp, state in wanted.items():
            yield f"lamp {lamp}", state, glows.get(lamp), glows.get(lamp) == state
    elif name in ("event", "no_event"):
        codes = [event.code for event in terminal.facts().events]
        yield name, wanted, codes, (wanted in codes) is (name == "event")
    else:
        now = {
            "page": face.page,
            "backlight": face.backlight,
            "programming": terminal.facts().programming_open,
        }[name]
        yield name, wanted, now, now == wanted
