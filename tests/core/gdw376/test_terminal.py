"""Plays of the terminal's side: event in, commands out, in order."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError, UsageError
from core.gdw376.address import BROADCAST, UNIVERSAL, Address
from core.gdw376.call import Answer, Call, Delivered, Notice, Serve, Undelivered
from core.gdw376.commands import Ignored, Send
from core.gdw376.fields import Ec, Seq, Tp
from core.gdw376.frame import Aux, Frame, decode_frame
from core.gdw376.initiator import Persistence
from core.gdw376.station import Reach, Station
from core.gdw376.terminal import TerminalCommand, TerminalSession
from core.gdw376.timing import SERIAL, TCP
from core.gdw376.verdict import CONFIRM_ALL, DENY_ALL
from tests.core.gdw376.frames import OWN, QUERY_F3, down, frames, up

CIVIL = datetime(2024, 3, 9, 12, 30, 15)
ANSWER = Answer(0x0A, (QUERY_F3 + b"data",))
WRITE = down(0x04, QUERY_F3 + bytes(28), function=10, seq=Seq(0, con=True))


def terminal(**changes: object) -> TerminalSession:
    """A session of the terminal ``OWN`` on a serial line."""
    return TerminalSession(replace(Station(OWN, frozenset({0x0101})), **changes), SERIAL)  # type: ignore[arg-type]


def sent(commands: list[TerminalCommand]) -> list[Frame]:
    """Frames among the commands, as they read on the wire."""
    return [decode_frame(command.raw) for command in commands if isinstance(command, Send)]


def served(commands: list[TerminalCommand]) -> Call:
    """The one call."""
    (command,) = commands
    assert isinstance(command, Serve)
    return command.call


def ignored(commands: list[TerminalCommand]) -> bool:
    """Nothing but a note for the trace."""
    return [type(command) for command in commands] == [Ignored]


def test_query_and_answer() -> None:
    """The answer takes number and MSA of the request, 88H, and leaves 50 ms after it."""
    session = terminal()
    call = served(session.handle(down(number=7, address=OWN.by(9)), 1.0, CIVIL, arrived=0.8))
    assert (call.afn, call.payload, call.reach, call.arrived) == (0x0A, QUERY_F3, Reach.OWN, 0.8)
    commands = session.answer(ANSWER, 1.1)
    assert sent(commands) == [up(payload=QUERY_F3 + b"data", number=7, address=OWN.by(9))]
    assert [c.delay for c in commands if isinstance(c, Send)] == [0.05]
    assert not session.busy


@pytest.mark.parametrize(
    ("answer", "control", "payload"),
    [
        (Answer.confirm(), 0x80, CONFIRM_ALL),
        (Answer.deny(), 0x89, DENY_ALL),
        (Answer.verdicts(4, [(QUERY_F3, 0)]), 0x80, bytes.fromhex("00000400 04 00000400 00")),
        (Answer.verdicts(4, [(QUERY_F3, 3)]), 0x89, bytes.fromhex("00000400 04 00000400 03")),
        (Answer(0x0A, (QUERY_F3,)), 0x88, QUERY_F3),
    ],
)
def test_control_of_answers(answer: Answer, control: int, payload: bytes) -> None:
    """80H confirms, 89H denies, 88H brings data (part A §1.3)."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    (frame,) = sent(session.answer(answer, 0.0))
    assert (frame.control, frame.payload, frame.seq) == (control, payload, Seq(0))


@pytest.mark.parametrize(("prm", "function"), [(False, 11), (True, 1), (True, 9), (True, 4)])
def test_function_code_does_not_matter(prm: bool, function: int) -> None:
    """A request is one by its AFN, whatever C says (part A §13)."""
    session = terminal()
    served(session.handle(down(prm=prm, function=function), 0.0))
    assert len(sent(session.answer(ANSWER, 0.0))) == 1


def test_frames_for_others_are_ignored() -> None:
    """Another address, the universal one on the uplink, and uplink frames do nothing."""
    session = terminal(local=False)
    assert ignored(session.handle(down(address=Address("1122", 1)), 0.0))
    assert ignored(session.handle(down(address=UNIVERSAL), 0.0))
    assert ignored(session.handle(up(), 0.0))


def test_universal_address_is_answered_by_the_own() -> None:
    """So that one exchange tells who is there (vendor extension 1.8)."""
    session = terminal()
    assert served(session.handle(down(address=UNIVERSAL.by(1)), 0.0)).reach is Reach.UNIVERSAL
    assert sent(session.answer(ANSWER, 0.0))[0].address == OWN.by(1)


def test_discovery_is_answered_by_the_own() -> None:
    """AFN0A F89 to FFFF-FFFF brings the own address, group flag cleared (part A §1.4)."""
    session = terminal()
    served(session.handle(down(payload=bytes.fromhex("0000010B"), address=BROADCAST), 0.0))
    assert sent(session.answer(ANSWER, 0.0))[0].address == OWN


def test_the_old_address_answers_its_own_change() -> None:
    """While a request is served the address may change; the answer still comes from the one asked."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    session.station = replace(session.station, address=Address("1122", 0x1111))
    assert sent(session.answer(Answer.confirm(), 0.0))[0].address.same_station(OWN)
    assert ignored(session.handle(replace(WRITE, seq=Seq(1)), 1.0))


def test_repetition_gets_the_stored_answer() -> None:
    """The same frame again is not executed; the answer goes out as it was."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    first = session.answer(Answer.confirm(), 0.1)
    assert session.handle(WRITE, 3.0) == first
    assert session.handle(WRITE, 6.0) == first


def test_repetition_of_a_running_request_is_dropped() -> None:
    """While it executes, its repetition neither runs again nor waits."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    assert ignored(session.handle(WRITE, 3.0))
    assert [type(c) for c in session.answer(Answer.confirm(), 4.0)] == [Send]


@pytest.mark.parametrize(
    "again",
    [replace(WRITE, seq=Seq(1, con=True)), replace(WRITE, payload=QUERY_F3 + bytes(27) + b"\1")],
)
def test_another_request_is_executed(again: Frame) -> None:
    """A new number, or the same number with other content (masters that never count), is a new request."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    session.answer(Answer.confirm(), 0.1)
    assert served(session.handle(again, 1.0)).frames == (again,)


def test_repetition_grows_old() -> None:
    """The next visitor who happens to begin with the same number gets fresh data."""
    session = terminal()
    served(session.handle(down(), 0.0))
    session.answer(ANSWER, 0.0)
    assert served(session.handle(down(), 60.0)).afn == 0x0A


@pytest.mark.parametrize(("fcb", "executed"), [(None, True), (True, False)])
def test_repetition_with_a_label(fcb: bool | None, executed: bool) -> None:
    """With Tp the number does not protect, the frame count bit still does (part A §1.3, §2.2)."""
    session = terminal()
    dated = down(seq=Seq(0, tpv=True), aux=Aux(tp=Tp.at(0, CIVIL, 5)), fcb=fcb)
    served(session.handle(dated, 0.0, CIVIL))
    session.answer(ANSWER, 0.1)
    assert isinstance(session.handle(dated, 1.0, CIVIL)[0], Serve) is executed


def test_toggled_frame_count_bit_is_a_new_request() -> None:
    """FCV = 1 and another FCB: process (part A §1.3)."""
    session = terminal()
    served(session.handle(down(fcb=False), 0.0))
    session.answer(ANSWER, 0.1)
    assert served(session.handle(down(fcb=True), 1.0))


def test_vendor_frames_have_no_duplicate_rule() -> None:
    """AFN F0H runs again each time, is never taken from a group, and has no ACD (vendor extension 1.3)."""
    session = terminal()
    session.pending_events = Ec(1, 2)
    order = down(0xF0, bytes.fromhex("0F0400363D5A11"))
    for now in (0.0, 1.0):
        served(session.handle(order, now))
        (frame,) = sent(session.answer(Answer(0xF0, (bytes.fromhex("8F0500363D5A1100"),)), now))
        assert not frame.acd
    assert ignored(session.handle(replace(order, address=Address("1122", 0x0101, group=True)), 2.0))


@pytest.mark.parametrize(("age", "taken"), [(4, True), (6, False), (-30, True)])
def test_old_frames_are_dropped_in_silence(age: int, taken: bool) -> None:
    """A label older than its delay gets no answer at all; the own clock decides (part A §2.4)."""
    session = terminal()
    frame = down(seq=Seq(0, tpv=True), aux=Aux(tp=Tp.at(0, CIVIL - timedelta(minutes=age), 5)))
    assert isinstance(session.handle(frame, 0.0, CIVIL)[0], Serve) is taken
    assert isinstance(terminal().handle(frame, 0.0, None)[0], Serve)


def test_label_is_echoed() -> None:
    """TpV and the same six bytes come back."""
    session = terminal()
    label = Tp.at(5, CIVIL, 5)
    served(session.handle(down(seq=Seq(5, tpv=True), aux=Aux(tp=label)), 0.0, CIVIL))
    (frame,) = sent(session.answer(ANSWER, 0.0))
    assert (frame.seq, frame.aux.tp) == (Seq(5, tpv=True), label)


def test_waiting_events_mark_every_answer() -> None:
    """ACD and EC, in front of the label, until the events have been read; not in AFN06."""
    session = terminal()
    session.pending_events = Ec(3, 14)
    served(session.handle(WRITE, 0.0))
    (frame,) = sent(session.answer(Answer.confirm(), 0.0))
    assert (frame.control, frame.aux.ec) == (0xA0, Ec(3, 14))
    served(session.handle(down(0x06, bytes(20), number=1), 1.0))
    assert not sent(session.answer(Answer(0x06, (bytes(20),)), 1.0))[0].acd
    session.pending_events = None
    served(session.handle(down(number=2), 2.0))
    assert not sent(session.answer(ANSWER, 2.0))[0].acd


def test_long_answers_are_split() -> None:
    """Frames within the limit, cut between blocks, RSEQ from PSEQ on with wrap, EC and Tp in each."""
    session = terminal(largest=100)
    session.pending_events = Ec(1, 0)
    label = Tp.at(0, CIVIL, 5)
    served(session.handle(down(seq=Seq(15, tpv=True), aux=Aux(tp=label)), 0.0, CIVIL))
    blocks = tuple(bytes([i]) * 30 for i in range(5))
    commands = session.answer(Answer(0x0A, blocks), 0.0)
    frames = sent(commands)
    assert [f.payload for f in frames] == [blocks[0] + blocks[1], blocks[2] + blocks[3], blocks[4]]
    assert [(f.seq.number, f.seq.fir, f.seq.fin) for f in frames] == [
        (15, True, False), (0, False, False), (1, False, True)
    ]  # fmt: skip
    assert all(f.aux == Aux(ec=Ec(1, 0), tp=label) for f in frames)
    assert [c.delay for c in commands if isinstance(c, Send)] == [0.05, 0.02, 0.02]
    assert all(len(c.raw) <= 100 for c in commands if isinstance(c, Send))


def test_an_answer_that_fits_nowhere_can_be_replaced() -> None:
    """A block too long for a frame is refused, and the call may then be denied."""
    session = terminal(largest=100)
    served(session.handle(down(), 0.0))
    with pytest.raises(EncodeError):
        session.answer(Answer(0x0A, (bytes(200),)), 0.0)
    assert len(sent(session.answer(Answer.deny(), 0.0))) == 1
    with pytest.raises(UsageError):
        session.answer(Answer.deny(), 0.0)


def parts(*, con: bool, first: int = 1) -> list[Frame]:
    """A message of three frames."""
    flags = [(True, False), (False, False), (False, True)]
    return [
        down(0x04, b"\0\0\2\1" + bytes([i]), seq=Seq(first + i, con, fir, fin), aux=Aux(bytes([i]) * 16))
        for i, (fir, fin) in enumerate(flags)
    ]


def test_message_in_several_frames_confirmed() -> None:
    """Each part is confirmed with its number, the whole is served once; all PW are handed over."""
    session = terminal()
    first, second, third = parts(con=True)
    assert sent(session.handle(first, 0.0, arrived=0.0)) == [up(0, CONFIRM_ALL, 1, function=0)]
    assert sent(session.handle(second, 1.0)) == [up(0, CONFIRM_ALL, 2, function=0)]
    call = served(session.handle(third, 2.0))
    assert call.payload == b"".join(f.payload for f in (first, second, third))
    assert call.passwords == tuple(bytes([i]) * 16 for i in range(3))
    assert call.arrived == 0.0
    assert [f.seq.number for f in sent(session.answer(Answer.confirm(), 2.0))] == [3]


def test_a_repeated_part_is_confirmed_again() -> None:
    """A lost confirmation does not double the part."""
    session = terminal()
    first, second, third = parts(con=True)
    for now, frame in enumerate((first, first, second, second)):
        assert len(sent(session.handle(frame, float(now)))) == 1
    assert len(served(session.handle(third, 5.0)).frames) == 3


def test_message_in_several_frames_at_once() -> None:
    """Without CON only the end is answered."""
    session = terminal()
    first, second, third = parts(con=False)
    assert session.handle(first, 0.0) == []
    assert session.handle(second, 0.1) == []
    assert len(served(session.handle(third, 0.2)).frames) == 3


def test_message_with_a_gap_is_refused_as_a_whole() -> None:
    """A missing part: nothing is executed, the end gets F2."""
    session = terminal()
    first, _, third = parts(con=False)
    session.handle(first, 0.0)
    assert sent(session.handle(third, 0.2)) == [up(0, DENY_ALL, 3, function=9)]
    late = replace(third, seq=Seq(4, fir=False, fin=False))
    session.handle(first, 1.0)
    assert session.handle(late, 1.1) == []
    assert len(sent(session.handle(replace(third, seq=Seq(5, fir=False)), 1.2))) == 1
    assert served(session.handle(down(number=6), 2.0))


def test_a_new_message_replaces_an_unfinished_one() -> None:
    """FIR starts afresh; an unfinished message is forgotten after a minute."""
    session = terminal()
    first, second, third = parts(con=False)
    session.handle(first, 0.0)
    assert served(session.handle(down(number=9), 0.5)).afn == 0x0A
    session.answer(ANSWER, 0.5)
    session.handle(first, 1.0)
    assert session.deadline == 61.0
    session.tick(61.0)
    assert session.deadline is None
    assert sent(session.handle(second, 62.0)) == []
    assert sent(session.handle(third, 62.1)) == [up(0, DENY_ALL, 3, function=9)]


@pytest.mark.parametrize(("fir", "fin"), [(True, True), (False, True), (False, False)])
def test_single_frames_that_lie(fir: bool, fin: bool) -> None:
    """SEQ 80H and A2H of field masters are single messages (part A §2.2)."""
    assert served(terminal().handle(down(seq=Seq(0, fir=fir, fin=fin)), 0.0))


def test_acting_frames_that_lie() -> None:
    """A write as SEQ 80H is a whole one, as masters send it; an end whose head was lost is not executed."""
    assert served(terminal().handle(replace(WRITE, seq=Seq(0, fir=False, fin=False)), 0.0))
    orphan = replace(WRITE, seq=Seq(2, fir=False))
    assert sent(terminal().handle(orphan, 0.0)) == [up(0, DENY_ALL, 2, function=9)]


def test_one_after_the_other() -> None:
    """A second request waits until the first is answered; too many are dropped."""
    session = terminal()
    first, second = down(number=1), down(number=2)
    served(session.handle(first, 0.0))
    assert session.handle(second, 0.1) == []
    assert ignored(session.handle(second, 0.2))
    for number in range(3, 10):
        assert session.handle(down(number=number), 0.3) == []
    assert ignored(session.handle(down(number=10), 0.3))
    answered, serve = session.answer(ANSWER, 1.0)
    assert isinstance(answered, Send)
    assert isinstance(serve, Serve)
    assert serve.call.frames == (second,)


@pytest.mark.parametrize(
    ("afn", "function", "answers_groups", "answered"),
    [(0x0A, 11, True, True), (0x0F, 11, True, False), (0x05, 4, True, False), (0x0A, 11, False, False)],
)
def test_group_frames(afn: int, function: int, answers_groups: bool, answered: bool) -> None:
    """Executed; answered as the profile says, never in AFN0F, never when no reply is wanted (part A §1.4)."""
    session = terminal(answers_groups=answers_groups)
    group = Address("1122", 0x0101, 1, group=True)
    call = served(session.handle(down(afn, function=function, address=group), 0.0))
    assert call.reach is Reach.GROUP
    assert call.answered is answered
    assert [f.address for f in sent(session.answer(Answer.confirm(), 0.0))] == [OWN.by(1)] * answered


def test_silence_is_an_answer() -> None:
    """A service may decide to say nothing; the repetition gets nothing either."""
    session = terminal()
    served(session.handle(down(), 0.0))
    assert session.answer(Answer.silence(), 0.0) == []
    assert session.handle(down(), 1.0) == []


@given(st.lists(frames().map(lambda frame: replace(frame, address=OWN)) | st.just(down()), max_size=12))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_frames_are_survived(incoming: list[Frame]) -> None:
    """Whatever arrives, in any order: each call is answered and the terminal is free again."""
    session = terminal()
    for now, frame in enumerate(incoming):
        session.handle(frame, float(now), CIVIL)
    while session.busy:
        session.answer(Answer.deny(), 99.0)
    session.tick(1000.0)
    assert session.deadline is None


LOGIN = Notice(0x02, (b"\0\0\1\0",))


def confirm(number: int, payload: bytes = CONFIRM_ALL, **changes: object) -> Frame:
    """AFN00 of the master for a notice."""
    return down(0x00, payload, number, **({"prm": False, "function": 11, "address": OWN} | changes))


@pytest.mark.parametrize(
    "changes",
    [{}, {"function": 0}, {"function": 8}, {"prm": True, "function": 0}, {"address": OWN.by(1)},
     {"payload": bytes.fromhex("00000400 02 00000100 00")}, {"seq": Seq(3, con=True)}],
)  # fmt: skip
def test_login_is_confirmed(changes: dict[str, object]) -> None:
    """C9H, CON, MSA 0; any of the confirmations seen in the field is one (part A §13)."""
    session = TerminalSession(Station(OWN), TCP, first_pfc=3)
    (frame,) = sent(session.notify(LOGIN, 0.0))
    assert (frame.control, frame.seq, frame.address) == (0xC9, Seq(3, con=True), OWN)
    assert session.deadline == 30.0
    assert session.handle(confirm(3, **changes), 1.0) == [Delivered(LOGIN)]  # type: ignore[arg-type]
    assert session.deadline is None


def test_login_may_be_denied() -> None:
    """F2 is an answer too."""
    session = terminal()
    session.notify(LOGIN, 0.0)
    assert session.handle(confirm(0, DENY_ALL), 1.0) == [Delivered(LOGIN, accepted=False)]


def test_unconfirmed_notice_is_repeated_then_given_up() -> None:
    """By F1: timeout and retries; the same frame each time; a wrong number confirms nothing."""
    session = TerminalSession(Station(OWN), TCP, port="up", persistence=Persistence(5, 1))
    (first,) = session.notify(LOGIN, 0.0)
    assert ignored(session.handle(confirm(1), 1.0))
    (again,) = session.tick(5.0)
    assert isinstance(first, Send)
    assert again == replace(first, attempt=2)
    (lost,) = session.tick(10.0)
    assert isinstance(lost, Undelivered)
    assert (lost.notice, lost.error.port, lost.error.tries) == (LOGIN, "up", 2)
    assert ignored(session.handle(confirm(0), 11.0))


def test_report_of_an_event() -> None:
    """C4H, E4H with counters; notices wait for each other."""
    session = terminal()
    session.pending_events = Ec(7, 0)
    event = Notice(0x0E, (b"\0\0\1\0event",))
    (frame,) = sent(session.notify(event, 0.0))
    assert (frame.control, frame.aux.ec) == (0xE4, Ec(7, 0))
    assert session.notify(LOGIN, 0.1) == []
    delivered, following = session.handle(confirm(0), 0.2)
    assert delivered == Delivered(event)
    assert sent([following])[0].afn == 0x02
    assert not sent([following])[0].acd


def test_long_report_and_report_without_confirmation() -> None:
    """Several frames are confirmed one by one; without CON a notice is done when sent."""
    session = terminal(largest=60)
    curve = Notice(0x0D, (bytes(30), bytes(30)))
    (first,) = sent(session.notify(curve, 0.0))
    (second,) = sent(session.handle(confirm(0), 1.0))
    assert [(f.seq.number, f.seq.fir, f.seq.fin) for f in (first, second)] == [
        (0, True, False),
        (1, False, True),
    ]
    assert session.handle(confirm(1), 2.0) == [Delivered(curve)]
    quiet = replace(curve, con=False)
    commands = session.notify(quiet, 3.0)
    assert [f.seq.number for f in sent(commands)] == [2, 3]
    assert commands[-1] == Delivered(quiet)


def test_requests_are_served_while_a_notice_waits() -> None:
    """A waiting login does not block the master (balanced line, part A §1.8)."""
    session = terminal()
    session.notify(LOGIN, 0.0)
    assert served(session.handle(down(), 1.0)).afn == 0x0A
    assert len(sent(session.answer(ANSWER, 1.0))) == 1


def test_a_lost_line_forgets() -> None:
    """After drop nothing of the old line is repeated or confirmed."""
    session = terminal()
    served(session.handle(WRITE, 0.0))
    session.answer(Answer.confirm(), 0.0)
    session.notify(LOGIN, 0.0)
    session.drop()
    assert session.deadline is None
    assert served(session.handle(WRITE, 1.0)).frames == (WRITE,)
    session.persistence = Persistence(1, 0)
    assert session.persistence == Persistence(1, 0)
