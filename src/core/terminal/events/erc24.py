"""ERC24: a voltage beyond its limits for longer than the set time; back inside by a hysteresis (M76).

F26 gives the limits of a point: beyond the upper-upper one, or where that is not set the upper limit of good
voltage; beyond the lower-lower one, or the lower. A duration of 0 and no recovery factor mean the 5 min and
2 % of device behaviour 7.2.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from core.gdw376.units.afn04 import PointLimits, VoltageLimit
from core.gdw376.units.erc import Erc24, PhaseFault, PointMark
from core.quantities import Quantity
from core.terminal.events.case import Case

ERC = 24
DURATION = timedelta(minutes=5)
HYSTERESIS = Decimal("2.0")
Voltages = tuple[Decimal | None, ...]
"""A, B, C."""


class Side(Enum):
    """Which limit; the value is the kind of the record."""

    HIGH = 1
    LOW = 2


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a limit is tolerated, and by how many percent a voltage has to come back."""

    duration: timedelta = DURATION
    percent: Decimal = HYSTERESIS


FALLBACK = Patience()


@dataclass(frozen=True, slots=True)
class Limits:
    """In volts, ``None``: off."""

    upper: Decimal | None
    lower: Decimal | None
    high: Patience
    low: Patience

    def outside(self, side: Side) -> Callable[[Decimal], bool]:
        """Return what tells a voltage beyond the limit."""
        limit = self.upper if side is Side.HIGH else self.lower
        if not limit:
            return lambda volts: False
        return (lambda volts: volts > limit) if side is Side.HIGH else lambda volts: volts < limit

    def recovered(self, side: Side, volts: Decimal) -> bool:
        """Tell whether a voltage is inside again by the hysteresis."""
        limit = self.upper if side is Side.HIGH else self.lower
        if not limit:
            return True
        share = limit * self.patience(side).percent / 100
        return volts <= limit - share if side is Side.HIGH else volts >= limit + share

    def patience(self, side: Side) -> Patience:
        """Return duration and recovery of a limit."""
        return self.high if side is Side.HIGH else self.low


@lru_cache(maxsize=256)
def limits_of(kept: PointLimits) -> Limits:
    """Read F26; the same few are asked for at every reading."""
    return Limits(
        kept.upper_voltage.limit or kept.high,
        kept.lower_voltage.limit or kept.low,
        _patience(kept.upper_voltage),
        _patience(kept.lower_voltage),
    )


def _patience(limit: VoltageLimit) -> Patience:
    return Patience(
        timedelta(minutes=limit.minutes) if limit.minutes else DURATION,
        HYSTERESIS if limit.recovery is None else limit.recovery,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A voltage has been beyond a limit long enough, or is back."""

    side: Side
    begins: bool
    phases: frozenset[int]
    """0 to 2."""


@dataclass(slots=True)
class Excess:
    """Since when which side has been outside."""

    since: dict[Side, datetime] = field(default_factory=dict[Side, datetime])

    def judge(self, voltages: Voltages, limits: Limits, at: datetime, opened: Side | None) -> Change | None:
        """Take voltages; ``opened`` is the side whose event has begun."""
        if opened is not None:
            known = [volts for volts in voltages if volts is not None]
            back = bool(known) and all(limits.recovered(opened, volts) for volts in known)
            return Change(opened, False, frozenset()) if back else None
        for side in Side:
            outside = limits.outside(side)
            phases = frozenset(n for n, volts in enumerate(voltages) if volts is not None and outside(volts))
            if not phases:
                self.since.pop(side, None)
            elif at - self.since.setdefault(side, at) >= limits.patience(side).duration:
                self.since.pop(side)
                return Change(side, True, phases)
        return None


def beyond(point: int, change: Change, voltages: Voltages) -> Erc24:
    """The terminal's own supply is point 0."""
    a, b, c = (phase in change.phases for phase in range(3))
    mark = PointMark(int(change.begins), point)
    return Erc24(None, mark, PhaseFault(a, b, c, change.side.value), voltages)


def judge(case: Case) -> None:
    """Judge the voltages of a point; a phase without any is lost, which is another matter."""
    values = case.phases(Quantity.VOLTAGE)
    if values is None:
        return
    reading = case.readings[Quantity.VOLTAGE]
    voltages = tuple(volts or None for volts in (*values, None, None, None)[:3])
    memory = case.memory
    opened = next((side for side in Side if memory.is_open(ERC, side.value)), None)
    excess = Excess({Side(side): since for side, since in memory.outside.items()})
    change = excess.judge(voltages, limits_of(case.limits), reading.read_at, opened)
    memory.outside = {side.value: since for side, since in excess.since.items()}
    if change is not None:
        case.streak(
            ERC, change.begins, lambda _: beyond(case.point, change, voltages), part=change.side.value
        )
