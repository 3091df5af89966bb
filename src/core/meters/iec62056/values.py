"""From a readout to the values of the common vocabulary.

Rules (meter protocols §5.2, §5.4)
- Whole codes are compared; of several sets with one code the first in the right unit counts.
- Nothing is computed but the places between Wh and kWh: a total that is not shown is missing, also where the
  rates would sum to it.
- The month of a billing period is told by the time of its reset, or not at all.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from core.errors import DecodeError
from core.meters.driver import Outcome
from core.meters.iec62056 import datalines as lines
from core.meters.iec62056.datalines import Entry, Field
from core.meters.iec62056.dialects import DIALECTS, Dialect, Registers
from core.meters.occasion import Found, Lack
from core.quantities import Count, MonthEnd, Now, Peak, PhaseLoss, Quantity, Wanted

Q = Quantity
T = TypeVar("T")
RATES_ASSUMED = "rate order assumed"
CODES_ASSUMED = "codes assumed"
CLOCK_INVALID = "meter clock invalid"
NEAR = timedelta(minutes=1)
"""A reset at the end of a month is at its midnight."""


NOT_SHOWN = Lack(Outcome.UNSUPPORTED, "the readout of the meter does not show it")


class Readout:
    """All data sets of one readout, by code."""

    def __init__(self, text: str, dialects: tuple[Dialect, ...] = DIALECTS) -> None:
        """``dialects``: those the text may speak, the first where nothing tells."""
        self.entries = tuple(lines.entries_of(text))
        self._by_code: dict[tuple[str, int | None], list[Entry]] = {}
        for entry in self.entries:
            self._by_code.setdefault((entry.code, entry.history), []).append(entry)
        self.dialect = self._detected(dialects)

    def _detected(self, dialects: tuple[Dialect, ...]) -> Dialect:
        shown = {code for code, _ in self._by_code}
        return next((one for one in dialects if shown.intersection(one.marks)), dialects[0])

    def sets(self, code: str, history: int | None = None) -> Iterable[Entry]:
        """Return all sets of a code, in the order they were shown."""
        return self._by_code.get((code, history), ()) if code else ()

    def first(self, code: str, unit: str = "", history: int | None = None) -> Entry | None:
        """Return the first set whose value has this unit."""
        return next((e for e in self.sets(code, history) if lines.fits(e.fields[0], unit)), None)

    def measured(self, code: str, unit: str, history: int | None = None) -> Decimal | None:
        """Return a value; ``None`` if it is not shown, or shown as missing."""
        entry = self.first(code, unit, history)
        return None if entry is None else _within(code, lambda: lines.measured(entry.fields[0]))

    def histories(self, code: str) -> list[tuple[int, datetime | None]]:
        """Return index and time of the billing resets, newest first."""
        found: list[tuple[int, datetime | None]] = []
        for shown, index in self._by_code:
            if shown == code and index is not None:
                found.append((index, self._stamp(code, index)))
        return sorted(found, key=lambda reset: reset[1] or datetime.min, reverse=True)

    def _stamp(self, code: str, index: int) -> datetime | None:
        texts = (field.text for entry in self.sets(code, index) for field in entry.fields)
        stamp = next((text for text in texts if lines.is_moment(text)), None)
        return None if stamp is None else _within(code, lambda: lines.moment(stamp))


def answer(readout: Readout, wanted: Wanted, tariffs: int, since: timedelta = timedelta()) -> Found | Lack:
    """Return what a readout says; ``since`` is its age. ``DecodeError`` for values that are none."""
    quantity, dialect = wanted.quantity, readout.dialect
    match wanted.when:
        case Now():
            if quantity in dialect.registers:
                return _registers(readout, quantity, tariffs, None)
            if quantity in dialect.phases:
                return _phases(readout, quantity)
            single = _SINGLE.get(quantity)
            return single(readout, since) if single else NOT_SHOWN
        case MonthEnd(month):
            return _month(readout, quantity, month, tariffs)
        case _:
            return Lack(Outcome.UNSUPPORTED, "a readout keeps billing periods only")


def _registers(readout: Readout, quantity: Quantity, tariffs: int, history: int | None) -> Found | Lack:
    for row in readout.dialect.registers[quantity]:
        codes = [row.total, *(f"{row.rates}{readout.dialect.rate(n)}" for n in range(1, tariffs + 1))]
        if not any(readout.first(code, row.unit, history) for code in codes):
            continue
        if quantity in DEMANDS:
            return _found(
                readout.dialect, row, tuple(_peak(readout, code, row.unit, history) for code in codes)
            )
        return _found(
            readout.dialect, row, tuple(readout.measured(code, row.unit, history) for code in codes)
        )
    return NOT_SHOWN


DEMANDS = frozenset(
    {Q.FORWARD_ACTIVE_DEMAND, Q.REVERSE_ACTIVE_DEMAND, Q.REACTIVE_1_DEMAND, Q.REACTIVE_2_DEMAND}
)


def _found(dialect: Dialect, row: Registers, values: tuple[Decimal | None, ...] | tuple[Peak, ...]) -> Found:
    words = [CODES_ASSUMED] * row.assumed + [RATES_ASSUMED] * (dialect.rates_assumed and len(values) > 1)
    return Found(values, ", ".join(words))


def _peak(readout: Readout, code: str, unit: str, history: int | None) -> Peak:
    entry = readout.first(code, unit, history)
    if entry is None:
        return Peak(None, None)
    value = _within(code, lambda: lines.measured(entry.fields[0]))
    at = next((field.text for field in entry.fields[1:] if lines.is_moment(field.text)), None)
    return Peak(value, None if at is None else _within(code, lambda: lines.moment(at)))


def _phases(readout: Readout, quantity: Quantity) -> Found | Lack:
    row = readout.dialect.phases[quantity]
    values = tuple(readout.measured(code, row.unit) for code in row.codes)
    return NOT_SHOWN if all(value is None for value in values) else Found(values)


def _month(readout: Readout, quantity: Quantity, month: date, tariffs: int) -> Found | Lack:
    """Values of the billing period that was ended when the month was over."""
    if quantity not in readout.dialect.registers:
        return Lack(Outcome.UNSUPPORTED, "a readout keeps energies and demands of billing periods only")
    over = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    ended = datetime(over.year, over.month, 1)
    for index, stamp in readout.histories(readout.dialect.resets):
        if stamp is not None and abs(stamp - ended) <= NEAR:
            return _registers(readout, quantity, tariffs, index)
    return Lack(Outcome.UNSUPPORTED, f"no billing period is shown to end on {over}")


def _clock(readout: Readout, since: timedelta) -> Found | Lack:
    """Date and time, and what has passed since the meter showed them."""
    date_of, time_of = readout.first(readout.dialect.date), readout.first(readout.dialect.clock)
    if date_of is None or time_of is None:
        return NOT_SHOWN
    day = _within(readout.dialect.date, lambda: lines.day(date_of.fields[0].text))
    clock = _within(readout.dialect.clock, lambda: lines.clock(time_of.fields[0].text))
    if day is None or clock is None:
        return Lack(Outcome.BROKEN, CLOCK_INVALID)
    shown = datetime.combine(day, clock) + since
    return Found(shown.replace(microsecond=0))


def _battery(readout: Readout, _: timedelta) -> Found | Lack:
    """Hours, as minutes."""
    hours = _count(readout, readout.dialect.battery)
    return NOT_SHOWN if hours is None else Found(hours * 60)


def _programmings(readout: Readout, _: timedelta) -> Found | Lack:
    fields = [field for code in readout.dialect.programmings for field in _fields(readout, code)]
    stamps = [field for field in fields if lines.is_moment(field.text)]
    counts = [field for field in fields if field.text.strip().isdigit()]
    if not counts:
        return NOT_SHOWN
    at = _within(readout.dialect.programmings[-1], lambda: lines.moment(stamps[0].text)) if stamps else None
    return Found(Count(int(counts[0].text), at))


def _resets(readout: Readout, _: timedelta) -> Found | Lack:
    times = _count(readout, readout.dialect.resets)
    if times is None:
        return NOT_SHOWN
    stamps = dict(readout.histories(readout.dialect.resets))
    return Found(Count(times, stamps.get(times % 100)))


def _losses(readout: Readout, _: timedelta) -> Found | Lack:
    counts = [_count(readout, code) for code in readout.dialect.losses]
    if all(count is None for count in counts):
        return NOT_SHOWN
    return Found(tuple(PhaseLoss(count, None, None, None) for count in counts))


_SINGLE: dict[Quantity, Callable[[Readout, timedelta], Found | Lack]] = {
    Q.CLOCK: _clock,
    Q.BATTERY: _battery,
    Q.PROGRAMMINGS: _programmings,
    Q.DEMAND_CLEARS: _resets,
    Q.PHASE_LOSSES: _losses,
}


def _fields(readout: Readout, code: str) -> tuple[Field, ...]:
    entry = readout.first(code)
    return entry.fields if entry else ()


def _count(readout: Readout, code: str) -> int | None:
    found = readout.measured(code, "")
    return None if found is None else int(found)


def _within(code: str, read: Callable[[], T]) -> T:
    """Name the code in the error of a value."""
    try:
        return read()
    except DecodeError as error:
        raise DecodeError(error.reason, error.offset, code) from error
