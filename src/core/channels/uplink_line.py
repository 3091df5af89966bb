"""One link to the master: answers its calls and carries the terminal's own messages, on one line.

Both roles share a session, so that an own message waiting for its confirmation keeps no call of the master
waiting. Everything that goes over the line is counted as traffic (M53).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from core.channels.exchange import session_answer, waiting_events
from core.channels.maintenance import Maintenance, Watch
from core.errors import LineError, StoreError
from core.gdw376 import call
from core.gdw376.call import Delivered, Notice, Serve, Undelivered
from core.gdw376.initiator import Persistence
from core.gdw376.reader import Received
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.service.order import Answer
from core.terminal.access import Channel
from core.terminal.concentrator import Concentrator
from core.terminal.uplink.state import Patience

CONFIRMATION, EVENTS = 0x00, 0x0E
FLUSH = 1.0
"""Seconds that a link to be hung up has for what is still to be sent [design]."""

Ended = Callable[[bool | None], None]
"""How a message ended: confirmed, denied, or unanswered (``None``)."""


class CountedLine(Line):
    """Counts the bytes of a line as traffic with the master, both ways."""

    def __init__(self, line: Line, terminal: Concentrator) -> None:
        self.name, self.settings = line.name, line.settings
        self._line = line
        self._terminal = terminal

    async def send(self, data: bytes) -> None:
        """Send and count."""
        await self._line.send(data)
        self._count(data)

    async def receive(self) -> bytes:
        """Receive and count."""
        data = await self._line.receive()
        self._count(data)
        return data

    async def close(self) -> None:
        """Let go of the line."""
        await self._line.close()

    def _count(self, data: bytes) -> None:
        with suppress(StoreError):  # the link matters more than its count
            self._terminal.count_traffic(len(data))


class UplinkLine(Maintenance):
    """Serves one link of the uplink."""

    def __init__(self, terminal: Concentrator, line: Line, clock: LoopClock, watch: Watch) -> None:
        super().__init__(terminal, Channel.UPLINK, CountedLine(line, terminal), clock, watch)
        self._ended: Ended | None = None

    def say(self, answer: Answer, patience: Patience, ended: Ended, *, confirmed: bool) -> None:
        """Send a message of the terminal's own; ``ended`` is called once."""
        self._ended = ended
        built = session_answer(answer, self._session.station.largest)
        reports_event = built.afn == EVENTS  # the report is itself the news that ACD would announce
        self._session.pending_events = (
            None if reports_event else waiting_events(self._terminal, Channel.UPLINK)
        )
        self._session.persistence = Persistence(patience.timeout, patience.retries)
        now = self._clock.monotonic()
        self._obey(self._session.notify(Notice(built.afn, built.blocks, confirmed), now), now)
        self._rouse()

    @property
    def _awake(self) -> bool:
        """On the backup battery an outage is still reported (device behaviour part 4)."""
        return self._terminal.alive

    def _serve(self, command: Serve, now: float) -> None:
        """On the backup battery nothing else is done."""
        if self._terminal.running:
            super()._serve(command, now)
        else:
            self._obey(self._session.answer(call.Answer.deny(), now), now)

    def _notice_ended(self, outcome: Delivered | Undelivered) -> None:
        ended, self._ended = self._ended, None
        if ended:
            ended(outcome.accepted if isinstance(outcome, Delivered) else None)

    def _take(self, received: Received, now: float) -> None:
        if self._session.station.reach(received.frame) is not None:
            self._terminal.uplink.heard(now, call=received.frame.afn != CONFIRMATION)
        super()._take(received, now)

    async def hang_up(self) -> None:
        """Close the link when what is to be sent has left."""
        with suppress(TimeoutError, LineError):
            async with asyncio.timeout(FLUSH):
                await self.sent()
        await self._line.close()
