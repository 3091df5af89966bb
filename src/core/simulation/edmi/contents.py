"""What the registers of an emulated meter hold: the physics behind the numbers of Mk6 or Mk10 (§3.5, §3.6).

Registers hold base units with the digits that the meters of DL/T 645 show, so the same load reads the same
through either family.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.meters.edmi import registers as g
from core.meters.edmi import values as v
from core.meters.edmi.commands import Description
from core.meters.edmi.registers import Family, Period, Store, TimeOfUse
from core.quantities import Peak, Quantity
from core.simulation.physics.instant import Instant, Phase, hundredths, tenths, thousandths
from core.simulation.physics.meter import Meter
from core.simulation.shown import ENERGIES, Shown

Q = Quantity
REACTIVE = frozenset(ENERGIES) - {Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE}
QUADRANT_4 = 0xE49B
"""Code of reactive energy in quadrant 4 [design]: the one its neighbours leave free; no source names it."""
CODES = {measured: code for code, measured in g.MEASURED.items() if measured} | {Q.QUADRANT_4: QUADRANT_4}
CHANNELS: dict[Family, dict[Quantity, int]] = {
    Family.MK6: dict(g.TYPICAL.channels[Family.MK6]),
    Family.MK10: {quantity: number for number, quantity in enumerate(ENERGIES)},
}
"""Channels from the factory."""
MODELS = {Family.MK6: "MK6E", Family.MK10: "MK10A"}
VERSION = "5.21"
KILO = 1000
RATES = 8
Value = Decimal | datetime | str | int | None


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs between meters of one family."""

    family: Family = Family.MK6
    double: bool = True
    """Energies as floats of 64 bits; older Mk6 have 32."""
    tells_map: bool = True
    """It answers what its channels measure."""
    channels: Mapping[Quantity, int] | None = None
    """Another set-up than that from the factory."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One register."""

    type: str
    unit: str
    name: str
    of: Callable[[], Value]


class Contents:
    """The registers of one meter at one moment."""

    def __init__(self, meter: Meter, habits: Habits) -> None:
        self._meter = meter
        self._shown = Shown(meter)
        self._habits = habits
        self._now = meter.registers.start
        self._channels = dict(habits.channels or CHANNELS[habits.family])
        self._measured = {number: quantity for quantity, number in self._channels.items()}
        self._fixed = self._listed()
        self._peaks: dict[tuple[int, Period], tuple[Peak, ...]] = {}
        self.garbage = False
        """Numbers and dates are all ones."""
        self.calendar_lost = False

    def at(self, now: datetime) -> None:
        """Let this be the true moment of what is asked."""
        if now != self._now:
            self._now = now
            self._peaks.clear()

    def description(self, register: int) -> Description | None:
        """See `core.meters.edmi.slave.Registers`."""
        cell = self._cell(register)
        return Description(register, cell.type, cell.unit, cell.name) if cell else None

    def value(self, register: int) -> bytes | None:
        """See `core.meters.edmi.slave.Registers`."""
        cell = self._cell(register)
        if cell is None:
            return None
        if self.garbage and cell.type not in v.TEXTS:
            return b"\xff" * v.SIZES[cell.type]
        return _wire(cell)

    def _cell(self, register: int) -> Cell | None:
        if fixed := self._fixed.get(register):
            return fixed
        one = g.time_of_use(self._habits.family, register)
        return self._time_of_use(one) if one else None

    def _listed(self) -> dict[int, Cell]:
        """Registers with a number of their own."""
        return {**self._own(), **self._measurements(), **self._map()}

    def _own(self) -> dict[int, Cell]:
        plate, first = self._meter.plate, g.BILLED_AT[self._habits.family]
        second = g.BILLED_BEFORE if self._habits.family is Family.MK6 else 0x6400
        return {
            g.MODEL: Cell("A", "N", "Model", lambda: MODELS[self._habits.family]),
            g.SERIAL: Cell("A", "N", "Serial number", lambda: plate.address.lstrip("0")),
            g.VERSION: Cell("A", "N", "Version", lambda: VERSION),
            g.CLOCK: Cell("T", "N", "Date and time", self._clock),
            g.DATE: Cell("R", "N", "Date", self._clock),
            g.TIME: Cell("Q", "N", "Time", self._clock),
            g.ERRORS: Cell("A", "N", "Errors", lambda: "C" if self.calendar_lost else ""),
            g.BILLINGS: Cell("L", "N", "Billing resets", self._billings),
            first: Cell("T", "N", "Last billing", lambda: self._billed(1)),
            second: Cell("T", "N", "Second last billing", lambda: self._billed(2)),
        }

    def _map(self) -> dict[int, Cell]:
        if not self._habits.tells_map:
            return {}
        first, count = g.CHANNEL_MAP[self._habits.family], g.CHANNELS[self._habits.family]
        codes = (CODES[self._measured[n]] if n in self._measured else 0 for n in range(count))
        type_ = "H" if self._habits.family is Family.MK6 else "I"
        return {first + n: Cell(type_, "N", f"Channel {n}", _just(code)) for n, code in enumerate(codes)}

    def _measurements(self) -> dict[int, Cell]:
        rows: tuple[tuple[tuple[int, ...], str, str, Callable[[Phase], Decimal]], ...] = (
            (g.WATTS, "W", "Watts", lambda phase: tenths(phase.active)),
            (g.VARS, "R", "Vars", lambda phase: tenths(phase.reactive)),
            (g.VOLT_AMPERES, "S", "VA", lambda phase: tenths(phase.apparent)),
            (g.FACTORS, "Q", "Power Factor", lambda phase: thousandths(phase.factor)),
            ((0, *g.VOLTS), "V", "Voltage", lambda phase: tenths(phase.voltage)),
            ((0, *g.AMPS), "A", "Current", lambda phase: thousandths(phase.current)),
            ((0, *g.ANGLES), "D", "Angle", lambda phase: tenths(phase.angle)),
        )
        found = {g.FREQUENCY: Cell("F", "H", "Frequency", lambda: hundredths(self._instant().frequency))}
        for registers, unit, name, of in rows:
            for place, register in enumerate(registers[: self._meter.plate.phases + 1]):
                label = f"Phase {' ABC'[place]} {name}" if place else f"Total {name}"
                if register and (place == 0 or registers is not g.FACTORS or self._is_mk10):
                    found[register] = Cell("F", unit, label, self._phase(place, of))
        return found

    @property
    def _is_mk10(self) -> bool:
        return self._habits.family is Family.MK10

    def _instant(self) -> Instant:
        return self._meter.instant(self._now)

    def _phase(self, place: int, of: Callable[[Phase], Decimal]) -> Callable[[], Decimal]:
        def measured() -> Decimal:
            instant = self._instant()
            return of(instant.phases[place - 1] if place else instant.total)

        return measured

    def _clock(self) -> datetime | None:
        return None if self.calendar_lost else self._shown.clock(self._now)

    def _billed(self, number: int) -> datetime | None:
        moment = self._meter.settled(number, self._now)
        return None if moment is None else self._meter.timepiece.shown(moment)

    def _billings(self) -> int:
        number = 0
        while self._meter.settled(number + 1, self._now) is not None:
            number += 1
        return number

    def _time_of_use(self, one: TimeOfUse) -> Cell | None:
        quantity = self._measured.get(one.channel)
        place = 0 if one.rate is None else one.rate + 1
        if quantity is None or place > RATES or (one.store and quantity not in _WITH_DEMAND):
            return None
        if one.store and one.period not in (Period.CURRENT, Period.PREVIOUS):
            return None
        label = f"{quantity.value} {one.store.name.lower()} {one.period.name.lower()} {place}"
        if one.store is Store.ENERGY:
            unit = "Y" if quantity in REACTIVE else "X"
            type_ = "U" if self._habits.double else "O"
            return Cell(type_, unit, label, lambda: self._energy(ENERGIES[quantity], one.period, place))
        if one.store is Store.DEMAND:
            unit = "R" if quantity in REACTIVE else "W"
            return Cell("F", unit, label, lambda: _watts(self._peak(ENERGIES[quantity], one.period, place)))
        return Cell("T", "N", label, lambda: self._peak(ENERGIES[quantity], one.period, place).at)

    def _energy(self, kind: int, period: Period, place: int) -> Decimal:
        """In Wh; a period counts from the settlement before it."""
        if period is Period.RUNNING:
            return self._counted(kind, 0, place)
        if period is Period.BILLED:
            return self._counted(kind, 1, place)
        number = 0 if period is Period.CURRENT else 1
        return self._counted(kind, number, place) - self._counted(kind, number + 1, place)

    def _counted(self, kind: int, number: int, place: int) -> Decimal:
        moment = self._meter.settled(number, self._now) or self._meter.registers.start
        energies = self._shown.energies(kind, moment)
        return energies[place] * KILO if place < len(energies) else Decimal(0)

    def _peak(self, kind: int, period: Period, place: int) -> Peak:
        key = kind, period
        if key not in self._peaks:
            span = self._meter.period(0 if period is Period.CURRENT else 1, self._now)
            self._peaks[key] = self._shown.peaks(kind, *span) if span else ()
        peaks = self._peaks[key]
        return peaks[place] if place < len(peaks) else Peak(None, None)


_WITH_DEMAND = frozenset({Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.REACTIVE_1, Q.REACTIVE_2})


def _watts(peak: Peak) -> Decimal:
    return (peak.value or Decimal(0)) * KILO


def _just(value: int) -> Callable[[], int]:
    return lambda: value


def _wire(cell: Cell) -> bytes:
    """The value of a register as its bytes."""
    value = cell.of()
    if cell.type in v.TEXTS:
        return v.text_bytes(str(value))
    if cell.type in ("T", "R", "Q"):
        whole = v.moment_bytes(value if isinstance(value, datetime) else None)
        return {"T": whole, "R": whole[:3], "Q": whole[3:]}[cell.type]
    if cell.type == "I" and isinstance(value, int) and value > 0x7FFF:
        value -= 0x10000
    return v.number_bytes(Decimal(value) if isinstance(value, int | Decimal) else Decimal(0), cell.type)
