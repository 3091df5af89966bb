"""What meters can be asked for, in one vocabulary across all families (device behaviour 1.4, M55 to M81).

A value is what the meter shows, digit for digit: decimals keep the digits they came with, "no value" is
``None`` (M39, Z2). Shapes by quantity: `SHAPES`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Quantity(Enum):
    """One thing a meter knows; the value is its name in files and commands."""

    __hash__ = object.__hash__  # quicker than that of the name: tables are keyed by it

    FORWARD_ACTIVE = "forward-active"
    REVERSE_ACTIVE = "reverse-active"
    REACTIVE_1 = "reactive-1"
    """Combined reactive 1, which 376.1 calls forward reactive (part B §7.4)."""
    REACTIVE_2 = "reactive-2"
    QUADRANT_1 = "quadrant-1"
    QUADRANT_2 = "quadrant-2"
    QUADRANT_3 = "quadrant-3"
    QUADRANT_4 = "quadrant-4"
    FORWARD_ACTIVE_DEMAND = "forward-active-demand"
    REVERSE_ACTIVE_DEMAND = "reverse-active-demand"
    REACTIVE_1_DEMAND = "reactive-1-demand"
    REACTIVE_2_DEMAND = "reactive-2-demand"
    VOLTAGE = "voltage"
    CURRENT = "current"
    ACTIVE_POWER = "active-power"
    REACTIVE_POWER = "reactive-power"
    APPARENT_POWER = "apparent-power"
    POWER_FACTOR = "power-factor"
    CLOCK = "clock"
    STATUS = "status"
    BATTERY = "battery"
    PROGRAMMINGS = "programmings"
    METER_CLEARS = "meter-clears"
    DEMAND_CLEARS = "demand-clears"
    EVENT_CLEARS = "event-clears"
    CLOCK_SETTINGS = "clock-settings"
    PERIOD_CHANGES = "period-changes"
    TAIL_COVERS = "tail-covers"
    RELAY = "relay"
    PREPAYMENT = "prepayment"
    SETTLEMENT = "settlement"
    PHASE_LOSSES = "phase-losses"


@dataclass(frozen=True, slots=True)
class Peak:
    """A maximum demand and when it occurred."""

    value: Decimal | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done, and when last."""

    times: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Relay:
    """State of the meter's relay and its last operations (M60, M61)."""

    closed: bool | None
    closed_at: datetime | None
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Prepaid:
    """Purchases and what is left: money in yuan, energies in kWh (M63)."""

    purchases: int | None
    money_left: Decimal | None
    money_bought: Decimal | None
    energy_left: Decimal | None
    overdraft: Decimal | None
    energy_bought: Decimal | None
    credit: Decimal | None
    alarm: Decimal | None
    fault: Decimal | None


@dataclass(frozen=True, slots=True)
class Settled:
    """Settled and unsettled energy, total first, then tariffs, kWh."""

    settled: tuple[Decimal | None, ...]
    unsettled: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class PhaseLoss:
    """Losses of one phase, or of all: how often, minutes in all, the last one."""

    times: int | None
    minutes: int | None
    start: datetime | None
    end: datetime | None


Registers = tuple[Decimal | None, ...]
"""Total first, then tariffs 1 to M; or total, A, B, C; or A, B, C (voltage), A, B, C, neutral (current)."""
Value = (
    Registers
    | tuple[Peak, ...]
    | tuple[int | None, ...]
    | tuple[PhaseLoss, ...]
    | datetime
    | int
    | Count
    | Relay
    | Prepaid
    | Settled
)


class Shape(Enum):
    """What the value of a quantity looks like."""

    REGISTERS = "total and tariffs"
    PEAKS = "total and tariffs, each a `Peak`"
    PHASES = "A, B, C (and neutral for current)"
    TOTAL_AND_PHASES = "total, A, B, C"
    TIME = "datetime"
    WORDS = "seven status words of 16 bits"
    MINUTES = "int"
    COUNT = "`Count`"
    RELAY = "`Relay`"
    PREPAID = "`Prepaid`"
    SETTLED = "`Settled`"
    PHASE_LOSSES = "all, A, B, C, each a `PhaseLoss`"


_Q = Quantity
SHAPES: dict[Quantity, Shape] = {
    **dict.fromkeys(
        (_Q.FORWARD_ACTIVE, _Q.REVERSE_ACTIVE, _Q.REACTIVE_1, _Q.REACTIVE_2, _Q.QUADRANT_1, _Q.QUADRANT_2,
         _Q.QUADRANT_3, _Q.QUADRANT_4), Shape.REGISTERS),
    **dict.fromkeys(
        (_Q.FORWARD_ACTIVE_DEMAND, _Q.REVERSE_ACTIVE_DEMAND, _Q.REACTIVE_1_DEMAND, _Q.REACTIVE_2_DEMAND),
        Shape.PEAKS),
    **dict.fromkeys((_Q.VOLTAGE, _Q.CURRENT), Shape.PHASES),
    **dict.fromkeys((_Q.ACTIVE_POWER, _Q.REACTIVE_POWER, _Q.APPARENT_POWER, _Q.POWER_FACTOR),
                    Shape.TOTAL_AND_PHASES),
    **dict.fromkeys(
        (_Q.PROGRAMMINGS, _Q.METER_CLEARS, _Q.DEMAND_CLEARS, _Q.EVENT_CLEARS, _Q.CLOCK_SETTINGS,
         _Q.PERIOD_CHANGES, _Q.TAIL_COVERS), Shape.COUNT),
    _Q.CLOCK: Shape.TIME,
    _Q.STATUS: Shape.WORDS,
    _Q.BATTERY: Shape.MINUTES,
    _Q.RELAY: Shape.RELAY,
    _Q.PREPAYMENT: Shape.PREPAID,
    _Q.SETTLEMENT: Shape.SETTLED,
    _Q.PHASE_LOSSES: Shape.PHASE_LOSSES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Now:
    """The present value."""


@dataclass(frozen=True, slots=True)
class DayEnd:
    """The value the meter froze at 24:00 of ``day``."""

    day: date


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The value the meter froze at the end of the month whose first day is ``month``."""

    month: date


@dataclass(frozen=True, slots=True)
class HourEnd:
    """The value the meter froze at ``moment``, a full hour."""

    moment: datetime


When = Now | DayEnd | MonthEnd | HourEnd
NOW = Now()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One quantity of one moment."""

    quantity: Quantity
    when: When = NOW
