"""Scheduled reports: which task is due, by its period and base time (AFN04 F65 to F68, part A §7.7).

The slots of a task are base + k periods. A class 1 task reports the present, so of several missed slots only
the newest counts; a class 2 task reports the period that ended at its slot, so missed ones follow, oldest
first. What was handled is noted by task; a task that is stopped is forgotten.
"""

from calendar import monthrange
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from core.errors import StoreError
from core.gdw376.units.afn04 import Task
from core.terminal.ledger import Ledger
from core.terminal.limits import STARTED
from core.terminal.parameters import Parameters

STEPS = {0: timedelta(minutes=1), 1: timedelta(hours=1), 2: timedelta(days=1)}
MONTHS = 3
MOST_TASKS = 64
CATCH_UP = 24
"""Missed slots of a class 2 task that are still reported."""
TURNED_BACK = timedelta(hours=1)
"""A clock set back by more begins anew; by less nothing is reported twice."""


class TaskClass(Enum):
    """Class of the data; the value is the Fn that describes the task."""

    PRESENT = 65
    PAST = 66

    @property
    def starts(self) -> int:
        """Fn of start and stop."""
        return self.value + 2


@dataclass(frozen=True, slots=True)
class TaskDue:
    """A report that a task owes: its period ended at ``slot``."""

    kind: TaskClass
    number: int
    slot: datetime

    @property
    def present(self) -> bool:
        """Tell whether it reports class 1 data."""
        return self.kind is TaskClass.PRESENT


def slot(task: Task, index: int) -> datetime:
    """Return base + ``index`` periods; a month that is too short ends at its last day."""
    assert task.base is not None
    if task.period.unit != MONTHS:
        return task.base + index * task.period.value * STEPS[task.period.unit]
    year, month = divmod(task.base.year * 12 + task.base.month - 1 + index * task.period.value, 12)
    day = min(task.base.day, monthrange(year, month + 1)[1])
    return task.base.replace(year=year, month=month + 1, day=day)


def index_at(task: Task, moment: datetime) -> int:
    """Return the index of the newest slot up to ``moment``; below 0 before the base time."""
    assert task.base is not None
    if task.period.unit != MONTHS:
        return (moment - task.base) // (task.period.value * STEPS[task.period.unit])
    months = (moment.year - task.base.year) * 12 + moment.month - task.base.month
    index = months // task.period.value
    return index if slot(task, index) <= moment else index - 1


class Tasks:
    """The started tasks, and what each has handled."""

    def __init__(self, parameters: Parameters, ledger: Ledger) -> None:
        self._parameters = parameters
        self._ledger = ledger
        self._started: dict[tuple[TaskClass, int], Task] = {}
        self._read_at: int | None = None

    @property
    def started(self) -> Mapping[tuple[TaskClass, int], Task]:
        """Every task that runs."""
        if self._read_at != self._parameters.revision:
            self._read_at = self._parameters.revision
            self._started = dict(self._read())
            self._forget()
        return self._started

    def _read(self) -> list[tuple[tuple[TaskClass, int], Task]]:
        found: list[tuple[tuple[TaskClass, int], Task]] = []
        for kind in TaskClass:
            for number in range(1, MOST_TASKS + 1):
                switch = self._parameters.at(kind.starts, number)
                task = self._parameters.at(kind.value, number)
                runs = getattr(switch, "value", None) == STARTED
                if runs and isinstance(task, Task) and task.base and task.period.value:
                    found.append(((kind, number), task))
        return found

    def _forget(self) -> None:
        kept = {_fact(*key) for key in self._started}
        with suppress(StoreError):
            for name in [one for one in self._ledger.kept.facts if one.startswith(FACT)]:
                if name not in kept:
                    self._ledger.note(name, None)

    def due(self, civil: datetime) -> TaskDue | None:
        """Return the next report that is owed at this time, ``None`` if there is none."""
        for (kind, number), task in self.started.items():
            last, newest = self._last(kind, number, civil), index_at(task, civil)
            done = index_at(task, last)
            if newest > done and newest >= 0:
                first = newest if kind is TaskClass.PRESENT else max(done + 1, newest + 1 - CATCH_UP, 0)
                return TaskDue(kind, number, slot(task, first))
        return None

    def next_at(self, civil: datetime) -> datetime | None:
        """Return when the next slot of any task comes."""
        slots = [slot(task, max(0, index_at(task, civil) + 1)) for task in self.started.values()]
        return min(slots, default=None)

    def handled(self, due: TaskDue) -> None:
        """Note that the report is done with."""
        with suppress(StoreError):  # it then comes once more
            self._ledger.note(_fact(due.kind, due.number), due.slot.isoformat())

    def _last(self, kind: TaskClass, number: int, civil: datetime) -> datetime:
        """Return up to when a task is handled; one that was just started begins now."""
        noted = self._ledger.fact(_fact(kind, number))
        last = datetime.fromisoformat(noted) if noted else None
        if last is None or last - civil > TURNED_BACK:
            with suppress(StoreError):
                self._ledger.note(_fact(kind, number), civil.isoformat())
            return civil
        return last


FACT = "uplink.task."


def _fact(kind: TaskClass, number: int) -> str:
    return f"{FACT}{kind.value}.{number}"
