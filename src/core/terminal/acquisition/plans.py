"""Whom a walk visits, in which order, and what for (device behaviour 6.2, 6.4, 6.5)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from core.quantities import DayEnd, HourEnd, MonthEnd, Wanted, When
from core.terminal.acquisition.agenda import QUARTER
from core.terminal.acquisition.missing import Missing, MissingList, age
from core.terminal.acquisition.roster import Place, Roster
from core.terminal.acquisition.settings import PortSettings, minute_of
from core.terminal.acquisition.wanting import (
    ONE_DAY,
    Item,
    curve,
    day_ends,
    month_before,
    present,
    reading_day,
    states,
)
from core.terminal.readings import History, Readings

Plan = list[tuple[History, Sequence[Item]]]


class Plans:
    """Plans for the walks of one port."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self.missing = MissingList(readings)
        self.roster = Roster()
        self.settings = PortSettings()
        self.refused: dict[int, set[Wanted]] = {}
        """What meters refused today, by point: not asked again before tomorrow (6.3)."""

    def reload(self, places: tuple[Place, ...], settings: PortSettings) -> None:
        """Take the archive and F33 as they are now."""
        self.roster, self.settings = Roster(places, key_only=settings.key_only), settings
        self.missing.forget()

    @property
    def _reading_days(self) -> frozenset[int]:
        """Days of the month whose reading-day values are the day freezes."""
        return self.settings.days if self.settings.with_day_freeze else frozenset()

    def turn(self, now: datetime) -> None:
        """Bring the missing list to a new day, or to a new archive."""
        self.missing.turn(now, self.roster.places.values(), self._reading_days)

    def day(self, today: date) -> Plan:
        """Freezes of yesterday, and of last month on the 1st, with the states; who has all is not visited."""
        ended: list[When] = [DayEnd(today - ONE_DAY)]
        if today.day == 1:
            ended.append(MonthEnd(month_before(today)))
        plan: Plan = []
        for place in self.roster.scheduled:
            frozen = self.missing.of(place.meter.point, *ended)
            if frozen or not place.lists.day:
                plan.append((place.history, [*frozen, *states(place.lists.state, today)]))
        return plan

    def reading_day(self, today: date) -> Plan:
        """Present values for a reading day whose time is 01:00 or later."""
        return [
            (place.history, [item for item in items if not self._stored(place, item)])
            for place in self.roster.scheduled
            if (items := reading_day(place.lists.reading_day, today))
        ]

    def interval(self) -> Plan:
        """Present values."""
        return [(place.history, present(place.lists.interval)) for place in self.roster.scheduled]

    def hour(self, hour: datetime) -> Plan:
        """The hour freeze of key points."""
        self.missing.want_hour(hour, self.roster.key)
        wanted = HourEnd(hour)
        return [(place.history, self.missing.of(place.meter.point, wanted)) for place in self.roster.key]

    def curve(self, moment: datetime) -> Plan:
        """Curve points of the key points; after a jump back those of the same moment are there already."""
        return [
            (place.history, items)
            for place in self.roster.key
            if minute_of(moment) % max(QUARTER, place.lists.period) == 0
            and (items := curve(place.lists.curve, moment))
            and not self._stored(place, items[0])
        ]

    def supplement(self, now: datetime) -> Plan:
        """Everything missing: newest day first, key points first (6.4 rule 2)."""
        moments = {one.wanted.when: age(one.wanted.when, now) for one in self.missing}
        visited = self.roster.scheduled  # key points first
        return [
            (place.history, self.not_refused(place, when))
            for when in sorted(moments, key=lambda when: moments[when])
            for place in visited
        ]

    def everything(self, place: Place, today: date | None) -> list[Item]:
        """Yesterday's freezes, states and present values; without a valid clock only the latter."""
        now = present(tuple(dict.fromkeys((*place.lists.state, *place.lists.interval))))
        if today is None:
            return list(now)
        return [*day_ends(place.lists, today - ONE_DAY, today.day in self._reading_days), *now]

    def not_refused(self, place: Place, when: When) -> list[Item]:
        """What is missing of a moment and was not refused today."""
        refused = self.refused.get(place.meter.point, ())
        return [item for item in self.missing.of(place.meter.point, when) if item.wanted not in refused]

    @property
    def lacked(self) -> list[Missing]:
        """The missing list without quantities that meters said today they do not have, frozen or present."""
        return [
            one for one in self.missing if Wanted(one.wanted.quantity) not in self.refused.get(one.point, ())
        ]

    def days_lacked(self, point: int) -> int:
        """Days of which something of a point is missing that its meter may have."""
        whens = (one.wanted.when for one in self.lacked if one.point == point)
        return len({when for when in whens if isinstance(when, DayEnd)})

    def lacking(self, today: date) -> Iterable[int]:
        """Points whose freeze of yesterday should be there and is not (6.4 rule 4)."""
        wanted = DayEnd(today - ONE_DAY)
        return [place.meter.point for place in self.roster.scheduled if self.not_refused(place, wanted)]

    def _stored(self, place: Place, item: Item) -> bool:
        slot, quantity = item.slots[-1], item.wanted.quantity
        return self._readings.at(place.history, slot.kind, slot.stamp, quantity) is not None
