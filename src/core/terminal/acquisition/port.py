"""What one port does next, and what becomes of the answers (device behaviour 6.1 to 6.5).

Order of service: broadcasts, points a person named, key points (hours, curves), the passes, the supplement,
the search. Walks of several purposes may be open at once; each item asked belongs to exactly one. A request
in flight is never cut: until its answer is in, ``next`` returns it again.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta

from core.errors import StoreError
from core.meters.driver import Answer, Outcome
from core.quantities import DayEnd, HourEnd, MonthEnd, Quantity, Wanted
from core.terminal.acquisition.agenda import QUARTER, Agenda, Occasions
from core.terminal.acquisition.missing import Missing, MissingList, age
from core.terminal.acquisition.roster import Place, Roster
from core.terminal.acquisition.search import Seeker
from core.terminal.acquisition.settings import PortSettings, minute_of
from core.terminal.acquisition.standing import SUSPECT, Book, MeterState, PortState
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import Ask, BroadcastFreeze, BroadcastTime, Purpose, Search, Task
from core.terminal.acquisition.walk import Visit, Walk
from core.terminal.acquisition.wanting import (
    ONE_DAY,
    Item,
    curve,
    day_ends,
    month_before,
    present,
    reading_day,
    states,
    substitute,
)
from core.terminal.archive import Meter
from core.terminal.readings import History, Readings
from core.terminal.rtc import Rtc

LONGEST = 60.0
"""Seconds a worker may wait before it asks again; an unannounced step of the clock is seen by then."""
RANK = {purpose: at for at, purpose in enumerate(Purpose)}
FULL = frozenset({Purpose.READ_NOW, Purpose.READ_AGAIN, Purpose.DAY, Purpose.READING_DAY, Purpose.INTERVAL})
"""Walks that decide about failed points (6.4 rule 5)."""
PERIODIC = frozenset({Purpose.DAY, Purpose.READ_AGAIN})
"""Walks whose start and end 0C F11 states."""
Plan = Iterable[tuple[History, Iterable[Item]]]


class PortPlan:
    """One port."""

    def __init__(self, port: int, rtc: Rtc, readings: Readings, book: Book, streaks: Streaks) -> None:
        self.port = port
        self._paused = False
        self.seeker = Seeker(port)
        self.version = 0
        """Changes whenever a state that others show may have."""
        self._rtc = rtc
        self._readings = readings
        self._book = book
        self._streaks = streaks
        self._missing = MissingList(readings)
        self._agenda = Agenda()
        self._agenda.day_done = _date(book.day_done)
        self._agenda.clock_done = _date(book.clock_done)
        self._roster = Roster()
        self._walks: list[Walk] = []
        self._broadcasts: list[BroadcastTime | BroadcastFreeze] = []
        self._clock_day: date | None = None
        self._flight: tuple[Ask, Walk, Visit, Item] | None = None
        self._refused: dict[int, set[Wanted]] = {}
        self._base: tuple[float, datetime | None] = (0.0, None)
        self._jumps = -1
        self._wake = 0.0
        self._open = False
        self._silent_in_row = 0

    # -- parameters and time --

    def reload(self, places: tuple[Place, ...], settings: PortSettings) -> None:
        """Take the archive and F33 as they are now (Z5, Z6)."""
        self._roster = Roster(places, key_only=settings.key_only)
        self._agenda.settings = settings
        self._agenda.has_key = bool(self._roster.key)
        self._agenda.has_interval = any(place.lists.interval for place in places)
        self._missing.forget()
        self._book.drop_others(self._roster.places)
        self.version += 1
        self._wake = 0.0
        self._turn_missing()

    def _turn_missing(self) -> None:
        if self._base[1] is not None and self._agenda.has_turned(self._base[1]):
            self._turn(self._base[1])

    def _civil(self, now: float) -> datetime:
        """Terminal time without asking the oscillator; whole seconds."""
        since, moment = self._base
        if moment is None:
            return self._rtc.reading().replace(microsecond=0)
        return (moment + timedelta(seconds=now - since)).replace(microsecond=0)

    def _keep_up(self, now: float) -> None:
        """Look at the calendar when it is time to, or when the clock was set."""
        if now >= self._wake or self._jumps != self._rtc.jumps:
            self._look(now)

    def _look(self, now: float) -> None:
        before, moment = self._base[1], self._rtc.now()
        self._jumps, self._base = self._rtc.jumps, (now, moment)
        if moment is None:
            self._open, self._wake, self._broadcasts = False, now + LONGEST, []
            return
        if before is None:
            self._agenda.begin(moment)
        due = self._agenda.look(moment)
        self._open = due.open
        self._begin(due, moment)
        self._wake = now + self._agenda.seconds_to_next(moment) + 0.001

    def _stepped(self, now: float) -> bool:
        """Tell whether the clock shows another time than it would have by itself."""
        since, moment = self._base
        shown = self._rtc.now()
        if moment is None or shown is None:
            return moment is not shown
        return abs((shown - moment).total_seconds() - (now - since)) > 1.0

    # -- what is due --

    def _begin(self, due: Occasions, now: datetime) -> None:
        if due.turned:
            self._refused.clear()
            self._turn(now)
        if due.period_over:
            self._give_up_the_day(now)
        self._order_broadcasts(due, now)
        if not due.open:
            return
        if due.hour:
            self._missing.want_hour(due.hour, self._roster.key)
            self._start(Purpose.HOUR, self._hour_plan(due.hour))
        if due.curve:
            self._start(Purpose.CURVE, self._curve_plan(due.curve))
        if due.day:
            self._start_day(now)
        if due.reading_day:
            self._start(Purpose.READING_DAY, self._reading_day_plan(now))
        if due.interval and not self._running(Purpose.INTERVAL):
            self._start(Purpose.INTERVAL, self._interval_plan())
        if due.supplement and not self._running(Purpose.SUPPLEMENT):
            self._start_supplement(now)

    def _turn(self, now: datetime) -> None:
        self._missing.turn(now, self._roster.places.values(), self._reading_days())

    def _reading_days(self) -> frozenset[int]:
        settings = self._agenda.settings
        return settings.days if settings.with_day_freeze else frozenset()

    def _running(self, purpose: Purpose) -> Walk | None:
        return next((walk for walk in self._walks if walk.purpose is purpose), None)

    def _start(self, purpose: Purpose, plan: Plan, rounds: int = 2) -> Walk | None:
        """Open a walk; one of the same purpose that still runs gives way."""
        self._stop(purpose)
        walk = Walk(purpose, [(history, items) for history, items in plan if items], rounds)
        if not walk.total:
            return None
        self._walks.append(walk)
        self._walks.sort(key=lambda one: RANK[one.purpose])
        self.version += 1
        return walk

    def _stop(self, purpose: Purpose) -> None:
        """Close a walk before its end; values already read are kept."""
        walk = self._running(purpose)
        if walk is not None:
            self._walks.remove(walk)
            if walk.visit is not None:
                self._store(walk.visit)

    def _start_day(self, now: datetime) -> None:
        if self._start(Purpose.DAY, self._day_plan(now.date())):
            self._begin_period(now)
        else:
            self._day_is_done(now)

    def _begin_period(self, now: datetime) -> None:
        """Start counting anew; a pass that a power cut interrupted goes on as the same one."""
        book, today = self._book, now.date()
        if book.start is None or book.start.date() != today or book.end is not None:
            book.start, book.end = now.replace(microsecond=0), None
            self._keep_book()

    def _day_is_done(self, now: datetime) -> None:
        today = now.date()
        self._agenda.day_done, self._book.day_done = today, today.isoformat()
        self._agenda.supplement_at = now
        self._wake = 0.0
        if self._agenda.settings.search:
            self.seeker.start()

    def _day_plan(self, today: date) -> Plan:
        ended, month = DayEnd(today - ONE_DAY), MonthEnd(month_before(today))
        for place in self._roster.scheduled:
            frozen = self._missing.of(place.meter.point, ended, month)
            if frozen or not place.lists.day:
                yield place.history, [*frozen, *states(place.lists.state, today)]

    def _reading_day_plan(self, now: datetime) -> Plan:
        for place in self._roster.scheduled:
            items = reading_day(place.lists.reading_day, now.date())
            yield place.history, [item for item in items if not self._stored(place, item)]

    def _stored(self, place: Place, item: Item) -> bool:
        slot = item.slots[-1]
        return self._readings.at(place.history, slot.kind, slot.stamp, item.wanted.quantity) is not None

    def _interval_plan(self) -> Plan:
        return ((place.history, present(place.lists.interval)) for place in self._roster.scheduled)

    def _hour_plan(self, hour: datetime) -> Plan:
        wanted = HourEnd(hour)
        return ((place.history, self._missing.of(place.meter.point, wanted)) for place in self._roster.key)

    def _curve_plan(self, moment: datetime) -> Plan:
        """After a jump back points of the same moment are there already."""
        for place in self._roster.key:
            if minute_of(moment) % max(QUARTER, place.lists.period) == 0:
                items = curve(place.lists.curve, moment)
                if items and not self._stored(place, items[0]):
                    yield place.history, items

    def _start_supplement(self, now: datetime) -> None:
        entries = sorted(
            ((age(one.wanted.when, now), one.point) for one in self._missing),
            key=lambda entry: (entry[0], not self._roster.places[entry[1]].meter.key, entry[1]),
        )
        moments = {age(one.wanted.when, now): one.wanted.when for one in self._missing}
        chosen = {place.meter.point for place in self._roster.scheduled}
        plan = [
            (self._roster.places[point].history, self._missing.of(point, moments[at]))
            for at, point in dict.fromkeys(entries)
            if point in chosen
        ]
        if self._start(Purpose.SUPPLEMENT, [(h, self._not_refused(h.point, items)) for h, items in plan], 1):
            self._agenda.supplement_round += 1

    def _not_refused(self, point: int, items: list[Item]) -> list[Item]:
        refused = self._refused.get(point)
        return [item for item in items if item.wanted not in refused] if refused else items

    def _give_up_the_day(self, now: datetime) -> None:
        """End of the period: ERC31 for points whose freeze of the day is still missing (6.4 rule 4)."""
        self._stop(Purpose.SUPPLEMENT)
        if self._agenda.settings.forbidden:
            return
        wanted = DayEnd(now.date() - ONE_DAY)
        for place in self._roster.scheduled:
            point = place.meter.point
            if self._not_refused(point, self._missing.of(point, wanted)):
                self._streaks.begin(point)

    def _order_broadcasts(self, due: Occasions, now: datetime) -> None:
        """Broadcasts that are due now, and only those: one that was not sent in time is dropped."""
        self._broadcasts = []
        if not self._roster.places:
            return
        if due.freeze:
            self._broadcasts.append(BroadcastFreeze(self.port))
        self._clock_day = due.clock if self._streaks.meter_clocks else None
        if self._clock_day:
            self._broadcasts.append(BroadcastTime(self.port))

    # -- the worker's questions --

    def next(self, now: float) -> Task | None:
        """Return what to do now."""
        self._keep_up(now)
        if self._paused:
            return None
        if self._flight is not None:
            return self._flight[0]
        if self._broadcasts:
            return self._broadcasts[0]
        while (walk := self._runnable()) is not None:
            if flight := self._item_of(walk, now):
                self._flight = flight
                return flight[0]
        return self.seeker.next()

    def due(self, now: float) -> float:
        """Seconds until ``next`` is worth asking."""
        self._keep_up(now)
        if self._paused:
            return LONGEST
        if self._flight or self._broadcasts or self._runnable() or self.seeker.running:
            return 0.0
        if self._stepped(now):
            self._wake = now
        return min(LONGEST, max(0.0, self._wake - now))

    def _runnable(self) -> Walk | None:
        for walk in self._walks:
            if self._open or not walk.purpose.automatic:
                return walk
        return None

    def _item_of(self, walk: Walk, now: float) -> tuple[Ask, Walk, Visit, Item] | None:
        """Return the next question of a walk; close it when it has none."""
        while (visit := walk.upcoming()) is not None:
            place = self._roster.places.get(visit.point)
            if place is None or place.history != visit.history:
                self._store(visit)
                walk.drop()
                continue
            while visit.todo and self._pointless(walk, visit.todo[0], visit.point, now):
                visit.todo.popleft()
            if visit.todo:
                item = visit.todo[0]
                return Ask(place.meter, item.wanted, walk.purpose), walk, visit, item
            self._leave(walk, visit, now)
        self._close(walk, now)
        return None

    def _pointless(self, walk: Walk, item: Item, point: int, now: float) -> bool:
        """Tell whether asking can bring nothing: too late, refused today, or there already."""
        if item.expires is not None and self._civil(now) >= item.expires:
            return True
        if not walk.purpose.automatic:
            return False
        refused = self._refused.get(point)
        if refused and item.wanted in refused:
            return True
        return item.fills is not None and not self._missing.lacks(point, item)

    # -- answers --

    def took(self, task: Task, answer: Answer, now: float) -> None:
        """Take the answer of the question in flight; of any other question it is too late."""
        if self._flight is None or self._flight[0] != task:
            return
        (ask, walk, visit, item), self._flight = self._flight, None
        self.version += 1
        if visit.todo and visit.todo[0] is item:
            visit.todo.popleft()
        visit.asked += 1
        visit.tries += answer.tries
        self._judge(ask.meter, visit, item, answer, now)
        if walk not in self._walks:
            self._store(visit)
        elif not visit.todo:
            self._leave(walk, visit, now)

    def _judge(self, meter: Meter, visit: Visit, item: Item, answer: Answer, now: float) -> None:
        at = self._civil(now)
        match answer.outcome:
            case Outcome.READ if answer.value is not None:
                visit.read(item, answer, at)
                if item.wanted.quantity is Quantity.CLOCK and isinstance(answer.value, datetime):
                    standing = self._book.standing(meter.point, meter.address)
                    standing.clock_difference = (answer.value - at).total_seconds()
            case Outcome.UNSUPPORTED | Outcome.REFUSED:
                visit.answered = True
                self._refused.setdefault(visit.point, set()).add(item.wanted)
                other = substitute(item)
                if other is not None and other.expires is not None and at < other.expires:
                    visit.todo.appendleft(other)
            case outcome:
                visit.fail(item, answer.reason or outcome.value, silent=outcome is Outcome.SILENT)

    def _store(self, visit: Visit) -> None:
        """Put what the attempt brought, all of it or nothing."""
        if visit.got:
            try:
                self._readings.put(visit.history, visit.got)
            except StoreError:
                visit.kept = []
            self._missing.ended(visit.point, visit.kept)
            if any(item.fills and isinstance(item.fills.when, DayEnd) for item in visit.kept):
                self._streaks.end(visit.point)
        visit.got = []

    def _leave(self, walk: Walk, visit: Visit, now: float) -> None:
        """End an attempt: store, count, and decide about the point when it was the last one."""
        at = self._civil(now)
        brought = bool(visit.got)
        self._store(visit)
        through = walk.leave()
        if not visit.asked:
            return
        standing = self._book.standing(visit.point, visit.history.address)
        if brought:
            standing.well(at)
        elif not visit.answered:
            standing.badly(at, visit.reason, visit.tries)
        self._silent_in_row = 0 if visit.answered else self._silent_in_row + 1
        if through and walk.purpose in FULL and visit.point in walk.failed:
            standing.failed_since = standing.failed_since or at
        if visit.answered:
            self._streaks.port_answers(self.port)

    def _close(self, walk: Walk, now: float) -> None:
        """A walk came to its end."""
        self._walks.remove(walk)
        self.version += 1
        if walk.failed and walk.failed == self._roster.places.keys():
            self._streaks.port_fails(self.port)
        if walk.purpose in PERIODIC:
            self._book.end = self._civil(now)
        if walk.purpose is Purpose.DAY:
            self._day_is_done(self._civil(now))
        if walk.purpose in PERIODIC or walk.failed:
            self._keep_book()

    def _keep_book(self) -> None:
        with suppress(StoreError):  # the ledger shows the fault; statistics go on in memory
            self._book.keep()

    def done(self, task: Task, now: float) -> None:
        """A broadcast was sent."""
        if task not in self._broadcasts or isinstance(task, Search | Ask):
            return
        self._broadcasts.remove(task)
        if isinstance(task, BroadcastFreeze):
            self._agenda.freeze_ordered(self._civil(now).date())
        elif self._clock_day:
            self._agenda.clock_done = self._clock_day
            self._book.clock_done = self._clock_day.isoformat()
            self._keep_book()

    # -- orders --

    def read_now(self, points: frozenset[int] | None, now: float) -> None:
        """Read points at once, or the whole port again (05 F51)."""
        self._keep_up(now)
        purpose = Purpose.READ_AGAIN if points is None else Purpose.READ_NOW
        places = [p for p in self._roster.places.values() if points is None or p.meter.point in points]
        if (
            self._start(purpose, [(place.history, self._everything(place)) for place in places])
            and not points
        ):
            self._book.start, self._book.end = self._civil(now), None

    def _everything(self, place: Place) -> list[Item]:
        """Yesterday's freezes, states and present values; without a valid clock only the latter."""
        moment = self._base[1]
        now = present(tuple(dict.fromkeys((*place.lists.state, *place.lists.interval))))
        if moment is None:
            return list(now)
        day = moment.date() - ONE_DAY
        return [*day_ends(place.lists, day, moment.day in self._reading_days()), *now]

    def pause(self, paused: bool) -> None:
        """Ask nothing, or go on. Reading stops between two requests."""
        self._paused = paused
        self.version += 1

    def broadcast_now(self, now: float) -> None:
        """Broadcast the time once more, when that is allowed (6.7)."""
        self._look(now)
        order = BroadcastTime(self.port)
        if (
            self._base[1] is not None
            and Agenda.may_broadcast(self._base[1])
            and order not in self._broadcasts
        ):
            self._broadcasts.append(order)

    def forget(self) -> None:
        """Data were initialised: begin with nothing."""
        self._walks.clear()
        self._flight = None
        self._book.points.clear()
        self._book.day_done = self._book.start = self._book.end = None
        self._agenda.day_done = None
        self._refused.clear()
        self._missing.forget()
        self._base = (0.0, None)
        self._wake = 0.0
        self.version += 1

    # -- states --

    def missing(self) -> tuple[Missing, ...]:
        """Return the missing list in the order of the supplement."""
        if self._base[1] is None:
            return ()
        now = self._base[1]
        return tuple(sorted(self._missing, key=lambda one: (age(one.wanted.when, now), one.point)))

    def meter_state(self, point: int) -> MeterState:
        """Return how reading of a point went."""
        place = self._roster.places.get(point)
        standing = self._book.points.get(point)
        if standing is None or (place and standing.address != place.history.address):
            return MeterState(point, self.port, missing_days=self._missing.days(point))
        return MeterState(
            point,
            self.port,
            standing.last_ok,
            standing.last_failed,
            standing.failures,
            standing.failed_since,
            standing.reason,
            standing.tries,
            standing.clock_difference,
            self._missing.days(point),
        )

    def state(self) -> PortState:
        """Return the progress of the day's reading."""
        book, roster = self._book, self._roster
        since = book.start
        fresh = {
            point
            for point, one in book.points.items()
            if since is not None and one.last_ok is not None and one.last_ok >= since
        }
        key = {place.meter.point for place in roster.key}
        walk = self._runnable() if not self._paused else None
        visit = walk.visit if walk else None
        return PortState(
            self.port,
            meters=len(roster.scheduled),
            read=len(fresh & roster.places.keys()),
            key_meters=len(key),
            key_read=len(fresh & key),
            failed=sum(one.failed_since is not None for one in book.points.values()),
            running=walk is not None,
            finished=book.end is not None,
            start=book.start,
            end=book.end,
            point=visit.point if visit else None,
            percent=walk.percent if walk else 0,
            paused=self._paused,
            suspect=self._silent_in_row >= SUSPECT,
            missing=sum(1 for _ in self._missing),
            supplement_at=self._agenda.supplement_at,
            supplement_round=self._agenda.supplement_round,
        )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
