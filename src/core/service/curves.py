"""Curves (part B §3.4) and hour-frozen items (§2.6): points of equal distance, EEH where one is missing.

A point is dated by its slot; an energy by the end of the interval it passed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.gdw376.units.shapes import PER_HOUR, CurveStamp
from core.quantities import Quantity
from core.service.contents import KINDS, difference, percent, values_of
from core.service.points import Point
from core.terminal.readings import Kind

_Q = Quantity
Moments = tuple[datetime, ...]
HOUR = timedelta(hours=1)
STEPS = {density: HOUR / count for density, count in PER_HOUR.items() if count}
"""Distance of points by density."""
COARSE_FIRST = tuple(sorted(STEPS, key=lambda density: STEPS[density], reverse=True))
LONGEST = 255
"""Points that the count byte can say."""


@dataclass(frozen=True, slots=True)
class Track:
    """One part of a quantity over time: its total or a phase; or the energy that passed (``amounts``)."""

    quantity: Quantity
    index: int = 0
    amounts: bool = False

    def stored(self, point: Point, first: datetime, last: datetime) -> dict[datetime, Decimal]:
        """What there is by moment: of curves, and of the hours where there is no curve."""
        return self._kept(Kind.HOUR, point, first, last) | self._kept(Kind.CURVE, point, first, last)

    def _kept(self, kind: Kind, point: Point, first: datetime, last: datetime) -> dict[datetime, Decimal]:
        found: dict[datetime, Decimal] = {}
        end = last + timedelta(minutes=1)
        for reading in point.terminal.readings.between(point.history, kind, self.quantity, first, end):
            values = values_of(reading)
            if self.index < len(values) and values[self.index] is not None:
                found[reading.stamp] = values[self.index]
        return found

    def _at(self, point: Point, moments: Moments) -> dict[datetime, Decimal]:
        """The same where all moments are known; hours that are complete spare a look at long curves."""
        hours = self._kept(Kind.HOUR, point, moments[0], moments[-1])
        if all(moment in hours for moment in moments):
            return hours
        return hours | self._kept(Kind.CURVE, point, moments[0], moments[-1])

    def values(self, point: Point, moments: Moments, step: timedelta) -> tuple[Decimal | None, ...]:
        """Values at moments of that distance."""
        stored = self._at(point, (moments[0] - step, *moments) if self.amounts else moments)
        if self.amounts:
            ratio = point.ratio
            return tuple(difference(stored.get(m - step), stored.get(m), ratio) for m in moments)
        values = tuple(stored.get(moment) for moment in moments)
        return percent(values) if self.quantity is _Q.POWER_FACTOR else values


def _parts(first: int, quantity: Quantity, count: int) -> dict[int, Track]:
    return {first + index: Track(quantity, index) for index in range(count)}


def _totals(first: int, *quantities: Quantity, amounts: bool = False) -> dict[int, Track]:
    return {first + at: Track(quantity, amounts=amounts) for at, quantity in enumerate(quantities)}


CURVES: dict[int, Track] = {
    **_parts(81, _Q.ACTIVE_POWER, 4),
    **_parts(85, _Q.REACTIVE_POWER, 4),
    **_parts(89, _Q.VOLTAGE, 3),
    **_parts(92, _Q.CURRENT, 4),
    **_totals(97, *KINDS, amounts=True),
    **_totals(101, *KINDS),
    **_parts(105, _Q.POWER_FACTOR, 4),
    **_totals(145, _Q.QUADRANT_1, _Q.QUADRANT_4, _Q.QUADRANT_2, _Q.QUADRANT_3),
}
"""Functions of AFN 0D."""
COMBINED, MOST_COMBINED = 219, 48
"""F219 of 2012, and how many of its points a frame holds."""
COMBINED_TRACKS = (
    Track(_Q.ACTIVE_POWER), Track(_Q.REACTIVE_POWER), Track(_Q.VOLTAGE), Track(_Q.VOLTAGE, 1),
    Track(_Q.VOLTAGE, 2), Track(_Q.CURRENT), Track(_Q.CURRENT, 1), Track(_Q.CURRENT, 2),
    Track(_Q.FORWARD_ACTIVE), Track(_Q.QUADRANT_1), Track(_Q.QUADRANT_4),
)  # fmt: skip
HOURS: dict[int, Track] = {
    **_parts(89, _Q.ACTIVE_POWER, 4),
    **_parts(93, _Q.REACTIVE_POWER, 4),
    **_parts(97, _Q.VOLTAGE, 3),
    **_parts(100, _Q.CURRENT, 4),
    **_totals(105, *KINDS, amounts=True),
    **_totals(109, *KINDS),
    **_parts(113, _Q.POWER_FACTOR, 4),
}
"""Functions of AFN 0C."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots of a curve that lie in the past."""

    start: datetime
    density: int
    count: int

    @property
    def moments(self) -> Moments:
        """The slots."""
        return tuple(self.start + index * STEPS[self.density] for index in range(self.count))


def stretch_of(asked: CurveStamp, now: datetime, most: int = LONGEST) -> Stretch | None:
    """Move the start up to the next slot, cut what lies in the future (part B §3.1)."""
    step = STEPS.get(asked.density)
    if step is None or asked.start is None:
        return None
    midnight = asked.start.replace(hour=0, minute=0)
    start = midnight - (midnight - asked.start) // step * step
    count = min(asked.count, most, (now - start) // step + 1)
    return Stretch(start, asked.density, count) if count > 0 else None


def curve_values(point: Point, fn: int, asked: CurveStamp, now: datetime) -> tuple[Any, ...] | None:
    """Fields of a curve unit, ``None`` if no point is there."""
    stretch = stretch_of(asked, now, MOST_COMBINED if fn == COMBINED else LONGEST)
    if stretch is None:
        return None
    tracks = COMBINED_TRACKS if fn == COMBINED else (CURVES[fn],)
    columns = [track.values(point, stretch.moments, STEPS[stretch.density]) for track in tracks]
    if all(value is None for column in columns for value in column):
        return None
    points = tuple(zip(*columns, strict=True)) if fn == COMBINED else columns[0]
    return (stretch.start, stretch.density, stretch.count, points)


def hour_values(point: Point, fn: int, now: datetime) -> tuple[Any, ...] | None:
    """Fields of an hour-frozen unit: the last complete hour, as dense as it is stored."""
    end = now.replace(minute=0, second=0, microsecond=0)
    track = HOURS[fn]
    stored = {moment for moment in track.stored(point, end - HOUR, end) if moment > end - HOUR}
    for density in COARSE_FIRST:
        step = STEPS[density]
        moments = tuple(end - HOUR + (index + 1) * step for index in range(PER_HOUR[density]))
        if stored and stored <= set(moments):
            values = track.values(point, moments, step)
            filled = any(value is not None for value in values)
            return ((end - HOUR).hour, density, values) if filled else None
    return None
