"""ERC8: what is set in a meter differs from the reading before (M62)."""

from core.gdw376.units.erc import Erc8, MeterChanges
from core.quantities import Quantity
from core.terminal.events.case import Case

ERC = 8


def judge(case: Case) -> MeterChanges:
    """Judge programming, the tariff schedule and demand resets by their counts; return what changed."""
    changes = MeterChanges(
        periods=case.rose(Quantity.PERIOD_CHANGES),
        programming=case.rose(Quantity.PROGRAMMINGS),
        reading_day=False,
        constant=False,
        ratios=False,
        demand_clear=case.rose(Quantity.DEMAND_CLEARS),
        address=False,
    )
    if changes.periods or changes.programming or changes.demand_clear:
        case.write(ERC, Erc8(None, case.point, changes))
    return changes
