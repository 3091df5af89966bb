"""Requests of persons and masters that go to a meter at once, in front of all passes (device behaviour 6.1).

An errand is sans-IO as a driver is: it says what to send and hears what comes. The worker of the port runs it
between two questions of its own; the one who handed it in is told when it is over.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.meters.driver import Speed, Step

MOST_WAITING = 8
"""Errands of one port; more make it busy (part A §12 F1)."""


class Errand(Protocol):
    """One thing to do on a port."""

    @property
    def speed(self) -> Speed:
        """How characters travel meanwhile."""
        ...

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, in monotonic seconds."""
        ...

    def begin(self, now: float) -> Sequence[Step]:
        """Start."""
        ...

    def feed(self, data: bytes, now: float) -> Sequence[Step]:
        """Take bytes that arrived."""
        ...

    def tick(self, now: float) -> Sequence[Step]:
        """Let time pass."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """An errand in the queue of a port; ``done`` is called once, whatever became of it."""

    errand: Errand
    done: Callable[[], None]


class Relays:
    """The queues of all ports that are served."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[Waiting]] = {}
        self._wake: dict[int, Callable[[], None]] = {}

    def open(self, port: int, wake: Callable[[], None]) -> None:
        """A worker serves the port; ``wake`` rouses it."""
        self._queues[port] = deque()
        self._wake[port] = wake

    def close(self, port: int) -> None:
        """Nobody serves the port any more; what waited is over without a result."""
        self._wake.pop(port, None)
        for waiting in self._queues.pop(port, ()):
            waiting.done()

    def serves(self, port: int) -> bool:
        """Tell whether there is a worker on the port."""
        return port in self._queues

    def submit(self, port: int, errand: Errand, done: Callable[[], None]) -> bool:
        """Hand an errand in; ``False`` where nobody serves the port, or too many wait."""
        queue = self._queues.get(port)
        if queue is None or len(queue) >= MOST_WAITING:
            return False
        queue.append(Waiting(errand, done))
        self._wake[port]()
        return True

    def rouse(self, port: int) -> None:
        """Let the worker of a port, if there is one, look at once what there is to do."""
        if wake := self._wake.get(port):
            wake()

    def next(self, port: int) -> Waiting | None:
        """Take the errand whose turn it is."""
        queue = self._queues.get(port)
        return queue.popleft() if queue else None
