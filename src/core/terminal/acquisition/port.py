"""What one port does next, and what becomes of the answers (device behaviour 6.1 to 6.5).

Order of service: broadcasts, points a person named, key points (hours, curves), the passes, the supplement,
the search. Walks of several purposes may be open at once; each item asked belongs to exactly one. A request
in flight is never cut: until its answer is in, ``next`` returns it again.
"""

from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from core.errors import StoreError
from core.meters.driver import Answer, Outcome
from core.quantities import DayEnd, Quantity
from core.terminal.acquisition.agenda import Agenda, Occasions
from core.terminal.acquisition.chronometer import Chronometer
from core.terminal.acquisition.missing import Missing, age
from core.terminal.acquisition.plans import Plan, Plans
from core.terminal.acquisition.roster import Place
from core.terminal.acquisition.search import Seeker
from core.terminal.acquisition.settings import PortSettings
from core.terminal.acquisition.standing import SUSPECT, Book, MeterState, PortState, state_of
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import Ask, BroadcastFreeze, BroadcastTime, Purpose, Sink, Task
from core.terminal.acquisition.walk import ROUNDS, Visit, Walk
from core.terminal.acquisition.wanting import Item, substitute
from core.terminal.readings import Readings
from core.terminal.rtc import Rtc

LONGEST = 3600.0
"""Seconds a worker may wait before it asks again; what changes meanwhile is told by `Acquisition.look`."""
MARGIN = 0.001
"""Seconds by which a moment is awaited longer, lest rounding shows the minute before."""
RANK = {purpose: at for at, purpose in enumerate(Purpose)}
FULL = frozenset({Purpose.READ_NOW, Purpose.READ_AGAIN, Purpose.DAY, Purpose.READING_DAY, Purpose.INTERVAL})
"""Walks that decide about failed points (6.4 rule 5)."""
PERIODIC = frozenset({Purpose.DAY, Purpose.READ_AGAIN})
"""Walks whose start and end 0C F11 states."""


class _Flight(NamedTuple):
    """A question on its way."""

    ask: Ask
    walk: Walk
    visit: Visit
    item: Item


class PortPlan:
    """One port."""

    def __init__(
        self, port: int, rtc: Rtc, readings: Readings, book: Book, streaks: Streaks, sink: Sink
    ) -> None:
        self.port = port
        self.seeker = Seeker(port)
        self.version = 0
        """Changes whenever a state that others show may have."""
        self._readings = readings
        self._book = book
        self._streaks = streaks
        self._sink = sink
        self._plans = Plans(readings)
        self._agenda = Agenda()
        self._agenda.day_done = _date(book.day_done)
        self._agenda.clock_done = _date(book.clock_done)
        self._time = Chronometer(rtc)
        self._walks: list[Walk] = []
        self._broadcasts: list[BroadcastTime | BroadcastFreeze] = []
        self._clock_day: date | None = None
        self._flight: _Flight | None = None
        self._asked_point: int | None = None
        self._wake = 0.0
        self._open = False
        self._silent_in_row = 0

    def reload(self, places: tuple[Place, ...], settings: PortSettings, archived: frozenset[int]) -> None:
        """Take the archive and F33 as they are now (Z5, Z6). ``archived``: points, stopped ones too."""
        self._plans.reload(places, settings)
        self._agenda.settings = settings
        self._agenda.has_key = any(place.meter.key for place in places)
        self._agenda.has_interval = any(place.lists.interval for place in places)
        self._book.drop_others(archived)
        shown = self._time.shown
        if shown is not None and self._agenda.has_turned(shown):
            self._plans.turn(shown)
        self._wake = 0.0
        self.version += 1

    # What is due

    def _keep_up(self, now: float) -> None:
        """Look at the calendar when it is time to, or when the clock was set."""
        if now >= self._wake or self._time.jumped:
            self._look(now)

    def _look(self, now: float) -> None:
        before, shown = self._time.shown, self._time.read_off(now)
        if shown is None:
            self._open, self._broadcasts, self._wake = False, [], now + LONGEST
            return
        if before is None:
            self._agenda.begin(shown)
        due = self._agenda.look(shown)
        self._open = due.open
        self._begin(due, shown)
        self._wake = now + self._agenda.seconds_to_next(shown) + MARGIN

    def _begin(self, due: Occasions, now: datetime) -> None:
        """Do what a moment asks for."""
        if due.turned:
            self._plans.refused.clear()
            self._plans.turn(now)
        if due.period_over:
            self._give_up_the_day(now.date())
        self._order_broadcasts(due)
        if due.hour:
            self._start(Purpose.HOUR, self._plans.hour(due.hour))
        if due.curve:
            self._start(Purpose.CURVE, self._plans.curve(due.curve))
        if due.day:
            self._start_day(now)
        if due.reading_day:
            self._start(Purpose.READING_DAY, self._plans.reading_day(now.date()))
        if due.interval and not self._running(Purpose.INTERVAL):
            self._start(Purpose.INTERVAL, self._plans.interval())
        if due.supplement and not self._running(Purpose.SUPPLEMENT):
            self._agenda.supplement_round += bool(
                self._start(Purpose.SUPPLEMENT, self._plans.supplement(now), rounds=1)
            )

    def _running(self, purpose: Purpose) -> Walk | None:
        return next((walk for walk in self._walks if walk.purpose is purpose), None)

    def _start(self, purpose: Purpose, plan: Plan, rounds: int = ROUNDS) -> Walk | None:
        """Open a walk, unless nobody is to be visited; one of the same purpose that still runs gives way."""
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
        """Begin the day pass, or go on with the one that a power cut interrupted."""
        book = self._book
        if not self._start(Purpose.DAY, self._plans.day(now.date())):
            self._day_is_done(now)
        elif book.start is None or book.start.date() != now.date() or book.end is not None:
            book.start, book.end = now.replace(microsecond=0), None
            self._keep_book()

    def _day_is_done(self, now: datetime) -> None:
        """The first round of the supplement follows at once (6.4 rule 2)."""
        self._agenda.day_done, self._book.day_done = now.date(), now.date().isoformat()
        self._agenda.supplement_at = now
        self._wake = 0.0
        self._keep_book()
        if self._plans.settings.search:
            self.seeker.start()

    def _give_up_the_day(self, today: date) -> None:
        """End of the period: ERC31 for points whose freeze of the day is still missing (6.4 rule 4)."""
        self._stop(Purpose.SUPPLEMENT)
        if not self._plans.settings.forbidden:
            for point in self._plans.lacking(today):
                self._streaks.begin(point)

    def _order_broadcasts(self, due: Occasions) -> None:
        """Broadcasts that are due now, and only those: one that was not sent in time is dropped."""
        self._broadcasts = []
        if not self._plans.roster.places:
            return
        if due.freeze:
            self._broadcasts.append(BroadcastFreeze(self.port))
        self._clock_day = due.clock if self._streaks.meter_clocks else None
        if self._clock_day:
            self._broadcasts.append(BroadcastTime(self.port))

    # The worker's questions

    def next(self, now: float) -> Task | None:
        """Return what to do now."""
        self._keep_up(now)
        if self._book.paused:
            return None
        if self._flight is not None:
            return self._flight.ask
        if self._broadcasts:
            return self._broadcasts[0]
        while (walk := self._runnable()) is not None:
            self._flight = self._question(walk, now)
            if self._flight is not None:
                self._asked_point = self._flight.visit.point
                return self._flight.ask
            self._keep_up(now)
        return self.seeker.next() if self._may_search else None

    @property
    def _may_search(self) -> bool:
        return self.seeker.running and (self._open or self.seeker.ordered)

    def due(self, now: float) -> float:
        """Seconds until ``next`` is worth asking."""
        self._keep_up(now)
        if self._book.paused:
            return LONGEST
        if self._flight or self._broadcasts or self._runnable() or self._may_search:
            return 0.0
        return min(LONGEST, max(0.0, self._wake - now))

    def notice(self, now: float, shown: datetime | None) -> bool:
        """Tell whether the clock, which shows ``shown``, was stepped or set behind our back; the calendar is
        then looked at anew."""
        if not self._time.stepped(now, shown):
            return self._time.jumped
        self._wake = now
        return True

    def _runnable(self) -> Walk | None:
        for walk in self._walks:
            if self._open or not walk.purpose.automatic:
                return walk
        return None

    def _question(self, walk: Walk, now: float) -> _Flight | None:
        """Return the next question of a walk; close it when it has none."""
        while (visit := walk.upcoming()) is not None:
            place = self._plans.roster.places.get(visit.point)
            if place is None or place.history != visit.history:
                self._store(visit)
                walk.drop()
                continue
            while visit.todo and self._pointless(walk, visit.todo[0], visit.point, now):
                visit.todo.popleft()
            if visit.todo:
                item = visit.todo[0]
                return _Flight(Ask(place.meter, item.wanted, walk.purpose), walk, visit, item)
            self._leave(walk, visit, now)
        self._close(walk, now)
        return None

    def _pointless(self, walk: Walk, item: Item, point: int, now: float) -> bool:
        """Tell whether asking can bring nothing: too late, refused today, or there already."""
        if item.expires is not None and self._time.at(now) >= item.expires:
            return True
        if not walk.purpose.automatic:
            return False
        refused = self._plans.refused.get(point)
        if refused and item.wanted in refused:
            return True
        return item.fills is not None and not self._plans.missing.lacks(point, item)

    # Answers

    def took(self, task: Task, answer: Answer, now: float) -> None:
        """Take the answer of the question in flight; of any other question it is too late."""
        flight = self._flight
        if flight is None or (flight.ask is not task and flight.ask != task):
            return
        self._flight = None
        self.version += 1
        walk, visit = flight.walk, flight.visit
        if visit.todo and visit.todo[0] is flight.item:
            visit.todo.popleft()
        visit.asked += bool(answer.tries)  # what the driver knew by itself is no word of the meter
        visit.tries += answer.tries
        self._judge(flight, answer, self._time.at(now))
        if walk not in self._walks:
            self._store(visit)
        elif not visit.todo:
            self._leave(walk, visit, now)

    def _judge(self, flight: _Flight, answer: Answer, at: datetime) -> None:
        visit, item = flight.visit, flight.item
        match answer.outcome:
            case Outcome.READ if answer.value is not None:
                visit.read(item, answer, at)
                if item.wanted.quantity is Quantity.CLOCK and isinstance(answer.value, datetime):
                    standing = self._book.standing(visit.point, visit.history.address)
                    standing.clock_difference = (answer.value - at).total_seconds()
            case Outcome.UNSUPPORTED | Outcome.REFUSED:
                visit.answered |= bool(answer.tries)
                self._plans.refused.setdefault(visit.point, set()).add(item.wanted)
                other = substitute(item)
                if other is not None and other.expires is not None and at < other.expires:
                    visit.todo.appendleft(other)
            case outcome:
                visit.fail(item, answer.reason or outcome.value, silent=outcome is Outcome.SILENT)

    def _store(self, visit: Visit) -> None:
        """Put what the attempt brought, all of it or nothing."""
        if not visit.got:
            return
        try:
            self._readings.put(visit.history, visit.got)
        except StoreError:  # everything stays missing and is asked again
            visit.kept, visit.got = [], []
        visit.brought += visit.got
        visit.got = []
        filled = [item.fills for item in visit.kept if item.fills is not None]
        self._plans.missing.ended(visit.point, filled)
        if any(isinstance(wanted.when, DayEnd) for wanted in filled):
            self._streaks.end(visit.point)

    def _leave(self, walk: Walk, visit: Visit, now: float) -> None:
        """End an attempt: store, count, and decide about the point when it was the last one."""
        brought = bool(visit.got)
        self._store(visit)
        through = walk.leave()
        if through and visit.brought:
            self._sink.point_read(visit.history, visit.brought)
        if not visit.asked:
            return
        at = self._time.at(now)
        standing = self._book.standing(visit.point, visit.history.address)
        if brought:
            standing.well(at)
        elif not visit.answered:
            standing.badly(at, visit.reason, visit.tries)
        if through and walk.purpose in FULL and visit.point in walk.failed:
            standing.failed_since = standing.failed_since or at
        self._silent_in_row = 0 if visit.answered else self._silent_in_row + 1
        if visit.answered:
            self._streaks.port_answers(self.port)

    def _close(self, walk: Walk, now: float) -> None:
        """A walk came to its end."""
        self._walks.remove(walk)
        self.version += 1
        if walk.failed and walk.failed == self._plans.roster.places.keys():
            self._streaks.port_fails(self.port)
        if walk.purpose in PERIODIC:
            self._book.end = self._time.at(now)
        if walk.purpose is Purpose.DAY:
            self._day_is_done(self._time.at(now))
        elif walk.purpose is Purpose.READ_AGAIN or walk.failed:
            self._keep_book()

    def _keep_book(self) -> None:
        with suppress(StoreError):  # the ledger shows the fault; statistics go on in memory
            self._book.keep()

    def done(self, task: Task, now: float) -> None:
        """A broadcast was sent."""
        if not isinstance(task, BroadcastTime | BroadcastFreeze) or task not in self._broadcasts:
            return
        self._broadcasts.remove(task)
        if isinstance(task, BroadcastFreeze):
            self._agenda.freeze_ordered(self._time.at(now).date())
            return
        self._sink.time_broadcast(self.port, self._time.at(now))
        if self._clock_day:
            self._agenda.clock_done = self._clock_day
            self._book.clock_done = self._clock_day.isoformat()
            self._keep_book()

    # Orders

    def read_now(self, points: frozenset[int] | None, now: float) -> None:
        """Read points at once, or the whole port again (05 F51)."""
        self._keep_up(now)
        today = self._time.shown.date() if self._time.shown else None
        places = self._plans.roster.places.values()
        plan: Plan = [
            (place.history, self._plans.everything(place, today))
            for place in places
            if points is None or place.meter.point in points
        ]
        walk = self._start(Purpose.READ_AGAIN if points is None else Purpose.READ_NOW, plan)
        if walk and points is None:
            self._book.start, self._book.end = self._time.at(now), None

    def pause(self, paused: bool) -> None:
        """Ask nothing, or go on; over a power cut too. ``StoreError`` when it cannot be kept."""
        if paused != self._book.paused:
            self._book.paused = paused
            self.version += 1
            self._book.keep()

    def broadcast_now(self, now: float) -> None:
        """Broadcast the time once more, when that is allowed (6.7)."""
        self._look(now)
        order, shown = BroadcastTime(self.port), self._time.shown
        if shown is not None and self._agenda.may_broadcast(shown) and order not in self._broadcasts:
            self._broadcasts.append(order)

    def forget(self) -> None:
        """Data were initialised: begin with nothing."""
        self._walks.clear()
        self._flight = None
        self._book.clear()
        self._agenda = Agenda()
        self._plans.refused.clear()
        self.seeker.clear()
        self._time.shown = None
        self._wake = 0.0
        self.version += 1

    # States

    def missing(self) -> tuple[Missing, ...]:
        """Return the missing list in the order of the supplement."""
        now = self._time.shown
        if now is None:
            return ()
        return tuple(sorted(self._plans.lacked, key=lambda one: (age(one.wanted.when, now), one.point)))

    def meter_state(self, point: int, now: float) -> MeterState:
        """Return how reading of a point went."""
        self._keep_up(now)
        place = self._plans.roster.places.get(point)
        standing = self._book.points.get(point)
        days = self._plans.days_lacked(point)
        if standing is None or (place and standing.address != place.history.address):
            return MeterState(point, self.port, missing_days=days)
        return state_of(point, self.port, standing, days, self._time.at(now))

    def failed(self) -> list[int]:
        """Points in the list of failed ones (6.4 rule 5), by rising number."""
        points = self._book.points
        return sorted(p for p in self._plans.roster.places if p in points and points[p].failed_since)

    def state(self) -> PortState:
        """Return the progress of the day's reading."""
        book, roster = self._book, self._plans.roster
        fresh = book.read_since_start() & roster.places.keys()
        walk = None if self._book.paused else self._runnable()
        return PortState(
            self.port,
            meters=len(roster.scheduled),
            read=len(fresh),
            key_meters=len(roster.key),
            key_read=sum(place.meter.point in fresh for place in roster.key),
            failed=len(self.failed()),
            running=walk is not None,
            finished=book.end is not None,
            start=book.start,
            end=book.end,
            point=self._asked_point if walk else None,
            percent=walk.percent if walk else 0,
            paused=self._book.paused,
            suspect=self._silent_in_row >= SUSPECT,
            missing=len(self._plans.lacked),
            supplement_at=self._agenda.supplement_at,
            supplement_round=self._agenda.supplement_round,
        )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
