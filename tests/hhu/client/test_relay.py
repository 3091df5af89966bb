"""Relays: bytes and control byte of what goes out, what an answer is taken for, what a frame may change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from core.errors import DeniedError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MeterRecord, PortSpeed
from core.gdw376.units.afn10 import DirectRead, DirectReadAnswer, Forward, Forwarded
from core.meters.dlt645.answers import Values2007
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import WAKE_UP, encode_frame
from core.meters.dlt645.identifiers import known
from core.meters.dlt645.messages import answer_frame, refusal_frame, request_frame
from core.meters.dlt645.requests import BroadcastTime, Read2007, Switch
from hhu.client.meter_items import ITEMS, quantities_like, quantity_named, text_of
from hhu.client.meter_reading import Got, MeterReader
from hhu.client.relay import BusLine, Exchange, deeds, edition_of, line_of, read_request, relay
from tests.core.meter_records import meter

ADDRESS = "202600000001"
ENERGY = known("00010000")


class Script:
    """Answers relays from a list."""

    def __init__(self, *answers: Unit | DeniedError) -> None:
        self.answers = list(answers)
        self.orders: list[Unit] = []
        self.waits: list[float] = []

    async def forward(self, order: Unit, wait: float) -> Unit:
        self.orders.append(order)
        self.waits.append(wait)
        answer = self.answers.pop(0)
        if isinstance(answer, DeniedError):
            raise answer
        return answer


def direct(result: int, content: bytes = b"") -> DirectReadAnswer:
    return DirectReadAnswer(1, ADDRESS, result, content)


def frames(*raw: bytes) -> Forwarded:
    return Forwarded(1, b"".join(raw))


async def test_a_frame_goes_out_as_the_port_wants_it() -> None:
    """The control byte of 2400 8E1 is 6BH (part A §7.9); 2007 is woken; the answer brings its value."""
    content = read_request(ADDRESS, "00010000", Edition.V2007)
    answer = encode_frame(answer_frame(ADDRESS, 0x11, Values2007("00010000", bytes.fromhex("56341200"))))
    script = Script(frames(WAKE_UP + answer))
    exchange = await relay(script, BusLine(1), content, 3)
    (order,) = script.orders
    assert isinstance(order, Forward)
    assert order.encode()[1] == 0x6B
    assert order.content.startswith(WAKE_UP + b"\x68")
    assert script.waits[0] > 3
    assert exchange.reading is not None
    assert exchange.reading.value == Decimal("1234.56")
    assert text_of(ENERGY.codec, exchange.reading.value) == "001234.56"


async def test_silence_refusal_and_noise_are_told_apart() -> None:
    """Nothing came, an error word came, something came that is no frame."""
    content = read_request(ADDRESS, "00010000", Edition.V2007)
    silent = await relay(Script(frames()), BusLine(1), content)
    assert not silent.answered
    assert silent.frame is None
    refused = Exchange(content, encode_frame(refusal_frame(ADDRESS, 0x11, 0x02)))
    assert refused.refusal == "02"
    noise = Exchange(content, b"\x12\x34\x56")
    assert noise.frame is None
    assert noise.reading is None


@pytest.mark.parametrize(("baud", "wait", "content"), [(2401, 3, b"x"), (2400, 0, b"x"), (2400, 3, b"")])
async def test_what_cannot_be_relayed_is_refused_here(baud: int, wait: int, content: bytes) -> None:
    """A speed without a code, no time, no bytes: nothing is sent."""
    script = Script()
    with pytest.raises(UsageError):
        await relay(script, BusLine(1, baud), content, wait)
    assert not script.orders


def test_what_a_frame_may_change_is_named() -> None:
    """Reads change nothing; everything else has its name; strange bytes may do anything."""
    switch = Switch("02", "000000", "00000000", 0x1A, 0, datetime(2026, 11, 20, 15))
    moment = BroadcastTime(datetime(2026, 11, 20, 15))
    assert deeds(encode_frame(request_frame(ADDRESS, Read2007("00010000")))) == ()
    assert deeds(read_request(ADDRESS, "9010", Edition.V1997)) == ()
    assert deeds(encode_frame(request_frame(ADDRESS, switch)))[0][1] == "switch or alarm"
    assert deeds(encode_frame(request_frame("999999999999", moment)))[0][1] == "broadcast time"
    assert deeds(b"\x01\x02\x03")[0][1] == "bytes of an unknown kind"


async def test_a_value_is_read_by_identifier_with_its_digits() -> None:
    """M43, M39: F9 with the identifier in wire order; the answer's digits are kept."""
    script = Script(direct(5, bytes.fromhex("0000010056341200")))
    value = await MeterReader(script).read(meter(1), ENERGY)
    (order,) = script.orders
    assert isinstance(order, DirectRead)
    assert order.identifier == bytes.fromhex("00000100")
    assert (order.kind, order.meter) == (1, ADDRESS)
    assert value.text() == "001234.56"
    assert value.json == "001234.56"


@pytest.mark.parametrize("content", ["10900000" + "56341200", "1090" + "56341200"])
async def test_an_answer_of_1997_has_its_identifier_in_two_bytes_or_four(content: str) -> None:
    """Both forms of part A §12 F9 give the value."""
    record = _speaking(1)
    script = Script(direct(5, bytes.fromhex(content)))
    value = await MeterReader(script).read(record, quantity_named("energy", Edition.V1997))
    assert value.text() == "001234.56"


@pytest.mark.parametrize(
    ("result", "got"),
    [(0, Got.IMPOSSIBLE), (1, Got.SILENT), (2, Got.BROKEN), (4, Got.REFUSED), (3, Got.IMPOSSIBLE)],
)
async def test_every_result_of_a_direct_read_has_its_word(result: int, got: Got) -> None:
    """Results of F9 (part A §12); a confirmation without a value is none."""
    value = await MeterReader(Script(direct(result))).read(meter(1), ENERGY)
    assert value.got is got
    assert value.reason


async def test_an_answer_about_something_else_is_no_value() -> None:
    """Another identifier, or bytes that are no number."""
    other = await MeterReader(Script(direct(5, bytes.fromhex("0000020056341200")))).read(meter(1), ENERGY)
    assert other.got is Got.BROKEN
    garbage = await MeterReader(Script(direct(5, bytes.fromhex("000001005634FABC")))).read(meter(1), ENERGY)
    assert garbage.got is Got.BROKEN
    nothing = await MeterReader(Script(direct(5, bytes.fromhex("00000100FFFFFFFF")))).read(meter(1), ENERGY)
    assert nothing.got is Got.NOTHING


async def test_a_terminal_without_f9_is_asked_with_a_whole_frame() -> None:
    """The plain denial turns to F1 for good; a denial for the password does not."""
    answer = encode_frame(answer_frame(ADDRESS, 0x11, Values2007("00010000", bytes.fromhex("56341200"))))
    script = Script(DeniedError(0x10), frames(answer), frames(answer))
    reader = MeterReader(script)
    for _ in range(2):
        assert (await reader.read(meter(1), ENERGY)).text() == "001234.56"
    assert [type(order) for order in script.orders] == [DirectRead, Forward, Forward]
    with pytest.raises(DeniedError):
        await MeterReader(Script(DeniedError(0x10, 0x03))).read(meter(1), ENERGY)


async def test_the_answer_of_another_meter_is_not_taken() -> None:
    """M54: a value of the wrong meter is worse than none."""
    wrong = encode_frame(answer_frame("111111111111", 0x11, Values2007("00010000", bytes(4))))
    script = Script(DeniedError(0x10), frames(wrong))
    assert (await MeterReader(script).read(meter(1), ENERGY)).got is Got.BROKEN


def _speaking(protocol: int, speed: int = 0) -> MeterRecord:
    return replace(meter(1), protocol=protocol, line=PortSpeed(2, speed))


def test_port_and_speed_come_from_the_archive() -> None:
    """Speed code 0 is the usual speed of the edition; another family has no edition."""
    assert line_of(_speaking(30)) == BusLine(2, 2400)
    assert line_of(_speaking(1)) == BusLine(2, 1200)
    assert line_of(_speaking(30, 6)) == BusLine(2, 9600)
    with pytest.raises(UsageError, match="protocol 31"):
        edition_of(_speaking(31))


@pytest.mark.parametrize("edition", Edition)
def test_every_usual_item_is_known(edition: Edition) -> None:
    """Names, codes and words find the same value."""
    for item in ITEMS:
        if item.code(edition):
            assert quantity_named(item.name, edition).code == item.code(edition)
            assert quantity_named(item.code(edition).lower(), edition).code == item.code(edition)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "is no value"),
        ("energy", ""),
        ("forward active", "means several"),
        ("zzzz", "is no value"),
    ],
)
def test_words_find_one_value_or_say_what_is_wrong(text: str, words: str) -> None:
    """Chinese, English and pinyin initials; several hits are not guessed."""
    if not words:
        assert quantity_named(text, Edition.V2007).code == "00010000"
        return
    with pytest.raises(UsageError, match=words):
        quantity_named(text, Edition.V2007)


def _codes(found: Sequence[object]) -> list[str]:
    return [getattr(one, "code", "") for one in found]


def test_values_are_found_by_words() -> None:
    """The search is bounded and in the order of the standard."""
    assert "02800002" in _codes(quantities_like("grid frequency", Edition.V2007, 5))
    assert "02800002" in _codes(quantities_like("电网频率", Edition.V2007, 5))
    assert len(quantities_like("energy", Edition.V2007, 7)) == 7
