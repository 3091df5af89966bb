"""What the terminal has to say by itself: important events and tasks that are due (M42, M46, M108).

Rules
- Important events go in their order, one per report; the mark behind the last confirmed one is kept, so that
  a power cut neither loses nor doubles one. What the master read over the uplink needs no report.
- A report that stays unanswered is kept and flagged by ACD; it goes out again with the next link.
- AFN05 F37 and the monthly traffic limit F36 stop all of it, except a person's site report.
"""

from contextlib import suppress
from datetime import datetime

from core.errors import StoreError
from core.gdw376.catalogue import unit_class
from core.terminal.controls import Controls
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import Kind
from core.terminal.statistics import TRAFFIC, Statistics
from core.terminal.uplink.state import EventReport, Message, StatusReport, TaskReport
from core.terminal.uplink.tasks import Tasks

TRAFFIC_LIMIT = unit_class(0x04, 36)


class Reports:
    """Picks the next report and remembers what became of the last."""

    def __init__(
        self,
        parameters: Parameters,
        controls: Controls,
        statistics: Statistics,
        events: Events,
        ledger: Ledger,
    ) -> None:
        self._parameters = parameters
        self._controls = controls
        self._statistics = statistics
        self._events = events
        self.tasks = Tasks(parameters, ledger)
        self._events_held = self._tasks_held = False

    @property
    def over_limit(self) -> bool:
        """Tell whether this month's traffic reached its limit (F36); 0 is none."""
        assert TRAFFIC_LIMIT is not None
        limit = getattr(self._parameters.value(TRAFFIC_LIMIT), "value", 0)
        return 0 < limit <= self._statistics.present(Kind.MONTH, TRAFFIC)

    @property
    def allowed(self) -> bool:
        """May the terminal report by itself?"""
        return self._controls.reports_allowed and not self.over_limit

    def next(self, civil: datetime | None) -> Message | None:
        """Return the next report, ``None`` if nothing waits or none is allowed."""
        if not self.allowed:
            return None
        if not self._events_held and (record := self._events.untold):
            return EventReport(record)
        due = self.tasks.due(civil) if civil and not self._tasks_held else None
        return TaskReport(due) if due else None

    def site_report(self) -> Message:
        """The oldest unreported important event, or the state of the terminal (device behaviour 3.7)."""
        record = self._events.untold
        return EventReport(record) if record else StatusReport()

    def confirmed(self, message: Message) -> None:
        """The master has it."""
        match message:
            case EventReport(record):
                with suppress(StoreError):  # it then comes once more
                    self._events.reported(record)
            case TaskReport(due):
                self.tasks.handled(due)
            case _:
                pass

    def unanswered(self, message: Message) -> None:
        """Keep it for the next link."""
        self._events_held |= isinstance(message, EventReport)
        self._tasks_held |= isinstance(message, TaskReport)

    def linked(self) -> None:
        """A new link: what was kept may go out."""
        self._events_held = self._tasks_held = False
