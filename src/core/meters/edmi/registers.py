"""Register numbers of both families, and what their channels measure (meter protocols §3.5, §3.6).

What a channel measures is the meter's own set-up: it is asked for it, and a configured map stands in only
where the meter does not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from core.quantities import Quantity

Q = Quantity


class Family(Enum):
    """Which scheme of register numbers a meter has."""

    MK6 = "Mk6"
    MK10 = "Mk10"


class Store(IntEnum):
    """What a time-of-use register holds."""

    ENERGY = 0
    DEMAND = 1
    DEMAND_TIME = 2


class Period(IntEnum):
    """Of which time."""

    CURRENT = 0
    PREVIOUS = 1
    BILLED = 2
    """The total as it stood at the last billing."""
    RUNNING = 3


_MK6_STORE = (0x0, 0x1, 0x8)
_MK6_PERIOD = (0x0, 0x2, 0x4, 0x6)
_MK10_PERIOD = (0x0, 0x1, 0xE, 0xF)
UNIFIED = 9
"""Rate nibble of Mk6 for all rates together; Mk10 has 0 for that, and its rates from 1."""
CHANNELS = {Family.MK6: 12, Family.MK10: 16}
CHANNEL_MAP = {Family.MK6: 0xF780, Family.MK10: 0xD880}
"""First of the registers that tell what each channel measures."""
BILLED_AT = {Family.MK6: 0xFC00, Family.MK10: 0x6200}
"""When the last billing was."""


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """One register of energy or demand; ``rate`` counts from 0, ``None`` is all rates."""

    store: Store
    channel: int
    period: Period
    rate: int | None = None


def register_of(family: Family, one: TimeOfUse) -> int:
    """Return the number of a register."""
    if family is Family.MK6:
        rate = UNIFIED if one.rate is None else one.rate
        return _MK6_STORE[one.store] << 12 | one.channel << 8 | _MK6_PERIOD[one.period] << 4 | rate
    rate = 0 if one.rate is None else one.rate + 1
    return one.store << 13 | _MK10_PERIOD[one.period] << 9 | one.channel << 4 | rate


def time_of_use(family: Family, register: int) -> TimeOfUse | None:
    """Return what a register number stands for, ``None`` if it is no such register."""
    found = _mk6(register) if family is Family.MK6 else _mk10(register)
    return found if found and register_of(family, found) == register else None


def _mk6(register: int) -> TimeOfUse | None:
    store, channel, period, rate = (register >> at & 0xF for at in (12, 8, 4, 0))
    if (
        store not in _MK6_STORE
        or period not in _MK6_PERIOD
        or channel >= 12
        or (rate > 7 and rate != UNIFIED)
    ):
        return None
    place = Store(_MK6_STORE.index(store)), Period(_MK6_PERIOD.index(period))
    return TimeOfUse(place[0], channel, place[1], None if rate == UNIFIED else rate)


def _mk10(register: int) -> TimeOfUse | None:
    store, period, channel, rate = (
        register >> 13 & 0x3,
        register >> 9 & 0xF,
        register >> 4 & 0x1F,
        register & 0xF,
    )
    if store > Store.DEMAND_TIME or period not in _MK10_PERIOD or channel >= 16:
        return None
    return TimeOfUse(Store(store), channel, Period(_MK10_PERIOD.index(period)), rate - 1 if rate else None)


MODEL, SERIAL, VERSION = 0xF000, 0xF002, 0xF003
DATE, TIME, CLOCK = 0xF010, 0xF011, 0xF03D
ERRORS, BILLINGS = 0xF016, 0xF032
BILLED_BEFORE = 0xFC01
FREQUENCY = 0xE060
VOLTS, AMPS, ANGLES = (0xE000, 0xE001, 0xE002), (0xE010, 0xE011, 0xE012), (0xE020, 0xE021, 0xE022)
"""Phases A, B, C."""
WATTS = (0xE033, 0xE030, 0xE031, 0xE032)
VARS = (0xE043, 0xE040, 0xE041, 0xE042)
VOLT_AMPERES = (0xE053, 0xE050, 0xE051, 0xE052)
"""Total, then phases A, B, C."""
FACTORS = (0xE026, 0xE023, 0xE024, 0xE025)
"""The phases only in Mk10."""

MEASURED: Mapping[int, Quantity | None] = {
    0xE397: Q.FORWARD_ACTIVE, 0xE393: Q.REVERSE_ACTIVE, 0xE39F: Q.REACTIVE_1, 0xE39B: Q.REACTIVE_2,
    0xE49F: Q.QUADRANT_1, 0xE59F: Q.QUADRANT_2, 0xE59B: Q.QUADRANT_3,
    **dict.fromkeys(
        (0xE497, 0xE493, 0xE593, 0xE597, 0xE3E3, 0xE3E7,
         *(code + phase for code in (0xE390, 0xE394, 0xE398, 0xE39C, 0xE494, 0xE490, 0xE590, 0xE594, 0xE49C,
                                     0xE59C, 0xE598, 0xE3E0, 0xE3E4) for phase in range(3)))),
}  # fmt: skip
"""Code of a channel to what it measures, ``None``: something that is asked for by no quantity (a phase alone,
active energy of a quadrant, apparent energy). The code of reactive energy in quadrant 4 is in no source."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How meters of a type are set up where they do not tell it: configuration, not protocol."""

    channels: Mapping[Family, Mapping[Quantity, int]] = field(
        default_factory=lambda: {
            Family.MK6: {
                Q.FORWARD_ACTIVE: 1, Q.REVERSE_ACTIVE: 0, Q.REACTIVE_1: 3, Q.REACTIVE_2: 2, Q.QUADRANT_1: 6,
                Q.QUADRANT_2: 7, Q.QUADRANT_3: 8, Q.QUADRANT_4: 9,
            },
            Family.MK10: {Q.FORWARD_ACTIVE: 0, Q.REACTIVE_1: 2},
        }
    )  # fmt: skip
    """As two terminals have it for Mk6, and as one user has it for Mk10."""
    rates: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 7)
    """Rate of the meter for tariff 1, 2, …: sharp, peak, flat, valley."""


TYPICAL = Layout()
