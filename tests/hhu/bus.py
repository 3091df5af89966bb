"""Meters on the ports of the emulated terminal: sessions of DL/T 645-2007 behind lines paced at 2400 8E1.

`attached` puts a meter behind every point that `tests.hhu.stored` archives, but for the silent ones. How a
port reads (AFN0C F11, F170; AFN05 F49 to F51) is scripted, to show states that no test can wait for.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from core.gdw376.message import Item
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import (
    MeterReadingInfo,
    MeterReadingState,
    PhaseBits,
    PortReading,
    ReadingState,
    SignalQuality,
)
from core.lines.line import Line, SerialSettings
from core.lines.memory import memory_line
from core.meters.dlt645 import requests as r
from core.meters.dlt645.exchange import Send
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.parameter_rows import DateAndWeekday
from core.meters.dlt645.reader import Reader, Received
from core.meters.dlt645.slave import Accepted, Call, Content, MeterSlave, Outcome, Refused
from core.service.afn00 import confirmed
from core.service.dispatch import SERVED
from core.service.guard import stopped
from core.service.order import Answer, Order, Served
from core.terminal.access import Level
from core.terminal.concentrator import Concentrator
from hhu.client.emulated import EmulatedTerminal
from tests.hhu.stored import POINTS, TODAY, address_of, alone, register_of

AT_2400 = SerialSettings(2400, 8, "E", 1)
OBEYS = timedelta(minutes=5)
STARTED = datetime(2026, 11, 20, 14, 30)


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
class Passes:
    """How ports read, by the script."""

    ports: dict[int, PortReading] = field(
        default_factory=lambda: {
            1: PortReading(1, 6, ReadingState(True, False), 4, 0, STARTED, None),
            2: PortReading(2, 6, ReadingState(False, True), 6, 1, STARTED, STARTED + timedelta(minutes=2)),
        }
    )
    obeys: bool = True

    def control(self, terminal: Concentrator, order: Order) -> Served:
        """AFN 05: orders to ports; everything else as the terminal does it."""
        orders = [item for item in order.items if item.value is not None and item.fn in (49, 50, 51)]
        if not orders:
            return REAL[0x05](terminal, order)
        if refusal := stopped(terminal, order, Level.OPERATE):
            return refusal
        for item in orders if self.obeys else ():
            self._obey(item.fn, getattr(item.value, "port", 0))
        return confirmed()

    def _obey(self, fn: int, port: int) -> None:
        before = self.ports[port]
        running = ReadingState(fn != 49, False)
        self.ports[port] = replace(before, state=running)
        if fn == 51:
            again = STARTED + timedelta(minutes=6)
            self.ports[port] = replace(before, state=running, read=0, start=again, end=None)

    def present(self, terminal: Concentrator, order: Order) -> Served:
        """AFN 0C: F11 and F170 from the script."""
        items: list[Item] = []
        for item in order.items:
            unit = self._unit(item.fn, item.pn)
            if unit is not None:
                items.append(Item.of(unit, item.pn))
            elif item.fn not in (11, 170):
                real = REAL[0x0C](terminal, replace(order, items=(item,)))
                assert isinstance(real, Answer)
                items += [found for found in real.items if real.afn == 0x0C]
        return Answer(order.afn, tuple(items)) if items else REAL[0x0C](terminal, order)

    def _unit(self, fn: int, pn: int) -> Unit | None:
        if fn == 11 and pn == 0:
            return MeterReadingState(tuple(self.ports.values()))
        if fn == 170 and pn in (3, 4):
            failed = STARTED + timedelta(minutes=1)
            last = datetime(2026, 11, 18, 0, 7) if pn == 3 else None
            return MeterReadingInfo(
                1 + pn % 2, 0, PhaseBits(0, 0), SignalQuality(0, 0), 0, last, failed, pn * 2
            )
        return None


REAL = dict(SERVED)


@dataclass
class Bus:
    """What a test may look at and turn."""

    meters: dict[int, BusMeter] = field(default_factory=dict[int, BusMeter])
    passes: Passes = field(default_factory=Passes)
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
    passes_run: bool = False,
) -> Generator[Bus]:
    """Have every emulated terminal that is started meanwhile meet meters on its ports.

    With ``passes_run`` what ports do is not scripted: they read, pause and go on as the terminal has them.
    """
    bus = Bus(clock_off=clock_off)
    script = {} if passes_run else {0x05: bus.passes.control, 0x0C: bus.passes.present}
    start = EmulatedTerminal.start.__func__  # pyright: ignore[reportFunctionMemberAccess]

    async def started(cls: type[EmulatedTerminal], *args: Any, **more: Any) -> EmulatedTerminal:
        emulated: EmulatedTerminal = await start(cls, *args, **more)
        bus.attach(emulated, silent, off or {})
        return emulated

    with (
        alone(),
        patch.object(EmulatedTerminal, "start", classmethod(started)),
        patch.dict(SERVED, script),
    ):
        yield bus
    for task in _TASKS:
        task.cancel()
    _TASKS.clear()
