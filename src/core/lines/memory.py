"""Two ends of a wire inside one process, at the speed of the real one and with its troubles.

Strategy
- The sender walks through the pieces of its transmission and delivers each when its last bit is on the wire;
  so both ends see what they would see on a port of these settings, in wall time or virtual time.
- Faults are drawn before the first bit, per end, from the seed: the same sends meet the same faults whatever
  the other end does meanwhile.
- On a half-duplex wire both directions share the medium: pieces that overlap in time are garbled for both.
- ``unplug`` takes an end away as a pulled USB plug does (the other end hears nothing of it), ``replug`` gives
  a new one in its place; ``severed`` loses everything silently, as a probe that slipped off the window.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from random import Random

from core.lines.faults import CLEAN, Faults
from core.lines.inbox import Inbox, closed, lost
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.pieces import Piece, pieces

SAME_MOMENT = 1e-5
"""Seconds, about a bit at 115200, by which a timer may wake too early without touching the bit before."""
JUST_NOW = 0.005
"""Seconds of the loop after a send returned in which the lateness of its last timer still counts."""


@dataclass(frozen=True, slots=True)
class LineStatistics:
    """What one end put on the wire since it was made."""

    transmissions: int = 0
    bytes_sent: int = 0
    seconds_busy: float = 0.0
    """Wire time of the bytes sent."""
    collisions: int = 0
    """Pieces garbled because both ends talked at once."""


class MemoryWire:
    """The medium between two ends; reached from an end as ``end.wire``."""

    def __init__(
        self,
        settings: SerialSettings | None,
        clock: LoopClock,
        *,
        seed: int = 0,
        faults: Faults = CLEAN,
        echo: bool = False,
        half_duplex: bool = False,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.seed = seed
        self.faults = faults
        """May be exchanged at any time; holds from the next transmission on."""
        self.echo = echo
        self.half_duplex = half_duplex
        self.severed = False
        """While true nothing is heard on either end, and nobody is told."""
        self.ends = [MemoryLine(self, 0), MemoryLine(self, 1)]


def memory_line(
    settings: SerialSettings | None,
    clock: LoopClock,
    *,
    seed: int = 0,
    faults: Faults = CLEAN,
    echo: bool = False,
    half_duplex: bool = False,
) -> tuple["MemoryLine", "MemoryLine"]:
    """Two ends joined by a wire; without ``settings`` it has no speed.

    ``echo``: an end hears itself too, as IR heads and two-wire adapters do. ``half_duplex``: talking at the
    same time garbles both.
    """
    wire = MemoryWire(settings, clock, seed=seed, faults=faults, echo=echo, half_duplex=half_duplex)
    return wire.ends[0], wire.ends[1]


class MemoryLine(Line):
    """One end; made by `memory_line` or by ``replug``."""

    def __init__(self, wire: MemoryWire, side: int, generation: int = 0) -> None:
        self.wire = wire
        self.name = f"memory {'ab'[side]}"
        self.settings = wire.settings
        self._side = side
        self._generation = generation
        # Two sources: what this end hears must not change the faults of what it sends.
        self._sent_faults = Random(f"{wire.seed} {side} {generation} sent")
        self._heard_faults = Random(f"{wire.seed} {side} {generation} heard")
        self._inbox = Inbox()
        self._sending = asyncio.Lock()
        self._talked_until = float("-inf")
        self._talking = False
        self._overslept = 0.0
        self._late: deque[bytes] = deque()
        self._late_until = float("-inf")
        self._statistics = LineStatistics()

    @property
    def peer(self) -> "MemoryLine":
        """The other end, as it is plugged in now."""
        return self.wire.ends[1 - self._side]

    @property
    def statistics(self) -> LineStatistics:
        """What this end put on the wire so far."""
        return self._statistics

    async def send(self, data: bytes) -> None:
        """Put ``data`` on the wire; cancelling cuts the transmission after the current piece."""
        async with self._sending:
            self._inbox.check()
            if not data:
                return
            self._talking = True
            try:
                await self._transmit(data)
            finally:
                self._talking = False

    async def _transmit(self, data: bytes) -> None:
        clock, faults, begin = self.wire.clock, self.wire.faults, self._first_bit()
        heard = None if faults == CLEAN else faults.heard(data, self._sent_faults)
        self._count(transmissions=1)
        for piece in pieces(len(data), self.settings):
            await clock.sleep_until(begin + piece.ends)
            self._inbox.check()
            self._count(bytes_sent=piece.stop - piece.start, seconds_busy=piece.ends - piece.begins)
            whole = data[piece.start : piece.stop]
            self._deliver(whole if heard is None else b"".join(heard[piece.start : piece.stop]), begin, piece)

        self._overslept = clock.monotonic() - self._talked_until

    def _first_bit(self) -> float:
        """When a transmission begins: now, or right behind the last one if only a late timer parts them."""
        now = self.wire.clock.monotonic()
        just_now = now - self._talked_until < self._overslept + JUST_NOW * self.wire.clock.factor
        return max(self._talked_until, now - self._overslept) if just_now else now

    def _deliver(self, raw: bytes, begin: float, piece: Piece) -> None:
        self._talked_until = begin + piece.ends
        if self.wire.severed:
            return
        if self.wire.half_duplex and self.peer.talks_after(begin + piece.begins):
            self._count(collisions=1)
            raw = self._heard_faults.randbytes(len(raw))
        self.peer.hear(raw)
        if self.wire.echo:
            self.hear(raw)

    def talks_after(self, moment: float) -> bool:
        """Whether this end is sending, or has sent later than ``moment``."""
        return self._talking or self._talked_until > moment + SAME_MOMENT

    def hear(self, raw: bytes) -> None:
        """Let ``raw`` arrive at this end: from the other one, or as noise made by hand."""
        faults, clock = self.wire.faults, self.wire.clock
        wait = faults.delay + (self._heard_faults.uniform(0, faults.jitter) if faults.jitter else 0.0)
        if not wait and not self._late:
            self._inbox.feed(raw)
            return
        # Each timer gives the oldest piece still on its way, so equal or overtaking times keep the order.
        self._late_until = max(self._late_until, clock.monotonic() + wait)
        self._late.append(raw)
        clock.call_later(self._late_until - clock.monotonic(), lambda: self._inbox.feed(self._late.popleft()))

    async def receive(self) -> bytes:
        """What was heard since the last call, at least one byte."""
        return await self._inbox.receive()

    async def retune(self, settings: SerialSettings) -> None:
        """Change the wire: both ends run at these settings, since a meter always does."""
        if self.wire.settings is not None:
            self.wire.settings = settings
            for end in self.wire.ends:
                end.settings = settings

    async def close(self) -> None:
        """Take this end away; the other one is told."""
        if self._inbox.failure is None:
            self._inbox.fail(closed(self.name))
            self.peer._inbox.fail(lost(self.peer.name))
        await asyncio.sleep(0)

    def unplug(self) -> None:
        """Lose this end as if its plug were pulled; the other one hears only silence."""
        self._inbox.fail(lost(self.name, "unplugged"))

    def replug(self) -> "MemoryLine":
        """A new end in the place of this one, which is lost if it was not yet."""
        self.unplug()
        fresh = MemoryLine(self.wire, self._side, self._generation + 1)
        self.wire.ends[self._side] = fresh
        return fresh

    def _count(
        self, transmissions: int = 0, bytes_sent: int = 0, seconds_busy: float = 0.0, collisions: int = 0
    ) -> None:
        known = self._statistics
        self._statistics = replace(
            known,
            transmissions=known.transmissions + transmissions,
            bytes_sent=known.bytes_sent + bytes_sent,
            seconds_busy=known.seconds_busy + seconds_busy,
            collisions=known.collisions + collisions,
        )
