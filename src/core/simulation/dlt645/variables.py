"""Family 02 of 2007: voltage, current, power, factor, and what a meter knows about itself (M57)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.simulation.physics.account import PRICE
from core.simulation.physics.instant import Instant, Phase, hundredths, kilo, tenths, thousandths
from core.simulation.physics.load import drawn
from core.simulation.physics.plate import Plate
from core.simulation.shown import Shown

Measured = Callable[[Phase], Decimal]
PHASED: dict[str, tuple[Measured, bool]] = {
    "0201": (lambda phase: tenths(phase.voltage), False),
    "0202": (lambda phase: thousandths(phase.current), False),
    "0203": (lambda phase: kilo(phase.active), True),
    "0204": (lambda phase: kilo(phase.reactive), True),
    "0205": (lambda phase: kilo(phase.apparent), True),
    "0206": (lambda phase: thousandths(phase.factor), True),
    "0207": (lambda phase: tenths(phase.angle), False),
}
"""DI3 DI2: what of a phase, and whether there is a total."""
BATTERY, READING_BATTERY = Decimal("3.62"), Decimal("6.05")
WORN = Decimal("2.80")
"""Clock battery once status bit 1.2 says that it is low."""


def variable(shown: Shown, code: str, now: datetime, *, battery_low: bool = False) -> Any:
    """Return the value of 02qqpp00, ``None`` if the meter has none."""
    if code.startswith("028000"):
        return _own(shown, int(code[6:], 16), now, battery_low=battery_low)
    measured = PHASED.get(code[:4])
    if measured is None or code[6:] != "00":
        return None
    return _phased(phases(shown, now), *measured, int(code[4:6], 16))


def phases(shown: Shown, now: datetime) -> list[Phase | None]:
    """Return total, A, B, C; a phase the meter does not have is ``None``."""
    instant = shown.meter.instant(now)
    missing = [None] * (3 - len(instant.phases))
    return [instant.total, *instant.phases, *missing]


def _phased(found: Sequence[Phase | None], of: Measured, has_total: bool, place: int) -> Any:
    values = [None if phase is None else of(phase) for phase in found]
    if place == 0xFF:
        return tuple(values if has_total else values[1:])
    if place > 3 or (place == 0 and not has_total):
        return None
    return UNSUPPORTED if values[place] is None else values[place]


class Unsupported:
    """A value the meter answers with FFH: it has the identifier, but no such phase."""


UNSUPPORTED = Unsupported()


def _own(shown: Shown, item: int, now: datetime, *, battery_low: bool) -> Any:
    if item == CLOCK_BATTERY:
        return WORN if battery_low else BATTERY
    measured, stated = OF_ALL.get(item), OF_METER.get(item)
    if measured is not None:
        return measured(shown.meter.instant(now))
    return None if stated is None else stated(shown.meter.plate, now)


def _neutral(instant: Instant) -> int:
    """One phase: its current; three: about what their currents differ by."""
    currents = [abs(phase.current) for phase in instant.phases]
    return currents[0] if len(currents) == 1 else max(currents) - min(currents)


def _warmth(plate: Plate, now: datetime) -> int:
    """Tenths of a degree: warmer towards the evening."""
    return 180 + now.hour * 4 + drawn(plate.seed, now.toordinal()) % 60


CLOCK_BATTERY = 0x08
OF_ALL: dict[int, Callable[[Instant], Decimal]] = {
    0x01: lambda instant: thousandths(_neutral(instant)),
    0x02: lambda instant: hundredths(instant.frequency),
    0x03: lambda instant: kilo(abs(instant.total.active)),
    0x04: lambda instant: kilo(abs(instant.total.active)),
    0x05: lambda instant: kilo(abs(instant.total.reactive)),
    0x06: lambda instant: kilo(instant.total.apparent),
}
"""DI0 of 028000xx: what is measured."""
OF_METER: dict[int, Callable[[Plate, datetime], Any]] = {
    0x07: lambda plate, now: tenths(_warmth(plate, now)),
    0x09: lambda _, __: READING_BATTERY,
    0x0A: lambda plate, _: drawn(plate.seed, 30) % 500,
    0x20: lambda plate, _: Decimal(PRICE).scaleb(-2) if plate.model.prepaid else None,
}
"""The same of the meter itself: temperature, battery of the readout, minutes on it, price."""
