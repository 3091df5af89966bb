"""Where received bytes wait for their reader."""

import asyncio
from functools import partial

from core.errors import LineError, LineFault
from core.lines.line import Sleeper


class Inbox:
    """Bytes in on one side, ``receive`` on the other; call all methods from the event loop's thread.

    Rules: what came before a failure is given before the failure is raised; the first failure stays; bytes
    after it are refused; a cancelled ``receive`` has taken nothing.
    """

    __slots__ = ("_failure", "_readers", "_waiting")

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._failure: LineError | None = None
        self._readers: list[asyncio.Future[None]] = []
        """One per waiting ``receive``: cheaper than an event, and every exchange passes here."""

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def failure(self) -> LineError | None:
        """Why nothing will come any more, ``None`` while the line lives."""
        return self._failure

    def feed(self, data: bytes) -> None:
        """Add bytes that just arrived."""
        if self._failure is None and data:
            self._waiting += data
            self._wake()

    def fail(self, failure: LineError) -> None:
        """Say that the line is gone."""
        if self._failure is None:
            self._failure = failure
            self._wake()

    def _wake(self) -> None:
        for reader in self._readers:
            wake(reader)
        self._readers.clear()

    def check(self) -> None:
        """Raise ``LineError`` when the line is gone."""
        if self._failure is not None:
            raise again(self._failure)

    async def receive(self) -> bytes:
        """All bytes waiting, at least one; raises ``LineError`` when there are none and the line is gone."""
        while not self._waiting:
            await self._arrival()
        return self._taken()

    async def receive_within(self, seconds: float, clock: Sleeper) -> bytes:
        """The same, but nothing when ``seconds`` of ``clock`` are over; one future serves both."""
        if not self._waiting:
            arrival = self._arrival()
            timer = clock.call_later(max(0.0, seconds), partial(wake, arrival))
            try:
                await arrival
            finally:
                timer.cancel()
            if not self._waiting:
                self.check()
        return self._taken()

    def _arrival(self) -> asyncio.Future[None]:
        """A future that ends when something arrives or the line is gone; ``LineError`` if it is."""
        self.check()
        arrival = asyncio.get_running_loop().create_future()
        self._readers = [one for one in self._readers if not one.done()]
        self._readers.append(arrival)
        return arrival

    def _taken(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def wake(sleeper: "asyncio.Future[None]") -> None:
    """End a wait that was not given up."""
    if not sleeper.done():
        sleeper.set_result(None)


def again(failure: LineError) -> LineError:
    """A fresh error with the same facts: raising one object twice would pile up its traceback."""
    fresh = LineError(failure.port, failure.reason, fault=failure.fault)
    fresh.__cause__ = failure.__cause__
    return fresh


def lost(port: str, reason: str = "closed by the other side") -> LineError:
    """The error of a line that went away by itself."""
    return LineError(port, reason, fault=LineFault.LOST)


def closed(port: str) -> LineError:
    """The error of a line that was closed on this side."""
    return LineError(port, "closed here", fault=LineFault.CLOSED)
