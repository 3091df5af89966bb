"""Maximum demand: the greatest mean power of any quarter of an hour between two moments (M56).

Whole days under unchanged conditions come from the maxima of their shape; days in which something happened
are walked window by window. What a period gave up to its last midnight is remembered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.simulation.physics.load import DAY, STEP, STEPS, Register
from core.simulation.physics.registers import Registers, Stretch

WINDOW = timedelta(seconds=STEP)


@dataclass(frozen=True, slots=True)
class Demand:
    """A greatest mean power in nanowatts (var) and the true end of its window, if there was one."""

    power: int = 0
    at: datetime | None = None


NONE = Demand()


def greatest(found: Iterable[Demand]) -> Demand:
    """Return the first of the greatest."""
    return max(found, key=lambda demand: demand.power, default=NONE)


class Demands:
    """The maximum demands that a meter's registers imply."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._summed: dict[tuple[Register, datetime], tuple[date, tuple[Demand, ...]]] = {}

    def maximum(self, register: Register, since: datetime, until: datetime) -> tuple[Demand, ...]:
        """Return the maximum of each tariff over the windows that begin and end between two moments."""
        since = max(since, self._registers.start)
        last = until.date()
        if since.date() >= last:
            return self._part(register, since, until)
        return _joined(self._before(register, since, last), self._part(register, _midnight(last), until))

    def _before(self, register: Register, since: datetime, day: date) -> tuple[Demand, ...]:
        """From ``since`` to the midnight at which ``day`` begins, going on where it was last asked."""
        known = self._summed.get((register, since))
        if known is None or known[0] > day:
            first = _midnight(since.date() + DAY)
            known = (first.date(), self._part(register, since, first))
        at, found = known
        while at < day:
            found = _joined(found, self._part(register, _midnight(at), _midnight(at + DAY)))
            at += DAY
        self._summed[register, since] = (at, found)
        return found

    def _part(self, register: Register, since: datetime, until: datetime) -> tuple[Demand, ...]:
        """Within one day."""
        first, last = _first_window(since), _last_window(since, until)
        if (stretch := self._registers.whole(since, until)) and first == 0:
            return _by_shape(stretch, register, since.date(), last)
        midnight = _midnight(since.date())
        return self._walked(register, [midnight + WINDOW * number for number in range(first, last)])

    def _walked(self, register: Register, windows: Iterable[datetime]) -> tuple[Demand, ...]:
        found: dict[int, Demand] = {}
        for begin in windows:
            end = begin + WINDOW
            before = sum(self._registers.counted(register, begin))
            power = (sum(self._registers.counted(register, end)) - before) // STEP
            conditions = self._registers.stretch(begin).conditions
            tariff = conditions.load.tariffs[(begin.hour * 3600 + begin.minute * 60) // STEP]
            if power > found.get(tariff, NONE).power:
                found[tariff] = Demand(power, end)
        return tuple(found.get(tariff, NONE) for tariff in range(self._registers.conditions.load.count))


def _by_shape(stretch: Stretch, register: Register, day: date, last: int) -> tuple[Demand, ...]:
    conditions = stretch.conditions
    rate = conditions.drawn * conditions.counted
    units, midnight = conditions.load.units(day), _midnight(day)
    highest = conditions.load.shape(day).peaks[register][last]
    return tuple(
        Demand(best.power * units * rate // 1_000_000, midnight + WINDOW * (best.step + 1))
        if best.step >= 0 and rate > 0
        else NONE
        for best in highest
    )


def _joined(one: tuple[Demand, ...], other: tuple[Demand, ...]) -> tuple[Demand, ...]:
    return tuple(greatest(pair) for pair in zip(one, other, strict=True))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _first_window(since: datetime) -> int:
    """Number of the first window of a day that begins at ``since`` or later."""
    return -((_midnight(since.date()) - since) // WINDOW)


def _last_window(since: datetime, until: datetime) -> int:
    """Number of windows of the day of ``since`` that are over at ``until``."""
    return min(STEPS, (until - _midnight(since.date())) // WINDOW)
