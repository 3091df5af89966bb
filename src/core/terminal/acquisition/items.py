"""What is read of a meter of which class (device behaviour 6.2, table of data items; M55 to M63).

The item sets of F38 and F39 replace the lists of the class: F38 names data units of AFN 0C (read at the
interval), F39 those of AFN 0D (day, reading day, month, curve). Clock and status word belong to the day pass
whatever the sets say; bit D5 of F33 decides about the status word.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from core.quantities import SHAPES, Quantity, Shape
from core.terminal.archive import Meter
from core.terminal.readings import Kind

Quantities = tuple[Quantity, ...]
_Q = Quantity
DLT645 = frozenset({1, 30})
"""Protocol codes of DL/T 645-1997 and -2007."""


class MeterClass(Enum):
    """Rows of the table of 6.2."""

    RESIDENTIAL = "residential single-phase"
    TARIFF = "single-phase tariff-control"
    THREE_PHASE = "three-phase, other protocols"


@dataclass(frozen=True, slots=True)
class ItemLists:
    """Quantities by occasion; ``period`` of the curves in minutes."""

    day: Quantities = ()
    """Frozen at day end."""
    state: Quantities = ()
    """Present values read in the day pass."""
    reading_day: Quantities = ()
    month: Quantities = ()
    interval: Quantities = ()
    curve: Quantities = ()
    period: int = 60


_CONTROL = (_Q.CLOCK, _Q.STATUS, _Q.RELAY, _Q.PREPAYMENT, _Q.PROGRAMMINGS)
_BOTH_WAYS = (_Q.FORWARD_ACTIVE, _Q.REVERSE_ACTIVE)
_THREE = (*_BOTH_WAYS, _Q.REACTIVE_1, _Q.REACTIVE_2, _Q.FORWARD_ACTIVE_DEMAND)
_CURVE = (_Q.VOLTAGE, _Q.CURRENT, _Q.FORWARD_ACTIVE, _Q.REVERSE_ACTIVE)

LISTS: dict[MeterClass, ItemLists] = {
    MeterClass.RESIDENTIAL: ItemLists(
        (_Q.FORWARD_ACTIVE,), (_Q.CLOCK, _Q.STATUS), (_Q.FORWARD_ACTIVE,), (_Q.FORWARD_ACTIVE,)
    ),
    MeterClass.TARIFF: ItemLists(
        _BOTH_WAYS, _CONTROL, _BOTH_WAYS, _BOTH_WAYS, (_Q.FORWARD_ACTIVE, _Q.VOLTAGE, _Q.CURRENT), _CURVE
    ),
    MeterClass.THREE_PHASE: ItemLists(
        _THREE, _CONTROL, _THREE, _THREE,
        (_Q.FORWARD_ACTIVE, _Q.FORWARD_ACTIVE_DEMAND, _Q.VOLTAGE, _Q.CURRENT), _CURVE,
    ),
}  # fmt: skip

SINGLE_PHASE_SMART, THREE_PHASE_METER = 1, 2
"""Minor classes with a fixed meaning (part B §7.2)."""
BY_MAJOR = {
    1: MeterClass.THREE_PHASE,
    2: MeterClass.THREE_PHASE,
    4: MeterClass.RESIDENTIAL,
    5: MeterClass.THREE_PHASE,
}
"""Major classes of F10 whose users have another meter than the default, tariff-control."""
PERIODS = {1: 15, 5: 15, 2: 30}
"""Minutes between the curve points of a major class; 60 for the others [design]."""


def class_of(meter: Meter) -> MeterClass:
    """Return the row of the table: by protocol, minor class, major class."""
    if meter.protocol not in DLT645 or meter.minor == THREE_PHASE_METER:
        return MeterClass.THREE_PHASE
    if meter.minor == SINGLE_PHASE_SMART:
        return MeterClass.TARIFF
    return BY_MAJOR.get(meter.major, MeterClass.TARIFF)


_FORWARD = (_Q.FORWARD_ACTIVE, _Q.REACTIVE_1, _Q.QUADRANT_1, _Q.QUADRANT_4)
_REVERSE = (_Q.REVERSE_ACTIVE, _Q.REACTIVE_2, _Q.QUADRANT_2, _Q.QUADRANT_3)
_DEMANDS = (_Q.FORWARD_ACTIVE_DEMAND, _Q.REACTIVE_1_DEMAND, _Q.REVERSE_ACTIVE_DEMAND, _Q.REACTIVE_2_DEMAND)
_SINGLE = (
    _Q.FORWARD_ACTIVE, _Q.REACTIVE_1, _Q.REVERSE_ACTIVE, _Q.REACTIVE_2,
    _Q.QUADRANT_1, _Q.QUADRANT_2, _Q.QUADRANT_3, _Q.QUADRANT_4,
)  # fmt: skip

CLASS_1: dict[int, Quantities] = {
    25: (_Q.ACTIVE_POWER, _Q.REACTIVE_POWER, _Q.POWER_FACTOR, _Q.VOLTAGE, _Q.CURRENT, _Q.APPARENT_POWER),
    26: (_Q.PHASE_LOSSES,),
    27: (
        _Q.CLOCK,
        _Q.BATTERY,
        _Q.PROGRAMMINGS,
        _Q.METER_CLEARS,
        _Q.DEMAND_CLEARS,
        _Q.EVENT_CLEARS,
        _Q.CLOCK_SETTINGS,
    ),
    28: (_Q.STATUS,),
    33: _FORWARD,
    34: _REVERSE,
    35: (_Q.FORWARD_ACTIVE_DEMAND, _Q.REACTIVE_1_DEMAND),
    36: (_Q.REVERSE_ACTIVE_DEMAND, _Q.REACTIVE_2_DEMAND),
    **{129 + at: (quantity,) for at, quantity in enumerate(_SINGLE)},
    **{145 + at: (quantity,) for at, quantity in enumerate(_DEMANDS)},
    161: (_Q.RELAY,),
    162: (_Q.CLOCK,),
    165: (_Q.PROGRAMMINGS, _Q.TAIL_COVERS),
    166: (_Q.CLOCK_SETTINGS, _Q.PERIOD_CHANGES),
    167: (_Q.PREPAYMENT,),
    168: (_Q.SETTLEMENT,),
}
"""Fn of AFN 0C to what must be read of the meter (part B §2.3 to §2.7)."""


def _frozen(grouped: int, single: int, demand: int) -> dict[int, Quantities]:
    return {
        grouped: _FORWARD,
        grouped + 1: _REVERSE,
        grouped + 2: CLASS_1[35],
        grouped + 3: CLASS_1[36],
        **{single + at: (quantity,) for at, quantity in enumerate(_SINGLE)},
        **{demand + at: (quantity,) for at, quantity in enumerate(_DEMANDS)},
    }


CLASS_2: dict[Kind, dict[int, Quantities]] = {
    Kind.DAY: {**_frozen(1, 161, 185), 209: (_Q.RELAY,), 210: (_Q.PREPAYMENT,)},
    Kind.READING_DAY: _frozen(9, 169, 189),
    Kind.MONTH: {
        **_frozen(17, 177, 193),
        213: CLASS_1[165], 214: CLASS_1[166], 215: (_Q.PREPAYMENT,), 216: (_Q.SETTLEMENT,),
    },
    Kind.CURVE: {
        **dict.fromkeys(range(81, 85), (_Q.ACTIVE_POWER,)),
        **dict.fromkeys(range(85, 89), (_Q.REACTIVE_POWER,)),
        **dict.fromkeys(range(89, 92), (_Q.VOLTAGE,)),
        **dict.fromkeys(range(92, 96), (_Q.CURRENT,)),
        **{first + at: (quantity,) for first in (97, 101) for at, quantity in enumerate(
            (_Q.FORWARD_ACTIVE, _Q.REACTIVE_1, _Q.REVERSE_ACTIVE, _Q.REACTIVE_2))},
        **dict.fromkeys(range(105, 109), (_Q.POWER_FACTOR,)),
        145: (_Q.QUADRANT_1,), 146: (_Q.QUADRANT_4,), 147: (_Q.QUADRANT_2,), 148: (_Q.QUADRANT_3,),
    },
}  # fmt: skip
"""Fn of AFN 0D to what must be read of the meter, by store (part B §3.2, §3.4)."""


@dataclass(frozen=True, slots=True)
class ChosenItems:
    """What the master chose for a user class; ``None`` where it chose nothing."""

    class_1: frozenset[int] | None = None
    class_2: frozenset[int] | None = None


def lists_for(meter: Meter, chosen: ChosenItems = ChosenItems(), *, status_word: bool = True) -> ItemLists:
    """Return what is read of this meter."""
    lists = replace(LISTS[class_of(meter)], period=PERIODS.get(meter.major, 60))
    if chosen.class_1 is not None:
        lists = replace(lists, interval=_quantities(CLASS_1, chosen.class_1))
    if chosen.class_2 is not None:
        lists = _by_class_2(lists, chosen.class_2)
    if not status_word:
        lists = replace(lists, state=tuple(q for q in lists.state if q is not _Q.STATUS))
    return lists


def _by_class_2(lists: ItemLists, functions: frozenset[int]) -> ItemLists:
    """What meters freeze is asked as a freeze, the rest as the state of the day pass."""
    sets = {kind: _quantities(table, functions) for kind, table in CLASS_2.items()}
    states = [q for kind in (Kind.DAY, Kind.MONTH) for q in sets[kind] if not freezable(q)]
    return replace(
        lists,
        day=tuple(filter(freezable, sets[Kind.DAY])),
        state=tuple(dict.fromkeys((_Q.CLOCK, _Q.STATUS, *states))),
        reading_day=sets[Kind.READING_DAY],
        month=tuple(filter(freezable, sets[Kind.MONTH])),
        curve=sets[Kind.CURVE],
    )


def freezable(quantity: Quantity) -> bool:
    """Tell whether meters keep frozen values of it: energies and demands."""
    return SHAPES[quantity] in (Shape.REGISTERS, Shape.PEAKS)


def _quantities(table: dict[int, Quantities], functions: Iterable[int]) -> Quantities:
    """Each quantity once, in the order of the Fn."""
    return tuple(dict.fromkeys(q for fn in sorted(functions) for q in table.get(fn, ())))
