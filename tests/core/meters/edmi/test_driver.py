"""Plays of the driver: every quantity, the map of the meter, sessions, troubles of the line."""

import time
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.errors import EncodeError, UsageError
from core.meters.driver import Access, Finished, Outcome
from core.meters.edmi import commands as c
from core.meters.edmi import registers as g
from core.meters.edmi.driver import EdmiDriver, Setup
from core.meters.edmi.frame import Frame, decode_frame, encode_frame
from core.meters.edmi.visit import HOLDS, REFUSAL_HOLDS
from core.quantities import Count, DayEnd, HourEnd, MonthEnd, Peak, Quantity, Settled, Wanted
from tests.core.meters.edmi.scripted import (
    ADDRESS,
    CODES,
    Late,
    Pieces,
    Play,
    Scripted,
    Table,
    five,
    mapped,
    whole,
)

Q = Quantity
AT = datetime(2026, 11, 3, 18, 15)
BILLED = datetime(2026, 11, 1)
WH = ("1234560", "100000", "200500", "300060", "634000")
KWH = tuple(map(Decimal, ("1234.56", "100", "200.5", "300.06", "634")))
WATTS = five(0x1100, "1234.5", "500", "1234.5", "0", "0", type_="F")
TIMES: Table = {
    0x8109: ("T", AT),
    0x8100: ("T", AT),
    0x8101: ("T", AT),
    0x8102: ("T", None),
    0x8103: ("T", AT),
}
PEAKS = (
    Peak(Decimal("1.2345"), AT), Peak(Decimal("0.5"), AT), Peak(Decimal("1.2345"), AT),
    Peak(Decimal(0), None), Peak(Decimal(0), None),
)  # fmt: skip


def floats(*registers: int, value: str = "230.1") -> Table:
    return {register: ("F", Decimal(value)) for register in registers}


V = Decimal("230.1")
PRESENT: list[tuple[Quantity, Table, Any]] = [
    (Q.FORWARD_ACTIVE, five(0x0160, *WH), KWH),
    (Q.REVERSE_ACTIVE, five(0x0060, *WH, type_="O"), KWH),
    (Q.REACTIVE_1, five(0x0360, *WH), KWH),
    (Q.REACTIVE_2, five(0x0260, *WH), KWH),
    (Q.QUADRANT_1, five(0x0660, *WH), KWH),
    (Q.QUADRANT_2, five(0x0760, *WH), KWH),
    (Q.QUADRANT_3, five(0x0860, *WH), KWH),
    (Q.QUADRANT_4, five(0x0960, *WH), KWH),
    (Q.FORWARD_ACTIVE_DEMAND, WATTS | TIMES, PEAKS),
    (Q.REVERSE_ACTIVE_DEMAND, five(0x1000, "1", type_="F"),
     (Peak(Decimal("0.001"), None), *[Peak(None, None)] * 4)),
    (Q.REACTIVE_1_DEMAND, five(0x1300, "1", type_="F"),
     (Peak(Decimal("0.001"), None), *[Peak(None, None)] * 4)),
    (Q.REACTIVE_2_DEMAND, five(0x1200, "1", type_="F"),
     (Peak(Decimal("0.001"), None), *[Peak(None, None)] * 4)),
    (Q.VOLTAGE, floats(*g.VOLTS), (V, V, V)),
    (Q.VOLTAGE, floats(0xE000), (V, None, None)),
    (Q.CURRENT, floats(*g.AMPS, value="-1.234"), (*[Decimal("-1.234")] * 3, None)),
    (Q.ACTIVE_POWER, floats(*g.WATTS, value="1234.5"), (Decimal("1.2345"),) * 4),
    (Q.REACTIVE_POWER, floats(*g.VARS, value="-0.5"), (Decimal("-0.0005"),) * 4),
    (Q.APPARENT_POWER, floats(*g.VOLT_AMPERES, value="1000"), (Decimal(1),) * 4),
    (Q.POWER_FACTOR, {0xE026: ("P", Decimal("0.95"))}, (Decimal("0.95"), None, None, None)),
    (Q.CLOCK, {g.CLOCK: ("T", AT)}, AT),
    (Q.DEMAND_CLEARS, {g.BILLINGS: ("L", Decimal(7)), 0xFC00: ("T", BILLED)}, Count(7, BILLED)),
    (Q.SETTLEMENT, five(0x0140, *WH) | five(0x0160, *["1234570"] * 5),
     Settled(KWH, tuple(Decimal("1234.57") - one for one in KWH))),
]  # fmt: skip


@pytest.mark.parametrize(("quantity", "table", "value"), PRESENT, ids=lambda one: getattr(one, "value", ""))
@pytest.mark.parametrize("reads_many", [True, False], ids=["multi", "single"])
@pytest.mark.parametrize("informs", [True, False], ids=["types told", "types by length"])
def test_present_values(quantity: Quantity, table: Table, value: Any, *, reads_many: bool, informs: bool):
    """M27, M55 to M58: what the registers hold is what comes out, in every kind of firmware."""
    answer = Play(Scripted(mapped() | table, reads_many=reads_many, informs=informs)).ask(quantity)
    assert answer.outcome is Outcome.READ, answer.reason
    assert answer.value == value


@pytest.mark.parametrize(
    "quantity", [one for one in Q if one not in {q for q, *_ in PRESENT}], ids=lambda q: q.value
)
def test_what_the_family_lacks_costs_no_byte(quantity: Quantity):
    """Not supported is an answer, and known without asking."""
    play = Play(Scripted(mapped()))
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert not play.sent


@pytest.mark.parametrize("quantity", Q, ids=lambda q: q.value)
def test_a_meter_that_knows_nothing_supports_nothing(quantity: Quantity):
    """Every register refused: nothing is a failure, nothing is asked twice that day (§3.3)."""
    play = Play(Scripted({}))
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    reads = play.meters[0].count(c.Read, c.ReadMany)
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert play.meters[0].count(c.Read, c.ReadMany) == reads
    play.now += HOLDS + 1
    play.ask(quantity)
    assert play.meters[0].count(c.Read, c.ReadMany) >= reads


def test_the_map_of_the_meter_is_asked_once():
    """Import on channel 0: found by the map, which is read once per day, not per question."""
    codes = (0xE397, 0xE393, *CODES[2:])
    meter = Scripted(mapped(codes) | five(0x0060, *WH))
    play = Play(meter)
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.value, answer.reason) == (KWH, "")
    play.ask(Q.FORWARD_ACTIVE)
    maps = [one for one in meter.heard if isinstance(one, c.ReadMany) and 0xF780 in one.registers]
    assert len(maps) == 1


def test_a_refused_map_is_assumed_and_said():
    """Without F780 the configured channels are read, and the reading says so (§3.5)."""
    answer = Play(Scripted(five(0x0160, *WH))).ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.value, answer.reason) == (Outcome.READ, KWH, "map assumed")


def test_only_the_unknown_channel_is_assumed():
    """The code of reactive quadrant 4 is in no source: that reading is flagged, the others are not."""
    play = Play(Scripted(mapped() | five(0x0960, *WH) | five(0x0660, *WH)))
    assert play.ask(Q.QUADRANT_4).reason == "map assumed"
    assert play.ask(Q.QUADRANT_1).reason == ""


def test_a_channel_that_nobody_measures_is_no_failure():
    """A meter without reverse energy says so by its map."""
    answer = Play(Scripted(mapped((0, *CODES[1:])))).ask(Q.REVERSE_ACTIVE)
    assert answer.outcome is Outcome.UNSUPPORTED
    assert "reverse-active" in answer.reason


def test_mk10_is_found_by_its_map():
    """F780 refused and D880 answered: the register numbers of Mk10 (§3.6)."""
    table: Table = {0xD880 + n: ("I", Decimal(code - 0x10000 if code else 0)) for n, code in enumerate(CODES)}
    table |= {0x1E10 + n: ("U", Decimal(wh)) for n, wh in enumerate(WH)}
    answer = Play(Scripted(table)).ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.value, answer.reason) == (Outcome.READ, KWH, "")


def test_month_end_is_the_last_billing_if_it_was_at_its_end():
    """M66: the billing of 1 November 00:00 is the end of October; of no other month."""
    play = Play(Scripted(mapped() | five(0x0140, *WH) | {0xFC00: ("T", BILLED)}))
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1))).value == KWH
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 11, 1))).outcome is Outcome.BROKEN
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 9, 1))).outcome is Outcome.UNSUPPORTED
    assert play.ask(Q.VOLTAGE, MonthEnd(date(2026, 10, 1))).outcome is Outcome.UNSUPPORTED


@pytest.mark.parametrize("at", [datetime(2026, 11, 1, 9), datetime(2026, 11, 26), None])
def test_a_billing_at_another_time_is_no_month_end(at: datetime | None):
    """Registers of a reset by hand, of the 26th, of no date are not taken for those of a month."""
    play = Play(Scripted(mapped() | five(0x0140, *WH) | {0xFC00: ("T", at)}))
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1))).outcome is Outcome.UNSUPPORTED


def test_demands_of_the_month_before():
    """Value and time of the previous period, in one reading with the date of the billing."""
    table = five(0x1120, "1234.5", type_="F") | {0x8129: ("T", AT), 0xFC00: ("T", BILLED)}
    answer = Play(Scripted(mapped() | table)).ask(Q.FORWARD_ACTIVE_DEMAND, MonthEnd(date(2026, 10, 1)))
    assert answer.value == (Peak(Decimal("1.2345"), AT), *[Peak(None, None)] * 4)


@pytest.mark.parametrize("when", [DayEnd(date(2026, 11, 1)), HourEnd(datetime(2026, 11, 1, 4))])
def test_there_are_no_freezes(when: Any):
    """The family freezes neither days nor hours in registers."""
    assert Play(Scripted(mapped())).ask(Q.FORWARD_ACTIVE, when).outcome is Outcome.UNSUPPORTED


def test_one_login_serves_many_questions():
    """A session is opened once, and again after a pause in which it may have lapsed."""
    meter = Scripted({g.CLOCK: ("T", AT)})
    play = Play(meter)
    for _ in range(5):
        assert play.ask(Q.CLOCK).value == AT
    assert meter.count(c.Login) == 1
    play.now += 90
    assert play.ask(Q.CLOCK).value == AT
    assert meter.count(c.Login) == 2


def test_a_lapsed_session_is_opened_again_once():
    """CAN 9 in the middle: one login, the same question again; a meter that forgets at once refuses."""
    meter = Scripted({g.CLOCK: ("T", AT)})
    play = Play(meter)
    play.ask(Q.CLOCK)
    meter.slave.lapse()
    assert play.ask(Q.CLOCK).value == AT
    assert meter.count(c.Login) == 2
    forgetful = Scripted({g.CLOCK: ("T", AT)}, idle=0.0)
    answer = Play(forgetful).ask(Q.CLOCK)
    assert answer.outcome is Outcome.REFUSED
    assert forgetful.count(c.Login) == 2


def test_another_meter_ends_the_session_of_the_one_before():
    """One logout, and a dead meter holds the next one up for one patience only."""
    one, other = Scripted({g.CLOCK: ("T", AT)}), Scripted({g.CLOCK: ("T", AT)}, "000000000007")
    play = Play(one, other)
    play.ask(Q.CLOCK)
    assert play.ask(Q.CLOCK, address="000000000007").value == AT
    assert one.count(c.Logout) == 1
    dead = Play(other)
    dead.ask(Q.CLOCK, address="000000000007")
    dead.meters = (one,)
    before = dead.now
    assert dead.ask(Q.CLOCK).value == AT
    assert dead.now - before < 2.6


def test_a_refused_login_is_told_and_not_tried_again():
    """A wrong password goes out once; another password of the archive is another matter."""
    meter = Scripted({g.CLOCK: ("T", AT)}, accounts={"EDMI": "SECRET"})
    play = Play(meter)
    answer = play.ask(Q.CLOCK)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "login as EDMI refused (CAN)")
    sent = len(play.sent)
    assert play.ask(Q.CLOCK).outcome is Outcome.REFUSED
    assert len(play.sent) == sent
    assert play.ask(Q.CLOCK, password=b"SECRET").value == AT
    play.now += REFUSAL_HOLDS + 1
    assert play.ask(Q.CLOCK).outcome is Outcome.REFUSED
    assert len(play.sent) > sent


def test_the_password_of_the_archive():
    """Zeros are the account from the factory, READER an account of its own, other bytes no password."""
    play = Play(Scripted({g.CLOCK: ("T", AT)}))
    assert play.ask(Q.CLOCK, password=b"READER").value == AT
    assert play.said[0] == c.Login("READER", "READER")
    with pytest.raises(EncodeError):
        play.ask(Q.CLOCK, password=b"\x01\0\0\0\0\0")
    with pytest.raises(EncodeError):
        play.ask(Q.CLOCK, address="999999999999")
    assert play.ask(Q.CLOCK).value == AT


def test_types_are_asked_once_per_type_of_meter():
    """Two meters of one model: the second is asked for no type."""
    table = mapped() | five(0x0160, *WH)
    one, other = Scripted(table), Scripted(table, "000000000007")
    play = Play(one, other)
    assert play.ask(Q.FORWARD_ACTIVE).value == KWH
    assert play.ask(Q.FORWARD_ACTIVE, address="000000000007").value == KWH
    assert one.count(c.Information) == 1
    assert other.count(c.Information) == 0


def test_a_calendar_that_was_lost_is_no_date():
    """A clock of 1996 is "invalid", never a date; demands of such times have none."""
    answer = Play(Scripted({g.CLOCK: ("T", None)})).ask(Q.CLOCK)
    assert (answer.outcome, answer.value, answer.reason) == (Outcome.BROKEN, None, "meter clock invalid")


def test_a_meter_that_is_not_ready_is_asked_again():
    """CAN 7: after a second, twice; then that is the answer."""
    meter = Scripted({g.CLOCK: ("T", AT)})
    play = Play(meter)
    meter.slave.busy = 2
    assert play.ask(Q.CLOCK).value == AT
    assert play.now > 2.0
    meter.slave.busy = 9
    answer = play.ask(Q.CLOCK)
    assert (answer.outcome, answer.reason) == (Outcome.BROKEN, "CAN 7, not ready")


@pytest.mark.parametrize(
    ("code", "outcome", "sends"),
    [
        (4, Outcome.REFUSED, 2),
        (3, Outcome.UNSUPPORTED, 2),
        (2, Outcome.UNSUPPORTED, 2),
        (5, Outcome.BROKEN, 2),
    ],
)
def test_refusals_of_a_register(code: int, outcome: Outcome, sends: int):
    """CAN 4 is a refusal, 3 and 2 mean that there is nothing, others are told; none is repeated (§3.3)."""

    class Refusing(Scripted):
        def hear(self, data: bytes, now: float) -> list[bytes]:
            frame = decode_frame(data)
            assert frame.header
            login = isinstance(c.command_in(frame.body), c.Login)
            answer = c.Accepted() if login else c.Refused(code)
            return [encode_frame(Frame(c.answer_body(answer), frame.header.reply))]

    play = Play(Refusing({}))
    assert play.ask(Q.CLOCK).outcome is outcome
    assert len(play.sent) == sends


def test_garbage_is_no_value():
    """Floats that are none: a damaged answer, never a zero."""
    table = mapped() | {0xE000: ("F", b"\xff" * 4), 0xE001: ("F", b"\xff" * 4), 0xE002: ("F", b"\xff" * 4)}
    assert Play(Scripted(table)).ask(Q.VOLTAGE).outcome is Outcome.BROKEN


def test_silence_is_told_after_three_sends():
    """Two repeats with the same sequence, then no answer; in bounded time (§3.7)."""
    play = Play()
    answer = play.ask(Q.CLOCK)
    assert (answer.outcome, answer.tries) == (Outcome.SILENT, 3)
    assert len(set(play.sent)) == 1
    assert play.now < 7.0


def damaged(raw: bytes) -> Pieces:
    return [(0.1, raw[:-3] + bytes((raw[-3] ^ 0x20,)) + raw[-2:])]


def half(raw: bytes) -> Pieces:
    return [(0.1, raw[: len(raw) // 2])]


def foreign(raw: bytes) -> Pieces:
    frame = decode_frame(raw)
    assert frame.header
    return [(0.1, encode_frame(Frame(frame.body, replace(frame.header, source=5))))]


@pytest.mark.parametrize("mangle", [damaged, half, foreign])
def test_damage_is_told_apart_from_silence(mangle: Any):
    """CRC errors, half telegrams, the answer of another: repeated, then a damaged answer with the reason."""
    answer = Play(Scripted({g.CLOCK: ("T", AT)}), mangle=mangle).ask(Q.CLOCK)
    assert (answer.outcome, answer.tries) == (Outcome.BROKEN, 3)
    assert answer.reason


def test_one_damaged_answer_costs_a_repeat():
    """The next one is as good as ever."""
    kinds = iter([half])

    def once(raw: bytes) -> Pieces:
        return next(kinds, whole)(raw)

    answer = Play(Scripted({g.CLOCK: ("T", AT)}), mangle=once).ask(Q.CLOCK)
    assert (answer.value, answer.tries) == (AT, 2)


def test_an_answer_that_comes_late_is_still_the_answer():
    """2.5 s: it meets the repeat, carries the same sequence and counts; its twin disturbs nothing."""
    meter = Scripted(mapped() | {g.CLOCK: ("T", AT)} | five(0x0160, *WH))
    play = Play(meter, mangle=Late(2.5))
    assert play.ask(Q.CLOCK).value == AT
    assert play.ask(Q.FORWARD_ACTIVE).value == KWH


def test_a_slow_meter_is_waited_for_after_its_first_answer():
    """3 s every time: the first exchange needs a repeat, those after it do not (§3.7: up to 3 s)."""
    meter = Scripted(mapped() | {g.CLOCK: ("T", AT)} | five(0x0160, *WH))
    play = Play(meter, mangle=Late(3.0, until=999))
    assert play.ask(Q.CLOCK).value == AT
    assert play.ask(Q.FORWARD_ACTIVE) == replace(play.ask(Q.FORWARD_ACTIVE), tries=1)
    assert meter.count(c.Login) == 2
    assert len(play.sent) == len(set(play.sent)) + 1


def test_an_answer_to_an_earlier_question_is_never_taken():
    """Later than all repeats: it has another sequence than what is asked by then."""
    meter = Scripted({g.CLOCK: ("T", AT), g.BILLINGS: ("L", Decimal(7))} | mapped())
    play = Play(meter)
    assert play.ask(Q.CLOCK).value == AT
    play.mangle = Late(6.5, until=3)
    assert play.ask(Q.CLOCK).outcome is Outcome.SILENT
    meter.values[g.CLOCK] = ("T", BILLED)
    assert play.ask(Q.CLOCK).value == BILLED


def test_an_echo_is_nothing():
    """Two-wire adapters give the own frame back."""
    assert Play(Scripted({g.CLOCK: ("T", AT)}), echo=True).ask(Q.CLOCK).value == AT
    silent = Play(echo=True).ask(Q.CLOCK)
    assert silent.outcome is Outcome.SILENT


def test_one_question_at_a_time():
    """A second question is refused, and possible after a cancel."""
    driver = EdmiDriver()
    meter = Access(ADDRESS, 10)
    driver.ask(meter, Wanted(Q.CLOCK), 0.0)
    with pytest.raises(UsageError):
        driver.ask(meter, Wanted(Q.CLOCK), 0.1)
    driver.cancel()
    assert driver.ask(meter, Wanted(Q.CLOCK), 0.2)
    assert driver.broadcast_time(AT, 0.0) == driver.broadcast_freeze(0.0) == []


def test_a_set_up_of_its_own():
    """Rates and channels of another type of meter are configuration."""
    layout = replace(g.TYPICAL, rates=(3, 2, 1, 0))
    play = Play(Scripted(mapped() | five(0x0160, *WH)), setup=Setup(layout=layout))
    assert play.ask(Q.FORWARD_ACTIVE).value == (KWH[0], *KWH[:0:-1])
    assert play.ask(Q.FORWARD_ACTIVE, tariffs=1).value == (KWH[0], KWH[4])


def test_the_question_costs_little_processor_time():
    """A reading of five registers takes well under two milliseconds of the driver."""
    meter = Scripted(mapped() | five(0x0160, *WH))
    play = Play(meter)
    play.ask(Q.FORWARD_ACTIVE)
    began = time.process_time()
    for _ in range(200):
        play.ask(Q.FORWARD_ACTIVE)
    assert (time.process_time() - began) / 200 < 2e-3


def test_finished_is_the_only_command_at_an_end():
    """What is known without the meter ends at once."""
    (end,) = EdmiDriver().ask(Access(ADDRESS, 10), Wanted(Q.RELAY), 0.0)
    assert isinstance(end, Finished)
