"""ERC29: a meter flies away: as ERC28 with a higher factor, and two normal cycles end it (7.2)."""

from core.terminal.events.case import Case
from core.terminal.events.erc28 import judge_factor
from core.terminal.events.memory import Energy

ERC = 29
CYCLES = 2


def judge(case: Case, before: Energy, now: Energy) -> None:
    """Judge two readings."""
    judge_factor(case, before, now, ERC, case.thresholds.fast, CYCLES)
