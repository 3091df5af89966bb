"""AFN 03: relay station (part A §6.4)."""

from typing import Annotated

from core.gdw376.fields import Direction
from core.gdw376.unit import Unit, unit
from core.wire.bits import bit, bits
from core.wire.formats import A15, U16
from core.wire.leaf import Octets
from core.wire.record import item, record
from core.wire.repeat import Repeat, Times

STATES = {0: ("无", "absent"), 1: ("正常", "ok"), 2: ("故障", "fault"), 3: ("备用", "standby")}
ORDERS = {0: ("不切换", "keep"), 3: ("切换", "switch")}
FORWARDING = {0: ("禁止转发", "off"), 3: ("允许转发", "on")}


@bits(1)
class RelayOrder:
    """What to do; other codes are invalid."""

    switch: int = bit(0, "值班机切换控制", "Switch over", width=2, choices=ORDERS)
    forwarding: int = bit(2, "中继转发允许控制", "Forwarding", width=2, choices=FORWARDING)


@bits(1)
class RelayState:
    """State of units A and B."""

    a_state: int = bit(0, "A机工作状态", "Unit A", width=2, choices=STATES)
    a_duty: bool = bit(2, "A机值班", "A on duty")
    a_forwards: bool = bit(3, "A机转发允许", "A forwards")
    b_state: int = bit(4, "B机工作状态", "Unit B", width=2, choices=STATES)
    b_duty: bool = bit(6, "B机值班", "B on duty")
    b_forwards: bool = bit(7, "B机转发允许", "B forwards")


@unit(0x03, 1, "中继站工作状态控制", "Control relay station", "", "A §6.4 F1", direction=Direction.DOWN)
class ControlRelay(Unit):
    """Switch over, allow forwarding."""

    order: RelayOrder = item("控制字", "Order")


@unit(0x03, 1, "中继站工作状态", "Relay station after control", "", "A §6.4 F1", direction=Direction.UP)
class RelayControlled(Unit):
    """State after the order."""

    state: RelayState = item("中继站工作状态", "State")


@unit(0x03, 2, "中继站工作状态查询", "Relay station state", "", "A §6.4 F2", direction=Direction.UP)
class RelayStation(Unit):
    """State now."""

    state: RelayState = item("中继站工作状态", "State")


@unit(0x03, 2, "中继站工作状态查询", "Ask relay station state", "", "A §6.4 F2", direction=Direction.DOWN)
class AskRelayState(Unit):
    """No data."""


@record
class SwitchOver:
    """One change of duty."""

    time: A15 = item("切换时间", "Time")
    before: Annotated[bytes, Octets(1)] = item("切换前工作状态", "Before")
    after: Annotated[bytes, Octets(1)] = item("切换后工作状态", "After")


@unit(0x03, 3, "中继站切换记录查询", "Relay station records", "", "A §6.4 F3", direction=Direction.UP)
class RelayRecords(Unit):
    """The last ten, oldest first."""

    records: Annotated[tuple[SwitchOver, ...], Repeat(SwitchOver, Times(10))] = item("切换记录", "Record")


@unit(0x03, 3, "中继站切换记录查询", "Ask relay station records", "", "A §6.4 F3", direction=Direction.DOWN)
class AskRelayRecords(Unit):
    """No data."""


@unit(
    0x03, 4, "中继站运行状态统计记录查询", "Relay station statistics", "", "A §6.4 F4", direction=Direction.UP
)
class RelayStatistics(Unit):
    """Minutes and switch-overs."""

    switched: U16 = item("切换总次数", "Switch-overs")
    a_duty: U16 = item("A机值班总时间", "A on duty, min")
    a_normal: U16 = item("A机正常总时间", "A normal, min")
    b_duty: U16 = item("B机值班总时间", "B on duty, min")
    b_normal: U16 = item("B机正常总时间", "B normal, min")


@unit(
    0x03,
    4,
    "中继站运行状态统计记录查询",
    "Ask relay station statistics",
    "",
    "A §6.4 F4",
    direction=Direction.DOWN,
)
class AskRelayStatistics(Unit):
    """No data."""
