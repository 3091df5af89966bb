"""What a simulated meter holds, in the common vocabulary: one store for every library."""

from datetime import datetime
from decimal import Decimal

from core.quantities import Count, Peak, Quantity, Value
from core.simulation.physics.instant import NO_PHASE, Phase, hundredths, kilo, tenths, thousandths
from core.simulation.physics.meter import Meter
from core.simulation.physics.operations import Operation
from core.simulation.shown import DEMANDS, ENERGIES, Shown

Q = Quantity
OPERATIONS = {Q.PROGRAMMINGS: Operation.PROGRAMMING, Q.DEMAND_CLEARS: Operation.DEMAND_CLEAR,
              Q.METER_CLEARS: Operation.METER_CLEAR, Q.CLOCK_SETTINGS: Operation.CLOCK_SET}  # fmt: skip
BATTERY = 120
"""Minutes that the clock ran on it."""


class Holding:
    """The store of one meter."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._shown = Shown(meter)

    def value(self, quantity: Quantity, back: int, now: datetime) -> Value | None:
        """Return what stands behind a quantity, now or ``back`` settlements ago; ``None`` if nothing does."""
        if quantity in DEMANDS:
            return self._peaks(DEMANDS[quantity], back, now)
        if quantity in ENERGIES:
            moment = self.meter.settled(back, now)
            return None if moment is None else self._shown.energies(ENERGIES[quantity], moment)
        if quantity in OPERATIONS:
            return self._count(OPERATIONS[quantity])
        if quantity is Q.CLOCK:
            return self._shown.clock(now)
        return BATTERY if quantity is Q.BATTERY else self._measured(quantity, now)

    def _peaks(self, kind: int, back: int, now: datetime) -> Value | None:
        period = self.meter.period(back, now)
        if period is None:
            return None
        return tuple(Peak(abs(one.value or Decimal(0)), one.at) for one in self._shown.peaks(kind, *period))

    def _count(self, operation: Operation) -> Count:
        journal = self.meter.journal
        done = journal.last(operation)
        at = done.shown.replace(second=0, microsecond=0) if done else None
        return Count(journal.times(operation), at)

    def _measured(self, quantity: Quantity, now: datetime) -> Value | None:
        """Elements without a wire measure nothing: a file describes a meter with three."""
        instant = self.meter.instant(now)
        phases = [*instant.phases, *(NO_PHASE,) * (3 - len(instant.phases))]
        if quantity in (Q.VOLTAGE, Q.CURRENT):
            return tuple(_figure(quantity, one) for one in phases)
        known = quantity in (Q.ACTIVE_POWER, Q.REACTIVE_POWER, Q.APPARENT_POWER, Q.POWER_FACTOR)
        if not known:
            return None
        return tuple(_figure(quantity, one) for one in (instant.total, *phases))


def _figure(quantity: Quantity, phase: Phase) -> Decimal:
    match quantity:
        case Q.VOLTAGE:
            return tenths(phase.voltage)
        case Q.CURRENT:
            return hundredths(abs(phase.current) // 10)
        case Q.ACTIVE_POWER:
            return kilo(phase.active)
        case Q.REACTIVE_POWER:
            return hundredths(phase.reactive // 100)
        case Q.APPARENT_POWER:
            return kilo(phase.apparent)
        case _:
            return thousandths(phase.factor)
