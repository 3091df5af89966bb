"""What flows through a meter: a deterministic load whose integral is known in closed form.

Strategy
- A day is 96 steps of 15 minutes. What flows in a step is scale x factor of the day x shape of the step; the
  shapes (a working day, a day off) are shared by many meters, the factor is drawn from seed and day.
- Everything is an integer: power in nanowatts, energy in nanowatt seconds. So sums of tariffs, of phases, of
  days are exact, and a moment that is asked twice gives the same digits.
- The integral up to any moment is: the factors of all days before, summed per shape, times what a day of that
  shape brings, plus the part of the day. No step of the past is ever walked through.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from math import isqrt

STEP = 900
"""Seconds of a step, which is also the window of a demand."""
STEPS = 96
NANO = 10**9
DAY = timedelta(days=1)
SEASON = (1150, 1100, 950, 880, 860, 960, 1120, 1140, 980, 880, 930, 1080)
"""Load of a month against the mean, in permille."""
MASK = (1 << 64) - 1


class Register(IntEnum):
    """What is counted apart."""

    FORWARD = 0
    REVERSE = 1
    QUADRANT_1 = 2
    QUADRANT_2 = 3
    QUADRANT_3 = 4
    QUADRANT_4 = 5
    FORWARD_APPARENT = 6
    REVERSE_APPARENT = 7


QUADRANTS = (Register.QUADRANT_1, Register.QUADRANT_2, Register.QUADRANT_3, Register.QUADRANT_4)


def drawn(seed: int, *keys: int) -> int:
    """Return 64 bits that depend on nothing but the arguments."""
    mixed = seed & MASK
    for key in keys:
        mixed = (mixed ^ (key * 0x9E3779B97F4A7C15)) & MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        mixed ^= mixed >> 31
    return mixed


@dataclass(frozen=True, slots=True)
class Flow:
    """Active and reactive power of one step, in permille of the scale; both signed."""

    active: int
    reactive: int

    @property
    def apparent(self) -> int:
        """Never negative."""
        return isqrt(self.active**2 + self.reactive**2)

    def into(self, register: Register) -> int:
        """Return how much of this flow a register counts."""
        if register in (Register.FORWARD, Register.REVERSE):
            return max(0, self.active if register is Register.FORWARD else -self.active)
        if register in (Register.FORWARD_APPARENT, Register.REVERSE_APPARENT):
            return self.apparent if (self.active >= 0) == (register is Register.FORWARD_APPARENT) else 0
        return abs(self.reactive) if register is self.quadrant else 0

    @property
    def quadrant(self) -> Register:
        """Where active and reactive power stand to each other."""
        if self.active >= 0:
            return Register.QUADRANT_1 if self.reactive >= 0 else Register.QUADRANT_4
        return Register.QUADRANT_2 if self.reactive >= 0 else Register.QUADRANT_3


@dataclass(frozen=True, slots=True)
class Highest:
    """The greatest power of any step, in permille, and the step."""

    power: int = 0
    step: int = -1


class Shape:
    """A day of flows under a table of tariffs; sums and maxima up to each step are made once."""

    def __init__(self, flows: tuple[Flow, ...], tariffs: tuple[int, ...], count: int) -> None:
        self.flows = flows
        self.tariffs = tariffs
        self.count = count
        self.powers = tuple(tuple(flow.into(register) for flow in flows) for register in Register)

    @cached_property
    def sums(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """By register and step: what each tariff counted before it, in permille seconds."""
        return tuple(self._sums(powers) for powers in self.powers)

    def _sums(self, powers: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        running = [0] * self.count
        found = [tuple(running)]
        for power, tariff in zip(powers, self.tariffs, strict=True):
            running[tariff] += power * STEP
            found.append(tuple(running))
        return tuple(found)

    @cached_property
    def peaks(self) -> tuple[tuple[tuple[Highest, ...], ...], ...]:
        """By register and step: the greatest power of each tariff before it."""
        return tuple(self._peaks(powers) for powers in self.powers)

    def _peaks(self, powers: tuple[int, ...]) -> tuple[tuple[Highest, ...], ...]:
        running = [Highest()] * self.count
        found = [tuple(running)]
        for step, (power, tariff) in enumerate(zip(powers, self.tariffs, strict=True)):
            if power > running[tariff].power:
                running[tariff] = Highest(power, step)
            found.append(tuple(running))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Habit:
    """How the users of a meter live: a working day and a day off, without tariffs."""

    working: tuple[Flow, ...]
    free: tuple[Flow, ...]


@lru_cache(maxsize=256)
def shapes_of(habit: Habit, tariffs: tuple[int, ...], count: int) -> tuple[Shape, Shape]:
    """Return both days of a habit under a table of tariffs (one of ``count`` per step)."""
    return Shape(habit.working, tariffs, count), Shape(habit.free, tariffs, count)


class Load:
    """One user's load from ``origin`` on."""

    def __init__(
        self, seed: int, scale: int, habit: Habit, tariffs: tuple[int, ...], count: int, origin: date
    ) -> None:
        """``scale`` in watts; ``tariffs`` gives the tariff of each step, from 0 to ``count`` - 1."""
        self.seed = seed
        self.scale = scale
        self.habit = habit
        self.tariffs = tariffs
        self.count = count
        self.origin = origin
        self._midnight = datetime.combine(origin, time())
        self._shapes = shapes_of(habit, tariffs, count)
        self._units = scale * NANO // 10**6
        self._factors: list[tuple[int, int]] = [(0, 0)]
        self._latest = (origin, self.factor(origin))

    def under(self, tariffs: tuple[int, ...], origin: date) -> "Load":
        """Return the same load under another table of tariffs."""
        return Load(self.seed, self.scale, self.habit, tariffs, self.count, origin)

    def factor(self, day: date) -> int:
        """Return the load of a day against the mean, in permille."""
        return SEASON[day.month - 1] * (750 + drawn(self.seed, day.toordinal()) % 501) // 1000

    def shape(self, day: date) -> Shape:
        """Return how a day goes."""
        return self._shapes[day.weekday() >= 5]

    def flow(self, moment: datetime) -> tuple[int, int]:
        """Return active and reactive power in nanowatts (var), signed."""
        units = self.units(moment.date())
        step = self.shape(moment.date()).flows[_seconds(moment) // STEP]
        return step.active * units, step.reactive * units

    def units(self, day: date) -> int:
        """Return what one permille of a shape is on a day, in nanowatts."""
        if self._latest[0] != day:
            self._latest = (day, self.factor(day))
        return self._latest[1] * self._units

    def integral(self, register: Register, moment: datetime) -> tuple[int, ...]:
        """Return what each tariff counted from the origin to ``moment``, in nanowatt seconds."""
        days = (moment - self._midnight).days
        second = _seconds(moment)
        step, part = divmod(second, STEP)
        shape, units = self.shape(moment.date()), self.units(moment.date())
        working, free = self._summed(days)
        day, off = self._shapes[0].sums[register][STEPS], self._shapes[1].sums[register][STEPS]
        found = [
            (working * one + free * other) * self._units + sofar * units
            for one, other, sofar in zip(day, off, shape.sums[register][step], strict=True)
        ]
        found[shape.tariffs[step]] += shape.powers[register][step] * part * units
        return tuple(found)

    def _summed(self, days: int) -> tuple[int, int]:
        """Return the factors of the first ``days`` days, summed for working days and days off."""
        while len(self._factors) <= days:
            day = self.origin + DAY * (len(self._factors) - 1)
            working, free = self._factors[-1]
            factor = self.factor(day)
            free_day = day.weekday() >= 5
            self._factors.append((working + (0 if free_day else factor), free + (factor if free_day else 0)))
        return self._factors[days]


def _seconds(moment: datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def step_tariffs(slots: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Return the tariff of each step from slots (minute of the day, tariff from 1), in rising order.

    A day that begins before the first slot belongs to the last one.
    """
    starts = [minute for minute, _ in slots]
    places = (bisect_right(starts, step * STEP // 60) - 1 for step in range(STEPS))
    return tuple(slots[place][1] - 1 for place in places)
