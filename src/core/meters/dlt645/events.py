"""Records of family 03 of 2007: what happened to the meter (dlt645 §8). Fields in wire order."""

from typing import Annotated, Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645.energies import PeakDemand, SignedPeakDemand
from core.wire.leaf import Octets
from core.wire.record import Record, item, record
from core.wire.repeat import Repeat, Times, ToEnd

START, END = ("发生时刻", "Start"), ("结束时刻", "End")
OPERATOR = ("操作者代码", "Operator")


@record
class Total(Record):
    """How often, and how long in all."""

    times: f.Times = item("总次数", "Times")
    minutes: f.Minutes = item("总累计时间", "Total minutes")


@record
class Growth(Record):
    """What the energies grew by during an event."""

    forward: f.Energy = item("正向有功电能增量", "Forward active energy, kWh")
    reverse: f.Energy = item("反向有功电能增量", "Reverse active energy, kWh")
    combined_1: f.SignedEnergy = item("组合无功1电能增量", "Combined reactive 1 energy, kvarh")
    combined_2: f.SignedEnergy = item("组合无功2电能增量", "Combined reactive 2 energy, kvarh")


@record
class PhaseTrace(Record):
    """What one phase did during an event."""

    growth: Growth = item("电能增量", "Energies")
    voltage: f.Volt = item("电压", "Voltage")
    current: f.Ampere = item("电流", "Current")
    active: f.Kilowatt = item("有功功率", "Active power")
    reactive: f.Kilovar = item("无功功率", "Reactive power")
    factor: f.Factor = item("功率因数", "Power factor")


@record
class CurrentEvent(Record):
    """Current loss, over-current, current break of one phase: 115 bytes."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    total: Growth = item("总电能增量", "Total")
    a: PhaseTrace = item("A相", "Phase A")
    b: PhaseTrace = item("B相", "Phase B")
    c: PhaseTrace = item("C相", "Phase C")


@record
class VoltageEvent(CurrentEvent):
    """Voltage loss, under- and over-voltage, phase break: 131 bytes."""

    ah_total: f.AmpereHours = item("总安时数", "Total ampere-hours")
    ah_a: f.AmpereHours = item("A相安时数", "Phase A ampere-hours")
    ah_b: f.AmpereHours = item("B相安时数", "Phase B ampere-hours")
    ah_c: f.AmpereHours = item("C相安时数", "Phase C ampere-hours")


@record
class EnergyEvent(Record):
    """Reverse flow, overload, reverse sequence: 76 bytes."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    total: Growth = item("总电能增量", "Total")
    a: Growth = item("A相电能增量", "Phase A")
    b: Growth = item("B相电能增量", "Phase B")
    c: Growth = item("C相电能增量", "Phase C")


@record
class UnbalanceEvent(Record):
    """Unbalance of voltage or current: 78 bytes."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    worst: f.Percent = item("最大不平衡率", "Greatest unbalance")
    total: Growth = item("总电能增量", "Total")
    a: Growth = item("A相电能增量", "Phase A")
    b: Growth = item("B相电能增量", "Phase B")
    c: Growth = item("C相电能增量", "Phase C")


@record
class AllVoltageLoss(Record):
    """Loss of all voltages while current flows."""

    start: f.At = item(*START)
    current: f.Ampere = item("电流值", "Current")
    end: f.At = item(*END)


@record
class Span(Record):
    """Begin and end alone."""

    start: f.At = item(*START)
    end: f.At = item(*END)


@record
class VoltageQuality(Record):
    """Voltage qualification of a month: 27 bytes."""

    monitored: f.Minutes = item("电压监测时间", "Minutes monitored")
    passed: f.WidePercent = item("电压合格率", "Pass rate")
    failed: f.WidePercent = item("电压超限率", "Over-limit rate")
    above: f.Minutes = item("电压超上限时间", "Minutes above")
    below: f.Minutes = item("电压超下限时间", "Minutes below")
    highest: f.Volt = item("最高电压", "Highest voltage")
    highest_at: f.AtYearlyMinute = item("最高电压出现时间", "Time of the highest")
    lowest: f.Volt = item("最低电压", "Lowest voltage")
    lowest_at: f.AtYearlyMinute = item("最低电压出现时间", "Time of the lowest")


@record
class OverDemand(Record):
    """Demand above its limit."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    peak: SignedPeakDemand = item("最大需量", "Maximum demand")


@record
class Programmed(Record):
    """Who wrote what: ten identifiers, unused ones FFFFFFFF."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    identifiers: Annotated[tuple[str, ...], Repeat(f.Code4, Times(10))] = item("数据标识", "Identifiers")


@record
class MeterCleared(Record):
    """The energies before: total, A, B, C, each forward, reverse, QI to QIV."""

    time: f.At = item("清零时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    energies: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(24))] = item("清零前电能", "Energies before")


@record
class DemandCleared(Record):
    """The demands before, in the same order."""

    time: f.At = item("清零时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    demands: Annotated[tuple[PeakDemand, ...], Repeat(PeakDemand, Times(24))] = item(
        "清零前需量", "Demands before"
    )


@record
class EventsCleared(Record):
    """Which class of events was cleared."""

    time: f.At = item("清零时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    identifier: f.Code4 = item("事件清零数据标识码", "Identifier")


@record
class ClockSet(Record):
    """Clock before and after."""

    operator: f.Code4 = item(*OPERATOR)
    before: f.At = item("校时前时间", "Before")
    after: f.At = item("校时后时间", "After")


@record
class Slot(Record):
    """Start of a tariff in a day: hhmmNN."""

    tariff: f.Count1 = item("费率号", "Tariff")
    start: f.DayTimeOf = item("起始时间", "Start")


@record
class Zone(Record):
    """Start of a day table in a year: MMDDNN."""

    table: f.Count1 = item("日时段表号", "Day table")
    start: f.OnYearlyDay = item("起始日期", "Start")


@record
class Holiday(Record):
    """A public holiday: YYMMDDNN."""

    table: f.Count1 = item("日时段表号", "Day table")
    day: f.OnDay = item("日期", "Day")


@record
class SlotsProgrammed(Record):
    """The day tables before, set 1 then set 2; how many is unclear in the field (dlt645 §8)."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    slots: Annotated[tuple[Slot, ...], Repeat(Slot, ToEnd())] = item("编程前时段表", "Slots before")


@record
class ZonesProgrammed(Record):
    """The zone tables before, 14 of set 1, then 14 of set 2."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    zones: Annotated[tuple[Zone, ...], Repeat(Zone, Times(28))] = item("编程前时区表", "Zones before")


@record
class WordProgrammed(Record):
    """A word of one byte before."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    word: Annotated[str, f.Code(1)] = item("编程前特征字", "Word before")


@record
class HolidaysProgrammed(Record):
    """All holidays before, in several frames."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    holidays: Annotated[tuple[Holiday, ...], Repeat(Holiday, ToEnd())] = item(
        "编程前节假日", "Holidays before"
    )


@record
class SettlementProgrammed(Record):
    """The three settlement days before."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    days: Annotated[tuple[Any, ...], Repeat(f.Settlement, Times(3))] = item("编程前结算日", "Days before")


@record
class CoverOpened(Record):
    """Forward, reverse, QI to QIV before and after."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    before: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(6))] = item("开盖前电能", "Energies before")
    after: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(6))] = item("开盖后电能", "Energies after")


@record
class LadderProgrammed(Record):
    """Ladder tables before: extension."""

    time: f.At = item("编程时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    first: Annotated[bytes, Octets(64)] = item("第一套阶梯表", "Set 1")
    second: Annotated[bytes, Octets(64)] = item("第二套阶梯表", "Set 2")


@record
class KeysUpdated(Record):
    """Keys renewed: extension."""

    time: f.At = item("更新时刻", "Time")
    operator: f.Code4 = item(*OPERATOR)
    count: f.Count1 = item("密钥条数", "Keys")
    rest: Annotated[bytes, Octets(4)] = item("密钥状态", "State")


@record
class CardRefused(Record):
    """A card that did not fit: extension."""

    time: f.At = item("插卡时刻", "Time")
    card: Annotated[bytes, Octets(16)] = item("卡数据", "Card")
    fault: Annotated[str, f.Code(2)] = item("错误信息字", "Fault")
    balances: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(3))] = item("剩余金额及次数", "Balances")


@record
class FieldEvent(Record):
    """A constant magnetic field: extension."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    energies: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(4))] = item("前后电能", "Energies")


@record
class RelayFault(Record):
    """The relay did not do as told: extension."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    state: Annotated[str, f.Code(1)] = item("状态", "State")
    energies: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(4))] = item("前后电能", "Energies")


@record
class SupplyFault(Record):
    """The power module failed: extension."""

    start: f.At = item(*START)
    end: f.At = item(*END)
    energies: Annotated[tuple[Any, ...], Repeat(f.Energy, Times(2))] = item("前后电能", "Energies")
