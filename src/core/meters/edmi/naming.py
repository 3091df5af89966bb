"""What register numbers stand for, for people, and the types of those that have one (meter protocols §3.5).

A number does not tell the family of its meter: where it means something in both schemes, both are named.
"""

from core.errors import DecodeError
from core.meters.edmi import registers as g
from core.meters.edmi.registers import Family, Period, Store, TimeOfUse
from core.meters.edmi.values import TEXTS, moment_in, number_in, text_in

_PHASE = ("A相", "B相", "C相")
_LETTER = ("A", "B", "C")


def _phases(registers: tuple[int, ...], zh: str, en: str, unit: str) -> dict[int, tuple[str, str, str, str]]:
    return {
        register: (f"{letter_zh}{zh}", f"{en}, phase {letter}", "F", unit)
        for register, letter_zh, letter in zip(registers, _PHASE, _LETTER, strict=True)
    }


_NAMED: dict[int, tuple[str, str, str, str]] = {
    g.MODEL: ("型号", "Model", "A", ""), g.SERIAL: ("序列号", "Serial number", "A", ""),
    g.VERSION: ("版本", "Version", "A", ""), g.DATE: ("日期", "Date", "R", ""),
    g.TIME: ("时间", "Time", "Q", ""),
    g.CLOCK: ("日历时钟", "Date and time", "T", ""), g.ERRORS: ("错误", "Errors", "A", ""),
    g.BILLINGS: ("结算次数", "Billing resets", "", ""),
    g.BILLED_BEFORE: ("上上次结算时间", "Billing before the last", "T", ""),
    g.BILLED_AT[Family.MK6]: ("上次结算时间", "Last billing", "T", ""),
    g.BILLED_AT[Family.MK10]: ("上次结算时间", "Last billing", "T", ""),
    g.FREQUENCY: ("频率", "Frequency", "F", "Hz"),
    **_phases(g.VOLTS, "电压", "Voltage", "V"), **_phases(g.AMPS, "电流", "Current", "A"),
    **_phases(g.ANGLES, "相角", "Angle", "°"), **_phases(g.WATTS[1:], "有功功率", "Active power", "W"),
    **_phases(g.VARS[1:], "无功功率", "Reactive power", "var"),
    **_phases(g.VOLT_AMPERES[1:], "视在功率", "Apparent power", "VA"),
    **_phases(g.FACTORS[1:], "功率因数", "Power factor", ""),
    g.WATTS[0]: ("总有功功率", "Active power, total", "F", "W"),
    g.VARS[0]: ("总无功功率", "Reactive power, total", "F", "var"),
    g.VOLT_AMPERES[0]: ("总视在功率", "Apparent power, total", "F", "VA"),
    g.FACTORS[0]: ("总功率因数", "Power factor, total", "P", ""),
}  # fmt: skip
"""Chinese and English name, type, unit."""
_STORE = {
    Store.ENERGY: ("电能", "energy"), Store.DEMAND: ("最大需量", "maximum demand"),
    Store.DEMAND_TIME: ("最大需量时间", "time of the maximum demand"),
}  # fmt: skip
_PERIOD = {
    Period.CURRENT: ("本月", "this period"), Period.PREVIOUS: ("上月", "previous period"),
    Period.BILLED: ("上次结算", "at the last billing"), Period.RUNNING: ("累计", "running total"),
}  # fmt: skip


def name_of(register: int) -> tuple[str, str]:
    """Return Chinese and English name, empty for a register that no source names."""
    if register in _NAMED:
        return _NAMED[register][:2]
    for family, first in g.CHANNEL_MAP.items():
        if 0 <= (channel := register - first) < g.CHANNELS[family]:
            return f"{family.value}通道{channel}测量内容", f"What channel {channel} measures ({family.value})"
    found = [(family, one) for family in Family if (one := g.time_of_use(family, register))]
    names = [_time_of_use(family, one) for family, one in found]
    return "；".join(zh for zh, _ in names), "; ".join(en for _, en in names)


def _time_of_use(family: Family, one: TimeOfUse) -> tuple[str, str]:
    (store_zh, store_en), (period_zh, period_en) = _STORE[one.store], _PERIOD[one.period]
    rate_zh, rate_en = ("总", "all rates") if one.rate is None else (f"费率{one.rate}", f"rate {one.rate}")
    return (
        f"{family.value}通道{one.channel}{store_zh}{period_zh}{rate_zh}",
        f"{family.value} {store_en}, channel {one.channel}, {period_en}, {rate_en}",
    )


def unit_of(register: int) -> str:
    """Return the unit, empty where the set-up of the meter decides."""
    return _NAMED[register][3] if register in _NAMED else ""


def type_of(register: int) -> str:
    """Return the type letter, empty where only the meter or the length of an answer tells."""
    if register in _NAMED:
        return _NAMED[register][2]
    uses = [one for family in Family if (one := g.time_of_use(family, register))]
    if uses and all(one.store is Store.DEMAND_TIME for one in uses):
        return "T"
    maps = g.CHANNEL_MAP.items()
    return "H" if any(0 <= register - first < g.CHANNELS[family] for family, first in maps) else ""


def value_text(register: int, data: bytes) -> str:
    """Return a value as people read it; ``DecodeError`` for bytes that are none."""
    letter = type_of(register)
    if letter in TEXTS:
        return text_in(data)
    if letter in ("T", "R") and len(data) in (3, 6):
        moment = moment_in(data)
        if moment is None:
            return "none"
        return moment.isoformat(" ") if len(data) == 6 else moment.date().isoformat()
    if letter == "Q" and len(data) == 3:
        return ":".join(f"{part:02d}" for part in data)
    if letter == "H" or register == g.BILLINGS:
        return f"{data.hex().upper()}H" if letter else str(int.from_bytes(data, "big"))
    if len(data) not in (4, 8):
        raise DecodeError(f"{len(data)} bytes, no number; ask for the type with I {register:04X}")
    return f"{number_in(data):f}"
