"""One point after one reading, as the judges of the meter events see it: values, memory, limits, a pen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

from core.gdw376.units.afn04 import MeterThresholds, PointLimits
from core.gdw376.units.erc import PointMark
from core.quantities import Count, Quantity
from core.terminal.archive import Meter
from core.terminal.events.memory import Energy, Memory, key_of
from core.terminal.readings import Reading
from core.wire.record import Record

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """A record to be written."""

    erc: int
    body: Record


@dataclass(slots=True)
class Case:
    """Judges read it, change its memory, and write findings."""

    meter: Meter
    memory: Memory
    readings: Mapping[Quantity, Reading]
    """Present values, the newest of each quantity."""
    freezes: tuple[Reading, ...]
    """Day freezes of the forward active energy, oldest first."""
    thresholds: MeterThresholds
    limits: PointLimits
    broadcast_at: datetime | None = None
    """When the meters of the port were last told the time."""
    found: list[Finding] = field(default_factory=list[Finding])

    @property
    def point(self) -> int:
        """Measuring point."""
        return self.meter.point

    def mark(self, begin: bool) -> PointMark:
        """Return point and flag for a record."""
        return PointMark(int(begin), self.point)

    def write(self, erc: int, body: Record) -> None:
        """Find an event."""
        self.found.append(Finding(erc, body))

    def streak(self, erc: int, on: bool, body: Callable[[PointMark], Record], *, part: int = 0) -> None:
        """Write the start or the end of an event, each once (7.1 rule 4)."""
        key, opened = key_of(erc, part), self.memory.opened
        if on == (key in opened):
            return
        opened.symmetric_difference_update({key})
        self.write(erc, body(self.mark(on)))

    def phases(self, quantity: Quantity) -> tuple[Decimal | None, ...] | None:
        """Return a value by phases or tariffs, ``None`` if it was not read or says nothing."""
        reading = self.readings.get(quantity)
        if reading is None or not isinstance(reading.value, tuple):
            return None
        values = cast("tuple[Decimal | None, ...]", reading.value)
        return values if any(one is not None for one in values) else None

    def rose(self, quantity: Quantity, now: int | None = None) -> bool:
        """Tell whether a count is another one than before, and remember it.

        A count that fell was cleared, which is a change too.
        """
        if now is None:
            now = self._times(quantity)
        if now is None:
            return False
        before = self.memory.counts.get(quantity.value)
        self.memory.counts[quantity.value] = now
        return before is not None and before != now

    def _times(self, quantity: Quantity) -> int | None:
        reading = self.readings.get(quantity)
        value = reading.value if reading else None
        return value.times if isinstance(value, Count) else None

    def energy(self) -> Energy | None:
        """Return the present energy with the power that flows."""
        registers, reading = self.phases(Quantity.FORWARD_ACTIVE), self.readings.get(Quantity.FORWARD_ACTIVE)
        if registers is None or reading is None:
            return None
        return Energy(reading.read_at, False, registers, self._power())

    def frozen_energies(self) -> list[Energy]:
        """Return the day freezes; nobody knows the power of those moments."""
        totals = [
            (one.stamp + ONE_DAY, cast("tuple[Decimal | None, ...]", one.value))
            for one in self.freezes
            if isinstance(one.value, tuple)
        ]
        return [Energy(at, True, registers) for at, registers in totals]

    def _power(self) -> Decimal | None:
        """Drawn kW; where no power was read, voltage times current, which are never less [design]."""
        powers = self.phases(Quantity.ACTIVE_POWER)
        if powers is not None and powers[0] is not None:
            return max(powers[0], Decimal(0))
        voltages, currents = self.phases(Quantity.VOLTAGE), self.phases(Quantity.CURRENT)
        if voltages is None or currents is None:
            return None
        pairs = zip(voltages[:3], currents[:3], strict=False)
        apparent = [volts * amperes for volts, amperes in pairs if volts is not None and amperes is not None]
        return max(sum(apparent, Decimal(0)) / 1000, Decimal(0)) if apparent else None
