"""A meter's clock: offset and drift against the time of the place, set now and then.

What happens at a time of day (freezes, settlements) happens when this clock passes it for the first time; a
clock that is set forward over such a moment passes it at once, one that is set back passes it no second time.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta


class Timepiece:
    """Shown time as a function of true time."""

    def __init__(self, start: datetime, offset: float = 0.0, ppm: float = 0.0) -> None:
        """``offset`` in seconds ahead of the place, ``ppm`` by which it runs fast."""
        self._rate = 1.0 + ppm * 1e-6
        self._set_at = [start]
        self._set_to = [start + timedelta(seconds=offset)]
        self._reached: list[datetime] = []

    def shown(self, moment: datetime) -> datetime:
        """Return what the clock shows at a true moment."""
        place = max(0, bisect_right(self._set_at, moment) - 1)
        return self._set_to[place] + (moment - self._set_at[place]) * self._rate

    def set(self, moment: datetime, to: datetime) -> None:
        """Set it at a true moment."""
        before = self.reached(moment)
        self._reached.append(before)
        self._set_at.append(moment)
        self._set_to.append(to)

    def shift(self, moment: datetime, seconds: float) -> None:
        """Set it forward, or back."""
        self.set(moment, self.shown(moment) + timedelta(seconds=seconds))

    def reached(self, moment: datetime) -> datetime:
        """Return the latest time it has shown so far."""
        place = max(0, bisect_right(self._set_at, moment) - 1)
        shown = self.shown(moment)
        return max(shown, self._reached[place - 1]) if place else shown

    def passed(self, shown: datetime) -> datetime | None:
        """Return the true moment at which it showed this time, or a later one, for the first time.

        ``None`` for times before it was started; a time it has yet to show gives a moment to come.
        """
        place = bisect_left(self._reached, shown)
        behind = shown - self._set_to[place]
        if behind < timedelta(0):
            return self._set_at[place] if place else None
        return self._set_at[place] + behind / self._rate
