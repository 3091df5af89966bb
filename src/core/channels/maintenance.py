"""The runner of a maintenance line: infrared, RS485, or TCP in their place (device behaviour 2.5, M109).

Bytes go from the line to the reader, frames to the session, calls to the services, answers back to the line
after the turn-round pause. An answer that waits for a meter comes later; calls of the same line wait their
turn behind it, other lines do not. While the terminal boots nothing is heard; a lost line ends the runner and
nothing else. A restart that an order asks for happens when its answer has left.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from core.channels.exchange import order_of, session_answer, station_of, waiting_events
from core.errors import EncodeError, LineError
from core.gdw376.call import Answer, Delivered, Serve, Undelivered
from core.gdw376.commands import Send
from core.gdw376.packing import DEFAULT_LARGEST
from core.gdw376.reader import Reader, Received
from core.gdw376.terminal import TerminalCommand, TerminalSession
from core.gdw376.timing import SERIAL, TCP, Timings
from core.gdw376.trailer import VENDOR_AFN
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock, Timeout
from core.service import order as service
from core.service.dispatch import serve
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.upgrade.limits import limits_of

VENDOR_LARGEST = 4200
"""Bytes of a frame of the maker's envelope: pieces of a file have up to 4096 (vendor extension §1.3)."""


class Watch(Protocol):
    """Who wants to know what a line does: lamps, LCD, and the power switch."""

    def received(self) -> None:
        """Bytes came."""
        ...

    def sending(self) -> None:
        """Bytes are about to leave."""
        ...

    def framed(self) -> None:
        """A whole frame came, for whomever."""
        ...

    def restart(self) -> None:
        """An order to restart was answered: now do it."""
        ...


class Restart:
    """Stands in the outbox behind the answer to the order that asked for it."""


class Maintenance:
    """Serves one line."""

    def __init__(
        self, terminal: Concentrator, channel: Channel, line: Line, clock: LoopClock, watch: Watch
    ) -> None:
        self._terminal = terminal
        self._channel = channel
        self._line = line
        self._clock = clock
        self._watch = watch
        self._usual = line.settings
        self._outbox: asyncio.Queue[tuple[float, Send | Restart]] = asyncio.Queue()
        self._deferred: asyncio.Task[None] | None = None
        self._waiting: Timeout | None = None
        self._begin()

    def _begin(self) -> None:
        """Hear and remember nothing of what was before."""
        self._timings = self._timings_now()
        self._reader = Reader(gap=self._timings.byte_gap)
        self._session = TerminalSession(
            station_of(self._terminal, self._channel), self._timings, port=self._line.name
        )

    def _timings_now(self) -> Timings:
        """In download mode a serial port answers as quickly as the grant of a transfer says (§3.4)."""
        timings = timings_of(self._line)
        if not self._line.settings or not self._terminal.download.active:
            return timings
        delay = limits_of(self._channel, serial=True).delay_ms
        return replace(timings, turnaround=delay / 1000)

    def _restarted(self) -> None:
        """The terminal started anew, maybe in another mode."""
        self._begin()
        if self._waiting:
            self._waiting.end()

    async def _tune(self) -> None:
        """Port 485_3 runs at the speed of the download while it waits for one, else as it was attached."""
        local = self._terminal.download.mode.local
        if self._usual is None or self._channel is not Channel.RS485:
            return
        wanted = SerialSettings(local.baud, 8, "N", 1) if local else self._usual
        if self._line.settings != wanted:
            await self._line.retune(wanted)
            self._begin()

    async def run(self) -> LineError:
        """Serve until the line is lost or closed; return how it ended."""
        sender = asyncio.create_task(self._send_all())
        self._terminal.download.started.add(self._restarted)
        try:
            return await self._listen()
        finally:
            self._terminal.download.started.discard(self._restarted)
            for task in filter(None, (sender, self._deferred)):
                task.cancel()
                with suppress(asyncio.CancelledError, LineError):
                    await task

    async def _listen(self) -> LineError:
        while True:
            try:
                await self._tune()
                data = await self._receive()
            except LineError as error:
                return error
            self._hear(data, self._clock.monotonic())

    async def _receive(self) -> bytes:
        """Return what came, nothing when it is time for the reader or the session."""
        try:
            async with self._clock.timeout(self._wait()) as self._waiting:
                return await self._line.receive()
        except TimeoutError:
            return b""
        finally:
            self._waiting = None

    def _wait(self) -> float | None:
        """Seconds until it is time for the reader or the session, ``None`` for never."""
        due = [at for at in (self._reader.deadline, self._session.deadline) if at is not None]
        return max(0.0, min(due) - self._clock.monotonic()) if due else None

    def _rouse(self) -> None:
        """The session got something to wait for from outside: look at the time again."""
        if self._waiting:
            self._waiting.end()

    @property
    def _awake(self) -> bool:
        """Does the terminal hear and answer here now?"""
        return self._terminal.running

    def _hear(self, data: bytes, now: float) -> None:
        if data:
            self._watch.received()
        if not self._awake:
            self._begin()
            return
        for event in self._reader.feed(data, now) if data else self._reader.tick(now):
            if isinstance(event, Received):
                self._take(event, now)
        self._obey(self._session.tick(now), now)

    def _take(self, received: Received, now: float) -> None:
        self._watch.framed()
        self._session.station = station_of(self._terminal, self._channel)
        if self._channel.local and self._session.station.reach(received.frame) is not None:
            self._terminal.download.mode.heard()
        civil = self._terminal.rtc.now()
        self._obey(self._session.handle(received.frame, now, civil, received.arrived), now)

    def _obey(self, commands: Sequence[TerminalCommand], now: float) -> None:
        for command in commands:
            if isinstance(command, Send):
                self._outbox.put_nowait((now, command))
            elif isinstance(command, Serve):
                self._serve(command, now)
            elif isinstance(command, Delivered | Undelivered):
                self._notice_ended(command)

    def _notice_ended(self, outcome: Delivered | Undelivered) -> None:
        """A notice ended; a maintenance line sends none."""

    def _serve(self, command: Serve, now: float) -> None:
        serial = self._line.settings is not None
        served = serve(self._terminal, order_of(command.call, self._channel, serial=serial))
        if isinstance(served, service.Answer):
            self._answer(served, now)
        else:
            self._deferred = asyncio.create_task(self._answer_later(served, self._session))

    async def _answer_later(self, served: Awaitable[service.Answer], session: TerminalSession) -> None:
        """Answer when a relay has; a restart meanwhile has forgotten the question."""
        answer = await served
        if session is self._session:
            self._answer(answer, self._clock.monotonic())

    def _answer(self, answer: service.Answer, now: float) -> None:
        self._session.pending_events = waiting_events(self._terminal, self._channel)
        largest = VENDOR_LARGEST if answer.afn == VENDOR_AFN else DEFAULT_LARGEST
        self._session.station = replace(self._session.station, largest=largest)
        try:
            commands = self._session.answer(session_answer(answer, self._session.station.largest), now)
        except EncodeError:  # an answer that fits into no frame
            commands = self._session.answer(Answer.deny(), now)
        self._obey(commands, now)
        if answer.restart:
            self._outbox.put_nowait((now, Restart()))

    async def _send_all(self) -> None:
        """Send in order; each pause counts from the command or from the end of the sending before it."""
        free = 0.0
        while True:
            asked, command = await self._outbox.get()
            if isinstance(command, Restart):
                self._watch.restart()
            else:
                await self._clock.sleep_until(max(asked, free) + command.delay)
                free = await self._send(command) or free
            self._outbox.task_done()

    async def _send(self, command: Send) -> float | None:
        """Return when the last bit left; a terminal that boots sends nothing."""
        if not self._awake:
            return None
        self._watch.sending()
        await self._line.send(command.raw)
        return self._clock.monotonic()

    async def sent(self) -> None:
        """Wait until everything that was to be sent has left."""
        await self._outbox.join()


def timings_of(line: Line) -> Timings:
    """Serial times at the speed of the line, network times where it has none."""
    return SERIAL.over(line.settings.wire_time) if line.settings else TCP
