"""The knobs of the world around the emulated terminal: what each shows, and what turning it does."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from core.errors import UsageError
from core.lines.pace import FLAT_OUT
from hhu.client.world import World
from hhu.widgets.world_pane import Knob
from hhu.words import Words

T = TypeVar("T")
MAINS = (0, 154, 176, 221, 264)
"""Volts: none, 70 %, 80 %, as it should be, 120 %."""
SIGNAL = (0, 5, 13, 18, 23, 27, 31)
"""CSQ: one for each number of bars, and both ends (device behaviour 2.3)."""
CELL = (Decimal("1.80"), Decimal("2.50"), Decimal("3.10"), Decimal("3.58"))
"""Volts: empty, low, just good, new (M189)."""
NOISE = (0.0, 1e-5, 1e-4, 1e-3, 1e-2)
PACES = (1.0, 60.0, FLAT_OUT)
VALUED = {
    "late": "late=3",
    "fast": "fast=5",
    "volts": "volts=280",
    "clock": "clock=400",
    "status": "status=1.2",
}
"""Faults that need a number get one that shows."""
LEFT_OUT = frozenset({"twin"})
"""Faults that need another meter."""


class Knobs:
    """The knobs of one terminal; remembers which meter is looked at."""

    def __init__(self, world: World, words: Words, stick: Path) -> None:
        """``stick``: the folder that serves as USB disk."""
        self._world = world
        self._words = words
        self._stick = stick
        self._point = 1

    def rows(self) -> tuple[Knob, ...]:
        """Return what all knobs show now."""
        place, world, words = self._world.place, self._world, self._words
        values = {
            "mains": f"{place.supply} V" if place.supply else words("world.none"),
            "sim": self._in(place.sim),
            "signal": f"CSQ {place.csq}",
            "module": words("world.answers" if place.module else "world.dead"),
            "battery": self._in(place.backup),
            "cell": f"{place.cell} V",
            "disk": self._in(world.disk is not None),
            "inputs": "",
            "meter": f"P{self._point:04d}" if world.points else words("world.none"),
            "fault": words(f"fault.{_bare(world.fault_of(self._point))}") if world.points else "-",
            "noise": f"{world.noise:.0e}" if world.noise else words("world.none"),
            "time": words("world.flat-out") if world.pace == FLAT_OUT else f"x{world.pace:g}",
        }
        return tuple(
            Knob(key, words(f"world.{key}"), value, place.inputs if key == "inputs" else None)
            for key, value in values.items()
        )

    def turn(self, key: str, by: int) -> None:
        """Turn a knob; ``UsageError`` when the world does not let it."""
        place, world = self._world.place, self._world
        match key:
            case "mains":
                world.set(supply=_next(MAINS, place.supply, by))
            case "sim":
                world.set(sim=not place.sim)
            case "signal":
                world.set(csq=_next(SIGNAL, place.csq, by))
            case "module":
                world.set(module=not place.module)
            case "battery":
                world.set(backup=not place.backup)
            case "cell":
                world.set(cell=str(_next(CELL, place.cell, by)))
            case "disk":
                self._turn_disk()
            case "inputs":
                world.set(inputs=sorted(place.inputs ^ {by}))
            case "noise":
                world.noise = _next(NOISE, world.noise, by)
            case "time":
                world.pace = _next(PACES, world.pace, by)
            case _:
                self._turn_meter(key, by)

    def _turn_disk(self) -> None:
        if self._world.disk is not None:
            self._world.disk = None
            return
        try:
            self._stick.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self._stick}: {error.strerror}.") from error
        self._world.disk = self._stick

    def _turn_meter(self, key: str, by: int) -> None:
        if not self._world.points:
            return
        if key == "meter":
            self._point = (self._point - 1 + by) % self._world.points + 1
            return
        faults = ("sound", *(name for name in self._world.meter_faults if name not in LEFT_OUT))
        chosen = _next(faults, _bare(self._world.fault_of(self._point)), by)
        if chosen != "sound":
            self._world.afflict(f"{self._point}:sound")
        self._world.afflict(f"{self._point}:{VALUED.get(chosen, chosen)}")

    def _in(self, there: bool) -> str:
        return self._words("world.in" if there else "world.out")


def _bare(fault: str) -> str:
    """Return a fault without its number."""
    return fault.partition("=")[0]


def _next(values: Sequence[T], value: T, by: int) -> T:
    """Return the neighbour, round the end; from a value that is none of them the first."""
    return values[(values.index(value) + by) % len(values)] if value in values else values[0]
