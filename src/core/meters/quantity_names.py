"""Chinese and English names of quantities, for people who look at telegrams."""

from core.quantities import Quantity

Q = Quantity
_ZH = {
    Q.FORWARD_ACTIVE: "正向有功电能", Q.REVERSE_ACTIVE: "反向有功电能", Q.REACTIVE_1: "组合无功1电能",
    Q.REACTIVE_2: "组合无功2电能", Q.QUADRANT_1: "一象限无功电能", Q.QUADRANT_2: "二象限无功电能",
    Q.QUADRANT_3: "三象限无功电能", Q.QUADRANT_4: "四象限无功电能",
    Q.FORWARD_ACTIVE_DEMAND: "正向有功最大需量",
    Q.REVERSE_ACTIVE_DEMAND: "反向有功最大需量", Q.REACTIVE_1_DEMAND: "组合无功1最大需量",
    Q.REACTIVE_2_DEMAND: "组合无功2最大需量", Q.VOLTAGE: "电压", Q.CURRENT: "电流",
    Q.ACTIVE_POWER: "有功功率",
    Q.REACTIVE_POWER: "无功功率", Q.APPARENT_POWER: "视在功率", Q.POWER_FACTOR: "功率因数", Q.CLOCK: "时钟",
    Q.STATUS: "电表运行状态字", Q.BATTERY: "电池工作时间", Q.PROGRAMMINGS: "编程次数",
    Q.METER_CLEARS: "电表清零次数",
    Q.DEMAND_CLEARS: "需量清零次数", Q.EVENT_CLEARS: "事件清零次数", Q.CLOCK_SETTINGS: "校时次数",
    Q.PERIOD_CHANGES: "时段表编程次数", Q.TAIL_COVERS: "开端钮盒次数", Q.RELAY: "继电器状态",
    Q.PREPAYMENT: "预付费", Q.SETTLEMENT: "结算电能", Q.PHASE_LOSSES: "断相",
}  # fmt: skip
_TARIFFS = (("总", "total"), ("尖", "sharp"), ("峰", "peak"), ("平", "flat"), ("谷", "valley"))
"""Tariff 0 is all of them, 1 to 4 as terminals count them."""
PHASES = (("A相", "phase A"), ("B相", "phase B"), ("C相", "phase C"))


def name_of(quantity: Quantity) -> tuple[str, str]:
    """Return Chinese and English name."""
    return _ZH[quantity], quantity.value.replace("-", " ")


def tariff_of(number: int) -> tuple[str, str]:
    """Return the name of a tariff."""
    return _TARIFFS[number] if number < len(_TARIFFS) else (f"费率{number}", f"tariff {number}")


def joined(*names: tuple[str, str]) -> tuple[str, str]:
    """Put names together."""
    return "".join(zh for zh, _ in names), ", ".join(en for _, en in names if en)
