"""AFN 0D: class 2 data, the past (part B §3). Every unit starts with its time stamp; so does its query."""

from decimal import Decimal
from typing import Annotated, Any

from core.gdw376.unit import Confidence, Edition, Point, Unit
from core.gdw376.units import afn0c, shapes
from core.gdw376.units.afn0c import KINDS, NUMERALS, PHASED, QUADRANTS
from core.gdw376.units.shapes import CurveStamp, DayStamp, MonthStamp, curve, stamped
from core.wire.bcd import Scaled3
from core.wire.formats import A2, A3, A5, A6, A7, A12, A15, A17, A18, A25, U8, U32
from core.wire.leaf import Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import ByField, Repeat, Times

M = Point.MEASURING
Minutes = shapes.Minutes16

# Readings and demand, grouped: day, reading day, month (part B §3.2).
GROUPED = tuple(
    stamped(stamp, content, 0x0D, first + index, f"{when_zh}{zh}", f"{en}, {when_en}",
            f"B §3.2 F{first + index}", point=M)
    for first, stamp, when_zh, when_en in (
        (1, DayStamp, "日冻结", "day"), (9, DayStamp, "抄表日冻结", "reading day"),
        (17, MonthStamp, "月冻结", "month"),
    )
    for index, (content, zh, en) in enumerate((
        (afn0c.ForwardReadings, "正向有/无功电能示值、一/四象限无功电能示值", "Forward readings"),
        (afn0c.ReverseReadings, "反向有/无功电能示值、二/三象限无功电能示值", "Reverse readings"),
        (afn0c.Demands, "正向有/无功最大需量及发生时间", "Forward demands"),
        (afn0c.Demands, "反向有/无功最大需量及发生时间", "Reverse demands"),
    ))
)  # fmt: skip

ENERGIES = tuple(
    stamped(stamp, shapes.ActiveEnergies if active else shapes.ReactiveEnergies, 0x0D, first + index,
            f"{when_zh}{zh}电能量", f"{en} energy, {when_en}", f"B §3.2 F{first + index}", point=M,
            note="no reading time, settled by independent decoders (B §9.1)")
    for first, stamp, when_zh, when_en in ((5, DayStamp, "日冻结", "day"), (21, MonthStamp, "月冻结", "month"))
    for index, (zh, en, active) in enumerate(KINDS)
)  # fmt: skip

REGISTERS = tuple(
    stamped(stamp, shapes.ActiveReadings if active else shapes.ReactiveReadings, 0x0D, first + index,
            f"{when_zh}{zh}电能示值", f"{en}, {when_en}", f"B §3.2 F{first + index}", point=M)
    for first, stamp, when_zh, when_en in (
        (161, DayStamp, "日冻结", "day"), (169, DayStamp, "抄表日冻结", "reading day"),
        (177, MonthStamp, "月冻结", "month"),
    )
    for index, (zh, en, active) in enumerate((*KINDS, *((zh, en, False) for zh, en in QUADRANTS)))
)  # fmt: skip

MAXIMA = tuple(
    stamped(stamp, shapes.ActiveDemands if active else shapes.ReactiveDemands, 0x0D, first + index,
            f"{when_zh}{zh}最大需量及发生时间", f"{en} demand, {when_en}", f"B §3.2 F{first + index}", point=M)
    for first, stamp, when_zh, when_en in (
        (185, DayStamp, "日冻结", "day"), (189, DayStamp, "抄表日冻结", "reading day"),
        (193, MonthStamp, "月冻结", "month"),
    )
    for index, (zh, en, active) in enumerate(KINDS)
)  # fmt: skip


@record
class ActiveByPhase(Record):
    """Active registers of the three phases."""

    time: A15 = item(*shapes.READ_AT)
    phases: Annotated[tuple[Decimal | None, ...], Repeat(shapes.ActiveReading, Times(3))] = item(
        "A、B、C相有功电能示值", "Phases A, B, C"
    )


@record
class ReactiveByPhase(Record):
    """Reactive registers of the three phases."""

    time: A15 = item(*shapes.READ_AT)
    phases: Annotated[tuple[Decimal | None, ...], Repeat(shapes.ReactiveReading, Times(3))] = item(
        "A、B、C相无功电能示值", "Phases A, B, C"
    )


BY_PHASE = tuple(
    stamped(stamp, ActiveByPhase if active else ReactiveByPhase, 0x0D, first + index,
            f"{when_zh}分相{zh}电能示值", f"{en} by phase, {when_en}", f"B §3.2 F{first + index}", point=M)
    for first, stamp, when_zh, when_en in ((153, DayStamp, "日冻结", "day"), (157, MonthStamp, "月冻结", "month"))
    for index, (zh, en, active) in enumerate(KINDS)
)  # fmt: skip

ZONES = tuple(
    stamped(MonthStamp, shapes.ActiveReadings, 0x0D, 201 + index, f"第{NUMERALS[index]}时区冻结正向有功电能示值",
            f"Forward active of zone {index + 1}, month", f"B §3.2 F{201 + index}", point=M)
    for index in range(8)
)  # fmt: skip


@record
class SettlementWithFault(Record):
    """F216: as 0C F168 and the fault energy."""

    time: A15 = item(*shapes.READ_AT)
    tariffs: shapes.Tariffs = item(*shapes.TARIFFS)
    settled: shapes.ActiveByTariff = item("已结有功总电能", "Settled")
    unsettled: shapes.ActiveByTariff = item("未结有功总电能", "Unsettled")
    fault: shapes.ActiveReading = item("故障电量", "Fault energy")


OLD, NEW = Edition.BASE_2009, Edition.ADDED_2012
METER_RECORDS = tuple(
    stamped(stamp, content, 0x0D, fn, zh, en, f"B §3.2 F{fn}", point=M, edition=edition)
    for fn, stamp, content, zh, en, edition in (
        (209, DayStamp, afn0c.RelayRecord, "日冻结电能表远程控制通断电状态及记录", "Relay state, day", OLD),
        (209, DayStamp, afn0c.RelayRecord2012, "日冻结电能表远程控制通断电状态及记录", "Relay state, day (2012)",
         NEW),
        (210, DayStamp, afn0c.Prepayment, "日冻结电能表购、用电信息", "Prepayment, day", NEW),
        (213, MonthStamp, afn0c.SwitchOperations, "月冻结电能表开关操作次数及时间", "Switch operations, month",
         OLD),
        (213, MonthStamp, afn0c.SwitchOperations2012, "月冻结电能表开关操作次数及时间",
         "Switch operations, month (2012)", NEW),
        (214, MonthStamp, afn0c.ParameterChanges, "月冻结电能表参数修改次数及时间", "Parameter changes, month",
         OLD),
        (214, MonthStamp, afn0c.ParameterChanges2012, "月冻结电能表参数修改次数及时间",
         "Parameter changes, month (2012)", NEW),
        (215, MonthStamp, afn0c.Prepayment, "月冻结电能表购、用电信息", "Prepayment, month", OLD),
        (216, MonthStamp, SettlementWithFault, "月冻结电能表结算信息", "Settlement, month", OLD),
    )
)  # fmt: skip


@record
class PowerAt:
    """A power and when it occurred."""

    power: shapes.ActiveDemand = item("功率", "Power")
    time: A18 = item("发生时间", "Time")


FourPowers = Annotated[tuple[PowerAt, ...], Repeat(PowerAt, Times(4))]


@record
class MaximumPowers(Record):
    """F25, F33: maxima, then minutes without power; total, A, B, C."""

    maxima: FourPowers = item("总、A、B、C相最大有功功率及发生时间", "Maximum power")
    zero: Annotated[tuple[int, ...], Repeat(Minutes, Times(4))] = item(
        "总、A、B、C相有功功率为零时间", "Time without power"
    )


@record
class MaximumDemands(Record):
    """F26, F34."""

    maxima: FourPowers = item("总、A、B、C相有功最大需量及发生时间", "Maximum demand")


@record
class LimitMinutes:
    """Minutes of one phase outside and inside its limits."""

    over_upper: Minutes = item("越上上限日累计时间", "Over upper-upper")
    under_lower: Minutes = item("越下下限日累计时间", "Under lower-lower")
    over: Minutes = item("越上限日累计时间", "Over upper")
    under: Minutes = item("越下限日累计时间", "Under lower")
    within: Minutes = item("合格日累计时间", "Within limits")


@record
class VoltageAt:
    """A voltage and when it occurred."""

    voltage: shapes.Volt = item("电压", "Voltage")
    time: A18 = item("发生时间", "Time")


@record
class VoltageRange:
    """Highest and lowest voltage of one phase."""

    highest: VoltageAt = item("电压最大值及发生时间", "Maximum")
    lowest: VoltageAt = item("电压最小值及发生时间", "Minimum")


@record
class VoltageStatistics(Record):
    """F27, F35 of 2009; one library has the minimum before the maximum."""

    minutes: Annotated[tuple[LimitMinutes, ...], Repeat(LimitMinutes, Times(3))] = item(
        "A、B、C相电压越限累计时间", "Phase"
    )
    ranges: Annotated[tuple[VoltageRange, ...], Repeat(VoltageRange, Times(3))] = item(
        "A、B、C相电压极值", "Range of phase"
    )
    means: Annotated[tuple[Decimal | None, ...], Repeat(shapes.Volt, Times(3))] = item(
        "A、B、C相平均电压", "Mean of phase"
    )


@record
class Rates:
    """Rates of one phase; how the three bytes scale was not found."""

    over: Annotated[bytes, Octets(3)] = item("越上限率", "Over rate")
    under: Annotated[bytes, Octets(3)] = item("越下限率", "Under rate")
    passed: Annotated[bytes, Octets(3)] = item("合格率", "Pass rate")


@record
class VoltageStatistics2012(VoltageStatistics):
    """F27, F35 of 2012/13: with rates."""

    rates: Annotated[tuple[Rates, ...], Repeat(Rates, Times(3))] = item(
        "A、B、C相电压越限率", "Rates of phase"
    )


@record
class PercentAtDay:
    """A percentage and when it occurred, within the month."""

    percent: shapes.Percent = item("数值", "Value")
    time: A18 = item("发生时间", "Time")


@record
class PercentAtMonth:
    """A percentage and when it occurred, within the year."""

    percent: shapes.Percent = item("数值", "Value")
    time: A17 = item("发生时间", "Time")


@record
class UnbalanceDay(Record):
    """F28."""

    current_minutes: Minutes = item("电流不平衡度越限累计时间", "Current unbalance time")
    voltage_minutes: Minutes = item("电压不平衡度越限累计时间", "Voltage unbalance time")
    current: PercentAtDay = item("电流不平衡最大值及发生时间", "Maximum current unbalance")
    voltage: PercentAtDay = item("电压不平衡最大值及发生时间", "Maximum voltage unbalance")


@record
class UnbalanceMonth(Record):
    """F36: times with the month."""

    current_minutes: Minutes = item("电流不平衡度越限累计时间", "Current unbalance time")
    voltage_minutes: Minutes = item("电压不平衡度越限累计时间", "Voltage unbalance time")
    current: PercentAtMonth = item("电流不平衡最大值及发生时间", "Maximum current unbalance")
    voltage: PercentAtMonth = item("电压不平衡最大值及发生时间", "Maximum voltage unbalance")


@record
class CurrentAt:
    """A current and when it occurred."""

    current: shapes.Ampere = item("电流", "Current")
    time: A18 = item("发生时间", "Time")


@record
class CurrentStatistics(Record):
    """F29, F37."""

    a_upper: Minutes = item("A相电流越上上限累计时间", "A over upper-upper")
    a_over: Minutes = item("A相电流越上限累计时间", "A over upper")
    b_upper: Minutes = item("B相电流越上上限累计时间", "B over upper-upper")
    b_over: Minutes = item("B相电流越上限累计时间", "B over upper")
    c_upper: Minutes = item("C相电流越上上限累计时间", "C over upper-upper")
    c_over: Minutes = item("C相电流越上限累计时间", "C over upper")
    zero_over: Minutes = item("零序电流越上限累计时间", "I0 over upper")
    maxima: Annotated[tuple[CurrentAt, ...], Repeat(CurrentAt, Times(4))] = item(
        "A、B、C相及零序电流最大值及发生时间", "Maximum of"
    )


@record
class ApparentPowerStatistics(Record):
    """F30, F38."""

    upper: Minutes = item("视在功率越上上限累计时间", "Over upper-upper")
    over: Minutes = item("视在功率越上限累计时间", "Over upper")


@record
class LoadRateDay(Record):
    """F31."""

    highest: PercentAtDay = item("负载率最大值及发生时间", "Maximum load rate")
    lowest: PercentAtDay = item("负载率最小值及发生时间", "Minimum load rate")


@record
class LoadRateMonth(Record):
    """F39: times with the month; A.18 is also reported."""

    highest: PercentAtMonth = item("负载率最大值及发生时间", "Maximum load rate")
    lowest: PercentAtMonth = item("负载率最小值及发生时间", "Minimum load rate")


@record
class FactorZones(Record):
    """F43, F44."""

    zone_1: Minutes = item("功率因数区段1累计时间", "Zone 1")
    zone_2: Minutes = item("功率因数区段2累计时间", "Zone 2")
    zone_3: Minutes = item("功率因数区段3累计时间", "Zone 3")


@record
class LossReadings(Record):
    """F45, F46."""

    copper: shapes.ActiveReading = item("铜损有功总电能示值", "Copper loss")
    iron: shapes.ActiveReading = item("铁损有功总电能示值", "Iron loss")


@record
class SupplyStatistics(Record):
    """F49, F51 (M66, M79, M80)."""

    minutes: Minutes = item("终端供电时间", "Supply time")
    resets: Annotated[int, Uint(2)] = item("终端复位累计次数", "Resets")


@record
class ControlStatistics(Record):
    """F50, F52: trips by cause."""

    month: U8 = item("月电控跳闸累计次数", "Month energy")
    purchase: U8 = item("购电控跳闸累计次数", "Purchase")
    power: U8 = item("功控跳闸累计次数", "Power")
    remote: U8 = item("遥控跳闸累计次数", "Remote")


@record
class TrafficStatistics(Record):
    """F53, F54 (M66, M81)."""

    traffic: Annotated[int, Uint(4, unit="byte")] = item("终端与主站通信流量", "Traffic with the master")


@record
class GroupPowerAt:
    """A power of a total group and when it occurred."""

    power: Annotated[Decimal | None, Scaled3("kW")] = item("功率", "Power")
    time: A18 = item("发生时间", "Time")


@record
class GroupPowers(Record):
    """F57, F60."""

    highest: GroupPowerAt = item("最大有功功率及发生时间", "Maximum power")
    lowest: GroupPowerAt = item("最小有功功率及发生时间", "Minimum power")
    zero: Minutes = item("有功功率为零累计时间", "Time without power")


@record
class OverSetting(Record):
    """F65, F66."""

    minutes: Minutes = item("越限累计时间", "Time over")
    energy: A3 = item("越限累计电量", "Energy over")


@record
class DcStatistics(Record):
    """F129, F130."""

    upper: Minutes = item("越上限累计时间", "Over upper")
    lower: Minutes = item("越下限累计时间", "Under lower")
    highest: A2 = item("最大值", "Maximum")
    highest_at: A18 = item("最大值发生时间", "Time of maximum")
    lowest: A2 = item("最小值", "Minimum")
    lowest_at: A18 = item("最小值发生时间", "Time of minimum")


@record
class Unbalance95(Record):
    """F211, F212; the order is known from one firmware."""

    current: A5 = item("电流不平衡度95%概率大值", "Current, 95 % value")
    voltage: A5 = item("电压不平衡度95%概率大值", "Voltage, 95 % value")


@record
class CapacitorTotals(Record):
    """F41: as 0C F66."""

    seconds: Annotated[tuple[int, ...], Repeat(U32, Times(9))] = item(
        "1~9组电容器累计补偿的投入时间", "Time switched in"
    )
    counts: Annotated[tuple[int, ...], Repeat(U32, Times(9))] = item(
        "1~9组电容器累计补偿的投入次数", "Switchings"
    )


C, D, G, P0 = Point.CAPACITOR, Point.DC_PORT, Point.GROUP, Point.TERMINAL
STATISTICS = tuple(
    stamped(stamp, content, 0x0D, fn, f"{when_zh}{zh}", f"{en}, {when_en}", f"B §3.3 F{fn}", point=point)
    for day, month, day_content, month_content, zh, en, point in (
        (25, 33, MaximumPowers, MaximumPowers, "总及分相最大有功功率及发生时间、有功功率为零时间",
         "Maximum power", M),
        (26, 34, MaximumDemands, MaximumDemands, "总及分相最大需量及发生时间", "Maximum demand", M),
        (27, 35, VoltageStatistics, VoltageStatistics, "电压统计数据", "Voltage statistics", M),
        (28, 36, UnbalanceDay, UnbalanceMonth, "不平衡度越限累计时间", "Unbalance", M),
        (29, 37, CurrentStatistics, CurrentStatistics, "电流越限数据", "Current statistics", M),
        (30, 38, ApparentPowerStatistics, ApparentPowerStatistics, "视在功率越限累计时间",
         "Apparent power statistics", M),
        (31, 39, LoadRateDay, LoadRateMonth, "负载率统计", "Load rate", M),
        (32, None, afn0c.PhaseLosses, None, "断相数据", "Phase losses", M),
        (41, None, CapacitorTotals, None, "电容器累计补偿投入时间和次数", "Capacitor statistics", C),
        (42, None, afn0c.CapacitorEnergy, None, "日、月电容器累计补偿的无功电能量", "Compensated energy", C),
        (43, 44, FactorZones, FactorZones, "功率因数区段累计时间", "Power factor zones", M),
        (45, 46, LossReadings, LossReadings, "铜损、铁损有功电能示值", "Losses", M),
        (49, 51, SupplyStatistics, SupplyStatistics, "终端供电时间、复位累计次数", "Supply and resets", P0),
        (50, 52, ControlStatistics, ControlStatistics, "终端控制统计数据", "Control statistics", P0),
        (53, 54, TrafficStatistics, TrafficStatistics, "终端与主站通信流量", "Traffic", P0),
        (57, 60, GroupPowers, GroupPowers, "总加最大、最小有功功率及其发生时间，有功功率为零累计时间",
         "Total power", G),
        (58, 61, shapes.GroupActiveEnergies, shapes.GroupActiveEnergies, "总加累计有功电能量",
         "Total active energy", G),
        (59, 62, shapes.GroupReactiveEnergies, shapes.GroupReactiveEnergies, "总加累计无功电能量",
         "Total reactive energy", G),
        (None, 65, None, OverSetting, "总加超功率定值的累计时间、累计电能量", "Over power setting", G),
        (None, 66, None, OverSetting, "总加超月电能量定值的累计时间、累计电能量", "Over month energy setting",
         G),
        (129, 130, DcStatistics, DcStatistics, "直流模拟量越限累计时间、最大/最小值及发生时间",
         "DC statistics", D),
    )
    for fn, stamp, content, when_zh, when_en in (
        (day, DayStamp, day_content, "日冻结", "day"), (month, MonthStamp, month_content, "月冻结", "month"),
    )
    if fn is not None and content is not None
)  # fmt: skip
STATISTICS_2012 = tuple(
    stamped(stamp, content, 0x0D, fn, zh, f"{en} (2012)", f"B §3.3 F{fn}", point=M, edition=NEW,
            confidence=sure)
    for fn, stamp, content, zh, en, sure in (
        (27, DayStamp, VoltageStatistics2012, "日冻结电压统计数据", "Voltage statistics, day",
         Confidence.SINGLE),
        (35, MonthStamp, VoltageStatistics2012, "月冻结电压统计数据", "Voltage statistics, month",
         Confidence.SINGLE),
        (32, DayStamp, afn0c.PhaseLosses2012, "日冻结断相数据", "Phase losses, day", Confidence.CONFIRMED),
        (211, DayStamp, Unbalance95, "日冻结不平衡度95%概率大值", "Unbalance, 95 % values, day",
         Confidence.SINGLE),
        (212, MonthStamp, Unbalance95, "月冻结不平衡度95%概率大值", "Unbalance, 95 % values, month",
         Confidence.SINGLE),
    )
)  # fmt: skip


@record
class HarmonicCurrentAt:
    """A harmonic current and when it occurred."""

    current: A6 = item("谐波电流", "Current")
    time: A17 = item("发生时间", "Time")


@record
class HarmonicVoltageAt:
    """A harmonic voltage content and when it occurred."""

    content: A5 = item("谐波电压含有率", "Content")
    time: A17 = item("发生时间", "Time")


@record
class HarmonicCurrents(Record):
    """F113 to F115: orders 2 to 19, then the total (last by two sources)."""

    maxima: Annotated[tuple[HarmonicCurrentAt, ...], Repeat(HarmonicCurrentAt, Times(19))] = item(
        "2~19次谐波电流、总畸变电流含有率日最大值及发生时间", "Maximum, orders 2-19 and total"
    )


@record
class HarmonicVoltages(Record):
    """F116 to F118: orders 2 to 19, then the total distortion."""

    maxima: Annotated[tuple[HarmonicVoltageAt, ...], Repeat(HarmonicVoltageAt, Times(19))] = item(
        "2~19次谐波电压含有率、总畸变率日最大值及发生时间", "Maximum, orders 2-19 and total"
    )


@record
class HarmonicMinutes(Record):
    """F121 to F123: total, then orders 2 to N."""

    orders: Annotated[int, Uint(1, minimum=1)] = item("谐波次数N", "Highest order")
    voltages: Annotated[tuple[int, ...], Repeat(Minutes, ByField("orders", afn0c.HARMONIC_ORDERS))] = item(
        "总畸变及2~N次谐波电压越限日累计时间", "Voltage over limit"
    )
    currents: Annotated[tuple[int, ...], Repeat(Minutes, ByField("orders", afn0c.HARMONIC_ORDERS))] = item(
        "总畸变及2~N次谐波电流越限日累计时间", "Current over limit"
    )


@record
class Harmonics95(Record):
    """F124 to F126: 95 % values; known from one firmware."""

    orders: Annotated[int, Uint(1, minimum=1)] = item("谐波次数N", "Highest order")
    thd_u: A5 = item("总谐波电压畸变率", "Voltage distortion")
    odd_u: A5 = item("奇次谐波电压畸变率", "Odd orders")
    even_u: A5 = item("偶次谐波电压畸变率", "Even orders")
    voltages: Annotated[
        tuple[Decimal | None, ...], Repeat(A5, ByField("orders", afn0c.HARMONIC_ORDERS, plus=-1))
    ] = item("2~N次谐波电压含有率", "Voltage orders")
    thd_i: A6 = item("总畸变电流", "Current distortion")
    currents: Annotated[
        tuple[Decimal | None, ...], Repeat(A6, ByField("orders", afn0c.HARMONIC_ORDERS, plus=-1))
    ] = item("2~N次谐波电流", "Current orders")


HARMONICS = tuple(
    stamped(DayStamp, content, 0x0D, first + index, f"日冻结{phase_zh}{zh}", f"{en}{phase_en}, day",
            f"B §3.3 F{first + index}", point=M, **more)
    for first, content, zh, en, more in (
        (113, HarmonicCurrents, "2~19次谐波电流日最大值及发生时间", "Harmonic current maxima", {}),
        (116, HarmonicVoltages, "2~19次谐波电压含有率及总畸变率日最大值及发生时间", "Harmonic voltage maxima",
         {}),
        (121, HarmonicMinutes, "谐波越限日统计数据", "Harmonics over limit", {}),
        (124, Harmonics95, "谐波95%概率大值", "Harmonics, 95 % values",
         {"edition": NEW, "confidence": Confidence.SINGLE}),
    )
    for index, (phase_zh, phase_en) in enumerate(PHASED[1:])
)  # fmt: skip


@record
class VoltageAngles:
    """One point of F109."""

    u_a: shapes.Degree = item("Uab/Ua相位角", "Angle Uab/Ua")
    u_b: shapes.Degree = item("Ub相位角", "Angle Ub")
    u_c: shapes.Degree = item("Ucb/Uc相位角", "Angle Ucb/Uc")


@record
class CurrentAngles:
    """One point of F110."""

    i_a: shapes.Degree = item("Ia相位角", "Angle Ia")
    i_b: shapes.Degree = item("Ib相位角", "Angle Ib")
    i_c: shapes.Degree = item("Ic相位角", "Angle Ic")


@record
class ColouredNoise:
    """One point of F218."""

    noise: U8 = item("载波有色噪声", "Noise")
    node: A12 = item("节点地址", "Node")


@record
class CombinedPoint:
    """One point of F219; known from one firmware."""

    p: shapes.Kilowatt = item("有功功率", "Active power")
    q: shapes.Kilovar = item("无功功率", "Reactive power")
    u_a: A7 = item("A相电压", "Voltage A")
    u_b: A7 = item("B相电压", "Voltage B")
    u_c: A7 = item("C相电压", "Voltage C")
    i_a: A25 = item("A相电流", "Current A")
    i_b: A25 = item("B相电流", "Current B")
    i_c: A25 = item("C相电流", "Current C")
    active: shapes.ActiveReadingShort = item("正向有功总电能示值", "Forward active")
    quadrant_1: shapes.ReactiveReading = item("一象限无功总电能示值", "Quadrant 1 reactive")
    quadrant_4: shapes.ReactiveReading = item("四象限无功总电能示值", "Quadrant 4 reactive")


def _phased(first: int, value: Any, zh: str, en: str, phases: Any) -> list[type[Unit]]:
    return [
        curve(value, first + index, f"{phase_zh}{zh}", f"{en}{phase_en}", point=M)
        for index, (phase_zh, phase_en) in enumerate(phases)
    ]


ZERO = ("零序", " zero-sequence")
CURVES = (
    curve(shapes.GroupKilowatt, 73, "总加有功功率", "total active power", point=G),
    curve(shapes.GroupKilovar, 74, "总加无功功率", "total reactive power", point=G),
    curve(shapes.GroupKwh, 75, "总加有功电能量", "total active energy", point=G),
    curve(shapes.GroupKvarh, 76, "总加无功电能量", "total reactive energy", point=G),
    *_phased(81, shapes.Kilowatt, "有功功率", "active power", PHASED),
    *_phased(85, shapes.Kilovar, "无功功率", "reactive power", PHASED),
    *_phased(89, shapes.Volt, "电压", "voltage", PHASED[1:]),
    *_phased(92, shapes.Ampere, "电流", "current", (*PHASED[1:], ZERO)),
    *(
        curve(shapes.ActiveEnergy if active else shapes.ReactiveEnergy, 97 + index, f"{zh}总电能量",
              f"{en} energy", point=M)
        for index, (zh, en, active) in enumerate(KINDS)
    ),
    *(
        curve(shapes.ActiveReadingShort if active else shapes.ReactiveReading, 101 + index, f"{zh}总电能示值",
              f"{en} reading", point=M)
        for index, (zh, en, active) in enumerate(KINDS)
    ),
    *_phased(105, shapes.Percent, "功率因数", "power factor", PHASED),
    curve(VoltageAngles, 109, "电压相位角", "voltage angles", point=M),
    curve(CurrentAngles, 110, "电流相位角", "current angles", point=M),
    curve(shapes.Analogue, 138, "直流模拟量", "DC analogue", point=D),
    *(
        curve(shapes.ReactiveReading, 145 + index, f"{zh}总电能示值", f"{en} reading", point=M)
        for index, (zh, en) in enumerate(QUADRANTS[i] for i in (0, 3, 1, 2))
    ),
    curve(Annotated[int, Uint(1)], 217, "台区集中抄表载波白噪声", "carrier white noise", point=P0),
    curve(ColouredNoise, 218, "台区集中抄表载波有色噪声", "carrier coloured noise", point=P0),
    curve(CombinedPoint, 219, "组合数据", "combined", point=M, edition=NEW, confidence=Confidence.SINGLE),
)  # fmt: skip

STAMPS = (DayStamp, MonthStamp, CurveStamp)
"""The three time stamps of this AFN."""
