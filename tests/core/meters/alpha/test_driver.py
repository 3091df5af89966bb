"""Plays of two drivers: the captured meter, sessions, refusals, troubles of the line.

Every test runs with the native driver and with that of the library file ``alpha-table``.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.errors import EncodeError, UsageError
from core.meters.alpha import packets as p
from core.meters.alpha.driver import Setup
from core.meters.alpha.visit import FRESH, REFUSAL_HOLDS
from core.meters.driver import Access, Driver, Outcome
from core.meters.library.classes.driver import ClassLibraryDriver
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.loader import read_library
from core.quantities import DayEnd, MonthEnd, Peak, Quantity, Wanted
from tests.core.meters.alpha.scripted import (
    ADDRESS,
    Pieces,
    Play,
    Scripted,
    captured,
    identity,
    native,
    registers,
    status,
    whole,
)
from tests.core.meters.library.stage import text_of

Q = Quantity
TEXT = text_of("alpha-table")
SWAPPED = TEXT.replace('by = "alpha33"', 'by = "alpha33-swapped"')


def of_the_file(setup: Setup) -> Driver:
    """The driver of the file; what a `Setup` says is written in it."""
    entry = read_library(SWAPPED if setup.swap_password else TEXT)
    assert isinstance(entry, ClassLibrary)
    return ClassLibraryDriver(entry)


@pytest.fixture(params=[native, of_the_file], ids=["native", "library"], autouse=True)
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One family twice (meter protocols §9)."""
    monkeypatch.setattr(Play, "make", staticmethod(request.param))


END = p.encode_request(p.Short(p.END))
PLUS_A = tuple(map(Decimal, ("13477.72128", "0", "4442.48556", "4592.75016", "4442.48556")))
"""Total, sharp, peak, flat, valley: rates 3, 0, 1, 2 of the meter."""


def test_the_captured_meter():
    """Energies, quadrants and totals of the worked example, through nine packets (§4.4)."""
    play = Play(Scripted())
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.value, answer.reason) == (Outcome.READ, PLUS_A, "derived")
    minus_r = play.ask(Q.REACTIVE_2).value
    assert isinstance(minus_r, tuple)
    assert minus_r[0] == Decimal("110.98756")
    assert play.ask(Q.REACTIVE_1).value == tuple(
        map(Decimal, ("3149.5616", "0", "1150.4972", "848.5672", "1150.4972"))
    )
    assert play.ask(Q.QUADRANT_4).value == (Decimal("70.79624"), None, None, None, None)
    assert play.ask(Q.QUADRANT_1).value == (Decimal("3052.489"), None, None, None, None)


def test_one_reading_serves_a_visit():
    """Registers are one picture for half a minute; constants and map are read once a day."""
    meter = Scripted()
    play = Play(meter)
    for quantity in (Q.FORWARD_ACTIVE, Q.REVERSE_ACTIVE, Q.FORWARD_ACTIVE_DEMAND, Q.QUADRANT_2):
        assert play.ask(quantity).outcome is Outcome.READ
    assert meter.read(11) == meter.read(0) == meter.read(2) == 1
    play.now += FRESH
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.READ
    assert (meter.read(11), meter.read(0)) == (2, 1)


def test_every_session_ends():
    """What needs the line gives it back: the last thing said is the end, read or not."""
    play = Play(Scripted())
    play.ask(Q.FORWARD_ACTIVE)
    assert play.sent[-1] == END
    play = Play(Scripted({}))
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.UNSUPPORTED
    assert play.sent[-1] == END


def test_demand_total_is_the_greatest_rate():
    """Its value and its time; no time where there is none (§4.3)."""
    record = bytes.fromhex("00000000000000" + "012345" + "2611031815" + "000000" + "000000")
    data = registers()
    classes = captured() | {11: record + data[21:42] + record[:7] + b"\0\x50\0" + record[10:] + data[63:]}
    answer = Play(Scripted(classes)).ask(Q.FORWARD_ACTIVE_DEMAND)
    at = datetime(2026, 11, 3, 18, 15)
    nothing = Peak(Decimal(0), None)
    best = Peak(Decimal("12.345"), at)
    assert answer.value == (best, nothing, best, nothing, Peak(Decimal(5), at))


@pytest.mark.parametrize(
    "quantity", [Q.VOLTAGE, Q.CURRENT, Q.ACTIVE_POWER, Q.POWER_FACTOR, Q.STATUS, Q.RELAY, Q.DEMAND_CLEARS]
)
def test_what_the_family_lacks_costs_no_byte(quantity: Quantity):
    """No volts, no amps in these classes: not supported by the meter (§4.3)."""
    play = Play(Scripted())
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert play.ask(quantity, DayEnd(date(2026, 11, 1))).outcome is Outcome.UNSUPPORTED
    assert not play.sent


@pytest.mark.parametrize("quantity", Q, ids=lambda q: q.value)
def test_a_meter_that_knows_nothing_supports_nothing(quantity: Quantity):
    """Every class refused with 15: nothing is a failure, nothing is read twice (§4.1)."""
    meter = Scripted({})
    play = Play(meter)
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    reads = meter.count(p.ClassRead)
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert meter.count(p.ClassRead) == reads


def test_a_clock_that_lost_its_calendar():
    """The captured clock is invalid, not a date; a sound one is read in one short packet."""
    answer = Play(Scripted()).ask(Q.CLOCK)
    assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "meter clock invalid")
    sound = Scripted({9: status("261120083011")})
    assert Play(sound).ask(Q.CLOCK).value == datetime(2026, 11, 20, 8, 30, 11)


def test_the_map_is_that_of_the_meter():
    """Blocks the other way round are believed; a block nobody measures is not supported."""
    classes = captured() | {2: identity((0x40, 0x80, 0x09, 0))}
    play = Play(Scripted(classes))
    assert play.ask(Q.REVERSE_ACTIVE).value == PLUS_A
    assert play.ask(Q.REACTIVE_1).outcome is Outcome.UNSUPPORTED


@pytest.mark.parametrize("given", [None, identity(())])
def test_a_map_that_is_not_told_is_assumed_and_said(given: bytes | None):
    """Class 2 refused or without a code: the usual order, flagged."""
    classes = captured()
    del classes[2]
    answer = Play(Scripted(classes | ({2: given} if given else {}))).ask(Q.FORWARD_ACTIVE)
    assert (answer.value, answer.reason) == (PLUS_A, "derived, map assumed")


def test_two_blocks_and_the_short_map():
    """212 bytes, and a class 2 of 64: codes at 52 and 53 (§4.3)."""
    short = bytearray(64)
    short[52:54] = bytes((0x80, 0x40))
    classes = captured() | {2: bytes(short), 11: registers()[:168] + registers()[-30:-2] + bytes(16)}
    play = Play(Scripted(classes))
    assert play.ask(Q.FORWARD_ACTIVE).value == PLUS_A
    assert play.ask(Q.REACTIVE_1).outcome is Outcome.UNSUPPORTED
    assert play.ask(Q.QUADRANT_1).value == (Decimal("3052.489"), None, None, None, None)


def test_an_unknown_layout_is_said_so():
    """Another size, or a first-generation meter: not guessed at."""
    answer = Play(Scripted(captured() | {11: bytes(300)})).ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.reason) == (Outcome.UNSUPPORTED, "unknown layout: 300 bytes of registers")
    assert Play(Scripted(captured() | {0: bytes(15)})).ask(Q.FORWARD_ACTIVE).outcome is Outcome.UNSUPPORTED


def test_month_end_is_class_12_of_the_right_reset():
    """M66: a reset on 1 November is the end of October; of no other month."""
    play = Play(Scripted())
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1))).value == PLUS_A
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 11, 1))).outcome is Outcome.BROKEN
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 9, 1))).outcome is Outcome.UNSUPPORTED


def test_a_wrong_password_goes_out_once():
    """Code 6 is final, and so is another question with the same password; repeats lock the meter (§4.1)."""
    meter = Scripted(password=0x12345678)
    play = Play(meter)
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "refused with 6, wrong password")
    sent = len(play.sent)
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.REFUSED
    assert len(play.sent) == sent
    right = bytes.fromhex("000012345678")
    assert play.ask(Q.FORWARD_ACTIVE, password=right).outcome is Outcome.READ
    play.now += max(REFUSAL_HOLDS, FRESH)
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.REFUSED
    swap = Play(meter, setup=Setup(swap_password=True))
    assert swap.ask(Q.FORWARD_ACTIVE, password=bytes.fromhex("000034127856")).outcome is Outcome.READ


def test_a_busy_meter_is_asked_again():
    """Code 13: after a second, twice; then that is the answer."""
    meter = Scripted()
    play = Play(meter)
    meter.slave.busy = 2
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.READ
    play.now += FRESH
    meter.slave.busy = 99
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "the meter is busy")


def test_a_question_in_the_middle_is_answered():
    """Meters ask unasked whether the host is there: it is, and goes on (§4.2)."""
    meter = Scripted()
    meter.slave.questions = 4
    assert Play(meter).ask(Q.FORWARD_ACTIVE).value == PLUS_A
    assert meter.heard.count(p.Short(p.ALIVE)) == 4


def test_a_lost_packet_begins_the_class_again():
    """Packets have no number: nothing is read twice and nothing left out."""
    count = iter(range(1000))

    def losing(raw: bytes) -> Pieces:
        return [] if next(count) == 7 else whole(raw)

    meter = Scripted()
    assert Play(meter, mangle=losing).ask(Q.FORWARD_ACTIVE).value == PLUS_A
    assert meter.read(11) == 2


def damaged(raw: bytes) -> Pieces:
    return [(0.05, raw[:-1] + bytes((raw[-1] ^ 0x20,)))]


def half(raw: bytes) -> Pieces:
    return [(0.05, raw[: len(raw) // 2])]


@pytest.mark.parametrize("mangle", [damaged, half])
def test_damage_is_told_apart_from_silence(mangle: Any):
    """CRC errors and half telegrams: tried again in bounded time, then a damaged answer with the reason."""
    play = Play(Scripted(), mangle=mangle)
    answer = play.ask(Q.CLOCK)
    assert answer.outcome is Outcome.BROKEN
    assert answer.reason
    assert play.now < 40.0


def test_silence_is_told_after_thirty_calls():
    """Who-are-you every 0.3 s, thirty times (§4.2)."""
    play = Play()
    answer = play.ask(Q.CLOCK)
    assert (answer.outcome, answer.tries) == (Outcome.SILENT, 30)
    assert play.now < 13.0


@pytest.mark.parametrize("late", [0.25, 1.5])
def test_late_answers_are_waited_for(late: float):
    """Within two seconds an answer counts, however late."""
    calls = iter(range(1000))

    def slow(raw: bytes) -> Pieces:
        return [(0.05 if next(calls) == 0 else late, raw)]

    assert Play(Scripted({9: status("261120083011")}), mangle=slow).ask(Q.CLOCK).outcome is Outcome.READ


def test_an_echo_is_nothing():
    """Two-wire adapters give the own packet back, in pieces."""
    assert Play(Scripted(), echo=True).ask(Q.FORWARD_ACTIVE).value == PLUS_A
    assert Play(echo=True).ask(Q.CLOCK).outcome is Outcome.SILENT


def test_another_meter_is_selected_by_its_number():
    """Two meters on a bus: each answers only while it is the one."""
    one, other = Scripted({9: status("261120083011")}), Scripted({9: status("261120083012")}, 7)
    play = Play(one, other)
    assert play.ask(Q.CLOCK).value == datetime(2026, 11, 20, 8, 30, 11)
    assert play.ask(Q.CLOCK, address="000000000007").value == datetime(2026, 11, 20, 8, 30, 12)


def test_one_question_at_a_time():
    """A second question is refused, and possible after a cancel; odd addresses are refused."""
    driver = Play.make(Setup())
    meter = Access(ADDRESS, 8)
    driver.ask(meter, Wanted(Q.CLOCK), 0.0)
    with pytest.raises(UsageError):
        driver.ask(meter, Wanted(Q.CLOCK), 0.1)
    driver.cancel()
    with pytest.raises(EncodeError):
        driver.ask(Access("000000000999", 8), Wanted(Q.CLOCK), 0.2)
    assert driver.ask(meter, Wanted(Q.CLOCK), 0.3)
    assert driver.broadcast_time(datetime(2026, 1, 1), 0.0) == driver.broadcast_freeze(0.0) == []
