"""How each quantity is read by a library: identifiers one after the other, in the manner of `dlt645.visit`.

A recipe yields an identifier and is sent the bytes behind it, ``None`` where the meter has no such thing; it
returns the value, or the `Lack` that stands for it. Bytes that are no value raise ``DecodeError`` out of it.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import DecodeError
from core.meters.dlt645.settlements import settled
from core.meters.library import model as m
from core.meters.library.joining import greatest, moment, number, total, whole
from core.meters.library.months import Calendar, read_one
from core.meters.library.values import Format, Plain, Stamp
from core.meters.occasion import NO_SUCH, Lack, Occasion, absent
from core.quantities import Count, MonthEnd, Now, Peak, PhaseLoss, Quantity, Value, Wanted

Recipe = Generator[str, bytes | None, Value | Lack]
Plains = Generator[str, bytes | None, tuple[Plain, ...] | None]
Moments = Generator[str, bytes | None, tuple[datetime | None, ...]]
Numbers = tuple[Decimal | None, ...]
WIDTHS = {Quantity.VOLTAGE: 3}
"""Values of a quantity by phases, where they are not four."""
DERIVED = "derived"
"""What stands in the reason of a value that the meter does not hold itself (meter protocols §8)."""


@dataclass(frozen=True, slots=True)
class Recipes:
    """Questions to one meter."""

    library: m.Library
    occasion: Occasion

    @property
    def _calendar(self) -> Calendar:
        return Calendar(self.library, self.occasion)

    def recipe(self, wanted: Wanted) -> Recipe:
        """Return how to read what is wanted."""
        plan = self.library.quantities.get(wanted.quantity)
        if plan is None:
            return _nothing(absent(f"{self.library.identity.id} has no {wanted.quantity.value}"))
        match wanted.when:
            case Now():
                return self._present(plan, wanted.quantity)
            case MonthEnd(month=month):
                return self._month(plan, month)
            case _:
                return _nothing(absent("the library knows no freezes"))

    def _present(self, plan: m.Plan, quantity: Quantity) -> Recipe:
        match plan:
            case m.Energies():
                return self._energies(plan, 0)
            case m.Maxima():
                return self._maxima(plan, 0)
            case m.Phases():
                return self._phases(plan, quantity)
            case m.Clock():
                return self._clock_value(plan)
            case _:
                return self._rarer(plan)

    def _rarer(self, plan: m.Plan) -> Recipe:
        match plan:
            case m.Counted():
                return self._counted(plan)
            case m.Losses():
                return self._losses(plan)
            case m.SettledEnergy(of=of):
                return self._settled(of)
            case m.One():
                return self._minutes(plan)
            case _:
                return _nothing(NO_SUCH)

    # Reading

    def _gather(self, form: Format, block: str, singles: Iterable[str], *, to_end: bool) -> Plains:
        """A block, else its values one by one; ``to_end``: one that is missing does not end them."""
        content = (yield block) if block else None
        if content is not None:
            values = self._cut(form, content)
            return None if all(value is None for value in values) else values
        found: list[Plain] = []
        for code in singles:
            value = yield from read_one(m.One(code, form))
            if value is None and not (to_end and found):
                break
            found.append(value)
        return None if all(value is None for value in found) else tuple(found)

    def _cut(self, form: Format, content: bytes) -> tuple[Plain, ...]:
        close, size = self.library.read.close, form.size
        if close and len(content) % size == 1 and content.endswith(close):
            content = content[:-1]
        if len(content) % size:
            raise DecodeError(f"{len(content)} bytes, no whole number of {form.name}")
        return tuple(form.load(content[at : at + size]) for at in range(0, len(content), size))

    # Quantities

    def _energies(self, plan: m.Energies, back: int) -> Recipe:
        return (yield from self._registers(plan, back)) or NO_SUCH

    def _registers(self, plan: m.Energies, back: int) -> Generator[str, bytes | None, Numbers | None]:
        if not plan.sum:
            return (yield from self._column(plan.columns[back]))
        parts: list[Numbers] = []
        for quantity in plan.sum:
            inner = self.library.quantities[quantity]
            part = (yield from self._registers(inner, back)) if isinstance(inner, m.Energies) else None
            if part is None:
                return None
            parts.append(part)
        return tuple(total(column) for column in zip(*parts, strict=False))

    def _column(self, column: m.Column) -> Generator[str, bytes | None, Numbers | None]:
        singles = column.singles(self.occasion.meter.tariffs)
        found = yield from self._gather(column.format, column.block, singles, to_end=False)
        if found is None:
            return None
        numbers = tuple(map(number, found))
        return numbers if column.total or not column.tariffs else (total(numbers), *numbers)

    def _maxima(self, plan: m.Maxima, back: int) -> Recipe:
        demands, times = plan.columns[back]
        tariffs = self.occasion.meter.tariffs
        values = yield from self._gather(
            demands.format, demands.block, demands.singles(tariffs), to_end=False
        )
        if values is None:
            return NO_SUCH
        found = yield from self._gather(times.format, times.block, times.singles(tariffs), to_end=True)
        stamps = (found or ())[: len(values)]
        stamps += (None,) * (len(values) - len(stamps))
        moments = yield from self._moments(stamps)
        peaks = tuple(Peak(number(value), at) for value, at in zip(values, moments, strict=True))
        return peaks if demands.total or not demands.tariffs else (greatest(peaks), *peaks)

    def _moments(self, stamps: tuple[Plain, ...]) -> Moments:
        """Times as the meter tells them; those without a year lie in the last one before its clock."""
        yearless = any(isinstance(stamp, Stamp) and stamp.year is None for stamp in stamps)
        now = (yield from self._calendar.now()) if yearless else None
        return tuple(moment(stamp, now) for stamp in stamps)

    def _phases(self, plan: m.Phases, quantity: Quantity) -> Recipe:
        found = yield from self._gather(plan.format, plan.block, plan.each, to_end=True)
        if found is None:
            return NO_SUCH
        width = WIDTHS.get(quantity, 4)
        values = [number(value) for value in found[:width]]
        values += [None] * (width - len(values))
        bits = (yield from read_one(plan.signs)) if plan.signs else None
        if isinstance(bits, int):
            values = [-v if v is not None and bits >> place & 1 else v for place, v in enumerate(values)]
        return tuple(values)

    def _clock_value(self, plan: m.Clock) -> Recipe:
        return (yield from self._calendar.clock(plan)) or NO_SUCH

    def _counted(self, plan: m.Counted) -> Recipe:
        times = yield from read_one(plan.times)
        if not isinstance(times, int):
            return NO_SUCH
        stamp = (yield from read_one(plan.at)) if plan.at and times else None
        (at,) = yield from self._moments((stamp,))
        return Count(times, at)

    def _minutes(self, plan: m.One) -> Recipe:
        minutes = yield from read_one(plan)
        return minutes if isinstance(minutes, int) else NO_SUCH

    def _settled(self, of: Quantity) -> Recipe:
        plan = self.library.quantities[of]
        if not isinstance(plan, m.Energies):
            return NO_SUCH
        return (yield from settled(lambda back: self._registers(plan, back)))

    def _losses(self, plan: m.Losses) -> Recipe:
        columns: list[tuple[Plain, ...]] = []
        for column in plan.columns:
            found = yield from self._each(column)
            columns.append(found + (None,) * (4 - len(found)))
        if all(times is None for times in columns[0]):
            return NO_SUCH
        at = yield from self._moments((*columns[2], *columns[3]))
        return tuple(
            PhaseLoss(whole(columns[0][n]), whole(columns[1][n]), at[n], at[n + 4]) for n in range(4)
        )

    def _each(self, column: m.Phases | None) -> Generator[str, bytes | None, tuple[Plain, ...]]:
        if column is None:
            return ()
        return ((yield from self._gather(column.format, column.block, column.each, to_end=True)) or ())[:4]

    # Months

    def _month(self, plan: m.Plan, month: date) -> Recipe:
        depth = self._depth(plan)
        if not depth:
            return _nothing(absent("the library knows no such settlements"))
        return self._settled_month(plan, month, depth)

    def _depth(self, plan: m.Plan) -> int:
        """How many months back a quantity is kept."""
        if isinstance(plan, m.Energies) and plan.sum:
            return min(self._depth(self.library.quantities[quantity]) for quantity in plan.sum)
        return len(plan.columns) - 1 if isinstance(plan, m.Energies | m.Maxima) else 0

    def _settled_month(self, plan: m.Plan, month: date, depth: int) -> Recipe:
        number = yield from self._calendar.settlement(month, depth)
        if not isinstance(number, int):
            return number
        if isinstance(plan, m.Energies):
            return (yield from self._energies(plan, number))
        return (yield from self._maxima(plan, number)) if isinstance(plan, m.Maxima) else NO_SUCH


def _nothing(lack: Lack) -> Recipe:
    return lack
    yield  # makes it a generator
