"""All identifiers of 1997 (dlt645 §10): two bytes, four digits."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645 import words as w
from core.meters.dlt645.blocks import Closed, Series
from core.meters.dlt645.events import Slot, Zone
from core.meters.dlt645.parameter_rows import DateAndWeekday, Name6, Password
from core.meters.dlt645.rows import Row, Words

Volt1997 = Annotated[int | None, f.Number(2, unit="V")]
Ampere1997 = Annotated[Decimal | None, f.Number(2, 2, unit="A")]
Kilowatt1997 = Annotated[Decimal | None, f.Number(3, 4, unit="kW")]
Limit1997 = Annotated[Decimal | None, f.Number(2, 2, unit="kW")]
Kilovar1997 = Annotated[Decimal | None, f.Number(2, 2, unit="kvar")]
Factor1997 = Annotated[Decimal | None, f.Number(2, 3)]
Kva1997 = Annotated[Decimal | None, f.Number(3, 4, unit="kVA")]
Degree1997 = Annotated[Decimal | None, f.Number(2, 1, unit="deg")]
StartValue = Annotated[Decimal | None, f.Number(4, 1)]
Constant = Annotated[int | None, f.Number(3)]
Point = Annotated[int | None, f.Number(2)]

MONTHS: tuple[tuple[int, Words], ...] = (
    (0x0, ("(当前)", "current")), (0x4, ("(上月)", "last month")), (0x8, ("(上上月)", "month before last")),
)  # fmt: skip
ACTIVE = (("1", "正向有功", "forward active"), ("2", "反向有功", "reverse active"))
REACTIVE = (
    ("1", "正向无功", "forward reactive"), ("2", "反向无功", "reverse reactive"),
    ("3", "一象限无功", "quadrant I reactive"), ("4", "四象限无功", "quadrant IV reactive"),
    ("5", "二象限无功", "quadrant II reactive"), ("6", "三象限无功", "quadrant III reactive"),
)  # fmt: skip
"""High nibble of DI0; the order of the quadrants differs from 2007."""
SINGLE: tuple[tuple[str, str, str, Any, str, str], ...] = (
    ("9000", "(当前)组合有功总电能", "combined active energy, total, current", f.Energy, "kWh", "R"),
    ("B210", "最近一次编程时间", "last programming time", f.AtYearlyMinute, "", "R"),
    ("B211", "最近一次最大需量清零时间", "last demand-reset time", f.AtYearlyMinute, "", "R"),
    ("B212", "编程次数", "programming count", f.Count2, "", "R"),
    ("B213", "最大需量清零次数", "demand-reset count", f.Count2, "", "R"),
    ("B214", "电池工作时间", "battery working time", f.Minutes, "min", "R"),
    ("B634", "正向有功功率上限值", "forward active power upper limit", Limit1997, "kW", "RW"),
    ("B635", "反向有功功率上限值", "reverse active power upper limit", Limit1997, "kW", "RW"),
    ("C010", "日期及周次", "date and weekday", DateAndWeekday, "", "RW"),
    ("C011", "时间", "time", f.DaySecondOf, "", "RW"),
    ("C020", "电表运行状态字", "meter status word", w.Status1997, "", "R"),
    ("C021", "电网状态字", "grid status word", w.Grid1997, "", "R"),
    ("C022", "周休日状态字", "weekend word", w.Weekend, "", "RW"),
    ("C030", "电表常数(有功)", "active meter constant", Constant, "imp/kWh", "RW"),
    ("C031", "电表常数(无功)", "reactive meter constant", Constant, "imp/kvarh", "RW"),
    ("C032", "表号", "meter number", Name6, "", "RW"),
    ("C033", "用户号", "user number", Name6, "", "RW"),
    ("C034", "设备码", "device code", Name6, "", "RW"),
    ("C111", "最大需量周期", "demand period", f.Count1, "min", "RW"),
    ("C112", "滑差时间", "demand slide time", f.Count1, "min", "RW"),
    ("C113", "循显时间", "scroll time", f.Count1, "s", "RW"),
    ("C114", "停显时间", "stop-display time", f.Count1, "s", "RW"),
    ("C115", "显示电能小数位数", "energy decimals shown", f.Count1, "", "RW"),
    ("C116", "显示功率(最大需量)小数位数", "power/demand decimals shown", f.Count1, "", "RW"),
    ("C117", "自动抄表日期", "automatic reading day (settlement)", f.Settlement, "", "RW"),
    ("C118", "负荷代表日", "load representative day", f.Count1, "", "RW"),
    ("C119", "有功电能起始读数", "active energy start value", StartValue, "kWh", "RW"),
    ("C11A", "无功电能起始读数", "reactive energy start value", StartValue, "kvarh", "RW"),
    ("C211", "输出脉冲宽度", "pulse width", f.Count2, "ms", "RW"),
    ("C212", "密码权限及密码", "password level and password", Password, "", "W"),
    ("C310", "年时区数", "yearly zones p", f.Count1, "", "RW"),
    ("C311", "日时段表数", "day tables q", f.Count1, "", "RW"),
    ("C312", "日时段数", "day slots m<=10", f.Count1, "", "RW"),
    ("C313", "费率数", "tariffs k<=14", f.Count1, "", "RW"),
    ("C314", "公共假日数", "public holidays n", f.Count1, "", "RW"),
    ("C32z", "{z}时区起始日期及日时段表号", "zone {z} start date and day table", Zone, "", "RW"),
    ("C41h", "第{h}公共假日日期及日时段表号", "public holiday {h} date and day table", Zone, "", "RW"),
    ("C41E", "周休日采用的日时段表号", "day table used on weekend days", f.Count1, "", "RW"),
    ("C510", "负荷记录起始时间", "load record start time", f.AtYearlyMinute, "", "RW"),
    ("C511", "负荷记录间隔时间", "load record interval", f.Count2, "min", "RW"),
)
EXTENSIONS: tuple[tuple[str, str, str, Any, str], ...] = (
    ("B660", "频率", "frequency", f.Hertz, "Hz"),
    ("B670", "相角", "phase angle total", Degree1997, "deg"),
    ("B67p", "{p}相角", "{p} angle", Degree1997, "deg"),
    ("B680", "视在功率", "total apparent power", Kva1997, "kVA"),
    ("B68p", "{p}视在功率", "{p} apparent power", Kva1997, "kVA"),
    ("B691", "AB线电压", "line voltage AB", Volt1997, "V"),
    ("B692", "BC线电压", "line voltage BC", Volt1997, "V"),
    ("B693", "CA线电压", "line voltage CA", Volt1997, "V"),
)
MEASURED: tuple[tuple[str, str, str, Any, str, str], ...] = (
    ("B31", "断相次数", "phase-break count", f.Count2, "", "总断相次数"),
    ("B32", "断相时间累积值", "phase-break accumulated time", f.Minutes, "min", "总断相时间累积值"),
    ("B33", "最近断相起始时刻", "last phase-break start", f.AtYearlyMinute, "", "总最近断相起始时刻"),
    ("B34", "最近断相结束时刻", "last phase-break end", f.AtYearlyMinute, "", "总最近断相结束时刻"),
    ("B61", "电压", "voltage", Volt1997, "V", ""),
    ("B62", "电流", "current", Ampere1997, "A", ""),
    ("B63", "有功功率", "active power", Kilowatt1997, "kW", "瞬时有功功率"),
    ("B64", "无功功率", "reactive power", Kilovar1997, "kvar", "瞬时无功功率"),
    ("B65", "功率因数", "power factor", Factor1997, "", "总功率因数"),
)
"""DI without its last digit, names, format, unit, and the Chinese name of the total where there is one."""


def rows() -> Iterator[Row]:
    """All identifiers of 1997."""
    for month, when in MONTHS:
        yield from _registers(f"{month:X}", when, ACTIVE, "kWh", "kW")
        yield from _registers(f"{month + 1:X}", when, REACTIVE, "kvarh", "kvar")
    yield from _collections()
    for pattern, zh, en, annotation, unit, access in SINGLE:
        yield Row(pattern, zh, en, annotation, unit, access)
    for pattern, zh, en, annotation, unit in EXTENSIONS:
        yield Row(pattern, zh, f"{en} (vendor extension)", annotation, unit, extension=True)
    for measured in MEASURED:
        yield from _measured(*measured)
    yield from _tables()


def _registers(
    di1: str, when: Words, kinds: tuple[tuple[str, str, str], ...], energy: str, power: str
) -> Iterator[Row]:
    """Energies, demands and their times: ``t`` counts the tariffs, FH is the block."""
    for di0, zh, en in kinds:
        head, tail = f"{when[0]}{zh}{{t}}", f"{{t}}, {when[1]}"
        yield Row(f"9{di1}{di0}t", f"{head}电能", f"{en} energy{tail}", f.Energy, energy)
        yield Row(f"A{di1}{di0}t", f"{head}最大需量", f"{en} max demand{tail}", f.Demand, power)
        name = f"{en} max demand time{tail}"
        yield Row(f"B{di1}{di0}t", f"{head}最大需量发生时间", name, f.AtYearlyMinute)


def _collections() -> Iterator[Row]:
    """All blocks of a DI1, each closed by AAH (dlt645 §3.1)."""
    blocks = Annotated[tuple[Any, ...], Closed(Annotated[tuple[Any, ...], Series(f.Energy)])]
    for code, zh, en, kinds, unit in (
        ("90FF", "(当前)有功电能数据集合", "all current active-energy items (collection)", ACTIVE, "kWh"),
        (
            "91FF",
            "(当前)无功电能数据集合",
            "all current reactive-energy items (collection)",
            REACTIVE,
            "kvarh",
        ),
    ):
        members = tuple(f"{code[:2]}{kind[0]}F" for kind in kinds)
        yield Row(code, zh, en, blocks, unit, members=members)


def _measured(head: str, zh: str, en: str, annotation: Any, unit: str, total: str) -> Iterator[Row]:
    """One quantity of each phase, of all where there is a total, and the block."""
    if total:
        yield Row(f"{head}0", total, f"total {en}", annotation, unit)
    yield Row(f"{head}p", f"{{p}}{zh}", f"{{p}} {en}", annotation, unit)
    members = tuple(f"{head}{n}" for n in range(0 if total else 1, 4))
    block = Annotated[tuple[Any, ...], Series(annotation)]
    yield Row(f"{head}F", f"{zh}数据块", f"{en} block", block, unit, members=members)


def _tables() -> Iterator[Row]:
    """Zones, day tables, load records."""
    zones, slots = Annotated[tuple[Zone, ...], Series(Zone)], Annotated[tuple[Slot, ...], Series(Slot)]
    yield Row("C32F", "时区表数据块", "zone table block", zones, "", "RW")
    for table in range(1, 9):
        head, zh, en = f"C3{table + 2:X}", f"第{table}日时段表", f"day table {table}"
        yield Row(
            f"{head}s",
            f"{zh}第{{s}}时段起始时间及费率号",
            f"{en} slot {{s}} start time and tariff",
            Slot,
            "",
            "RW",
        )
        yield Row(f"{head}F", f"{zh}数据块", f"{en} block", slots, "", "RW")
    points = Annotated[tuple[Any, ...], Series(Point)]
    name = "forward active energy load-record block"
    yield Row("D1x0", "正向有功总电能负荷记录数据块", name, points, "kWh")
    yield Row("D210", "正向最大需量负荷记录数据块", "forward demand load-record block", points, "kW")
