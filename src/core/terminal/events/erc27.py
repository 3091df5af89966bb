"""ERC27: forward active energy below the reading before, the total or any tariff (7.2).

A register that went round is no decline: it was near its end before and is near its beginning now.
"""

from decimal import Decimal

from core.gdw376.units.erc import Erc27
from core.terminal.events.case import Case
from core.terminal.events.memory import Energy

ERC = 27
NEAR = Decimal("0.1")
"""Share of the register that counts as near its end, or its beginning."""


def judge(case: Case, before: Energy, now: Energy) -> bool:
    """Judge two readings; return whether it fell."""
    whole = Decimal(10) ** case.meter.integers
    pairs = zip(before.registers, now.registers, strict=False)
    fell = any(
        old is not None and new is not None and new < old and not _went_round(old, new, whole)
        for old, new in pairs
    )
    case.streak(ERC, fell, lambda mark: Erc27(None, mark, before.registers[0], now.registers[0]))
    return fell


def _went_round(old: Decimal, new: Decimal, whole: Decimal) -> bool:
    return old >= whole * (1 - NEAR) and new <= whole * NEAR
