"""Time of the running event loop: scaled, or jumping from timer to timer.

Strategy
- Everything timed in `channels`, `lines` and the tool asks one `LoopClock`. At ``factor`` 60 an hour of the
  terminal takes a minute of the loop.
- `VirtualTimeLoop` is an event loop whose clock stands still while anything can run and jumps to the next
  timer when nothing can. It serves sockets that are ready before it jumps, but it cannot know what another
  thread or process is about to do: with real ports use a wall-time loop.
"""

import asyncio
import selectors
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.lines.line import SerialSettings

PIECE_SECONDS = 0.004
PIECE_BYTES = 8
OWN = 1
"""Files that a loop watches for itself; what other threads hand in is queued before that one is ready."""


class LoopClock:
    """A `core.clock.Clock` on an event loop's time; made while the loop runs, or with ``loop``.

    ``factor``: seconds of this clock per second of the loop. ``start``: civil time at its making. Without
    ``start``, at factor 1 and on wall time, ``now`` is the computer's clock and follows its adjustments.
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
        self._origin = self._loop.time()
        self._is_wall = start is None and factor == 1.0 and not isinstance(self._loop, VirtualTimeLoop)
        self._start = start or datetime.now()
        self.factor = factor

    def now(self) -> datetime:
        """Civil time of the place, naive."""
        return datetime.now() if self._is_wall else self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds of this clock since its making."""
        return (self._loop.time() - self._origin) * self.factor

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of this clock; zero or less only lets others run."""
        await asyncio.sleep(max(0.0, seconds) / self.factor)

    async def sleep_until(self, moment: float) -> None:
        """Wait until ``monotonic`` reaches ``moment``; a past moment only lets others run."""
        await self.sleep(moment - self.monotonic())

    def call_later(self, seconds: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Call back after ``seconds`` of this clock; ``cancel()`` on the handle forgets it."""
        return self._loop.call_later(max(0.0, seconds) / self.factor, callback)


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


class _JumpingSelector(selectors.BaseSelector):
    """Asks the real selector without waiting; when nothing is ready, the wait becomes a jump of time."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self._watched = 0
        self.elapsed = 0.0

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
        if timeout is None:  # no timer to jump to: only a socket or a thread can go on
            return self._real.select(None)
        ready = self._real.select(0) if self._watched > OWN else []
        if not ready and timeout > 0:
            self.elapsed += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose ``time()`` starts at 0 and jumps to the next timer when nothing is ready."""

    def __init__(self) -> None:
        self._jumps = _JumpingSelector()
        super().__init__(self._jumps)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumps.elapsed


def virtual_time() -> asyncio.Runner:
    """A runner on virtual time: ``with virtual_time() as runner: runner.run(main())``."""
    return asyncio.Runner(loop_factory=VirtualTimeLoop)
