"""The clock that channels, lines and the tool ask: time of the running event loop, scaled or flat out.

At ``factor`` 60 an hour of the terminal takes a minute of the loop; `FLAT_OUT` jumps to whatever is due next.
"""

import asyncio
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self

from core.lines.inbox import wake
from core.lines.virtual_time import VirtualTimeLoop

FLAT_OUT = math.inf
"""The factor of a clock that jumps from one thing that is due to the next."""
SETTLE_ROUNDS = 12
"""Rounds of the loop before such a clock jumps, so that a chain of wake-ups, as from a byte that is heard to
the first sleep of the answer, has come to its end."""
VIRTUAL_JUMP = 0.001
"""Seconds of a loop of virtual time from one jump of such a clock to the next."""


class Wait:
    """A call that a clock owes; ``cancel()`` forgets it."""

    __slots__ = ("callback", "due", "handle", "owed")

    def __init__(self, owed: "set[Wait]", callback: Callable[[], object]) -> None:
        self.due = 0.0
        """Seconds of the clock; holds while no timer of the loop stands for it."""
        self.callback = callback
        self.handle: asyncio.TimerHandle | None = None
        self.owed = owed
        """What the clock owes; the wait is in it until it was called or forgotten."""
        owed.add(self)

    def cancel(self) -> None:
        """Forget it; forgetting twice, or after the call, is allowed."""
        self.owed.discard(self)
        if self.handle is not None:
            self.handle.cancel()
            self.handle = None

    def call(self) -> None:
        """Do what was owed."""
        self.owed.discard(self)
        self.handle = None
        self.callback()


class Timeout:
    """``asyncio.timeout`` whose seconds are those of a clock; made by `LoopClock.timeout`."""

    __slots__ = ("_clock", "_over", "_seconds", "_wait")

    def __init__(self, clock: "LoopClock", seconds: float | None) -> None:
        self._clock = clock
        self._seconds = seconds
        self._over = asyncio.timeout(None)
        self._wait: Wait | None = None

    async def __aenter__(self) -> Self:
        await self._over.__aenter__()
        if self._seconds is not None:
            self._wait = self._clock.call_later(self._seconds, self.end)
        return self

    def end(self) -> None:
        """Let the time be over now."""
        if not self._over.expired():
            self._over.reschedule(asyncio.get_running_loop().time())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._wait is not None:
            self._wait.cancel()
        return await self._over.__aexit__(kind, error, trace)


class LoopClock:
    """A `core.clock.Clock` on an event loop's time; made while the loop runs, or with ``loop``.

    ``factor``: seconds of this clock per second of the loop; may be set at any time, what waits then waits
    at the new pace. `FLAT_OUT` lets the clock jump to whatever is due next as soon as the loop has nothing
    else to run. ``start``: civil time at its making. Without it, on wall time and as long as the factor
    has always been 1, ``now`` is the computer's clock and follows its adjustments.
    """

    def __init__(
        self,
        start: datetime | None = None,
        factor: float = 1.0,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if factor <= 0:
            raise ValueError(f"factor {factor} must be above 0")
        self._loop = loop or asyncio.get_running_loop()
        self._is_wall = start is None and factor == 1.0 and not isinstance(self._loop, VirtualTimeLoop)
        self._start = start or datetime.now()
        self._origin, self._elapsed = self._loop.time(), 0.0
        self._factor = factor
        self._waits: set[Wait] = set()
        self._driver: asyncio.Handle | None = None

    @property
    def factor(self) -> float:
        """Seconds of this clock per second of the loop."""
        return self._factor

    @factor.setter
    def factor(self, factor: float) -> None:
        if factor <= 0:
            raise ValueError(f"factor {factor} must be above 0")
        if factor == self._factor:
            return
        if self._is_wall:
            self._start, self._is_wall = datetime.now() - timedelta(seconds=self.monotonic()), False
        for wait in self._waits:
            self._disarm(wait)
        self._origin, self._elapsed = self._loop.time(), self.monotonic()
        self._factor = factor
        if self._driver:
            self._driver.cancel()
            self._driver = None
        for wait in tuple(self._waits):
            self._arm(wait, max(0.0, wait.due - self._elapsed))

    def twin(self) -> "LoopClock":
        """Return a clock that shows the same civil time now, and has a pace of its own."""
        return LoopClock(None if self._is_wall else self.now(), self._factor, self._loop)

    def now(self) -> datetime:
        """Civil time of the place, naive."""
        return datetime.now() if self._is_wall else self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds of this clock since its making."""
        if self._factor == FLAT_OUT:
            return self._elapsed
        return self._elapsed + (self._loop.time() - self._origin) * self._factor

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of this clock; zero or less only lets others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = self._loop.create_future()
        wait = self.call_later(seconds, partial(wake, woken))
        try:
            await woken
        except BaseException:
            wait.cancel()
            raise

    async def sleep_until(self, moment: float) -> None:
        """Wait until ``monotonic`` reaches ``moment``; a past moment only lets others run."""
        await self.sleep(moment - self.monotonic())

    def timeout(self, seconds: float | None) -> Timeout:
        """Like ``asyncio.timeout``, in seconds of this clock; ``None`` is never."""
        return Timeout(self, seconds)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Wait:
        """Call back after ``seconds`` of this clock; ``cancel()`` on what is returned forgets it."""
        return self._arm(Wait(self._waits, callback), seconds if seconds > 0 else 0.0)

    def _arm(self, wait: Wait, seconds: float) -> Wait:
        if self._factor != FLAT_OUT:
            wait.handle = self._loop.call_later(seconds / self._factor, wait.call)
            return wait
        wait.due = self._elapsed + seconds
        if self._driver is None:
            self._drive(SETTLE_ROUNDS)
        return wait

    def _disarm(self, wait: Wait) -> None:
        """Take its timer away, before the pace changes."""
        if wait.handle is not None:
            wait.due = self._elapsed + (wait.handle.when() - self._origin) * self._factor
            wait.handle.cancel()
            wait.handle = None

    def _drive(self, rounds: int) -> None:
        """Let the loop go round so often that all who were woken are asleep again, then jump."""
        if rounds:
            self._driver = self._loop.call_soon(self._drive, rounds - 1)
            return
        self._driver = None
        if not self._waits:
            return
        earliest = min(wait.due for wait in self._waits)
        self._elapsed = max(self._elapsed, earliest)
        due = sorted((wait for wait in self._waits if wait.due <= self._elapsed), key=lambda wait: wait.due)
        if isinstance(self._loop, VirtualTimeLoop):  # its own time goes on only while nothing is ready
            self._driver = self._loop.call_later(VIRTUAL_JUMP, self._drive, SETTLE_ROUNDS)
        else:
            self._driver = self._loop.call_soon(self._drive, SETTLE_ROUNDS)
        for wait in due:
            if wait in self._waits:
                wait.call()
