"""What the codes of a readout stand for, for people, in both dialects (meter protocols §5.4)."""

from functools import cache

from core.meters.iec62056.dialects import DIALECTS, Dialect
from core.meters.quantity_names import PHASES, joined, name_of, tariff_of

Names = dict[str, tuple[str, str]]
_TOTAL = ("总", "total")
_LOSS = ("断相次数", "phase losses")


@cache
def _by_dialect() -> dict[str, Names]:
    """Return the names of all codes, by the name of the dialect."""
    return {dialect.name: _names(dialect) for dialect in DIALECTS}


def _names(dialect: Dialect) -> Names:
    """A code with two readings keeps the first."""
    names: Names = {}
    for quantity, rows in dialect.registers.items():
        for row in rows:
            names.setdefault(row.total, joined(name_of(quantity), tariff_of(0)))
            for tariff in range(1, len(dialect.rates) + 1):
                code = f"{row.rates}{dialect.rate(tariff)}"
                names.setdefault(code, joined(name_of(quantity), tariff_of(tariff)))
    for quantity, phases in dialect.phases.items():
        each = PHASES if len(phases.codes) == 3 or quantity.value == "current" else (_TOTAL, *PHASES)
        for code, phase in zip(phases.codes, (*each, ("中性线", "neutral")), strict=False):
            names.setdefault(code, joined(name_of(quantity), phase))
    found = names | _singles(dialect)
    return {code: name for code, name in found.items() if code}


def _singles(dialect: Dialect) -> Names:
    found = {
        dialect.clock: ("时间", "time"), dialect.date: ("日期", "date"),
        dialect.resets: ("结算次数", "billing resets"), dialect.battery: ("电池工作时间", "battery hours"),
        dialect.number: ("表号", "meter number"), dialect.error: ("错误", "errors"),
        "0.2.0": ("固件版本", "firmware"),
        **dict.fromkeys(dialect.programmings, ("编程记录", "programmings")),
    }  # fmt: skip
    found |= {
        code: joined(_LOSS, phase) for code, phase in zip(dialect.losses, (_TOTAL, *PHASES), strict=False)
    }
    return found


def name_in(dialect: Dialect, code: str) -> tuple[str, str]:
    """Return Chinese and English name of a code, by another dialect where this one has none; else empty."""
    for one in (dialect, *DIALECTS):
        if name := _by_dialect().get(one.name, {}).get(code):
            return name
    return "", ""
