"""A master behind the emulated network, and the stage where the tool looks at the terminal that dials it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.app import Terminal
from core.errors import LineError, LineFault
from core.gdw376.call import Answer
from core.gdw376.commands import Send
from core.gdw376.fields import Direction
from core.gdw376.frame import Frame, Seq, encode_frame
from core.gdw376.master import MasterSession
from core.gdw376.reader import Reader, Received
from core.gdw376.timing import TCP
from core.lines.address import LineKind
from core.lines.line import Line
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.simulation.network import Closable
from core.terminal.uplink.state import Listen, Target
from tests.together.stage import START, Stage


@dataclass
class Master:
    """Front ends by host and port. ``manner``: acknowledge, silent, deny, hang-up; others refuse."""

    clock: LoopClock
    manners: dict[tuple[str, int], str] = field(default_factory=dict)
    heard: list[tuple[str, int]] = field(default_factory=list)
    """Host and AFN of every frame."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def connect(self, target: Target) -> Line:
        """Answer the call of a terminal, or not."""
        await self.clock.sleep(0.2)
        if (target.host, target.port) not in self.manners:
            await self.clock.sleep(20)
            raise LineError(f"{target.host}:{target.port}", "timed out", fault=LineFault.UNREACHABLE)
        theirs, ours = memory_line(None, self.clock)
        self.tasks.append(asyncio.create_task(self._serve(target, ours)))
        return theirs

    async def listen(self, order: Listen, on_line: Callable[[Line], None]) -> Closable:
        """Nobody calls here."""
        raise LineError("listen", "not here")

    async def _serve(self, target: Target, line: Line) -> None:
        reader, session = Reader(), MasterSession(TCP)
        with suppress(LineError):
            while True:
                for event in reader.feed(await line.receive(), self.clock.monotonic()):
                    if isinstance(event, Received):
                        self.heard.append((target.host, event.frame.afn))
                        await self._answer(self.manners[target.host, target.port], session, event.frame, line)

    async def _answer(self, manner: str, session: MasterSession, frame: Frame, line: Line) -> None:
        if manner == "hang-up":
            await line.close()
        elif manner == "deny":
            await line.send(encode_frame(denial(frame)))
        elif manner == "acknowledge":
            for command in session.handle(frame, self.clock.monotonic()):
                if isinstance(command, Send):
                    await line.send(command.raw)


def denial(frame: Frame) -> Frame:
    """The master's AFN00 F2 to a frame of the terminal."""
    payload = Answer.deny().blocks[0]
    return Frame(Direction.DOWN, False, 11, frame.address, 0x00, Seq(frame.seq.number), payload)


MAIN, STANDBY = ("10.20.30.40", 8001), ("10.20.30.41", 8001)


def dialling(
    steps: Callable[[Stage, Master], Awaitable[None]],
    *,
    kind: LineKind = LineKind.IR,
    state: Path | None = None,
) -> None:
    """Run a play with a demo terminal whose masters acknowledge, in virtual time."""

    async def on_stage() -> None:
        clock = LoopClock(START)
        master = Master(clock, {MAIN: "acknowledge", STANDBY: "acknowledge"})
        async with Terminal.create("demo", state, clock, boot=0.0, beyond=master) as terminal:
            await steps(Stage(terminal, clock, kind, "000000"), master)
        for task in master.tasks:
            task.cancel()
        await asyncio.gather(*master.tasks, return_exceptions=True)

    with virtual_time() as runner:
        runner.run(on_stage())
