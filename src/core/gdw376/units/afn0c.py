"""AFN 0C: class 1 data, the present (part B §2). Requests carry no data."""

from datetime import datetime
from typing import Annotated

from core.gdw376.unit import Unit, unit
from core.gdw376.units.events import ERC_NAMES
from core.wire.bits import bit, bits
from core.wire.leaf import Mask, Uint
from core.wire.record import item
from core.wire.times import CalendarTime

Bytes = Annotated[int, Uint(4, unit="byte")]


@unit(0x0C, 2, "终端日历时钟", "Terminal clock", "clock", "B §2.1 F2")
class TerminalClock(Unit):
    """The terminal's civil time."""

    time: Annotated[datetime | None, CalendarTime()] = item("终端日历时钟", "Terminal clock")


@unit(0x0C, 3, "终端参数状态", "Parameter state", "parameter-state", "B §2.1 F3")
class ParameterState(Unit):
    """Which Fn of AFN 04 have been set."""

    set_functions: Annotated[frozenset[int], Mask(31)] = item("终端参数状态", "Parameters set")


ALLOWED = {0: ("备用", "unknown"), 1: ("允许", "allowed"), 2: ("禁止", "prohibited"), 3: ("备用", "spare")}


@bits(1)
class UplinkPermissions:
    """Whether the terminal may report and be called."""

    reporting: int = bit(0, "主动上报状态", "Spontaneous reports", width=2, choices=ALLOWED)
    calling: int = bit(2, "通话状态", "Calls with the master", width=2, choices=ALLOWED)


@unit(0x0C, 4, "终端上行通信状态", "Uplink state", "uplink-state", "B §2.1 F4")
class UplinkState(Unit):
    """Permissions of the uplink."""

    permissions: UplinkPermissions = item("终端上行通信状态", "Uplink permissions")


@unit(0x0C, 7, "终端事件计数器当前值", "Event counters", "event-counters", "B §2.1 F7")
class EventCounters(Unit):
    """EC1 and EC2, modulo 256."""

    important: Annotated[int, Uint(1)] = item("重要事件计数器EC1值", "Important events EC1")
    ordinary: Annotated[int, Uint(1)] = item("一般事件计数器EC2值", "Ordinary events EC2")


@unit(
    0x0C, 8, "终端事件标志状态", "Event flags", "event-flags", "B §2.1 F8",
    note="clearing on reading the record is known from one firmware only",
)  # fmt: skip
class EventFlags(Unit):
    """Which events are present and unread."""

    unread: Annotated[frozenset[int], Mask(8, names=ERC_NAMES)] = item("事件标志状态", "Unread events")


@unit(0x0C, 10, "终端与主站当日、月通信流量", "Traffic with the master", "traffic", "B §2.1 F10")
class Traffic(Unit):
    """Bytes both ways."""

    today: Bytes = item("终端与主站当日通信流量", "Today")
    month: Bytes = item("终端与主站当月通信流量", "This month")
