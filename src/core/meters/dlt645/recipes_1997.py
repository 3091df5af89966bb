"""How each quantity is read from a meter of 1997 (dlt645 §10): it has no freezes, and its times no year."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.meters.dlt645.settlements import CALENDAR_1997, clock, dated, settled, settlement
from core.meters.dlt645.visit import Recipe, Registers, Visit, nothing
from core.meters.occasion import NO_SUCH, absent
from core.quantities import Count, MonthEnd, Now, Peak, PhaseLoss, Quantity, Wanted

Q = Quantity
ENERGIES = {
    Q.FORWARD_ACTIVE: "01", Q.REVERSE_ACTIVE: "02", Q.REACTIVE_1: "11", Q.REACTIVE_2: "12",
    Q.QUADRANT_1: "13", Q.QUADRANT_4: "14", Q.QUADRANT_2: "15", Q.QUADRANT_3: "16",
}  # fmt: skip
"""Low digit of DI1 and high digit of DI0; the order of the quadrants differs from 2007."""
DEMANDS = {
    Q.FORWARD_ACTIVE_DEMAND: "01", Q.REVERSE_ACTIVE_DEMAND: "02", Q.REACTIVE_1_DEMAND: "11",
    Q.REACTIVE_2_DEMAND: "12",
}  # fmt: skip
MONTHS_BACK = 4
"""Added to the low digit of DI1 for each month back."""
PHASES = {
    Q.VOLTAGE: ("B61", 3), Q.CURRENT: ("B62", 3), Q.ACTIVE_POWER: ("B63", 4), Q.REACTIVE_POWER: ("B64", 4),
    Q.POWER_FACTOR: ("B65", 4),
}  # fmt: skip
APPARENT = "B68"
"""An extension without a block."""
COUNTS = {Q.PROGRAMMINGS: ("B212", "B210"), Q.DEMAND_CLEARS: ("B213", "B211")}
BATTERY = "B214"
STATUS, GRID = "C020", "C021"


def recipe(visit: Visit, wanted: Wanted) -> Recipe:
    """Return how to read what is wanted."""
    match wanted.when:
        case Now():
            return _PRESENT[wanted.quantity](visit, wanted.quantity)
        case MonthEnd():
            return _month(visit, wanted.quantity, wanted.when)
        case _:
            return nothing(absent("meters of 1997 have no freezes"))


def _code(family: str, kind: str, back: int, last: str) -> str:
    """Identifier of a register: ``kind`` of ``ENERGIES``, of so many months back."""
    return f"{family}{int(kind[0]) + MONTHS_BACK * back:X}{kind[1]}{last}"


def _tariffs(visit: Visit, family: str, kind: str, back: int) -> Registers:
    singles = (_code(family, kind, back, f"{tariff:X}") for tariff in range(min(visit.meter.tariffs, 14) + 1))
    return (yield from visit.gather(_code(family, kind, back, "F"), singles))


def _registers(visit: Visit, quantity: Quantity, back: int = 0) -> Recipe:
    return (yield from _tariffs(visit, "9", ENERGIES[quantity], back)) or NO_SUCH


def _peaks(visit: Visit, quantity: Quantity, back: int = 0) -> Recipe:
    """Demands and their times are two blocks (dlt645 §10.1)."""
    values = yield from _tariffs(visit, "A", DEMANDS[quantity], back)
    if values is None:
        return NO_SUCH
    times: tuple[Any, ...] = (yield from _tariffs(visit, "B", DEMANDS[quantity], back)) or ()
    times += (None,) * (len(values) - len(times))
    now = (yield from clock(visit, CALENDAR_1997)) if any(times) else None
    return tuple(
        Peak(value, dated(at, now) if now else None) for value, at in zip(values, times, strict=False)
    )


def _phases(visit: Visit, quantity: Quantity) -> Recipe:
    """Voltages have no decimals; no identifier holds the current of the neutral."""
    head, count = PHASES[quantity]
    singles = (f"{head}{n}" for n in range(4 - count, 4))
    found = yield from visit.gather(f"{head}F", singles, count=count)
    if found is None:
        return NO_SUCH
    values = tuple(None if value is None else Decimal(value) for value in found)
    return (*values, None) if quantity is Q.CURRENT else values


def _apparent(visit: Visit, _: Quantity) -> Recipe:
    total: Any = yield from visit.read(f"{APPARENT}0")
    if total is None:
        return NO_SUCH
    values = [total]
    for phase in range(1, 4):
        values.append((yield from visit.read(f"{APPARENT}{phase}")))
    return tuple(values)


def _clock(visit: Visit, _: Quantity) -> Recipe:
    return (yield from clock(visit, CALENDAR_1997)) or NO_SUCH


def _status(visit: Visit, _: Quantity) -> Recipe:
    """The bits that 2007 has too; that of the battery is left out, since its sense is uncertain."""
    word: Any = yield from visit.read(STATUS)
    if word is None:
        return NO_SUCH
    first = (not word.demand_mode) << 1 | word.active_flow << 4 | word.reactive_flow << 5
    grid: Any = yield from visit.read(GRID)
    if grid is None:
        return first, None, None, None, None, None, None
    phases = ((grid.broken_a, grid.over_a), (grid.broken_b, grid.over_b), (grid.broken_c, grid.over_c))
    return first, None, None, *(broken << 7 | over << 2 for broken, over in phases), None


def _battery(visit: Visit, _: Quantity) -> Recipe:
    minutes: int | None = yield from visit.read(BATTERY)
    return NO_SUCH if minutes is None else minutes


def _count(visit: Visit, quantity: Quantity) -> Recipe:
    times_code, at_code = COUNTS[quantity]
    times: int | None = yield from visit.read(times_code)
    if times is None:
        return NO_SUCH
    at: Any = (yield from visit.read(at_code)) if times else None
    now = (yield from clock(visit, CALENDAR_1997)) if at else None
    return Count(times, dated(at, now) if now else None)


def _settled(visit: Visit, _: Quantity) -> Recipe:
    return settled(lambda back: _tariffs(visit, "9", ENERGIES[Q.FORWARD_ACTIVE], back))


def _phase_losses(visit: Visit, _: Quantity) -> Recipe:
    """Counts, minutes, last begin and last end: each a block of all, A, B, C."""
    columns: list[tuple[Any, ...]] = []
    for digit in range(1, 5):
        singles = (f"B3{digit}{n}" for n in range(4))
        columns.append((yield from visit.gather(f"B3{digit}F", singles, count=4)) or (None,) * 4)
    times, minutes, starts, ends = columns
    if times == (None,) * 4:
        return NO_SUCH
    now: datetime | None = (yield from clock(visit, CALENDAR_1997)) if any(starts) or any(ends) else None
    return tuple(
        PhaseLoss(times[n], minutes[n], *(dated(at[n], now) if now else None for at in (starts, ends)))
        for n in range(4)
    )


def _month(visit: Visit, quantity: Quantity, when: MonthEnd) -> Recipe:
    """Last month, and the one before."""
    if quantity not in ENERGIES and quantity not in DEMANDS:
        return absent("meters settle no such data")
    number = yield from settlement(visit, CALENDAR_1997, when.month)
    if not isinstance(number, int):
        return number
    return (yield from (_registers if quantity in ENERGIES else _peaks)(visit, quantity, number))


def _never(_: Visit, __: Quantity) -> Recipe:
    return nothing(NO_SUCH)


_PRESENT: dict[Quantity, Callable[[Visit, Quantity], Recipe]] = {
    **dict.fromkeys(Quantity, _never),
    **dict.fromkeys(ENERGIES, _registers),
    **dict.fromkeys(DEMANDS, _peaks),
    **dict.fromkeys(PHASES, _phases),
    **dict.fromkeys(COUNTS, _count),
    Q.APPARENT_POWER: _apparent,
    Q.CLOCK: _clock,
    Q.STATUS: _status,
    Q.BATTERY: _battery,
    Q.SETTLEMENT: _settled,
    Q.PHASE_LOSSES: _phase_losses,
}
