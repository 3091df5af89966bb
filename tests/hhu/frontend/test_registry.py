"""Plays of the registry: frames and time in, commands out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.gdw376.address import Address
from core.gdw376.fields import Direction, Ec, Seq
from core.gdw376.frame import Aux, Frame, Tp, decode_frame, encode_frame
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn00 import Confirm, Verdicts
from core.gdw376.units.afn02 import Heartbeat
from hhu.frontend.callers import Caller, Hello, Reason, Way
from hhu.frontend.happenings import Answer, Command, Deliver, HangUp, Happening, Kind
from hhu.frontend.limits import Limits
from hhu.frontend.registry import Registry
from tests.vectors import Published, published

NOON = datetime(2026, 11, 20, 12, 0)
ONE, TWO = Address("1122", 0x7788), Address("1122", 0x7789)


def started(afn: int, payload: str, address: Address = ONE, *, con: bool = True, number: int = 1) -> Frame:
    """A frame that a terminal sends by itself."""
    function = 9 if afn == 0x02 else 4
    seq = Seq(number, con=con)
    return Frame(Direction.UP, True, function, address, afn, seq, bytes.fromhex(payload))


LOGIN, LOGOUT, BEAT = (started(0x02, f"0000 0{bit}00") for bit in (1, 2, 4))
EVENT = started(0x0E, "00000100 0100 0001 0E0A40143107103111030810")


class Desk:
    """A registry with its clock; ``said`` are all commands so far."""

    def __init__(self, *, by_unit: bool = False, **limits: float) -> None:
        self.registry = Registry(replace(Limits(), **limits), by_unit=by_unit)  # pyright: ignore[reportArgumentType]
        self.now = 0.0
        self.said: list[Command] = []

    def caller(self, host: str = "10.1.1.1", port: int = 5000, way: Way = Way.TCP) -> Caller:
        caller = Caller(way, host, port, 0.0, 0.0)
        self.take(self.registry.meet(caller, self.now))
        return caller

    def take(self, commands: list[Command]) -> list[Command]:
        self.said += commands
        return commands

    @property
    def civil(self) -> datetime:
        return NOON + timedelta(seconds=self.now)

    def hear(self, caller: Caller, frame: Frame) -> list[Command]:
        return self.take(self.registry.hear(caller, frame, encode_frame(frame), self.now, self.civil))

    def after(self, seconds: float) -> list[Command]:
        self.now += seconds
        return self.take(self.registry.tick(self.now, self.civil))


def kinds(commands: list[Command]) -> list[Kind]:
    return [each.kind for each in commands if isinstance(each, Happening)]


def answers(commands: list[Command]) -> list[Frame]:
    return [decode_frame(each.raw) for each in commands if isinstance(each, Answer)]


def hung_up(commands: list[Command]) -> list[tuple[Caller, Reason]]:
    return [(each.caller, each.reason) for each in commands if isinstance(each, HangUp)]


def started_by_others() -> list[Published]:
    """Every published frame that a foreign terminal sent by itself."""
    rows = [row for row in published("gdw376/frames") if row.valid and "LOOK-ALIKE" not in row.meaning]
    frames = [(row, decode_frame(row.frame)) for row in rows if row.frame[1] & 3 == 2]
    known = (0x02, 0x0B, 0x0C, 0x0D, 0x0E)
    return [
        row for row, frame in frames if frame.direction is Direction.UP and frame.prm and frame.afn in known
    ]


def test_a_login_is_answered_and_shown() -> None:
    """M88: AFN02 F1 is confirmed with C = 0BH, MSA 0 and the number received; the terminal is there."""
    desk = Desk()
    said = desk.hear(desk.caller(), LOGIN)
    (answer,) = answers(said)
    assert answer.control == 0x0B
    assert (answer.seq.number, answer.seq.con, answer.address) == (1, False, ONE)
    assert isinstance(items_of(answer)[0].value, Confirm)
    assert kinds(said) == [Kind.LOGIN]
    (here,) = desk.registry.terminals
    assert (here.address, here.online, here.logins, here.peer) == (ONE, True, 1, "10.1.1.1:5000")
    assert desk.registry.strangers == 0


def test_unit_by_unit_is_the_other_form() -> None:
    """Part A §6.1: with F3 the answer names AFN 02, the identifier of the request and ERR 0."""
    desk = Desk(by_unit=True)
    (answer,) = answers(desk.hear(desk.caller(), BEAT))
    assert answer.payload == bytes.fromhex("00000400 02 00000400 00")
    assert isinstance(items_of(answer)[0].value, Verdicts)


@pytest.mark.parametrize(
    "confirm", ["6832003200680B04191100000061000001009B16", "6832003200680B48607E1200006000000100A416"]
)
def test_published_confirmations_come_out_bit_by_bit(confirm: str) -> None:
    """Two foreign masters' answers to a login (C 0BH, F1) are what ours says to that address and number."""
    assert confirm in {row.raw.hex().upper() for row in published("gdw376/frames")}
    theirs = decode_frame(bytes.fromhex(confirm))
    desk = Desk()
    said = desk.hear(desk.caller(), started(0x02, "00000100", theirs.address, number=theirs.seq.number))
    assert [encode_frame(answer).hex().upper() for answer in answers(said)] == [confirm]


@pytest.mark.parametrize("row", started_by_others(), ids=lambda row: row.raw.hex()[12:40])
def test_foreign_terminals_are_taken(row: Published) -> None:
    """Every published login, heartbeat, logout and event report introduces its terminal and is confirmed."""
    desk, frame = Desk(), decode_frame(row.frame)
    said = desk.take(desk.registry.hear(desk.caller(), frame, row.frame, 0.0, NOON))
    assert kinds(said)[0] is Kind.LOGIN
    (here,) = desk.registry.terminals
    assert here.address.same_station(frame.address)
    assert len(answers(said)) == (frame.afn == 0x02 or frame.seq.con)


def test_a_heartbeat_alone_introduces() -> None:
    """A terminal that never logs in, or whose login was lost, is known from its first valid frame."""
    desk = Desk()
    said = desk.hear(desk.caller(), BEAT)
    assert kinds(said) == [Kind.LOGIN, Kind.HEARTBEAT]
    assert [each.hello for each in said if isinstance(each, Happening)] == [Hello.HEARTBEAT, None]


def test_data_first_introduces() -> None:
    """A terminal that begins with an event report is taken, and the report is kept."""
    desk = Desk()
    said = desk.hear(desk.caller(), EVENT)
    assert kinds(said) == [Kind.LOGIN, Kind.REPORT]
    assert desk.registry.terminals[0].events == 1


def test_the_heartbeats_clock_is_compared() -> None:
    """The 2012/13 heartbeat carries the clock: how far it is off is shown."""
    desk = Desk()
    payload = b"".join(encode_blocks([Item.of(Heartbeat(NOON + timedelta(seconds=90)))]))
    desk.hear(desk.caller(), replace(BEAT, payload=payload))
    assert desk.registry.terminals[0].clock_off == 90


def test_counters_of_a_login_with_acd_are_kept() -> None:
    """A login with C = E9H brings EC1 and EC2: an important event waits."""
    desk = Desk()
    desk.hear(desk.caller(), replace(LOGIN, acd=True, aux=Aux(ec=Ec(30, 10))))
    assert desk.registry.terminals[0].counters == Ec(30, 10)


def test_a_time_label_is_echoed() -> None:
    """A heartbeat with Tp gets its six bytes back."""
    label = Tp(7, 1, 2, 3, 4, 5)
    desk = Desk()
    (answer,) = answers(
        desk.hear(desk.caller(), replace(BEAT, seq=Seq(2, con=True, tpv=True), aux=Aux(tp=label)))
    )
    assert answer.aux.tp == label


def test_a_report_is_kept_once_however_often_it_comes() -> None:
    """M104: a report repeated because its confirmation was lost is confirmed again, not kept again."""
    desk = Desk()
    caller = desk.caller()
    first = desk.hear(caller, EVENT)
    again = desk.hear(caller, EVENT)
    later = desk.hear(desk.caller(port=5001), replace(EVENT, seq=Seq(9, con=True)))
    assert [len(answers(each)) for each in (first, again, later)] == [1, 1, 1]
    assert answers(first)[0].control == 0x00
    assert len(desk.registry.reports(ONE)) == 1
    assert kinds([*again, *later]) == [Kind.LOGIN]


def test_a_report_that_asks_for_nothing_gets_nothing() -> None:
    """CON = 0: kept, not confirmed."""
    desk = Desk()
    said = desk.hear(desk.caller(), replace(EVENT, seq=Seq(1, con=False)))
    assert answers(said) == []
    assert not desk.registry.reports(ONE)[0].confirmed


def test_the_same_address_replaces_the_older_connection() -> None:
    """The newer connection counts; the older one is hung up on and is no loss of the terminal."""
    desk = Desk()
    older = desk.caller()
    desk.hear(older, LOGIN)
    newer = desk.caller(port=5001)
    said = desk.hear(newer, LOGIN)
    assert hung_up(said) == [(older, Reason.REPLACED)]
    assert kinds(said) == [Kind.LOGIN]
    assert [each.replaced for each in said if isinstance(each, Happening)] == [True]
    assert desk.registry.gone(older, Reason.HUNG_UP, NOON) == []
    assert desk.registry.caller(ONE) is newer
    assert desk.registry.connections == 1


def test_answers_go_to_the_call() -> None:
    """PRM = 0 is delivered and not answered; PRM = 1 stays here."""
    desk = Desk()
    caller = desk.caller()
    desk.hear(caller, LOGIN)
    answer = replace(started(0x0A, "00000400"), prm=False, function=8)
    assert desk.hear(caller, answer) == [Deliver(ONE, encode_frame(answer))]


def test_a_new_address_on_the_same_connection_renames() -> None:
    """After its address was changed a terminal logs in anew over the same connection."""
    desk = Desk()
    caller = desk.caller()
    desk.hear(caller, LOGIN)
    said = desk.hear(caller, replace(LOGIN, address=TWO))
    loss, login = (each for each in said if isinstance(each, Happening))
    assert (loss.kind, loss.reason, loss.moved_to) == (Kind.LOSS, Reason.RENAMED, TWO)
    assert (login.kind, login.terminal.address) == (Kind.LOGIN, TWO)
    assert desk.registry.caller(ONE) is None


def test_a_logout_is_confirmed_and_ends_the_stay() -> None:
    """AFN02 F2: confirmed, then the connection has to introduce itself again or goes."""
    desk = Desk()
    caller = desk.caller()
    desk.hear(caller, LOGIN)
    said = desk.hear(caller, LOGOUT)
    assert len(answers(said)) == 1
    assert kinds(said) == [Kind.LOGOUT]
    assert not desk.registry.terminals[0].online
    assert hung_up(desk.after(31)) == [(caller, Reason.STRANGER)]


def test_silence_ends_a_stay() -> None:
    """Three heartbeats missed and one minute more: lost; a heartbeat before that keeps it."""
    desk = Desk()
    caller = desk.caller()
    desk.hear(caller, LOGIN)
    assert desk.after(2700) == []
    desk.hear(caller, BEAT)
    assert desk.after(2700) == []
    said = desk.after(100)
    assert hung_up(said) == [(caller, Reason.SILENT)]
    assert kinds(said) == [Kind.LOSS]
    assert desk.registry.terminals[0].ended is Reason.SILENT


def test_strangers_have_half_a_minute() -> None:
    """Whoever sends no valid frame goes; no terminal is lost by it."""
    desk = Desk()
    stranger = desk.caller()
    assert desk.after(30) == []
    assert desk.after(1) == [HangUp(stranger, Reason.STRANGER)]
    assert (desk.registry.connections, desk.registry.sent_away) == (0, 1)


def test_garbage_has_its_limits() -> None:
    """A stranger may bring 1 KiB of noise, a terminal 64 KiB between two frames."""
    desk = Desk()
    stranger, guest = desk.caller(), desk.caller(port=5001)
    desk.hear(guest, LOGIN)
    assert desk.registry.garbage(stranger, 1024) == []
    assert hung_up(desk.registry.garbage(stranger, 1)) == [(stranger, Reason.GARBAGE)]
    assert desk.registry.garbage(guest, 65_536) == []
    desk.hear(guest, BEAT)
    assert desk.registry.garbage(guest, 65_536) == []
    assert hung_up(desk.registry.garbage(guest, 1)) == [(guest, Reason.GARBAGE)]


@pytest.mark.parametrize(
    "frame",
    [
        replace(LOGIN, direction=Direction.DOWN),
        replace(LOGIN, address=replace(ONE, group=True)),
        replace(LOGIN, address=Address("FFFF", 1)),
        replace(LOGIN, address=Address("1122", 0)),
        replace(LOGIN, address=Address("1122", 0xFFFF)),
    ],
    ids=["echo", "group", "no region", "no number", "everybody"],
)
def test_frames_that_no_terminal_sends_introduce_nobody(frame: Frame) -> None:
    """An echo of our own frames, group and impossible addresses count as garbage."""
    desk = Desk()
    assert desk.hear(desk.caller(), frame) == []
    assert desk.registry.terminals == ()
    assert desk.registry.strangers == 1


def test_the_oldest_stranger_makes_room() -> None:
    """Strangers in all and of one host are few; those who logged in are never sent away for others."""
    desk = Desk(strangers=3, strangers_per_host=2)
    guest = desk.caller()
    desk.hear(guest, LOGIN)
    first, _ = desk.caller(port=1), desk.caller(port=2)
    desk.caller(port=3)
    assert hung_up(desk.said) == [(first, Reason.CROWDED)]
    for port in range(5):
        desk.caller(f"10.2.2.{port}")
    assert desk.registry.strangers == 3
    assert guest not in [caller for caller, _ in hung_up(desk.said)]


def test_a_full_house_takes_nobody() -> None:
    """With only logged-in terminals there, the newcomer itself goes, in all and per host."""
    desk = Desk(connections=3, per_host=2)
    for number in (1, 2):
        desk.hear(desk.caller(port=number), replace(LOGIN, address=Address("1122", number)))
    third = desk.caller(port=3)
    assert hung_up(desk.said) == [(third, Reason.CROWDED)]
    other = desk.caller("10.9.9.9")
    desk.hear(other, replace(LOGIN, address=Address("1122", 3)))
    assert hung_up([*desk.registry.meet(Caller(Way.TCP, "10.8.8.8", 1, 0, 0), 0.0)])[0][1] is Reason.CROWDED
    assert sum(here.online for here in desk.registry.terminals) == 3


def test_what_is_remembered_has_an_end() -> None:
    """Reports of one terminal and terminals that left are kept up to a number, the latest ones."""
    desk = Desk(reports=3, gone=20)
    caller = desk.caller()
    for number in range(5):
        desk.hear(caller, replace(EVENT, payload=EVENT.payload + bytes([number])))
    assert [report.frame.payload[-1] for report in desk.registry.reports(ONE)] == [2, 3, 4]
    for number in range(1, 60):
        desk.now += 1
        other = desk.caller(port=number)
        desk.hear(other, replace(LOGIN, address=Address("3344", number)))
        desk.take(desk.registry.gone(other, Reason.HUNG_UP, desk.civil))
    assert desk.registry.terminal(ONE) is not None
    assert len(desk.registry.terminals) <= 22
    assert desk.registry.terminal(Address("3344", 59)) is not None
