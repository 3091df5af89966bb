"""Families 05 freezes and 06 load records of 2007, and some vendor ones (dlt645 §9)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645.blocks import Closed, Rest, Series
from core.meters.dlt645.energies import PeakDemand
from core.meters.dlt645.load import LoadRecords
from core.meters.dlt645.rows import Row
from core.wire.record import Record, item, record
from core.wire.repeat import Repeat, Times

KINDS: tuple[tuple[int, str, str, str, bool], ...] = (
    (0x00, "定时冻结", "timed freeze", "z", False),
    (0x01, "瞬时冻结", "instant freeze", "y", False),
    (0x02, "两套时区表切换冻结", "zone-table switch freeze", "w", False),
    (0x03, "两套日时段表切换冻结", "day-table switch freeze", "w", False),
    (0x05, "两套费率电价切换冻结", "tariff-price switch (utility extension) freeze", "w", True),
    (0x06, "日冻结", "daily (utility extension) freeze", "v", True),
    (0x07, "两套阶梯切换/月冻结", "ladder switch / monthly (utility extension) freeze", "w", True),
)
"""DI2, names, letter of the index that says how many are kept, extension."""
Energies = Annotated[tuple[Any, ...], Series(f.Energy)]
SignedEnergies = Annotated[tuple[Any, ...], Series(f.SignedEnergy)]
Peaks = Annotated[tuple[PeakDemand, ...], Series(PeakDemand)]
Powers = Annotated[tuple[Any, ...], Repeat(Annotated[Any, f.Number(3, 4, signed=True)], Times(8))]
Parts = Annotated[tuple[bytes, ...], Closed(Annotated[bytes, Rest()])]
ITEMS: tuple[tuple[int, str, str, Any, str], ...] = (
    (0x00, "冻结时间", "freeze time", f.AtMinute, ""),
    (0x01, "正向有功电能", "forward active energy", Energies, "kWh"),
    (0x02, "反向有功电能", "reverse active energy", Energies, "kWh"),
    (0x03, "组合无功1电能", "combined reactive 1 energy", SignedEnergies, "kvarh"),
    (0x04, "组合无功2电能", "combined reactive 2 energy", SignedEnergies, "kvarh"),
    (0x05, "第一象限无功电能", "QI reactive energy", Energies, "kvarh"),
    (0x06, "第二象限无功电能", "QII reactive energy", Energies, "kvarh"),
    (0x07, "第三象限无功电能", "QIII reactive energy", Energies, "kvarh"),
    (0x08, "第四象限无功电能", "QIV reactive energy", Energies, "kvarh"),
    (0x09, "正向有功最大需量及发生时间", "forward active max demand and time", Peaks, "kW"),
    (0x0A, "反向有功最大需量及发生时间", "reverse active max demand and time", Peaks, "kW"),
    (0x10, "变量数据", "variables P total,A,B,C then Q total,A,B,C", Powers, "kW/kvar"),
)
CURVES: tuple[tuple[str, str, str, Any, str], ...] = (
    ("06100101", "A相电压", "phase A voltage", f.Volt, "V"),
    ("06100201", "A相电流", "phase A current", f.Ampere, "A"),
    ("06100300", "总有功功率", "total active power", f.Kilowatt, "kW"),
    ("06100400", "总无功功率", "total reactive power", f.Kilovar, "kvar"),
    ("06100500", "总功率因数", "total power factor", f.Factor, ""),
    ("06100601", "正向有功总电能", "forward active energy", f.Energy, "kWh"),
    ("06100602", "反向有功总电能", "reverse active energy", f.Energy, "kWh"),
)
LOADS = (
    ("全部", "all classes"), ("第1类负荷", "class 1 (V,I,f)"), ("第2类负荷", "class 2 (P,Q)"),
    ("第3类负荷", "class 3 (PF)"), ("第4类负荷", "class 4 (P/Q energies)"),
    ("第5类负荷", "class 5 (quadrant energies)"), ("第6类负荷", "class 6 (present demand)"),
)  # fmt: skip
ASKED = (
    ("最早记录块", "earliest block (request carries N)"),
    ("给定时间记录块", "given time (request carries N mm hh DD MM YY)"),
    ("最近记录块", "latest block (request carries N)"),
)
VENDOR: tuple[tuple[str, str, str, str], ...] = (
    ("070000FF", "身份认证", "identity authentication (C=03H) (utility extension)", "RW"),
    ("070101FF", "开户", "prepay open account (C=03H) (utility extension)", "RW"),
    ("070102FF", "充值", "prepay recharge (C=03H) (utility extension)", "RW"),
    ("078003FF", "状态查询", "run-status query (C=03H) (utility extension)", "RW"),
    ("08C0C000", "清除拓扑信息", "clear topology information (LTU extension)", "RW"),
    ("08C0C001", "触发拓扑信号", "trigger topology signal (YYMMDDhhmmss) (LTU extension)", "RW"),
    ("08C0C002", "查询拓扑信息", "query topology information (count, start index) (LTU extension)", "RW"),
)


@record
class FreezeBlock(Record):
    """A whole freeze: its time and the parts that the mode word selects, closed by AAH or run together."""

    time: Annotated[datetime | None, f.Minute()] = item("冻结时间", "Freeze time")
    parts: Parts = item("冻结数据", "Parts")


def rows() -> Iterator[Row]:
    """All of DI3 05 to 08."""
    for di2, zh, en, letter, extension in KINDS:
        for di1, zh_item, en_item, annotation, unit in ITEMS:
            yield _freeze(
                f"05{di2:02X}{di1:02X}", (zh, en), letter, (zh_item, en_item), annotation, unit, extension
            )
        whole = ("冻结数据块", "whole freeze block")
        yield _freeze(f"05{di2:02X}FF", (zh, en), letter, whole, FreezeBlock, "", extension)
    yield from _hourly()
    for class_, (zh, en) in enumerate(LOADS):
        for which, (zh_asked, en_asked) in enumerate(ASKED):
            name = f"load record {en}: {en_asked}"
            yield Row(f"06{class_:02X}000{which}", zh + zh_asked, name, Annotated[Any, LoadRecords(class_)])
    for code, zh, en, annotation, unit in CURVES:
        name = f"load curve, {en} (utility extension)"
        yield Row(code, f"负荷曲线{zh}", name, _curve(annotation), unit, extension=True)
    for code, zh, en, access in VENDOR:
        yield Row(code, zh, en, Annotated[bytes, Rest()], "", access, extension=True)


def _freeze(
    head: str, kind: tuple[str, str], letter: str, what: tuple[str, str], annotation: Any, unit: str,
    extension: bool,
) -> Row:  # fmt: skip
    zh, en = f"(上{{{letter}}}次){kind[0]}{what[0]}", f"{kind[1]} -{{{letter}}}: {what[1]}"
    return Row(head + 2 * letter, zh, en, annotation, unit, extension=extension)


def _hourly() -> Iterator[Row]:
    """Every hour, totals only: an extension."""
    kind = ("整点冻结", "hourly (utility extension) freeze")
    for di1, zh, en, annotation, unit in (
        ("00", "冻结时间", "freeze time", f.AtMinute, ""),
        ("01", "正向有功电能", "forward active energy", f.Energy, "kWh"),
        ("02", "反向有功电能", "reverse active energy", f.Energy, "kWh"),
        ("FF", "冻结数据块", "whole freeze block", FreezeBlock, ""),
    ):
        yield _freeze(f"0504{di1}", kind, "n", (zh, en), annotation, unit, extension=True)


def _curve(annotation: Any) -> Any:
    """Start time and values of a single-item curve."""

    @record
    class Curve(Record):
        time: Annotated[datetime | None, f.Minute()] = item("起始时间", "From")
        values: Annotated[tuple[Any, ...], Series(annotation)] = item("数据", "Values")

    return Curve
