"""One open line with its reader, its master session and its trace.

Strategy
- Everything runs on the event loop: one task receives, one task sends, one timer wakes reader and session.
- Callers make requests one after the other; each ends with a reply, or with the error that ended it. Silence
  is repeated by the session, a denial never.
- The trace gets every byte in both directions, also damaged ones; PW is masked before.
- When the line goes away, whoever waits gets its ``LineError``, and so does everybody who asks later.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from core.errors import LineError, LineFault
from core.gdw376.commands import Ignored, Send
from core.gdw376.frame import Frame
from core.gdw376.master import MasterCommand, MasterSession
from core.gdw376.reader import Noise, Reader, Received
from core.gdw376.request import Completed, Failed, Reply, Report, Request
from core.lines.line import Line
from core.lines.pace import LoopClock, Wait
from core.lines.recorder import Trace
from hhu.client.masking import masked
from hhu.client.profiles import Profile
from hhu.client.stream import Stream


@dataclass(frozen=True, slots=True)
class LinkStats:
    """Frames since the link was opened."""

    tx: int = 0
    rx: int = 0
    errors: int = 0
    """Runs of noise, repetitions and silences."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A frame has left; ``attempt`` above 1 is a repetition after silence."""

    afn: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A request ended with an answer."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Reported:
    """The terminal sent something by itself."""

    frame: Frame
    repeated: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The line went away."""

    error: LineError


LinkEvent = Sent | Answered | Reported | Lost


class Link:
    """Requests over one line; made while the event loop runs."""

    def __init__(self, line: Line, clock: LoopClock, trace: Trace, profile: Profile, *, msa: int = 1) -> None:
        self.line = line
        self.clock = clock
        self.trace = trace
        self.profile = profile
        self.lost: LineError | None = None
        """Why nothing can be asked any more, ``None`` while the line lives."""
        self.stats = LinkStats()
        first = int(clock.now().timestamp()) & 0xFF
        self._session = MasterSession(profile.timings, port=line.name, msa=msa, first_pfc=first)
        self._reader = Reader(gap=profile.timings.byte_gap)
        self._turn = asyncio.Lock()
        self._answer: asyncio.Future[Reply] | None = None
        self._stream: Stream | None = None
        self._outgoing: asyncio.Queue[Send] = asyncio.Queue()
        self._subscribers: list[Callable[[LinkEvent], None]] = []
        self._timer: Wait | None = None
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._talk())]
        trace.event(f"opened {line.name}{f' {line.settings.text}' if line.settings else ''}")

    def subscribe(self, callback: Callable[[LinkEvent], None]) -> Callable[[], None]:
        """Call back with every event, until the returned function is called."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    async def request(self, request: Request) -> Reply:
        """Exchange one message; the reply may be a denial.

        Raises ``SilenceError`` after the last try, ``LineError`` when the line is gone. Cancelling gives the
        request up; a late answer to it is ignored.
        """
        async with self._turn:
            if self.lost:
                raise _again(self.lost)
            self._answer = asyncio.get_running_loop().create_future()
            try:
                self._obey(self._session.begin(request, self.clock.monotonic(), self.clock.now()))
                return await self._answer
            finally:
                self._answer = None
                self._session.cancel()
                self._forget_unsent()

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[Stream]:
        """Lend the line for vendor frames in any rhythm; requests wait until it is given back.

        ``request`` says who is spoken to. Raises ``LineError`` when the line is gone.
        """
        async with self._turn:
            if self.lost:
                raise _again(self.lost)
            self._stream = Stream(self.line, self.clock, self.profile, request, self._streaming)
            try:
                yield self._stream
            finally:
                self._stream = None

    def _streaming(self, raw: bytes) -> None:
        self.trace.record("tx", masked(raw))
        self._count(tx=1)

    async def close(self) -> None:
        """Stop and let go of the line."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self._timer:
            self._timer.cancel()
        self._lose(LineError(self.line.name, "closed here", fault=LineFault.CLOSED))
        await self.line.close()

    async def _listen(self) -> None:
        try:
            while True:
                data = await self.line.receive()
                now = self.clock.monotonic()
                self._session.line_active(now)
                self._take(self._reader.feed(data, now))
        except LineError as error:
            self._lose(error)

    async def _talk(self) -> None:
        try:
            while True:
                send = await self._outgoing.get()
                await self.clock.sleep(send.delay)
                await self._send(send)
        except LineError as error:
            self._lose(error)

    async def _send(self, send: Send) -> None:
        raw = self.profile.preamble + send.raw
        self.trace.record("tx", masked(raw), "" if send.attempt == 1 else f"attempt {send.attempt}")
        self._count(tx=1, errors=int(send.attempt > 1))
        await self.line.send(raw)
        self._tell(Sent(send.frame.afn, send.attempt))

    def _take(self, pieces: list[Received | Noise]) -> None:
        for piece in pieces:
            if isinstance(piece, Noise):
                self.trace.record("rx", masked(piece.raw), piece.reason, "noise")
                self._count(errors=1)
            else:
                self.trace.record("rx", masked(piece.preamble + piece.raw))
                self._count(rx=1)
                self._hand(piece.frame)
        self._wake_later()

    def _hand(self, frame: Frame) -> None:
        if self._stream and self._stream.takes(frame):
            self._stream.take(frame)
        else:
            self._obey(self._session.handle(frame, self.clock.monotonic()))

    def _obey(self, commands: list[MasterCommand]) -> None:
        for command in commands:
            match command:
                case Send():
                    self._outgoing.put_nowait(command)
                case Completed(reply):
                    self._tell(Answered(reply))
                    self._finish(reply)
                case Failed(_, error):
                    self._count(errors=1)
                    self.trace.event(str(error))
                    self._finish(error)
                case Report(frame, repeated):
                    self._tell(Reported(frame, repeated))
                case Ignored(_, reason):
                    self.trace.event(f"not taken: {reason}")
        self._wake_later()

    def _finish(self, outcome: Reply | Exception) -> None:
        if self._answer is None or self._answer.done():
            return
        if isinstance(outcome, Reply):
            self._answer.set_result(outcome)
        else:
            self._answer.set_exception(outcome)

    def _wake_later(self) -> None:
        if self._timer:
            self._timer.cancel()
        deadlines = [at for at in (self._session.deadline, self._reader.deadline) if at is not None]
        if deadlines:
            due = min(deadlines)
            self._timer = self.clock.call_later(due - self.clock.monotonic(), lambda: self._wake(due))

    def _wake(self, due: float) -> None:
        now = max(due, self.clock.monotonic())  # a timer may fire a rounding error early
        self._take(self._reader.tick(now))
        self._obey(self._session.tick(now))

    def _lose(self, error: LineError) -> None:
        if self.lost:
            return
        self.lost = error
        self.trace.event(str(error))
        self._tell(Lost(error))
        self._finish(_again(error))
        if self._stream:
            self._stream.lose(_again(error))

    def _forget_unsent(self) -> None:
        while not self._outgoing.empty():
            self._outgoing.get_nowait()

    def _count(self, tx: int = 0, rx: int = 0, errors: int = 0) -> None:
        known = self.stats
        self.stats = replace(known, tx=known.tx + tx, rx=known.rx + rx, errors=known.errors + errors)

    def _tell(self, event: LinkEvent) -> None:
        for callback in tuple(self._subscribers):
            callback(event)


def _again(error: LineError) -> LineError:
    """A fresh error with the same facts: raising one object twice would pile up its traceback."""
    return LineError(error.port, error.reason, fault=error.fault)
