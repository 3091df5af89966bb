"""What a meter of 1997 answers to a read (dlt645 §10): two bytes of identifier, the last two settlements."""

from datetime import datetime
from typing import Any

from core.errors import DecodeError
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import Quantity, decode_value, encode_value, identifier, known
from core.quantities import Peak
from core.simulation.dlt645.contents_2007 import encoded
from core.simulation.dlt645.parameters import (
    DAY_TABLE,
    SETTLEMENTS,
    ZONE_TABLE,
    Parameters,
    clock_value,
)
from core.simulation.dlt645.rights import Rights
from core.simulation.dlt645.variables import UNSUPPORTED, phases
from core.simulation.physics.instant import Phase, hundredths, kilo, thousandths
from core.simulation.physics.operations import Loss, Operation
from core.simulation.shown import Shown
from core.wire.times import MonthDayTime

V1997 = Edition.V1997
ACTIVE = {"1": 1, "2": 2}
REACTIVE = {"1": 3, "2": 4, "3": 5, "4": 8, "5": 6, "6": 7}
"""High digit of DI0 to kind; the order of the quadrants is not that of 2007."""
CLOCK_CODES = {"C010": "04000101", "C011": "04000102"}
SHARED = {
    "C030": "04000409", "C031": "0400040A", "C032": "04000402", "C033": "0400040E", "C111": "04000103",
    "C112": "04000104", "C113": "04000302", "C115": "04000303", "C116": "04000304", "C117": SETTLEMENTS[0],
    "C211": "04000105", "C310": "04000201", "C311": "04000202", "C312": "04000203", "C313": "04000204",
    "C510": "04000A01", "C511": "04000A02", "C41E": "04000802", "C022": "04000801",
}  # fmt: skip
"""Parameters that both editions keep, in the same format."""
MEASURED = ("B61", "B62", "B63", "B64", "B65")
BLOCK = "F"
NEVER = b"\0" * 4
"""A time of something that has not happened."""
CLOSE = b"\xaa"


class Contents1997:
    """All identifiers of one meter."""

    def __init__(self, shown: Shown, parameters: Parameters, rights: Rights, *, closing: bool) -> None:
        self._shown = shown
        self._rights = rights
        self._closing = closing
        self.parameters = parameters
        device = encode_value(known("C034", V1997), shown.meter.plate.address)
        self._own = {"C034": device, "C114": b"\x10", "C118": b"\x01", "B634": b"\0\x60", "B635": b"\0\x60"}

    def content(self, code: str, now: datetime) -> bytes | None:
        """Return the bytes behind an identifier, ``None`` if the meter has no such data."""
        quantity = identifier(code, V1997)
        if quantity is None or not quantity.readable:
            return None
        if code in SHARED:
            return self.parameters.content(SHARED[code], now, address="", rate=0)
        if code in self._own:
            return self._own[code]
        content = encoded(quantity, self._value(code, quantity, now))
        closed = self._closing and content is not None and code[-1] == BLOCK and code[1:] != "0FF"
        return content + CLOSE if content is not None and closed else content

    def has(self, code: str) -> bool:
        """Tell whether the meter has such a parameter to write."""
        return code in SHARED or code in self._own or code in CLOCK_CODES

    def checked(self, code: str, content: bytes) -> None:
        """Raise ``DecodeError`` for content that cannot be kept."""
        if code in SHARED:
            self.parameters.checked(SHARED[code], content)
        elif code in self._own and len(content) != len(self._own[code]):
            raise DecodeError("another length")
        decode_value(known(code, V1997), content)

    def keep(self, code: str, content: bytes) -> None:
        """Take a written parameter."""
        if code in SHARED:
            self.parameters.keep(SHARED[code], content)
        else:
            self._own[code] = content

    def _value(self, code: str, quantity: Quantity, now: datetime) -> Any:
        if code[0] in "9AB" and code[1] in "014589":
            return self._register(code, quantity, now)
        if code[:3] in MEASURED:
            return self._measured(code, now)
        if code.startswith("B21"):
            return self._counted(code)
        if code[:3] in ("B31", "B32", "B33", "B34"):
            return self._losses(code, now)
        return self._set(code, now)

    def _register(self, code: str, quantity: Quantity, now: datetime) -> Any:
        """9, A, B with month and register: energies, maximum demands, their times."""
        place = int(code[1], 16)
        kinds, back = (REACTIVE if place & 1 else ACTIVE), place >> 2
        if quantity.members and code[2] == "F":
            return tuple(self._tariffs(code[0], kind, back, now) for kind in kinds.values())
        if code == "9000":
            return self._shown.energies(0, now)[0]
        values = self._tariffs(code[0], kinds[code[2]], back, now) if code[2] in kinds else None
        if values is None or code[3] == BLOCK:
            return values
        number = int(code[3], 16)
        if number >= len(values):
            return None
        return NEVER if values[number] is None else values[number]

    def _tariffs(self, what: str, kind: int, back: int, now: datetime) -> tuple[Any, ...] | None:
        meter = self._shown.meter
        if what == "9":
            moment = meter.settled(back, now)
            return None if moment is None else self._shown.energies(kind, moment)
        period = meter.period(back, now)
        if period is None:
            return None
        peaks = self._shown.peaks(kind, *period)
        return tuple(abs(peak.value or 0) if what == "A" else _at(peak) for peak in peaks)

    def _measured(self, code: str, now: datetime) -> Any:
        """B6: instantaneous values, coarser than in 2007 and without a sign."""
        found = phases(self._shown, now)
        values = [None if phase is None else _coarse(code[2], phase) for phase in found]
        if code[3] == BLOCK:
            return tuple(values[1:] if code[2] in "12" else values)
        number = int(code[3], 16)
        return UNSUPPORTED if values[number] is None else values[number]

    def _counted(self, code: str) -> Any:
        journal = self._shown.meter.journal
        if code == "B214":
            return 120
        operation = Operation.PROGRAMMING if code in ("B210", "B212") else Operation.DEMAND_CLEAR
        if code in ("B212", "B213"):
            return journal.times(operation)
        done = journal.last(operation)
        return NEVER if done is None else _yearly(done.shown)

    def _losses(self, code: str, now: datetime) -> Any:
        """B31 to B34: how often, how long, begin and end of the last; of all, or of a phase."""
        if code[3] == BLOCK:
            return tuple(self._loss(code[2], number, now) for number in range(4))
        value = self._loss(code[2], int(code[3], 16), now)
        return NEVER if value is None else value

    def _loss(self, what: str, number: int, now: datetime) -> Any:
        losses = [loss for loss in self._shown.meter.losses if number in (0, loss.phase + 1)]
        if what == "1":
            return len(losses)
        if what == "2":
            return sum(loss.minutes(now) for loss in losses)
        return self._edge(losses[-1], what) if losses else None

    def _edge(self, loss: Loss, what: str) -> MonthDayTime | None:
        moment = loss.start if what == "3" else loss.end
        return None if moment is None else _yearly(self._shown.clock(moment))

    def _set(self, code: str, now: datetime) -> Any:
        """C: clock, status words, tables."""
        if code in CLOCK_CODES:
            return clock_value(CLOCK_CODES[code], self._shown.clock(now))
        if code == "C020":
            return bytes([self._status(now)])
        if code == "C021":
            return bytes([sum(1 << loss.phase for loss in self._shown.meter.losses if loss.end is None)])
        if code == "C314":
            return 0
        return self._table(code)

    def _status(self, now: datetime) -> int:
        """C020: automatic reading, block demand, battery good, directions."""
        word = self.parameters.status(now)[0]
        return 1 | (0 if word & 4 else 4) | (word & 0x30)

    def _table(self, code: str) -> Any:
        rows = self.parameters.value(ZONE_TABLE if code.startswith("C32") else DAY_TABLE)
        if not code.startswith(("C32", "C33")):
            return None
        if code[3] == BLOCK:
            return rows
        number = int(code[3], 16)
        return rows[number - 1] if 0 < number <= len(rows) else None


def _coarse(what: str, phase: Phase) -> Any:
    match what:
        case "1":
            return phase.voltage // 10
        case "2":
            return hundredths(abs(phase.current) // 10)
        case "3":
            return kilo(abs(phase.active))
        case "4":
            return hundredths(abs(phase.reactive) // 100)
        case _:
            return thousandths(abs(phase.factor))


def _at(peak: Peak) -> MonthDayTime | None:
    return None if peak.at is None else _yearly(peak.at)


def _yearly(moment: datetime) -> MonthDayTime:
    return MonthDayTime(moment.month, moment.day, moment.hour, moment.minute)
