"""An event loop whose clock stands still while anything can run and jumps to the next timer when nothing can.

It serves sockets that are ready before it jumps, but it cannot know what another thread or process is about
to do: with real ports use a wall-time loop.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any

OWN = 1
"""Files that a loop watches for itself; what other threads hand in is queued before that one is ready."""


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
            except Exception as error:  # as on every event loop, one bad callback does not end it
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
