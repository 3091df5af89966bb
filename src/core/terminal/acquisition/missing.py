"""The missing list of one port (device behaviour 6.4): what the meters have frozen and we do not have yet.

It is derived from the store: whatever is wanted and not there is missing, so a power cut loses nothing and a
clock set forward only makes it longer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.quantities import DayEnd, HourEnd, MonthEnd, Wanted, When
from core.terminal.acquisition.roster import Place
from core.terminal.acquisition.wanting import (
    ONE_DAY,
    Item,
    day_ends,
    hour_end,
    midnight,
    month_before,
    month_ends,
)
from core.terminal.readings import Readings

DAYS = 3
"""Days asked for: the one that ended last and the two before; the month freeze is asked on so many days."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One entry of the list."""

    point: int
    wanted: Wanted


class MissingList:
    """Entries by point. ``turn`` brings it to a new day, ``want_hour`` adds an hour."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._entries: dict[int, dict[Wanted, Item]] = {}
        self._looked_up: set[When] = set()

    def forget(self) -> None:
        """Look everything up again at the next turn."""
        self._entries.clear()
        self._looked_up.clear()

    def turn(self, now: datetime, places: Iterable[Place], reading_days: frozenset[int]) -> None:
        """Want what ``now`` asks for; drop what is too old. Entries of moments known already stay."""
        wanted = _moments(now)
        for entries in self._entries.values():
            for gone in [one for one in entries if one.when not in wanted]:
                del entries[gone]
        new = wanted - self._looked_up
        self._looked_up = wanted
        for place in places:
            self._look_up(place, now, new, reading_days)

    def _look_up(self, place: Place, now: datetime, new: set[When], reading_days: frozenset[int]) -> None:
        today = now.date()
        for back in range(1, DAYS + 1):
            day = today - back * ONE_DAY
            if DayEnd(day) in new:
                self._want(place, day_ends(place.lists, day, (day + ONE_DAY).day in reading_days))
        if MonthEnd(month_before(today)) in new:
            self._want(place, month_ends(place.lists, month_before(today)))
        if place.meter.key:
            self._want(place, [hour_end(hour) for hour in hours_of(now) if HourEnd(hour) in new])

    def want_hour(self, hour: datetime, places: Iterable[Place]) -> None:
        """Want the hour freeze of key points."""
        self._looked_up.add(HourEnd(hour))
        for place in places:
            self._want(place, [hour_end(hour)])

    def _want(self, place: Place, items: Iterable[Item]) -> None:
        for item in items:
            if not self._stored(place, item):
                self._entries.setdefault(place.meter.point, {})[item.wanted] = item

    def _stored(self, place: Place, item: Item) -> bool:
        slot, quantity = item.slots[0], item.wanted.quantity
        return self._readings.at(place.history, slot.kind, slot.stamp, quantity) is not None

    def of(self, point: int, *moments: When) -> list[Item]:
        """Return the missing items of a point, only those of ``moments`` if any are named."""
        entries = self._entries.get(point, {})
        return [item for wanted, item in entries.items() if not moments or wanted.when in moments]

    def lacks(self, point: int, item: Item) -> bool:
        """Tell whether the item is still missing."""
        return item.fills in self._entries.get(point, ())

    def ended(self, point: int, filled: Iterable[Wanted]) -> None:
        """These are stored now."""
        entries = self._entries.get(point)
        if entries:
            for wanted in filled:
                entries.pop(wanted, None)

    def __iter__(self) -> Iterator[Missing]:
        return (Missing(point, wanted) for point, entries in self._entries.items() for wanted in entries)

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))


def hours_of(now: datetime) -> list[datetime]:
    """The full hours of today, from 00:00 to now."""
    start = midnight(now.date())
    return [start + timedelta(hours=hour) for hour in range(now.hour + 1)]


def _moments(now: datetime) -> set[When]:
    """Everything worth asking at this moment."""
    today = now.date()
    days: set[When] = {DayEnd(today - back * ONE_DAY) for back in range(1, DAYS + 1)}
    if today.day <= DAYS:
        days.add(MonthEnd(month_before(today)))
    return days | {HourEnd(hour) for hour in hours_of(now)}


def age(when: When, now: datetime) -> float:
    """Order of the supplement (6.4), smallest first: days, newest first, the month among them; then hours."""
    match when:
        case DayEnd(day):
            return float((now.date() - day).days)
        case MonthEnd(month):
            return (now.date() - (month + timedelta(days=31)).replace(day=1)).days + 1.5
        case HourEnd(moment):
            return 100.0 + (now - moment).total_seconds() / 86400
        case _:
            return 1000.0
