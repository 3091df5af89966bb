"""What the calendar asks of one port: walks begun and ended, broadcasts (device behaviour 6.2 to 6.4)."""

from datetime import date, datetime

from core.terminal.acquisition.agenda import Agenda, Occasions
from core.terminal.acquisition.broadcasts import Broadcasts
from core.terminal.acquisition.chronometer import Chronometer
from core.terminal.acquisition.plans import Plans
from core.terminal.acquisition.roster import Place
from core.terminal.acquisition.search import Seeker
from core.terminal.acquisition.settings import PortSettings
from core.terminal.acquisition.standing import Book
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import Purpose
from core.terminal.acquisition.walk import Walk
from core.terminal.acquisition.walks import Walks

LONGEST = 3600.0
"""Seconds a worker may wait before it asks again; what changes meanwhile is told by `Acquisition.look`."""
MARGIN = 0.001
"""Seconds by which a moment is awaited longer, lest rounding shows the minute before."""
PERIODIC = frozenset({Purpose.DAY, Purpose.READ_AGAIN})
"""Walks whose start and end 0C F11 states."""


class Duties:
    """Looks at the calendar when it is time to, and does what the moment asks for."""

    def __init__(
        self,
        time: Chronometer,
        plans: Plans,
        walks: Walks,
        broadcasts: Broadcasts,
        seeker: Seeker,
        book: Book,
        streaks: Streaks,
    ) -> None:
        self._time = time
        self._plans = plans
        self._walks = walks
        self._broadcasts = broadcasts
        self._seeker = seeker
        self._book = book
        self._streaks = streaks
        self.agenda = Agenda()
        self.agenda.day_done = _date(book.day_done)
        self.agenda.clock_done = _date(book.clock_done)
        self.wake = 0.0
        """When the calendar is looked at again."""
        self.open = False
        """Automatic reading is allowed now."""

    def reload(self, places: tuple[Place, ...], settings: PortSettings) -> None:
        """Take the archive and F33 as they are now (Z5, Z6)."""
        self._plans.reload(places, settings)
        self.agenda.settings = settings
        self.agenda.has_key = any(place.meter.key for place in places)
        self.agenda.has_interval = any(place.lists.interval for place in places)
        shown = self._time.shown
        if shown is not None and self.agenda.has_turned(shown):
            self._plans.turn(shown)
        self.wake = 0.0

    def forget(self) -> None:
        """Data were initialised: begin with nothing."""
        self.agenda = Agenda()
        self._time.shown = None
        self.wake = 0.0

    def keep_up(self, now: float) -> None:
        """Look at the calendar when it is time to, or when the clock was set."""
        if now >= self.wake or self._time.jumped:
            self.look(now)

    def look(self, now: float) -> None:
        """Look at the calendar now."""
        before, shown = self._time.shown, self._time.read_off(now)
        if shown is None:
            self.open, self.wake = False, now + LONGEST
            self._broadcasts.drop()
            return
        if before is None:
            self.agenda.begin(shown)
        due = self.agenda.look(shown)
        self.open = due.open
        self._begin(due, shown)
        self.wake = now + self.agenda.seconds_to_next(shown) + MARGIN

    def _begin(self, due: Occasions, now: datetime) -> None:
        """Do what a moment asks for."""
        if due.turned:
            self._plans.refused.clear()
            self._plans.turn(now)
        if due.period_over:
            self._give_up_the_day(now.date())
        self._broadcasts.drop()
        if self._plans.roster.places:
            self._broadcasts.order(due)
        if due.hour:
            self._walks.start(Purpose.HOUR, self._plans.hour(due.hour))
        if due.curve:
            self._walks.start(Purpose.CURVE, self._plans.curve(due.curve))
        if due.day:
            self._start_day(now)
        if due.reading_day:
            self._walks.start(Purpose.READING_DAY, self._plans.reading_day(now.date()))
        if due.interval and not self._walks.running(Purpose.INTERVAL):
            self._walks.start(Purpose.INTERVAL, self._plans.interval())
        if due.supplement and not self._walks.running(Purpose.SUPPLEMENT):
            self.agenda.supplement_round += bool(
                self._walks.start(Purpose.SUPPLEMENT, self._plans.supplement(now), rounds=1)
            )

    def _start_day(self, now: datetime) -> None:
        """Begin the day pass, or go on with the one that a power cut interrupted."""
        book = self._book
        if not self._walks.start(Purpose.DAY, self._plans.day(now.date())):
            self._day_is_done(now)
        elif book.start is None or book.start.date() != now.date() or book.end is not None:
            book.start, book.end = now.replace(microsecond=0), None
            book.try_keep()

    def _day_is_done(self, now: datetime) -> None:
        """The first round of the supplement follows at once (6.4 rule 2)."""
        self.agenda.day_done, self._book.day_done = now.date(), now.date().isoformat()
        self.agenda.supplement_at = now
        self.wake = 0.0
        self._book.try_keep()
        if self._plans.settings.search:
            self._seeker.start()

    def _give_up_the_day(self, today: date) -> None:
        """End of the period: ERC31 for points whose freeze of the day is still missing (6.4 rule 4)."""
        self._walks.stop(Purpose.SUPPLEMENT)
        if not self._plans.settings.forbidden:
            for point in self._plans.lacking(today):
                self._streaks.begin(point)

    def end(self, walk: Walk, now: float) -> None:
        """Take notice that a walk came to its end."""
        self._walks.end(walk)
        if walk.failed and walk.failed == self._plans.roster.places.keys():
            self._streaks.port_fails(self._book.port)
        if walk.purpose in PERIODIC:
            self._book.end = self._time.at(now)
        if walk.purpose is Purpose.DAY:
            self._day_is_done(self._time.at(now))
        elif walk.purpose is Purpose.READ_AGAIN or walk.failed:
            self._book.try_keep()


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
