"""Self-check (device behaviour 7.3; M118, M119): at boot, daily at 03:30 and on demand.

Seven steps, each good or faulty. A fault that is new writes ERC21 once; while it lasts nothing more is
written, and one that comes back after it was gone is new again.
"""

import json
from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address

from core.gdw376.units.afn04 import MasterStation
from core.terminal.events.erc21 import Fault, fault
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import Readings
from core.terminal.rtc import CELL_WARNING, Rtc

DAILY = time(3, 30)
NOTE = "selfcheck"


class Part(IntEnum):
    """What is checked, in this order."""

    STORE = 1
    CLOCK = 2
    MODULE = 3
    SIM = 4
    RS485 = 5
    DISPLAY = 6
    PROGRAM = 7


CODES = {
    Part.STORE: Fault.MEMORY,
    Part.CLOCK: Fault.CLOCK,
    Part.MODULE: Fault.BOARD,
    Part.SIM: Fault.BOARD,
    Part.RS485: Fault.RS485,
    Part.DISPLAY: Fault.DISPLAY,
    Part.PROGRAM: Fault.MEMORY,
}


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the check finds when it looks at the hardware."""

    cell: float = 3.6
    """Volts of the clock cell."""
    sim: bool = True
    broken: frozenset[Part] = frozenset()


SOUND = Equipment()


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of the last check; ``at`` is terminal time, ``None`` before the first one."""

    at: datetime | None = None
    faults: frozenset[Part] = frozenset()

    @property
    def good(self) -> bool:
        """No fault."""
        return not self.faults


class SelfChecks:
    """The last result survives a power cut, so that a lasting fault is not told at every start."""

    def __init__(
        self, ledger: Ledger, parameters: Parameters, readings: Readings, events: Events, rtc: Rtc
    ) -> None:
        self._ledger = ledger
        self._parameters = parameters
        self._readings = readings
        self._events = events
        self._rtc = rtc

    @property
    def result(self) -> Result:
        """What the last check found."""
        return _result(self._ledger.fact(NOTE))

    def run(self, equipment: Equipment) -> Result:
        """Check everything now. ``StoreError`` when the result cannot be kept."""
        faults = frozenset(part for part in Part if self._faulty(part, equipment))
        new = faults - self.result.faults
        with self._ledger.transaction():
            for code in sorted({CODES[part] for part in new}):
                self._events.add(fault(code))
            at = self._rtc.reading().replace(microsecond=0).isoformat()
            self._ledger.note(NOTE, json.dumps([at, sorted(faults)]))
        return self.result

    def run_daily(self, equipment: Equipment) -> None:
        """Check when 03:30 has passed since the last check; ask once a minute."""
        now, last = self._rtc.now(), self.result.at
        if now is None:
            return
        due = datetime.combine(now.date(), DAILY)
        if now >= due and (last is None or last < due or last > now):
            self.run(equipment)

    def _faulty(self, part: Part, equipment: Equipment) -> bool:
        """A card is missed only where there is a master to dial [design]: without one none is delivered."""
        if part in equipment.broken:
            return True
        match part:
            case Part.STORE:
                return self._ledger.faulty or self._readings.faulty
            case Part.CLOCK:
                return not self._rtc.valid or equipment.cell < CELL_WARNING
            case Part.SIM:
                return not equipment.sim and self._has_master
            case _:
                return False

    @property
    def _has_master(self) -> bool:
        station = self._parameters.value(MasterStation)
        return any(ip != IPv4Address(0) for ip in (station.main_ip, station.standby_ip))


@lru_cache(maxsize=8)
def _result(noted: str | None) -> Result:
    """Read a note; it is looked at once a minute."""
    if noted is None:
        return Result()
    at, faults = json.loads(noted)
    return Result(datetime.fromisoformat(at), frozenset(map(Part, faults)))
