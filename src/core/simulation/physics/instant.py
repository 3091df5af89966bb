"""What a meter measures at one moment: voltage, current, power, factor (M57). P = U x I x cos phi."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import acos, degrees, isqrt

from core.simulation.physics.load import NANO, drawn
from core.simulation.physics.plate import RATED_VOLTAGE, Plate

TENTH = NANO // 10
"""Nanowatts of the last digit of a power in kW with four decimals."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase in the digits of a meter: 0.1 V, mA, 0.1 W, 0.1 var, 0.1 VA; power and current signed."""

    voltage: int
    current: int
    active: int
    reactive: int
    apparent: int

    @property
    def factor(self) -> int:
        """In permille, signed as the active power; 1 without load."""
        return round(self.active * 1000 / self.apparent) if self.apparent else 1000

    @property
    def angle(self) -> int:
        """Between voltage and current in tenths of a degree, 0 to 3599."""
        if not self.apparent:
            return 0
        angle = degrees(acos(max(-1.0, min(1.0, self.active / self.apparent))))
        return round((angle if self.reactive >= 0 else 360.0 - angle) * 10) % 3600


NO_PHASE = Phase(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Instant:
    """All phases of a meter."""

    phases: tuple[Phase, ...]
    frequency: int
    """Hundredths of a hertz."""

    @property
    def total(self) -> Phase:
        """The sums; voltage and current of phase A."""
        active = sum(phase.active for phase in self.phases)
        reactive = sum(phase.reactive for phase in self.phases)
        first = self.phases[0]
        return Phase(first.voltage, first.current, active, reactive, isqrt(active**2 + reactive**2))


def measured(
    plate: Plate, active: int, reactive: int, moment: datetime, lost: frozenset[int], volts: int = 0
) -> Instant:
    """Return what a load in nanowatts (var) is on each phase; ``lost`` phases carry nothing.

    ``volts``: tenths of a volt that stand in for the usual voltage; 0: none.
    """
    minute = moment.toordinal() * 1440 + moment.hour * 60 + moment.minute
    phases = tuple(
        NO_PHASE
        if number in lost
        else _phase(active * share, reactive * share, volts or _voltage(plate, minute, number))
        for number, share in enumerate(plate.shares)
    )
    return Instant(phases, 5000 + drawn(plate.seed, minute, 9) % 9 - 4)


def _voltage(plate: Plate, minute: int, number: int) -> int:
    return RATED_VOLTAGE + drawn(plate.seed, minute, number) % 121 - 40


def _phase(active: int, reactive: int, voltage: int) -> Phase:
    watts, vars_ = active // (1000 * TENTH), reactive // (1000 * TENTH)
    apparent = isqrt(watts**2 + vars_**2)
    current = apparent * 1000 // voltage
    return Phase(voltage, current if watts >= 0 else -current, watts, vars_, apparent)


def tenths(value: int) -> Decimal:
    """One decimal."""
    return Decimal(value).scaleb(-1)


def thousandths(value: int) -> Decimal:
    """Three decimals."""
    return Decimal(value).scaleb(-3)


def kilo(value: int) -> Decimal:
    """Tenths of a watt as kilowatts with four decimals."""
    return Decimal(value).scaleb(-4)


def hundredths(value: int) -> Decimal:
    """Two decimals."""
    return Decimal(value).scaleb(-2)
