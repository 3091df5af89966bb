"""AFN 0B: ask for the data of a task (part A §10). The answer comes as AFN 0C or 0D."""

from core.gdw376.fields import Direction
from core.gdw376.unit import Point, Unit, unit
from core.wire.formats import A15
from core.wire.record import Record, item, record


@record
class TaskStart(Record):
    """Where the data of one task period begin."""

    start: A15 = item("起始时间", "Start")


@unit(
    0x0B,
    1,
    "定时上报1类数据任务",
    "Class 1 task data",
    "",
    "A §10",
    point=Point.TASK,
    direction=Direction.DOWN,
)
class ClassOneTask(Unit):
    """No data in either direction under this AFN."""


@unit(
    0x0B, 2, "定时上报2类数据任务", "Class 2 task data", "", "A §10", point=Point.TASK,
    direction=Direction.DOWN, asks=TaskStart, note="one master shows reports carried as AFN0B upward",
)  # fmt: skip
class ClassTwoTask(Unit):
    """The query names a start."""
