"""A two-wire bus with meters on it, half duplex: lines that read it, lines that it serves.

Strategy
- A request is heard when its last bit has left; the answers to it are bursts (`core.simulation.air`), each
  delivered at its end, long ones first as the head that tells their length: two timers at most.
- Who talks while another does is heard by nobody, and garbles what it meets.
- A line that reads the bus in process (`line`) carries speed and parity: a meter of another speed understands
  nothing of it. To a line that is served (`serve`) every meter listens: a pseudo-terminal carries neither.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import Random

from core.errors import LineError
from core.lines.faults import CLEAN
from core.lines.inbox import Inbox, closed
from core.lines.line import Line, Owed, SerialSettings, Sleeper
from core.lines.pace import LoopClock
from core.simulation.air import Burst, bursts
from core.simulation.groups import Group, Listener

HEAD = 14
"""Bytes up to the length of a frame of DL/T 645, four FEH in front."""
SOON = 0.5
"""Seconds within which an answer is whole before anyone misses its first byte; then its end is enough."""
SAME_MOMENT = 1e-5
"""Seconds, less than a bit, by which a timer may be early."""


@dataclass(slots=True)
class _OnAir:
    """A burst under way; times are monotonic seconds."""

    burst: Burst
    begin: float
    end: float
    line: "BusLine"
    given: int = 0
    spoilt: bool = False


class SimulatedBus:
    """One bus; groups may join while it runs."""

    def __init__(self, groups: Sequence[Group], clock: LoopClock, *, seed: int = 0) -> None:
        """``seed`` draws the noise of collisions."""
        self.groups = list(groups)
        self.clock = clock
        self.faults = CLEAN
        """What the lines in this process hear wrong; may be exchanged at any time."""
        self._random = Random(seed)
        self._air: list[_OnAir] = []
        self._silent_at = 0.0

    def line(self, settings: SerialSettings | None = None, *, echo: bool = False) -> "BusLine":
        """Return a reading end in this process; ``echo``: it hears itself too, as two-wire adapters do."""
        return BusLine(self, settings, echo=echo)

    def ears(self) -> list[Listener]:
        """Return the listeners for one more line."""
        return [group.listener() for group in self.groups]

    async def serve(self, line: Line) -> LineError:
        """Let the meters answer on a line until it is lost or closed; return how it ended."""
        served = _Served(self, line, self._random)
        try:
            while True:
                served.take(await line.receive())
        except LineError as error:
            return error
        finally:
            await served.end()

    @property
    def calm(self) -> bool:
        """Nobody talks."""
        return not self._air

    def talk(self, begin: float, end: float) -> None:
        """A line talks from ``begin`` to ``end``: spoil what it meets; who answers later is heard."""
        for other in self._air:
            if other.begin < end - SAME_MOMENT and other.end > begin + SAME_MOMENT:
                other.spoilt = True

    def spoken(self, line: "BusLine", data: bytes, begin: float) -> None:
        """A line has talked since ``begin``: unless a meter talked too, let the meters hear and answer."""
        now = self.clock.monotonic()
        if any(other.begin < now and other.end > begin + SAME_MOMENT for other in self._air):
            return
        if self._silent_at > begin + SAME_MOMENT:
            return
        moment = self.clock.now()
        said = [s for ear in line.ears for s in ear.feed(data, now, moment, line.settings)]
        if said:
            for burst in bursts(said, line.settings, self._random):
                self._schedule(line, burst, now)

    def _schedule(self, line: "BusLine", burst: Burst, now: float) -> None:
        on_air = _OnAir(burst, now + burst.begin, now + burst.end, line)
        self._air.append(on_air)
        head = min(HEAD, len(burst.raw) - 1)
        if head and burst.end > SOON:
            heard = burst.begin + (burst.end - burst.begin) * head / len(burst.raw)
            self.clock.call_later(heard, lambda: self._begin(on_air, head))
        self.clock.call_later(burst.end, lambda: self._end(on_air))

    def _begin(self, on_air: _OnAir, head: int) -> None:
        self._deliver(on_air, on_air.burst.raw[:head])
        on_air.given = head

    def _end(self, on_air: _OnAir) -> None:
        self._air.remove(on_air)
        self._silent_at = on_air.end
        self._deliver(on_air, on_air.burst.raw[on_air.given :])
        on_air.burst.over()

    def _deliver(self, on_air: _OnAir, raw: bytes) -> None:
        wanted = on_air.burst.settings
        if on_air.spoilt or (wanted is not None and wanted != on_air.line.settings):
            raw = self._random.randbytes(len(raw))
        elif raw and self.faults != CLEAN:
            raw = b"".join(self.faults.heard(raw, self._random))
        on_air.line.hear(raw)


class BusLine(Line):
    """A reading end in this process; made by `SimulatedBus.line`."""

    def __init__(self, bus: SimulatedBus, settings: SerialSettings | None, *, echo: bool) -> None:
        self.name = "simulated bus"
        self.settings = settings
        self.ears = bus.ears()
        self._bus = bus
        self._echo = echo
        self._inbox = Inbox()
        self._sending = asyncio.Lock()
        self._leaving: Owed | None = None
        """Stands for the end of a question that is on the wire."""

    async def send(self, data: bytes) -> None:
        """Put ``data`` on the wire; cancelling leaves a torn request that nobody understands."""
        await self._send(data, 0.0)

    async def send_after(self, pause: float, data: bytes, clock: Sleeper) -> None:
        """The pause and the sending are one wait while nobody else talks: virtual months are made of them."""
        if self._bus.calm and clock is self._bus.clock:
            await self._send(data, pause)
        else:
            await super().send_after(pause, data, clock)

    async def ask(self, pause: float, data: bytes, seconds: float, clock: Sleeper) -> bytes:
        """Nobody is woken between the request and its answer: virtual months are made of these, too."""
        if clock is not self._bus.clock or not self._bus.calm or self._inbox or not data:
            return await super().ask(pause, data, seconds, clock)
        await self._sending.acquire()
        try:
            begin, wire_time = self._begin(data, pause)
            self._leaving = clock.call_later(pause + wire_time, partial(self._left, data, begin))
            heard = await self._inbox.receive_within(seconds, clock)
        except BaseException:
            self._tear()
            raise
        if self._asking:  # something else was heard before the question had left
            async with self._sending:
                pass
        return heard

    @property
    def _asking(self) -> bool:
        """A question is on the wire."""
        return self._leaving is not None

    def _left(self, data: bytes, begin: float) -> None:
        """The last bit of a question has left."""
        self._leaving = None
        self._sending.release()
        self._spoken(data, begin)

    def _tear(self) -> None:
        """Break a question off; nobody understands what went over the wire."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
            self._sending.release()

    async def _send(self, data: bytes, pause: float) -> None:
        async with self._sending:
            self._inbox.check()
            if not data:
                return
            begin, wire_time = self._begin(data, pause)
            if pause or wire_time:
                await self._bus.clock.sleep(pause + wire_time)
            self._inbox.check()
            self._spoken(data, begin)

    def _begin(self, data: bytes, pause: float) -> tuple[float, float]:
        """Take the wire after ``pause``; return when that is, and for how long."""
        begin = self._bus.clock.monotonic() + pause
        wire_time = self.settings.wire_time(len(data)) if self.settings else 0.0
        self._bus.talk(begin, begin + wire_time)
        return begin, wire_time

    def _spoken(self, data: bytes, begin: float) -> None:
        if self._echo:
            self._inbox.feed(data)
        self._bus.spoken(self, data, begin)

    async def retune(self, settings: SerialSettings) -> None:
        """Talk at another speed; to those who understand it, what was said before was nothing."""
        await super().retune(settings)
        self.ears = self._bus.ears()

    def hear(self, raw: bytes) -> None:
        """Let bytes arrive."""
        self._inbox.feed(raw)

    async def receive(self) -> bytes:
        """What was heard since the last call, at least one byte."""
        return await self._inbox.receive()

    async def receive_within(self, seconds: float, clock: Sleeper) -> bytes:
        """The same, for so long; without the cost of a time-out, virtual months are made of them."""
        return await self._inbox.receive_within(seconds, clock)

    async def close(self) -> None:
        """Leave the bus."""
        self._inbox.fail(closed(self.name))
        await asyncio.sleep(0)


class _Served:
    """The meters' end of one served line."""

    def __init__(self, bus: SimulatedBus, line: Line, random: Random) -> None:
        self._bus = bus
        self._line = line
        self._random = random
        self._ears = bus.ears()
        self._saying: set[asyncio.Task[None]] = set()

    def take(self, data: bytes) -> None:
        """Let the meters hear bytes; their answers go out by themselves."""
        now, moment = self._bus.clock.monotonic(), self._bus.clock.now()
        said = [s for ear in self._ears for s in ear.feed(data, now, moment, None)]
        for burst in bursts(said, self._line.settings, self._random):
            task = asyncio.get_running_loop().create_task(self._say(burst))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)

    async def _say(self, burst: Burst) -> None:
        await self._bus.clock.sleep(burst.begin)
        with suppress(LineError):  # the one who listens to the line tells of its end
            await self._line.send(burst.raw)
            burst.over()

    async def end(self) -> None:
        """Say nothing more."""
        for task in tuple(self._saying):
            task.cancel()
        await asyncio.gather(*self._saying, return_exceptions=True)
