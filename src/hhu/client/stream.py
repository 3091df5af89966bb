"""Vendor frames without the rule of one request, one answer: bursts, blocks in flight.

Frames are told apart by what they carry, so no number is matched and nothing is repeated here. Other traffic,
such as heartbeats of a terminal that dialled in, goes its usual way meanwhile.
"""

import asyncio
from collections.abc import Callable

from core.errors import LineError
from core.gdw376.fields import Direction
from core.gdw376.frame import Frame
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.lines.line import Line
from core.lines.pace import LoopClock
from hhu.client.profiles import Profile


class Stream:
    """A run of frames down and up; lent by `hhu.client.link.Link.stream`."""

    def __init__(
        self, line: Line, clock: LoopClock, profile: Profile, request: Request, sent: Callable[[bytes], None]
    ) -> None:
        """``request`` says whose answers are meant; ``sent`` gets every frame before it leaves."""
        self.clock = clock
        self.heard = clock.monotonic()
        """When the terminal was last heard."""
        self._line = line
        self._profile = profile
        self._request = request
        self._on_sent = sent
        self._free = 0.0
        self._arrived: asyncio.Queue[Frame | LineError] = asyncio.Queue()

    async def send(self, raw: bytes) -> None:
        """Send one frame and return when its last bit has left.

        A port that takes the bytes faster than the wire is waited for: its buffer must not hide when the
        answer is due. Between two frames lie 33 bit times (vendor extension §3.8).
        """
        wire = self._profile.timings.wire_time
        await self.clock.sleep_until(self._free)
        begun = max(self._free, self.clock.monotonic())
        whole = self._profile.preamble + raw
        self._on_sent(whole)
        await self._line.send(whole)
        left = begun + wire(len(whole))
        if self.clock.monotonic() < left:
            await self.clock.sleep_until(left)
        self._free = max(left, self.clock.monotonic()) + self._profile.timings.idle

    async def next(self, until: float | None) -> Frame | None:
        """Wait for the terminal's next frame, ``None`` at ``until``; ``LineError`` when the line goes."""
        try:
            async with asyncio.timeout(self._seconds(until)):
                arrived = await self._arrived.get()
        except TimeoutError:
            return None
        if isinstance(arrived, LineError):
            raise arrived
        return arrived

    def _seconds(self, until: float | None) -> float | None:
        if until is None:
            return None
        return max(0.0, until - self.clock.monotonic()) / self.clock.factor

    def takes(self, frame: Frame) -> bool:
        """Tell whether a frame belongs here; an echo of the own frames does not."""
        fits = frame.afn == VENDOR_AFN and frame.direction is Direction.UP and not frame.prm
        return fits and self._request.fits(frame)

    def take(self, frame: Frame) -> None:
        """A frame for whoever waits."""
        self.heard = self.clock.monotonic()
        self._free = max(self._free, self.heard + self._profile.timings.idle)
        self._arrived.put_nowait(frame)

    def lose(self, error: LineError) -> None:
        """The line went away."""
        self._arrived.put_nowait(error)
