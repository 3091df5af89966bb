"""The speed of a wire for a line that has none, such as a pseudo-terminal in front of an emulated port."""

import asyncio

from core.errors import LineError
from core.lines.inbox import Inbox, closed
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.lines.pieces import pieces


class PacedLine(Line):
    """Slows ``inner`` down to ``settings`` in both directions, gap-free, on the time of ``clock``."""

    def __init__(self, inner: Line, settings: SerialSettings, clock: LoopClock) -> None:
        self.name = inner.name
        self.settings = settings
        self._pace = settings
        self._inner = inner
        self._clock = clock
        self._inbox = Inbox()
        self._sending = asyncio.Lock()
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def send(self, data: bytes) -> None:
        """Hand each piece on when its last bit would leave; cancelling cuts the transmission."""
        async with self._sending:
            self._inbox.check()
            begin = self._clock.monotonic()
            for piece in pieces(len(data), self._pace):
                await self._clock.sleep_until(begin + piece.ends)
                await self._inner.send(data[piece.start : piece.stop])

    async def receive(self) -> bytes:
        """What has arrived at wire speed since the last call, at least one byte."""
        return await self._inbox.receive()

    async def retune(self, settings: SerialSettings) -> None:
        """Change the pace of both directions; the line underneath has none of its own."""
        await super().retune(settings)
        self._pace = settings

    async def _listen(self) -> None:
        arrived = self._clock.monotonic()
        try:
            while True:
                data = await self._inner.receive()
                arrived = await self._let_arrive(data, max(arrived, self._clock.monotonic()))
        except LineError as error:
            self._inbox.fail(error)

    async def _let_arrive(self, data: bytes, begin: float) -> float:
        for piece in pieces(len(data), self._pace):
            await self._clock.sleep_until(begin + piece.ends)
            self._inbox.feed(data[piece.start : piece.stop])
        return begin + self._pace.wire_time(len(data))

    async def close(self) -> None:
        """Close the line underneath."""
        self._inbox.fail(closed(self.name))
        self._listening.cancel()
        await self._inner.close()
