"""The driver against the emulated modem over a line at 115200, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.errors import LineFault
from core.lines.faults import Faults
from core.lines.memory import MemoryLine, memory_line
from core.lines.modem import SETTINGS, Modem, ModemFacts, ModemState, Sent, Unsent
from core.lines.pace import LoopClock
from core.lines.pdu import Deliver, Submit
from core.lines.virtual_time import virtual_time
from core.simulation.cell import Cell, CellFaults, Phone
from core.simulation.modem import EmulatedModem, ModemFaults
from tests.core.handset import START

OWN, MASTER = "+8613900000001", "+8613675834792"


class Recipient:
    """Notes what comes in; takes messages while it is open."""

    def __init__(self) -> None:
        self.taken: list[Deliver] = []
        self.rings: list[str] = []
        self.open = True

    def take(self, message: Deliver) -> bool:
        if self.open:
            self.taken.append(message)
        return self.open

    def ring(self, number: str) -> None:
        self.rings.append(number)

    @property
    def octets(self) -> list[bytes]:
        return [message.octets for message in self.taken]


class Bench:
    """A driver, its modem, and a phone in the same network."""

    def __init__(self, faults: ModemFaults) -> None:
        self.clock = LoopClock(START)
        self.cell = Cell(self.clock, seed=7)
        self.phone = Phone(MASTER, self.cell)
        self.emulated = EmulatedModem(OWN, self.cell, self.clock)
        self.emulated.faults = faults
        self.near, self.far = memory_line(SETTINGS, self.clock)
        self.modem = Modem(self.near, self.clock)
        self.recipient = Recipient()
        self.serving = asyncio.create_task(self.emulated.serve(self.far))
        self.running = asyncio.create_task(self.modem.run(self.recipient))

    async def close(self) -> None:
        for end in (self.near, self.far):
            await end.close()
        await asyncio.gather(self.serving, self.running)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def text(self, octets: bytes) -> None:
        self.phone.send(Submit(OWN, octets))


def play(steps: Callable[[Bench], Awaitable[None]], faults: ModemFaults | None = None) -> None:
    async def on_stage() -> None:
        bench = Bench(faults or ModemFaults())
        await bench.clock.sleep(1.0)
        await steps(bench)
        await bench.close()

    with virtual_time() as runner:
        runner.run(on_stage())


ODD = {
    "sound": ModemFaults(),
    "echo": ModemFaults(stubborn_echo=True),
    "noise": ModemFaults(noise=True),
    "halves": ModemFaults(halves=True),
    "chatter": ModemFaults(chatter=('+CMTI: "SM",9', "RING", "+CIEV: 2,4")),
    "all": ModemFaults(stubborn_echo=True, noise=True, halves=True, chatter=("RING", "*PSUTTZ: 26")),
}


@pytest.mark.parametrize("faults", ODD.values(), ids=ODD.keys())
def test_messages_go_out_and_come_in_whatever_the_modem_chatters(faults: ModemFaults):
    """Echo, stray bytes, halves and unasked lines in the middle of answers lose and double nothing."""

    async def steps(bench: Bench) -> None:
        await bench.clock.sleep(20.0)
        assert bench.modem.facts == ModemFacts(ModemState.READY, 24)
        assert await bench.modem.send("13675834792", bytes(range(140)), "+8613800100500") == Sent(1)
        for octets in (b"\x01\x80one", b"\x02\x80two", b"\x0d\x0a\x1a\x1b>"):
            bench.text(octets)
            await bench.clock.sleep(1.0)
        await bench.clock.sleep(30.0)
        assert [message.octets for message in bench.phone.heard] == [bytes(range(140))]
        assert bench.phone.heard[0].number == OWN
        assert bench.recipient.octets == [b"\x01\x80one", b"\x02\x80two", b"\x0d\x0a\x1a\x1b>"]
        assert bench.recipient.taken[0].number == MASTER
        assert bench.emulated.store == {}

    play(steps, faults)


@pytest.mark.parametrize(
    ("faults", "state", "reason"),
    [
        (ModemFaults(mute=True), ModemState.SILENT, "did not answer"),
        (ModemFaults(sim=False), ModemState.NO_SIM, "SIM not inserted"),
        (ModemFaults(pin=True), ModemState.LOCKED, "SIM not inserted"),
        (ModemFaults(registration=2), ModemState.SEARCHING, "no network service"),
        (ModemFaults(registration=3), ModemState.DENIED, "no network service"),
        (ModemFaults(registration=5, csq=99), ModemState.READY, ""),
    ],
)
def test_what_stands_between_a_modem_and_a_message(faults: ModemFaults, state: ModemState, reason: str):
    """The state names the first thing that is missing, and it is found when it is mended."""

    async def steps(bench: Bench) -> None:
        await bench.clock.sleep(5.0)
        assert bench.modem.facts.state is state
        assert bench.modem.facts.csq == (24 if state in (ModemState.SEARCHING, ModemState.DENIED) else None)
        outcome = await bench.modem.send(MASTER, b"x")
        assert isinstance(outcome, Unsent if reason else Sent)
        assert not isinstance(outcome, Unsent) or reason in outcome.reason
        bench.emulated.faults = ModemFaults()
        await bench.clock.sleep(75.0)
        assert bench.modem.facts == ModemFacts(ModemState.READY, 24)
        assert isinstance(await bench.modem.send(MASTER, b"y"), Sent)

    play(steps, faults)


def test_a_lost_prompt_costs_seconds_and_no_message():
    """The command is given again after ESC, and the message goes out once."""

    async def steps(bench: Bench) -> None:
        bench.emulated.lost_prompts = 1
        assert await bench.modem.send(MASTER, b"once") == Sent(1)
        bench.emulated.lost_prompts = 2
        assert isinstance(await bench.modem.send(MASTER, b"never"), Unsent)
        assert await bench.modem.send(MASTER, b"twice") == Sent(2)
        await bench.clock.sleep(10.0)
        assert [message.octets for message in bench.phone.heard] == [b"once", b"twice"]

    play(steps)


def test_a_refusal_says_why_and_whether_to_try_again():
    """+CMS ERROR by its number; an unanswered submission is nobody's success."""

    async def steps(bench: Bench) -> None:
        bench.emulated.refusals.extend((42, 322, 999))
        assert await bench.modem.send(MASTER, b"x") == Unsent("congestion", 42, temporary=True)
        assert await bench.modem.send(MASTER, b"x") == Unsent("message store full", 322)
        assert await bench.modem.send(MASTER, b"x") == Unsent("refused by the modem with 999", 999)
        bench.emulated.lost_results = 1
        assert await bench.modem.send(MASTER, b"x") == Unsent("the modem did not answer")
        assert isinstance(await bench.modem.send(MASTER, b"x"), Sent)

    play(steps)


def test_lost_hints_only_delay():
    """Without +CMTI a message is found at the next look, within a minute."""

    async def steps(bench: Bench) -> None:
        bench.text(b"\x01\x80late")
        await bench.clock.sleep(20.0)
        assert bench.recipient.octets == []
        await bench.clock.sleep(60.0)
        assert bench.recipient.octets == [b"\x01\x80late"]

    play(steps, ModemFaults(hints=False))


def test_what_nobody_takes_stays_in_the_modem():
    """A message waits on the card until somebody takes it, then it is deleted."""

    async def steps(bench: Bench) -> None:
        bench.recipient.open = False
        bench.text(b"\x01\x80kept")
        await bench.clock.sleep(70.0)
        assert len(bench.emulated.store) == 1
        bench.recipient.open = True
        await bench.clock.sleep(60.0)
        assert bench.recipient.octets == [b"\x01\x80kept"]
        assert bench.emulated.store == {}

    play(steps)


def test_a_full_store_is_emptied_and_the_rest_follows():
    """Messages that found no room come when there is some; unreadable ones do not stay in the way."""

    async def steps(bench: Bench) -> None:
        bench.recipient.open = False
        for number in range(25):
            bench.text(bytes([number, 0x80]))
        await bench.clock.sleep(10.0)
        assert len(bench.emulated.store) == 20
        bench.recipient.open = True
        await bench.clock.sleep(120.0)
        assert sorted(bench.recipient.octets) == [bytes([number, 0x80]) for number in range(25)]
        assert bench.emulated.store == {}

    play(steps)


def test_a_modem_that_was_switched_off_is_set_up_again():
    """After a reset it echoes and gives no hints; the next look makes it whole."""

    async def steps(bench: Bench) -> None:
        bench.emulated.reset()
        bench.text(b"\x01\x80a")
        await bench.clock.sleep(65.0)
        bench.text(b"\x01\x80b")
        await bench.clock.sleep(5.0)
        assert bench.recipient.octets == [b"\x01\x80a", b"\x01\x80b"]

    play(steps)


def test_a_call_rings_with_its_number():
    """Each ring is told; a caller who hides has none."""

    async def steps(bench: Bench) -> None:
        bench.phone.call(OWN, 3)
        await bench.clock.sleep(30.0)
        assert bench.recipient.rings == [MASTER] * 3
        bench.phone.call(OWN, 1, withheld=True)
        await bench.clock.sleep(30.0)
        assert bench.recipient.rings[3:] in ([], [""])

    play(steps)


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_cable_loses_no_message_for_good(seed: int):
    """Flipped bits, cuts and stray bytes on the wire: all that reached the card is taken at last."""

    async def steps(bench: Bench) -> None:
        wire = bench.near.wire
        wire.faults = Faults(bit_errors=2e-5, cut=0.01, noise=0.05)
        for number in range(10):
            bench.text(bytes([number, 0x80]))
            await bench.clock.sleep(30.0 + seed)
        wire.faults = Faults()
        await bench.clock.sleep(300.0)
        assert {message.octets for message in bench.recipient.taken} >= {bytes([n, 0x80]) for n in range(10)}
        assert bench.modem.facts.state is ModemState.READY

    play(steps)


def test_the_network_loses_doubles_and_mixes():
    """What the emulated network can do to messages, drawn from its seed."""

    async def steps(bench: Bench) -> None:
        bench.cell.faults = CellFaults(jitter=30.0, lose=0.2, twice=0.3)
        for number in range(40):
            bench.text(bytes([number, 0x80]))
            await bench.clock.sleep(5.0)
        await bench.clock.sleep(200.0)
        numbers = [octets[0] for octets in bench.recipient.octets]
        assert len(set(numbers)) < 40
        assert len(numbers) > len(set(numbers))
        assert numbers != sorted(numbers)

    play(steps)


def test_the_end_of_the_line_is_told():
    """The driver ends with the reason of the line, and a message under way is not sent."""

    async def steps(bench: Bench) -> None:
        bench.emulated.faults = replace(bench.emulated.faults, mute=True)
        sending = asyncio.create_task(bench.modem.send(MASTER, b"x"))
        await bench.clock.sleep(0.5)
        assert isinstance(bench.near, MemoryLine)
        bench.near.unplug()
        assert (await bench.running).fault is LineFault.LOST
        assert await sending == Unsent("the modem did not answer")

    play(steps)
