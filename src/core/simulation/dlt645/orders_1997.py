"""What a master may tell a meter of 1997 to do (dlt645 §3)."""

from datetime import datetime
from typing import Any

from core.errors import DecodeError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import decode_value, identifier, known
from core.meters.dlt645.slave import Outcome, Refused
from core.simulation.dlt645.contents_1997 import CLOCK_CODES, Contents1997
from core.simulation.dlt645.orders import DENIED, DONE, IMPOSSIBLE
from core.simulation.dlt645.parameters import clock_after
from core.simulation.dlt645.rights import PARAMETERS, Rights
from core.simulation.shown import Shown

SETTLEMENT = "C117"


class Orders1997:
    """Carries out what changes a meter of 1997."""

    def __init__(self, shown: Shown, rights: Rights, contents: Contents1997) -> None:
        self._shown = shown
        self._rights = rights
        self._contents = contents

    def _allowed(self, request: Any, lowest: int, now: datetime) -> bool:
        return self._rights.unlocked(now) and self._rights.admits(
            request.level, request.password, lowest, now
        )

    def guarded(self, request: object, now: datetime) -> Outcome | None:
        """Carry out what wants a password; silence for what is unknown."""
        match request:
            case r.Write1997():
                return self.write(request, now)
            case r.ChangePassword1997():
                return self.change_password(request, now)
            case r.ClearDemand1997():
                return self.clear_demand(request, now)
            case _:
                return None

    def write(self, request: r.Write1997, now: datetime) -> Outcome:
        """04: a parameter."""
        quantity = identifier(request.code, Edition.V1997)
        if quantity is None or not self._contents.has(request.code):
            return Refused(a.NO_DATA)
        if not self._allowed(request, PARAMETERS, now) or not quantity.writable:
            return DENIED
        try:
            self._written(request, now)
        except (DecodeError, ValueError):
            return IMPOSSIBLE
        self._shown.meter.programmed(now, "00000000")
        return DONE

    def _written(self, request: r.Write1997, now: datetime) -> None:
        meter, value = self._shown.meter, decode_value(known(request.code, Edition.V1997), request.content)
        if request.code in CLOCK_CODES:
            if value is None:
                raise DecodeError("no time")
            to = clock_after(CLOCK_CODES[request.code], value, self._shown.clock(now))
            meter.set_clock(now, to, "00000000")
            return
        self._contents.checked(request.code, request.content)
        self._contents.keep(request.code, request.content)
        if request.code == SETTLEMENT:
            rules = ((value.day, value.hour),) if value is not None else ()
            meter.settlement_days.change(meter.timepiece.reached(now), meter.registers.start, rules)

    def change_password(self, request: r.ChangePassword1997, now: datetime) -> Outcome:
        """0F: by the old password of a level at least as high."""
        if not self._allowed(request, int(request.new_level, 16), now):
            return DENIED
        return DONE if self._rights.change(request.new_level, request.new_password) else IMPOSSIBLE

    def clear_demand(self, request: r.ClearDemand1997, now: datetime) -> Outcome:
        """10."""
        if not self._allowed(request, PARAMETERS, now):
            return DENIED
        self._shown.meter.clear_demand(now, "00000000")
        return DONE
