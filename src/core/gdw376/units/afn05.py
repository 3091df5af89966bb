"""AFN 05: control commands (part A §8). PW is needed, CON = 1, the answer is AFN 00."""

from datetime import datetime
from typing import Annotated

from core.gdw376.unit import Confidence, Edition, Point, Unit, same_layout, unit
from core.wire.bcd import SignedPercent
from core.wire.bits import bit, bits
from core.wire.formats import U8, Minutes
from core.wire.leaf import Mask, Uint
from core.wire.record import item, record
from core.wire.repeat import Prefix, Repeat, Times
from core.wire.stretch import Gb18030
from core.wire.times import CalendarTime


@unit(0x05, 29, "允许终端主动上报", "Allow spontaneous reports", "reports-on", "A §8 F29")
class AllowReports(Unit):
    """The terminal may report by itself."""


@unit(0x05, 31, "对时命令", "Set clock", "set-clock", "A §8 F31")
class SetClock(Unit):
    """Set the terminal's clock; error below 5 s (M91)."""

    time: Annotated[datetime | None, CalendarTime()] = item("终端时钟", "Terminal clock")


@unit(0x05, 37, "禁止终端主动上报", "Forbid spontaneous reports", "reports-off", "A §8 F37")
class ForbidReports(Unit):
    """The terminal only answers."""


@unit(0x05, 38, "激活终端连接主站", "Connect to the master", "connect", "A §8 F38")
class ConnectMaster(Unit):
    """Dial the master now."""


@unit(0x05, 39, "命令终端断开连接", "Disconnect from the master", "disconnect", "A §8 F39")
class DisconnectMaster(Unit):
    """Drop the link to the master."""


R, G = Point.ROUND, Point.GROUP


@bits(1)
class TripOrder:
    """Byte of F1."""

    hours: int = bit(0, "限电时间", "Duration", width=4, unit="x 0.5 h")
    delay: int = bit(4, "告警延时时间", "Alarm delay", width=4, unit="min")


@unit(0x05, 1, "遥控跳闸", "Remote trip", "", "A §8 F1", point=R)
class RemoteTrip(Unit):
    """Duration 0: until released."""

    order: TripOrder = item("遥控跳闸", "Order")


@unit(0x05, 9, "时段功控投入", "Period power control on", "", "A §8 F9", point=G)
class PeriodControlOn(Unit):
    """Which periods of which scheme."""

    periods: Annotated[frozenset[int], Mask(1)] = item("时段功控投入标志", "Periods")
    scheme: Annotated[int, Uint(1, maximum=2)] = item("时段功控定值方案号", "Scheme")


@unit(0x05, 12, "当前功率下浮控投入", "Power-down control on", "", "A §8 F12", point=G)
class PowerDownOn(Unit):
    """Lower the present power step by step."""

    sliding: Annotated[int, Uint(1, minimum=1, maximum=60, unit="min")] = item(
        "当前功率下浮控定值滑差时间", "Sliding time"
    )
    floating: Annotated[int | None, SignedPercent()] = item("当前功率下浮控定值浮动系数", "Factor")
    freeze: Annotated[int, Uint(1, minimum=5, maximum=60, unit="min")] = item(
        "控后总加有功功率冻结延时时间", "Freeze delay"
    )
    duration: Annotated[int, Uint(1, unit="x 0.5 h")] = item("当前功率下浮控的控制时间", "Duration")
    alarms: Annotated[tuple[int, ...], Repeat(Minutes, Times(4))] = item("第1~4轮告警时间", "Alarm, round")


@unit(0x05, 25, "终端保电投入", "Power protection on", "", "A §8 F25")
class ProtectionOn(Unit):
    """0: without limit."""

    duration: Annotated[int, Uint(1, maximum=48, unit="x 0.5 h")] = item("保电持续时间", "Duration")


@unit(
    0x05, 30, "电能表对时功能的开启与关闭", "Meter clock setting", "", "A §8 F30", edition=Edition.ADDED_2012
)
class MeterClockSetting(Unit):
    """Whether the terminal sets the meters' clocks."""

    on: Annotated[int, Uint(1, choices={0: ("关闭", "off"), 1: ("开启", "on")})] = item("标志", "Setting")


TEXT_KINDS = {0: ("普通", "normal"), 1: ("重要", "important")}


@bits(1)
class TextNumber:
    """Kind and number of a message."""

    number: int = bit(0, "中文信息编号", "Number", width=4)
    kind: int = bit(4, "中文信息种类", "Kind", width=4, choices=TEXT_KINDS)


@unit(0x05, 32, "中文信息", "Chinese text", "chinese-text", "A §8 F32")
class ChineseText(Unit):
    """Shown on the LCD."""

    number: TextNumber = item("中文信息种类及编号", "Number")
    text: Annotated[str, Gb18030(200)] = item("汉字信息", "Text")


@record
class NoContent(Unit):
    """Commands that say all by their number. Never a twin of a command: they would be taken for it."""


def _plain(fn: int, zh: str, en: str, point: Point = Point.TERMINAL) -> type[Unit]:
    return same_layout(NoContent, 0x05, fn, zh, en, f"A §8 F{fn}", point=point)


def _port(fn: int, zh: str, en: str) -> type[Unit]:
    return same_layout(OfPort, 0x05, fn, zh, en, f"A §8 F{fn}")


@record
class OfPort(Unit):
    """Commands for one port."""

    port: Annotated[int, Uint(1, minimum=1, maximum=31)] = item("终端通信端口号", "Port")


@record
class CapacitorOrder(Unit):
    """1: act, 0: keep."""

    groups: Annotated[frozenset[int], Mask(2)] = item("电容器组", "Groups")


COMMANDS = (
    _plain(2, "允许合闸", "Allow closing", R),
    _plain(10, "厂休功控投入", "Factory-rest control on", G),
    _plain(11, "营业报停功控投入", "Suspension control on", G),
    _plain(15, "月电控投入", "Month energy control on", G),
    _plain(16, "购电控投入", "Purchase control on", G),
    _plain(17, "时段功控解除", "Period power control off", G),
    _plain(18, "厂休功控解除", "Factory-rest control off", G),
    _plain(19, "营业报停功控解除", "Suspension control off", G),
    _plain(20, "当前功率下浮控解除", "Power-down control off", G),
    _plain(23, "月电控解除", "Month energy control off", G),
    _plain(24, "购电控解除", "Purchase control off", G),
    _plain(26, "催费告警投入", "Dunning alarm on"),
    _plain(27, "允许终端与主站通话", "Allow calls with the master"),
    _plain(28, "终端剔除投入", "Exclude the terminal"),
    _plain(33, "终端保电解除", "Power protection off"),
    _plain(34, "催费告警解除", "Dunning alarm off"),
    _plain(35, "禁止终端与主站通话", "Forbid calls with the master"),
    _plain(36, "终端剔除解除", "Include the terminal"),
    _port(49, "命令指定通信端口暂停抄表", "Pause reading"),
    _port(50, "命令指定通信端口恢复抄表", "Resume reading"),
    _port(51, "命令指定通信端口重新抄表", "Read again"),
    _port(52, "初始化指定通信端口下的全部中继路由信息", "Initialise relay routes"),
    _port(53, "删除指定通信端口下的全部电表", "Delete all meters"),
    same_layout(
        CapacitorOrder, 0x05, 41, "电容器控制投入", "Capacitors on", "A §8 F41", point=Point.MEASURING
    ),
    same_layout(
        CapacitorOrder, 0x05, 42, "电容器控制切除", "Capacitors off", "A §8 F42", point=Point.MEASURING
    ),
)


@unit(
    0x05, 57, "删除指定事件", "Delete events", "", "A §8 F57", edition=Edition.ADDED_2012,
    confidence=Confidence.SINGLE, note="Chinese name not confirmed",
)  # fmt: skip
class DeleteEvents(Unit):
    """Of the given codes."""

    codes: Annotated[tuple[int, ...], Repeat(U8, Prefix(1, 64))] = item("事件代码ERC", "Event code")


AUTOMATIC = {
    0: ("关闭", "off"),
    1: ("开启并更新F10", "on, update F10"),
    2: ("开启不更新F10", "on, leave F10"),
}
LATER = (
    same_layout(NoContent, 0x05, 58, "停止搜表", "Stop meter search", "A §8 F58",
                edition=Edition.ADDED_2012, confidence=Confidence.SINGLE, note="Chinese name not confirmed"),
    same_layout(NoContent, 0x05, 150, "清除测量点变更标志", "Clear point changes", "A §8 F150",
                edition=Edition.ADDED_2012, confidence=Confidence.SINGLE, note="Chinese name not confirmed"),
)  # fmt: skip


@unit(0x05, 149, "自动维护F10", "Automatic meter archive", "", "A §8 F149", edition=Edition.ADDED_2012)
class AutomaticArchive(Unit):
    """Whether found meters enter the archive."""

    mode: Annotated[int, Uint(1, choices=AUTOMATIC)] = item("自动维护标志", "Mode")
