"""A terminal, its modem and the master's phone in one network, in virtual time; the wire runs at 115200."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from core.channels.sms import SmsChannel
from core.gdw376.call import Delivered, Notice, Undelivered
from core.gdw376.frame import Address, Direction, Frame, Seq, Tp, decode_frame, encode_frame
from core.gdw376.master import confirmation
from core.gdw376.message import Item, encode_blocks, encode_query, items_of
from core.gdw376.sms import Joiner, split
from core.gdw376.trailer import VENDOR_AFN
from core.gdw376.unit import Unit
from core.gdw376.units.afn0f import FileSegment
from core.gdw376.units.afn01 import ResetHardware
from core.gdw376.units.afn02 import Login
from core.gdw376.units.afn04 import (
    Authentication,
    MasterStation,
    MeterArchive,
    PhoneNumbers,
    TerminalAddress,
)
from core.lines.memory import memory_line
from core.lines.modem import SETTINGS, Modem, ModemState
from core.lines.pace import LoopClock
from core.lines.pdu import Alphabet, Submit
from core.lines.virtual_time import virtual_time
from core.profile import NO_METER
from core.simulation.cell import Cell, CellFaults, Phone
from core.simulation.modem import EmulatedModem, ModemFaults
from core.store.store import Store
from core.terminal.archive import record_of
from core.terminal.concentrator import Concentrator
from core.terminal.ledger import Ledger
from core.terminal.readings import Kind
from core.terminal.statistics import TRAFFIC
from tests.core.channels.test_maintenance import Watch as LineWatch
from tests.core.concentrators import Shelf
from tests.core.handset import START, Handset

OWN_NUMBER, MASTER, STRANGER = "+8613900000001", "+8613675834792", "+8613675834793"
OWN = Address("1122", 0x7788)
STATION = MasterStation(IPv4Address("10.1.2.3"), 9001, IPv4Address(0), 0, "CMNET")
EXCHANGE = 30.0
"""Seconds there and back, with room for the network."""


class Watch(LineWatch):
    """Notes wake-ups, rings and the fate of notices, too."""

    def __init__(self, terminal: Concentrator) -> None:
        super().__init__(terminal)
        self.outcomes: list[Delivered | Undelivered] = []

    def wake(self) -> None:
        self.notes.append("wake")

    def rang(self) -> None:
        self.notes.append("rang")

    def reported(self, outcome: Delivered | Undelivered) -> None:
        self.outcomes.append(outcome)


class MasterPhone(Phone):
    """A master behind a phone: frames out in messages, frames of messages in."""

    def __init__(self, number: str, cell: Cell, clock: LoopClock) -> None:
        super().__init__(number, cell)
        near, _ = memory_line(None, clock)
        self.words = Handset(near, clock, OWN)
        self.clock = clock
        self.number_of_message = 0

    def post(self, raw: bytes, *, bare: bool = False) -> None:
        messages = (raw,) if bare else split(raw, self.number_of_message)
        self.number_of_message += 1
        for message in messages:
            self.send(Submit(OWN_NUMBER, message))

    def frames(self) -> list[Frame]:
        """Everything that was heard since the last call, joined."""
        joiner = Joiner()
        joined = [joiner.add(one.number, one.octets, 0.0) for one in self.heard]
        self.heard.clear()
        return [decode_frame(raw) for raw in joined if raw]

    async def ask(self, afn: int, *functions: int, pn: int = 0, bare: bool = False) -> list[Frame]:
        query = b"".join(encode_query([Item(pn, fn) for fn in functions]))
        return await self.exchange(self.words.frame(afn, query), bare=bare)

    async def order(self, afn: int, *units: Unit) -> list[Frame]:
        payload = b"".join(encode_blocks([Item.of(unit) for unit in units]))
        return await self.exchange(self.words.frame(afn, payload))

    async def exchange(self, frame: Frame, *, bare: bool = False) -> list[Frame]:
        self.post(encode_frame(frame), bare=bare)
        await self.clock.sleep(EXCHANGE)
        return self.frames()


class Bench:
    """A terminal that knows its master's number."""

    def __init__(self, boot: float, counts_traffic: bool) -> None:
        self.clock = LoopClock(START)
        self.terminal = Concentrator(self.clock, Ledger(Shelf()), Store(None).readings, boot=boot)
        self.terminal.parameters.write([TerminalAddress("1122", 0x7788), PhoneNumbers("13675834792", "")])
        self.terminal.power_up()
        self.cell = Cell(self.clock, seed=3)
        self.master = MasterPhone(MASTER, self.cell, self.clock)
        self.emulated = EmulatedModem(OWN_NUMBER, self.cell, self.clock)
        self.near, self.far = memory_line(SETTINGS, self.clock)
        self.watch = Watch(self.terminal)
        modem = Modem(self.near, self.clock)
        self.sms = SmsChannel(self.terminal, modem, self.clock, self.watch, counts_traffic=counts_traffic)
        self.tasks = [asyncio.create_task(self.emulated.serve(self.far)), asyncio.create_task(self.sms.run())]

    async def close(self) -> None:
        for end in (self.near, self.far):
            await end.close()
        await asyncio.gather(*self.tasks)
        assert asyncio.all_tasks() == {asyncio.current_task()}


def play(
    steps: Callable[[Bench], Awaitable[None]], boot: float = 0.0, *, counts_traffic: bool = False
) -> None:
    async def on_stage() -> None:
        bench = Bench(boot, counts_traffic)
        await bench.clock.sleep(2.0)
        await steps(bench)
        await bench.close()

    with virtual_time() as runner:
        runner.run(on_stage())


def verdict(frames: list[Frame]) -> str:
    (frame,) = frames
    (item,) = items_of(frame)
    return type(item.value).__name__


def test_a_short_read_is_one_message_there_and_one_back():
    """M26, 6.9: a binary message of at most 140 octets carries one frame; the sender gets the answer."""

    async def steps(bench: Bench) -> None:
        bench.master.post(encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))))
        await bench.clock.sleep(EXCHANGE)
        (message,) = bench.master.heard
        assert (message.number, message.alphabet) == (OWN_NUMBER, Alphabet.OCTETS)
        assert len(message.octets) <= 140
        assert message.octets[:2] == bytes.fromhex("0080")
        (frame,) = bench.master.frames()
        assert frame.address == OWN.by(1)
        assert [item.value for item in items_of(frame)] == [TerminalAddress("1122", 0x7788)]
        assert "wake" not in bench.watch.notes

    play(steps)


def test_parameters_are_set_and_read_by_message():
    """M130, M131: over the public wireless network the master sets and reads what the terminal keeps."""

    async def steps(bench: Bench) -> None:
        assert verdict(await bench.master.order(0x04, STATION)) == "Confirm"
        (frame,) = await bench.master.ask(0x0A, 3)
        assert [item.value for item in items_of(frame)] == [STATION]

    play(steps)


def test_a_message_without_head_gets_an_answer_without_head():
    """One frame per message as the device is described; a long answer needs heads all the same."""

    async def steps(bench: Bench) -> None:
        bench.master.post(encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))), bare=True)
        await bench.clock.sleep(EXCHANGE)
        (message,) = bench.master.heard
        assert decode_frame(message.octets).afn == 0x0A

    play(steps)


def test_an_answer_of_many_units_is_cut_into_frames_of_one_message():
    """Each message is a frame of its own while every unit fits one; RSEQ and FIR, FIN tell the order."""

    async def steps(bench: Bench) -> None:
        frames = await bench.master.ask(0x0A, 1, 3, 4, 5, 6, 7, 8, 9, 16)
        assert len(frames) > 1
        assert [(frame.seq.fir, frame.seq.fin) for frame in (frames[0], frames[-1])] == [
            (True, False),
            (False, True),
        ]
        assert all(len(encode_frame(frame)) <= 138 for frame in frames)
        assert sorted(item.fn for frame in frames for item in items_of(frame)) == [1, 3, 4, 5, 6, 7, 8, 9, 16]

    play(steps)


def test_a_long_order_comes_in_fragments_in_any_order():
    """Annex E: 270 bytes in three messages, the last first, one of them twice."""

    async def steps(bench: Bench) -> None:
        meters = tuple(
            record_of(replace(NO_METER, serial=n, point=n, address=f"{n:012}", asset=f"{n:012}"))
            for n in range(1, 10)
        )
        payload = b"".join(encode_blocks([Item.of(MeterArchive(meters))]))
        raw = encode_frame(bench.master.words.frame(0x04, payload))
        one, two, three = split(raw, 77)
        for message in (three, one, three, two):
            bench.master.send(Submit(OWN_NUMBER, message))
            await bench.clock.sleep(10.0)
        await bench.clock.sleep(EXCHANGE)
        assert verdict(bench.master.frames()) == "Confirm"
        assert len(bench.terminal.archive.meters()) == 9

    play(steps)


def test_what_would_take_more_than_eight_messages_is_denied():
    """Short reads only: an archive of 60 meters is refused, not sent in a dozen messages."""

    async def steps(bench: Bench) -> None:
        meters = tuple(
            record_of(replace(NO_METER, serial=n, point=n, address=f"{n:012}", asset=f"{n:012}"))
            for n in range(1, 61)
        )
        bench.terminal.configure([MeterArchive(meters)], 1)
        query = bytes.fromhex("00000201") + len(meters).to_bytes(2, "little")
        query += b"".join(n.to_bytes(2, "little") for n in range(1, 61))
        assert verdict(await bench.master.exchange(bench.master.words.frame(0x0A, query))) == "Deny"

    play(steps)


def test_nobody_but_the_master_is_heard():
    """Neither a stranger nor, without a number in F4, anybody; no answer, no wake-up, no ring."""

    async def steps(bench: Bench) -> None:
        stranger = MasterPhone(STRANGER, bench.cell, bench.clock)
        assert await stranger.ask(0x0A, 89) == []
        stranger.send(Submit(OWN_NUMBER, b"wake up", alphabet=Alphabet.UCS2))
        stranger.call(OWN_NUMBER, 4)
        bench.master.call(OWN_NUMBER, 2, withheld=True)
        await bench.clock.sleep(EXCHANGE)
        assert bench.watch.notes == []
        bench.terminal.parameters.write([PhoneNumbers("", "")])
        assert await bench.master.ask(0x0A, 89) == []
        assert bench.emulated.store == {}

    play(steps)


def test_a_new_master_number_holds_at_once_and_the_old_one_gets_its_answer():
    """The order that changes F4 is answered to who sent it; then only the new number is heard."""

    async def steps(bench: Bench) -> None:
        other = MasterPhone(STRANGER, bench.cell, bench.clock)
        assert verdict(await bench.master.order(0x04, PhoneNumbers("8613675834793", ""))) == "Confirm"
        assert await bench.master.ask(0x0A, 89) == []
        assert len(await other.ask(0x0A, 89)) == 1

    play(steps)


@pytest.mark.parametrize("confirmed", [True, False])
@pytest.mark.parametrize("fin", [True, False])
def test_files_are_refused_on_sms(confirmed: bool, fin: bool):
    """M127: AFN0FH is denied where the frame asks for a confirmation, else there is no answer at all."""

    async def steps(bench: Bench) -> None:
        segment = FileSegment(1, 0, 0, 10, 0, (1, 2, 3))
        frame = bench.master.words.frame(0x0F, b"".join(encode_blocks([Item.of(segment)])))
        frame = replace(frame, seq=replace(frame.seq, con=confirmed, fin=fin))
        frames = await bench.master.exchange(frame)
        assert [verdict([one]) for one in frames] == (["Deny"] if confirmed else [])
        assert bench.terminal.events.important == 0

    play(steps)


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_makers_download_is_refused_on_sms(confirmed: bool):
    """M127: so is the envelope that enters download mode, AFN F0H, vendor extension 2.2."""

    async def steps(bench: Bench) -> None:
        seq = Seq(number=5, con=confirmed)
        frame = Frame(
            Direction.DOWN, True, 10, OWN.by(1), VENDOR_AFN, seq, bytes.fromhex("07000000") + bytes(13)
        )
        frames = await bench.master.exchange(frame)
        assert [verdict([one]) for one in frames] == (["Deny"] if confirmed else [])

    play(steps)


def test_a_wrong_password_with_a_file_is_recorded():
    """M127: refused as ever, and ERC20 only because the password was wrong."""

    async def steps(bench: Bench) -> None:
        bench.terminal.parameters.write([Authentication(1, 0)])
        segment = FileSegment(1, 0, 0, 10, 0, (1, 2, 3))
        payload = b"".join(encode_blocks([Item.of(segment)]))
        frame = bench.master.words.frame(0x04, payload)
        for password, events in ((frame.aux.pw, 0), (b"123456".ljust(16, b"\0"), 1)):
            bad = replace(
                frame, afn=0x0F, aux=replace(frame.aux, pw=password), seq=Seq(number=events, con=True)
            )
            assert verdict(await bench.master.exchange(bad)) == "Deny"
            assert bench.terminal.events.important == events

    play(steps)


def test_a_twin_of_the_network_is_not_executed_and_a_repetition_is_answered():
    """The same time stamp of the centre: dropped. Sent again by the master: the session decides."""

    async def steps(bench: Bench) -> None:
        bench.cell.faults = CellFaults(twice=1.0, again=90.0)
        raw = encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B")))
        bench.master.post(raw)
        await bench.clock.sleep(200.0)
        assert len({message.octets for message in bench.master.heard}) == 1
        assert len(bench.master.heard) == 2  # the network doubles the answer, too
        assert len([one for one in bench.watch.notes if one == "framed"]) == 1
        bench.cell.faults = CellFaults()
        bench.master.heard.clear()
        bench.master.post(raw)
        await bench.clock.sleep(EXCHANGE)
        assert len(bench.master.frames()) == 1

    play(steps)


def test_a_replayed_frame_with_an_old_time_label_gets_no_answer():
    """Tp from an hour ago with ten minutes allowed: silence (part A §2.4)."""

    async def steps(bench: Bench) -> None:
        frame = bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))
        for moment, answers in ((START.replace(hour=13), 0), (START, 1)):
            aux = replace(frame.aux, tp=Tp.at(0, moment, 10))
            labelled = replace(frame, seq=replace(frame.seq, tpv=True), aux=aux)
            assert len(await bench.master.exchange(labelled)) == answers

    play(steps)


@pytest.mark.parametrize(
    "message",
    [
        Submit(OWN_NUMBER, b"\xc8\xf7\x1d\x14\x96\x97A\xf9w\xfd\x07", alphabet=Alphabet.TEXT),
        Submit(OWN_NUMBER, "上线".encode("utf-16-be"), alphabet=Alphabet.UCS2),
        Submit(OWN_NUMBER, b""),
        Submit(OWN_NUMBER, b"\x05\x80wake"),
        Submit(OWN_NUMBER, bytes.fromhex("0605040b8423f0") + b"push", header=True),
    ],
    ids=["text", "chinese", "empty", "octets", "push"],
)
def test_a_message_without_a_frame_wakes(message: Submit):
    """6.9: whatever the master writes, an on-demand terminal is woken, once."""

    async def steps(bench: Bench) -> None:
        bench.master.send(message)
        await bench.clock.sleep(EXCHANGE)
        assert bench.watch.notes == ["received", "wake"]
        assert bench.master.heard == []

    play(steps)


def test_the_masters_call_is_told_ring_by_ring():
    """6.9, M100: the count of rings belongs to the uplink; here each one of the master's is told."""

    async def steps(bench: Bench) -> None:
        bench.master.call(OWN_NUMBER, 3)
        await bench.clock.sleep(EXCHANGE)
        assert bench.watch.notes == ["rang"] * 3

    play(steps)


def test_broken_and_lost_fragments_do_no_harm():
    """A hole, then garbage, then a whole order: only the order is done."""

    async def steps(bench: Bench) -> None:
        raw = encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B")))
        long = split(raw * 20, 1)
        for message in (*long[:1], *long[2:], bytes(140), b"\xff" * 140, raw[:-1]):
            bench.master.send(Submit(OWN_NUMBER, message))
            await bench.clock.sleep(1.0)
        await bench.clock.sleep(EXCHANGE)
        assert bench.master.frames() == []
        assert len(await bench.master.ask(0x0A, 89)) == 1

    play(steps)


def test_a_network_that_is_busy_costs_time_and_no_answer():
    """A temporary refusal is tried again after a pause; a final one is not."""

    async def steps(bench: Bench) -> None:
        bench.emulated.refusals.extend((42, 332))
        bench.master.post(encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))))
        await bench.clock.sleep(60.0)
        assert len(bench.master.frames()) == 1
        bench.emulated.refusals.append(304)
        assert await bench.master.ask(0x0A, 89) == []
        assert len(await bench.master.ask(0x0A, 89)) == 1

    play(steps)


def test_a_terminal_that_boots_leaves_messages_in_the_modem():
    """Nothing is lost: the order waits on the card and is answered after the boot page."""

    async def steps(bench: Bench) -> None:
        assert await bench.master.ask(0x0A, 89) == []
        assert len(bench.emulated.store) == 1
        await bench.clock.sleep(100.0)
        assert len(bench.master.frames()) == 1

    play(steps, boot=60.0)


def test_a_reset_by_message_answers_first():
    """Confirmed, then restarted; the answer is not sent twice after the start."""

    async def steps(bench: Bench) -> None:
        assert verdict(await bench.master.order(0x01, ResetHardware())) == "Confirm"
        assert bench.watch.notes[-1] == "restart"
        assert bench.terminal.resets == 1
        assert len(await bench.master.ask(0x0A, 89)) == 1

    play(steps, boot=1.0)


def test_a_notice_is_repeated_until_it_is_confirmed():
    """6.9: login, heartbeat and events go by message, too; three times, then they are given up."""

    async def steps(bench: Bench) -> None:
        notice = Notice(0x02, tuple(encode_blocks([Item.of(Login())])))
        assert bench.sms.notify(notice)
        await bench.clock.sleep(20.0)
        (frame,) = bench.master.frames()
        assert (frame.afn, frame.prm, frame.seq.con) == (0x02, True, True)
        bench.master.post(encode_frame(confirmation(frame)))
        await bench.clock.sleep(20.0)
        assert bench.watch.outcomes == [Delivered(notice)]
        assert bench.sms.notify(notice)
        await bench.clock.sleep(500.0)
        assert len(bench.master.frames()) == 3
        assert isinstance(bench.watch.outcomes[-1], Undelivered)
        bench.terminal.parameters.write([PhoneNumbers("", "")])
        assert not bench.sms.notify(notice)

    play(steps)


@pytest.mark.parametrize("counts", [True, False])
def test_traffic_is_counted_both_ways_where_it_is_wanted(counts: bool):
    """6.9: octets of messages in and out, or nothing where messages are not part of the traffic."""

    async def steps(bench: Bench) -> None:
        (frame,) = await bench.master.ask(0x0A, 89)
        asked = 2 + len(encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))))
        expected = asked + 2 + len(encode_frame(frame)) if counts else 0
        assert bench.terminal.statistics.present(Kind.DAY, TRAFFIC) == expected

    play(steps, counts_traffic=counts)


def test_the_service_centre_of_f4_goes_with_each_message():
    """Empty: the one of the SIM; set: that one, in the international form."""

    async def steps(bench: Bench) -> None:
        sent: list[Submit] = []
        carry = bench.cell.submit

        def noted(sender: str, message: Submit) -> None:
            sent.append(message)
            carry(sender, message)

        bench.cell.submit = noted
        await bench.master.ask(0x0A, 89)
        bench.terminal.parameters.write([PhoneNumbers("13675834792", "8613800100500")])
        await bench.master.ask(0x0A, 89)
        own = [message for message in sent if message.number == MASTER]
        assert [message.centre for message in own] == ["", "+8613800100500"]

    play(steps)


def test_a_day_of_bad_network_loses_nothing_that_arrived():
    """Messages late, doubled, mixed; the modem chatters and vanishes at times: each order that came is done
    once, and the last state is whole."""

    async def steps(bench: Bench) -> None:
        bench.cell.faults = CellFaults(jitter=40.0, twice=0.3, lose=0.1)
        for hour in range(24):
            bench.emulated.faults = ModemFaults(mute=hour % 6 == 5, noise=hour % 2 == 1, halves=hour % 3 == 1)
            bench.master.post(encode_frame(bench.master.words.frame(0x0A, bytes.fromhex("0000010B"))))
            await bench.clock.sleep(3600.0)
        bench.emulated.faults = ModemFaults()
        await bench.clock.sleep(3600.0)
        frames = bench.watch.notes.count("framed")
        assert 15 <= frames <= 24
        assert bench.emulated.store == {}
        assert bench.sms.modem.facts.state is ModemState.READY

    play(steps)
