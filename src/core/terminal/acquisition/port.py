"""What one port does next (device behaviour 6.1 to 6.5).

Order of service: broadcasts, points a person named, key points (hours, curves), the passes, the supplement,
the search. Walks of several purposes may be open at once; each item asked belongs to exactly one. A request
in flight is never cut: until its answer is in, ``next`` returns it again.
"""

from datetime import datetime
from typing import NamedTuple

from core.meters.driver import Answer
from core.terminal.acquisition.answers import Answers
from core.terminal.acquisition.broadcasts import Broadcasts
from core.terminal.acquisition.chronometer import Chronometer
from core.terminal.acquisition.duties import LONGEST, Duties
from core.terminal.acquisition.missing import Missing, age
from core.terminal.acquisition.plans import Plan, Plans
from core.terminal.acquisition.roster import Place
from core.terminal.acquisition.search import Seeker
from core.terminal.acquisition.settings import PortSettings
from core.terminal.acquisition.standing import Book, MeterState, PortState, state_of
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import Ask, Purpose, Sink, Task
from core.terminal.acquisition.walk import Visit, Walk
from core.terminal.acquisition.walks import Walks
from core.terminal.acquisition.wanting import Item
from core.terminal.readings import Readings
from core.terminal.rtc import Rtc


class _Flight(NamedTuple):
    """A question on its way."""

    ask: Ask
    walk: Walk
    visit: Visit
    item: Item


class PortPlan:
    """One port."""

    def __init__(self, rtc: Rtc, readings: Readings, book: Book, streaks: Streaks, sink: Sink) -> None:
        self.port = book.port
        self.seeker = Seeker(self.port)
        self._book = book
        self._plans = plans = Plans(readings)
        self._time = time = Chronometer(rtc)
        self._answers = Answers(time, plans, readings, book, streaks, sink)
        self._walks = Walks(self._answers)
        self._broadcasts = Broadcasts(book, streaks, sink)
        self._duties = Duties(time, plans, self._walks, self._broadcasts, self.seeker, book, streaks)
        self._flight: _Flight | None = None
        self._asked_point: int | None = None

    def reload(self, places: tuple[Place, ...], settings: PortSettings, archived: frozenset[int]) -> None:
        """Take the archive and F33 as they are now (Z5, Z6). ``archived``: points, stopped ones too."""
        self._duties.reload(places, settings)
        self._book.drop_others(archived)

    # The worker's questions

    def next(self, now: float) -> Task | None:
        """Return what to do now."""
        self._duties.keep_up(now)
        if self._book.paused:
            return None
        if self._flight is not None:
            return self._flight.ask
        if self._broadcasts.waiting:
            return self._broadcasts.waiting[0]
        while (walk := self._walks.runnable(self._duties.open)) is not None:
            self._flight = self._question(walk, now)
            if self._flight is not None:
                self._asked_point = self._flight.visit.point
                return self._flight.ask
            self._duties.keep_up(now)
        return self.seeker.next() if self._may_search else None

    @property
    def _may_search(self) -> bool:
        return self.seeker.running and (self._duties.open or self.seeker.ordered)

    def due(self, now: float) -> float:
        """Seconds until ``next`` is worth asking."""
        self._duties.keep_up(now)
        if self._book.paused:
            return LONGEST
        waiting = self._flight or self._broadcasts.waiting or self._walks.runnable(self._duties.open)
        if waiting or self._may_search:
            return 0.0
        return min(LONGEST, max(0.0, self._duties.wake - now))

    def notice(self, now: float, shown: datetime | None) -> bool:
        """Tell whether the clock, which shows ``shown``, was stepped or set behind our back; the calendar is
        then looked at anew."""
        if not self._time.stepped(now, shown):
            return self._time.jumped
        self._duties.wake = now
        return True

    def _question(self, walk: Walk, now: float) -> _Flight | None:
        """Return the next question of a walk; close it when it has none."""
        while (visit := walk.upcoming()) is not None:
            place = self._plans.roster.places.get(visit.point)
            if place is None or place.history != visit.history:
                self._answers.store(visit)
                walk.drop()
                continue
            while visit.todo and self._pointless(walk, visit.todo[0], visit.point, now):
                visit.todo.popleft()
            if visit.todo:
                item = visit.todo[0]
                return _Flight(Ask(place.meter, item.wanted, walk.purpose), walk, visit, item)
            self._answers.leave(walk, visit, now)
        self._duties.end(walk, now)
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
        walk, visit = flight.walk, flight.visit
        if visit.todo and visit.todo[0] is flight.item:
            visit.todo.popleft()
        visit.asked += bool(answer.tries)  # what the driver knew by itself is no word of the meter
        visit.tries += answer.tries
        self._answers.judge(visit, flight.item, answer, now)
        if walk not in self._walks.open:
            self._answers.store(visit)
        elif not visit.todo:
            self._answers.leave(walk, visit, now)

    def done(self, task: Task, now: float) -> None:
        """A broadcast was sent."""
        self._broadcasts.sent(task, self._duties.agenda, self._time.at(now))

    # Orders

    def read_now(self, points: frozenset[int] | None, now: float) -> None:
        """Read points at once, or the whole port again (05 F51)."""
        self._duties.keep_up(now)
        today = self._time.shown.date() if self._time.shown else None
        places = self._plans.roster.places.values()
        plan: Plan = [
            (place.history, self._plans.everything(place, today))
            for place in places
            if points is None or place.meter.point in points
        ]
        walk = self._walks.start(Purpose.READ_AGAIN if points is None else Purpose.READ_NOW, plan)
        if walk and points is None:
            self._book.start, self._book.end = self._time.at(now), None

    def pause(self, paused: bool) -> None:
        """Ask nothing, or go on; over a power cut too. ``StoreError`` when it cannot be kept."""
        if paused != self._book.paused:
            self._book.paused = paused
            self._book.keep()

    def broadcast_now(self, now: float) -> None:
        """Broadcast the time once more, when that is allowed (6.7)."""
        self._duties.look(now)
        shown = self._time.shown
        if shown is not None and self._duties.agenda.may_broadcast(shown):
            self._broadcasts.order_time()

    def forget(self) -> None:
        """Data were initialised: begin with nothing."""
        self._walks.clear()
        self._flight = None
        self._book.clear()
        self._duties.forget()
        self._plans.refused.clear()
        self.seeker.clear()

    # States

    def missing(self) -> tuple[Missing, ...]:
        """Return the missing list in the order of the supplement."""
        now = self._time.shown
        if now is None:
            return ()
        return tuple(sorted(self._plans.lacked, key=lambda one: (age(one.wanted.when, now), one.point)))

    def meter_state(self, point: int, now: float) -> MeterState:
        """Return how reading of a point went."""
        self._duties.keep_up(now)
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
        walk = None if self._book.paused else self._walks.runnable(self._duties.open)
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
            suspect=self._answers.suspect,
            missing=len(self._plans.lacked),
            supplement_at=self._duties.agenda.supplement_at,
            supplement_round=self._duties.agenda.supplement_round,
        )
