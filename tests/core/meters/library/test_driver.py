"""Plays of a library with its own meters: sessions, refusals, and what only some families do."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from core.errors import EncodeError, UsageError
from core.meters.driver import Access, Answer, Finished, Outcome, Send
from core.meters.library.contents import Contents
from core.meters.library.driver import LibraryDriver
from core.meters.library.frames import Known
from core.meters.library.loader import read_library
from core.meters.library.model import Library
from core.meters.library.slave import LibraryMeter, RequestReader
from core.quantities import NOW, MonthEnd, Peak, Quantity, Value, Wanted, When
from tests.core.meters.library.stage import shipped_library, text_of

Q = Quantity
EDMI, WASION = shipped_library("edmi-table"), shipped_library("wasion-4.1")
MOMENT = datetime(2026, 11, 20, 14, 36)
FIVE = tuple(map(Decimal, ("10.000", "1.000", "2.000", "3.000", "4.000")))
Values = dict[tuple[Quantity, int], Value]
Mangle = Callable[[bytes], bytes]


class Stage:
    """One meter and one driver of the same library; time goes by without a clock."""

    def __init__(self, library: Library, values: Values, address: str = "000000000018") -> None:
        self.library, self.values, self.address = library, values, address
        contents = Contents(library, lambda quantity, back: self.values.get((quantity, back)))
        self.meter = LibraryMeter(library, address, contents.content)
        self.driver = LibraryDriver(library, lambda: MOMENT)
        self.mangle: Mangle = lambda raw: raw
        self.now = 0.0
        self.sent: list[bytes] = []
        self._reader = RequestReader(library)

    def ask(self, quantity: Quantity, when: When = NOW, *, tariffs: int = 4) -> Answer:
        access = Access(self.address, 12, tariffs=tariffs, speed=self.library.speed)
        commands = self.driver.ask(access, Wanted(quantity, when), self.now)
        for _ in range(500):
            if commands and isinstance(commands[-1], Finished):
                return commands[-1].answer
            heard = b"".join(self._carried(one) for one in commands if isinstance(one, Send))
            if heard:
                commands = self.driver.feed(heard, self.now)
                continue
            self.now = max(self.now, self.driver.deadline or self.now)
            commands = self.driver.tick(self.now)
        raise AssertionError("the question has no end")

    def _carried(self, send: Send) -> bytes:
        self.now += send.delay + 0.01
        self.sent.append(send.raw)
        said = [self.meter.answer(found, self.now) for found in self._reader.feed(send.raw, self.now)]
        return b"".join(self.mangle(one.raw) for one in said if one)


def test_one_login_serves_many_questions_until_it_lapses():
    """Meter protocols §3.2: log in, read; after the idle time the meter says 9, and is logged in to again."""
    stage = Stage(EDMI, {(Q.FORWARD_ACTIVE, 0): FIVE, (Q.CLOCK, 0): MOMENT})
    assert stage.ask(Q.FORWARD_ACTIVE).value == FIVE
    assert stage.ask(Q.CLOCK).value == MOMENT
    assert len(stage.sent) == 1 + 5 + 1
    stage.meter = LibraryMeter(EDMI, stage.address, lambda _: None)  # it was switched off and on
    assert stage.ask(Q.CLOCK).outcome is Outcome.UNSUPPORTED
    assert len(stage.sent) == 7 + 3
    stage.now += 31.0
    assert stage.ask(Q.FORWARD_ACTIVE).outcome is Outcome.UNSUPPORTED
    assert b"IMDEIMDE" in stage.sent[10]


def test_a_meter_that_never_lets_us_in_is_asked_once_more():
    """An error 9 behind a fresh login ends the question: loops have a bound."""
    stage = Stage(EDMI, {})

    def lapsed(raw: bytes) -> bytes:
        stage.meter = LibraryMeter(EDMI, stage.address, lambda _: None)
        return raw

    stage.mangle = lapsed
    answer = stage.ask(Q.CLOCK)
    assert (answer.outcome, len(stage.sent)) == (Outcome.REFUSED, 4)
    assert answer.reason == "ERR 09 for F03D"


def refusing(code: int) -> Stage:
    """A meter that answers every read with an error."""
    stage = Stage(EDMI, {(Q.CLOCK, 0): MOMENT})
    known = Known(EDMI.address.wire(stage.address), code=bytes([code]))
    stage.mangle = lambda raw: EDMI.frames["error"].built(known) if len(stage.sent) > 1 else raw
    return stage


@pytest.mark.parametrize(
    ("code", "outcome", "sends"),
    [(3, Outcome.UNSUPPORTED, 2), (4, Outcome.REFUSED, 2), (5, Outcome.BROKEN, 2), (7, Outcome.REFUSED, 5)],
    ids=["no register", "denied", "wrong length", "always busy"],
)
def test_error_codes_have_classes(code: int, outcome: Outcome, sends: int):
    """Meter protocols §3.3: unsupported is final, busy is asked again later, and not for ever."""
    stage = refusing(code)
    assert stage.ask(Q.CLOCK).outcome is outcome
    assert len(stage.sent) == sends


def test_wasion_signs_stand_elsewhere():
    """Meter protocols §6: values without a sign, and a byte that says which are negative."""
    powers = tuple(map(Decimal, ("-1.5000", "0.5000", "-2.0000", "0.0000")))
    stage = Stage(WASION, {(Q.ACTIVE_POWER, 0): powers})
    answer = stage.ask(Q.ACTIVE_POWER)
    assert (answer.value, answer.reason) == (powers, "")


def test_a_sum_is_marked_derived():
    """Meter protocols §8: reactive totals come from the quadrants, and the answer says so."""
    stage = Stage(WASION, {(Q.QUADRANT_1, 0): FIVE, (Q.QUADRANT_4, 0): FIVE})
    answer = stage.ask(Q.REACTIVE_1)
    assert answer.value == tuple(2 * one for one in FIVE)
    assert (answer.outcome, answer.reason) == (Outcome.READ, "derived")
    assert stage.ask(Q.REACTIVE_2).outcome is not Outcome.READ


def test_months_are_counted_by_the_clock_of_the_meter():
    """M74: last month's registers, for the month before the meter's own; others are not kept."""
    stage = Stage(WASION, {(Q.FORWARD_ACTIVE, 1): FIVE, (Q.CLOCK, 0): MOMENT})
    assert stage.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1))).value == FIVE
    assert stage.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 9, 1))).outcome is Outcome.UNSUPPORTED
    assert stage.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 11, 1))).outcome is Outcome.BROKEN
    assert stage.ask(Q.VOLTAGE, MonthEnd(date(2026, 10, 1))).outcome is Outcome.UNSUPPORTED


def test_a_family_without_error_frames_stays_silent():
    """Meter protocols §6: WASION knows none; silence is no "not supported"."""
    stage = Stage(WASION, {})
    answer = stage.ask(Q.VOLTAGE)
    assert (answer.outcome, answer.tries) == (Outcome.SILENT, 3)


def test_an_address_the_family_cannot_carry_is_told_at_once():
    """Above 255 is refused, and the driver is free for the next question."""
    stage = Stage(WASION, {(Q.BATTERY, 0): 7})
    driver = stage.driver
    with pytest.raises(EncodeError, match="256 is over 255"):
        driver.ask(Access("000000000256", 12), Wanted(Q.BATTERY), 0.0)
    assert stage.ask(Q.BATTERY).value == 7


def test_one_question_at_a_time_and_cancelling():
    """A second one is an error of the caller; after cancelling, late answers are nobody's."""
    driver = LibraryDriver(WASION, lambda: None)
    access = Access("000000000018", 12)
    driver.ask(access, Wanted(Q.BATTERY), 0.0)
    with pytest.raises(UsageError):
        driver.ask(access, Wanted(Q.BATTERY), 0.0)
    driver.cancel()
    assert driver.deadline is None
    assert driver.feed(b"\x12\x06", 0.1) == []


def test_what_the_library_lacks_is_not_supported():
    """An answer, without a byte on the line."""
    stage = Stage(WASION, {})
    assert stage.ask(Q.RELAY).outcome is Outcome.UNSUPPORTED
    assert stage.sent == []


LOGOUT = text_of("edmi-table").replace(
    "\n[session]\n",
    '\n[frames.bye]\nescape = { marker = "10", or = "40", bytes = ["02", "03", "10", "11", "13"] }\n'
    'fields = [{ is = "const", name = "start", bytes = "02" }, { is = "address" }, '
    '{ is = "const", bytes = "58", name = "letter" }, { is = "check", sum = "crc16", order = "big", '
    'from = "start", to = "letter" }, { is = "const", name = "end", bytes = "03" }]\n\n'
    '[session]\nlogout = "bye"\n',
)


def test_a_logout_goes_out_however_the_question_ends():
    """Meter protocols §9: always run, also behind a refusal."""
    library = read_library(LOGOUT)
    assert isinstance(library, Library)
    stage = Stage(library, {(Q.FORWARD_ACTIVE_DEMAND, 0): (Peak(Decimal("1.5"), MOMENT),) * 5})
    assert stage.ask(Q.FORWARD_ACTIVE_DEMAND).outcome is Outcome.READ
    assert stage.sent[-1][5:6] == b"\x58"
    stage.ask(Q.CLOCK)
    assert [raw[5:6] == b"\x58" for raw in stage.sent[-3:]] == [False, False, True]


def test_a_counter_counts_and_stays_for_repeats():
    """A sequence number in a range: the next question has the next one, a repeat the same."""
    text = text_of("edmi-table").replace(
        '{ is = "const", name = "sequence", bytes = "FFFF" }',
        '{ is = "counter", name = "sequence", bytes = 2, order = "big", first = 1, last = 3 }',
    )
    text = (
        text[: text.index("[[tests]]")] + "[[tests]]\n" + text.split("[[tests]]")[2].replace("0169", "0169")
    )
    library = read_library(text)
    assert isinstance(library, Library)
    stage = Stage(library, {(Q.CLOCK, 0): MOMENT, (Q.FORWARD_ACTIVE, 0): FIVE})
    assert stage.ask(Q.FORWARD_ACTIVE).value == FIVE
    frame = library.read.send
    numbers = [frame.escape.take(raw[1:-1])[9:11] for raw in stage.sent if frame.escape]
    assert [int.from_bytes(one, "big") for one in numbers] == [1, 2, 3, 1, 2, 3]
