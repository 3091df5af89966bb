"""Families of events of 2007: 03, and the extensions 10 to 20 of utilities (dlt645 §8)."""

from collections.abc import Iterator
from typing import Annotated, Any

from core.meters.dlt645 import events as e
from core.meters.dlt645 import formats as f
from core.meters.dlt645.rows import Row
from core.wire.repeat import Repeat, Times

PHASED: tuple[tuple[int, str, str, type[Any]], ...] = (
    (0x01, "失压", "voltage loss", e.VoltageEvent),
    (0x02, "欠压", "under-voltage", e.VoltageEvent),
    (0x03, "过压", "over-voltage", e.VoltageEvent),
    (0x04, "断相", "phase break", e.VoltageEvent),
    (0x0B, "失流", "current loss", e.CurrentEvent),
    (0x0C, "过流", "over-current", e.CurrentEvent),
    (0x0D, "断流", "current break", e.CurrentEvent),
    (0x0E, "潮流反向", "reverse power flow", e.EnergyEvent),
    (0x0F, "过载", "overload", e.EnergyEvent),
)
WHOLE: tuple[tuple[int, str, str, type[Any]], ...] = (
    (0x05, "全失压", "all-phase voltage loss", e.AllVoltageLoss),
    (0x06, "辅助电源失电", "auxiliary supply loss", e.Span),
    (0x07, "电压逆相序", "voltage reverse sequence", e.EnergyEvent),
    (0x08, "电流逆相序", "current reverse sequence", e.EnergyEvent),
    (0x09, "电压不平衡", "voltage unbalance", e.UnbalanceEvent),
    (0x0A, "电流不平衡", "current unbalance", e.UnbalanceEvent),
)
DEMANDS = (
    ("正向有功", "forward active"), ("反向有功", "reverse active"), ("第一象限无功", "QI reactive"),
    ("第二象限无功", "QII reactive"), ("第三象限无功", "QIII reactive"), ("第四象限无功", "QIV reactive"),
)  # fmt: skip
"""DI1 01 to 06 of class 12."""
OPERATIONS: tuple[tuple[int, str, str, str, str, type[Any], bool], ...] = (
    (0x00, "编程", "编程总次数", "programming", "programming count", e.Programmed, False),
    (0x01, "电表清零", "电表清零总次数", "meter clear", "meter clear count", e.MeterCleared, False),
    (0x02, "需量清零", "需量清零总次数", "demand clear", "demand clear count", e.DemandCleared, False),
    (0x03, "事件清零", "事件清零总次数", "event clear", "event clear count", e.EventsCleared, False),
    (0x04, "校时", "校时总次数", "clock setting", "clock setting count", e.ClockSet, False),
    (0x05, "时段表编程", "时段表编程总次数", "day-table programming", "day-table programming count", e.SlotsProgrammed, False),
    (0x06, "时区表编程", "时区表编程总次数", "zone-table programming", "zone-table programming count", e.ZonesProgrammed, False),
    (0x07, "周休日编程", "周休日编程总次数", "weekend programming", "weekend programming count", e.WordProgrammed, False),
    (0x08, "节假日编程", "节假日编程总次数", "holiday programming", "holiday programming count", e.HolidaysProgrammed, False),
    (0x09, "有功组合方式编程", "有功组合方式编程总次数", "active combination word programming", "active combination word programming count", e.WordProgrammed, False),
    (0x0A, "无功组合方式1编程", "无功组合方式1编程总次数", "reactive combination 1 word programming", "reactive combination 1 word programming count", e.WordProgrammed, False),
    (0x0B, "无功组合方式2编程", "无功组合方式2编程总次数", "reactive combination 2 word programming", "reactive combination 2 word programming count", e.WordProgrammed, False),
    (0x0C, "结算日编程", "结算日编程总次数", "settlement-day programming", "settlement-day programming count", e.SettlementProgrammed, False),
    (0x0D, "开表盖", "开表盖总次数", "meter cover open", "meter cover open count", e.CoverOpened, False),
    (0x0E, "开端钮盒", "开端钮盒总次数", "terminal cover open", "terminal cover open count", e.CoverOpened, False),
    (0x10, "阶梯表编程", "阶梯表编程总次数", "ladder-table programming", "ladder-table programming count", e.LadderProgrammed, True),
    (0x12, "密钥更新", "密钥更新总次数", "key update", "key update count", e.KeysUpdated, True),
    (0x13, "异常插卡", "异常插卡总次数", "abnormal card", "abnormal card count", e.CardRefused, True),
)  # fmt: skip
FAULTS: tuple[tuple[int, str, str, type[Any]], ...] = (
    (0x35, "恒定磁场干扰", "constant magnetic field", e.FieldEvent),
    (0x36, "负荷开关误动作", "load switch malfunction", e.RelayFault),
    (0x37, "电源异常", "power module fault", e.SupplyFault),
)
PURCHASES: tuple[tuple[int, str, str, str], ...] = (
    (0x32, "购电量", "energy purchase", "kWh"),
    (0x33, "购电金额", "money purchase", "CNY"),
)
"""Class, names, unit of the amounts; general knowledge of prepayment meters, no source was found."""
_PER_PHASE = Annotated[tuple[e.Total, ...], Repeat(e.Total, Times(3))]
_COUNTS = Annotated[tuple[Any, ...], Repeat(f.Times, Times(6))]


def rows() -> Iterator[Row]:
    """All of DI3 03."""
    for class_, zh, en, annotation in PHASED:
        counts = f"{en}: count and total minutes for A,B,C"
        yield Row(f"03{class_:02X}0000", f"A/B/C相{zh}总次数,总累计时间", counts, _PER_PHASE, "times,min")
        yield Row(f"03{class_:02X}ppll", f"{{l}}{{p}}{zh}记录", f"{{p}} {en} record, {{l}}", annotation)
    for class_, zh, en, annotation in WHOLE:
        counts = f"{en}: count and total minutes"
        yield Row(f"03{class_:02X}0000", f"{zh}总次数,总累计时间", counts, e.Total, "times,min")
        yield Row(f"03{class_:02X}00ll", f"{{l}}{zh}记录", f"{en} record, {{l}}", annotation)
    yield Row(
        "0310uuee", "{e}{u}电压合格率统计数据", "voltage qualification statistics, {u}, {e}", e.VoltageQuality
    )
    yield Row("03110000", "掉电总次数", "power-fail count", f.Times, "times")
    yield Row("031100ll", "{l}掉电发生时刻,结束时刻", "power-fail record, {l}", e.Span)
    yield Row("03120000", "需量超限总次数", "over-demand counts: fwd P, rev P, QI..QIV", _COUNTS, "times")
    for di1, (zh, en) in enumerate(DEMANDS, 1):
        yield Row(
            f"0312{di1:02X}ll", f"{{l}}{zh}需量超限记录", f"{en} over-demand record, {{l}}", e.OverDemand
        )
    yield from _operations()


def _operations() -> Iterator[Row]:
    for di1, zh, zh_count, en, en_count, annotation, extension in OPERATIONS:
        tail = " (utility extension)" if extension else ""
        yield Row(f"0330{di1:02X}00", zh_count, en_count + tail, f.Times, "times", extension=extension)
        yield Row(
            f"0330{di1:02X}ll", f"{{l}}{zh}记录", f"{en} record, {{l}}{tail}", annotation, extension=extension
        )
    for class_, zh, en, annotation in FAULTS:
        tail = " (utility extension)"
        yield Row(f"03{class_:02X}0000", f"{zh}总次数", f"{en} count{tail}", f.Times, "times", extension=True)
        yield Row(
            f"03{class_:02X}00ll", f"{{l}}{zh}记录", f"{en} record, {{l}}{tail}", annotation, extension=True
        )
    yield from _purchases()


def _purchases() -> Iterator[Row]:
    for class_, zh, en, unit in PURCHASES:
        for di1, zh_item, en_item, annotation, its_unit in (
            (1, "日期", "time", f.AtMinute, ""),
            (2, "后总购电次数", "number of purchases", f.Count2, "times"),
            (3, "", "amount", f.Energy, unit),
            (4, "前剩余", "left before", f.Energy, unit),
            (5, "后剩余", "left after", f.Energy, unit),
            (6, "后累计", "sum of all", f.Energy, unit),
        ):
            yield Row(
                f"03{class_:02X}{di1:02X}ll", f"{{l}}{zh}{zh_item}", f"{en} {en_item}, {{l}} (utility extension)",
                annotation, its_unit, extension=True,
            )  # fmt: skip
