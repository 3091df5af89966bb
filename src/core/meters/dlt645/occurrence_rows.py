"""Families 10 to 20 of 2007: events field by field, extensions of utilities (dlt645 §8, last part).

DI2 is the phase or zero, DI1 the field, DI0 counts back from the last record; 00 01 and 00 02 are the totals.
Each kind of event is a sequence of groups of fields, numbered through.
"""

from collections.abc import Iterator
from typing import Any

from core.meters.dlt645 import formats as f
from core.meters.dlt645.rows import Row

Field = tuple[str, str, Any, str]
"""Names, format and unit; the names hold the event as ``{0}``."""
ENERGIES = (
    ("正向有功电能", "forward active energy", f.Energy, "kWh"),
    ("反向有功电能", "reverse active energy", f.Energy, "kWh"),
    ("组合无功1电能", "combined reactive 1 energy", f.SignedEnergy, "kvarh"),
    ("组合无功2电能", "combined reactive 2 energy", f.SignedEnergy, "kvarh"),
)
MEASURED = (
    ("电压", "voltage", f.Volt, "V"),
    ("电流", "current", f.Ampere, "A"),
    ("有功功率", "active power", f.Kilowatt, "kW"),
    ("无功功率", "reactive power", f.Kilovar, "kvar"),
    ("功率因数", "power factor", f.Factor, ""),
)
SWITCHED = (
    ("发生时刻", "time", f.At, ""),
    ("正向有功电能", "forward active energy", f.Energy, "kWh"),
    ("反向有功电能", "reverse active energy", f.Energy, "kWh"),
    ("第一象限无功电能", "QI reactive energy", f.Energy, "kvarh"),
    ("第二象限无功电能", "QII reactive energy", f.Energy, "kvarh"),
    ("第三象限无功电能", "QIII reactive energy", f.Energy, "kvarh"),
    ("第四象限无功电能", "QIV reactive energy", f.Energy, "kvarh"),
)
WHERE = (("总", "total"), ("A相", "phase A"), ("B相", "phase B"), ("C相", "phase C"))
START, END = ("发生时刻", "at start"), ("结束时刻", "at end")


def _energies(where: tuple[str, str], when: tuple[str, str]) -> Iterator[Field]:
    for zh, en, annotation, unit in ENERGIES:
        yield f"{when[0]}{where[0]}{zh}", f"{where[1]} {en} {when[1]}", annotation, unit


def _all_energies(when: tuple[str, str]) -> Iterator[Field]:
    for where in WHERE:
        yield from _energies(where, when)


def _traced() -> Iterator[Field]:
    """Start, energies at the start, and what each phase measured."""
    yield "发生时刻", "start time", f.At, ""
    yield from _energies(WHERE[0], START)
    for where in WHERE[1:]:
        yield from _energies(where, START)
        for zh, en, annotation, unit in MEASURED:
            yield f"{where[0]}{zh}", f"{where[1]} {en}", annotation, unit


def _ended() -> Iterator[Field]:
    yield "结束时刻", "end time", f.At, ""
    yield from _all_energies(END)


def voltage_fields() -> Iterator[Field]:
    """Loss, under- and over-voltage, phase break: with ampere-hours."""
    yield from _traced()
    for zh, en in WHERE:
        yield f"{zh}安时数", f"{en} ampere-hours", f.AmpereHours, "Ah"
    yield from _ended()


def current_fields() -> Iterator[Field]:
    """Current loss, over-current, current break."""
    yield from _traced()
    yield from _ended()


def energy_fields() -> Iterator[Field]:
    """Reverse flow, overload, reverse sequence: energies alone."""
    yield "发生时刻", "start time", f.At, ""
    yield from _all_energies(START)
    yield from _ended()


def unbalance_fields() -> Iterator[Field]:
    """Unbalance: its greatest rate before the end."""
    yield "发生时刻", "start time", f.At, ""
    yield from _all_energies(START)
    yield "最大不平衡率", "max unbalance rate", f.WidePercent, "%"
    yield from _ended()


def factor_fields() -> Iterator[Field]:
    """Power factor too low: total energies alone."""
    yield "发生时刻", "start time", f.At, ""
    yield from _energies(WHERE[0], START)
    yield "结束时刻", "end time", f.At, ""
    yield from _energies(WHERE[0], END)


PHASED = (
    (0x10, "失压", "voltage loss", voltage_fields),
    (0x11, "欠压", "under-voltage", voltage_fields),
    (0x12, "过压", "over-voltage", voltage_fields),
    (0x13, "断相", "phase break", voltage_fields),
    (0x18, "失流", "current loss", current_fields),
    (0x19, "过流", "over-current", current_fields),
    (0x1A, "断流", "current break", current_fields),
    (0x1B, "潮流反向", "reverse power flow", energy_fields),
    (0x1C, "过载", "overload", energy_fields),
)
WHOLE = (
    (0x14, "电压逆相序", "voltage reverse sequence", energy_fields),
    (0x15, "电流逆相序", "current reverse sequence", energy_fields),
    (0x16, "电压不平衡", "voltage unbalance", unbalance_fields),
    (0x17, "电流不平衡", "current unbalance", unbalance_fields),
    (0x1F, "总功率因数超下限", "total power factor below limit", factor_fields),
    (0x20, "电流严重不平衡", "severe current unbalance", unbalance_fields),
)
_TAIL = " (utility extension)"


def rows() -> Iterator[Row]:
    """All of DI3 10 to 20."""
    for di3, zh, en, fields in PHASED:
        yield from _event(f"{di3:02X}pp", f"{{p}}{zh}", f"{{p}} {en}", tuple(fields()))
    for di3, zh, en, fields in WHOLE:
        yield from _event(f"{di3:02X}00", zh, en, tuple(fields()))
    for di3, zh, en in ((0x1D, "跳闸", "relay trip"), (0x1E, "合闸", "relay close")):
        yield Row(
            f"{di3:02X}000001", f"{zh}总次数", f"{en}: total count{_TAIL}", f.Times, "times", extension=True
        )
        yield Row(
            f"{di3:02X}0001ll", f"{{l}}{zh}发生时刻", f"{en} record, {{l}}: time{_TAIL}", f.At, extension=True
        )
        yield from _fields(f"{di3:02X}01", zh, en, SWITCHED)


def _event(head: str, zh: str, en: str, fields: tuple[Field, ...]) -> Iterator[Row]:
    yield Row(f"{head}0001", f"{zh}总次数", f"{en}: total count{_TAIL}", f.Times, "times", extension=True)
    yield Row(
        f"{head}0002", f"{zh}总累计时间", f"{en}: total duration{_TAIL}", f.Minutes, "min", extension=True
    )
    yield from _fields(head, zh, en, fields)


def _fields(head: str, zh: str, en: str, fields: tuple[Field, ...]) -> Iterator[Row]:
    for di1, (zh_field, en_field, annotation, unit) in enumerate(fields, 1):
        name = f"{en} record, {{l}}: {en_field}{_TAIL}"
        yield Row(f"{head}{di1:02X}ll", f"{{l}}{zh}{zh_field}", name, annotation, unit, extension=True)
