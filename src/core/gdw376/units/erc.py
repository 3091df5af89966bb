"""Bodies of the event records (part B §4.3): one layout per ERC and edition, chosen by what fits Le exactly.

Every body starts with the time of occurrence, except ERC41. ``PointMark`` says whether an event began or ended.
"""

from decimal import Decimal
from typing import Annotated

from core.gdw376.units import shapes
from core.gdw376.units.shapes import EnergyControl, PowerControl, Rounds, StatusWords
from core.wire.bcd import Bcd
from core.wire.bits import bit, bits
from core.wire.formats import A1, A2, A3, A5, A7, A12, A14, A15, A22, A23, U8, U16, U32, Ascii4
from core.wire.leaf import Mask, Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import Prefix, Repeat, Times, ToEnd

HAPPENED = ("发生时间", "Time")
ROUNDS = ("轮次", "Rounds")
BEGIN = {0: ("恢复", "end"), 1: ("发生", "begin")}


@bits(2)
class PointMark:
    """pn2: measuring point, and D15 whether the event began."""

    begin: int = bit(15, "起/止标志", "Begin or end", choices=BEGIN)
    point: int = bit(0, "测量点号", "Point", width=12)


POINT = ("测量点号及起/止标志", "Point")


@bits(1)
class InitFlags:
    """What was initialised or changed."""

    initialised: bool = bit(0, "终端参数/数据区初始化", "Initialised")
    version: bool = bit(1, "终端版本变更", "Version changed")


@record
class Erc1(Record):
    """Data initialisation and version change."""

    time: A15 = item(*HAPPENED)
    flags: InitFlags = item("事件标志", "Flags")
    old_version: Ascii4 = item("变更前软件版本号", "Version before")
    new_version: Ascii4 = item("变更后软件版本号", "Version after")


@bits(1)
class LossFlags:
    """Which parameters were lost."""

    terminal: bool = bit(0, "终端参数丢失", "Terminal parameters")
    points: bool = bit(1, "测量点参数丢失", "Point parameters")


@record
class Erc2(Record):
    """Parameter loss."""

    time: A15 = item(*HAPPENED)
    flags: LossFlags = item("事件标志", "Flags")


@record
class Changed:
    """Identifier of a changed parameter."""

    da: Annotated[bytes, Octets(2)] = item("信息点标识DA", "Point identifier")
    dt: Annotated[bytes, Octets(2)] = item("信息类标识DT", "Function identifier")


@record
class Erc3(Record):
    """Parameter change."""

    time: A15 = item(*HAPPENED)
    station: U8 = item("启动站地址", "Master address")
    changed: Annotated[tuple[Changed, ...], Repeat(Changed, ToEnd())] = item(
        "变更参数数据单元标识", "Changed parameters"
    )


@record
class Erc4(Record):
    """Status input change."""

    time: A15 = item(*HAPPENED)
    changed: Rounds = item("状态变位", "Changed inputs")
    state: Rounds = item("变位后状态", "State after")


@record
class Erc5(Record):
    """Remote trip."""

    time: A15 = item(*HAPPENED)
    rounds: Rounds = item("跳闸轮次", "Rounds tripped")
    power: shapes.GroupKilowatt = item("跳闸时功率（总加功率）", "Power at trip")
    power_after: shapes.GroupKilowatt = item("跳闸后2分钟的功率", "Power 2 min later")


@record
class Erc6(Record):
    """Power-control trip."""

    time: A15 = item(*HAPPENED)
    group: U8 = item("总加组号", "Total group")
    rounds: Rounds = item("跳闸轮次", "Rounds tripped")
    kind: PowerControl = item("功控类别", "Kind")
    power: shapes.GroupKilowatt = item("跳闸前功率", "Power before")
    power_after: shapes.GroupKilowatt = item("跳闸后2分钟功率", "Power 2 min later")
    setting: shapes.GroupKilowatt = item("跳闸时功率定值", "Setting")


@record
class Erc7(Record):
    """Energy-control trip and alarm (7, 23)."""

    time: A15 = item(*HAPPENED)
    group: U8 = item("总加组号", "Total group")
    rounds: Rounds = item(*ROUNDS)
    kind: EnergyControl = item("电控类别", "Kind")
    energy: shapes.GroupKwh = item("发生时电能量", "Energy")
    setting: shapes.GroupKwh = item("发生时电能量定值", "Setting")


@bits(1)
class MeterChanges:
    """What was changed in the meter."""

    periods: bool = bit(0, "电能表费率时段变化", "Tariff periods")
    programming: bool = bit(1, "电能表编程时间更改", "Programming time")
    reading_day: bool = bit(2, "电能表抄表日更改", "Reading day")
    constant: bool = bit(3, "电能表脉冲常数更改", "Pulse constant")
    ratios: bool = bit(4, "电能表互感器倍率更改", "CT or PT ratio")
    demand_clear: bool = bit(5, "电能表最大需量清零", "Demand clear")
    address: bool = bit(6, "表地址更改", "Meter address")


@record
class Erc8(Record):
    """Meter parameter change."""

    time: A15 = item(*HAPPENED)
    point: U16 = item("测量点号", "Point")
    changes: MeterChanges = item("变更标志", "Changes")


@bits(1)
class PhaseFault:
    """Phases, and the kind of fault in D7-D6 (its meaning depends on the event)."""

    a: bool = bit(0, "A相", "Phase A")
    b: bool = bit(1, "B相", "Phase B")
    c: bool = bit(2, "C相", "Phase C")
    kind: int = bit(6, "异常类型", "Kind", width=2)


Volts = Annotated[tuple[Decimal | None, ...], Repeat(shapes.Volt, Times(3))]
Amperes = Annotated[tuple[Decimal | None, ...], Repeat(shapes.Ampere, Times(3))]
VOLTAGES = ("发生时Ua/Uab、Ub、Uc/Ucb", "Voltages")
CURRENTS = ("发生时Ia、Ib、Ic", "Currents")


@record
class Erc9(Record):
    """Current circuit fault (9: 1 short, 2 open, 3 reversed) and voltage circuit fault (10: 1 phase, 2 voltage lost)."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    fault: PhaseFault = item("异常标志", "Fault")
    voltages: Volts = item(*VOLTAGES)
    currents: Amperes = item(*CURRENTS)
    energy: shapes.ActiveReading = item("发生时电能表正向有功总电能示值", "Forward active")


@record
class Erc11(Record):
    """Phase sequence fault."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    angles: Annotated[tuple[Decimal | None, ...], Repeat(shapes.Degree, Times(6))] = item(
        "∠Ua/Uab、∠Ub、∠Uc/Ucb、∠Ia、∠Ib、∠Ic", "Angles Ua Ub Uc Ia Ib Ic"
    )
    energy: shapes.ActiveReading = item("发生时电能表正向有功总电能示值", "Forward active")


@record
class Erc12(Record):
    """Meter clock deviation."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)


@bits(1)
class MeterFaults:
    """What the meter reports."""

    handled: bool = bit(0, "电能表编程或最大需量清零次数变化", "Programming or demand clear count")
    phase_loss: bool = bit(1, "电能表断相次数变化", "Phase loss count")
    voltage_loss: bool = bit(2, "电能表失压次数变化", "Voltage loss count")
    power_off: bool = bit(3, "电能表停电次数变化", "Power-off count")
    battery: bool = bit(4, "电能表电池欠压", "Battery low")


@record
class Erc13(Record):
    """Meter fault information."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    faults: MeterFaults = item("异常标志", "Faults")


@record
class Erc14(Record):
    """Terminal power off and on (2009); the on time is missing while the power is off."""

    off: A15 = item("停电发生时间", "Power off")
    on: A15 = item("上电发生时间", "Power on")


@bits(1)
class OutageMarks:
    """Whether the outage was normal and counts."""

    normal: bool = bit(0, "正常", "Normal")
    valid: bool = bit(1, "有效", "Valid")


@record
class Erc14Later(Record):
    """Terminal power off and on since the notice of 2014: an attribute first."""

    marks: OutageMarks = item("属性标志", "Attribute")
    off: A15 = item("停电发生时间", "Power off")
    on: A15 = item("上电发生时间", "Power on")


@bits(1)
class HarmonicKind:
    """Phases; D7 tells voltage from current."""

    a: bool = bit(0, "A相", "Phase A")
    b: bool = bit(1, "B相", "Phase B")
    c: bool = bit(2, "C相", "Phase C")
    kind: int = bit(7, "电压/电流", "Kind", choices={0: ("电压", "voltage"), 1: ("电流", "current")})


@record
class Erc15(Record):
    """Harmonics over limit: total, then orders 2 to 19 (percent for voltage; for current A.6 with two decimals)."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    kind: HarmonicKind = item("异常标志", "Kind")
    orders: Annotated[frozenset[int], Mask(3)] = item(
        "谐波越限标志（D0总，D1~D18为2~19次）", "Orders over limit"
    )
    values: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(2)], Times(19))] = item(
        "总畸变及2~19次谐波值", "Total and orders 2-19"
    )


@bits(1)
class PortMark:
    """DC port and whether the event began."""

    begin: int = bit(7, "起/止标志", "Begin or end", choices=BEGIN)
    port: int = bit(0, "直流模拟量端口号", "DC port", width=6)


@bits(1)
class DcLimits:
    """Which limit."""

    upper: bool = bit(0, "越上限", "Upper")
    lower: bool = bit(1, "越下限", "Lower")


@record
class Erc16(Record):
    """DC analogue over limit."""

    time: A15 = item(*HAPPENED)
    port: PortMark = item("端口号及起/止标志", "Port")
    limits: DcLimits = item("越限标志", "Limits")
    value: A2 = item("越限时直流模拟量数值", "Value")


@bits(1)
class UnbalanceFlags:
    """Which unbalance."""

    voltage: bool = bit(0, "电压不平衡度越限", "Voltage")
    current: bool = bit(1, "电流不平衡度越限", "Current")


@record
class Erc17(Record):
    """Unbalance over limit."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    flags: UnbalanceFlags = item("异常标志", "Flags")
    voltage: shapes.Percent = item("发生时的电压不平衡度", "Voltage unbalance")
    current: shapes.Percent = item("发生时的电流不平衡度", "Current unbalance")
    voltages: Volts = item(*VOLTAGES)
    currents: Amperes = item(*CURRENTS)


@bits(1)
class LockFlags:
    """Why the capacitor locked itself."""

    overvoltage: bool = bit(0, "过压", "Overvoltage")
    device: bool = bit(1, "装置故障", "Device")
    circuit: bool = bit(2, "执行回路故障", "Circuit")


@record
class Erc18(Record):
    """Capacitor lock, 17 bytes."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    flags: LockFlags = item("异常标志", "Flags")
    groups: Annotated[frozenset[int], Mask(2)] = item("电容组标志", "Groups")
    factor: A5 = item("越限发生时功率因数", "Power factor")
    reactive: A23 = item("越限发生时无功功率", "Reactive power")
    voltage: A7 = item("越限发生时电压", "Voltage")


@record
class Erc18Short(Record):
    """Capacitor lock, 16 bytes: the reactive power has two bytes in some sources."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    flags: LockFlags = item("异常标志", "Flags")
    groups: Annotated[frozenset[int], Mask(2)] = item("电容组标志", "Groups")
    factor: A5 = item("越限发生时功率因数", "Power factor")
    reactive: Annotated[bytes, Octets(2)] = item("越限发生时无功功率", "Reactive power")
    voltage: A7 = item("越限发生时电压", "Voltage")


PURCHASE = {0x55: ("追加", "add"), 0xAA: ("刷新", "refresh")}


@record
class Erc19(Record):
    """Purchase parameters set."""

    time: A15 = item(*HAPPENED)
    group: U8 = item("总加组号", "Total group")
    order: U32 = item("购电单号", "Order number")
    mode: Annotated[int, Uint(1, choices=PURCHASE)] = item("追加/刷新标志", "Mode")
    bought: A3 = item("购电量（费）值", "Bought")
    alarm: A3 = item("报警门限", "Alarm limit")
    trip: A3 = item("跳闸门限", "Trip limit")
    before: A3 = item("本次购电前剩余电能量（费）", "Left before")
    after: A3 = item("本次购电后剩余电能量（费）", "Left after")


@record
class Erc20(Record):
    """Message authentication error: the PW received, which is a secret when it was nearly right."""

    time: A15 = item(*HAPPENED)
    pw: Annotated[bytes, Octets(16, secret=True)] = item("消息认证码PW", "PW received")
    station: U8 = item("启动站地址MSA", "Master address")


TERMINAL_FAULTS = {
    1: ("终端主板内存故障", "memory"),
    2: ("时钟故障", "clock"),
    3: ("主板通信故障", "main board communication"),
    4: ("485抄表故障", "RS485 reading"),
    5: ("显示板故障", "display"),
    6: ("载波通道异常", "carrier"),
}


@record
class Erc21(Record):
    """Terminal fault."""

    time: A15 = item(*HAPPENED)
    fault: Annotated[int, Uint(1, choices=TERMINAL_FAULTS)] = item("终端故障编码", "Fault")


@bits(1)
class GroupMark:
    """Difference group and whether the event began."""

    begin: int = bit(7, "起/止标志", "Begin or end", choices=BEGIN)
    group: int = bit(0, "差动组号", "Difference group", width=6)


Registers = Annotated[tuple[Decimal | None, ...], Repeat(A14, Prefix(1, 64))]


@record
class Erc22(Record):
    """Energy difference between two groups."""

    time: A15 = item(*HAPPENED)
    group: GroupMark = item("电能量差动组号及起/止标志", "Group")
    compared: A3 = item("越限时对比总加组有功总电能量", "Compared energy")
    reference: A3 = item("越限时参照总加组有功总电能量", "Reference energy")
    relative: Annotated[int, Uint(1, unit="%")] = item("越限时差动越限相对偏差值", "Relative deviation")
    absolute: A3 = item("越限时差动越限绝对偏差值", "Absolute deviation")
    compared_registers: Registers = item("对比的总加组测量点正向有功总电能示值", "Compared readings")
    reference_registers: Registers = item("参照的总加组测量点正向有功总电能示值", "Reference readings")


@record
class Erc24(Record):
    """Voltage over limit: kind 1 upper-upper, 2 lower-lower."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    limit: PhaseFault = item("越限标志", "Limit")
    voltages: Volts = item(*VOLTAGES)


@record
class Erc25(Record):
    """Current over limit: kind 1 upper-upper, 2 upper."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    limit: PhaseFault = item("越限标志", "Limit")
    currents: Amperes = item(*CURRENTS)


@record
class Erc26(Record):
    """Apparent power over limit: kind 1 upper-upper, 2 upper."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    limit: PhaseFault = item("越限标志", "Limit")
    power: A23 = item("发生时的视在功率", "Apparent power")
    setting: A23 = item("发生时的视在功率限值", "Setting")


@record
class Erc27(Record):
    """Reading decreased."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    before: shapes.ActiveReading = item("下降前电能表正向有功总电能示值", "Before")
    after: shapes.ActiveReading = item("下降后电能表正向有功总电能示值", "After")


@record
class Erc28(Record):
    """Energy out of tolerance (28) and meter running away (29)."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    before: shapes.ActiveReading = item("发生前电能表正向有功总电能示值", "Before")
    after: shapes.ActiveReading = item("发生后电能表正向有功总电能示值", "After")
    threshold: A22 = item("阈值", "Threshold")


@record
class Erc30(Record):
    """Meter stopped."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    reading: shapes.ActiveReading = item("电能表停走发生时正向有功总电能示值", "Reading")
    threshold: Annotated[int, Uint(1, unit="x 15 min")] = item("停走阈值", "Threshold")


@record
class Erc31(Record):
    """Meter reading failed (31), supplementary reading failed (39)."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    last_ok: A15 = item("最近一次抄表成功时间", "Last success")
    active: shapes.ActiveReading = item("最近一次抄表成功正向有功总电能示值", "Forward active then")
    reactive: shapes.ReactiveReading = item("最近一次抄表成功正向无功总电能示值", "Forward reactive then")


@record
class Erc32(Record):
    """Traffic over limit."""

    time: A15 = item(*HAPPENED)
    traffic: Annotated[int, Uint(4, unit="byte")] = item("当月已发生的通信流量", "This month")
    limit: Annotated[int, Uint(4, unit="byte")] = item("月通信流量门限", "Limit")


@record
class Erc33(Record):
    """Meter status word change."""

    time: A15 = item(*HAPPENED)
    point: U16 = item("测量点号", "Point")
    changed: StatusWords = item("电表运行状态字变位标志1~7", "Change flags")
    words: StatusWords = item("电表运行状态字1~7", "Status words")


@record
class Erc34(Record):
    """CT fault: kind 1 primary short, 2 secondary short, 3 secondary open."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    fault: PhaseFault = item("异常标志", "Fault")


@bits(1)
class FoundOn:
    """Phase and signal quality of a found meter."""

    quality: int = bit(0, "信号品质", "Quality", width=4)
    a: bool = bit(5, "A相", "Phase A")
    b: bool = bit(6, "B相", "Phase B")
    c: bool = bit(7, "C相", "Phase C")


@record
class Found:
    """A meter that is not in the archive."""

    address: A12 = item("未知电表通信地址", "Address")
    place: FoundOn = item("所在相别及信号品质", "Phase and quality")
    protocol: Annotated[
        int, Uint(1, choices={0: ("DL/T 645-1997", "645-1997"), 1: ("DL/T 645-2007", "645-2007")})
    ] = item("通信协议", "Protocol")


@record
class Erc35(Record):
    """Unknown meters found."""

    time: A15 = item(*HAPPENED)
    port: U8 = item("终端通信端口号", "Port")
    meters: Annotated[tuple[Found, ...], Repeat(Found, Prefix(1, 31))] = item("发现的未知电表", "Meters")


@record
class Erc37(Record):
    """Meter cover opened (37), terminal cover opened (38): fields known from one firmware."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    count: Annotated[int | None, Bcd(3)] = item("开盖总次数", "Openings")
    start: Annotated[bytes, Octets(6)] = item("发生时刻", "Begin")
    end: Annotated[bytes, Octets(6)] = item("结束时刻", "End")
    energies: Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(4)], Times(12))] = item(
        "开盖前后电能示值", "Energies before and after"
    )


DEVICES = {0: ("终端", "terminal"), 1: ("采集器", "collector"), 2: ("电能表", "meter")}


@record
class Erc40(Record):
    """Magnetic anomaly: fields known from one firmware."""

    time: A15 = item(*HAPPENED)
    point: PointMark = item(*POINT)
    device: Annotated[int, Uint(1, choices=DEVICES)] = item("设备类型", "Device")
    address: A12 = item("设备地址", "Address")
    kind: U8 = item("异常类型", "Kind")


@record
class Erc41(Record):
    """Clock set: no leading time."""

    point: PointMark = item(*POINT)
    before: A1 = item("对时前时间", "Before")
    after: A1 = item("对时后时间", "After")


@record
class Erc45(Record):
    """Terminal battery failed: the time only."""

    time: A15 = item(*HAPPENED)


BODIES: dict[int, tuple[type[Record], ...]] = {
    1: (Erc1,), 2: (Erc2,), 3: (Erc3,), 4: (Erc4,), 5: (Erc5,), 6: (Erc6,), 7: (Erc7,), 8: (Erc8,), 9: (Erc9,),
    10: (Erc9,), 11: (Erc11,), 12: (Erc12,), 13: (Erc13,), 14: (Erc14, Erc14Later), 15: (Erc15,), 16: (Erc16,),
    17: (Erc17,), 18: (Erc18, Erc18Short), 19: (Erc19,), 20: (Erc20,), 21: (Erc21,), 22: (Erc22,), 23: (Erc7,),
    24: (Erc24,), 25: (Erc25,), 26: (Erc26,), 27: (Erc27,), 28: (Erc28,), 29: (Erc28,), 30: (Erc30,),
    31: (Erc31,), 32: (Erc32,), 33: (Erc33,), 34: (Erc34,), 35: (Erc35,), 36: (Erc4,), 37: (Erc37,),
    38: (Erc37,), 39: (Erc31,), 40: (Erc40,), 41: (Erc41,), 45: (Erc45,),
}  # fmt: skip
"""Layouts by ERC; where editions differ, Le decides (part B §4.3). 42 is known by name only."""
