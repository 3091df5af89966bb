"""Family 04 of 2007: parameters (dlt645 §7.3)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645 import words as w
from core.meters.dlt645.blocks import Series
from core.meters.dlt645.events import Holiday, Slot, Zone
from core.meters.dlt645.rows import Row
from core.wire.leaf import Uint
from core.wire.record import Record, item, record
from core.wire.repeat import Tail

WEEKDAYS = {
    0: ("星期日", "Sunday"), 1: ("星期一", "Monday"), 2: ("星期二", "Tuesday"), 3: ("星期三", "Wednesday"),
    4: ("星期四", "Thursday"), 5: ("星期五", "Friday"), 6: ("星期六", "Saturday"),
}  # fmt: skip
Weekday = Annotated[int, Uint(1, maximum=6, choices=WEEKDAYS)]
Name6 = Annotated[str | None, f.Name(6)]
Permille = Annotated[Decimal | None, f.Number(2, 3)]
Limit = Annotated[Decimal | None, f.Number(3, 4)]
Price = Annotated[Decimal | None, f.Number(4, 4)]


def text(size: int) -> Any:
    """An ASCII item of ``size`` characters."""
    return Annotated[str, f.Text(size)]


@record
class DateAndWeekday(Record):
    """YYMMDDWW: WW DD MM YY on the wire."""

    weekday: Weekday = item("星期", "Weekday")
    day: f.OnDay = item("日期", "Date")


@record
class DateAndTime(Record):
    """YYMMDDWWhhmmss, an extension: time first on the wire."""

    time: f.DaySecondOf = item("时间", "Time")
    weekday: Weekday = item("星期", "Weekday")
    day: f.OnDay = item("日期", "Date")


@record
class StatusWords(Record):
    """Status words 1 to 7 together."""

    word_1: w.StatusWord1 = item("电表运行状态字1", "Status word 1")
    word_2: w.StatusWord2 = item("电表运行状态字2", "Status word 2")
    word_3: w.StatusWord3 = item("电表运行状态字3", "Status word 3")
    phase_a: w.PhaseStatus = item("电表运行状态字4", "Status word 4, phase A")
    phase_b: w.PhaseStatus = item("电表运行状态字5", "Status word 5, phase B")
    phase_c: w.PhaseStatus = item("电表运行状态字6", "Status word 6, phase C")
    word_7: w.StatusWord7 = item("电表运行状态字7", "Status word 7")


@record
class Screen(Record):
    """What a display screen shows; the screen number is an extension."""

    identifier: f.Code4 = item("显示数据项", "Identifier")
    part: Annotated[int | None, Tail(f.Count1)] = item("屏序号", "Part")


@record
class Password(Record):
    """Level and password, written by function 18 only and never read."""

    level: Annotated[str, f.Code(1)] = item("密码权限", "Level")
    password: Annotated[str, f.PasswordDigits()] = item("密码", "Password")


Slots = Annotated[tuple[Slot, ...], Series(Slot)]
Zones = Annotated[tuple[Zone, ...], Series(Zone)]
Bits64 = Annotated[str, f.Code(8)]
Bits96 = Annotated[str, f.Code(12)]

ROWS: tuple[tuple[str, str, str, Any, str, str], ...] = (
    ("04000101", "日期及星期", "date and weekday (0=Sunday)", DateAndWeekday, "", "RW"),
    ("04000102", "时间", "time", f.DaySecondOf, "", "RW"),
    ("04000103", "最大需量周期", "demand period", f.Count1, "min", "RW"),
    ("04000104", "滑差时间", "demand slide time", f.Count1, "min", "RW"),
    ("04000105", "校表脉冲宽度", "calibration pulse width", f.Count2, "ms", "RW"),
    ("04000106", "两套时区表切换时间", "zone-table switch time", f.AtMinute, "", "RW"),
    ("04000107", "两套日时段表切换时间", "day-table switch time", f.AtMinute, "", "RW"),
    ("04000201", "年时区数", "number of yearly zones p<=14", f.Count1, "", "RW"),
    ("04000202", "日时段表数", "number of day tables q<=8", f.Count1, "", "RW"),
    ("04000203", "日时段数", "number of day slots m<=14", f.Count1, "", "RW"),
    ("04000204", "费率数", "number of tariffs k<=63", f.Count1, "", "RW"),
    ("04000205", "公共假日数", "number of public holidays n<=254", f.Count2, "", "RW"),
    ("04000206", "谐波分析次数", "number of harmonics analysed", f.Count1, "", "RW"),
    ("04000301", "自动循环显示屏数", "auto-scroll screens", f.Count1, "", "RW"),
    ("04000302", "每屏显示时间", "seconds per screen", f.Count1, "s", "RW"),
    ("04000303", "显示电能小数位数", "energy decimals shown", f.Count1, "", "RW"),
    ("04000304", "显示功率(最大需量)小数位数", "power/demand decimals shown", f.Count1, "", "RW"),
    ("04000305", "按键循环显示屏数", "key-scroll screens", f.Count1, "", "RW"),
    ("04000401", "通信地址", "communication address", Name6, "", "RW"),
    ("04000402", "表号", "meter number", Name6, "", "RW"),
    ("04000403", "资产管理编码", "asset code (ASCII)", text(32), "", "RW"),
    ("04000404", "额定电压", "rated voltage (ASCII)", text(6), "", "R"),
    ("04000405", "额定电流", "rated current (ASCII)", text(6), "", "R"),
    ("04000406", "最大电流", "max current (ASCII)", text(6), "", "R"),
    ("04000407", "有功准确度等级", "active accuracy class (ASCII)", text(4), "", "R"),
    ("04000408", "无功准确度等级", "reactive accuracy class (ASCII)", text(4), "", "R"),
    ("04000409", "电表有功常数", "active meter constant", Annotated[int | None, f.Number(3)], "imp/kWh", "R"),
    (
        "0400040A",
        "电表无功常数",
        "reactive meter constant",
        Annotated[int | None, f.Number(3)],
        "imp/kvarh",
        "R",
    ),
    ("0400040B", "电表型号", "meter model (ASCII)", text(10), "", "R"),
    ("0400040C", "生产日期", "production date (ASCII)", text(10), "", "R"),
    ("0400040D", "协议版本号", "protocol version (ASCII)", text(16), "", "R"),
    ("04000501", "电表运行状态字1", "meter status word 1", w.StatusWord1, "", "R"),
    ("04000502", "电表运行状态字2", "meter status word 2", w.StatusWord2, "", "R"),
    ("04000503", "电表运行状态字3", "meter status word 3", w.StatusWord3, "", "R"),
    ("04000504", "电表运行状态字4", "meter status word 4", w.PhaseStatus, "", "R"),
    ("04000505", "电表运行状态字5", "meter status word 5", w.PhaseStatus, "", "R"),
    ("04000506", "电表运行状态字6", "meter status word 6", w.PhaseStatus, "", "R"),
    ("04000507", "电表运行状态字7", "meter status word 7", w.StatusWord7, "", "R"),
    ("04000601", "有功组合方式特征字", "active combination word", w.ActiveCombination, "", "RW"),
    ("04000602", "无功组合方式1特征字", "reactive combination 1 word", w.ReactiveCombination, "", "RW"),
    ("04000603", "无功组合方式2特征字", "reactive combination 2 word", w.ReactiveCombination, "", "RW"),
    ("04000701", "调制型红外光口通信速率特征字", "modulated IR port rate word", w.RateWord, "", "RW"),
    ("04000702", "接触式红外光口通信速率特征字", "contact IR port rate word", w.RateWord, "", "RW"),
    ("04000703", "通信口1通信速率特征字", "port 1 rate word", w.RateWord, "", "RW"),
    ("04000704", "通信口2通信速率特征字", "port 2 rate word", w.RateWord, "", "RW"),
    ("04000705", "通信口3通信速率特征字", "port 3 rate word", w.RateWord, "", "RW"),
    ("04000801", "周休日特征字", "weekend word (bit0 Sunday..bit6 Saturday, 1=work)", w.Weekend, "", "RW"),
    ("04000802", "周休日采用的日时段表号", "day table used on weekend days", f.Count1, "", "RW"),
    ("04000901", "负荷记录模式字", "load record mode word", w.LoadMode, "", "RW"),
    ("04000902", "冻结数据模式字", "timed freeze mode word", w.FreezeMode, "", "RW"),
    ("04000A01", "负荷记录起始时间", "load record start time", f.AtYearlyMinute, "", "RW"),
    ("04000A0x", "第{x}类负荷记录间隔时间", "load record class {x} interval", f.Count2, "min", "RW"),
    (
        "04000B0y",
        "每月第{y}结算日",
        "settlement day {y} of the month (9999 = unused)",
        f.Settlement,
        "",
        "RW",
    ),
    ("04000C0o", "{o}级密码", "level {o} password (PA P0 P1 P2 written with C=18H only)", Password, "", "W"),
    ("04000E01", "正向有功功率上限值", "forward active power upper limit", Limit, "kW", "RW"),
    ("04000E02", "反向有功功率上限值", "reverse active power upper limit", Limit, "kW", "RW"),
    ("04000E03", "电压上限值", "voltage upper limit", f.Volt, "V", "RW"),
    ("04000E04", "电压下限值", "voltage lower limit", f.Volt, "V", "RW"),
    ("04010000", "第一套时区表数据", "set 1 zone table: p zones (start date, day table)", Zones, "", "RW"),
    (
        "040100dd",
        "第一套第{d}日时段表数据",
        "set 1 day table {d}: m slots (start time, tariff)",
        Slots,
        "",
        "RW",
    ),
    ("04020000", "第二套时区表数据", "set 2 zone table: p zones (start date, day table)", Zones, "", "RW"),
    (
        "040200dd",
        "第二套第{d}日时段表数据",
        "set 2 day table {d}: m slots (start time, tariff)",
        Slots,
        "",
        "RW",
    ),
    ("040300nn", "第{n}公共假日日期及日时段表号", "public holiday {n} date and day table", Holiday, "", "RW"),
    ("040401nn", "自动循环显示第{n}屏显示数据项", "auto-scroll screen {n} shown DI", Screen, "", "RW"),
    ("040402nn", "按键循环显示第{n}屏显示数据项", "key-scroll screen {n} shown DI", Screen, "", "RW"),
    ("04800001", "厂家软件版本号", "maker software version (ASCII)", text(32), "", "R"),
    ("04800002", "厂家硬件版本号", "maker hardware version (ASCII)", text(32), "", "R"),
    ("04800003", "厂家编号", "maker number (ASCII)", text(32), "", "R"),
)
EXTENSIONS: tuple[tuple[str, str, str, Any, str, str], ...] = (
    ("04000108", "两套费率电价切换时间", "tariff-price set switch time", f.AtMinute, "", "RW"),
    ("04000109", "两套阶梯切换时间", "ladder set switch time", f.AtMinute, "", "RW"),
    ("0400010C", "日期及时间", "date, weekday and time in one item", DateAndTime, "", "RW"),
    ("04000207", "阶梯数", "number of ladder steps", f.Count1, "", "RW"),
    ("04000306", "电流互感器变比", "CT ratio", Annotated[int | None, f.Number(3)], "", "RW"),
    ("04000307", "电压互感器变比", "PT ratio", Annotated[int | None, f.Number(3)], "", "RW"),
    ("0400040E", "客户编号", "customer number", Name6, "", "RW"),
    ("04000903", "瞬时冻结数据模式字", "instant freeze mode word", w.FreezeMode, "", "RW"),
    ("04000904", "约定冻结数据模式字", "agreed freeze mode word", w.FreezeMode, "", "RW"),
    ("04000905", "整点冻结数据模式字", "hourly freeze mode word", w.FreezeMode, "", "RW"),
    ("04000906", "日冻结数据模式字", "daily freeze mode word", w.FreezeMode, "", "RW"),
    ("04000F01", "报警电量1限值", "alarm energy limit 1", f.Energy, "kWh", "RW"),
    ("04000F02", "报警电量2限值", "alarm energy limit 2", f.Energy, "kWh", "RW"),
    ("04000F03", "囤积电量限值", "hoarding energy limit", f.Energy, "kWh", "RW"),
    ("04000F04", "透支电量限值", "overdraft energy limit", f.Energy, "kWh", "RW"),
    ("04001001", "报警金额1限值", "alarm money limit 1", f.Energy, "CNY", "RW"),
    ("04001002", "报警金额2限值", "alarm money limit 2", f.Energy, "CNY", "RW"),
    ("04001003", "透支金额限值", "overdraft money limit", f.Energy, "CNY", "RW"),
    ("04001004", "囤积金额限值", "hoarding money limit", f.Energy, "CNY", "RW"),
    ("04001005", "合闸允许金额限值", "reclose permit money limit", f.Energy, "CNY", "RW"),
    ("04001101", "电表运行特征字1", "meter run feature word 1", Annotated[str, f.Code(1)], "", "RW"),
    ("04001104", "主动上报模式字", "event report mode word", Bits64, "", "RW"),
    ("04001201", "整点冻结起始时间", "hourly freeze start time", f.AtMinute, "", "RW"),
    ("04001202", "整点冻结时间间隔", "hourly freeze interval", f.Count1, "min", "RW"),
    ("04001203", "日冻结时间", "daily freeze time", f.DayTimeOf, "", "RW"),
    ("04001401", "跳闸延时时间", "trip delay", f.Count2, "min", "RW"),
    ("04001501", "主动上报状态字", "event report status word", Bits96, "", "R"),
    ("040501rr", "当前套费率{r}电价", "current tariff price {r}", Price, "CNY/kWh", "RW"),
    ("040502rr", "备用套费率{r}电价", "standby tariff price {r}", Price, "CNY/kWh", "RW"),
    ("04090501", "电压不平衡率限值", "voltage unbalance limit", f.Percent, "%", "RW"),
    ("04090502", "电压不平衡率判定延时时间", "voltage unbalance delay", f.Count1, "s", "RW"),
    ("04090601", "电流不平衡率限值", "current unbalance limit", f.Percent, "%", "RW"),
    ("04090602", "电流不平衡率判定延时时间", "current unbalance delay", f.Count1, "s", "RW"),
)
COEFFICIENTS = (
    ("电导系数", "conductance"), ("电纳系数", "susceptance"), ("电阻系数", "resistance"), ("电抗系数", "reactance"),
)  # fmt: skip


def rows() -> Iterator[Row]:
    """All of DI3 04."""
    for pattern, zh, en, annotation, unit, access in ROWS:
        yield Row(pattern, zh, en, annotation, unit, access)
    members = tuple(f"040005{n:02X}" for n in range(1, 8))
    yield Row("040005FF", "电表运行状态字数据块", "status words 1..7 block", StatusWords, members=members)
    for phase, letter in enumerate("ABC"):
        for number, (zh, en) in enumerate(COEFFICIENTS, 4 * phase + 1):
            name = f"phase {letter} {en} coefficient"
            yield Row(f"04000D{number:02X}", f"{letter}相{zh}", name, Permille, "", "RW")
    for pattern, zh, en, annotation, unit, access in EXTENSIONS:
        yield Row(pattern, zh, f"{en} (utility extension)", annotation, unit, access, extension=True)
