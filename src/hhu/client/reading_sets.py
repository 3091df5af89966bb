"""What can be read of meters and of the terminal itself, by kind: names of people to data units of 0C and 0D.

A set is what a person chooses: one register with its tariffs, the voltages of all phases, the readings of the
grouped form. Its units come from part B §2.3 to §3.4; those of totalizing groups are left out, this terminal
has none (device behaviour 7.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from core.errors import UsageError
from core.gdw376.catalogue import unit_class
from core.gdw376.fields import Direction
from core.gdw376.unit import Edition, Unit

PRESENT, PAST = 0x0C, 0x0D


class Kind(Enum):
    """When the values are of; the value is its name in commands and files."""

    CURRENT = "current"
    DAY = "day"
    READING_DAY = "reading-day"
    MONTH = "month"
    HOUR = "hour"
    CURVE = "curve"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """One thing to choose; several functions are its ``parts``, or the same content with other stamps."""

    name: str
    zh: str
    en: str
    afn: int
    functions: tuple[int, ...]
    parts: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """Only these fields of the unit; empty: all."""

    def units(self, edition: Edition) -> tuple[type[Unit], ...]:
        """Return the data units in the layout of an edition; those it does not know are left out."""
        found = (unit_class(self.afn, fn, edition, Direction.UP) for fn in self.functions)
        return tuple(unit for unit in found if unit is not None)

    def part(self, fn: int) -> str:
        """Return which part of the set a function is; empty when the set has no parts."""
        return self.parts[self.functions.index(fn)] if self.parts else ""


REGISTERS = (
    ("forward-active", "正向有功", "Forward active"),
    ("reactive-1", "正向无功", "Forward reactive"),
    ("reverse-active", "反向有功", "Reverse active"),
    ("reactive-2", "反向无功", "Reverse reactive"),
    ("quadrant-1", "一象限无功", "Quadrant 1 reactive"),
    ("quadrant-2", "二象限无功", "Quadrant 2 reactive"),
    ("quadrant-3", "三象限无功", "Quadrant 3 reactive"),
    ("quadrant-4", "四象限无功", "Quadrant 4 reactive"),
)
"""In the order of the standard; names as `core.quantities.Quantity`."""
FOUR = REGISTERS[:4]
GROUPED = (
    ("forward-readings", "正向及一、四象限示值", "Forward readings, grouped"),
    ("reverse-readings", "反向及二、三象限示值", "Reverse readings, grouped"),
    ("forward-demands", "正向最大需量", "Forward demands, grouped"),
    ("reverse-demands", "反向最大需量", "Reverse demands, grouped"),
)
PHASES = ("a", "b", "c")
TOTAL_AND_PHASES = ("total", *PHASES)
INSTANT = (
    ("voltage", "电压", "Voltage", ("u_a", "u_b", "u_c")),
    ("current", "电流", "Current", ("i_a", "i_b", "i_c", "i_0")),
    ("active-power", "有功功率", "Active power", ("p", "p_a", "p_b", "p_c")),
    ("reactive-power", "无功功率", "Reactive power", ("q", "q_a", "q_b", "q_c")),
    ("apparent-power", "视在功率", "Apparent power", ("s", "s_a", "s_b", "s_c")),
    ("power-factor", "功率因数", "Power factor", ("pf", "pf_a", "pf_b", "pf_c")),
)
"""Fields of 0C F25."""


def _rows(afn: int, first: int, names: Iterable[tuple[str, str, str]]) -> tuple[ReadingSet, ...]:
    return tuple(
        ReadingSet(name, zh, en, afn, (first + index,)) for index, (name, zh, en) in enumerate(names)
    )


def _registers(afn: int, first: int) -> tuple[ReadingSet, ...]:
    return _rows(afn, first, REGISTERS)


def _demands(afn: int, first: int) -> tuple[ReadingSet, ...]:
    return _rows(afn, first, ((f"{name}-demand", f"{zh}最大需量", f"{en} demand") for name, zh, en in FOUR))


def _energies(afn: int, first: int) -> tuple[ReadingSet, ...]:
    return _rows(afn, first, ((f"{name}-energy", f"{zh}电能量", f"{en} energy") for name, zh, en in FOUR))


def _records(afn: int, *rows: tuple[int, str, str, str]) -> tuple[ReadingSet, ...]:
    return tuple(ReadingSet(name, zh, en, afn, (fn,)) for fn, name, zh, en in rows)


def _over_time(
    afn: int, power: int, voltage: int, energy: int, reading: int, factor: int
) -> tuple[ReadingSet, ...]:
    """Items of an hour or a curve; power, voltage and current follow each other (part B §2.6, §3.4)."""

    def phased(name: str, zh: str, en: str, first: int, parts: tuple[str, ...]) -> ReadingSet:
        return ReadingSet(name, zh, en, afn, tuple(range(first, first + len(parts))), parts)

    return (
        *_rows(afn, reading, FOUR),
        phased("active-power", "有功功率", "Active power", power, TOTAL_AND_PHASES),
        phased("reactive-power", "无功功率", "Reactive power", power + 4, TOTAL_AND_PHASES),
        phased("voltage", "电压", "Voltage", voltage, PHASES),
        phased("current", "电流", "Current", voltage + 3, (*PHASES, "n")),
        phased("power-factor", "功率因数", "Power factor", factor, TOTAL_AND_PHASES),
        *_energies(afn, energy),
    )


HOUR_NOW = _over_time(PRESENT, 89, 97, 105, 109, 113)
"""The last complete hour (part B §2.6)."""
CURVES = (
    *_over_time(PAST, 81, 89, 97, 101, 105),
    *_records(
        PAST,
        (109, "voltage-angles", "电压相位角", "Voltage angles"),
        (110, "current-angles", "电流相位角", "Current angles"),
        (145, "quadrant-1", "一象限无功", "Quadrant 1 reactive"),
        (147, "quadrant-2", "二象限无功", "Quadrant 2 reactive"),
        (148, "quadrant-3", "三象限无功", "Quadrant 3 reactive"),
        (146, "quadrant-4", "四象限无功", "Quadrant 4 reactive"),
    ),
)
SETS: dict[Kind, tuple[ReadingSet, ...]] = {
    Kind.CURRENT: (
        *_registers(PRESENT, 129),
        *_demands(PRESENT, 145),
        *(ReadingSet(name, zh, en, PRESENT, (25,), fields=fields) for name, zh, en, fields in INSTANT),
        *_records(
            PRESENT,
            (26, "phase-losses", "断相记录", "Phase losses"),
            (27, "meter-clock", "电能表时钟及编程", "Meter clock and operations"),
            (28, "meter-status", "电表运行状态字", "Meter status words"),
            (161, "relay", "通断电状态", "Relay"),
            (165, "switch-operations", "开关操作", "Switch operations"),
            (166, "parameter-changes", "参数修改", "Parameter changes"),
            (167, "prepayment", "购用电信息", "Prepayment"),
            (168, "settlement", "结算信息", "Settlement"),
        ),
        *_rows(PRESENT, 33, GROUPED),
    ),
    Kind.DAY: (
        *_registers(PAST, 161),
        *_demands(PAST, 185),
        *_rows(PAST, 1, GROUPED),
        *_energies(PAST, 5),
        *_records(
            PAST, (209, "relay", "通断电状态", "Relay"), (210, "prepayment", "购用电信息", "Prepayment")
        ),
    ),
    Kind.READING_DAY: (*_registers(PAST, 169), *_demands(PAST, 189), *_rows(PAST, 9, GROUPED)),
    Kind.MONTH: (
        *_registers(PAST, 177),
        *_demands(PAST, 193),
        *_rows(PAST, 17, GROUPED),
        *_energies(PAST, 21),
        *_records(
            PAST,
            (213, "switch-operations", "开关操作", "Switch operations"),
            (214, "parameter-changes", "参数修改", "Parameter changes"),
            (215, "prepayment", "购用电信息", "Prepayment"),
            (216, "settlement", "结算信息", "Settlement"),
        ),
    ),
    Kind.HOUR: CURVES,
    Kind.CURVE: CURVES,
    Kind.STATISTICS: (
        ReadingSet("supply", "供电及复位", "Supply and resets", PAST, (49, 51)),
        ReadingSet("traffic", "通信流量", "Traffic", PAST, (53, 54)),
        ReadingSet("traffic-now", "当前流量", "Traffic now", PRESENT, (10,)),
        ReadingSet("voltage", "电压统计", "Voltage statistics", PAST, (27, 35)),
    ),
}
USUAL = dict.fromkeys(Kind, 1) | {Kind.STATISTICS: 3}
"""How many sets of a kind are read when nothing is said."""


def usual_sets(kind: Kind) -> tuple[ReadingSet, ...]:
    """Return what is read when nothing else is said."""
    return SETS[kind][: USUAL[kind]]


def sets_named(kind: Kind, names: Iterable[str]) -> tuple[ReadingSet, ...]:
    """Return the sets with these names, each once; ``UsageError`` lists the names there are."""
    known = {one.name: one for one in SETS[kind]}
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in names))
    for name in wanted:
        if name not in known:
            raise UsageError(f"No item {name!r} in {kind.value} data.", f"Items: {', '.join(known)}.")
    return tuple(known[name] for name in wanted)
