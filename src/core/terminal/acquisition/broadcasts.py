"""Broadcasts that wait on one port: the time and the freeze (device behaviour 6.7)."""

from datetime import date, datetime

from core.terminal.acquisition.agenda import Agenda, Occasions
from core.terminal.acquisition.standing import Book
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import BroadcastFreeze, BroadcastTime, Sink, Task


class Broadcasts:
    """What is to be broadcast, first what waits longest."""

    def __init__(self, book: Book, streaks: Streaks, sink: Sink) -> None:
        self._port = book.port
        self._book = book
        self._streaks = streaks
        self._sink = sink
        self.waiting: list[BroadcastTime | BroadcastFreeze] = []
        self._clock_day: date | None = None

    def drop(self) -> None:
        """Forget what was not sent in time: it is not made up for."""
        self.waiting = []

    def order(self, due: Occasions) -> None:
        """Order what is due at this moment, and is dropped with it."""
        if due.freeze:
            self.waiting.append(BroadcastFreeze(self._port))
        self._clock_day = due.clock if self._streaks.meter_clocks else None
        if self._clock_day:
            self.waiting.append(BroadcastTime(self._port))

    def order_time(self) -> None:
        """Order the time once more."""
        order = BroadcastTime(self._port)
        if order not in self.waiting:
            self.waiting.append(order)

    def sent(self, task: Task, agenda: Agenda, at: datetime) -> None:
        """Take notice that one was sent."""
        if not isinstance(task, BroadcastTime | BroadcastFreeze) or task not in self.waiting:
            return
        self.waiting.remove(task)
        if isinstance(task, BroadcastFreeze):
            agenda.freeze_ordered(at.date())
            return
        self._sink.time_broadcast(self._port, at)
        if self._clock_day:
            agenda.clock_done = self._clock_day
            self._book.clock_done = self._clock_day.isoformat()
            self._book.try_keep()
