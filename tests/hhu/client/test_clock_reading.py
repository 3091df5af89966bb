"""Comparing clocks by several looks: bounds that hold, and what happens when somebody sets the clock."""

import random
from datetime import datetime, timedelta

import pytest

from core.clock import ManualClock
from hhu.client.clock_reading import MOST_LOOKS, ClockLook, measure_clock

START = datetime(2026, 11, 20, 14, 36, 7, 250_000)


class Terminal:
    """A clock that tells whole seconds, looked at some time within a round trip."""

    def __init__(self, clock: ManualClock, off: float, seed: int) -> None:
        self.clock = clock
        self.off = timedelta(seconds=off)
        self.looks = 0
        self.random = random.Random(seed)
        self.set_by: float | None = None

    async def look_at_clock(self) -> ClockLook:
        self.looks += 1
        if self.looks == 3 and self.set_by is not None:
            self.off += timedelta(seconds=self.set_by)
        asked = self.clock.now()
        self.clock.advance(self.random.uniform(0.1, 0.2))
        told = (self.clock.now() + self.off).replace(microsecond=0)
        self.clock.advance(self.random.uniform(0.1, 0.2))
        wire = timedelta(seconds=0.1)
        return ClockLook(told, asked + wire, self.clock.now() - wire)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("off", [0.0, 0.4, -0.6, 3.25, -61.9, 86_400.5])
async def test_the_true_difference_lies_within_what_is_told(off: float, seed: int) -> None:
    """M91: whatever the second, the round trip and the difference, the bounds hold and are narrow."""
    clock = ManualClock(START + timedelta(milliseconds=137 * seed))
    terminal = Terminal(clock, off, seed)

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    reading = await measure_clock(terminal, clock, sleep)
    assert reading.residual_s is not None
    assert abs(reading.residual_s - off) <= reading.uncertain_s + 0.051
    assert reading.uncertain_s <= 0.2
    assert terminal.looks <= MOST_LOOKS


async def test_a_clock_set_meanwhile_gives_the_last_look_alone() -> None:
    """Bounds that contradict each other are thrown away; the uncertainty is that of one look."""
    clock = ManualClock(START)
    terminal = Terminal(clock, 0.0, 1)
    terminal.set_by = 100.0

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    reading = await measure_clock(terminal, clock, sleep)
    assert reading.uncertain_s == 0.5
    assert abs((reading.residual_s or 0.0) - 100.0) < 1.0


async def test_a_clock_that_is_not_valid_is_told_at_once() -> None:
    """No value from the terminal: no difference, one question."""
    clock = ManualClock(START)

    class Invalid(Terminal):
        async def look_at_clock(self) -> ClockLook:
            return ClockLook(None, self.clock.now(), self.clock.now())

    async def sleep(seconds: float) -> None:
        raise AssertionError(seconds)

    reading = await measure_clock(Invalid(clock, 0.0, 0), clock, sleep)
    assert reading.terminal is None
    assert reading.residual_s is None
    assert not reading.kept
