"""Plays of the port worker and of relays: a terminal, meters on its port, a handheld on another line."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from core.channels.maintenance import Maintenance
from core.channels.meter_bus import MeterBus
from core.gdw376.frame import encode_frame as encode_376
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn04 import SerialControl, TerminalAddress
from core.gdw376.units.afn10 import (
    BatchRead,
    DirectRead,
    DirectReadAnswer,
    Forward,
    Forwarded,
    MessageTimeout,
    PowerMeter,
    TripMeter,
)
from core.lines.line import Line, SerialSettings
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.meters.dlt645 import requests as r
from core.meters.dlt645.exchange import Send as MeterSend
from core.meters.dlt645.frame import encode_frame
from core.meters.dlt645.messages import request_frame
from core.meters.dlt645.reader import Reader, Received
from core.meters.driver import Answer, Outcome
from core.quantities import Quantity, Wanted
from core.store.store import Store
from core.terminal.access import Channel
from core.terminal.acquisition.tasks import (
    Ask,
    BroadcastFreeze,
    BroadcastTime,
    Heard,
    Purpose,
    Search,
    Task,
)
from core.terminal.archive import Meter
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from tests.core.channels.test_maintenance import Watch
from tests.core.handset import Handset
from tests.core.meters.dlt645.scripted import ADDRESS, V1997, Table, numbers

START = datetime(2026, 11, 20, 14, 36, 7)
AT_2400 = SerialSettings(2400, 8, "E", 1)
FIVE = numbers("001234.56", "000100.00", "000200.50", "000300.06", "000634.00")
ENERGY = {"0001FF00": FIVE, "00010000": FIVE[0]}
Q = Quantity


def meter(protocol: int = 30, address: str = ADDRESS, speed: int = 0) -> Meter:
    return Meter(1, 1, 1, speed, protocol, address, bytes(6), 4, 6, 2, "", 4, 0, "", False, False)


class Script:
    """A planner that wants what stands in a list, and remembers what it was told."""

    def __init__(self, *tasks: Task, archived: tuple[Meter, ...] = ()) -> None:
        self.tasks = deque(tasks)
        self.answers: list[Answer] = []
        self.seen: list[Heard] = []
        self.sent: list[Task] = []
        self.archived = archived
        self.over = asyncio.Event()
        self.asked_at: list[float] = []

    def next(self, port: int, now: float) -> Task | None:
        assert port == 1
        return self.tasks[0] if self.tasks else None

    def took(self, port: int, task: Task, answer: Answer, now: float) -> None:
        assert self.tasks.popleft() is task
        self.asked_at.append(now)
        self.answers.append(answer)
        if not self.tasks:
            self.over.set()

    def done(self, port: int, task: Task, now: float) -> None:
        self.sent.append(self.tasks.popleft())

    def heard(self, port: int, task: Search, heard: Heard) -> None:
        self.tasks.popleft()
        self.seen.append(heard)

    def due(self, port: int, now: float) -> float:
        return 60.0

    def on_port(self, port: int) -> tuple[Meter, ...]:
        return self.archived


class Lamp:
    """A watch that counts, and notes at which speed was sent."""

    def __init__(self, line: Callable[[], Line]) -> None:
        self.line = line
        self.sent = self.heard = 0
        self.speeds: list[int] = []

    def received(self) -> None:
        self.heard += 1

    def sending(self) -> None:
        self.sent += 1
        settings = self.line().settings
        self.speeds += [settings.baud] if settings else []


async def serve(line: Line, meters: tuple[Table, ...], clock: LoopClock) -> None:
    """Let meters answer on a line, the way real ones do."""
    reader = Reader()
    while True:
        data = await line.receive()
        for event in reader.feed(data, clock.monotonic()):
            if not isinstance(event, Received):
                continue
            for one in meters:
                for command in one.slave.handle(event.frame, 0.0):
                    if isinstance(command, MeterSend):
                        await clock.sleep(command.delay)
                        await line.send(command.raw)


class Site:
    """A terminal with meters on 485_1 and a handheld at the infrared window."""

    def __init__(self, script: Script | None, *meters: Table) -> None:
        self.clock = LoopClock(START)
        self.store = Store(None)
        self.terminal = Concentrator(self.clock, Ledger(self.store), self.store.readings, boot=0.0)
        self.terminal.parameters.write([TerminalAddress("1122", 0x7788)])
        self.terminal.power_up()
        self.lamp = Lamp(lambda: self.near)
        self.near, self.far = memory_line(AT_2400, self.clock, half_duplex=True)
        worker = MeterBus(self.terminal, 1, self.near, self.clock, self.lamp, script, script)
        self.worker = asyncio.create_task(worker.run())
        self.bus = asyncio.create_task(serve(self.far, meters, self.clock))
        ours, theirs = memory_line(SerialSettings(115200), self.clock)
        runner = Maintenance(self.terminal, Channel.RS485, theirs, self.clock, Watch(self.terminal))
        self.maintenance = asyncio.create_task(runner.run())
        self.handset = Handset(ours, self.clock)

    async def relay(self, *units: Any, patience: float = 20.0) -> list[Any]:
        """Send AFN10 units; return what comes back."""
        payload = b"".join(encode_blocks([Item.of(unit) for unit in units]))
        frame = await self.handset.exchange(0x10, payload, patience)
        return [item.value for item in items_of(frame)]

    async def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        begin = self.clock.monotonic()
        while not condition():
            assert self.clock.monotonic() < begin + seconds
            await self.clock.sleep(0.01)


def play(steps: Callable[[Site], Awaitable[None]], script: Script | None, *meters: Table) -> None:
    """Run a play in virtual time."""

    async def on_stage() -> None:
        site = Site(script, *meters)
        await steps(site)
        for task in (site.worker, site.bus, site.maintenance):
            task.cancel()
        site.store.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def ask(quantity: Quantity = Q.FORWARD_ACTIVE, of: Meter | None = None) -> Ask:
    return Ask(of or meter(), Wanted(quantity), Purpose.DAY)


def test_questions_are_put_one_after_the_other_at_wire_speed():
    """M43: each answer goes back to acquisition; only 20 ms are lost on either side (6.3)."""
    script = Script(*[ask() for _ in range(10)])

    async def steps(site: Site) -> None:
        await site.until(lambda: not script.tasks)
        assert {(one.outcome, one.value) for one in script.answers} == {(Outcome.READ, FIVE)}
        octets = 20 + 4 + 12 + 4 + 20
        each = AT_2400.wire_time(octets) + 0.04
        assert script.asked_at[-1] == pytest.approx(10 * each, rel=0.02)
        assert site.lamp.sent == 10
        assert site.lamp.heard

    play(steps, script, Table(ENERGY))


def test_two_families_share_a_port_each_at_its_speed():
    """M28: 645-1997 at 1200 and 645-2007 at 2400 on one port; an unknown protocol supports nothing."""
    old = Table({"901F": FIVE[:1]}, V1997, "000000000002")
    script = Script(ask(), ask(of=meter(1, "000000000002")), ask(of=meter(9)), ask())

    async def steps(site: Site) -> None:
        await site.until(lambda: not script.tasks)
        assert [one.outcome.name for one in script.answers] == ["READ", "READ", "UNSUPPORTED", "READ"]
        assert site.lamp.speeds == [2400, 1200, 2400]

    play(steps, script, Table(ENERGY), old)


def test_broadcasts_reach_every_family_once():
    """M94: one frame per speed, with the time of its last byte; meters of 1997 get no freeze order."""
    new, old = Table(ENERGY), Table({}, V1997, "000000000002")
    archived = (meter(), meter(30, "000000000003"), meter(1, "000000000002", 2400))
    script = Script(BroadcastTime(1), BroadcastFreeze(1), archived=archived)

    async def steps(site: Site) -> None:
        await site.until(lambda: len(script.sent) == 1)
        (told,) = new.orders
        assert abs((told.time - site.terminal.rtc.now()).total_seconds()) < 1
        assert old.orders == [told]
        await site.until(lambda: len(script.sent) == 2)
        await site.clock.sleep(0.5)
        assert new.orders[1:] == [r.NOW]
        assert old.orders == [told]

    play(steps, script, new, old)


def test_a_search_tells_one_meter_from_several():
    """A clean answer is a meter, damage or several are a collision, silence is nobody (dlt645 §1)."""
    one, two = Table({}), Table({}, address="000000000077")
    script = Script(Search(1, "AAAAAAAAAA77", 30, 2400), Search(1, "AAAAAAAAAA99", 30, 2400),
                    Search(1, "A" * 12, 30, 2400), Search(1, "A" * 12, 1, 1200))  # fmt: skip

    async def steps(site: Site) -> None:
        await site.until(lambda: not script.tasks)
        assert script.seen == [Heard("000000000077"), Heard(), Heard(None, True), Heard("000000000005")]

    play(steps, script, one, two, Table({"9010": FIVE[0]}, V1997, "000000000005"))


READ_TOTAL = encode_frame(request_frame(ADDRESS, r.Read2007("00010000")))


def forward(raw: bytes = READ_TOTAL, port: int = 1, seconds: int = 3) -> Forward:
    return Forward(port, SerialControl(3, 0, True, 0, 3), MessageTimeout(seconds, 1), 10, raw)


def test_a_relay_waits_for_no_more_than_one_question():
    """6.1: it comes between two questions of a pass, and the question in flight is not cut."""
    script = Script(*[ask() for _ in range(40)])

    async def steps(site: Site) -> None:
        await site.clock.sleep(0.2)
        begin = site.clock.monotonic()
        (answer,) = await site.relay(forward())
        assert isinstance(answer, Forwarded)
        assert bytes.fromhex("89674533") in answer.content
        assert site.clock.monotonic() - begin < 1.5
        await site.until(lambda: not script.tasks)
        assert {one.outcome for one in script.answers} == {Outcome.READ}
        assert {one.tries for one in script.answers} == {1}

    play(steps, script, Table(ENERGY))


def test_a_relay_wakes_a_sleeping_port():
    """AFN10 F1 is answered at once, not when acquisition is due."""

    async def steps(site: Site) -> None:
        await site.clock.sleep(5.0)
        begin = site.clock.monotonic()
        (answer,) = await site.relay(forward())
        assert answer.port == 1
        assert READ_TOTAL not in answer.content
        assert answer.content.count(bytes.fromhex("89674533")) == 1
        assert site.clock.monotonic() - begin < 0.6

    play(steps, Script(), Table(ENERGY))


def test_a_silent_meter_is_an_empty_answer():
    """Part A §12: k = 0 after the time the order allows, at least a second."""

    async def steps(site: Site) -> None:
        begin = site.clock.monotonic()
        (answer,) = await site.relay(forward(seconds=2))
        assert answer == Forwarded(1, b"")
        assert site.clock.monotonic() - begin == pytest.approx(2.0, abs=0.3)

    play(steps, None)


@pytest.mark.parametrize("order", [forward(port=2), forward(raw=b"")], ids=["port", "length"])
def test_what_cannot_be_forwarded_is_denied(order: Forward):
    """A port without a line, and nothing to send (part A §12 F1)."""

    async def steps(site: Site) -> None:
        (answer,) = await site.relay(order)
        assert type(answer).__name__ == "Deny"

    play(steps, None)


def test_a_pending_relay_blocks_neither_the_line_nor_another():
    """Another call of the same line is served behind it, in order."""

    async def steps(site: Site) -> None:
        first = asyncio.create_task(site.relay(forward(seconds=5)))
        await site.clock.sleep(0.5)
        begin = site.clock.monotonic()
        await site.handset.line.send(encode_376(site.handset.frame(0x0A, bytes.fromhex("0000010B"))))
        assert await first == [Forwarded(1, b"")]
        frame = await site.handset.answer(1.0)
        assert frame.afn == 0x0A
        assert site.clock.monotonic() - begin == pytest.approx(4.5, abs=0.3)

    play(steps, None)


def direct(code: str = "00010000", kind: int = 1, address: str = ADDRESS, **more: Any) -> DirectRead:
    identifier = bytes.fromhex(code)[::-1].ljust(4, b"\0")
    return DirectRead(1, more.get("relays", ()), address, kind, identifier)


@pytest.mark.parametrize(
    ("order", "result", "content"),
    [
        (direct(), 5, "0000010056341200"),
        (direct("9010", 0, "000000000002"), 5, "109056341200"),
        (direct("00900200"), 4, ""),
        (direct(address="000000000009"), 1, ""),
        (direct(relays=("000000000001",)), 0, ""),
    ],
    ids=["2007", "1997", "refused", "silent", "over a relay"],
)
def test_a_direct_read_tells_what_became_of_it(order: DirectRead, result: int, content: str):
    """Part A §12 F9: data, denied, timeout, or cannot."""
    old = Table({"9010": FIVE[0]}, V1997, "000000000002")

    async def steps(site: Site) -> None:
        (answer,) = await site.relay(order)
        assert answer == DirectReadAnswer(1, order.meter, result, bytes.fromhex(content))

    play(steps, None, Table(ENERGY), old)


def test_reading_needs_no_password_forwarding_does():
    """9.3: reading is free; bytes that may be anything need the password of the channel."""

    async def steps(site: Site) -> None:
        site.handset.password = "111111"
        (answer,) = await site.relay(direct())
        assert answer.result == 5
        (refused,) = await site.relay(forward())
        assert refused.verdicts[0].err == 0x03

    play(steps, None, Table(ENERGY))


@pytest.mark.parametrize(
    ("order", "command"),
    [
        (TripMeter(1, (), ADDRESS, 0xAA, b"\x02\x56\x34\x12"), 0x1A),
        (TripMeter(1, (), ADDRESS, 0x55, b""), 0x1B),
        (PowerMeter(1, (), ADDRESS, 0xFF, b"\x56\x34\x12"), 0x1C),
    ],
    ids=["trip", "permit", "power on"],
)
def test_relay_orders_become_function_1c(order: Any, command: int):
    """M60: F10, F11 of 2009 with the meter's password; a setting, so the programming switch counts."""
    table = Table({})

    async def steps(site: Site) -> None:
        (refused,) = await site.relay(order)
        assert refused.verdicts[0].err == 0x0B
        site.terminal.access.open_programming()
        (answer,) = await site.relay(order)
        if not order.password:
            assert answer.result == 0
            return
        assert (answer.result, answer.order, table.orders[0].command) == (3, order.order, command)
        assert (table.orders[0].level, str(table.orders[0].password)) == ("02", "123456")
        assert table.orders[0].until > START

    play(steps, None, table)


def test_f10_of_2012_reads_several_identifiers():
    """The same number, another layout: told apart by the byte behind the target."""
    order = BatchRead(1, (), ADDRESS, 1, (bytes.fromhex("00000100"), bytes.fromhex("00029000")))

    async def steps(site: Site) -> None:
        payload = b"".join(encode_blocks([Item.of(order)]))
        frame = await site.handset.exchange(0x10, payload, 10.0)
        assert frame.payload.hex() == "00000201" + "01" + "785634120000" + "05" + "02" + (
            "08" + "0000010056341200" + "04" + "00029000"
        )

    play(steps, None, Table(ENERGY))


def test_a_lost_line_ends_the_worker_and_nothing_else():
    """M3: whoever waits is answered that nothing came; later calls are denied."""

    async def steps(site: Site) -> None:
        site.clock.call_later(1.0, site.near.unplug)
        (answer,) = await site.relay(forward(seconds=5))
        assert answer == Forwarded(1, b"")
        assert (await site.worker).port == site.near.name
        (denied,) = await site.relay(forward())
        assert type(denied).__name__ == "Deny"

    play(steps, Script())


def test_a_sleeping_worker_notices_the_loss():
    """The reason of the loss is returned also when nothing is under way."""

    async def steps(site: Site) -> None:
        site.clock.call_later(1.0, site.near.unplug)
        assert (await site.worker).port == site.near.name

    play(steps, Script())
