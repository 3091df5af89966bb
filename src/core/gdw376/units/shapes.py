"""Shapes that many data units share: totals with tariffs, maxima with their times, frozen values, curves.

Part B §1 to §3. A unit of class 2 data is a stamp (day, month, curve) and a content that class 1 data
often know too; ``stamped`` joins the two.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, cast, get_type_hints

from core.gdw376.unit import Unit, same_layout
from core.wire.bcd import Bcd, Scaled3, Scaled7
from core.wire.bits import bit, bits
from core.wire.formats import A15, A17
from core.wire.leaf import Mask, Octets, Uint
from core.wire.record import Record, item, record
from core.wire.repeat import ByCode, ByField, Repeat, Times
from core.wire.times import Date, MinuteTime, Month, MonthOfYear

MOST_TARIFFS = 48
"""AFN04 F21 allows 48; 12 are usual (part B §1 rule 8)."""

DENSITIES = {
    0: ("不冻结", "none"),
    1: ("15分钟", "15 min"),
    2: ("30分钟", "30 min"),
    3: ("60分钟", "60 min"),
    254: ("5分钟", "5 min"),
    255: ("1分钟", "1 min"),
}
"""Freeze density m (annex C, part A §5)."""

PER_HOUR: Mapping[int, int] = {0: 0, 1: 4, 2: 2, 3: 1, 254: 12, 255: 60}
"""Points of one hour by density (part B §2.6)."""

Kilowatt = Annotated[Decimal | None, Bcd(3, 4, signed=True, unit="kW")]
Kilovar = Annotated[Decimal | None, Bcd(3, 4, signed=True, unit="kvar")]
Kilovoltampere = Annotated[Decimal | None, Bcd(3, 4, signed=True, unit="kVA")]
Percent = Annotated[Decimal | None, Bcd(2, 1, signed=True, unit="%")]
Degree = Annotated[Decimal | None, Bcd(2, 1, signed=True, unit="deg")]
Volt = Annotated[Decimal | None, Bcd(2, 1, unit="V")]
Ampere = Annotated[Decimal | None, Bcd(3, 3, signed=True, unit="A")]
ActiveReading = Annotated[Decimal | None, Bcd(5, 4, unit="kWh")]
ReactiveReading = Annotated[Decimal | None, Bcd(4, 2, unit="kvarh")]
ActiveReadingShort = Annotated[Decimal | None, Bcd(4, 2, unit="kWh")]
ActiveEnergy = Annotated[Decimal | None, Bcd(4, 4, unit="kWh")]
ReactiveEnergy = Annotated[Decimal | None, Bcd(4, 4, unit="kvarh")]
ActiveDemand = Annotated[Decimal | None, Bcd(3, 4, unit="kW")]
ReactiveDemand = Annotated[Decimal | None, Bcd(3, 4, unit="kvar")]
GroupKilowatt = Annotated[Decimal | None, Scaled3("kW")]
GroupKilovar = Annotated[Decimal | None, Scaled3("kvar")]
GroupKwh = Annotated[Decimal | None, Scaled7("kWh")]
GroupKvarh = Annotated[Decimal | None, Scaled7("kvarh")]
Analogue = Annotated[Decimal | None, Scaled3()]
Minutes16 = Annotated[int, Uint(2, unit="min")]
Minutes24 = Annotated[int | None, Bcd(3, unit="min")]
Tariffs = Annotated[int, Uint(1)]
Density = Annotated[int, Uint(1, choices=DENSITIES)]

READ_AT = ("终端抄表时间", "Reading time")
TARIFFS = ("费率数M", "Number of tariffs")


@bits(1)
class PowerControl:
    """Which power controls are on, or tripped."""

    period: bool = bit(0, "时段控", "Period")
    rest: bool = bit(1, "厂休控", "Factory rest")
    suspension: bool = bit(2, "营业报停控", "Suspension")
    floating: bool = bit(3, "当前功率下浮控", "Power-down")


@bits(1)
class EnergyControl:
    """Which energy controls are on, or tripped."""

    month: bool = bit(0, "月电控", "Month energy")
    purchase: bool = bit(1, "购电控", "Purchase")


Rounds = Annotated[frozenset[int], Mask(1)]
StatusWords = Annotated[tuple[bytes, ...], Repeat(Annotated[bytes, Octets(2)], Times(7))]
"""Running status words 1 to 7 of a meter, low byte first (part B §7.5)."""


def by_tariff(value: Any) -> Repeat:
    """A total and one value for each of the M tariffs."""
    return Repeat(value, ByField("tariffs", MOST_TARIFFS, plus=1))


@record
class DemandAt:
    """An active maximum demand and when it occurred (F145, F147)."""

    demand: ActiveDemand = item("最大需量", "Maximum demand")
    time: A17 = item("发生时间", "Time")


@record
class ReactiveDemandAt:
    """A reactive maximum demand and when it occurred (F146, F148)."""

    demand: ReactiveDemand = item("最大需量", "Maximum demand")
    time: A17 = item("发生时间", "Time")


ActiveByTariff = Annotated[tuple[Decimal | None, ...], by_tariff(ActiveReading)]
ReactiveByTariff = Annotated[tuple[Decimal | None, ...], by_tariff(ReactiveReading)]


@record
class ActiveReadings(Unit):
    """F129 and its like: one active register, total and tariffs."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    readings: ActiveByTariff = item("有功电能示值（总、费率1~M）", "Reading, total and tariffs")


@record
class ReactiveReadings(Unit):
    """F130 and its like: one reactive register, total and tariffs."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    readings: ReactiveByTariff = item("无功电能示值（总、费率1~M）", "Reading, total and tariffs")


@record
class ActiveDemands(Unit):
    """F145 and its like: each demand followed by its time, unlike F35."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    demands: Annotated[tuple[DemandAt, ...], by_tariff(DemandAt)] = item(
        "有功最大需量及发生时间（总、费率1~M）", "Maximum demand and time, total and tariffs"
    )


@record
class ReactiveDemands(Unit):
    """F146 and its like."""

    time: A15 = item(*READ_AT)
    tariffs: Tariffs = item(*TARIFFS)
    demands: Annotated[tuple[ReactiveDemandAt, ...], by_tariff(ReactiveDemandAt)] = item(
        "无功最大需量及发生时间（总、费率1~M）", "Maximum demand and time, total and tariffs"
    )


@record
class ActiveEnergies(Unit):
    """F41 and its like: energy of a period with CT and PT, no reading time."""

    tariffs: Tariffs = item(*TARIFFS)
    energies: Annotated[tuple[Decimal | None, ...], by_tariff(ActiveEnergy)] = item(
        "有功电能量（总、费率1~M）", "Energy, total and tariffs"
    )


@record
class ReactiveEnergies(Unit):
    """F42 and its like."""

    tariffs: Tariffs = item(*TARIFFS)
    energies: Annotated[tuple[Decimal | None, ...], by_tariff(ReactiveEnergy)] = item(
        "无功电能量（总、费率1~M）", "Energy, total and tariffs"
    )


@record
class GroupActiveEnergies(Unit):
    """F19 and its like: energy of a total group."""

    tariffs: Tariffs = item(*TARIFFS)
    energies: Annotated[tuple[Decimal | None, ...], by_tariff(GroupKwh)] = item(
        "总加有功电能量（总、费率1~M）", "Energy, total and tariffs"
    )


@record
class GroupReactiveEnergies(Unit):
    """F20 and its like."""

    tariffs: Tariffs = item(*TARIFFS)
    energies: Annotated[tuple[Decimal | None, ...], by_tariff(GroupKvarh)] = item(
        "总加无功电能量（总、费率1~M）", "Energy, total and tariffs"
    )


@record
class DayStamp(Record):
    """Td_d: the day that ended (part B §3.1)."""

    day: Annotated[date | None, Date()] = item("日冻结类数据时标Td_d", "Day")


@record
class MonthStamp(Record):
    """Td_m: the month that ended."""

    month: Annotated[Month | None, MonthOfYear()] = item("月冻结类数据时标Td_m", "Month")


@record
class CurveStamp(Record):
    """Td_c: where a curve starts, how dense it is, how many points follow."""

    start: Annotated[datetime | None, MinuteTime()] = item("起始时间", "Start")
    density: Density = item("数据冻结密度m", "Density")
    count: Annotated[int, Uint(1)] = item("数据点数n", "Points")


@record
class HourStamp(Record):
    """Td_h: the last complete hour and the density (part B §2.6)."""

    hour: Annotated[int | None, Bcd(1)] = item("小时", "Hour")
    density: Density = item("冻结密度m", "Density")


@cache
def _joined(stamp: type[Record], content: type[Any]) -> type[Unit]:
    """Return a layout with the fields of both, in that order."""
    hints = get_type_hints(stamp, include_extras=True) | get_type_hints(content, include_extras=True)
    labels = {f.name: f.metadata for f in (*fields(cast("Any", stamp)), *fields(content))}
    body: dict[str, Any] = {
        "__annotations__": {name: hints[name] for name in labels},
        "__module__": __name__,
        "__doc__": content.__doc__,
    }
    body |= {name: item(mark["zh"], mark["en"]) for name, mark in labels.items()}
    return record(cast("type[Unit]", type(f"{stamp.__name__}{content.__name__}", (Unit,), body)))


def stamped(
    stamp: type[Record], content: type[Any], afn: int, fn: int, zh: str, en: str, clause: str, **more: Any
) -> type[Unit]:
    """Declare a unit that is a stamp, then the fields of another layout; the query carries the stamp."""
    if afn == 0x0D:
        more.setdefault("asks", stamp)
    return same_layout(_joined(stamp, content), afn, fn, zh, en, clause, **more)


@cache
def _points(value: Any, count: ByField | ByCode) -> type[Record]:
    @record
    class Points(Record):
        values: Annotated[tuple[Any, ...], Repeat(value, count)] = item("数据点", "Points")

    return Points


BY_COUNT = ByField("count", 255)
BY_DENSITY = ByCode("density", tuple(PER_HOUR.items()))


def curve(value: Any, fn: int, zh: str, en: str, **more: Any) -> type[Unit]:
    """Declare a class 2 curve: Td_c, then n points."""
    points = _points(value, BY_COUNT)
    return stamped(CurveStamp, points, 0x0D, fn, f"{zh}曲线", f"Curve: {en}", f"B §3.4 F{fn}", **more)


def hour_points(value: Any, fn: int, zh: str, en: str, **more: Any) -> type[Unit]:
    """Declare an hour-frozen item: Td_h, then the points of that hour."""
    points = _points(value, BY_DENSITY)
    return stamped(HourStamp, points, 0x0C, fn, f"小时冻结{zh}", f"Hour: {en}", f"B §2.6 F{fn}", **more)
