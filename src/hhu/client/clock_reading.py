"""The terminal's clock beside this computer's: one look, and several looks narrowed down to a tenth.

The terminal tells whole seconds and does not say when within the round trip it looked at its clock. Each look
therefore gives two bounds of the difference: it looked after the last byte of the question and before the
first byte of the answer, and its clock stood anywhere within the second that it told. Bounds of several looks
are cut; each further look is timed so that it halves what is left (device behaviour 6.7, M91).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.clock import Clock

ALLOWED_ERROR = 5.0
"""Seconds a clock may be wrong after it was set (M91)."""
FINE_ENOUGH = 0.1
"""Half width at which looking again brings nothing that is shown."""
MOST_LOOKS = 6
ONE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The terminal's clock beside this computer's, both for the moment the terminal looked at its own."""

    terminal: datetime | None
    """``None`` when the terminal's clock is not valid."""
    pc: datetime
    residual_s: float | None
    """Terminal minus computer in seconds, to 0.1 s; from one look ± 0.5 s."""
    error_s: float | None = None
    """Terminal minus what it was to show; the same as ``residual_s`` unless another time was asked for."""
    uncertain_s: float = 0.5
    """How far ``residual_s`` may be off."""

    @property
    def kept(self) -> bool:
        """Whether the clock runs as it was set, within the 5 s that are allowed (M91)."""
        return self.error_s is not None and abs(self.error_s) < ALLOWED_ERROR


@dataclass(frozen=True, slots=True)
class ClockLook:
    """What one answer told, and between which moments of this computer the terminal looked."""

    terminal: datetime | None
    after: datetime
    before: datetime

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Least and greatest difference in seconds that agree with it."""
        if self.terminal is None:
            return None
        return (self.terminal - self.before).total_seconds(), (
            self.terminal + ONE - self.after
        ).total_seconds()

    def reading(self, shift: timedelta = timedelta(0)) -> ClockReading:
        """Return what this look alone tells; the clock is meant to be ``shift`` ahead."""
        if self.terminal is None:
            return ClockReading(None, self.before, None)
        ahead = self.terminal + ONE / 2 - self.before
        return ClockReading(
            self.terminal,
            self.before,
            _tenths(ahead.total_seconds()),
            _tenths((ahead - shift).total_seconds()),
        )


class Looker(Protocol):
    """What measuring needs of the client."""

    async def look_at_clock(self) -> ClockLook:
        """Ask for the clock once."""
        ...


Sleep = Callable[[float], Awaitable[None]]


async def measure_clock(client: Looker, clock: Clock, sleep: Sleep) -> ClockReading:
    """Compare the clocks to about 0.1 s; at most `MOST_LOOKS` questions."""
    look = await client.look_at_clock()
    bounds = look.bounds
    if bounds is None:
        return look.reading()
    low, high = bounds
    lead = timedelta(0)
    for _ in range(MOST_LOOKS - 1):
        if (high - low) / 2 <= FINE_ENOUGH:
            break
        asked = await _at_the_edge(clock, sleep, (low + high) / 2, lead)
        look = await client.look_at_clock()
        found = look.bounds
        if found is None or found[0] > high or found[1] < low:
            return look.reading()  # somebody set the clock meanwhile
        low, high = max(low, found[0]), min(high, found[1])
        lead = (look.after - asked + (look.before - asked)) / 2
    assert look.terminal is not None
    middle = _tenths((low + high) / 2)
    return ClockReading(look.terminal, look.before, middle, middle, round((high - low) / 2, 2))


async def _at_the_edge(clock: Clock, sleep: Sleep, ahead: float, lead: timedelta) -> datetime:
    """Wait so that the terminal will look where its second changes if it is ``ahead``; return the moment."""
    there = clock.now() + lead + timedelta(seconds=ahead)
    await sleep(1 - there.microsecond / 1e6)
    return clock.now()


def _tenths(seconds: float) -> float:
    return round(seconds, 1)
