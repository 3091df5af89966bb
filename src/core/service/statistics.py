"""What the terminal counted about itself, as class 2 units of p0 (part B §3.3; M66, M76, M79 to M81)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.terminal import statistics as names
from core.terminal.concentrator import Concentrator
from core.terminal.readings import Kind
from core.terminal.rtc import EPOCH

Look = Callable[[str], int | None]
"""The counters of one period, by name."""
MOST_MINUTES = 0xFFFF
UNCOUNTED = (0, 0, 0, 0, 0)
NO_RANGE = ((None, None), (None, None))
NO_RATES = (b"\xee\xee\xee",) * 3


def _minutes(look: Look, name: str) -> int:
    return min((look(name) or 0) // 60, MOST_MINUTES)


def supply(look: Look) -> tuple[Any, ...]:
    """F49, F51."""
    return (_minutes(look, names.SUPPLY), look(names.RESETS) or 0)


def traffic(look: Look) -> tuple[Any, ...]:
    """F53, F54."""
    return (look(names.TRAFFIC) or 0,)


def voltage(look: Look) -> tuple[Any, ...] | None:
    """F27, F35 of the terminal itself, which has one phase, A (Q18)."""
    total = look(names.VOLT_SECONDS)
    if total is None:
        return None
    limits = (names.OVER_UPPER, names.UNDER_LOWER, names.OVER, names.UNDER, names.WITHIN)
    phase = tuple(_minutes(look, name) for name in limits)
    extremes = (
        _extreme(look, names.HIGHEST, names.HIGHEST_AT),
        _extreme(look, names.LOWEST, names.LOWEST_AT),
    )
    mean = (Decimal(total) / (look(names.SUPPLY) or 1)).quantize(Decimal("0.1"))
    return ((phase, UNCOUNTED, UNCOUNTED), (extremes, NO_RANGE, NO_RANGE), (mean, None, None))


def voltage_2012(look: Look) -> tuple[Any, ...] | None:
    """The same with rates, whose scale is not known: no values."""
    counted = voltage(look)
    return counted and (*counted, (NO_RATES,) * 3)


def _extreme(look: Look, volts: str, moment: str) -> tuple[Any, ...]:
    value, at = look(volts), look(moment)
    if value is None or at is None:
        return (None, None)
    return (Decimal(value).quantize(Decimal("0.1")), EPOCH + timedelta(seconds=at))


Count = Callable[[Look], tuple[Any, ...] | None]
COUNTS: dict[Kind, dict[int, Count]] = {
    Kind.DAY: {27: voltage, 49: supply, 53: traffic},
    Kind.MONTH: {35: voltage, 51: supply, 54: traffic},
}
"""Functions of AFN 0D."""
COUNTS_2012: dict[int, Count] = {27: voltage_2012, 35: voltage_2012}


def counted(terminal: Concentrator, kind: Kind, stamp: date, count: Count) -> tuple[Any, ...] | None:
    """Fields of a unit, ``None`` if nothing is known of that period."""

    def look(name: str) -> int | None:
        return terminal.statistics.value(kind, stamp, name)

    return count(look) if look(names.SUPPLY) is not None else None
