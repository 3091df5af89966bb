"""ERC13: what a meter says of its own faults. Only the battery has an end.

Counts are judged where they are read. Phase loss, voltage loss and loss of power also show in the status
words, which every meter gives: a bit that appears is one time more [design].
"""

from core.gdw376.units.erc import Erc13, MeterFaults
from core.quantities import PhaseLoss, Quantity
from core.terminal.events.case import Case

ERC = 13
BATTERY = 0x0C
"""Bits D2, D3 of word 1: clock battery, battery for reading without power (part B §7.5)."""
PHASE_LOST, VOLTAGE_LOST = 1 << 7, 1 << 0
"""Of words 4 to 6."""
POWER_LOST = 1 << 4 | 1 << 5
"""Of word 7: auxiliary supply lost, power down."""
NOTHING = MeterFaults(False, False, False, False, False)
Words = tuple[int | None, ...]


def judge(case: Case, handled: bool, before: Words | None, now: Words | None) -> None:
    """Judge the counts of this reading and its words against the ones before; ``handled``: D0."""
    battery = None if now is None or now[0] is None else bool(now[0] & BATTERY)
    begins = battery is True and not case.memory.is_open(ERC)
    faults = MeterFaults(
        handled,
        _phase_losses(case) or _appeared(before, now, range(3, 6), PHASE_LOST),
        _appeared(before, now, range(3, 6), VOLTAGE_LOST),
        _appeared(before, now, range(6, 7), POWER_LOST),
        begins,
    )
    if faults.battery:
        case.memory.opened.add(str(ERC))
    if faults != NOTHING:
        case.write(ERC, Erc13(None, case.mark(True), faults))
    if battery is False:
        case.streak(ERC, False, lambda mark: Erc13(None, mark, MeterFaults(False, False, False, False, True)))


def _phase_losses(case: Case) -> bool:
    reading = case.readings.get(Quantity.PHASE_LOSSES)
    value = reading.value if reading else None
    first = value[0] if isinstance(value, tuple) and value else None
    times = first.times if isinstance(first, PhaseLoss) else None
    return times is not None and case.rose(Quantity.PHASE_LOSSES, times)


def _appeared(before: Words | None, now: Words | None, places: range, bits: int) -> bool:
    if before is None or now is None:
        return False
    pairs = ((before[place], now[place]) for place in places)
    return any(old is not None and new is not None and new & ~old & bits for old, new in pairs)
