"""The runner of the uplink: carries out what the policy orders, and tells it how that went (M107, M108).

The policy (`core.terminal.uplink`) decides, the module gets lines, `UplinkLine` serves one. Here is only what
joins them: tasks, their ends, and the moment of the next decision.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from core.channels.maintenance import Watch
from core.channels.uplink_line import UplinkLine
from core.errors import EncodeError, LineError
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.service.reports import report
from core.terminal.concentrator import Concentrator
from core.terminal.uplink.state import (
    Command,
    CyclePower,
    Dial,
    Failure,
    HangUp,
    Listen,
    Presence,
    Reset,
    Say,
    StopListening,
    Target,
)

BOOT_LOOK = 0.5
"""Least seconds between two looks while the terminal does not run."""


class Listener(Protocol):
    """A port on which the master may call."""

    async def close(self) -> None:
        """Stop listening."""
        ...


class Module(Protocol):
    """The radio or network module."""

    @property
    def presence(self) -> Presence:
        """What is fitted."""
        ...

    async def dial(self, target: Target) -> Line | Failure:
        """Go all the way to the master, or tell where it ended."""
        ...

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Listener | Failure:
        """Take calls of the master, or tell why that cannot be."""
        ...

    def cycle(self) -> None:
        """Switch off; the next use switches on."""
        ...


@dataclass(frozen=True, slots=True)
class _Link:
    """An open link and the task that serves it."""

    line: UplinkLine
    task: asyncio.Task[LineError]


class UplinkRunner:
    """Runs the uplink of one terminal until cancelled."""

    def __init__(
        self,
        terminal: Concentrator,
        module: Module,
        clock: LoopClock,
        watch: Watch,
        reset: Callable[[], None],
    ) -> None:
        """``reset`` restarts the terminal when nothing else brought contact back."""
        self._reset = reset
        self._terminal = terminal
        self._policy = terminal.uplink
        self._module = module
        self._clock = clock
        self._watch = watch
        self._nudged = asyncio.Event()
        self._dialling: asyncio.Task[None] | None = None
        self._link: _Link | None = None
        self._listener: Listener | None = None
        self._opening: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    def nudge(self) -> None:
        """Something changed: decide anew."""
        self._nudged.set()

    async def run(self) -> None:
        """Keep in touch with the master."""
        self._policy.on_order = self.nudge
        try:
            while True:
                self._nudged.clear()
                self._decide()
                await self._pause()
        finally:
            self.drop()
            await asyncio.gather(*self._ending, return_exceptions=True)

    def drop(self) -> None:
        """Power is gone, or the terminal restarts: nothing of a link is left."""
        self._hang_up()
        self._stop_listening()
        self._module.cycle()
        self.nudge()

    def _decide(self) -> None:
        if not self._terminal.alive:
            return
        self._policy.presence = self._module.presence
        for command in self._policy.tick(self._clock.monotonic(), self._terminal.rtc.now()):
            self._obey(command)

    async def _pause(self) -> None:
        """Wait for a change, or for the time of the next decision."""
        if self._terminal.alive:
            due = self._policy.deadline
            wait = None if due is None else max(0.0, due - self._clock.monotonic())
        else:
            wait = max(self._terminal.boot_left(), BOOT_LOOK)
        with suppress(TimeoutError):
            async with self._clock.timeout(wait):
                await self._nudged.wait()

    def _obey(self, command: Command) -> None:
        match command:
            case Dial(target):
                self._dialling = asyncio.create_task(self._dial(target))
            case Say():
                self._say(command)
            case HangUp():
                self._hang_up()
            case Listen():
                self._opening = asyncio.create_task(self._listen(command))
            case StopListening():
                self._stop_listening()
            case CyclePower():
                self._hang_up()
                self._module.cycle()
            case Reset():
                self._reset()

    async def _dial(self, target: Target) -> None:
        outcome = await self._module.dial(target)
        if isinstance(outcome, Failure):
            self._policy.failed(outcome, self._clock.monotonic())
        else:
            self._open(outcome)
            self._policy.dialled(self._clock.monotonic())
        self.nudge()

    async def _listen(self, order: Listen) -> None:
        outcome = await self._module.listen(order, self._called)
        if isinstance(outcome, Failure):
            self._policy.deaf(outcome, self._clock.monotonic())
            self.nudge()
        else:
            self._listener = outcome

    def _called(self, line: Line) -> None:
        """A master connects: it gets the link, or is turned away while another is served."""
        if self._policy.called(self._clock.monotonic()):
            self._hang_up()
            self._open(line)
            self.nudge()
        else:
            self._end(line.close())

    def _open(self, line: Line) -> None:
        served = UplinkLine(self._terminal, line, self._clock, self._watch)
        task = asyncio.create_task(served.run())
        self._link = _Link(served, task)
        task.add_done_callback(self._link_ended)

    def _link_ended(self, task: asyncio.Task[LineError]) -> None:
        """Tell the policy about a link that ended by itself; one that was hung up is another's affair."""
        if self._link is None or self._link.task is not task:
            return
        link, self._link = self._link, None
        self._end(link.line.hang_up())
        reason = str(task.exception() or task.result()) if not task.cancelled() else "cancelled"
        self._policy.lost(reason, self._clock.monotonic())
        self.nudge()

    def _say(self, command: Say) -> None:
        """Hand a message to the link; ``said`` tells the policy how it ended."""
        message = command.message
        if self._link is None:
            return
        answer = report(self._terminal, message)
        if answer is None:
            self._policy.nothing_to_report(message)
            self.nudge()
            return

        def ended(accepted: bool | None) -> None:
            now = self._clock.monotonic()
            self._policy.said(message, now, self._terminal.rtc.now(), accepted=accepted)
            self.nudge()

        try:
            self._link.line.say(answer, command.patience, ended, confirmed=command.confirmed)
        except EncodeError:  # a report that fits into no frame is never going to
            self._policy.nothing_to_report(message)
            self.nudge()

    def _hang_up(self) -> None:
        if self._dialling:
            self._dialling.cancel()
            self._dialling = None
        link, self._link = self._link, None
        if link:
            self._end(_close(link))

    def _stop_listening(self) -> None:
        if self._opening:
            self._opening.cancel()
            self._opening = None
        listener, self._listener = self._listener, None
        if listener:
            self._end(listener.close())

    def _end(self, closing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(closing)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


async def _close(link: _Link) -> None:
    """Let the last bytes out, then end the link."""
    await link.line.hang_up()
    link.task.cancel()
    await asyncio.gather(link.task, return_exceptions=True)
