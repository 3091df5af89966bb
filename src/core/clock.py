"""Time as an argument: whoever needs the time asks the clock it was given.

Two readings, because they answer different questions: ``monotonic`` measures durations and never jumps,
``now`` is the civil time of the place, without zone, as formats A.1 to A.24 carry it.
"""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Source of both readings."""

    def now(self) -> datetime:
        """Civil time of the place, naive."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back."""
        ...


class ManualClock:
    """A clock that moves only when told; for plays and goldens."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Civil time: the start plus what was advanced."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds advanced so far."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._elapsed += seconds
