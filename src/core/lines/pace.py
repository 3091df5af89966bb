"""Time of the running event loop: scaled, or jumping from timer to timer.

Strategy
- Everything timed in `channels`, `lines` and the tool asks one `LoopClock`. At ``factor`` 60 an hour of the
  terminal takes a minute of the loop.
- `VirtualTimeLoop` is an event loop whose clock stands still while anything can run and jumps to the next
  timer when nothing can. It serves sockets that are ready before it jumps, but it cannot know what another
  thread or process is about to do: with real ports use a wall-time loop.
"""

import asyncio
import math
import selectors
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from types import TracebackType
from typing import Any, Self

from core.lines.inbox import wake
from core.lines.line import SerialSettings

FLAT_OUT = math.inf
"""The factor of a clock that jumps from one thing that is due to the next."""
SETTLE_ROUNDS = 12
"""Rounds of the loop before such a clock jumps, so that a chain of wake-ups, as from a byte that is heard to
the first sleep of the answer, has come to its end."""
VIRTUAL_JUMP = 0.001
"""Seconds of a loop of virtual time from one jump of such a clock to the next."""
PIECE_SECONDS = 0.004
PIECE_BYTES = 8
OWN = 1
"""Files that a loop watches for itself; what other threads hand in is queued before that one is ready."""


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
        wait = Wait(self._waits, callback)
        self._arm(wait, seconds if seconds > 0 else 0.0)
        return wait

    def _arm(self, wait: Wait, seconds: float) -> None:
        if self._factor != FLAT_OUT:
            wait.handle = self._loop.call_later(seconds / self._factor, wait.call)
            return
        wait.due = self._elapsed + seconds
        if self._driver is None:
            self._drive(SETTLE_ROUNDS)

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


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes and when its last bit is on the wire, in seconds after the first start bit."""

    start: int
    stop: int
    begins: float
    ends: float


def pieces(length: int, settings: SerialSettings | None) -> Iterator[Piece]:
    """Cut a transmission of ``length`` bytes into the runs in which it is delivered.

    One character at low speed, up to ``PIECE_BYTES`` at high: a listener sees a byte at most 4 ms late, and a
    frame's last byte exactly on time. Without settings the whole transmission takes no time.
    """
    if settings is None:
        yield Piece(0, length, 0.0, 0.0)
        return
    run = max(1, min(PIECE_BYTES, int(PIECE_SECONDS / settings.wire_time(1))))
    for start in range(0, length, run):
        stop = min(start + run, length)
        yield Piece(start, stop, settings.wire_time(start), settings.wire_time(stop))


class _Timer(asyncio.TimerHandle):
    """A call of `VirtualTimeLoop`; its heap holds them beside their moments, so they are never compared."""

    __slots__ = ("act", "due", "off", "values", "where")

    def __init__(
        self, due: float, act: Callable[..., object], values: Sequence[Any], where: Context | None
    ) -> None:
        self.due, self.act, self.values = due, act, values
        self.where = where or copy_context()
        self.off = False

    def __repr__(self) -> str:
        return f"<timer of {self.act} at {self.due}>"

    def cancel(self) -> None:
        self.off = True

    def cancelled(self) -> bool:
        return self.off

    def when(self) -> float:
        return self.due


class _JumpingSelector(selectors.BaseSelector):
    """Asks the real selector without waiting; when nothing is ready, time jumps to the next timer.

    Timers are called from here, where the loop would sleep: what they wake runs in the same round.
    """

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self._watched = 0
        self.elapsed = 0.0
        self.timers: list[tuple[float, int, _Timer]] = []
        self._count = 0
        self.failed: Callable[[dict[str, Any]], None] = print

    def register(self, fileobj: Any, events: int, data: object = None) -> selectors.SelectorKey:
        self._watched += 1
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        self._watched -= 1
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: object = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0) if self._watched > OWN else []
        if timeout is None and not ready:  # nothing can run at this moment
            while self.timers and self.timers[0][2].off:
                heappop(self.timers)
            if not self.timers:  # no timer to jump to: only a socket or a thread can go on
                return self._real.select(None)
            self.elapsed = max(self.elapsed, self.timers[0][0])
        if self.timers and self.timers[0][0] <= self.elapsed:
            self._call_due()
        return ready

    def owe(self, timer: "_Timer") -> None:
        """Take one more timer."""
        self._count += 1
        heappush(self.timers, (timer.due, self._count, timer))

    def _call_due(self) -> None:
        """Call whatever was due when the round began; what is added meanwhile has its turn in the next."""
        timers, last = self.timers, self._count
        while timers and timers[0][0] <= self.elapsed and timers[0][1] <= last:
            timer = heappop(timers)[2]
            try:
                if not timer.off:
                    timer.where.run(timer.act, *timer.values)
            except Exception as error:
                self.failed({"message": f"Exception in {timer}", "exception": error, "handle": timer})


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose ``time()`` starts at 0 and jumps to the next timer when nothing is ready."""

    def __init__(self) -> None:
        self._jumps = _JumpingSelector()
        super().__init__(self._jumps)
        self._jumps.failed = self.call_exception_handler

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumps.elapsed

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back after ``delay`` virtual seconds."""
        timer = _Timer(self._jumps.elapsed + delay, callback, args, context)
        self._jumps.owe(timer)
        return timer

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back at ``when``. A heap of its own: the loop's is slow, and a virtual month is made of it."""
        timer = _Timer(when, callback, args, context)
        self._jumps.owe(timer)
        return timer


def virtual_time() -> asyncio.Runner:
    """A runner on virtual time: ``with virtual_time() as runner: runner.run(main())``."""
    return asyncio.Runner(loop_factory=VirtualTimeLoop)
