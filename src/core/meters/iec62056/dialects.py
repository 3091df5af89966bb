"""Which code a quantity has in a readout: OBIS and short codes (meter protocols §5.4).

Codes, units and rates are parametrisation of a meter, not protocol: a meter type with other codes is another
`Dialect`. Each code is bound to its unit, so that 9.1 in kWh is not taken for 9.1 in kvarh.
"""

from dataclasses import dataclass, field

from core.quantities import Quantity

Q = Quantity
RATES_OF_TERMINALS = (4, 1, 2, 3)
"""Codes of the tariffs sharp, peak, flat, valley, as one terminal's source orders them (§5.4)."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Code of the total, what stands before the number of a rate, and the unit of both."""

    total: str
    rates: str
    unit: str
    assumed: bool = False
    """Seen in one listing only, where the other binding of the code has another unit."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Codes in the order of the value (`core.quantities.SHAPES`), empty where the dialect has none."""

    codes: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """All codes of one kind of readout."""

    name: str
    marks: tuple[str, ...]
    """Any of these codes tells the dialect."""
    registers: dict[Quantity, tuple[Registers, ...]]
    """Energies and demands; the first that the readout has counts."""
    phases: dict[Quantity, Phases]
    clock: str
    date: str
    resets: str
    """How often a billing period was ended; with a history index, when."""
    programmings: tuple[str, ...]
    """Count and last time, told apart by their form."""
    battery: str
    losses: tuple[str, ...]
    """Failures of all phases, of each."""
    number: str
    error: str
    rates: tuple[int, ...] = field(default=RATES_OF_TERMINALS)
    rates_assumed: bool = True
    """Nobody said how this meter numbers its rates."""

    def rate(self, tariff: int) -> int:
        """Return the number a tariff (1 sharp, 2 peak, 3 flat, 4 valley) has in codes."""
        return self.rates[tariff - 1] if tariff <= len(self.rates) else tariff


def _obis(energy: int, unit: str) -> tuple[Registers, ...]:
    return (Registers(f"{energy}.8.0", f"{energy}.8.", unit),)


def _obis_demand(energy: int, unit: str) -> tuple[Registers, ...]:
    return (Registers(f"{energy}.6.0", f"{energy}.6.", unit),)


OBIS = Dialect(
    name="OBIS",
    marks=("1.8.0", "1.8.1", "2.8.0"),
    registers={
        Q.FORWARD_ACTIVE: _obis(1, "kWh"), Q.REVERSE_ACTIVE: _obis(2, "kWh"),
        Q.REACTIVE_1: _obis(3, "kvarh"), Q.REACTIVE_2: _obis(4, "kvarh"),
        Q.QUADRANT_1: _obis(5, "kvarh"), Q.QUADRANT_2: _obis(6, "kvarh"),
        Q.QUADRANT_3: _obis(7, "kvarh"), Q.QUADRANT_4: _obis(8, "kvarh"),
        Q.FORWARD_ACTIVE_DEMAND: _obis_demand(1, "kW"), Q.REVERSE_ACTIVE_DEMAND: _obis_demand(2, "kW"),
        Q.REACTIVE_1_DEMAND: _obis_demand(3, "kvar"), Q.REACTIVE_2_DEMAND: _obis_demand(4, "kvar"),
    },
    phases={
        Q.VOLTAGE: Phases(("32.7.0", "52.7.0", "72.7.0"), "V"),
        Q.CURRENT: Phases(("31.7.0", "51.7.0", "71.7.0", "91.7.0"), "A"),
        Q.ACTIVE_POWER: Phases(("16.7.0", "36.7.0", "56.7.0", "76.7.0"), "kW"),
        Q.REACTIVE_POWER: Phases(("131.7.0", "", "", ""), "kvar"),
        Q.POWER_FACTOR: Phases(("13.7.0", "33.7.0", "53.7.0", "73.7.0"), ""),
    },
    clock="0.9.1", date="0.9.2", resets="0.1.0", programmings=("C.2.0", "C.2.1"), battery="C.6.0",
    losses=("C.7.0", "C.7.1", "C.7.2", "C.7.3"), number="0.0.0", error="F.F",
)  # fmt: skip
"""ZxD and ZxB with energy identification codes; phases of power and factor by the OBIS of IEC 62056-61."""
SHORT = Dialect(
    name="short codes",
    marks=("20", "8.1"),
    registers={
        Q.FORWARD_ACTIVE: (Registers("20", "8.", "kWh"),),
        Q.REVERSE_ACTIVE: (Registers("22", "38.", "kWh"), Registers("21", "9.", "kWh", assumed=True)),
        Q.REACTIVE_1: (Registers("21", "9.", "kvarh"),),
        Q.REACTIVE_2: (Registers("23", "39.", "kvarh"),),
        Q.FORWARD_ACTIVE_DEMAND: (Registers("6.0", "6.", "kW"),),
        Q.REVERSE_ACTIVE_DEMAND: (Registers("36.0", "36.", "kW"),),
        Q.REACTIVE_1_DEMAND: (Registers("7.0", "7.", "kvar"),),
        Q.REACTIVE_2_DEMAND: (Registers("37.0", "37.", "kvar"),),
    },
    phases={
        Q.VOLTAGE: Phases(("L.1", "L.2", "L.3"), "V"),
        Q.CURRENT: Phases(("A", "B", "C", ""), "A"),
        Q.POWER_FACTOR: Phases(("13.7", "", "", ""), ""),
    },
    clock="11", date="12", resets="1", programmings=("14", "C.21", "95"), battery="91",
    losses=("71", "72.1", "72.2", "72.3"), number="0", error="F",
)  # fmt: skip
"""Short dialect A."""
DIALECTS = (OBIS, SHORT)
