"""Plays of both ends of the bus: events in, commands out, in order."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from core.errors import EncodeError, UsageError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST, WILD
from core.meters.dlt645.control import Edition
from core.meters.dlt645.exchange import Completed, Failed, Ignored, Reply, Request, Send, Timings
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.master import MasterCommand, MeterMaster
from core.meters.dlt645.messages import refusal_frame
from core.meters.dlt645.reader import Reader, Received
from core.meters.dlt645.slave import Accepted, Call, Content, MeterSlave, Outcome, Refused, Serve
from tests.core.meters.dlt645.published import worked

METER = "000012345678"
READ = Request(METER, r.Read2007("00010000"))
ENERGY = bytes.fromhex("56341200")
V1997 = Edition.V1997


def serving(values: dict[str, bytes]) -> Serve:
    """Answer reads from a table, accept the rest."""

    def serve(call: Call) -> Outcome | None:
        if isinstance(call.request, r.Read2007 | r.Read1997):
            data = values.get(call.request.code)
            return Refused(a.NO_DATA) if data is None else Content(data)
        return Accepted()

    return serve


def play(
    master: MeterMaster, meters: Sequence[MeterSlave], request: Request, now: float = 0.0
) -> MasterCommand:
    """Let a request run against meters on one line, byte streams in between, until it is over."""
    pending = master.begin(request, now)
    for _ in range(300):
        over = [command for command in pending if isinstance(command, Completed | Failed)]
        if over:
            return over[0]
        pending = _round(master, meters, [c for c in pending if isinstance(c, Send)], now)
    raise AssertionError("no end")


def _round(
    master: MeterMaster, meters: Sequence[MeterSlave], sends: Sequence[Send], now: float
) -> list[MasterCommand]:
    if not sends:
        return master.tick(master.deadline or 0.0)
    commands: list[MasterCommand] = []
    for send in sends:
        for meter in meters:
            for heard in Reader().feed(send.raw, now):
                assert isinstance(heard, Received)
                for reply in meter.handle(heard.frame, now):
                    if isinstance(reply, Send):
                        commands += master.handle(decode_frame(reply.raw.lstrip(b"\xfe")), now)
    return commands


def completed(command: MasterCommand) -> Reply:
    """The reply of a request that must be complete."""
    assert isinstance(command, Completed)
    return command.reply


def test_read_is_the_worked_example() -> None:
    """A read sends and answers the very bytes of the worked examples, with FEH in front."""
    frames = dict(worked())
    master, meter = MeterMaster(), MeterSlave(METER, serving({"00010000": ENERGY}))
    (send,) = master.begin(READ, 0.0)
    assert isinstance(send, Send)
    assert send.raw == b"\xfe" * 4 + frames["2007 read 00010000 request"]
    (answer,) = meter.handle(send.frame, 0.0)
    assert isinstance(answer, Send)
    assert encode_frame(answer.frame) == frames["2007 read 00010000 reply 1234.56 kWh"]
    reply = completed(master.handle(answer.frame, 0.1)[0])
    assert (reply.content, reply.address, reply.refusal) == (ENERGY, METER, None)


def test_silence_repeats_once_then_fails() -> None:
    """After silence the same bytes go out again; then the request fails as silent."""
    master = MeterMaster()
    (first,) = master.begin(READ, 0.0)
    assert master.deadline == 1.0
    assert master.tick(0.9) == []
    (again,) = master.tick(1.0)
    assert isinstance(first, Send)
    assert isinstance(again, Send)
    assert (again.raw, again.attempt) == (first.raw, 2)
    (failed,) = master.tick(master.deadline or 0.0)
    assert isinstance(failed, Failed)
    assert failed.error.tries == 2
    assert not master.busy


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (Frame(METER, 0x11, bytes.fromhex("00000100")), "echo"),
        (Frame(METER, 0x11, bytes.fromhex("00000200")), "another master"),
        (Frame("000012345679", 0x91, bytes.fromhex("00000100") + ENERGY), "answer of meter"),
        (Frame(METER, 0x94), "function 14H"),
        (Frame(METER, 0x91, bytes.fromhex("00000200") + ENERGY), "answer about 00020000"),
        (Frame(METER, 0x91, b"\x00"), "do not fit"),
    ],
)
def test_what_is_not_the_answer_is_ignored(frame: Frame, why: str) -> None:
    """Echo, foreign meters, other functions and identifiers leave the request waiting."""
    master = MeterMaster()
    master.begin(READ, 0.0)
    (ignored,) = master.handle(frame, 0.2)
    assert isinstance(ignored, Ignored)
    assert why in ignored.reason
    assert master.busy


def test_late_answer_is_ignored() -> None:
    """An answer after the request is over belongs to nobody."""
    (ignored,) = MeterMaster().handle(Frame(METER, 0x91, bytes(8)), 5.0)
    assert isinstance(ignored, Ignored)


def test_refusal_is_final() -> None:
    """A refusal ends the request without another try."""
    master = MeterMaster()
    master.begin(READ, 0.0)
    reply = completed(master.handle(refusal_frame(METER, 0x11, 0x02), 0.1)[0])
    assert isinstance(reply.refusal, a.Refusal2007)
    assert reply.refusal.missing


@pytest.mark.parametrize("size", [4, 196, 197, 391, 392, 1026])
def test_long_answers_are_put_together_2007(size: int) -> None:
    """An answer of any length arrives whole through follow-up frames with numbers."""
    data = bytes(n % 10 for n in range(size))
    reply = completed(play(MeterMaster(), [MeterSlave(METER, serving({"03300801": data}))],
                           Request(METER, r.Read2007("03300801"))))  # fmt: skip
    assert reply.content == data
    assert all(len(frame.data) <= 200 for frame in reply.frames)


def test_long_answers_are_put_together_1997() -> None:
    """1997 repeats the identifier without a number until the answer says that it is the last."""
    data = bytes(n % 10 for n in range(500))
    meter = MeterSlave(METER, serving({"90FF": data}), V1997)
    reply = completed(play(MeterMaster(), [meter], Request(METER, r.Read1997("90FF"), V1997)))
    assert reply.content == data
    assert [frame.control for frame in reply.frames] == [0xA1, 0xA2, 0x82]


def test_same_part_again() -> None:
    """A repeated follow-up brings the same part; a number out of turn is refused (dlt645 §4.1)."""
    meter = MeterSlave(METER, serving({"03300801": bytes(600)}))
    meter.handle(Frame(METER, 0x11, bytes.fromhex("01083003")), 0.0)
    ask = Frame(METER, 0x12, bytes.fromhex("0108300301"))
    assert meter.handle(ask, 0.1) == meter.handle(ask, 0.2)
    (refused,) = meter.handle(Frame(METER, 0x12, bytes.fromhex("0108300303")), 0.3)
    assert isinstance(refused, Send)
    assert refused.frame.control == 0xD2


def test_search_with_wildcards() -> None:
    """AA and shortened addresses are answered with the real one; read address tells it."""
    meter = MeterSlave(METER, serving({"00010000": ENERGY}))
    for address in (WILD, "AAAAAAAA5678"):
        reply = completed(play(MeterMaster(), [meter], Request(address, r.Read2007("00010000"))))
        assert reply.address == METER
    reply = completed(play(MeterMaster(), [meter], Request(WILD, r.ReadAddress())))
    assert reply.meaning == a.OwnAddress(METER)


def test_only_the_meter_asked_answers() -> None:
    """Of two meters on the line the right one answers."""
    meters = [MeterSlave(f"00000000000{n}", serving({"00010000": bytes([n, 0, 0, 0])})) for n in (1, 2)]
    for n in (1, 2):
        reply = completed(play(MeterMaster(), meters, Request(f"00000000000{n}", r.Read2007("00010000"))))
        assert reply.content[0] == n


def test_broadcast_is_heard_and_never_answered() -> None:
    """Time and freeze to all reach the meter; the request is over as soon as it is sent."""
    heard: list[Call] = []
    meter = MeterSlave(METER, lambda call: heard.append(call) or Accepted())
    request = Request(BROADCAST, r.NOW)
    commands = MeterMaster().begin(request, 0.0)
    assert [type(command) for command in commands] == [Send, Completed]
    assert isinstance(commands[0], Send)
    assert meter.handle(commands[0].frame, 0.0) == []
    assert (heard[0].request, heard[0].broadcast) == (r.NOW, True)
    assert isinstance(meter.handle(Frame(BROADCAST, 0x11, bytes(4)), 0.0)[0], Ignored)


def test_write_address() -> None:
    """2007 answers from the new address, 1997 from the old; both obey the new one afterwards."""
    new = "000099887766"
    meter = MeterSlave(METER, serving({}))
    assert completed(play(MeterMaster(), [meter], Request(WILD, r.WriteAddress(new)))).address == new
    old = MeterSlave(METER, serving({}), V1997)
    reply = completed(play(MeterMaster(), [old], Request(BROADCAST, r.WriteAddress(new), V1997)))
    assert (reply.address, old.address, meter.address) == (METER, new, new)


OPERATIONS = [
    r.Write2007("04000103", "02", "123456", "00000001", b"\x15"),
    r.ChangePassword2007("04000C03", "02", "123456", "02", "654321"),
    r.ClearDemand2007("02", "123456", "00000001"),
    r.ClearMeter("02", "123456", "00000001"),
    r.ClearEvents("02", "123456", "00000001", "FFFFFFFF"),
    r.Switch("02", "123456", "00000001", 0x1A, 0, None),
    r.ChangeRate(0x20),
    r.Output(1),
    r.Freeze(0, 0, 1, 99),
]


@pytest.mark.parametrize("record", OPERATIONS, ids=lambda record: type(record).__name__)
def test_operations(record: r.Record) -> None:
    """Every operation is heard as it was sent, accepted or refused; a wildcard never writes."""
    heard: list[r.Record] = []
    request = Request(METER, record)
    meter = MeterSlave(METER, lambda call: heard.append(call.request) or Accepted())
    assert completed(play(MeterMaster(), [meter], request)).refusal is None
    assert heard == [record]
    refusing = MeterSlave(METER, lambda _: Refused(a.UNAUTHORISED))
    refusal = completed(play(MeterMaster(), [refusing], request)).refusal
    assert isinstance(refusal, a.Refusal2007)
    assert refusal.password
    if not isinstance(record, r.Freeze | r.Output | r.ChangePassword2007):
        with pytest.raises(EncodeError):
            MeterMaster().begin(Request(WILD, record), 0.0)


OPERATIONS_1997 = [
    r.Write1997("C111", "00", "123456", b"\x15"),
    r.ChangePassword1997("00", "123456", "00", "654321"),
    r.ClearDemand1997("00", "123456"),
    r.ChangeRate(0x40),
]


@pytest.mark.parametrize("record", OPERATIONS_1997, ids=lambda record: type(record).__name__)
def test_operations_1997(record: r.Record) -> None:
    """The same in 1997."""
    heard: list[r.Record] = []
    meter = MeterSlave(METER, lambda call: heard.append(call.request) or Accepted(), V1997)
    assert completed(play(MeterMaster(), [meter], Request(METER, record, V1997))).refusal is None
    assert heard == [record]


def test_old_meters() -> None:
    """1997: reads to 999999999999 are answered if the meter is that kind; 03 repeats the answer."""
    values = {"9010": ENERGY}
    reply = completed(play(MeterMaster(), [MeterSlave(METER, serving(values), V1997)],
                           Request(BROADCAST, r.Read1997("9010"), V1997)))  # fmt: skip
    assert (reply.address, reply.content) == (METER, ENERGY)
    strict = MeterSlave(METER, serving(values), V1997, answers_all=False)
    assert isinstance(strict.handle(Frame(BROADCAST, 0x01, b"\x10\x90"), 0.0)[0], Ignored)
    strict.handle(Frame(METER, 0x01, b"\x10\x90"), 0.0)
    (again,) = strict.handle(Frame(METER, 0x03), 0.1)
    assert isinstance(again, Send)
    assert (again.frame.control, again.frame.data) == (0x83, b"\x10\x90" + ENERGY)


def test_editions_do_not_hear_each_other() -> None:
    """A meter of one edition is silent to functions of the other."""
    assert isinstance(MeterSlave(METER, serving({})).handle(Frame(METER, 0x01, b"\x10\x90"), 0.0)[0], Ignored)
    meter = MeterSlave(METER, serving({}), V1997)
    assert isinstance(meter.handle(Frame(METER, 0x11, bytes(4)), 0.0)[0], Ignored)


def test_wrong_length_is_refused() -> None:
    """Data that do not fit the function are refused with ERR 01, unknown identifiers with ERR 02."""
    meter = MeterSlave(METER, serving({}))
    for data, error in ((b"\x00\x00", 1), (bytes(4), 2)):
        (sent,) = meter.handle(Frame(METER, 0x11, data), 0.0)
        assert isinstance(sent, Send)
        assert (sent.frame.control, sent.frame.data) == (0xD1, bytes([error]))


def test_answer_with_wildcard_address_counts() -> None:
    """Some 1997 meters put AA into their answers: that matches the meter asked."""
    master = MeterMaster()
    master.begin(Request(METER, r.Read1997("9010"), V1997), 0.0)
    assert completed(master.handle(Frame(WILD, 0x81, b"\x10\x90" + ENERGY), 0.1)[0]).content == ENERGY


def test_timing() -> None:
    """The next request keeps a pause; bytes on the line prolong the waiting, but not for ever."""
    master = MeterMaster(Timings(wire_time=lambda n: n * 0.01))
    master.begin(READ, 0.0)
    assert master.deadline == pytest.approx(1.2)
    master.line_active(1.1)
    assert master.deadline == pytest.approx(1.61)
    for second in range(2, 60):
        master.line_active(float(second))
    assert (master.deadline or 99.0) < 6.0
    master.handle(Frame(METER, 0x91, bytes.fromhex("00000100") + ENERGY), 60.0)
    (send,) = master.begin(READ, 60.0)
    assert isinstance(send, Send)
    assert send.delay == pytest.approx(0.02)


def test_one_request_at_a_time() -> None:
    """A second request is refused until the first is over or cancelled."""
    master = MeterMaster()
    master.begin(READ, 0.0)
    with pytest.raises(UsageError):
        master.begin(READ, 0.1)
    master.cancel()
    assert master.begin(READ, 0.2)


def test_values_through_both_ends() -> None:
    """A block encoded by the meter's side is the same block at the master's."""
    quantity = known("0001FF00")
    values = tuple(Decimal(n).scaleb(-2) for n in (129, 62, 60, 3, 2))
    meter = MeterSlave(METER, serving({"0001FF00": encode_value(quantity, values)}))
    reply = completed(play(MeterMaster(), [meter], Request(METER, r.Read2007("0001FF00"))))
    assert quantity.codec.take(reply.content, 0, 20, {})[0] == values
