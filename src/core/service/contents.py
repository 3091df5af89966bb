"""How the values of one slot fill a data unit: one row of a table each, for class 1 and class 2 alike.

A filling takes a slot and returns the values of the unit's fields in their order (behind the time stamp of
class 2 data), or ``None`` if the slot has nothing of it. Missing parts are ``None``; `core.service.fitting`
makes them EEH.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core.quantities import Count, Peak, PhaseLoss, Prepaid, Quantity, Relay, Settled
from core.service.points import Slot
from core.terminal.readings import Reading

Values = tuple[Any, ...]
Filling = Callable[[Slot], Values | None]

_Q = Quantity
KINDS = (_Q.FORWARD_ACTIVE, _Q.REACTIVE_1, _Q.REVERSE_ACTIVE, _Q.REACTIVE_2)
"""The order in which 376.1 counts energies."""
QUADRANTS = (_Q.QUADRANT_1, _Q.QUADRANT_2, _Q.QUADRANT_3, _Q.QUADRANT_4)
DEMANDS = (
    _Q.FORWARD_ACTIVE_DEMAND,
    _Q.REACTIVE_1_DEMAND,
    _Q.REVERSE_ACTIVE_DEMAND,
    _Q.REACTIVE_2_DEMAND,
)
CLOSED, OPEN, UNKNOWN = 0x11, 0x00, 0xEE


def filled_up(values: Sequence[Any], count: int) -> Values:
    """Bring a run of values to its length: "no value" behind what is there."""
    return (*values[:count], *(None,) * (count - len(values)))


def values_of(reading: Reading | None) -> Sequence[Any]:
    """The value of a quantity that is a run of values, empty if it is not there."""
    return () if reading is None else reading.value  # pyright: ignore[reportReturnType]  # by SHAPES


def first_time(found: Sequence[Reading | None]) -> Any:
    """Reading time of the first value that is there."""
    return next(one.read_at for one in found if one)


def tariffs_of(found: Sequence[Reading | None]) -> int:
    """Number of tariffs of the longest value."""
    return max(len(values_of(one)) for one in found) - 1


def registers(quantity: Quantity) -> Filling:
    """F129 and its like."""

    def fill(slot: Slot) -> Values | None:
        reading = slot.reading(quantity)
        return reading and (reading.read_at, tariffs_of([reading]), values_of(reading))

    return fill


def register_groups(*quantities: Quantity) -> Filling:
    """F33 and its like: registers side by side."""

    def fill(slot: Slot) -> Values | None:
        found = slot.readings(*quantities)
        if found is None:
            return None
        count = tariffs_of(found)
        return (first_time(found), count, *(filled_up(values_of(one), count + 1) for one in found))

    return fill


def demands(quantity: Quantity) -> Filling:
    """F145 and its like: each demand with its time."""

    def fill(slot: Slot) -> Values | None:
        reading = slot.reading(quantity)
        return reading and (reading.read_at, tariffs_of([reading]), _pairs(values_of(reading)))

    return fill


def _pairs(peaks: Sequence[Peak]) -> Values:
    return tuple((peak.value, peak.at) for peak in peaks)


def demand_groups(*quantities: Quantity) -> Filling:
    """F35 and its like: all demands, then all their times."""

    def fill(slot: Slot) -> Values | None:
        found = slot.readings(*quantities)
        if found is None:
            return None
        count = tariffs_of(found)
        runs = [_pairs(values_of(one)) for one in found]
        columns = [filled_up([pair[part] for pair in run], count + 1) for run in runs for part in (0, 1)]
        return (first_time(found), count, *columns)

    return fill


def energies(quantity: Quantity) -> Filling:
    """F41 and 0D F5 and their like: what passed since the slot before, with CT and PT."""

    def fill(slot: Slot) -> Values | None:
        before = slot.before()
        old, new = before and before.reading(quantity), slot.reading(quantity)
        return passed(values_of(old or None), values_of(new), slot.point.ratio)

    return fill


def passed(old: Sequence[Any], new: Sequence[Any], ratio: Decimal) -> Values | None:
    """Number of tariffs and energies between two readings; ``None`` if one of them is missing."""
    if not old or not new:
        return None
    amounts = tuple(difference(a, b, ratio) for a, b in zip(old, new, strict=False))
    return (len(amounts) - 1, amounts)


def difference(old: Decimal | None, new: Decimal | None, ratio: Decimal) -> Decimal | None:
    """Energy between two readings; a register that went back says nothing."""
    return None if old is None or new is None or new < old else (new - old) * ratio


PHASE_VALUES = (
    (_Q.ACTIVE_POWER, 4), (_Q.REACTIVE_POWER, 4), (_Q.POWER_FACTOR, 4), (_Q.VOLTAGE, 3), (_Q.CURRENT, 4),
    (_Q.APPARENT_POWER, 4),
)  # fmt: skip
"""Fields of F25 in their order."""


def percent(values: Sequence[Decimal | None]) -> Values:
    """Power factors as 376.1 has them: percent."""
    return tuple(None if value is None else value.scaleb(2) for value in values)


def phases(slot: Slot) -> Values | None:
    """F25."""
    found = slot.readings(*(quantity for quantity, _ in PHASE_VALUES))
    if found is None:
        return None
    runs = [
        percent(values_of(one)) if one and one.quantity is _Q.POWER_FACTOR else values_of(one)
        for one in found
    ]
    filled = (filled_up(run, count) for run, (_, count) in zip(runs, PHASE_VALUES, strict=True))
    return (first_time(found), *(value for run in filled for value in run))


def phase_losses(slot: Slot) -> Values | None:
    """F26, 0D F32: all, then phases A, B, C."""
    reading = slot.reading(_Q.PHASE_LOSSES)
    if reading is None:
        return None
    rows: Sequence[PhaseLoss] = filled_up(values_of(reading), 4)
    columns = [tuple(getattr(row, name, None) for row in rows) for name in PhaseLoss.__slots__]
    return (reading.read_at, *columns)


def single(reading: Reading | None) -> Any:
    """A value that is one thing, ``None`` if it is not there."""
    return reading.value if reading else None


def count_of(reading: Reading | None) -> tuple[int | None, Any]:
    """How often, and when last."""
    count = single(reading)
    return (count.times, count.at) if isinstance(count, Count) else (None, None)


OPERATIONS = (_Q.PROGRAMMINGS, _Q.METER_CLEARS, _Q.DEMAND_CLEARS, _Q.EVENT_CLEARS, _Q.CLOCK_SETTINGS)


def clock_and_operations(slot: Slot) -> Values | None:
    """F27."""
    found = slot.readings(_Q.CLOCK, _Q.BATTERY, *OPERATIONS)
    if found is None:
        return None
    clock, battery, *counts = found
    return (first_time(found), single(clock), single(battery), *(v for one in counts for v in count_of(one)))


def clocks(slot: Slot) -> Values | None:
    """F162 of 2012."""
    reading = slot.reading(_Q.CLOCK)
    return reading and (reading.read_at, reading.value)


def counts(*quantities: Quantity) -> Filling:
    """F165, F166: counts with the time of the last one."""

    def fill(slot: Slot) -> Values | None:
        found = slot.readings(*quantities)
        return found and (first_time(found), *(value for one in found for value in count_of(one)))

    return fill


def parameter_changes_2012(slot: Slot) -> Values | None:
    """F166 of 2012: also what the clock showed before, which is not read."""
    found = slot.readings(_Q.CLOCK_SETTINGS, _Q.PERIOD_CHANGES)
    if found is None:
        return None
    (times, after), periods = map(count_of, found)
    return (first_time(found), times, None, after, *periods)


def relay(slot: Slot) -> Values | None:
    """F161, 0D F209."""
    reading = slot.reading(_Q.RELAY)
    state = single(reading)
    if reading is None or not isinstance(state, Relay):
        return None
    code = UNKNOWN if state.closed is None else CLOSED if state.closed else OPEN
    return (reading.read_at, code, state.closed_at, state.opened_at)


def prepayment(slot: Slot) -> Values | None:
    """F167."""
    reading = slot.reading(_Q.PREPAYMENT)
    return reading and (reading.read_at, *(getattr(reading.value, name) for name in Prepaid.__slots__))


def settlement(slot: Slot) -> Values | None:
    """F168."""
    reading = slot.reading(_Q.SETTLEMENT)
    value = single(reading)
    if reading is None or not isinstance(value, Settled):
        return None
    count = max(len(value.settled), len(value.unsettled)) - 1
    both = (filled_up(run, count + 1) for run in (value.settled, value.unsettled))
    return (reading.read_at, count, *both)


def settlement_with_fault(slot: Slot) -> Values | None:
    """0D F216."""
    filled, bought = settlement(slot), single(slot.reading(_Q.PREPAYMENT))
    return filled and (*filled, bought.fault if isinstance(bought, Prepaid) else None)


REGISTER_GROUPS = (
    register_groups(_Q.FORWARD_ACTIVE, _Q.REACTIVE_1, _Q.QUADRANT_1, _Q.QUADRANT_4),
    register_groups(_Q.REVERSE_ACTIVE, _Q.REACTIVE_2, _Q.QUADRANT_2, _Q.QUADRANT_3),
    demand_groups(_Q.FORWARD_ACTIVE_DEMAND, _Q.REACTIVE_1_DEMAND),
    demand_groups(_Q.REVERSE_ACTIVE_DEMAND, _Q.REACTIVE_2_DEMAND),
)
"""Four grouped units, as they follow each other from 0C F33, F37, 0D F1, F9, F17."""
REGISTERS = tuple(map(registers, (*KINDS, *QUADRANTS)))
"""Eight registers, as from 0C F129, F137, 0D F161, F169, F177."""
MAXIMA = tuple(map(demands, DEMANDS))
"""Four demands, as from 0C F145, F149, 0D F185, F189, F193."""
ENERGIES = tuple(map(energies, KINDS))
"""Four energies, as from 0D F5, F21."""


def run(first: int, fillings: Sequence[Filling]) -> dict[int, Filling]:
    """Rows of functions that follow each other."""
    return {first + index: filling for index, filling in enumerate(fillings)}
