"""Families 00 energy and 01 maximum demand of 2007 (dlt645 §7, §7.1)."""

from collections.abc import Iterator

from core.meters.dlt645.formats import AtMinute, Demand, Energy, SignedDemand, SignedEnergy
from core.meters.dlt645.rows import Row
from core.wire.record import Record, item, record


@record
class PeakDemand(Record):
    """A maximum demand and when it was reached; no time where there was none yet."""

    demand: Demand = item("最大需量", "Demand")
    time: AtMinute = item("发生时间", "Time")


@record
class SignedPeakDemand(Record):
    """The same for combined reactive demand, which has a sign."""

    demand: SignedDemand = item("最大需量", "Demand")
    time: AtMinute = item("发生时间", "Time")


KINDS = (
    (0x00, "组合有功", "combined active", "kWh", True),
    (0x01, "正向有功", "forward active", "kWh", False),
    (0x02, "反向有功", "reverse active", "kWh", False),
    (0x03, "组合无功1", "combined reactive 1", "kvarh", True),
    (0x04, "组合无功2", "combined reactive 2", "kvarh", True),
    (0x05, "第一象限无功", "quadrant I reactive", "kvarh", False),
    (0x06, "第二象限无功", "quadrant II reactive", "kvarh", False),
    (0x07, "第三象限无功", "quadrant III reactive", "kvarh", False),
    (0x08, "第四象限无功", "quadrant IV reactive", "kvarh", False),
    (0x09, "正向视在", "forward apparent", "kVAh", False),
    (0x0A, "反向视在", "reverse apparent", "kVAh", False),
)
"""DI2, names, unit, signed."""
SPECIAL = (
    ("关联总电能", "associated total energy"),
    ("正向有功基波电能", "forward active fundamental energy"),
    ("反向有功基波电能", "reverse active fundamental energy"),
    ("正向有功谐波电能", "forward active harmonic energy"),
    ("反向有功谐波电能", "reverse active harmonic energy"),
    ("铜损有功补偿电能", "copper-loss compensation energy"),
    ("铁损有功补偿电能", "iron-loss compensation energy"),
)
"""From 80H on for all phases, from 94H, A8H, BCH on for each phase."""
PHASES = (("A", 0x15, 0x94), ("B", 0x29, 0xA8), ("C", 0x3D, 0xBC))
"""First DI2 of the energies of a phase, and of its special ones."""
DEMAND_UNITS = {"kWh": "kW", "kvarh": "kvar", "kVAh": "kVA"}


def rows() -> Iterator[Row]:
    """All of DI3 00 and 01."""
    for di2, zh, en, unit, signed in KINDS:
        energy = SignedEnergy if signed else Energy
        yield Row(f"00{di2:02X}ttss", f"{{s}}{zh}{{t}}电能", f"{en} energy{{t}}, {{s}}", energy, unit)
        if di2:
            peak = SignedPeakDemand if signed else PeakDemand
            zh_peak, en_peak = f"{{s}}{zh}{{t}}最大需量及发生时间", f"{en} max demand and time{{t}}, {{s}}"
            yield Row(f"01{di2:02X}ttss", zh_peak, en_peak, peak, DEMAND_UNITS[unit])
    for offset, (zh, en) in enumerate(SPECIAL):
        yield Row(f"00{0x80 + offset:02X}00ss", f"{{s}}{zh}", f"{en}, {{s}}", Energy, "kWh")
    for phase in PHASES:
        yield from _phase(*phase)
    yield from _prepaid()


def _phase(letter: str, first: int, special: int) -> Iterator[Row]:
    """One phase has no tariffs: DI1 is always 00."""
    for offset, (_, zh, en, unit, signed) in enumerate(KINDS[1:]):
        di2, name = first + offset, f"{{s}}{letter}相{zh}"
        energy, peak = (SignedEnergy, SignedPeakDemand) if signed else (Energy, PeakDemand)
        yield Row(f"00{di2:02X}00ss", f"{name}电能", f"phase {letter} {en} energy, {{s}}", energy, unit)
        zh_peak, en_peak = f"{name}最大需量及发生时间", f"phase {letter} {en} max demand and time, {{s}}"
        yield Row(f"01{di2:02X}00ss", zh_peak, en_peak, peak, DEMAND_UNITS[unit])
    for offset, (zh, en) in enumerate(SPECIAL):
        di2 = special + offset
        yield Row(f"00{di2:02X}00ss", f"{{s}}{letter}相{zh}", f"phase {letter} {en}, {{s}}", Energy, "kWh")


def _prepaid() -> Iterator[Row]:
    """Balances of meters with prepayment, and periods: extensions of utilities."""
    for code, zh, en, unit in (
        ("00900100", "剩余电量", "remaining energy", "kWh"),
        ("00900101", "透支电量", "overdraft energy", "kWh"),
        ("00900200", "剩余金额", "remaining money", "CNY"),
        ("00900201", "透支金额", "overdraft money", "CNY"),
        ("000B0000", "当前结算周期组合有功总累计用电量", "energy used in current settlement period", "kWh"),
        ("000B0001", "上1结算周期组合有功总累计用电量", "energy used in previous settlement period", "kWh"),
        ("000C0000", "当前月度用电量", "energy used in current month", "kWh"),
    ):
        yield Row(code, zh, f"{en} (utility extension)", Energy, unit, extension=True)
