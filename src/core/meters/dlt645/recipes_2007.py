"""How each quantity is read from a meter of 2007 (dlt645 §7 to §9)."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from core.meters.dlt645.freezes import DAILY, HOURLY, TIMED, frozen
from core.meters.dlt645.settlements import CALENDAR_2007, clock, settled, settlement
from core.meters.dlt645.visit import Recipe, Registers, Visit, moment_in, nothing
from core.meters.occasion import NO_SUCH, Lack, absent
from core.quantities import (
    Count,
    DayEnd,
    HourEnd,
    MonthEnd,
    Now,
    Peak,
    PhaseLoss,
    Prepaid,
    Quantity,
    Relay,
    Wanted,
)

Q = Quantity
ENERGIES = {
    Q.FORWARD_ACTIVE: "01", Q.REVERSE_ACTIVE: "02", Q.REACTIVE_1: "03", Q.REACTIVE_2: "04",
    Q.QUADRANT_1: "05", Q.QUADRANT_2: "06", Q.QUADRANT_3: "07", Q.QUADRANT_4: "08",
}  # fmt: skip
"""DI2 of family 00; also the item of a freeze."""
DEMANDS = {
    Q.FORWARD_ACTIVE_DEMAND: "01", Q.REVERSE_ACTIVE_DEMAND: "02", Q.REACTIVE_1_DEMAND: "03",
    Q.REACTIVE_2_DEMAND: "04",
}  # fmt: skip
"""DI2 of family 01."""
FROZEN_DEMANDS = {Q.FORWARD_ACTIVE_DEMAND: "09", Q.REVERSE_ACTIVE_DEMAND: "0A"}
FROZEN_POWERS = {Q.ACTIVE_POWER: slice(0, 4), Q.REACTIVE_POWER: slice(4, 8)}
"""Where they stand in item 10 of a freeze."""
PHASES = {
    Q.VOLTAGE: ("0201", 3), Q.ACTIVE_POWER: ("0203", 4), Q.REACTIVE_POWER: ("0204", 4),
    Q.APPARENT_POWER: ("0205", 4), Q.POWER_FACTOR: ("0206", 4),
}  # fmt: skip
"""DI3 and DI2 of family 02, and how many values: A, B, C, or with the total in front."""
CURRENT, NEUTRAL = "0202", "02800001"
STATUS_BLOCK, STATUS_WORD = "040005FF", "040005{:02X}"
BATTERY = "0280000A"
COUNTS = {
    Q.PROGRAMMINGS: ("033000", 0), Q.METER_CLEARS: ("033001", 0), Q.DEMAND_CLEARS: ("033002", 0),
    Q.EVENT_CLEARS: ("033003", 0), Q.CLOCK_SETTINGS: ("033004", 10), Q.PERIOD_CHANGES: ("033005", 0),
    Q.TAIL_COVERS: ("03300E", 0),
}  # fmt: skip
"""Class of the records, and where in one its time stands."""
RELAY_OPEN = 0x0010
"""Bit of status word 3."""
TRIPS, CLOSINGS = ("1D000101", "1D010101"), ("1E000101", "1E010101")
"""Time of the last one; both forms are seen (dlt645_di.csv)."""
PURCHASES = (("03330201", "03330601"), ("03320201", "03320601"))
"""Last purchase of money, and of energy: its number and the sum of all, extensions of a utility."""

ALARM_ENERGY, CREDIT_ENERGY = "04000F01", "04000F04"
"""Limits of a meter of energy: where it warns, and how far it may be overdrawn."""


def recipe(visit: Visit, wanted: Wanted) -> Recipe:
    """Return how to read what is wanted."""
    match wanted.when:
        case Now():
            return _PRESENT[wanted.quantity](visit, wanted.quantity)
        case DayEnd(day):
            return _day(visit, wanted.quantity, datetime(day.year, day.month, day.day) + timedelta(days=1))
        case MonthEnd():
            return _month(visit, wanted.quantity, wanted.when)
        case HourEnd(moment):
            return _hour(visit, wanted.quantity, moment)


def _registers(visit: Visit, quantity: Quantity, back: int = 0) -> Recipe:
    """Total and tariffs, now or of the settlement ``back`` ago."""
    head = f"00{ENERGIES[quantity]}"
    return (yield from _tariffs(visit, head, back)) or NO_SUCH


def _tariffs(visit: Visit, head: str, back: int) -> Registers:
    singles = (f"{head}{tariff:02X}{back:02X}" for tariff in range(visit.meter.tariffs + 1))
    return (yield from visit.gather(f"{head}FF{back:02X}", singles))


def _peaks(visit: Visit, quantity: Quantity, back: int = 0) -> Recipe:
    found = yield from _tariffs(visit, f"01{DEMANDS[quantity]}", back)
    return _as_peaks(found) if found else NO_SUCH


def _as_peaks(found: tuple[Any, ...]) -> tuple[Peak, ...]:
    return tuple(Peak(one.demand, one.time) if one else Peak(None, None) for one in found)


def _phases(visit: Visit, quantity: Quantity) -> Recipe:
    head, count = PHASES[quantity]
    singles = (f"{head}{n:02X}00" for n in range(4 - count, 4))
    return (yield from visit.gather(f"{head}FF00", singles, count=count)) or NO_SUCH


def _current(visit: Visit, _: Quantity) -> Recipe:
    """A, B, C, and the neutral from an identifier of its own."""
    singles = (f"{CURRENT}{n:02X}00" for n in range(1, 4))
    found = yield from visit.gather(f"{CURRENT}FF00", singles, count=3)
    neutral: Any = yield from visit.read(NEUTRAL)
    if found is None and neutral is None:
        return NO_SUCH
    return (*(found or (None,) * 3), neutral)


def _clock(visit: Visit, _: Quantity) -> Recipe:
    return (yield from clock(visit, CALENDAR_2007)) or NO_SUCH


def _status(visit: Visit, _: Quantity) -> Recipe:
    """Seven words; one by one where the block is refused."""
    block: bytes | None = yield STATUS_BLOCK
    words = [block[at : at + 2] for at in range(0, 14, 2)] if block else []
    for number in range(len(words) + 1, 8):
        words.append((yield STATUS_WORD.format(number)) or b"")
    if not any(words):
        return NO_SUCH
    return tuple(int.from_bytes(word, "little") if len(word) == 2 else None for word in words)


def _battery(visit: Visit, _: Quantity) -> Recipe:
    minutes: int | None = yield from visit.read(BATTERY)
    return NO_SUCH if minutes is None else minutes


def _count(visit: Visit, quantity: Quantity) -> Recipe:
    """How often, and from the newest record when; the rest of the record differs between makes."""
    head, at = COUNTS[quantity]
    times: int | None = yield from visit.read(f"{head}00")
    if times is None:
        return NO_SUCH
    record: bytes | None = (yield f"{head}01") if times else None
    return Count(times, moment_in(record, at))


def _relay(visit: Visit, _: Quantity) -> Recipe:
    word: bytes | None = yield STATUS_WORD.format(3)
    if not word:
        return NO_SUCH
    closed = not int.from_bytes(word, "little") & RELAY_OPEN
    closed_at: datetime | None = yield from _first(visit, CLOSINGS)
    return Relay(closed, closed_at, (yield from _first(visit, TRIPS)))


def _first(visit: Visit, codes: tuple[str, ...]) -> Generator[str, bytes | None, Any]:
    """Read the first identifier that the meter has."""
    for code in codes:
        value: Any = yield from visit.read(code)
        if value is not None:
            return value
    return None


def _prepaid(visit: Visit, _: Quantity) -> Recipe:
    """What a prepayment meter tells; a meter of money knows no energies and the other way round."""
    money: Any = yield from visit.read("00900200")
    energy: Any = yield from visit.read("00900100")
    if money is None and energy is None:
        return NO_SUCH
    overdraft: Any = yield from visit.read("00900101")
    number, total = PURCHASES[0 if money is not None else 1]
    purchases: Any = yield from visit.read(number)
    bought: Any = (yield from visit.read(total)) if purchases else None
    alarm: Any = yield from visit.read(ALARM_ENERGY)
    credit: Any = yield from visit.read(CREDIT_ENERGY)
    return Prepaid(
        purchases=purchases,
        money_left=money,
        money_bought=bought if money is not None else None,
        energy_left=energy,
        overdraft=overdraft,
        energy_bought=bought if money is None else None,
        credit=credit,
        alarm=alarm,
        fault=None,
    )


def _settled(visit: Visit, _: Quantity) -> Recipe:
    head = f"00{ENERGIES[Q.FORWARD_ACTIVE]}"
    return settled(lambda back: _tariffs(visit, head, back))


def _phase_losses(visit: Visit, _: Quantity) -> Recipe:
    """Class 04, phase break; of all phases together there are only sums and the last one."""
    totals: tuple[Any, ...] | None = yield from visit.read("03040000")
    if totals is None:
        return NO_SUCH
    phases: list[PhaseLoss] = []
    for phase, total in enumerate(totals, 1):
        record: bytes | None = (yield f"0304{phase:02X}01") if total.times else None
        phases.append(PhaseLoss(total.times, total.minutes, moment_in(record, 0), moment_in(record, 6)))
    return _together(phases), *phases


def _together(phases: list[PhaseLoss]) -> PhaseLoss:
    last = max(phases, key=lambda one: one.start or datetime.min)
    times = [one.times for one in phases if one.times is not None]
    minutes = [one.minutes for one in phases if one.minutes is not None]
    return PhaseLoss(sum(times) if times else None, sum(minutes) if minutes else None, last.start, last.end)


def _day(visit: Visit, quantity: Quantity, wanted: datetime) -> Recipe:
    """The daily freeze, an extension; the timed freeze of the standard where there is none."""
    item = ENERGIES.get(quantity) or FROZEN_DEMANDS.get(quantity)
    item = "10" if quantity in FROZEN_POWERS else item
    if item is None:
        return absent("meters freeze no such data")
    found: Any = yield from frozen(visit, DAILY, item, wanted)
    if isinstance(found, Lack) and visit.lacks(DAILY.code("00", 1)):
        found = yield from frozen(visit, TIMED, item, wanted)
    if isinstance(found, Lack):
        return found
    if quantity in FROZEN_DEMANDS:
        return _as_peaks(found)
    return found[FROZEN_POWERS[quantity]] if quantity in FROZEN_POWERS else found


def _month(visit: Visit, quantity: Quantity, when: MonthEnd) -> Recipe:
    """The settlement of that month; for energies also the day freeze of its last day, which has a date."""
    if quantity not in ENERGIES and quantity not in DEMANDS:
        return absent("meters settle no such data")
    number = yield from settlement(visit, CALENDAR_2007, when.month)
    if isinstance(number, int):
        return (yield from (_registers if quantity in ENERGIES else _peaks)(visit, quantity, number))
    if quantity in DEMANDS:
        return number
    over = (when.month.replace(day=1) + timedelta(days=31)).replace(day=1)
    return (yield from _day(visit, quantity, datetime(over.year, over.month, 1)))


def _hour(visit: Visit, quantity: Quantity, moment: datetime) -> Recipe:
    """Hourly freezes hold the totals of two energies."""
    if quantity not in (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE):
        return absent("meters freeze no such data by the hour")
    total: Any = yield from frozen(visit, HOURLY, ENERGIES[quantity], moment)
    return total if isinstance(total, Lack) else (total,)


def _never(_: Visit, __: Quantity) -> Recipe:
    return nothing(NO_SUCH)


_PRESENT: dict[Quantity, Callable[[Visit, Quantity], Recipe]] = {
    **dict.fromkeys(Quantity, _never),
    **dict.fromkeys(ENERGIES, _registers),
    **dict.fromkeys(DEMANDS, _peaks),
    **dict.fromkeys(PHASES, _phases),
    **dict.fromkeys(COUNTS, _count),
    Q.CURRENT: _current,
    Q.CLOCK: _clock,
    Q.STATUS: _status,
    Q.BATTERY: _battery,
    Q.RELAY: _relay,
    Q.PREPAYMENT: _prepaid,
    Q.SETTLEMENT: _settled,
    Q.PHASE_LOSSES: _phase_losses,
}
