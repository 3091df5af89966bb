"""What a master may tell a meter to do, refused as the standards want it (dlt645 §3, §4, §4.2, §4.3)."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from core.errors import DecodeError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.identifiers import decode_value, identifier, known
from core.meters.dlt645.slave import Accepted, Outcome, Refused
from core.simulation.dlt645.freezes import Freezes, Pattern
from core.simulation.dlt645.parameters import (
    CLOCK_CODES,
    COMBINATIONS,
    DAY_TABLE,
    OPERATION_OF,
    SETTLEMENTS,
    Parameters,
    clock_after,
)
from core.simulation.dlt645.rights import CONTROL, PARAMETERS, Rights
from core.simulation.physics.operations import Operation
from core.simulation.shown import Shown

NEAR = timedelta(minutes=5)
"""A broadcast may move the clock no further, and not so near to midnight or a settlement."""
ANY = 99
DENIED = Refused(a.UNAUTHORISED)
IMPOSSIBLE = Refused(a.WRONG)
DONE = Accepted()
EVENTS = tuple(operation for operation in Operation if operation is not Operation.EVENT_CLEAR)
TRIP, PERMIT, CLOSE, TRIP_FOR, TRIP_FOR_PERMIT = 0x1A, 0x1B, 0x1C, 0x1D, 0x1E
ALARM, ALARM_OFF, KEEP, KEEP_OFF = 0x2A, 0x2B, 0x3A, 0x3B
CLASSES_CLEARED = {
    f"0330{di1:02X}FF": operation
    for di1, operation in ((0x00, Operation.PROGRAMMING), (0x01, Operation.METER_CLEAR),
                           (0x02, Operation.DEMAND_CLEAR), (0x04, Operation.CLOCK_SET),
                           (0x05, Operation.DAY_TABLES), (0x06, Operation.ZONE_TABLES),
                           (0x0C, Operation.SETTLEMENT), (0x0D, Operation.COVER),
                           (0x0E, Operation.TAIL_COVER))
}  # fmt: skip
"""Identifiers of one class of events in 1B."""


class BroadcastClock:
    """Obeys a broadcast time once a day, by no more than five minutes, away from midnight and settlements."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._obeyed: datetime | None = None

    def take(self, to: datetime | None, now: datetime) -> bool:
        """Set the clock if the rules allow it."""
        meter = self._shown.meter
        clock = meter.timepiece.shown(now)
        if to is None or abs(to - clock) > NEAR or not self._quiet(clock) or not self._quiet(to):
            return False
        if self._obeyed is not None and self._obeyed.date() == clock.date():
            return False
        self._obeyed = clock
        meter.set_clock(now, to)
        return True

    def _quiet(self, clock: datetime) -> bool:
        moments = [time(0, 0), *(time(hour) for _, hour in self._shown.meter.settlement_days.rules if hour)]
        return all(
            abs(clock - datetime.combine(clock.date() + timedelta(days=days), moment)) >= NEAR
            for moment in moments
            for days in (0, 1)
        )


class Orders:
    """Carries out what changes a meter of 2007."""

    def __init__(self, shown: Shown, rights: Rights, parameters: Parameters, freezes: Freezes) -> None:
        self._shown = shown
        self._rights = rights
        self._parameters = parameters
        self._freezes = freezes

    def guarded(self, request: object, now: datetime) -> Outcome:
        """Carry out what wants a password; refuse what is unknown or encrypted."""
        match request:
            case r.Write2007():
                return self.write(request, now)
            case r.ChangePassword2007():
                return self.change_password(request, now)
            case r.Switch():
                return self.switch(request, now)
            case r.ClearDemand2007() | r.ClearMeter() | r.ClearEvents():
                return self.clear(request, now)
            case _:
                return DENIED

    def write(self, request: r.Write2007, now: datetime) -> Outcome:
        """14: a parameter."""
        quantity = identifier(request.code)
        if quantity is None or not self._parameters.has(request.code):
            return Refused(a.NO_DATA)
        if not self._allowed(request, PARAMETERS, now) or not quantity.writable:
            return DENIED
        try:
            return self._written(request, now)
        except (DecodeError, ValueError):
            return IMPOSSIBLE

    def _allowed(self, request: Any, lowest: int, now: datetime, *, key: bool = True) -> bool:
        if key and not self._rights.unlocked(now):
            return False
        return self._rights.admits(request.level, request.password, lowest, now)

    def _written(self, request: r.Write2007, now: datetime) -> Outcome:
        meter, code = self._shown.meter, request.code
        if code in CLOCK_CODES:
            self._set_clock(request, now)
            meter.programmed(now, request.operator, code)
            return DONE
        value, before = self._parameters.checked(code, request.content), self._parameters.value(code)
        self._parameters.keep(code, request.content)
        if code in OPERATION_OF:
            meter.note(OPERATION_OF[code], now, request.operator, before)
        self._obey(code, value, now, request.operator)
        meter.programmed(now, request.operator, code)
        return DONE

    def _set_clock(self, request: r.Write2007, now: datetime) -> None:
        clock = self._shown.clock(now)
        value = decode_value(known(request.code), request.content)
        if value is None:
            raise DecodeError("no time")
        self._shown.meter.set_clock(now, clock_after(request.code, value, clock), request.operator)

    def _obey(self, code: str, value: Any, now: datetime, operator: str) -> None:
        """Let the meter live by what was written."""
        meter = self._shown.meter
        if code in COMBINATIONS:
            setattr(self._shown.words, COMBINATIONS[code], self._parameters.word(code))
        elif code == DAY_TABLE:
            slots = sorted((slot.start.hour * 60 + slot.start.minute, slot.tariff) for slot in value)
            meter.retariff(now, slots)
        elif code in SETTLEMENTS:
            days = tuple(self._parameters.value(place) for place in SETTLEMENTS)
            meter.note(Operation.SETTLEMENT, now, operator, days)
            rules = tuple((day.day, day.hour) for day in days if day is not None)
            meter.settlement_days.change(meter.timepiece.reached(now), meter.registers.start, rules)

    def freeze(self, request: r.Freeze, now: datetime) -> Outcome:
        """16: now, or each time the clock shows this; only whole patterns exist."""
        given = [request.minute, request.hour, request.day, request.month]
        if given == [ANY] * 4:
            self._freezes.freeze(now, None)
            return DONE
        minute, hour, day, month = (None if part in (ANY, None) else part for part in given)
        if minute is None or month is not None or (day is not None and hour is None):
            return IMPOSSIBLE
        if minute > 59 or (hour or 0) > 23 or not 1 <= (day or 1) <= 28:
            return IMPOSSIBLE
        self._freezes.freeze(now, Pattern(minute, hour, day))
        return DONE

    def change_password(self, request: r.ChangePassword2007, now: datetime) -> Outcome:
        """18: of the level that the identifier names, by one that stands no lower."""
        level = int(request.code[6:], 16) - 1
        if not request.code.startswith("04000C") or not 0 <= level <= 9:
            return Refused(a.NO_DATA)
        if not self._allowed(request, level, now):
            return DENIED
        self._rights.change(f"{level:02X}", request.new_password)
        self._shown.meter.programmed(now, "00000000", request.code)
        return DONE

    def clear(self, request: r.ClearDemand2007 | r.ClearMeter | r.ClearEvents, now: datetime) -> Outcome:
        """19, 1A, 1B: demands, all energies, events."""
        lowest = PARAMETERS if isinstance(request, r.ClearDemand2007) else CONTROL
        if not self._allowed(request, lowest, now):
            return DENIED
        if isinstance(request, r.ClearEvents):
            return self._clear_events(request, now)
        if isinstance(request, r.ClearMeter):
            self._shown.meter.clear(now, request.operator)
        else:
            self._shown.meter.clear_demand(now, request.operator)
        return DONE

    def _clear_events(self, request: r.ClearEvents, now: datetime) -> Outcome:
        """All, or one class; the clearing itself stays on record."""
        meter = self._shown.meter
        if request.code == "FFFFFFFF":
            meter.journal.clear(*EVENTS)
            meter.losses = [loss for loss in meter.losses if loss.end is None]
        elif request.code in CLASSES_CLEARED:
            meter.journal.clear(CLASSES_CLEARED[request.code])
        elif not request.code.endswith("FF"):
            return IMPOSSIBLE
        meter.note(Operation.EVENT_CLEAR, now, request.operator, request.code)
        return DONE

    def switch(self, request: r.Switch, now: datetime) -> Outcome:
        """1C: relay, alarm, keep power; no key, no relay of a meter that has none, nothing out of date."""
        if not self._allowed(request, CONTROL, now, key=False):
            return DENIED
        late = request.until is not None and self._shown.clock(now) > request.until
        acts = self._acts(request, now)
        if late or not self._shown.meter.plate.model.relay or request.command not in acts:
            return IMPOSSIBLE
        opens = request.command in (TRIP, TRIP_FOR, TRIP_FOR_PERMIT)
        if opens and self._shown.meter.power_kept:
            return IMPOSSIBLE
        acts[request.command]()
        return DONE

    def _acts(self, request: r.Switch, now: datetime) -> dict[int, Callable[[], None]]:
        meter, operator = self._shown.meter, request.operator

        def trip_for() -> None:
            meter.trip(now, operator, restore=request.restore * 300.0)

        return {
            TRIP: lambda: meter.trip(now, operator),
            PERMIT: lambda: meter.permit(now, operator),
            CLOSE: lambda: meter.close(now, operator),
            TRIP_FOR: trip_for,
            TRIP_FOR_PERMIT: trip_for,
            ALARM: lambda: meter.warn(on=True),
            ALARM_OFF: lambda: meter.warn(on=False),
            KEEP: lambda: meter.keep_power(now, operator, on=True),
            KEEP_OFF: lambda: meter.keep_power(now, operator, on=False),
        }
