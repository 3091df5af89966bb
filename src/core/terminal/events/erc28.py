"""ERC28: more energy than power and time account for (7.2). ERC29 is the same with a higher factor.

What should have flowed is the greater power of both readings times the time between them, and the last digit
of the register is not held against the meter [design]: power between two readings is not known. Readings
further apart than `LONGEST` say nothing.
"""

from datetime import timedelta
from decimal import Decimal

from core.gdw376.units.erc import Erc28
from core.terminal.events.case import Case
from core.terminal.events.memory import Energy

ERC = 28
CYCLES = 3
"""Normal ones in a row that end the event."""
LONGEST = timedelta(minutes=90)
LEAST = Decimal("0.01")
"""kWh; not judged when no more than this is expected."""
HOUR = Decimal(3600)


def judge(case: Case, before: Energy, now: Energy) -> None:
    """Judge two readings."""
    judge_factor(case, before, now, ERC, case.thresholds.over, CYCLES)


def judge_factor(
    case: Case, before: Energy, now: Energy, erc: int, factor: Decimal | None, cycles: int
) -> None:
    """Begin when the increment exceeds what was expected by the factor; end after so many normal cycles."""
    expected = expected_most(before, now)
    old, new = before.registers[0], now.registers[0]
    if not factor or expected is None or expected <= LEAST or old is None or new is None:
        return
    calm = case.memory.calm
    digit = Decimal(1).scaleb(-case.meter.decimals)
    abnormal = new - old - digit > expected * factor
    calm[erc] = 0 if abnormal else min(calm.get(erc, 0) + 1, cycles)
    if abnormal or calm[erc] >= cycles:
        case.streak(erc, abnormal, lambda mark: Erc28(None, mark, old, new, factor))
    if not case.memory.is_open(erc):
        calm.pop(erc, None)


def expected_most(before: Energy, now: Energy) -> Decimal | None:
    """Return the most that should have flowed in kWh, ``None`` if that is not known."""
    span = now.at - before.at
    if before.power is None or now.power is None or not timedelta(0) < span <= LONGEST:
        return None
    return max(before.power, now.power) * Decimal(int(span.total_seconds())) / HOUR
