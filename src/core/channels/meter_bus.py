"""The worker of a meter port: errands of relays first, then what acquisition asks for (device behaviour 6.1).

Rules
- One request at a time, and none in flight is ever cut: a relay waits for at most one meter request.
- The port stands at the speed of the meter that is asked; families are read by their drivers.
- While an upgrade stops the reading, nothing is begun (5.2 U1); what waits, relays too, waits on.
- A worker with nothing to do sleeps until acquisition is due, and wakes when a relay is handed in.
- A lost line ends the worker and nothing else; whoever waits for a relay is told.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from core.errors import EncodeError, LineError
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.meters.dlt645.seek import Seek
from core.meters.driver import (
    Access,
    Answer,
    Command,
    Driver,
    Finished,
    Outcome,
    Over,
    Retune,
    Send,
    Speed,
    Step,
)
from core.meters.drivers import USUAL, edition_of
from core.meters.families import Families
from core.terminal.acquisition.tasks import Ask, BroadcastFreeze, BroadcastTime, Heard, Search, Task
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator

BROADCAST_BYTES = 22
"""Of a broadcast of the time with its wake-up bytes: that long before its last byte it is begun."""
SETTLE = 1.0
"""Seconds between two looks whether the terminal runs."""


LEAST = 0.001
"""Seconds of the shortest rest: a loop's clock does not tell smaller ones from none."""


class Planner(Protocol):
    """Acquisition, as a worker sees it."""

    def next(self, port: int, now: float) -> Task | None:
        """Return what to do now."""
        ...

    def took(self, port: int, task: Task, answer: Answer, now: float) -> None:
        """Take the answer of a question."""
        ...

    def done(self, port: int, task: Task, now: float) -> None:
        """A broadcast was sent."""
        ...

    def heard(self, port: int, task: Search, heard: Heard) -> None:
        """Take what answered a step of a search."""
        ...

    def due(self, port: int, now: float) -> float:
        """Seconds until ``next`` is worth asking again."""
        ...


class Roster(Protocol):
    """The archive, as a worker sees it."""

    def on_port(self, port: int) -> tuple[Meter, ...]:
        """Return the meters of a port that are to be read."""
        ...


class PortWatch(Protocol):
    """Who wants to know what a port does: lamps, traces."""

    def received(self) -> None:
        """Bytes came."""
        ...

    def sending(self) -> None:
        """Bytes are about to leave."""
        ...


class Partner(Protocol):
    """Whoever talks on the port: a driver, or an errand."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        ...

    def feed(self, data: bytes, now: float) -> Sequence[Command | Step]:
        """Take bytes that arrived."""
        ...

    def tick(self, now: float) -> Sequence[Command | Step]:
        """Let time pass."""
        ...


class MeterBus:
    """Serves one port over one line."""

    def __init__(
        self,
        terminal: Concentrator,
        port: int,
        line: Line,
        clock: LoopClock,
        watch: PortWatch,
        planner: Planner | None = None,
        roster: Roster | None = None,
        families: Families = USUAL,
    ) -> None:
        """Without ``planner`` the port only relays. ``families``: what this terminal can read."""
        self._terminal = terminal
        self._port = port
        self._line = line
        self._clock = clock
        self._watch = watch
        self._planner = planner
        self._roster = roster
        self._families = families
        self._generation = families.generation
        self._drivers: dict[int, Driver | None] = {}
        self._woken = asyncio.Event()
        self._overheard: asyncio.Task[bytes] | None = None
        """Listens to the line while nothing is to be done on it."""

    async def run(self) -> LineError:
        """Serve until the line is lost or closed; return how it ended."""
        self._terminal.relays.open(self._port, self._woken.set)
        try:
            while True:
                await self._serve_next()
        except LineError as error:
            return error
        finally:
            self._terminal.relays.close(self._port)
            with suppress(LineError):
                await self._stop_overhearing()

    async def _serve_next(self) -> None:
        if not self._terminal.running:
            await self._rest(self._terminal.boot_left() or SETTLE)
        elif self._terminal.upgrade.reading_stopped:
            await self._rest(SETTLE)
        elif waiting := self._terminal.relays.next(self._port):
            try:
                await self._retune(waiting.errand.speed)
                await self._converse(waiting.errand, waiting.errand.begin(self._clock.monotonic()))
            finally:
                waiting.done()
        elif self._planner is None:
            await self._rest(None)
        elif task := self._planner.next(self._port, self._clock.monotonic()):
            await self._carry_out(self._planner, task)
        else:
            await self._rest(max(LEAST, self._planner.due(self._port, self._clock.monotonic())))

    async def _carry_out(self, planner: Planner, task: Task) -> None:
        if isinstance(task, Ask):
            answer = await self._ask(task)
            planner.took(self._port, task, answer, self._clock.monotonic())
        elif isinstance(task, Search):
            heard = await self._seek(task)
            planner.heard(self._port, task, heard)
        else:
            await self._broadcast(task)
            planner.done(self._port, task, self._clock.monotonic())

    async def _ask(self, task: Ask) -> Answer:
        """Put a question; a protocol without a driver supports nothing."""
        driver = self._driver(task.meter.protocol)
        if driver is None:
            reason = f"no driver for protocol {task.meter.protocol}"
            return Answer(task.wanted, Outcome.UNSUPPORTED, reason=reason)
        access = self._access(task.meter)
        await self._retune(access.speed)
        try:
            commands = driver.ask(access, task.wanted, self._clock.monotonic())
        except EncodeError as error:  # an address of the archive that no frame carries
            return Answer(task.wanted, Outcome.UNSUPPORTED, reason=str(error))
        try:
            end = await self._converse(driver, commands)
        except BaseException:
            driver.cancel()
            raise
        if not isinstance(end, Finished):
            raise TypeError(f"a question ended with {end}")
        unheard = end.answer.outcome is Outcome.UNSUPPORTED and end in commands
        return replace(end.answer, tries=0) if unheard else end.answer

    async def _seek(self, task: Search) -> Heard:
        edition = edition_of(task.protocol, self._families)
        if edition is None:
            return Heard()
        seek = Seek(task.pattern, edition, self._families.speed(task.protocol, task.speed))
        await self._retune(seek.speed)
        await self._converse(seek, seek.begin(self._clock.monotonic()))
        return Heard(seek.address, seek.collided)

    async def _broadcast(self, task: BroadcastTime | BroadcastFreeze) -> None:
        """Once per family and speed on the port; equal frames of two families go out once."""
        sent: set[tuple[bytes, Speed]] = set()
        for protocol, speed in self._spoken():
            driver = self._driver(protocol)
            if driver is None:
                continue
            now = self._clock.monotonic()
            if isinstance(task, BroadcastTime):
                moment = self._moment(speed)
                commands = driver.broadcast_time(moment, now) if moment else []
            else:
                commands = driver.broadcast_freeze(now)
            for send in commands:
                if isinstance(send, Send) and (send.raw, speed) not in sent:
                    sent.add((send.raw, speed))
                    await self._retune(speed)
                    await self._send(send)

    def _spoken(self) -> Iterable[tuple[int, Speed]]:
        meters = self._roster.on_port(self._port) if self._roster else ()
        return dict.fromkeys((meter.protocol, self._access(meter).speed) for meter in meters)

    def _moment(self, speed: Speed) -> datetime | None:
        """Return the whole second nearest to the last byte of a broadcast that begins now."""
        civil = self._terminal.rtc.now()
        if civil is None:
            return None
        last = civil + timedelta(seconds=settings_of(speed).wire_time(BROADCAST_BYTES) + 0.5)
        return last.replace(microsecond=0)

    def _driver(self, protocol: int) -> Driver | None:
        """Asked between two questions only: a new library takes over here (M29)."""
        if self._generation != self._families.generation:
            self._generation = self._families.generation
            self._drivers.clear()
        if protocol not in self._drivers:
            self._drivers[protocol] = self._families.driver(protocol, self._terminal.rtc.now)
        return self._drivers[protocol]

    def _access(self, meter: Meter) -> Access:
        """How to reach an archived meter."""
        speed = self._families.speed(meter.protocol, meter.speed)
        return Access(meter.address, meter.protocol, meter.password, meter.tariffs, speed)

    async def _converse(self, partner: Partner, commands: Sequence[Command | Step]) -> Finished | Over:
        """Carry out what the partner says until it has ended."""
        await self._stop_overhearing()
        while True:
            data: bytes | None = None
            for command in commands:
                if isinstance(command, Finished | Over):
                    return command
                if isinstance(command, Retune):
                    await self._retune(command.speed)
                elif command is commands[-1] and partner.deadline is not None:
                    data = await self._question(command, partner.deadline)
                else:
                    await self._send(command)
            if data is None:
                data = await self._receive(partner.deadline)
            now = self._clock.monotonic()
            commands = partner.feed(data, now) if data else partner.tick(now)

    async def _receive(self, deadline: float | None) -> bytes:
        """Return what came, nothing when it is time."""
        if deadline is None:
            return self._heard(await self._line.receive())
        clock = self._clock
        return self._heard(await self._line.receive_within(deadline - clock.monotonic(), clock))

    async def _question(self, send: Send, deadline: float) -> bytes:
        """Send and return what came, nothing when it is time."""
        self._watch.sending()
        clock = self._clock
        return self._heard(await self._line.ask(send.delay, send.raw, deadline - clock.monotonic(), clock))

    def _heard(self, data: bytes) -> bytes:
        if data:
            self._watch.received()
        return data

    async def _send(self, send: Send) -> None:
        self._watch.sending()
        await self._line.send_after(send.delay, send.raw, self._clock)

    async def _retune(self, speed: Speed) -> None:
        wanted = settings_of(speed)
        if self._line.settings is not None and self._line.settings != wanted:
            await self._line.retune(wanted)

    async def _rest(self, seconds: float | None) -> None:
        """Wait that long, for a relay, or for the line to be lost; what is heard meanwhile is for nobody."""
        if self._overheard is None:
            self._overheard = asyncio.ensure_future(self._line.receive())
            self._overheard.add_done_callback(lambda _: self._woken.set())
        timer = None if seconds is None else self._clock.call_later(seconds, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            self._woken.clear()
            if timer is not None:
                timer.cancel()
        if self._overheard.done():
            await self._stop_overhearing()

    async def _stop_overhearing(self) -> None:
        """Leave the line to a conversation; ``LineError`` if it was lost meanwhile."""
        listening, self._overheard = self._overheard, None
        if listening is None:
            return
        listening.cancel()
        (heard,) = await asyncio.gather(listening, return_exceptions=True)
        if isinstance(heard, LineError):
            raise heard


@lru_cache(maxsize=256)
def settings_of(speed: Speed) -> SerialSettings:
    """Return the same as settings of a line."""
    return SerialSettings(speed.baud, speed.data_bits, speed.parity, speed.stop_bits)
