"""Plays of the master's side: event in, commands out, in order."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EncodeError, SilenceError, UsageError
from core.gdw376.address import BROADCAST, UNIVERSAL, Address
from core.gdw376.commands import Ignored, Send
from core.gdw376.fields import Direction, Ec, Seq, Tp
from core.gdw376.frame import Aux, Frame, decode_frame, encode_frame
from core.gdw376.master import MasterCommand, MasterSession
from core.gdw376.request import Completed, Failed, Reply, Report, Request
from core.gdw376.timing import SERIAL, TCP, Timings
from core.gdw376.verdict import CONFIRM_ALL, DENY_ALL, Verdict
from tests.core.gdw376.frames import OWN, QUERY_F3, frames, up

TIMES = Timings(reply=3, following=2, silence=0.1, between=0.02, wire_time=lambda n: n / 240)
READ = Request(OWN, 0x0A, (QUERY_F3,))
WRITE = Request(OWN, 0x04, (QUERY_F3 + bytes(28),), pw=b"123456".ljust(16, b"\0"))
ARCHIVE = Request(OWN, 0x04, (b"\0\0\x02\1A", b"\0\0\x02\1B", b"\0\0\x02\1C"))
CIVIL = datetime(2024, 3, 9, 12, 30, 15)


def sent(commands: list[MasterCommand]) -> list[Frame]:
    """Frames among the commands, as they read on the wire."""
    return [decode_frame(command.raw) for command in commands if isinstance(command, Send)]


def only(commands: list[MasterCommand]) -> MasterCommand:
    """The one command."""
    (command,) = commands
    return command


def completed(commands: list[MasterCommand]) -> Reply:
    """The reply that ended the request."""
    command = only(commands)
    assert isinstance(command, Completed)
    return command.reply


def confirm(number: int) -> Frame:
    """AFN00 F1 of the terminal."""
    return up(0x00, CONFIRM_ALL, number, function=0)


def test_query_and_answer() -> None:
    """A query goes out as 4BH with CON=0 and ends with its data."""
    session = MasterSession(TIMES, first_pfc=5)
    (asked,) = sent(session.begin(READ, 10.0))
    assert (asked.control, asked.seq, asked.address) == (0x4B, Seq(5), OWN.by(1))
    assert asked.aux == Aux()
    assert session.busy
    reply = completed(session.handle(up(payload=b"\0\0\4\0data", number=5), 10.5))
    assert reply.payload == b"\0\0\4\0data"
    assert reply.denial is None
    assert not session.busy
    assert session.deadline is None


@pytest.mark.parametrize(
    ("afn", "control", "con", "pw"),
    [(0x01, 0x41, True, True), (0x04, 0x4A, True, True), (0x05, 0x4A, True, True), (0x06, 0x4B, False, True),
     (0x09, 0x4B, False, False), (0x0C, 0x4B, False, False), (0x0F, 0x4B, False, True),
     (0x10, 0x4B, False, True), (0xF0, 0x4A, False, False)],
)  # fmt: skip
def test_control_by_afn(afn: int, control: int, con: bool, pw: bool) -> None:
    """C, CON and PW follow the table of part A §1.3 and §2.4."""
    (asked,) = sent(MasterSession().begin(Request(OWN, afn, (b"\0\0\1\0",)), 0.0))
    assert (asked.control, asked.seq.con, asked.aux.pw is not None) == (control, con, pw)


def test_waiting_starts_when_the_last_bit_has_left() -> None:
    """The reply time counts from the end of the frame on the wire."""
    session = MasterSession(TIMES)
    session.begin(READ, 10.0)
    assert session.deadline == pytest.approx(10.0 + 20 / 240 + 3)


def test_a_relay_waits_its_own_time() -> None:
    """A request may bring its own timeout."""
    session = MasterSession(TCP)
    session.begin(replace(READ, timeout=65.0), 0.0)
    assert session.deadline == 65.0


def test_silence_is_repeated_byte_for_byte_then_fails() -> None:
    """Two repetitions with the same PSEQ, then a SilenceError with the number of tries."""
    session = MasterSession(TCP, port="tcp x")
    first = only(session.begin(WRITE, 0.0))
    assert isinstance(first, Send)
    assert session.tick(9.9) == []
    assert session.tick(10.0) == [replace(first, attempt=2)]
    assert session.tick(20.0) == [replace(first, attempt=3)]
    failed = only(session.tick(30.0))
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, SilenceError)
    assert (failed.error.port, failed.error.tries) == ("tcp x", 3)
    assert not session.busy


@pytest.mark.parametrize(
    "request_",
    [replace(WRITE, repeatable=False), replace(WRITE, retries=0), replace(WRITE, tp_delay=5)],
)
def test_what_must_not_be_repeated_is_sent_once(request_: Request) -> None:
    """Marked so, without retries, or acting with a time label: one try (part A §2.2)."""
    session = MasterSession(TCP)
    session.begin(request_, 0.0, CIVIL)
    assert isinstance(only(session.tick(10.0)), Failed)


def test_a_denial_is_final() -> None:
    """AFN00 F2 ends the request at once; nothing is sent again, so a wrong password is tried once."""
    session = MasterSession()
    session.begin(WRITE, 0.0)
    reply = completed(session.handle(up(0, DENY_ALL, 0, function=9), 1.0))
    assert reply.denial is not None
    assert (reply.denial.afn, reply.denial.code) == (4, None)
    assert session.tick(99.0) == []


def test_a_denial_with_a_reason() -> None:
    """AFN00 F3 names the unit and the code."""
    session = MasterSession()
    session.begin(WRITE, 0.0)
    reply = completed(session.handle(up(0, bytes.fromhex("000004000400000400 03"), 0), 1.0))
    assert reply.denial is not None
    assert (reply.denial.code, reply.denial.refused) == (3, ((0, 3, 3),))


def test_numbers_go_on_and_wrap() -> None:
    """PFC grows with each new frame, PSEQ is its low half."""
    session = MasterSession(first_pfc=254)
    numbers: list[int] = []
    for _ in range(4):
        (asked,) = sent(session.begin(READ, 0.0))
        numbers.append(asked.seq.number)
        session.handle(up(number=asked.seq.number), 0.1)
    assert numbers == [14, 15, 0, 1]


def test_one_at_a_time() -> None:
    """A second request is refused until the first has ended or is cancelled."""
    session = MasterSession()
    session.begin(READ, 0.0)
    with pytest.raises(UsageError):
        session.begin(READ, 0.0)
    session.cancel()
    assert sent(session.begin(READ, 0.0))


def test_late_and_foreign_answers_are_ignored() -> None:
    """A number of an earlier request, another station, another AFN, an own echo: none is the answer."""
    session = MasterSession(first_pfc=3)
    assert isinstance(only(session.handle(up(number=2), 0.0)), Ignored)
    (asked,) = sent(session.begin(READ, 0.0))
    for wrong in (
        up(number=2),
        up(number=3, address=Address("1122", 0x7799)),
        up(number=3, afn=0x0C),
        asked,
    ):
        assert isinstance(only(session.handle(wrong, 0.1)), Ignored)
    assert completed(session.handle(up(number=3), 0.2)).afn == 0x0A


@pytest.mark.parametrize("asked", [UNIVERSAL, BROADCAST])
def test_shared_addresses_are_answered_by_the_own_one(asked: Address) -> None:
    """Only a shared address may be answered from another; the reply tells who it was."""
    session = MasterSession()
    session.begin(replace(READ, address=asked), 0.0)
    assert completed(session.handle(up(), 0.1)).address.same_station(OWN)


def test_task_data_come_under_another_afn() -> None:
    """AFN0B is answered as 0C or 0D (part A §10)."""
    session = MasterSession()
    session.begin(Request(OWN, 0x0B, (b"\1\1\1\0",)), 0.0)
    assert completed(session.handle(up(afn=0x0D), 0.1)).afn == 0x0D


def test_answer_in_several_frames() -> None:
    """Parts follow by number, repeated ones are ignored, FIN ends, the payload is joined."""
    session = MasterSession(TIMES, first_pfc=15)
    session.begin(READ, 0.0)
    first = up(payload=b"aaaa", seq=Seq(15, fin=False))
    assert session.handle(first, 1.0) == []
    assert session.deadline == 3.0
    assert isinstance(only(session.handle(first, 1.1)), Ignored)
    assert session.handle(up(payload=b"bbbb", seq=Seq(0, fir=False, fin=False)), 2.0) == []
    reply = completed(session.handle(up(payload=b"cccc", seq=Seq(1, fir=False)), 3.0))
    assert reply.payload == b"aaaabbbbcccc"


def test_a_missing_part_is_asked_again_then_fails() -> None:
    """A gap ends in a repetition of the request; what came before is not mixed with the second answer."""
    session = MasterSession(TCP)
    session.begin(replace(READ, retries=1), 0.0)
    session.handle(up(payload=b"aaaa", seq=Seq(0, fin=False)), 1.0)
    assert isinstance(only(session.handle(up(payload=b"cccc", seq=Seq(2, fir=False)), 2.0)), Ignored)
    assert len(sent(session.tick(11.0))) == 1
    session.handle(up(payload=b"AAAA", seq=Seq(0, fin=False)), 12.0)
    failed = only(session.tick(22.0))
    assert isinstance(failed, Failed)
    assert "1 frames of the answer came" in str(vars_of(failed))


def vars_of(failed: Failed) -> str:
    """Reason of a failure."""
    assert isinstance(failed.error, SilenceError)
    return failed.error.reason


@pytest.mark.parametrize(("fir", "fin"), [(True, True), (False, True), (False, False)])
def test_lies_about_fir_and_fin(fir: bool, fin: bool) -> None:
    """A lone frame without FIR, or with neither bit, is a whole answer (part A §2.2, §13)."""
    session = MasterSession()
    session.begin(READ, 0.0)
    assert completed(session.handle(up(seq=Seq(0, fir=fir, fin=fin)), 0.1)).afn == 0x0A


def test_bytes_on_the_line_prolong_the_waiting() -> None:
    """While an answer comes in, however slowly, the request does not time out; noise cannot hold it."""
    session = MasterSession(TIMES)
    session.begin(READ, 0.0)
    due = session.deadline
    assert due is not None
    session.line_active(due - 0.1)
    assert session.deadline == pytest.approx(due + 0.9)
    now = due
    while session.deadline and session.deadline > now and now < 1000:
        now += 0.5
        session.line_active(now)
    assert now < 100


def test_download_frame_by_frame() -> None:
    """Each part of a long message has its own number and PW and goes out when the one before is confirmed."""
    session = MasterSession(TCP, first_pfc=1)
    parts = sent(session.begin(ARCHIVE, 0.0))
    for number in (1, 2):
        parts += sent(session.handle(confirm(number), float(number)))
    assert completed(session.handle(confirm(3), 3.0)).judgement is not None
    assert [frame.seq for frame in parts] == [
        Seq(1, con=True, fin=False), Seq(2, con=True, fir=False, fin=False), Seq(3, con=True, fir=False)
    ]  # fmt: skip
    assert [frame.payload[-1:] for frame in parts] == [b"A", b"B", b"C"]
    assert all(frame.aux.pw == bytes(16) for frame in parts)


def test_download_repeats_the_part_that_got_no_confirmation() -> None:
    """Silence in the middle repeats only the part that waits."""
    session = MasterSession(TCP)
    session.begin(ARCHIVE, 0.0)
    session.handle(confirm(0), 1.0)
    (again,) = sent(session.tick(11.0))
    assert again.payload.endswith(b"B")
    assert again.seq.number == 1


def test_download_ends_with_a_denial() -> None:
    """A denied part ends the whole message; the rest is not sent."""
    session = MasterSession(TCP)
    session.begin(ARCHIVE, 0.0)
    assert completed(session.handle(up(0, DENY_ALL, 0), 1.0)).denial is not None
    assert not session.busy


def test_download_at_once() -> None:
    """Without CON all parts leave together (SEQ C1 82 A3 with Tp); only the last is repeated."""
    session = MasterSession(SERIAL.over(lambda n: n / 240), first_pfc=1)
    request = replace(ARCHIVE, con=False, tp_delay=0, repeatable=True)
    commands = session.begin(request, 0.0, CIVIL)
    assert [frame.seq.encode() for frame in sent(commands)] == [0xC1, 0x82, 0xA3]
    assert [c.delay for c in commands if isinstance(c, Send)] == [0.0, 0.02, 0.02]
    assert session.deadline is not None
    assert session.deadline == pytest.approx(3 + 0.04 + 3 * 43 / 240)
    assert [frame.seq.encode() for frame in sent(session.tick(99.0))] == [0xA3]


def test_time_label() -> None:
    """A label carries PFC and the civil time given; without a time there is none."""
    session = MasterSession(first_pfc=0x25)
    (asked,) = sent(session.begin(replace(READ, tp_delay=5), 0.0, CIVIL))
    assert asked.seq.tpv
    assert asked.aux.tp == Tp(0x25, 15, 30, 12, 9, 5)
    session.cancel()
    with pytest.raises(UsageError):
        session.begin(replace(READ, tp_delay=5), 0.0)
    assert not session.busy


def test_frame_count_bit() -> None:
    """With FCV the bit toggles for each new frame, stays in a repetition, is 0 in a reset (part A §1.3)."""
    session = MasterSession(TCP, fcv=True)
    bits: list[bool | None] = []
    for number, afn in enumerate((0x0A, 0x0A, 0x01, 0x0A)):
        (asked,) = sent(session.begin(Request(OWN, afn, (QUERY_F3,)), 20.0 * number))
        (again,) = sent(session.tick(20.0 * number + 10))
        assert again == asked
        bits.append(asked.fcb)
        session.handle(up(0x00, CONFIRM_ALL, number), 20.0 * number + 11)
    assert bits == [False, True, False, True]


def test_pw_may_be_left_out() -> None:
    """One family of masters sends AFN10 without PW (part A §2.4)."""
    (asked,) = sent(MasterSession().begin(Request(OWN, 0x10, (b"\0\0\2\0x",), omit_pw=True), 0.0))
    assert asked.aux.pw is None


def test_what_no_frame_can_carry_leaves_the_session_free() -> None:
    """A refused request does not stay under way."""
    session = MasterSession()
    with pytest.raises(EncodeError):
        session.begin(replace(READ, parts=(bytes(20000),)), 0.0)
    assert not session.busy


def test_waiting_events_are_told() -> None:
    """ACD and EC of an answer reach the caller."""
    session = MasterSession()
    session.begin(READ, 0.0)
    reply = completed(session.handle(up(acd=True, aux=Aux(ec=Ec(3, 14))), 0.1))
    assert (reply.acd, reply.ec) == (True, Ec(3, 14))


@pytest.mark.parametrize(("afn", "function", "control"), [(0x02, 9, 0x0B), (0x0E, 4, 0x00)])
def test_reports_are_confirmed(afn: int, function: int, control: int) -> None:
    """What the terminal sends by itself is told and confirmed with its number, label and MSA."""
    label = Tp(1, 2, 3, 4, 5, 6)
    report = up(afn, b"\0\0\1\0", prm=True, function=function, seq=Seq(9, con=True, tpv=True),
                address=OWN, aux=Aux(tp=label))  # fmt: skip
    told, answer = MasterSession().handle(report, 0.0)
    assert told == Report(report)
    assert isinstance(answer, Send)
    assert decode_frame(answer.raw) == Frame(
        direction=Direction.DOWN, prm=False, function=control & 15, address=OWN, afn=0,
        seq=Seq(9, tpv=True), payload=CONFIRM_ALL, aux=Aux(tp=label),
    )  # fmt: skip


def test_a_repeated_report_is_confirmed_again_and_marked() -> None:
    """A terminal that missed the confirmation gets it again; the same heartbeat minutes later is new."""
    session = MasterSession()
    beat = up(0x02, b"\0\0\4\0", prm=True, function=9, seq=Seq(1, con=True), address=OWN)
    assert [session.handle(beat, now)[0] for now in (0.0, 20.0, 900.0)] == [
        Report(beat), Report(beat, repeated=True), Report(beat)
    ]  # fmt: skip


def test_a_report_does_not_disturb_a_request() -> None:
    """A report in between is told, and the answer still completes the request; without CON no confirm."""
    session = MasterSession(confirm_reports=True)
    session.begin(READ, 0.0)
    assert len(session.handle(up(0x0E, prm=True, function=4, address=OWN), 0.1)) == 1
    assert completed(session.handle(up(), 0.2)).afn == 0x0A


def test_a_report_that_cannot_be_confirmed() -> None:
    """A region that is not BCD has no answer; the report is told all the same."""
    report = up(0x0E, prm=True, seq=Seq(0, con=True), address=Address("AB12", 1))
    told, note = MasterSession().handle(report, 0.0)
    assert told == Report(report)
    assert isinstance(note, Ignored)


@given(st.lists(frames() | st.sampled_from([up(), confirm(0), up(seq=Seq(1, fin=False))]), max_size=12))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_any_frames_are_survived(incoming: list[Frame]) -> None:
    """Whatever arrives, in any order: the request ends, with an answer or in silence."""
    session = MasterSession(TCP)
    ends = [*session.begin(READ, 0.0)]
    for frame in incoming:
        ends += session.handle(frame, 1.0)
    for _ in range(4):
        ends += session.tick(session.deadline or 0.0)
    assert sum(isinstance(command, Completed | Failed) for command in ends) == 1
    assert not session.busy


def test_listening_only() -> None:
    """A session told not to confirm stays silent."""
    session = MasterSession(confirm_reports=False)
    beat = up(0x02, b"\0\0\4\0", prm=True, function=9, seq=Seq(1, con=True), address=OWN)
    assert session.handle(beat, 0.0) == [Report(beat)]


def test_confirmation_with_prm_is_an_answer() -> None:
    """A terminal that answers AFN00 with PRM = 1 is understood (captured: CBH)."""
    session = MasterSession()
    session.begin(WRITE, 0.0)
    reply = completed(session.handle(up(0, CONFIRM_ALL, prm=True, function=11), 0.1))
    assert reply.judgement is not None
    assert reply.judgement.verdict is Verdict.CONFIRMED


def test_frames_are_33_bits_apart() -> None:
    """A frame that follows what was just heard waits 33 bit times (part A §1.6)."""
    session = MasterSession(SERIAL.over(lambda n: n / 240))
    session.line_active(5.0)
    command = only(session.begin(READ, 5.0))
    assert isinstance(command, Send)
    assert command.delay == pytest.approx(3.3 / 240)
    assert encode_frame(command.frame) == command.raw
