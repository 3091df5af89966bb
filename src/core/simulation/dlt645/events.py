"""Families 03, 1D, 1E and 13 of 2007: what was done to the meter and what befell it (M60 to M62)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from core.meters.dlt645 import events as e
from core.meters.dlt645.identifiers import encode_value, known
from core.simulation.dlt645.peaks import recorded
from core.simulation.physics.instant import hundredths
from core.simulation.physics.operations import Done, Loss, Operation
from core.simulation.shown import JUST_BEFORE, Shown

OPERATIONS = {
    0x00: Operation.PROGRAMMING,
    0x01: Operation.METER_CLEAR,
    0x02: Operation.DEMAND_CLEAR,
    0x03: Operation.EVENT_CLEAR,
    0x04: Operation.CLOCK_SET,
    0x05: Operation.DAY_TABLES,
    0x06: Operation.ZONE_TABLES,
    0x0C: Operation.SETTLEMENT,
    0x0D: Operation.COVER,
    0x0E: Operation.TAIL_COVER,
}
"""DI1 of class 30."""
SWITCHINGS = {"1D": Operation.TRIP, "1E": Operation.CLOSE}
PHASE_BREAK = "0304"
PURCHASES = ("0332", "0333")
"""Purchases of energy, which no meter here sells by, and of money."""
UNUSED = "FFFFFFFF"
KINDS_CLEARED = (1, 2, 5, 6, 7, 8)
"""Kinds of energy in the records of clears and covers."""


def event(shown: Shown, code: str, now: datetime) -> Any:
    """Return the value of 03ccxxnn; what never happened is all zeros, as meters show it."""
    if code.startswith("0330"):
        return _operation(shown, code)
    if code.startswith(PHASE_BREAK):
        return _phase_break(shown, code, now)
    if code[:4] in PURCHASES:
        return _purchase(shown, code, now)
    return _never(code)


def _purchase(shown: Shown, code: str, now: datetime) -> Any:
    """Number and sum of all purchases of money; when each was made is not kept (M63)."""
    if not shown.meter.plate.model.prepaid or not code.startswith("0333") or code[6:] != "01":
        return None
    balance = shown.meter.balance(now)
    return {"02": balance.purchases, "06": hundredths(balance.bought)}.get(code[4:6])


def _never(code: str) -> bytes:
    quantity = known(code)
    return encode_value(quantity, quantity.codec.blank())


def switching(shown: Shown, code: str) -> Any:
    """Return the value of 1D.. and 1E..: relay operations, their times and the energies at them."""
    operation = SWITCHINGS[code[:2]]
    if code[2:] == "000001":
        return shown.meter.journal.times(operation)
    done = shown.meter.journal.last(operation, int(code[6:], 16))
    if done is None:
        return _never(code)
    field = 1 if code[2:4] == "00" else int(code[4:6], 16)
    if field == 1:
        return done.shown.replace(microsecond=0)
    return shown.energies(KINDS_CLEARED[field - 2], done.moment)[0]


def breaking(shown: Shown, code: str, now: datetime) -> Any:
    """Return the value of 13pp..: phase breaks field by field; ``None`` for fields that are not kept."""
    losses = _losses(shown, int(code[2:4], 16))
    if code[4:] == "0001":
        return len(losses)
    if code[4:] == "0002":
        return sum(loss.minutes(now) for loss in losses)
    number = int(code[6:], 16)
    if code[4:6] != "01" or not 1 <= number <= len(losses):
        return None
    return shown.clock(losses[-number].start)


def _losses(shown: Shown, phase: int) -> list[Loss]:
    return [loss for loss in shown.meter.losses if loss.phase == phase - 1]


def _phase_break(shown: Shown, code: str, now: datetime) -> Any:
    if code.endswith("0000"):
        return tuple(
            e.Total(len(losses), sum(loss.minutes(now) for loss in losses))
            for losses in (_losses(shown, phase) for phase in (1, 2, 3))
        )
    losses, number = _losses(shown, int(code[4:6], 16)), int(code[6:], 16)
    record = known(code).codec.blank()
    if number > len(losses):
        return record
    loss = losses[-number]
    fields = {name: getattr(record, name) for name in record.__slots__}
    fields["start"] = shown.clock(loss.start)
    fields["end"] = shown.clock(loss.end) if loss.end else None
    return type(record)(**fields)


def _operation(shown: Shown, code: str) -> Any:
    operation, number = OPERATIONS.get(int(code[4:6], 16)), int(code[6:], 16)
    if operation is None:
        return _never(code)
    if number == 0:
        return shown.meter.journal.times(operation)
    done = shown.meter.journal.last(operation, number)
    return _never(code) if done is None else RECORDS[operation](shown, done)


def _programmed(_: Shown, done: Done) -> e.Programmed:
    codes = (*done.detail, *[UNUSED] * 10)[:10]
    return e.Programmed(_second(done), done.operator, codes)


def _cleared(shown: Shown, done: Done) -> e.MeterCleared:
    """The energies a second before: total, then what each phase had of it."""
    moment = done.moment - JUST_BEFORE
    before = [shown.energies(kind, moment)[0] for kind in KINDS_CLEARED]
    for phase in range(3):
        before += [shown.phase_energy(kind, phase, moment) for kind in KINDS_CLEARED]
    return e.MeterCleared(_second(done), done.operator, tuple(before))


def _demand_cleared(shown: Shown, done: Done) -> e.DemandCleared:
    period = shown.period_at(done.moment - JUST_BEFORE)
    before = [shown.peaks(kind, *period)[0] for kind in KINDS_CLEARED]
    for phase in range(3):
        before += [shown.phase_peak(kind, phase, *period) for kind in KINDS_CLEARED]
    return e.DemandCleared(_second(done), done.operator, recorded(*before))


def _events_cleared(_: Shown, done: Done) -> e.EventsCleared:
    return e.EventsCleared(_second(done), done.operator, done.detail)


def _clock_set(_: Shown, done: Done) -> e.ClockSet:
    before, after = done.detail or (done.shown, done.shown)
    return e.ClockSet(done.operator, before.replace(microsecond=0), after.replace(microsecond=0))


def _slots(_: Shown, done: Done) -> e.SlotsProgrammed:
    return e.SlotsProgrammed(_second(done), done.operator, done.detail)


def _zones(_: Shown, done: Done) -> e.ZonesProgrammed:
    zones = (*done.detail, *[done.detail[-1]] * 28)[:28]
    return e.ZonesProgrammed(_second(done), done.operator, zones)


def _settlement(_: Shown, done: Done) -> e.SettlementProgrammed:
    return e.SettlementProgrammed(_second(done), done.operator, done.detail)


def _opened(shown: Shown, done: Done) -> e.CoverOpened:
    held = tuple(shown.energies(kind, done.moment)[0] for kind in KINDS_CLEARED)
    return e.CoverOpened(_second(done), _second(done), held, held)


def _second(done: Done) -> datetime:
    return done.shown.replace(microsecond=0)


RECORDS: dict[Operation, Callable[[Shown, Done], Any]] = {
    Operation.PROGRAMMING: _programmed,
    Operation.METER_CLEAR: _cleared,
    Operation.DEMAND_CLEAR: _demand_cleared,
    Operation.EVENT_CLEAR: _events_cleared,
    Operation.CLOCK_SET: _clock_set,
    Operation.DAY_TABLES: _slots,
    Operation.ZONE_TABLES: _zones,
    Operation.SETTLEMENT: _settlement,
    Operation.COVER: _opened,
    Operation.TAIL_COVER: _opened,
}
