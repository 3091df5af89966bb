"""What is asked on which occasion, and in which slots its value goes (device behaviour 6.2, 6.4, 6.6)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from core.quantities import NOW, DayEnd, HourEnd, MonthEnd, Quantity, Wanted, When
from core.terminal.acquisition.items import ItemLists, Quantities
from core.terminal.readings import CURRENT_STAMP, Kind, Source

ONE_DAY = timedelta(days=1)
SUBSTITUTE_UNTIL = timedelta(hours=1)
"""A current value counts as day end if read before 01:00 (6.4 rule 3)."""
LATE = timedelta(minutes=10)
"""How late a curve point, or the substitute of an hour freeze, may be read [design]."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value goes, if it was read before ``before``."""

    kind: Kind
    stamp: datetime
    source: Source
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question and the slots of its answer; ``fills``: the entry of the missing list that it ends."""

    wanted: Wanted
    slots: tuple[Slot, ...]
    fills: Wanted | None = None
    expires: datetime | None = None
    """From then on no slot would take the answer."""


def midnight(day: date) -> datetime:
    """00:00 of a day."""
    return datetime.combine(day, time())


def month_before(day: date) -> date:
    """First day of the month that ended before the month of ``day``."""
    return (day.replace(day=1) - ONE_DAY).replace(day=1)


CURRENT = Slot(Kind.CURRENT, CURRENT_STAMP, Source.CURRENT)


@lru_cache(maxsize=64)
def present(quantities: Quantities) -> tuple[Item, ...]:
    """Present values."""
    return tuple(Item(Wanted(quantity, NOW), (CURRENT,)) for quantity in quantities)


@lru_cache(maxsize=64)
def day_ends(lists: ItemLists, day: date, as_reading_day: bool) -> tuple[Item, ...]:
    """Freezes of ``day``; with a reading time before 01:00 they are the next reading day's values too.

    Both mean 00:00 of the reading day, and every meter of the port then has the same moment.
    """
    stamp, reading = midnight(day), midnight(day) + ONE_DAY
    extra = lists.reading_day if as_reading_day else ()
    return tuple(
        _freeze(
            Wanted(quantity, DayEnd(day)),
            *([Slot(Kind.DAY, stamp, Source.FREEZE)] if quantity in lists.day else []),
            *([Slot(Kind.READING_DAY, reading, Source.FREEZE)] if quantity in extra else []),
        )
        for quantity in dict.fromkeys((*lists.day, *extra))
    )


def _freeze(wanted: Wanted, *slots: Slot) -> Item:
    return Item(wanted, slots, fills=wanted)


@lru_cache(maxsize=64)
def month_ends(lists: ItemLists, month: date) -> tuple[Item, ...]:
    """Freezes of the month whose first day is ``month``."""
    slot = Slot(Kind.MONTH, midnight(month), Source.FREEZE)
    return tuple(_freeze(Wanted(quantity, MonthEnd(month)), slot) for quantity in lists.month)


@lru_cache(maxsize=64)
def hour_end(moment: datetime) -> Item:
    """The hour freeze of the total energy."""
    slot = Slot(Kind.HOUR, moment, Source.FREEZE)
    return _freeze(Wanted(Quantity.FORWARD_ACTIVE, HourEnd(moment)), slot)


DATED: dict[Quantity, tuple[Kind, ...]] = {
    Quantity.RELAY: (Kind.DAY,),
    Quantity.PREPAYMENT: (Kind.DAY, Kind.MONTH),
    Quantity.PROGRAMMINGS: (Kind.MONTH,),
    Quantity.TAIL_COVERS: (Kind.MONTH,),
    Quantity.CLOCK_SETTINGS: (Kind.MONTH,),
    Quantity.PERIOD_CHANGES: (Kind.MONTH,),
    Quantity.SETTLEMENT: (Kind.MONTH,),
}
"""States that have day or month slots (0D F209, F210, F213 to F216) though no meter freezes them."""


@lru_cache(maxsize=64)
def states(quantities: Quantities, today: date) -> tuple[Item, ...]:
    """Present states of the day pass; before 01:00 they stand for the day, and month, that ended."""
    until = midnight(today) + SUBSTITUTE_UNTIL
    ended = {Kind.DAY: midnight(today - ONE_DAY)}
    if today.day == 1:
        ended[Kind.MONTH] = midnight(month_before(today))
    return tuple(
        Item(
            Wanted(quantity, NOW),
            (
                CURRENT,
                *(
                    Slot(kind, ended[kind], Source.SUBSTITUTE, until)
                    for kind in DATED.get(quantity, ())
                    if kind in ended
                ),
            ),
        )
        for quantity in quantities
    )


@lru_cache(maxsize=64)
def reading_day(quantities: Quantities, day: date) -> tuple[Item, ...]:
    """Present values kept for a reading day whose time is 01:00 or later."""
    slot = Slot(Kind.READING_DAY, midnight(day), Source.CURRENT, midnight(day) + ONE_DAY)
    return tuple(Item(Wanted(q, NOW), (CURRENT, slot), expires=slot.before) for q in quantities)


@lru_cache(maxsize=64)
def curve(quantities: Quantities, moment: datetime) -> tuple[Item, ...]:
    """Present values as the curve points of ``moment``."""
    slot = Slot(Kind.CURVE, moment, Source.CURRENT, moment + LATE)
    return tuple(Item(Wanted(q, NOW), (CURRENT, slot), expires=slot.before) for q in quantities)


def substitute(item: Item) -> Item | None:
    """Return the present value that stands for a freeze the meter does not have, ``None`` for no freeze."""
    until = acceptable_until(item.wanted.when)
    if until is None:
        return None
    slots = tuple(Slot(slot.kind, slot.stamp, Source.SUBSTITUTE, until) for slot in item.slots)
    return Item(Wanted(item.wanted.quantity, NOW), (CURRENT, *slots), item.fills, until)


def acceptable_until(when: When) -> datetime | None:
    """Until when a present value may stand for the freeze (6.4 rule 3)."""
    match when:
        case DayEnd(day):
            return midnight(day + ONE_DAY) + SUBSTITUTE_UNTIL
        case MonthEnd(month):
            return midnight((month + timedelta(days=31)).replace(day=1)) + SUBSTITUTE_UNTIL
        case HourEnd(moment):
            return moment + LATE
        case _:
            return None
