"""What becomes of the answers of one port: values kept, meters judged (device behaviour 6.3, 6.4)."""

from datetime import datetime

from core.errors import StoreError
from core.meters.driver import Answer, Outcome
from core.quantities import DayEnd, Quantity
from core.terminal.acquisition.chronometer import Chronometer
from core.terminal.acquisition.plans import Plans
from core.terminal.acquisition.standing import SUSPECT, Book
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import Purpose, Sink
from core.terminal.acquisition.walk import Visit, Walk
from core.terminal.acquisition.wanting import Item, substitute
from core.terminal.readings import Readings

FULL = frozenset({Purpose.READ_NOW, Purpose.READ_AGAIN, Purpose.DAY, Purpose.READING_DAY, Purpose.INTERVAL})
"""Walks that decide about failed points (6.4 rule 5)."""


class Answers:
    """Turns answers into readings, and visits into the standing of points."""

    def __init__(
        self,
        time: Chronometer,
        plans: Plans,
        readings: Readings,
        book: Book,
        streaks: Streaks,
        sink: Sink,
    ) -> None:
        self._time = time
        self._plans = plans
        self._readings = readings
        self._book = book
        self._streaks = streaks
        self._sink = sink
        self._silent_in_row = 0

    @property
    def suspect(self) -> bool:
        """Tell whether so many points in a row were silent that the line itself is suspected."""
        return self._silent_in_row >= SUSPECT

    def judge(self, visit: Visit, item: Item, answer: Answer, now: float) -> None:
        """Take what the meter said to one question."""
        at = self._time.at(now)
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

    def store(self, visit: Visit) -> None:
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

    def leave(self, walk: Walk, visit: Visit, now: float) -> None:
        """End an attempt: store, count, and decide about the point when it was the last one."""
        brought = bool(visit.got)
        self.store(visit)
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
            self._streaks.port_answers(self._book.port)
