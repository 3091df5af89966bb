"""ERC30: the energy stands still for n x 15 min while 0.1 kWh should have flowed (7.2).

What should have flowed is the smaller power of both readings times the time between them [design]. Where no
power was read, voltage and current stand for it; meters of some families show currents without a sign, so one
that has counted energy in reverse may just be feeding: it is not judged by them [design].
"""

from datetime import timedelta
from decimal import Decimal

from core.gdw376.units.erc import Erc30
from core.quantities import Quantity
from core.terminal.events.case import Case
from core.terminal.events.erc28 import HOUR, LONGEST
from core.terminal.events.memory import Energy, Still

ERC = 30
FEEDS = "feeds"
"""In the counts of a memory: energy was counted in reverse."""
QUARTER = timedelta(minutes=15)
LEAST = Decimal("0.1")
"""kWh."""


def notice(case: Case) -> None:
    """Remember a meter that has counted energy in reverse."""
    reverse = case.phases(Quantity.REVERSE_ACTIVE)
    if reverse is not None and reverse[0]:
        case.memory.counts[FEEDS] = 1


def judge(case: Case, before: Energy, now: Energy) -> None:
    """Judge two readings; the first change ends it."""
    threshold, total = case.thresholds.stop, now.registers[0]
    if total is None or before.registers[0] is None:
        return
    if total != before.registers[0] or not threshold or _may_feed(case):
        case.memory.still = None
        case.streak(ERC, False, lambda mark: Erc30(None, mark, total, threshold))
        return
    still = _longer(case.memory.still, before, now)
    case.memory.still = still
    if still and still.expected >= LEAST and now.at - still.since >= threshold * QUARTER:
        case.streak(ERC, True, lambda mark: Erc30(None, mark, total, threshold))


def _may_feed(case: Case) -> bool:
    """Tell whether power may flow the other way without a sign that tells so."""
    return FEEDS in case.memory.counts and case.phases(Quantity.ACTIVE_POWER) is None


def _longer(still: Still | None, before: Energy, now: Energy) -> Still | None:
    """Add the time between two readings; what is too long or unknown begins anew."""
    span = now.at - before.at
    if before.power is None or now.power is None or not timedelta(0) < span <= LONGEST:
        return None
    flowed = min(before.power, now.power) * Decimal(int(span.total_seconds())) / HOUR
    return Still(still.since, still.expected + flowed) if still else Still(before.at, flowed)
