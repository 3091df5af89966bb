"""What a meter shows, whatever it speaks: energies by kind, maximum demands by kind, in its own digits.

Kinds are numbered as DI2 of DL/T 645-2007 (dlt645 §7.1): 0 combined active, 1 forward, 2 reverse, 3 and 4
combined reactive, 5 to 8 the quadrants, 9 and 10 apparent. Phases add 14H, 28H, 3CH.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.quantities import Peak, Quantity
from core.simulation.physics.demand import NONE, Demand
from core.simulation.physics.instant import hundredths, kilo
from core.simulation.physics.load import NANO, Register
from core.simulation.physics.meter import Meter

FORWARD_REVERSE = 0x05
"""Combination word of active energy: both added."""
COMBINED_1, COMBINED_2 = 0x41, 0x14
"""Combination words of reactive energy: QI + QIV, QII + QIII."""
COMBINED_REACTIVE = (3, 4)
_SINGLE = {
    1: Register.FORWARD, 2: Register.REVERSE, 5: Register.QUADRANT_1, 6: Register.QUADRANT_2,
    7: Register.QUADRANT_3, 8: Register.QUADRANT_4, 9: Register.FORWARD_APPARENT,
    10: Register.REVERSE_APPARENT,
}  # fmt: skip
KINDS = range(11)
Q = Quantity
ENERGIES = {
    Q.FORWARD_ACTIVE: 1, Q.REVERSE_ACTIVE: 2, Q.REACTIVE_1: 3, Q.REACTIVE_2: 4, Q.QUADRANT_1: 5,
    Q.QUADRANT_2: 6, Q.QUADRANT_3: 7, Q.QUADRANT_4: 8,
}  # fmt: skip
DEMANDS = {
    Q.FORWARD_ACTIVE_DEMAND: 1, Q.REVERSE_ACTIVE_DEMAND: 2, Q.REACTIVE_1_DEMAND: 3, Q.REACTIVE_2_DEMAND: 4,
}  # fmt: skip
"""Kind behind a quantity of the common vocabulary."""
PHASE_KINDS = {
    first + kind - 1: (phase, kind) for phase, first in enumerate((0x15, 0x29, 0x3D)) for kind in range(1, 11)
}
"""DI2 of a phase: phase from 0, kind."""
JUST_BEFORE = timedelta(seconds=1)
HALF_MINUTE = timedelta(seconds=30)


@dataclass(slots=True)
class Words:
    """How combined energies add up; a master may write them."""

    active: int = FORWARD_REVERSE
    reactive_1: int = COMBINED_1
    reactive_2: int = COMBINED_2


class Shown:
    """The display of one meter."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.words = Words()

    def _terms(self, kind: int) -> tuple[tuple[int, Register], ...]:
        """Signs and registers that a kind sums."""
        if kind in _SINGLE:
            return ((1, _SINGLE[kind]),)
        if kind == 0:
            word, registers = self.words.active, (Register.FORWARD, Register.REVERSE)
        else:
            word = self.words.reactive_1 if kind == 3 else self.words.reactive_2
            registers = (Register.QUADRANT_1, Register.QUADRANT_2, Register.QUADRANT_3, Register.QUADRANT_4)
        return tuple(
            (sign, register)
            for place, register in enumerate(registers)
            for bit, sign in ((2 * place, 1), (2 * place + 1, -1))
            if word >> bit & 1
        )

    def energies(self, kind: int, moment: datetime) -> tuple[Decimal, ...]:
        """Return total and tariffs; the total is their exact sum."""
        terms = self._terms(kind)
        columns = [[sign * count for count in self.meter.energy(reg, moment)] for sign, reg in terms]
        if not columns:
            columns = [[0] * (self.meter.plate.tariffs + 1)]
        return tuple(hundredths(sum(column)) for column in zip(*columns, strict=True))

    def phase_energy(self, kind: int, phase: int, moment: datetime) -> Decimal:
        """Return what one phase counted of a kind."""
        terms = self._terms(kind)
        return hundredths(
            sum(sign * self.meter.phase_energy(register, phase, moment) for sign, register in terms)
        )

    def peaks(self, kind: int, since: datetime, until: datetime) -> tuple[Peak, ...]:
        """Return the maximum demands between two true moments: of all, of each tariff."""
        columns = [self.meter.maxima(reg, since, until) for sign, reg in self._terms(kind) if sign > 0]
        best = (max(column, key=_power) for column in zip(*columns, strict=True))
        return tuple(self._peak(demand) for demand in best)

    def phase_peak(self, kind: int, phase: int, since: datetime, until: datetime) -> Peak:
        """Return the maximum demand of one phase."""
        plate = self.meter.plate
        share = plate.shares[phase] if phase < plate.phases else 0
        columns = [self.meter.maxima(reg, since, until)[0] for sign, reg in self._terms(kind) if sign > 0]
        best = max(columns, key=_power, default=NONE)
        return self._peak(Demand(best.power * share // 1000, best.at if share else None))

    def _peak(self, demand: Demand) -> Peak:
        if demand.at is None or not demand.power:
            return Peak(kilo(0), None)
        at = self.meter.timepiece.shown(demand.at) + HALF_MINUTE
        return Peak(kilo(demand.power * 10 // NANO), at.replace(second=0, microsecond=0))

    def period_at(self, moment: datetime) -> tuple[datetime, datetime]:
        """Return since when the demands of a moment counted: a settlement at that very moment comes later."""
        since = self.meter.settled(1, moment - JUST_BEFORE)
        return since or self.meter.registers.start, moment

    def clock(self, moment: datetime) -> datetime:
        """Return what its clock shows, without fractions."""
        return self.meter.timepiece.shown(moment).replace(microsecond=0)


def _power(demand: Demand) -> int:
    return demand.power
