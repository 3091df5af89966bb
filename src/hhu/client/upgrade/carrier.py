"""A transfer session on a link: commands become frames, frames answers, silence a question."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from core.errors import DecodeError
from core.gdw376.address import Address
from core.gdw376.fields import Direction, Seq
from core.gdw376.frame import Frame, encode_frame
from core.gdw376.request import Request
from core.gdw376.trailer import VENDOR_AFN
from core.vendor.envelope import TRANSFER, Order, Outcome
from core.vendor.transfer.answers import TransferAnswer, answer_in
from core.vendor.transfer.commands import BurstBlock, Command, WriteNext
from hhu.client.link import Link
from hhu.client.stream import Stream
from hhu.client.upgrade.outputs import Ended, Output, Pause, Say, Stopped
from hhu.client.upgrade.session import TransferSession
from hhu.client.upgrade.stages import (
    Answers,
    Failed,
    Failure,
    Noticed,
    Progress,
    Silence,
    Tell,
    UpgradeFailed,
)

MSA = 1
TICK = 1.0
"""Seconds between two reports of progress."""
RECENT = 20.0
"""Seconds over which the rate is measured: some bursts of the largest blocks."""


class Rate:
    """Bytes per second over the last while."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def saw(self, now: float, arrived: int) -> float:
        """Note how many bytes are there now and return the rate; 0 before it can be told."""
        if self._seen and arrived < self._seen[-1][1]:
            self._seen.clear()  # begun again from an earlier byte
        if not self._seen or arrived > self._seen[-1][1]:
            self._seen.append((now, arrived))
        while len(self._seen) > 2 and now - self._seen[1][0] > RECENT:
            self._seen.popleft()
        (begun, before), (last, _) = self._seen[0], self._seen[-1]
        steps = len(self._seen) - 1
        stalled = steps and now - last > 2 * (last - begun) / steps
        until = now if stalled else last  # a burst arrives at once: from step to step, not from look to look
        return (arrived - before) / (until - begun) if until > begun else 0.0


@dataclass(slots=True)
class Counters:
    """What the transfer looks like from outside."""

    flying: int = 0
    """Bytes of the file that left and are not acknowledged yet."""
    waiting_since: float | None = None
    """When the last bit left; ``None`` while sending."""


class Carrier:
    """Sends one file to one terminal over one link."""

    def __init__(self, link: Link, address: Address, password: str) -> None:
        """``password``: six digits, the high one of the channel."""
        self._link = link
        self._address = address.by(MSA)
        self._password = password
        self._number = 0
        self._rate = Rate()
        self._now = Counters()

    async def transfer(self, session: TransferSession, tell: Tell, answers: Answers) -> int | None:
        """Move the file; return the terminal's word on the package, ``None`` when it got lost.

        ``UpgradeFailed`` when the terminal refuses or the operator stops, ``LineError`` when the line goes.
        """
        asked = Request(self._address, VENDOR_AFN, (b"",))
        async with self._link.stream(asked) as stream, self._watched(session, stream, tell):
            todo = deque(session.begin())
            while True:
                while todo:
                    output = todo.popleft()
                    if isinstance(output, Ended):
                        self._report(session, stream, tell)
                        return output.verdict
                    todo.extend(await self._do(output, session, stream, tell, answers))
                todo.extend(await self._next(session, stream, tell))

    async def _do(
        self, output: Output, session: TransferSession, stream: Stream, tell: Tell, answers: Answers
    ) -> Iterable[Output]:
        match output:
            case Say(commands):
                await self._say(commands, stream)
                session.sent(stream.clock.monotonic())
            case Pause(tries):
                if not await answers.go_on(Silence(session.arrived, len(session.file), tries)):
                    raise UpgradeFailed(Failed(Failure.STOPPED, resumable=True))
                return session.go_on()
            case Stopped(code, note):
                raise UpgradeFailed(Failed(Failure.FILE, code=code, note=note, resumable=bool(session.id)))
            case Noticed():
                tell(output)
            case Ended():
                pass
        return ()

    async def _say(self, commands: tuple[Command, ...], stream: Stream) -> None:
        self._now.waiting_since = None
        for command in commands:
            await stream.send(self._frame(command))
            if isinstance(command, BurstBlock | WriteNext):
                self._now.flying += len(command.data)
        self._now.waiting_since = stream.clock.monotonic()

    def _frame(self, command: Command) -> bytes:
        self._number = (self._number + 1) & 15
        order = Order(TRANSFER, command.encode(), self._password)
        return encode_frame(
            Frame(Direction.DOWN, True, 10, self._address, VENDOR_AFN, Seq(self._number), order.encode())
        )

    async def _next(self, session: TransferSession, stream: Stream, tell: Tell) -> list[Output]:
        frame = await stream.next(session.deadline)
        if frame is None:
            return session.tick(stream.clock.monotonic())
        answer = self._answer(frame)
        if answer is None:
            return []
        outputs = session.handle(answer, stream.clock.monotonic())
        self._now.flying = 0
        self._report(session, stream, tell)
        return outputs

    def _answer(self, frame: Frame) -> TransferAnswer | None:
        """Read an answer; ``None`` for one of another kind. A result byte of the envelope is a refusal."""
        try:
            outcome = Outcome.decode(frame.payload)
            if outcome.code != TRANSFER:
                return None
            if len(outcome.content) == 1:
                raise UpgradeFailed(Failed(Failure.COMMAND, code=outcome.content[0], resumable=True))
            return answer_in(outcome.content)
        except DecodeError as error:
            self._link.trace.event(f"not taken: {error}")
            return None

    @asynccontextmanager
    async def _watched(self, session: TransferSession, stream: Stream, tell: Tell) -> AsyncGenerator[None]:
        """Report progress every second, whatever else happens or does not."""
        watch = asyncio.create_task(self._watch(session, stream, tell))
        try:
            yield
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch

    async def _watch(self, session: TransferSession, stream: Stream, tell: Tell) -> None:
        while True:
            self._report(session, stream, tell)
            await stream.clock.sleep(TICK)

    def _report(self, session: TransferSession, stream: Stream, tell: Tell) -> None:
        now, arrived, total = stream.clock.monotonic(), session.arrived, len(session.file)
        rate = self._rate.saw(now, arrived) if session.id else 0.0
        since = self._now.waiting_since
        silent = 0.0 if since is None else now - max(since, stream.heard)
        flying = min(self._now.flying, total - arrived)
        left = (total - arrived) / rate if rate else None
        tell(Progress(arrived, total, rate, left, session.asked_again, silent, session.block, flying))
