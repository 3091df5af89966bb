"""All parameters by group, in the order of the reference (part A §7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from core.gdw376.catalogue import unit_class, units_of
from core.gdw376.fields import Direction
from core.gdw376.unit import Edition, Point, Unit

SET = 0x04


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the reference."""

    name: str
    """As the command line writes it."""
    zh: str
    en: str
    functions: frozenset[int]


def _group(name: str, zh: str, en: str, *spans: int | tuple[int, int]) -> Group:
    pairs = ((span, span) if isinstance(span, int) else span for span in spans)
    return Group(name, zh, en, frozenset(fn for first, last in pairs for fn in range(first, last + 1)))


GROUPS = (
    _group("uplink", "上行通信", "Uplink", (1, 8), 16),
    _group("events", "事件记录", "Events", 9),
    _group("archive", "档案", "Archive", (10, 15)),
    _group("control", "功控电控", "Load control", (17, 23), (41, 49)),
    _group("points", "测量点", "Points", (25, 31)),
    _group("reading", "抄表", "Reading", (33, 39)),
    _group("alarms", "告警阈值", "Alarms", (57, 61)),
    _group("tasks", "任务", "Tasks", (65, 68)),
    _group("capacitors", "电容器和直流模拟量", "Capacitors and DC", (73, 83)),
    _group("later", "后续增补", "Later additions", (84, 150)),
)


@cache
def units_in(group: Group, edition: Edition = Edition.BASE_2009) -> tuple[type[Unit], ...]:
    """Return the parameters of a group by Fn, in the edition wanted where there are two."""
    found = (unit_class(SET, fn, edition, Direction.UP) for fn in sorted(units_of(SET)))
    return tuple(unit for unit in found if unit and unit.meaning.fn in group.functions)


def all_parameters(edition: Edition = Edition.BASE_2009) -> Iterator[type[Unit]]:
    """Every parameter by group."""
    for group in GROUPS:
        yield from units_in(group, edition)


def writable(kind: type[Unit]) -> bool:
    """Tell whether what was read can be written in the same layout."""
    return kind.meaning.afn == SET and kind.meaning.direction is None


def has_points(kind: type[Unit]) -> bool:
    """Tell whether the unit belongs to a point, group, task or port and not to the terminal."""
    return kind.meaning.point is not Point.TERMINAL
