"""Meters on the ports of the emulated terminal: sessions of DL/T 645-2007 behind lines paced at 2400 8E1.

`attached` puts a meter behind every point that `tests.hhu.stored` archives, but for the silent ones; the
terminal reads them as it reads any other.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from core.lines.line import Line, SerialSettings
from core.lines.memory import memory_line
from core.meters.dlt645 import requests as r
from core.meters.dlt645.exchange import Send
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.parameter_rows import DateAndWeekday
from core.meters.dlt645.reader import Reader, Received
from core.meters.dlt645.slave import Accepted, Call, Content, MeterSlave, Outcome, Refused
from hhu.client.emulated import EmulatedTerminal
from tests.hhu.stored import POINTS, TODAY, address_of, alone, register_of

AT_2400 = SerialSettings(2400, 8, "E", 1)
OBEYS = timedelta(minutes=5)


class BusMeter:
    """One meter: its register, its clock, and what it was ordered."""

    def __init__(self, point: int, clock: Any, off: float = 0.0) -> None:
        self.point = point
        self.off = timedelta(seconds=off)
        self.writes: list[Any] = []
        self._clock = clock
        self.slave = MeterSlave(address_of(point), self.serve)

    @property
    def now(self) -> datetime:
        """What its clock shows."""
        moment: datetime = self._clock.now() + self.off
        return moment

    def serve(self, call: Call) -> Outcome | None:
        if isinstance(call.request, r.Read2007):
            value = self._value(call.request.code)
            return Refused(0x02) if value is None else Content(encode_value(known(call.request.code), value))
        if isinstance(call.request, r.BroadcastTime):
            ahead = call.request.time - self._clock.now() if call.request.time else timedelta(days=1)
            if abs(ahead - self.off) < OBEYS:
                self.off = ahead
        else:
            self.writes.append(call.request)
        return Accepted()

    def _value(self, code: str) -> Any:
        now = self.now.replace(microsecond=0)
        values: dict[str, Any] = {
            "00010000": register_of(self.point, TODAY)[0],
            "0201FF00": (Decimal("221.3"), Decimal("0.0"), Decimal("0.0")),
            "04000101": DateAndWeekday((now.weekday() + 1) % 7, now.date()),
            "04000102": now.time(),
        }
        return values.get(code)


async def answer(line: Line, meters: list[BusMeter], clock: Any) -> None:
    """Let meters answer on a line."""
    reader = Reader()
    while True:
        data = await line.receive()
        for event in reader.feed(data, clock.monotonic()):
            if isinstance(event, Received):
                for meter in meters:
                    for command in meter.slave.handle(event.frame, 0.0):
                        if isinstance(command, Send):
                            await clock.sleep(command.delay)
                            await line.send(command.raw)


@dataclass
class Bus:
    """What a test may look at and turn."""

    meters: dict[int, BusMeter] = field(default_factory=dict[int, BusMeter])
    clock_off: float = 0.0
    """Seconds by which the terminal's clock is wrong from the start."""

    def attach(self, emulated: EmulatedTerminal, silent: frozenset[int], off: dict[int, float]) -> None:
        """Put the meters behind the ports 1 and 2 of a terminal that has just been switched on."""
        clock = emulated.clock
        points = [point for point in range(1, POINTS + 1) if point not in silent]
        self.meters = {point: BusMeter(point, clock, off.get(point, 0.0)) for point in points}
        for port in (1, 2):
            near, far = memory_line(AT_2400, clock, half_duplex=True)
            emulated.terminal.attach_meters(port, near)
            there = [meter for meter in self.meters.values() if 1 + meter.point % 2 == port]
            _TASKS.add(asyncio.create_task(answer(far, there, clock)))
        if self.clock_off:
            rtc = emulated.terminal.concentrator.rtc
            rtc.set(clock.now() + timedelta(seconds=self.clock_off))


_TASKS: set[asyncio.Task[None]] = set()


@contextmanager
def attached(
    silent: frozenset[int] = frozenset({3, 4}),
    off: dict[int, float] | None = None,
    *,
    clock_off: float = 0.0,
) -> Generator[Bus]:
    """Have every emulated terminal that is started meanwhile meet meters on its ports."""
    bus = Bus(clock_off=clock_off)
    start = EmulatedTerminal.start.__func__  # pyright: ignore[reportFunctionMemberAccess]

    async def started(cls: type[EmulatedTerminal], *args: Any, **more: Any) -> EmulatedTerminal:
        emulated: EmulatedTerminal = await start(cls, *args, **more)
        bus.attach(emulated, silent, off or {})
        return emulated

    with (
        alone(),
        patch.object(EmulatedTerminal, "start", classmethod(started)),
    ):
        yield bus
    for task in _TASKS:
        task.cancel()
    _TASKS.clear()
