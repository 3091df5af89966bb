"""AFN 0C: class 1 data, the present (part B §2). Requests carry no data."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from core.gdw376.unit import Confidence, Edition, Point, Unit, same_layout, unit
from core.gdw376.units import shapes
from core.gdw376.units.events import ERC_NAMES
from core.gdw376.units.shapes import (
    READ_AT,
    TARIFFS,
    EnergyControl,
    PowerControl,
    Rounds,
    StatusWords,
    Tariffs,
    by_tariff,
    hour_points,
)
from core.wire.bcd import Bcd, Scaled3, Scaled7
from core.wire.bits import bit, bits
from core.wire.formats import A1, A2, A4, A5, A6, A7, A8, A10, A11, A12, A14, A15, A17, U8
from core.wire.leaf import Mask, Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import ByField, ByMask, Prefix, Repeat, Times
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


@bits(1)
class SupplyState:
    """First byte of F5."""

    guarantee: bool = bit(0, "保电", "Supply guarantee")
    exempt: bool = bit(1, "剔除", "Exempt from control")
    urging: bool = bit(2, "催费", "Payment urging")


@record
class GroupSetting:
    """One total group of F5."""

    scheme: U8 = item("功控定值方案号", "Power scheme")
    periods: Rounds = item("功控时段有效标志位", "Valid periods")
    power: PowerControl = item("功控状态", "Power control")
    energy: EnergyControl = item("电控状态", "Energy control")
    power_rounds: Rounds = item("功控轮次状态", "Power-control rounds")
    energy_rounds: Rounds = item("电控轮次状态", "Energy-control rounds")


@unit(0x0C, 5, "终端控制设置状态", "Control settings", "control-settings", "B §2.1 F5")
class ControlSettings(Unit):
    """Which controls are set, per total group."""

    supply: SupplyState = item("保电、剔除和催费告警投入状态", "Supply state")
    groups: Rounds = item("总加组有效标志位", "Groups present")
    settings: Annotated[tuple[GroupSetting, ...], Repeat(GroupSetting, ByMask("groups"))] = item(
        "总加组控制设置状态", "Group settings"
    )


@record
class GroupControl:
    """One total group of F6."""

    setting: Annotated[Decimal | None, Scaled3("kW")] = item("当前功控定值", "Power setting")
    floating: A4 = item("当前功率下浮控浮动系数", "Power-down factor")
    power_rounds: Rounds = item("功控跳闸输出状态", "Power-control trips")
    month_rounds: Rounds = item("月电控跳闸输出状态", "Month-energy trips")
    purchase_rounds: Rounds = item("购电控跳闸输出状态", "Purchase trips")
    power_alarm: PowerControl = item("功控越限告警状态", "Power alarms")
    energy_alarm: EnergyControl = item("电控越限告警状态", "Energy alarms")


@unit(0x0C, 6, "终端当前控制状态", "Control state", "control-state", "B §2.1 F6")
class ControlState(Unit):
    """What is controlled now."""

    remote_rounds: Rounds = item("遥控跳闸输出状态", "Remote trips")
    urging_alarm: Rounds = item("当前催费告警状态", "Urging alarm")
    groups: Rounds = item("总加组有效标志位", "Groups present")
    controls: Annotated[tuple[GroupControl, ...], Repeat(GroupControl, ByMask("groups"))] = item(
        "总加组当前控制状态", "Group controls"
    )


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


@unit(0x0C, 9, "终端状态量及变位标志", "Status inputs", "status-inputs", "B §2.1 F9")
class StatusInputs(Unit):
    """State of the inputs, and which changed since they were last read."""

    state: Annotated[frozenset[int], Mask(1)] = item("状态量的状态ST", "State")
    changed: Annotated[frozenset[int], Mask(1)] = item("状态量的变位CD", "Changed")


@unit(0x0C, 10, "终端与主站当日、月通信流量", "Traffic with the master", "traffic", "B §2.1 F10")
class Traffic(Unit):
    """Bytes both ways."""

    today: Bytes = item("终端与主站当日通信流量", "Today")
    month: Bytes = item("终端与主站当月通信流量", "This month")


@bits(1)
class ReadingState:
    """State of a port's reading in F11."""

    running: bool = bit(0, "正在抄表", "Reading now")
    finished: bool = bit(1, "当前时段抄表完成", "Finished in this period")


@record
class PortReading:
    """One port of F11."""

    port: U8 = item("终端通信端口号", "Port")
    meters: Annotated[int, Uint(2)] = item("要抄电表总数", "Meters to read")
    state: ReadingState = item("当前抄表工作状态标志", "State")
    read: Annotated[int, Uint(2)] = item("抄表成功块数", "Meters read")
    key_read: U8 = item("抄重点表成功块数", "Key meters read")
    start: A1 = item("抄表开始时间", "Start")
    end: A1 = item("抄表结束时间", "End")


@unit(0x0C, 11, "终端集中抄表状态信息", "Meter-reading state", "reading-state", "B §2.1 F11")
class MeterReadingState(Unit):
    """Reading status per port (M54)."""

    ports: Annotated[tuple[PortReading, ...], Repeat(PortReading, Prefix(1, 31))] = item(
        "抄表状态信息块", "Ports"
    )


@unit(
    0x0C, 12, "终端控制输出回路开关接入状态量及变位标志", "Output switch states", "output-switches",
    "B §2.1 F12", edition=Edition.ADDED_2012, confidence=Confidence.SINGLE,
)  # fmt: skip
class OutputSwitches(Unit):
    """Two bits per round, rounds 1 to 4."""

    state: Annotated[frozenset[int], Mask(1)] = item("控制输出回路开关接入状态ST", "State")
    changed: Annotated[frozenset[int], Mask(1)] = item("控制输出回路开关接入状态变位CD", "Changed")


@record
class FoundMeter:
    """One meter of F13."""

    address: A12 = item("表地址", "Meter address")
    protocol: U8 = item("通信协议类型", "Protocol")
    collector: A12 = item("采集器地址", "Collector address")


@unit(
    0x0C, 13, "搜索到的电表信息", "Meters found", "meters-found", "B §2.1 F13", edition=Edition.ADDED_2012,
    confidence=Confidence.SINGLE, note="Chinese name not confirmed",
)  # fmt: skip
class MetersFound(Unit):
    """Result of a search, a part of it in each frame."""

    total: Annotated[int, Uint(2)] = item("搜到的电表总数", "Found in all")
    meters: Annotated[tuple[FoundMeter, ...], Repeat(FoundMeter, Prefix(2, 1260))] = item("电表", "Meters")


@record
class SegmentGroup(Record):
    """Selector of F14: which group of 1024 segments."""

    group: Annotated[int, Uint(2)] = item("组号", "Group")


@unit(
    0x0C, 14, "文件传输未收到数据段", "File segments not received", "missing-segments", "B §2.1 F14",
    edition=Edition.ADDED_2012, confidence=Confidence.SINGLE, asks=SegmentGroup,
)  # fmt: skip
class MissingSegments(Unit):
    """Bit 1: not received."""

    group: Annotated[int, Uint(2)] = item("组号", "Group")
    missing: Annotated[frozenset[int], Mask(128, first=0)] = item("未收到数据段标志", "Not received")


@unit(0x0C, 17, "当前总加有功功率", "Total active power", "total-p", "B §2.2 F17", point=Point.GROUP)
class TotalActivePower(Unit):
    """Of a total group."""

    power: shapes.GroupKilowatt = item("当前总加有功功率", "Active power")


@unit(0x0C, 18, "当前总加无功功率", "Total reactive power", "total-q", "B §2.2 F18", point=Point.GROUP)
class TotalReactivePower(Unit):
    """Of a total group."""

    power: shapes.GroupKilovar = item("当前总加无功功率", "Reactive power")


GROUP_ENERGIES = tuple(
    same_layout(layout, 0x0C, fn, zh, en, f"B §2.2 F{fn}", point=Point.GROUP)
    for fn, layout, zh, en in (
        (19, shapes.GroupActiveEnergies, "当日总加有功电能量", "Total active energy today"),
        (20, shapes.GroupReactiveEnergies, "当日总加无功电能量", "Total reactive energy today"),
        (21, shapes.GroupActiveEnergies, "当月总加有功电能量", "Total active energy this month"),
        (22, shapes.GroupReactiveEnergies, "当月总加无功电能量", "Total reactive energy this month"),
    )
)


@unit(
    0x0C,
    23,
    "终端当前剩余电量（费）",
    "Remaining energy or money",
    "remaining",
    "B §2.2 F23",
    point=Point.GROUP,
)
class Remaining(Unit):
    """Of a total group under purchase control."""

    remaining: Annotated[Decimal | None, Scaled7()] = item("当前剩余电量（费）", "Remaining")


@unit(
    0x0C, 24, "当前功率下浮控控后总加有功功率冻结值", "Power after power-down control", "power-down-power",
    "B §2.2 F24", point=Point.GROUP,
)  # fmt: skip
class PowerAfterControl(Unit):
    """Frozen after the control took effect."""

    power: shapes.GroupKilowatt = item("当前功率下浮控控后总加有功功率冻结值", "Active power")


@unit(
    0x0C, 25, "当前三相及总有/无功功率、功率因数，三相电压、电流、零序电流、视在功率",
    "Power, power factor, voltage, current", "phase-readings", "B §2.3 F25", point=Point.MEASURING,
    note="3P3W: Ua and Uc carry Uab and Ucb, Ub is void",
)  # fmt: skip
class PhaseReadings(Unit):
    """Instantaneous values, totals and phases."""

    time: A15 = item(*READ_AT)
    p: shapes.Kilowatt = item("当前总有功功率", "Active power")
    p_a: shapes.Kilowatt = item("当前A相有功功率", "Active power A")
    p_b: shapes.Kilowatt = item("当前B相有功功率", "Active power B")
    p_c: shapes.Kilowatt = item("当前C相有功功率", "Active power C")
    q: shapes.Kilovar = item("当前总无功功率", "Reactive power")
    q_a: shapes.Kilovar = item("当前A相无功功率", "Reactive power A")
    q_b: shapes.Kilovar = item("当前B相无功功率", "Reactive power B")
    q_c: shapes.Kilovar = item("当前C相无功功率", "Reactive power C")
    pf: shapes.Percent = item("当前总功率因数", "Power factor")
    pf_a: shapes.Percent = item("当前A相功率因数", "Power factor A")
    pf_b: shapes.Percent = item("当前B相功率因数", "Power factor B")
    pf_c: shapes.Percent = item("当前C相功率因数", "Power factor C")
    u_a: shapes.Volt = item("当前A相电压", "Voltage A")
    u_b: shapes.Volt = item("当前B相电压", "Voltage B")
    u_c: shapes.Volt = item("当前C相电压", "Voltage C")
    i_a: shapes.Ampere = item("当前A相电流", "Current A")
    i_b: shapes.Ampere = item("当前B相电流", "Current B")
    i_c: shapes.Ampere = item("当前C相电流", "Current C")
    i_0: shapes.Ampere = item("当前零序电流", "Zero-sequence current")
    s: shapes.Kilovoltampere = item("当前总视在功率", "Apparent power")
    s_a: shapes.Kilovoltampere = item("当前A相视在功率", "Apparent power A")
    s_b: shapes.Kilovoltampere = item("当前B相视在功率", "Apparent power B")
    s_c: shapes.Kilovoltampere = item("当前C相视在功率", "Apparent power C")


FOUR_PHASES = "总、A、B、C相"


@unit(
    0x0C, 26, "A、B、C三相断相统计数据及最近一次断相记录", "Phase losses", "phase-losses", "B §2.3 F26",
    point=Point.MEASURING, note="2009: counts A.8, 57 bytes; 2012/13: A.10, 61 bytes",
)  # fmt: skip
class PhaseLosses(Unit):
    """Total, then phases A, B, C."""

    time: A15 = item(*READ_AT)
    counts: Annotated[tuple[int | None, ...], Repeat(A8, Times(4))] = item(f"{FOUR_PHASES}断相次数", "Count")
    minutes: Annotated[tuple[int | None, ...], Repeat(shapes.Minutes24, Times(4))] = item(
        f"{FOUR_PHASES}断相时间累计值", "Duration"
    )
    starts: Annotated[tuple[object, ...], Repeat(A17, Times(4))] = item(
        f"{FOUR_PHASES}最近一次断相起始时刻", "Last start"
    )
    ends: Annotated[tuple[object, ...], Repeat(A17, Times(4))] = item(
        f"{FOUR_PHASES}最近一次断相结束时刻", "Last end"
    )


@unit(
    0x0C, 26, "A、B、C三相断相统计数据及最近一次断相记录", "Phase losses (2012)", "phase-losses-2012",
    "B §2.3 F26", point=Point.MEASURING, edition=Edition.ADDED_2012,
)  # fmt: skip
class PhaseLosses2012(Unit):
    """As 2009 with counts of six digits."""

    time: A15 = item(*READ_AT)
    counts: Annotated[tuple[int | None, ...], Repeat(A10, Times(4))] = item(f"{FOUR_PHASES}断相次数", "Count")
    minutes: Annotated[tuple[int | None, ...], Repeat(shapes.Minutes24, Times(4))] = item(
        f"{FOUR_PHASES}断相时间累计值", "Duration"
    )
    starts: Annotated[tuple[object, ...], Repeat(A17, Times(4))] = item(
        f"{FOUR_PHASES}最近一次断相起始时刻", "Last start"
    )
    ends: Annotated[tuple[object, ...], Repeat(A17, Times(4))] = item(
        f"{FOUR_PHASES}最近一次断相结束时刻", "Last end"
    )


@unit(
    0x0C, 27, "电能表日历时钟、编程次数及其最近一次操作时间", "Meter clock and operations", "meter-clock",
    "B §2.3 F27", point=Point.MEASURING,
)  # fmt: skip
class MeterClock(Unit):
    """Clock, battery time, and how often the meter was handled."""

    time: A15 = item(*READ_AT)
    clock: A1 = item("电能表日历时钟", "Meter clock")
    battery: Annotated[int | None, Bcd(4, unit="min")] = item("电池工作时间", "Battery working time")
    programmed: A10 = item("编程总次数", "Programmings")
    programmed_at: A1 = item("最近一次编程发生时刻", "Last programming")
    cleared: A10 = item("电表清零总次数", "Meter clears")
    cleared_at: A1 = item("最近一次清零发生时刻", "Last meter clear")
    demand_cleared: A10 = item("需量清零总次数", "Demand clears")
    demand_cleared_at: A1 = item("最近一次需量清零发生时刻", "Last demand clear")
    events_cleared: A10 = item("事件清零总次数", "Event clears")
    events_cleared_at: A1 = item("最近一次事件清零发生时刻", "Last event clear")
    clock_set: A10 = item("校时总次数", "Clock settings")
    clock_set_at: A1 = item("最近一次校时发生时刻", "Last clock setting")


@unit(
    0x0C, 28, "电表运行状态字及其变位标志", "Meter status words", "meter-status", "B §2.3 F28",
    point=Point.MEASURING, note="bit meanings B §7.5 are not confirmed",
)  # fmt: skip
class MeterStatus(Unit):
    """Words 1 to 7, low byte first."""

    time: A15 = item(*READ_AT)
    changed: StatusWords = item("电表运行状态字变位标志1~7", "Change flags")
    words: StatusWords = item("电表运行状态字1~7", "Status words")


@record
class Losses(Unit):
    """F29 and F30."""

    time: A15 = item(*READ_AT)
    copper: A14 = item("铜损有功总电能示值", "Copper loss")
    iron: A14 = item("铁损有功总电能示值", "Iron loss")


@record
class PhaseEnergy:
    """One phase of F31 and F32."""

    forward: shapes.ActiveReading = item("正向有功电能示值", "Forward active")
    reverse: shapes.ActiveReading = item("反向有功电能示值", "Reverse active")
    reactive_1: shapes.ReactiveReading = item("组合无功1电能示值", "Combined reactive 1")
    reactive_2: shapes.ReactiveReading = item("组合无功2电能示值", "Combined reactive 2")


@record
class PhaseEnergies(Unit):
    """F31 and F32."""

    time: A15 = item(*READ_AT)
    phases: Annotated[tuple[PhaseEnergy, ...], Repeat(PhaseEnergy, Times(3))] = item("A、B、C相", "Phase")


@record
class ForwardReadings(Unit):
    """F33 and F37."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    active: shapes.ActiveByTariff = item("正向有功电能示值", "Forward active")
    reactive: shapes.ReactiveByTariff = item("正向无功（组合无功1）电能示值", "Forward reactive")
    quadrant_1: shapes.ReactiveByTariff = item("一象限无功电能示值", "Quadrant 1 reactive")
    quadrant_4: shapes.ReactiveByTariff = item("四象限无功电能示值", "Quadrant 4 reactive")


@record
class ReverseReadings(Unit):
    """F34 and F38."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    active: shapes.ActiveByTariff = item("反向有功电能示值", "Reverse active")
    reactive: shapes.ReactiveByTariff = item("反向无功（组合无功2）电能示值", "Reverse reactive")
    quadrant_2: shapes.ReactiveByTariff = item("二象限无功电能示值", "Quadrant 2 reactive")
    quadrant_3: shapes.ReactiveByTariff = item("三象限无功电能示值", "Quadrant 3 reactive")


TimesByTariff = Annotated[tuple[object, ...], by_tariff(A17)]


@record
class Demands(Unit):
    """F35, F36, F39, F40: all values, then all their times."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    active: Annotated[tuple[Decimal | None, ...], by_tariff(shapes.ActiveDemand)] = item(
        "有功最大需量", "Active demand"
    )
    active_times: TimesByTariff = item("有功最大需量发生时间", "Time of active demand")
    reactive: Annotated[tuple[Decimal | None, ...], by_tariff(shapes.ReactiveDemand)] = item(
        "无功最大需量", "Reactive demand"
    )
    reactive_times: TimesByTariff = item("无功最大需量发生时间", "Time of reactive demand")


LAST = "上月（上一结算日）"
GROUPED = tuple(
    same_layout(layout, 0x0C, fn, zh, en, f"B §2.3-2.4 F{fn}", point=Point.MEASURING)
    for fn, layout, zh, en in (
        (29, Losses, "当前铜损、铁损有功总电能示值", "Losses now"),
        (30, Losses, "上一结算日铜损、铁损有功总电能示值", "Losses at last settlement"),
        (31, PhaseEnergies, "当前A、B、C三相正/反向有功电能示值、组合无功1/2电能示值", "Phase energies now"),
        (32, PhaseEnergies, "上一结算日A、B、C三相正/反向有功电能示值、组合无功1/2电能示值",
         "Phase energies at last settlement"),
        (33, ForwardReadings, "当前正向有/无功电能示值、一/四象限无功电能示值", "Forward readings now"),
        (34, ReverseReadings, "当前反向有/无功电能示值、二/三象限无功电能示值", "Reverse readings now"),
        (35, Demands, "当月正向有/无功最大需量及发生时间", "Forward demands this month"),
        (36, Demands, "当月反向有/无功最大需量及发生时间", "Reverse demands this month"),
        (37, ForwardReadings, f"{LAST}正向有/无功电能示值、一/四象限无功电能示值",
         "Forward readings at last settlement"),
        (38, ReverseReadings, f"{LAST}反向有/无功电能示值、二/三象限无功电能示值",
         "Reverse readings at last settlement"),
        (39, Demands, f"{LAST}正向有/无功最大需量及发生时间", "Forward demands last month"),
        (40, Demands, f"{LAST}反向有/无功最大需量及发生时间", "Reverse demands last month"),
    )
)  # fmt: skip

KINDS = (
    ("正向有功", "Forward active", True),
    ("正向无功（组合无功1）", "Forward reactive", False),
    ("反向有功", "Reverse active", True),
    ("反向无功（组合无功2）", "Reverse reactive", False),
)
QUADRANTS = (
    ("一象限无功", "Quadrant 1 reactive"),
    ("二象限无功", "Quadrant 2 reactive"),
    ("三象限无功", "Quadrant 3 reactive"),
    ("四象限无功", "Quadrant 4 reactive"),
)

PERIOD_ENERGIES = tuple(
    same_layout(
        shapes.ActiveEnergies if active else shapes.ReactiveEnergies,
        0x0C, first + index, f"{when_zh}{zh}电能量", f"{en} energy {when_en}",
        f"B §2.4 F{first + index}", point=Point.MEASURING,
    )
    for first, when_zh, when_en in ((41, "当日", "today"), (45, "当月", "this month"))
    for index, (zh, en, active) in enumerate(KINDS)
)  # fmt: skip


@unit(0x0C, 49, "当前电压、电流相位角", "Phase angles", "phase-angles", "B §2.3 F49", point=Point.MEASURING)
class PhaseAngles(Unit):
    """Voltages and currents against Ua (Uab)."""

    u_a: shapes.Degree = item("Uab/Ua相位角", "Angle Uab/Ua")
    u_b: shapes.Degree = item("Ub相位角", "Angle Ub")
    u_c: shapes.Degree = item("Ucb/Uc相位角", "Angle Ucb/Uc")
    i_a: shapes.Degree = item("Ia相位角", "Angle Ia")
    i_b: shapes.Degree = item("Ib相位角", "Angle Ib")
    i_c: shapes.Degree = item("Ic相位角", "Angle Ic")


HARMONIC_ORDERS = 19
"""N: highest harmonic order of the standard."""


@unit(
    0x0C, 57, "当前A、B、C三相电压、电流2~N次谐波有效值", "Harmonics, r.m.s.", "harmonics-rms",
    "B §2.3 F57", point=Point.MEASURING,
)  # fmt: skip
class HarmonicsRms(Unit):
    """Per phase A, B, C the orders 2 to N: first all voltages, then all currents."""

    orders: Annotated[int, Uint(1, minimum=1)] = item("谐波次数N", "Highest order")
    voltages: Annotated[
        tuple[Decimal | None, ...], Repeat(A7, ByField("orders", HARMONIC_ORDERS, plus=-1, times=3))
    ] = item("A、B、C相2~N次谐波电压有效值", "Voltages A, B, C")
    currents: Annotated[
        tuple[Decimal | None, ...], Repeat(A6, ByField("orders", HARMONIC_ORDERS, plus=-1, times=3))
    ] = item("A、B、C相2~N次谐波电流有效值", "Currents A, B, C")


@unit(
    0x0C, 58, "当前A、B、C三相电压、电流2~N次谐波含有率", "Harmonics, content", "harmonics-content",
    "B §2.3 F58", point=Point.MEASURING,
)  # fmt: skip
class HarmonicsContent(Unit):
    """Voltages per phase: total, then orders 2 to N; currents per phase: orders 2 to N."""

    orders: Annotated[int, Uint(1, minimum=1)] = item("谐波次数N", "Highest order")
    voltages: Annotated[
        tuple[Decimal | None, ...], Repeat(A5, ByField("orders", HARMONIC_ORDERS, times=3))
    ] = item("A、B、C相总畸变及2~N次谐波电压含有率", "Voltages A, B, C")
    currents: Annotated[
        tuple[Decimal | None, ...], Repeat(A5, ByField("orders", HARMONIC_ORDERS, plus=-1, times=3))
    ] = item("A、B、C相2~N次谐波电流含有率", "Currents A, B, C")


@unit(
    0x0C, 65, "当前电容器投切状态", "Capacitor state", "capacitor-state", "B §2.3 F65",
    point=Point.CAPACITOR, note="codes of the mode byte are not documented",
)  # fmt: skip
class CapacitorState(Unit):
    """Groups 1 to 9."""

    mode: Annotated[bytes, Octets(1)] = item("电容器投切控制方式", "Mode")
    switched: Annotated[frozenset[int], Mask(2)] = item("1~9组电容器投切状态", "Groups switched in")


Counters = Annotated[tuple[int, ...], Repeat(Annotated[int, Uint(4)], Times(9))]


@unit(
    0x0C, 66, "当前电容器累计补偿投入时间和次数", "Capacitor statistics", "capacitor-statistics",
    "B §2.3 F66", point=Point.CAPACITOR, note="one library declares the counts with 2 bytes",
)  # fmt: skip
class CapacitorStatistics(Unit):
    """Groups 1 to 9."""

    seconds: Annotated[tuple[int, ...], Repeat(Annotated[int, Uint(4, unit="s")], Times(9))] = item(
        "1~9组电容器累计补偿的投入时间", "Time switched in"
    )
    counts: Counters = item("1~9组电容器累计补偿的投入次数", "Switchings")


@unit(
    0x0C, 67, "当日、当月电容器累计补偿的无功电能量", "Compensated reactive energy", "capacitor-energy",
    "B §2.3 F67", point=Point.CAPACITOR,
)  # fmt: skip
class CapacitorEnergy(Unit):
    """What the capacitors compensated."""

    today: shapes.ReactiveEnergy = item("当日补偿的无功电能量", "Today")
    month: shapes.ReactiveEnergy = item("当月补偿的无功电能量", "This month")


@unit(0x0C, 73, "直流模拟量当前数据", "DC analogue value", "dc-value", "B §2.3 F73", point=Point.DC_PORT)
class DcValue(Unit):
    """Of one input."""

    value: A2 = item("直流模拟量当前数据", "Value")


PHASED = (("", ""), ("A相", " A"), ("B相", " B"), ("C相", " C"))
HOURS = (
    hour_points(shapes.GroupKilowatt, 81, "总加有功功率", "total active power", point=Point.GROUP),
    hour_points(shapes.GroupKilovar, 82, "总加无功功率", "total reactive power", point=Point.GROUP),
    hour_points(shapes.GroupKwh, 83, "总加有功电能量", "total active energy", point=Point.GROUP),
    hour_points(shapes.GroupKvarh, 84, "总加无功电能量", "total reactive energy", point=Point.GROUP),
    *(
        hour_points(point, first + index, f"{zh_phase}{zh}", f"{en}{en_phase}", point=Point.MEASURING)
        for first, point, zh, en in (
            (89, shapes.Kilowatt, "有功功率", "active power"),
            (93, shapes.Kilovar, "无功功率", "reactive power"),
            (113, shapes.Percent, "功率因数", "power factor"),
        )
        for index, (zh_phase, en_phase) in enumerate(PHASED)
    ),
    *(
        hour_points(shapes.Volt, 97 + index, f"{zh}电压", f"voltage{en}", point=Point.MEASURING)
        for index, (zh, en) in enumerate(PHASED[1:])
    ),
    *(
        hour_points(shapes.Ampere, 100 + index, f"{zh}电流", f"current{en}", point=Point.MEASURING)
        for index, (zh, en) in enumerate((*PHASED[1:], ("零序", " zero-sequence")))
    ),
    *(
        hour_points(
            shapes.ActiveEnergy if active else shapes.ReactiveEnergy, 105 + index, f"{zh}总电能量",
            f"{en} energy", point=Point.MEASURING,
        )
        for index, (zh, en, active) in enumerate(KINDS)
    ),
    *(
        hour_points(
            shapes.ActiveReadingShort if active else shapes.ReactiveReading, 109 + index,
            f"{zh}总电能示值", f"{en} reading", point=Point.MEASURING,
        )
        for index, (zh, en, active) in enumerate(KINDS)
    ),
    hour_points(shapes.Analogue, 121, "直流模拟量", "DC analogue", point=Point.DC_PORT),
)  # fmt: skip

REGISTERS = tuple(
    same_layout(
        shapes.ActiveReadings if active else shapes.ReactiveReadings,
        0x0C, first + index, f"{when_zh}{zh}电能示值", f"{en} {when_en}", f"B §2.5 F{first + index}",
        point=Point.MEASURING,
    )
    for first, when_zh, when_en in ((129, "当前", "now"), (137, LAST, "at last settlement"))
    for index, (zh, en, active) in enumerate((*KINDS, *((zh, en, False) for zh, en in QUADRANTS)))
)  # fmt: skip

MAXIMA = tuple(
    same_layout(
        shapes.ActiveDemands if active else shapes.ReactiveDemands,
        0x0C, first + index, f"{when_zh}{zh}最大需量及发生时间", f"{en} demand {when_en}",
        f"B §2.5 F{first + index}", point=Point.MEASURING,
    )
    for first, when_zh, when_en in ((145, "当月", "this month"), (149, LAST, "last month"))
    for index, (zh, en, active) in enumerate(KINDS)
)  # fmt: skip

NUMERALS = "一二三四五六七八"
ZONES = tuple(
    same_layout(
        shapes.ActiveReadings, 0x0C, 153 + index, f"第{NUMERALS[index]}时区冻结正向有功电能示值",
        f"Forward active at zone change {index + 1}", f"B §2.5 F{153 + index}", point=Point.MEASURING,
    )
    for index in range(8)
)  # fmt: skip
COMBINED = tuple(
    same_layout(
        shapes.ActiveReadings, 0x0C, fn, f"{zh}组合有功电能示值", f"Combined active {en}", f"B §2.5 F{fn}",
        point=Point.MEASURING, edition=Edition.ADDED_2012,
    )
    for fn, zh, en in ((177, "当前", "now"), (178, LAST, "at last settlement"))
)  # fmt: skip

RELAY_STATES = {0x11: ("通电", "connected"), 0x00: ("断电", "disconnected")}
RelayState = Annotated[int, Uint(1, choices=RELAY_STATES)]


@record
class RelayRecord(Unit):
    """F161 of 2009."""

    time: A15 = item(*READ_AT)
    state: RelayState = item("电能表通断电状态", "Relay state")
    closed_at: A15 = item("最近一次合闸时间", "Last close")
    tripped_at: A15 = item("最近一次跳闸时间", "Last trip")


@record
class RelayRecord2012(Unit):
    """F161 of 2012/13: times with seconds."""

    time: A15 = item(*READ_AT)
    state: RelayState = item("电能表通断电状态", "Relay state")
    closed_at: A1 = item("最近一次合闸时间", "Last close")
    tripped_at: A1 = item("最近一次跳闸时间", "Last trip")


@record
class SwitchOperations(Unit):
    """F165 of 2009."""

    time: A15 = item(*READ_AT)
    programmings: A8 = item("编程开关操作次数", "Programming switch")
    programmed_at: A15 = item("最近一次编程开关操作时间", "Last time")
    tail_covers: A8 = item("尾盖打开次数", "Terminal cover openings")
    tail_cover_at: A15 = item("最近一次尾盖打开时间", "Last opening")


@record
class SwitchOperations2012(Unit):
    """F165 of 2012/13."""

    time: A15 = item(*READ_AT)
    programmings: A10 = item("编程开关操作次数", "Programming switch")
    programmed_at: A1 = item("最近一次编程开关操作时间", "Last time")
    tail_covers: A10 = item("尾盖打开次数", "Terminal cover openings")
    tail_cover_at: A1 = item("最近一次尾盖打开时间", "Last opening")


@record
class ParameterChanges(Unit):
    """F166 of 2009."""

    time: A15 = item(*READ_AT)
    clock_changes: A8 = item("时钟修改次数", "Clock changes")
    clock_changed_at: A15 = item("最近一次时钟修改时间", "Last clock change")
    period_changes: A8 = item("时段参数修改次数", "Period changes")
    period_changed_at: A15 = item("最近一次时段参数修改时间", "Last period change")


@record
class ParameterChanges2012(Unit):
    """F166 of 2012/13: the clock before and after."""

    time: A15 = item(*READ_AT)
    clock_changes: A10 = item("时钟修改次数", "Clock changes")
    clock_before: A1 = item("最近一次时钟修改前时间", "Clock before")
    clock_after: A1 = item("最近一次时钟修改后时间", "Clock after")
    period_changes: A10 = item("时段参数修改次数", "Period changes")
    period_changed_at: A1 = item("最近一次时段参数修改时间", "Last period change")


@record
class Prepayment(Unit):
    """F167: purchases and what is left."""

    time: A15 = item(*READ_AT)
    purchases: A8 = item("购电次数", "Purchases")
    money_left: A14 = item("剩余金额", "Money left")
    money_bought: A14 = item("累计购电金额", "Money bought")
    energy_left: A11 = item("剩余电量", "Energy left")
    overdraft: A11 = item("透支电量", "Overdraft energy")
    energy_bought: A11 = item("累计购电量", "Energy bought")
    credit: A11 = item("赊欠门限电量", "Credit limit")
    alarm: A11 = item("报警电量", "Alarm energy")
    fault: A11 = item("故障电量", "Fault energy")


@record
class Settlement(Unit):
    """F168: settled and unsettled energy."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    settled: shapes.ActiveByTariff = item("已结有功总电能", "Settled")
    unsettled: shapes.ActiveByTariff = item("未结有功总电能", "Unsettled")


METER_RECORDS = tuple(
    same_layout(layout, 0x0C, fn, zh, en, f"B §2.7 F{fn}", point=Point.MEASURING, edition=edition, note=note)
    for fn, layout, zh, en, edition, note in (
        (161, RelayRecord, "电能表远程控制通断电状态及记录", "Relay state", Edition.BASE_2009, "16 bytes"),
        (161, RelayRecord2012, "电能表远程控制通断电状态及记录", "Relay state (2012)", Edition.ADDED_2012,
         "18 bytes"),
        (165, SwitchOperations, "电能表开关操作次数及时间", "Switch operations", Edition.BASE_2009,
         "19 bytes"),
        (165, SwitchOperations2012, "电能表开关操作次数及时间", "Switch operations (2012)",
         Edition.ADDED_2012, "23 bytes"),
        (166, ParameterChanges, "电能表参数修改次数及时间", "Parameter changes", Edition.BASE_2009,
         "19 bytes"),
        (166, ParameterChanges2012, "电能表参数修改次数及时间", "Parameter changes (2012)",
         Edition.ADDED_2012, "29 bytes"),
        (167, Prepayment, "电能表购、用电信息", "Prepayment", Edition.BASE_2009, ""),
        (168, Settlement, "电能表结算信息", "Settlement", Edition.BASE_2009,
         "one comment has M in two bytes; the stored size proves one"),
    )
)  # fmt: skip


@unit(
    0x0C, 162, "电能表日历时钟", "Terminal and meter clock", "meter-clocks", "B §2.7 F162",
    point=Point.MEASURING, edition=Edition.ADDED_2012,
)  # fmt: skip
class Clocks(Unit):
    """Both clocks at the same moment."""

    terminal: A1 = item("终端抄表时间", "Terminal clock")
    meter: A1 = item("电能表日历时钟", "Meter clock")


Relays = Annotated[tuple[str | None, ...], Repeat(A12, Prefix(1, 32))]


@record
class Route:
    """One relay route of F169, level 1 first."""

    relays: Relays = item("中继地址", "Relays")


@unit(
    0x0C,
    169,
    "集中抄表电表中继路由信息",
    "Relay routes",
    "relay-routes",
    "B §2.8 F169",
    point=Point.MEASURING,
)
class RelayRoutes(Unit):
    """How a meter is reached over the carrier."""

    port: U8 = item("终端通信端口号", "Port")
    routes: Annotated[tuple[Route, ...], Repeat(Route, Prefix(1, 32))] = item("中继路由", "Routes")


@bits(1)
class PhaseBits:
    """Phase byte of F170."""

    actual: int = bit(0, "电表所属实际相别", "Actual phase A, B, C", width=3)
    used: int = bit(4, "抄读相别", "Phase used", width=3)


@bits(1)
class SignalQuality:
    """Quality byte of F170: 1 worst to 15 best."""

    received: int = bit(0, "接收信号品质", "Received", width=4)
    sent: int = bit(4, "发送信号品质", "Sent", width=4)


READ_RESULTS = {0: ("失败", "failed"), 1: ("成功", "ok")}


@unit(
    0x0C, 170, "集中抄表电表抄读信息", "Meter reading information", "meter-reading-info", "B §2.8 F170",
    point=Point.MEASURING, note="phase byte: one firmware writes D0-D2 only",
)  # fmt: skip
class MeterReadingInfo(Unit):
    """How reading this meter went."""

    port: U8 = item("终端通信端口号", "Port")
    levels: U8 = item("中继级别", "Relay levels")
    phase: PhaseBits = item("电表所属相别", "Phase")
    quality: SignalQuality = item("信号品质", "Signal quality")
    result: Annotated[int, Uint(1, choices=READ_RESULTS)] = item("最近一次抄表成功/失败标志", "Last result")
    last_ok: A1 = item("最近一次抄表成功时间", "Last success")
    last_failed: A1 = item("最近一次抄表失败时间", "Last failure")
    failures: U8 = item("最近连续失败累计次数", "Failures in a row")
