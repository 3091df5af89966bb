"""A driver on a line: carry out what it says until the question ends."""

import asyncio

from core.lines.line import Line
from core.lines.pace import LoopClock
from core.meters.driver import Access, Answer, Driver, Finished, Send
from core.quantities import Wanted


async def ask(line: Line, clock: LoopClock, driver: Driver, meter: Access, wanted: Wanted) -> Answer:
    """The answer to one question over a line."""
    commands = driver.ask(meter, wanted, clock.monotonic())
    while True:
        for command in commands:
            if isinstance(command, Finished):
                return command.answer
            assert isinstance(command, Send)
            await clock.sleep(command.delay)
            await line.send(command.raw)
        due = driver.deadline
        assert due is not None
        try:
            async with asyncio.timeout(max(0.0, due - clock.monotonic()) / clock.factor):
                data = await line.receive()
        except TimeoutError:
            commands = driver.tick(clock.monotonic())
        else:
            commands = driver.feed(data, clock.monotonic())
