"""A meter bus with meters of IEC 62056-21, and a worker that asks them as the terminal's does."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TypeVar

from core.channels.meter_bus import settings_of
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.driver import Access, Answer, Command, Driver, Finished, Retune, Send, Speed
from core.meters.drivers import LANDIS_GYR_D
from core.meters.iec62056.station import Habits
from core.quantities import NOW as PRESENT
from core.quantities import Quantity, Wanted, When
from core.simulation.bus import SimulatedBus
from core.simulation.iec62056.group import IecGroup
from core.simulation.iec62056.meter import A1700, IecMeter
from core.simulation.iec62056.readouts import Look
from core.simulation.physics.plate import Kind
from tests.core.simulation.stage import ADDRESS, NOW, thing

START = Speed(300, data_bits=7)
T = TypeVar("T")


def played(play: Callable[[LoopClock], Coroutine[object, object, T]]) -> T:
    """Run a play in virtual time that begins at a fixed civil time."""

    async def begun() -> T:
        return await play(LoopClock(NOW))

    with virtual_time() as runner:
        return runner.run(begun())


def landis_gyr(habits: Habits | None = None, look: Look | None = None, **how: float) -> IecMeter:
    return IecMeter(thing(Kind.THREE_PHASE, **how), look=look, habits=habits)  # type: ignore[arg-type]


def elster(look: Look | None = None) -> IecMeter:
    physical = thing(Kind.THREE_PHASE)
    return IecMeter(physical, A1700(physical, look or Look()))


class Worker:
    """Asks over a line; keeps what went over it."""

    def __init__(self, driver: Driver, line: Line, clock: LoopClock, speed: Speed = START) -> None:
        self.driver = driver
        self.line = line
        self.clock = clock
        self.speed = speed
        self.sent: list[bytes] = []
        self.heard = bytearray()
        self.rates: list[int] = []
        self.lose = 0
        """So many of the next pieces that arrive get lost."""

    async def ask(self, quantity: Quantity, when: When = PRESENT, **how: object) -> Answer:
        """One question, from the speed of the archive."""
        meter = Access(ADDRESS, LANDIS_GYR_D, speed=self.speed, **how)  # type: ignore[arg-type]
        await self.line.retune(settings_of(self.speed))
        return await self.run(self.driver.ask(meter, Wanted(quantity, when), self.clock.monotonic()))

    async def run(self, commands: Sequence[Command]) -> Answer:
        while True:
            for command in commands:
                if isinstance(command, Finished):
                    return command.answer
                await self._obey(command)
            data = await self._receive()
            now = self.clock.monotonic()
            commands = self.driver.feed(data, now) if data else self.driver.tick(now)

    async def _obey(self, command: Command) -> None:
        if isinstance(command, Send):
            self.sent.append(command.raw)
            await self.line.send_after(command.delay, command.raw, self.clock)
        elif isinstance(command, Retune):
            self.rates.append(command.speed.baud)
            await self.line.retune(settings_of(command.speed))

    async def _receive(self) -> bytes:
        assert self.driver.deadline is not None
        wait = max(0.0, self.driver.deadline - self.clock.monotonic())
        data = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                data = await self.line.receive()
        if self.lose and data:
            self.lose -= 1
            return await self._receive()
        self.heard += data
        return data


def worker(
    clock: LoopClock, driver: Driver, *meters: IecMeter, speed: Speed = START, echo: bool = False
) -> Worker:
    """A worker and meters on a bus."""
    bus = SimulatedBus([IecGroup(meters)], clock, seed=3)
    return Worker(driver, bus.line(settings_of(speed), echo=echo), clock, speed)
