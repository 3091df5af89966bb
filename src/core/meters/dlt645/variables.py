"""Family 02 of 2007: what the meter measures now (dlt645 §7.2)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from core.meters.dlt645.blocks import Series
from core.meters.dlt645.formats import Ampere, Factor, Hertz, Kilovar, Kilowatt, Number, Percent, Volt
from core.meters.dlt645.rows import Row

Degree = Annotated[Decimal | None, Number(2, 1, unit="deg")]
Celsius = Annotated[Decimal | None, Number(2, 1, signed=True, unit="degC")]
BatteryVolt = Annotated[Decimal | None, Number(2, 2, unit="V")]
Kva = Annotated[Decimal | None, Number(3, 4, signed=True, unit="kVA")]
NeutralAmpere = Annotated[Decimal | None, Number(3, 3, unit="A")]
MeanPower = Annotated[Decimal | None, Number(3, 4)]
Price = Annotated[Decimal | None, Number(4, 4, unit="CNY/kWh")]
LongMinutes = Annotated[int | None, Number(4, unit="min")]

PHASED = (
    ("0201", "电压", "voltage", Volt, ""),
    ("0202", "电流", "current", Ampere, ""),
    ("0203", "有功功率", "active power", Kilowatt, "总"),
    ("0204", "无功功率", "reactive power", Kilovar, "总"),
    ("0205", "视在功率", "apparent power", Kva, "总"),
    ("0206", "功率因数", "power factor", Factor, "总"),
    ("0207", "相角", "phase angle", Degree, ""),
    ("0208", "电压波形失真度", "voltage waveform distortion", Percent, ""),
    ("0209", "电流波形失真度", "current waveform distortion", Percent, ""),
)
"""DI3 DI2, names, format, and the word for the total where there is one."""
SINGLE: tuple[tuple[int, str, str, Any, str, bool], ...] = (
    (0x01, "零线电流", "neutral current", NeutralAmpere, "A", False),
    (0x02, "电网频率", "grid frequency", Hertz, "Hz", False),
    (0x03, "一分钟有功总平均功率", "one-minute average active power", MeanPower, "kW", False),
    (0x04, "当前有功需量", "present active demand", MeanPower, "kW", False),
    (0x05, "当前无功需量", "present reactive demand", MeanPower, "kvar", False),
    (0x06, "当前视在需量", "present apparent demand", MeanPower, "kVA", False),
    (0x07, "表内温度", "internal temperature", Celsius, "degC", False),
    (0x08, "时钟电池电压", "clock battery voltage", BatteryVolt, "V", False),
    (0x09, "停电抄表电池电压", "outage-reading battery voltage", BatteryVolt, "V", False),
    (0x0A, "内部电池工作时间", "internal battery working time", LongMinutes, "min", False),
    (0x0B, "当前阶梯电价", "current ladder (step) price", Price, "CNY/kWh", True),
    (0x20, "当前电价", "current tariff price", Price, "CNY/kWh", True),
)


def rows() -> Iterator[Row]:
    """All of DI3 02."""
    for head, zh, en, annotation, total in PHASED:
        if total:
            yield Row(f"{head}0000", f"{total}{zh}", f"total {en}", annotation)
        yield Row(f"{head}pp00", f"{{p}}{zh}", f"{{p}} {en}", annotation)
        members = tuple(f"{head}{n:02X}00" for n in range(0 if total else 1, 4))
        which = "total,A,B,C" if total else "A,B,C"
        block = Annotated[tuple[Any, ...], Series(annotation)]
        yield Row(
            f"{head}FF00", f"{zh}数据块", f"{en} block ({which})", block, _unit(annotation), members=members
        )
    for head, zh, en in (("020A", "电压", "voltage"), ("020B", "电流", "current")):
        yield Row(f"{head}pphh", f"{{p}}{zh}{{h}}谐波含量", f"{{p}} {en} harmonic content{{h}}", Percent)
    for di0, zh, en, annotation, unit, extension in SINGLE:
        name = f"{en} (utility extension)" if extension else en
        yield Row(f"028000{di0:02X}", zh, name, annotation, unit, extension=extension)


def _unit(annotation: Any) -> str:
    return annotation.__metadata__[0].unit
