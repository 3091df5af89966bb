"""What a meter has counted, at any moment of its past: stretches, each begun by something that happened.

A stretch begins with what the registers held and goes on with the integral of the load. Whatever changes the
counting (relay, lost phase, tariffs, a clear, a fault) begins another one; none is ever altered. So a freeze
needs no keeping: it is the same question asked about an earlier moment.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime

from core.simulation.physics.load import Load, Register

Counts = tuple[tuple[int, ...], ...]
"""By register: nanowatt seconds of each tariff."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What flows and what of it is counted, in permille."""

    load: Load
    drawn: int = 1000
    """Of the power of the load; 0 with an open relay, less while a phase is lost."""
    counted: int = 1000
    """Of what flows; 0 for stuck registers, negative for registers that run backwards."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One set of conditions, from ``start`` on."""

    start: datetime
    base: Counts
    conditions: Conditions


class Registers:
    """All registers of one meter."""

    def __init__(self, start: datetime, base: Counts, conditions: Conditions) -> None:
        self._stretches = [Stretch(start, base, conditions)]
        self._starts = [start]
        self._begun: dict[tuple[int, datetime, Register], tuple[int, ...]] = {}
        """What a load (by identity; the stretches hold it) had counted when a stretch began."""

    @property
    def start(self) -> datetime:
        """When the meter was installed."""
        return self._starts[0]

    @property
    def conditions(self) -> Conditions:
        """What holds now."""
        return self._stretches[-1].conditions

    def stretch(self, moment: datetime) -> Stretch:
        """Return the stretch a moment lies in."""
        return self._stretches[max(0, bisect_right(self._starts, moment) - 1)]

    def whole(self, start: datetime, end: datetime) -> Stretch | None:
        """Return the stretch that holds from ``start`` to ``end``, ``None`` if something happened between."""
        found = self.stretch(start)
        unchanged = found.start <= start and self.stretch(end).start in (found.start, end)
        return found if unchanged else None

    def counted(self, register: Register, moment: datetime) -> tuple[int, ...]:
        """Return what each tariff of a register holds, in nanowatt seconds."""
        stretch = self.stretch(moment)
        return self._counted(stretch, register, max(moment, stretch.start))

    def _counted(self, stretch: Stretch, register: Register, moment: datetime) -> tuple[int, ...]:
        conditions = stretch.conditions
        rate = conditions.drawn * conditions.counted
        base = stretch.base[register]
        if not rate:
            return base
        begun = (id(conditions.load), stretch.start, register)
        if (before := self._begun.get(begun)) is None:
            before = self._begun[begun] = conditions.load.integral(register, stretch.start)
        after = conditions.load.integral(register, moment)
        return tuple(
            max(0, held + (late - early) * rate // 1_000_000)
            for held, early, late in zip(base, before, after, strict=True)
        )

    def change(self, moment: datetime, conditions: Conditions, *, clear: bool = False) -> None:
        """Begin another stretch; ``clear`` begins it with zeros."""
        held = (self.counted(register, moment) for register in Register)
        base = tuple((0,) * len(counts) if clear else counts for counts in held)
        self._stretches.append(Stretch(moment, base, conditions))
        self._starts.append(moment)

    def alter(self, moment: datetime, **changes: int) -> None:
        """Begin another stretch under conditions that differ in ``changes``, if they do."""
        conditions = replace(self.conditions, **changes)
        if conditions != self.conditions:
            self.change(moment, conditions)
