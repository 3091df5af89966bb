"""Families 05 and 06 of 2007: freezes by kind, and load records (M64, M72, M73, M86)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.load import Class1, Class2, Class3, Class4, Class5, Class6, LoadRecord
from core.simulation.dlt645.peaks import recorded
from core.simulation.dlt645.variables import phases
from core.simulation.physics.instant import Phase, hundredths, kilo, tenths, thousandths
from core.simulation.shown import Shown

ALL = "FF"
CLOSE = b"\xaa"
ENERGIES = {0x01: 1, 0x02: 2, 0x03: 3, 0x04: 4, 0x05: 5, 0x06: 6, 0x07: 7, 0x08: 8}
"""DI1 to kind of energy."""
DEMANDS = {0x09: 1, 0x0A: 2}
VARIABLES = 0x10
TIMED_KEPT = 12
LOAD_DAYS = 40
"""How far load records go back."""
Frozen = tuple[datetime, datetime]
"""Shown and true moment."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """When to freeze by the meter's clock; ``None`` is any, as 99 on the wire (dlt645 §4.3)."""

    minute: int
    hour: int | None = None
    day: int | None = None

    def before(self, reached: datetime, number: int) -> datetime:
        """Return the last such time but ``number`` - 1."""
        moment = reached.replace(minute=self.minute, second=0, microsecond=0)
        if self.hour is not None:
            moment = moment.replace(hour=self.hour)
        if self.day is not None:
            moment = moment.replace(day=self.day)
        for _ in range(number if moment > reached else number - 1):
            moment = self._earlier(moment)
        return moment

    def _earlier(self, moment: datetime) -> datetime:
        if self.day is not None:
            return (moment.replace(day=1) - timedelta(days=1)).replace(day=self.day)
        return moment - (timedelta(hours=1) if self.hour is None else timedelta(days=1))


DAILY = Pattern(0, 0)


class Freezes:
    """All freezes of one meter."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._pattern = DAILY
        self._pattern_since: datetime | None = None

    def freeze(self, now: datetime, pattern: Pattern | None) -> None:
        """Freeze at once, or from now on at the times of a pattern."""
        if pattern is None:
            self._shown.meter.freeze(now)
            return
        self._pattern, self._pattern_since = pattern, now

    def moment(self, kind: int, number: int, now: datetime) -> Frozen | None:
        """Return when the last freeze of a kind but ``number`` - 1 was."""
        meter = self._shown.meter
        finders: dict[int, Callable[[], Frozen | None]] = {
            0x00: lambda: self._timed(number, now),
            0x01: lambda: self._instant(number),
            0x04: lambda: meter.hour_frozen(number, now),
            0x06: lambda: meter.day_frozen(number, now),
            0x07: lambda: self._monthly(number, now),
        }
        return finders[kind]() if kind in finders else None

    def _timed(self, number: int, now: datetime) -> Frozen | None:
        piece = self._shown.meter.timepiece
        at = self._pattern.before(piece.reached(now), number)
        moment = piece.passed(at)
        early = self._pattern_since or self._shown.meter.registers.start
        return (at, moment) if moment is not None and moment >= early else None

    def _instant(self, number: int) -> Frozen | None:
        meter = self._shown.meter
        if number > len(meter.frozen):
            return None
        moment = meter.frozen[number - 1]
        return meter.timepiece.shown(moment), moment

    def _monthly(self, number: int, now: datetime) -> Frozen | None:
        moment = self._shown.meter.settled(number, now)
        return None if moment is None else (self._shown.meter.timepiece.shown(moment), moment)

    def value(self, code: str, now: datetime) -> Any:
        """Return the value of 05kkssnn; bytes for a whole block, ``None`` if the meter has none."""
        _, kind, _, number = bytes.fromhex(code)
        frozen = self.moment(kind, number, now)
        if frozen is None:
            return None
        if code[4:6] == ALL:
            return self._whole(code, frozen, hourly=kind == 0x04)
        return self._item(int(code[4:6], 16), frozen, hourly=kind == 0x04)

    def _item(self, item: int, frozen: Frozen, *, hourly: bool) -> Any:
        shown, (at, moment) = self._shown, frozen
        if item == 0:
            return at.replace(second=0, microsecond=0)
        if item in ENERGIES and not (hourly and item > 2):
            energies = shown.energies(ENERGIES[item], moment)
            return energies[0] if hourly else energies
        if item in DEMANDS and not hourly:
            return recorded(*shown.peaks(DEMANDS[item], *shown.period_at(moment)))
        return _powers(shown, moment) if item == VARIABLES and not hourly else None

    def _whole(self, code: str, frozen: Frozen, *, hourly: bool) -> bytes:
        """Time and parts, each closed by AAH (dlt645 §9.1)."""
        items = (0, 1, 2) if hourly else (0, *ENERGIES, *DEMANDS, VARIABLES)
        parts: list[bytes] = []
        for item in items:
            quantity = known(f"{code[:4]}{item:02X}{code[6:]}")
            parts.append(encode_value(quantity, self._item(item, frozen, hourly=hourly)))
        return parts[0] + b"".join(part + CLOSE for part in parts[1:])


def _powers(shown: Shown, moment: datetime) -> tuple[Any, ...]:
    """P and Q of total, A, B, C; a phase that is not there is zero."""
    found = [phase or Phase(0, 0, 0, 0, 0) for phase in phases(shown, moment)]
    return (*(kilo(phase.active) for phase in found), *(kilo(phase.reactive) for phase in found))


def load_records(
    shown: Shown, code: str, now: datetime, count: int, since: datetime | None, period: timedelta, mode: int
) -> tuple[LoadRecord, ...]:
    """Return up to ``count`` records of 06cc000t: the earliest, from a shown time on, or the latest."""
    piece = shown.meter.timepiece
    reached = piece.reached(now)
    day = reached.replace(hour=0, minute=0, second=0, microsecond=0)
    latest = day + (reached - day) // period * period
    earliest = max(day - timedelta(days=LOAD_DAYS), piece.shown(shown.meter.registers.start))
    first = _first(code, earliest, latest, since, count, period)
    times = (first + period * number for number in range(count))
    held = ((at, piece.passed(at)) for at in times if earliest <= at <= latest)
    classes = _classes(int(code[2:4], 16), mode)
    return tuple(_record(shown, at, moment, classes) for at, moment in held if moment is not None)


def _first(
    code: str, earliest: datetime, latest: datetime, since: datetime | None, count: int, period: timedelta
) -> datetime:
    if code[-1] == "2":
        return latest - period * (count - 1)
    if code[-1] == "0" or since is None or since < earliest:
        return earliest
    return latest - (latest - since) // period * period


def _classes(asked: int, mode: int) -> frozenset[int]:
    on = frozenset(number for number in range(1, 7) if mode >> (number - 1) & 1)
    return on if asked == 0 else on & {asked}


def _record(shown: Shown, at: datetime, moment: datetime, classes: frozenset[int]) -> LoadRecord:
    makers = (_class1, _class2, _class3, _class4, _class5, _class6)
    parts = (maker(shown, moment) if number in classes else None for number, maker in enumerate(makers, 1))
    return LoadRecord(at, tuple(parts))


def _class1(shown: Shown, moment: datetime) -> Class1:
    _, *found = phases(shown, moment)
    u_a, u_b, u_c = (None if phase is None else tenths(phase.voltage) for phase in found)
    i_a, i_b, i_c = (None if phase is None else thousandths(phase.current) for phase in found)
    return Class1(u_a, u_b, u_c, i_a, i_b, i_c, hundredths(shown.meter.instant(moment).frequency))


def _class2(shown: Shown, moment: datetime) -> Class2:
    return Class2(*_powers(shown, moment))


def _class3(shown: Shown, moment: datetime) -> Class3:
    return Class3(*(None if phase is None else thousandths(phase.factor) for phase in phases(shown, moment)))


def _class4(shown: Shown, moment: datetime) -> Class4:
    return Class4(*(shown.energies(kind, moment)[0] for kind in (1, 2, 3, 4)))


def _class5(shown: Shown, moment: datetime) -> Class5:
    return Class5(*(shown.energies(kind, moment)[0] for kind in (5, 6, 7, 8)))


def _class6(shown: Shown, moment: datetime) -> Class6:
    total = shown.meter.instant(moment).total
    return Class6(kilo(total.active), kilo(total.reactive))
