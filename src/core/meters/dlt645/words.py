"""Status, mode and feature words as bit records (dlt645 §6)."""

from core.wire.bits import bit, bits
from core.wire.leaf import Choices

FLOW: Choices = {0: ("正向", "forward"), 1: ("反向", "reverse")}
DEMAND_MODE: Choices = {0: ("滑差", "slide"), 1: ("区间", "block")}
DEMAND_MODE_1997: Choices = {0: ("区间", "block"), 1: ("滑差", "slide")}
SUPPLY: Choices = {0: ("主电源", "main"), 1: ("辅助电源", "auxiliary"), 2: ("电池", "battery")}
METER_KIND: Choices = {
    0: ("非预付费表", "post-pay"),
    1: ("电量型预付费", "energy prepay"),
    2: ("电费型预付费", "money prepay"),
}
RELAY: Choices = {0: ("通", "closed"), 1: ("断", "open")}
SETS: Choices = {0: ("第一套", "set 1"), 1: ("第二套", "set 2")}
_RATES_2007 = ((1, 600), (2, 1200), (3, 2400), (4, 4800), (5, 9600), (6, 19200))
_RATES_1997 = ((1, 300), (2, 600), (3, 1200), (4, 2400), (5, 4800), (6, 9600))
RATES_2007 = {1 << place: rate for place, rate in _RATES_2007}
"""Rate word Z of 2007, exactly one bit, to bit/s (dlt645 §4.3)."""
RATES_1997 = {1 << place: rate for place, rate in _RATES_1997}
"""Rate word Z of 1997 (dlt645 §3)."""


@bits(2)
class StatusWord1:
    """Meter status word 1 (04000501)."""

    switch_control: bool = bit(0, "外部开关控制", "External switch control")
    demand_mode: int = bit(1, "需量积算方式", "Demand mode", choices=DEMAND_MODE)
    clock_battery_low: bool = bit(2, "时钟电池欠压", "Clock battery low")
    reading_battery_low: bool = bit(3, "停电抄表电池欠压", "Outage-reading battery low")
    active_flow: int = bit(4, "有功功率方向", "Active direction", choices=FLOW)
    reactive_flow: int = bit(5, "无功功率方向", "Reactive direction", choices=FLOW)
    rest: int = bit(6, "保留", "Other bits", width=10)


@bits(2)
class StatusWord2:
    """Meter status word 2 (04000502)."""

    active_a: int = bit(0, "A相有功功率方向", "Active direction, phase A", choices=FLOW)
    active_b: int = bit(1, "B相有功功率方向", "Active direction, phase B", choices=FLOW)
    active_c: int = bit(2, "C相有功功率方向", "Active direction, phase C", choices=FLOW)
    reserved: int = bit(3, "保留", "Reserved")
    reactive_a: int = bit(4, "A相无功功率方向", "Reactive direction, phase A", choices=FLOW)
    reactive_b: int = bit(5, "B相无功功率方向", "Reactive direction, phase B", choices=FLOW)
    reactive_c: int = bit(6, "C相无功功率方向", "Reactive direction, phase C", choices=FLOW)
    rest: int = bit(7, "保留", "Other bits", width=9)


@bits(2)
class StatusWord3:
    """Meter status word 3 (04000503); bits 5 to 15 are extensions of utilities."""

    day_table_set: int = bit(0, "当前运行时段", "Active day-table set", choices=SETS)
    supply: int = bit(1, "供电方式", "Supply", width=2, choices=SUPPLY)
    programming_allowed: bool = bit(3, "编程允许", "Programming allowed")
    relay: int = bit(4, "继电器状态", "Relay", choices=RELAY)
    zone_set: int = bit(5, "当前运行时区", "Active zone set", choices=SETS)
    relay_command: int = bit(6, "继电器命令状态", "Relay command", choices=RELAY)
    trip_alarm: bool = bit(7, "预跳闸报警", "Pre-trip alarm")
    meter_kind: int = bit(8, "电能表类型", "Meter kind", width=2, choices=METER_KIND)
    price_set: int = bit(10, "当前运行分时费率", "Price set", choices=SETS)
    ladder_set: int = bit(11, "当前阶梯", "Ladder set", choices=SETS)
    power_kept: bool = bit(12, "保电状态", "Power kept on")
    authenticated: bool = bit(13, "身份认证状态", "Authenticated")
    account: int = bit(14, "开户状态", "Account state", width=2)


@bits(2)
class PhaseStatus:
    """Meter status words 4 to 6, phases A, B, C (04000504 to 06)."""

    voltage_loss: bool = bit(0, "失压", "Voltage loss")
    under_voltage: bool = bit(1, "欠压", "Under-voltage")
    over_voltage: bool = bit(2, "过压", "Over-voltage")
    current_loss: bool = bit(3, "失流", "Current loss")
    over_current: bool = bit(4, "过流", "Over-current")
    overload: bool = bit(5, "过载", "Overload")
    reverse_flow: bool = bit(6, "潮流反向", "Reverse power flow")
    phase_break: bool = bit(7, "断相", "Phase break")
    current_break: bool = bit(8, "断流", "Current break")
    rest: int = bit(9, "保留", "Other bits", width=7)


@bits(2)
class StatusWord7:
    """Meter status word 7, all phases together (04000507)."""

    voltage_sequence: bool = bit(0, "电压逆相序", "Voltage reverse sequence")
    current_sequence: bool = bit(1, "电流逆相序", "Current reverse sequence")
    voltage_unbalance: bool = bit(2, "电压不平衡", "Voltage unbalance")
    current_unbalance: bool = bit(3, "电流不平衡", "Current unbalance")
    auxiliary_lost: bool = bit(4, "辅助电源失电", "Auxiliary supply lost")
    power_failed: bool = bit(5, "掉电", "Power failed")
    demand_over_limit: bool = bit(6, "需量超限", "Demand over limit")
    factor_low: bool = bit(7, "总功率因数超下限", "Power factor below limit")
    severe_unbalance: bool = bit(8, "电流严重不平衡", "Severe current unbalance")
    rest: int = bit(9, "保留", "Other bits", width=7)


@bits(1)
class ActiveCombination:
    """How combined active energy adds up (04000601)."""

    plus_forward: bool = bit(0, "正向有功加", "Plus forward")
    minus_forward: bool = bit(1, "正向有功减", "Minus forward")
    plus_reverse: bool = bit(2, "反向有功加", "Plus reverse")
    minus_reverse: bool = bit(3, "反向有功减", "Minus reverse")
    rest: int = bit(4, "保留", "Other bits", width=4)


@bits(1)
class ReactiveCombination:
    """How a combined reactive energy adds up (04000602, 04000603)."""

    plus_1: bool = bit(0, "Ⅰ象限加", "Plus QI")
    minus_1: bool = bit(1, "Ⅰ象限减", "Minus QI")
    plus_2: bool = bit(2, "Ⅱ象限加", "Plus QII")
    minus_2: bool = bit(3, "Ⅱ象限减", "Minus QII")
    plus_3: bool = bit(4, "Ⅲ象限加", "Plus QIII")
    minus_3: bool = bit(5, "Ⅲ象限减", "Minus QIII")
    plus_4: bool = bit(6, "Ⅳ象限加", "Plus QIV")
    minus_4: bool = bit(7, "Ⅳ象限减", "Minus QIV")


@bits(1)
class RateWord:
    """Speed of a port (04000701 to 05); exactly one bit is set."""

    reserved: bool = bit(0, "保留", "Reserved")
    rate_600: bool = bit(1, "600bps", "600 bit/s")
    rate_1200: bool = bit(2, "1200bps", "1200 bit/s")
    rate_2400: bool = bit(3, "2400bps", "2400 bit/s")
    rate_4800: bool = bit(4, "4800bps", "4800 bit/s")
    rate_9600: bool = bit(5, "9600bps", "9600 bit/s")
    rate_19200: bool = bit(6, "19200bps", "19200 bit/s")
    spare: bool = bit(7, "保留", "Reserved")


@bits(1)
class Weekend:
    """Working days (04000801, 1997 C022): 1 works, 0 rests."""

    sunday: bool = bit(0, "星期日", "Sunday")
    monday: bool = bit(1, "星期一", "Monday")
    tuesday: bool = bit(2, "星期二", "Tuesday")
    wednesday: bool = bit(3, "星期三", "Wednesday")
    thursday: bool = bit(4, "星期四", "Thursday")
    friday: bool = bit(5, "星期五", "Friday")
    saturday: bool = bit(6, "星期六", "Saturday")
    rest: bool = bit(7, "保留", "Reserved")


@bits(1)
class LoadMode:
    """Which classes a load record holds (04000901)."""

    voltage: bool = bit(0, "电压、电流、频率", "Voltage, current, frequency")
    power: bool = bit(1, "有功、无功功率", "Active and reactive power")
    factor: bool = bit(2, "功率因数", "Power factor")
    energy: bool = bit(3, "有功、无功总电能", "Active and reactive energies")
    quadrants: bool = bit(4, "四象限无功总电能", "Quadrant energies")
    demand: bool = bit(5, "当前需量", "Present demand")
    rest: int = bit(6, "保留", "Other bits", width=2)


@bits(1)
class FreezeMode:
    """What a freeze keeps (04000902 to 06)."""

    forward: bool = bit(0, "正向有功电能", "Forward active energy")
    reverse: bool = bit(1, "反向有功电能", "Reverse active energy")
    combined_1: bool = bit(2, "组合无功1电能", "Combined reactive 1 energy")
    combined_2: bool = bit(3, "组合无功2电能", "Combined reactive 2 energy")
    quadrants: bool = bit(4, "四象限无功电能", "Quadrant energies")
    forward_demand: bool = bit(5, "正向有功最大需量", "Forward active maximum demand")
    reverse_demand: bool = bit(6, "反向有功最大需量", "Reverse active maximum demand")
    variables: bool = bit(7, "变量", "Variables")


@bits(1)
class Status1997:
    """Meter status word of 1997 (C020); one source only, the sense of the battery bit is uncertain."""

    automatic: bool = bit(0, "抄表", "Automatic reading")
    demand_mode: int = bit(1, "最大需量积算方式", "Demand mode", choices=DEMAND_MODE_1997)
    battery: bool = bit(2, "电池电压", "Battery")
    reserved: bool = bit(3, "保留", "Reserved")
    active_flow: int = bit(4, "有功电能方向", "Active direction", choices=FLOW)
    reactive_flow: int = bit(5, "无功电能方向", "Reactive direction", choices=FLOW)
    rest: int = bit(6, "保留", "Other bits", width=2)


@bits(1)
class Grid1997:
    """Grid status word of 1997 (C021)."""

    broken_a: bool = bit(0, "A相断电", "Phase A broken")
    broken_b: bool = bit(1, "B相断电", "Phase B broken")
    broken_c: bool = bit(2, "C相断电", "Phase C broken")
    reserved: bool = bit(3, "保留", "Reserved")
    over_a: bool = bit(4, "A相过压", "Phase A over-voltage")
    over_b: bool = bit(5, "B相过压", "Phase B over-voltage")
    over_c: bool = bit(6, "C相过压", "Phase C over-voltage")
    rest: bool = bit(7, "保留", "Reserved")
