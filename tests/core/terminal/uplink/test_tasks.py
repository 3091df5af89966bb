"""Slots of scheduled reports, and which of them are owed (AFN04 F65 to F68)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core.gdw376.catalogue import unit_class
from core.gdw376.units.afn04 import TASKS, Task, TaskItem, TaskPeriod
from core.terminal.setting import Setting
from core.terminal.uplink.state import LinkTest, TaskReport
from core.terminal.uplink.tasks import TaskClass, Tasks, index_at, slot
from tests.core.terminal.uplink.stage import Stage

BASE = datetime(2026, 11, 20, 0, 10)
MINUTES, HOURS, DAYS, MONTHS = 0, 1, 2, 3
STARTED, STOPPED = 0x55, 0xAA
CLOCK = TaskItem(b"\x00\x00", b"\x02\x00")
"""0C F2 of p0."""


def task(unit: int, value: int, base: datetime = BASE, kind: TaskClass = TaskClass.PRESENT) -> Task:
    layout: Any = TASKS[0] if kind is TaskClass.PRESENT else TASKS[1]
    return layout(TaskPeriod(value, unit), base, 1, (CLOCK,))


def start(kind: TaskClass, number: int, value: int = STARTED) -> Setting:
    switch: Any = unit_class(0x04, kind.starts)
    return Setting(switch(value), number)


@pytest.mark.parametrize(
    ("unit", "value", "index", "moment"),
    [
        (MINUTES, 15, 5, datetime(2026, 11, 20, 1, 25)),
        (HOURS, 6, 3, datetime(2026, 11, 20, 18, 10)),
        (DAYS, 1, 11, datetime(2026, 12, 1, 0, 10)),
        (MONTHS, 1, 3, datetime(2027, 2, 20, 0, 10)),
        (MONTHS, 14, 1, datetime(2028, 1, 20, 0, 10)),
    ],
)
def test_slots_count_from_the_base_time(unit: int, value: int, index: int, moment: datetime):
    """A slot begins exactly at its moment, in every unit."""
    one = task(unit, value)
    assert slot(one, index) == moment
    assert index_at(one, moment) == index
    assert index_at(one, moment - timedelta(seconds=1)) == index - 1


def test_a_month_too_short_ends_at_its_last_day():
    """Base on the 31st: the 28th in February, the 31st again in March."""
    one = task(MONTHS, 1, datetime(2027, 1, 31, 1))
    assert [slot(one, index).day for index in range(4)] == [31, 28, 31, 30]
    assert index_at(one, datetime(2027, 3, 1)) == 1


def owed(tasks: Tasks, civil: datetime) -> list[datetime]:
    """Handle everything that is owed; return its slots."""
    found: list[datetime] = []
    while due := tasks.due(civil):
        found.append(due.slot)
        tasks.handled(due)
    return found


def test_a_started_task_owes_from_its_next_slot_on():
    """Nothing for slots before the start; of missed ones class 1 tells the newest, class 2 all."""
    stage = Stage(Setting(task(HOURS, 1), 1), start(TaskClass.PRESENT, 1))
    stage.terminal.parameters.write(
        [Setting(task(HOURS, 1, BASE, TaskClass.PAST), 2), start(TaskClass.PAST, 2)]
    )
    tasks = stage.policy.reports.tasks
    noon = datetime(2026, 11, 20, 12)
    assert owed(tasks, noon) == []
    assert tasks.next_at(noon) == noon.replace(minute=10)
    assert owed(tasks, noon.replace(hour=14)) == [
        datetime(2026, 11, 20, 13, 10), datetime(2026, 11, 20, 12, 10), datetime(2026, 11, 20, 13, 10),
    ]  # fmt: skip
    assert owed(tasks, noon.replace(hour=14)) == []
    assert len(owed(tasks, noon + timedelta(days=9))) == 1 + 24


def test_stopped_tasks_and_clocks_set_back():
    """A stopped task owes nothing and begins anew; a small step back doubles nothing."""
    stage = Stage(Setting(task(HOURS, 1, datetime(2026, 11, 1, 0, 10)), 1), start(TaskClass.PRESENT, 1))
    tasks = stage.policy.reports.tasks
    noon = datetime(2026, 11, 20, 12)
    owed(tasks, noon)
    assert len(owed(tasks, noon.replace(minute=10))) == 1
    assert owed(tasks, noon.replace(minute=9)) == owed(tasks, noon.replace(minute=11)) == []
    assert owed(tasks, noon - timedelta(days=2)) == []
    assert len(owed(tasks, noon - timedelta(days=1))) == 1
    stage.terminal.parameters.write([start(TaskClass.PRESENT, 1, STOPPED)])
    assert owed(tasks, noon.replace(hour=20)) == []
    stage.terminal.parameters.write([start(TaskClass.PRESENT, 1)])
    assert owed(tasks, noon.replace(hour=20)) == []


def test_a_base_time_in_the_future_is_waited_for():
    """The base time itself is the first slot."""
    stage = Stage(Setting(task(DAYS, 1, datetime(2026, 12, 1)), 1), start(TaskClass.PRESENT, 1))
    tasks = stage.policy.reports.tasks
    assert owed(tasks, datetime(2026, 11, 20)) == []
    assert tasks.next_at(datetime(2026, 11, 20)) == datetime(2026, 12, 1)
    assert owed(tasks, datetime(2026, 12, 1)) == [datetime(2026, 12, 1)]


def test_the_policy_says_a_report_at_its_slot():
    """M108: on line, the report leaves at the slot; unanswered, the next link begins with the newest."""
    stage = Stage(Setting(task(MINUTES, 5), 1), start(TaskClass.PRESENT, 1))
    stage.log_in()
    begun = stage.now
    message = stage.said(True)
    assert isinstance(message, TaskReport) and stage.now - begun == 300
    again = stage.said(None)
    assert isinstance(again, TaskReport)
    assert stage.said(True) is LinkTest.HEARTBEAT
    stage.policy.lost("gone", stage.now)
    stage.log_in()
    newest = stage.said(True)
    assert isinstance(newest, TaskReport) and newest.due.slot == datetime(2026, 11, 20, 12, 15)
