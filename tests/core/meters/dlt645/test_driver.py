"""Plays of the driver: every quantity of both editions, freezes of no wrong day, troubles of the line."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import UsageError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST
from core.meters.dlt645.control import Edition
from core.meters.dlt645.driver import Dlt645Driver
from core.meters.dlt645.events import Total
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from core.meters.dlt645.messages import meaning_of
from core.meters.dlt645.words import Grid1997, Status1997
from core.meters.driver import Access, Outcome, Send
from core.quantities import (
    SHAPES,
    Count,
    DayEnd,
    HourEnd,
    MonthEnd,
    Peak,
    PhaseLoss,
    Prepaid,
    Quantity,
    Relay,
    Settled,
    Shape,
    Wanted,
    When,
)
from core.wire.times import DayHour, MonthDayTime
from tests.core.meters.dlt645.scripted import (
    ADDRESS,
    FIVE_PAST,
    MIDNIGHT,
    MOMENT,
    V1997,
    V2007,
    Pieces,
    Play,
    Table,
    calendar,
    numbers,
    peak,
    whole,
)

Q = Quantity
AT = datetime(2026, 11, 3, 18, 15)
YEARLY = MonthDayTime(12, 24, 18, 15)
YEAR_BEFORE = datetime(2025, 12, 24, 18, 15)
FIVE = numbers("001234.56", "000100.00", "000200.50", "000300.06", "000634.00")
PEAKS = (peak("1.2345", AT), peak("0.5000", None))
LAST = datetime(2026, 3, 20, 14, 36, 7)
SECOND = bytes.fromhex("073614200326")
PRESENT_2007: list[tuple[Quantity, dict[str, Any], Any]] = [
    (Q.FORWARD_ACTIVE, {"0001FF00": FIVE}, FIVE),
    (Q.REVERSE_ACTIVE, {"0002FF00": FIVE}, FIVE),
    (Q.REACTIVE_1, {"0003FF00": numbers("-000001.00")}, numbers("-1.00")),
    (Q.REACTIVE_2, {"0004FF00": FIVE}, FIVE),
    (Q.QUADRANT_1, {"0005FF00": FIVE}, FIVE),
    (Q.QUADRANT_2, {"0006FF00": FIVE}, FIVE),
    (Q.QUADRANT_3, {"0007FF00": FIVE}, FIVE),
    (Q.QUADRANT_4, {"0008FF00": FIVE}, FIVE),
    (Q.FORWARD_ACTIVE_DEMAND, {"0101FF00": PEAKS},
     (Peak(Decimal("1.2345"), AT), Peak(Decimal("0.5000"), None))),
    (Q.REVERSE_ACTIVE_DEMAND, {"0102FF00": PEAKS[:1]}, (Peak(Decimal("1.2345"), AT),)),
    (Q.REACTIVE_1_DEMAND, {"0103FF00": (peak("-0.1000", AT, signed=True),)}, (Peak(Decimal("-0.1000"), AT),)),
    (Q.REACTIVE_2_DEMAND, {"0104FF00": (peak("0.1000", AT, signed=True),)}, (Peak(Decimal("0.1000"), AT),)),
    (Q.VOLTAGE, {"0201FF00": numbers("220.1", "221.2", "219.9")}, numbers("220.1", "221.2", "219.9")),
    (Q.VOLTAGE, {"0201FF00": numbers("220.1")}, (Decimal("220.1"), None, None)),
    (Q.VOLTAGE, {"02010100": Decimal("220.1")}, (Decimal("220.1"), None, None)),
    (Q.CURRENT, {"0202FF00": numbers("1.234", "-0.500", "0.000"), "02800001": Decimal("0.734")},
     numbers("1.234", "-0.500", "0.000", "0.734")),
    (Q.CURRENT, {"02020100": Decimal("1.234")}, (Decimal("1.234"), None, None, None)),
    (Q.ACTIVE_POWER, {"0203FF00": numbers("-1.2345", "0", "0", "-1.2345")},
     numbers("-1.2345", "0", "0", "-1.2345")),
    (Q.REACTIVE_POWER, {"0204FF00": numbers("1", "2", "3", "4")}, numbers("1", "2", "3", "4")),
    (Q.APPARENT_POWER, {"02050000": Decimal("1.5"), "02050200": Decimal("1.5")},
     (Decimal("1.5"), None, Decimal("1.5"), None)),
    (Q.POWER_FACTOR, {"0206FF00": numbers("0.999", "1.000", "1.000", "-0.5")},
     numbers("0.999", "1", "1", "-0.5")),
    (Q.CLOCK, calendar(V2007, MOMENT), MOMENT),
    (Q.STATUS, {"040005FF": bytes.fromhex("0400000010000000000000000000")}, (4, 0, 16, 0, 0, 0, 0)),
    (Q.STATUS, {"04000501": bytes.fromhex("0400"), "04000503": bytes.fromhex("1000")},
     (4, None, 16, None, None, None, None)),
    (Q.BATTERY, {"0280000A": 12345}, 12345),
    (Q.PROGRAMMINGS, {"03300000": 3, "03300001": SECOND + bytes(44)}, Count(3, LAST)),
    (Q.METER_CLEARS, {"03300100": 1, "03300101": SECOND}, Count(1, LAST)),
    (Q.DEMAND_CLEARS, {"03300200": 0}, Count(0, None)),
    (Q.EVENT_CLEARS, {"03300300": 2}, Count(2, None)),
    (Q.CLOCK_SETTINGS, {"03300400": 1, "03300401": bytes(10) + SECOND}, Count(1, LAST)),
    (Q.PERIOD_CHANGES, {"03300500": 1, "03300501": SECOND + bytes(500)}, Count(1, LAST)),
    (Q.TAIL_COVERS, {"03300E00": 1, "03300E01": SECOND + bytes(54)}, Count(1, LAST)),
    (Q.PREPAYMENT, {"00900200": Decimal("12.50"), "03330201": 7, "03330601": Decimal("350.00")},
     Prepaid(7, Decimal("12.50"), Decimal("350.00"), None, None, None, None, None, None)),
    (Q.PREPAYMENT, {"00900100": Decimal("12.50"), "00900101": Decimal("0.00"),
                    "04000F01": Decimal("20"), "04000F04": Decimal("5")},
     Prepaid(None, None, None, Decimal("12.50"), Decimal("0.00"), None, Decimal("5"), Decimal("20"), None)),
    (Q.PHASE_LOSSES, {"03040000": (Total(2, 30), Total(0, 0), Total(1, 5)),
                      "03040101": SECOND + SECOND + bytes(119)},
     (PhaseLoss(3, 35, LAST, LAST), PhaseLoss(2, 30, LAST, LAST), PhaseLoss(0, 0, None, None),
      PhaseLoss(1, 5, None, None))),
    (Q.RELAY, {"04000503": bytes.fromhex("1000")}, Relay(False, None, None)),
    (Q.RELAY, {"04000503": bytes(2), "1E000101": AT, "1D010101": AT - timedelta(days=1)},
     Relay(True, AT, AT - timedelta(days=1))),
    (Q.SETTLEMENT, {"0001FF01": FIVE[:2], "0001FF00": numbers("001240.56", "000101.00")},
     Settled(FIVE[:2], numbers("6.00", "1.00"))),
]  # fmt: skip
PRESENT_1997: list[tuple[Quantity, dict[str, Any], Any]] = [
    (Q.FORWARD_ACTIVE, {"901F": FIVE}, FIVE),
    (Q.REVERSE_ACTIVE, {"902F": FIVE}, FIVE),
    (Q.REACTIVE_1, {"911F": FIVE}, FIVE),
    (Q.REACTIVE_2, {"912F": FIVE}, FIVE),
    (Q.QUADRANT_1, {"913F": FIVE}, FIVE),
    (Q.QUADRANT_4, {"914F": FIVE}, FIVE),
    (Q.QUADRANT_2, {"915F": FIVE}, FIVE),
    (Q.QUADRANT_3, {"916F": FIVE}, FIVE),
    (Q.FORWARD_ACTIVE, {"9010": FIVE[0], "9011": FIVE[1]}, FIVE[:2]),
    (Q.FORWARD_ACTIVE_DEMAND,
     {"A01F": numbers("1.2345", "0.5"), "B01F": (YEARLY, None), **calendar(V1997, MOMENT)},
     (Peak(Decimal("1.2345"), YEAR_BEFORE), Peak(Decimal("0.5"), None))),
    (Q.REVERSE_ACTIVE_DEMAND, {"A02F": numbers("1.2345")}, (Peak(Decimal("1.2345"), None),)),
    (Q.REACTIVE_1_DEMAND, {"A11F": numbers("1.2345")}, (Peak(Decimal("1.2345"), None),)),
    (Q.REACTIVE_2_DEMAND, {"A12F": numbers("1.2345")}, (Peak(Decimal("1.2345"), None),)),
    (Q.VOLTAGE, {"B61F": (220, 221, 219)}, numbers("220", "221", "219")),
    (Q.CURRENT, {"B62F": numbers("1.23", "0", "0")}, (*numbers("1.23", "0", "0"), None)),
    (Q.ACTIVE_POWER, {"B630": Decimal("1.2345")}, (Decimal("1.2345"), None, None, None)),
    (Q.REACTIVE_POWER, {"B64F": numbers("1", "2", "3", "4")}, numbers("1", "2", "3", "4")),
    (Q.APPARENT_POWER, {"B680": Decimal("1.5"), "B681": Decimal("0.5")},
     (Decimal("1.5"), Decimal("0.5"), None, None)),
    (Q.POWER_FACTOR, {"B65F": numbers("1", "1", "1", "1")}, numbers("1", "1", "1", "1")),
    (Q.CLOCK, calendar(V1997, MOMENT), MOMENT),
    (Q.STATUS, {"C020": Status1997(False, 1, False, False, 1, 0, 0),
                "C021": Grid1997(True, False, False, False, False, True, False, False)},
     (0x0010, None, None, 0x0080, 0x0004, 0x0000, None)),
    (Q.BATTERY, {"B214": 999}, 999),
    (Q.PROGRAMMINGS, {"B212": 3, "B210": YEARLY, **calendar(V1997, MOMENT)}, Count(3, YEAR_BEFORE)),
    (Q.DEMAND_CLEARS, {"B213": 0}, Count(0, None)),
    (Q.SETTLEMENT, {"941F": FIVE[:1], "901F": numbers("001240.56")}, Settled(FIVE[:1], numbers("6.00"))),
    (Q.PHASE_LOSSES, {"B31F": (3, 2, 0, 1), "B32F": (35, 30, 0, 5)},
     tuple(PhaseLoss(times, minutes, None, None) for times, minutes in ((3, 35), (2, 30), (0, 0), (1, 5)))),
]  # fmt: skip
NOT_IN_1997 = {
    Q.METER_CLEARS, Q.EVENT_CLEARS, Q.CLOCK_SETTINGS, Q.PERIOD_CHANGES, Q.TAIL_COVERS, Q.RELAY, Q.PREPAYMENT,
}  # fmt: skip


def cases(rows: list[tuple[Quantity, dict[str, Any], Any]]) -> list[Any]:
    return [pytest.param(*row, id=f"{row[0].value}-{number}") for number, row in enumerate(rows)]


@pytest.mark.parametrize(("quantity", "table", "value"), cases(PRESENT_2007))
def test_2007_present_values(quantity: Quantity, table: dict[str, Any], value: Any):
    """M39, M55 to M63: what the meter holds is what comes out, digit for digit."""
    answer = Play(Table(table)).ask(quantity)
    assert (answer.outcome, answer.value) == (Outcome.READ, value)
    assert (
        str(answer.value) == str(value) or SHAPES[quantity] is not Shape.REGISTERS or quantity is Q.REACTIVE_1
    )


@pytest.mark.parametrize(("quantity", "table", "value"), cases(PRESENT_1997))
def test_1997_present_values(quantity: Quantity, table: dict[str, Any], value: Any):
    """The same vocabulary over two-byte identifiers; times get the year in which they lie in the past."""
    answer = Play(Table(table, V1997), edition=V1997).ask(quantity)
    assert (answer.outcome, answer.value) == (Outcome.READ, value)


def test_every_quantity_is_played():
    """The tables above leave no quantity out, and what 1997 has not is refused without a byte on the line."""
    assert {row[0] for row in PRESENT_2007} == set(Quantity)
    assert {row[0] for row in PRESENT_1997} == set(Quantity) - NOT_IN_1997
    play = Play(Table({}, V1997), edition=V1997)
    for quantity in NOT_IN_1997:
        assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert play.sent == []


@pytest.mark.parametrize("edition", [V1997, V2007])
@pytest.mark.parametrize("quantity", list(Quantity), ids=lambda one: one.value)
def test_a_meter_that_knows_nothing_supports_nothing(quantity: Quantity, edition: Edition):
    """ "No such data" is an answer and final; nothing of it is asked a second time that day (6.3)."""
    meter = Table({}, edition)
    play = Play(meter, edition=edition)
    answer = play.ask(quantity)
    assert (answer.outcome, answer.tries) == (Outcome.UNSUPPORTED, 1)
    asked = len(meter.asked)
    assert asked == len(set(meter.asked))
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert len(meter.asked) == asked


def test_refusals_are_asked_again_the_next_day():
    """A meter may learn; 20 hours later the same identifier is asked anew."""
    meter = Table({})
    play = Play(meter)
    play.ask(Q.BATTERY)
    meter.values["0280000A"] = 5
    play.now += 21 * 3600
    assert play.ask(Q.BATTERY).value == 5


def test_a_password_refusal_is_no_missing_data():
    """ERR 04 says that the meter wants a password: a refusal, to be told (dlt645 §4)."""
    meter = Table({})
    meter.refusal = a.UNAUTHORISED
    answer = Play(meter).ask(Q.BATTERY)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "ERR 04 for 0280000A")


def test_a_refused_block_is_read_value_by_value():
    """Total and the archived tariffs one by one, as many as the meter has (peers §2.3)."""
    singles = {f"0001{tariff:02X}00": FIVE[tariff] for tariff in range(5)}
    meter = Table(singles)
    play = Play(meter)
    assert play.ask(Q.FORWARD_ACTIVE, tariffs=4).value == FIVE
    assert meter.asked == ["0001FF00", *singles]
    assert play.ask(Q.FORWARD_ACTIVE, tariffs=2).value == FIVE[:3]
    assert meter.asked.count("0001FF00") == 1


def daily(
    newest: datetime, values: dict[int, Any], *, item: str = "01", head: str = "0506"
) -> dict[str, Any]:
    """Freezes numbered from the newest: a time per value, a day (or as given) apart."""
    table: dict[str, Any] = {}
    for number, (stamp, value) in values.items():
        table[f"{head}00{number:02X}"] = stamp
        table[f"{head}{item}{number:02X}"] = value
    return table


FROZEN = daily(MIDNIGHT, {1: (MIDNIGHT, FIVE), 2: (MIDNIGHT - timedelta(1), FIVE[:3]),
                          3: (MIDNIGHT - timedelta(2), FIVE[:2])})  # fmt: skip
YESTERDAY = DayEnd(date(2026, 11, 19))


def test_a_day_freeze_is_dated_by_its_own_time():
    """M64, M84: the freeze of 00:00 is the end of the day before; its time is read once per meter and day."""
    meter = Table(FROZEN | {"05060201": FIVE[:1]})
    play = Play(meter, civil=FIVE_PAST)
    assert play.ask(Q.FORWARD_ACTIVE, YESTERDAY).value == FIVE
    assert play.ask(Q.REVERSE_ACTIVE, YESTERDAY).value == FIVE[:1]
    assert meter.asked == ["05060001", "05060101", "05060201"]
    assert play.ask(Q.FORWARD_ACTIVE, DayEnd(date(2026, 11, 17))).value == FIVE[:2]
    assert meter.asked[3:] == ["05060003", "05060103"]


def test_days_the_meter_was_dark_leave_no_wrong_day():
    """A gap shifts the numbers: the right one is found by its time, a missing one never taken."""
    meter = Table(daily(MIDNIGHT, {1: (MIDNIGHT, FIVE), 2: (MIDNIGHT - timedelta(3), FIVE[:3])}))
    play = Play(meter, civil=FIVE_PAST)
    assert play.ask(Q.FORWARD_ACTIVE, DayEnd(date(2026, 11, 16))).value == FIVE[:3]
    missing = play.ask(Q.FORWARD_ACTIVE, DayEnd(date(2026, 11, 18)))
    assert (missing.outcome, missing.value) == (Outcome.UNSUPPORTED, None)


def test_a_freeze_not_made_yet_is_no_value():
    """A meter whose clock is behind still shows the day before: not taken, and worth asking again."""
    behind = Table(daily(MIDNIGHT, {1: (MIDNIGHT - timedelta(1), FIVE)}))
    answer = Play(behind, civil=FIVE_PAST).ask(Q.FORWARD_ACTIVE, YESTERDAY)
    assert (answer.outcome, answer.value) == (Outcome.BROKEN, None)
    assert "2026-11-19" in answer.reason


@pytest.mark.parametrize("civil", [None, datetime(2026, 11, 19, 23, 58)])
def test_in_doubt_the_time_is_read_again_behind_the_value(civil: datetime | None):
    """Where the meter may freeze between two exchanges, a value counts only between two equal times."""
    meter = Table(FROZEN)
    play = Play(meter, civil=civil)
    assert play.ask(Q.FORWARD_ACTIVE, YESTERDAY).value == FIVE
    assert meter.asked == ["05060001", "05060101", "05060001"]

    def freeze_anew(raw: bytes) -> Pieces:
        if len(meter.asked) == 5:
            meter.values |= {"05060001": MIDNIGHT + timedelta(1)}
        return whole(raw)

    play.mangle = freeze_anew
    assert play.ask(Q.FORWARD_ACTIVE, YESTERDAY).outcome is Outcome.BROKEN


def test_timed_freezes_serve_where_there_are_no_daily_ones():
    """0506 is an extension; the timed freeze of the standard is dated in the same way (dlt645 §9.1)."""
    meter = Table(daily(MIDNIGHT, {1: (MIDNIGHT, FIVE)}, head="0500"))
    assert Play(meter, civil=FIVE_PAST).ask(Q.FORWARD_ACTIVE, YESTERDAY).value == FIVE
    assert Play(Table({}), civil=FIVE_PAST).ask(Q.FORWARD_ACTIVE, YESTERDAY).outcome is Outcome.UNSUPPORTED


def test_frozen_demands_and_powers():
    """M67: demands with their times, powers from the eight values of item 10."""
    powers = numbers(*"12345678")
    table = daily(MIDNIGHT, {1: (MIDNIGHT, PEAKS[:1])}, item="09") | {"05061001": powers}
    play = Play(Table(table), civil=FIVE_PAST)
    assert play.ask(Q.FORWARD_ACTIVE_DEMAND, YESTERDAY).value == (Peak(Decimal("1.2345"), AT),)
    assert play.ask(Q.ACTIVE_POWER, YESTERDAY).value == powers[:4]
    assert play.ask(Q.REACTIVE_POWER, YESTERDAY).value == powers[4:]
    assert play.ask(Q.VOLTAGE, YESTERDAY).outcome is Outcome.UNSUPPORTED


def test_hour_freezes_hold_the_total():
    """M86: the freeze of hh:00, found by its time."""
    hour = datetime(2026, 11, 20, 14)
    table = {"05040001": hour, "05040003": hour - timedelta(hours=2), "05040103": FIVE[0]}
    play = Play(Table(table), civil=MOMENT)
    assert play.ask(Q.FORWARD_ACTIVE, HourEnd(hour - timedelta(hours=2))).value == FIVE[:1]
    assert play.ask(Q.FORWARD_ACTIVE, HourEnd(hour - timedelta(hours=1))).outcome is Outcome.UNSUPPORTED
    assert play.ask(Q.QUADRANT_1, HourEnd(hour)).outcome is Outcome.UNSUPPORTED


@pytest.mark.parametrize(
    ("settles", "clock", "month", "outcome"),
    [
        (DayHour(1, 0), MOMENT, date(2026, 10, 1), Outcome.READ),
        (DayHour(1, 0), MOMENT, date(2026, 9, 1), Outcome.UNSUPPORTED),
        (DayHour(1, 0), MOMENT, date(2026, 11, 1), Outcome.BROKEN),
        (DayHour(1, 0), MOMENT, date(2025, 10, 1), Outcome.UNSUPPORTED),
        (DayHour(25, 0), MOMENT, date(2026, 10, 1), Outcome.UNSUPPORTED),
        (DayHour(1, 0), datetime(2026, 11, 20, 23, 55), date(2026, 10, 1), Outcome.BROKEN),
    ],
    ids=["last month", "not kept", "not over", "too old", "settles on the 25th", "midnight"],
)
@pytest.mark.parametrize("edition", [V1997, V2007])
def test_month_values_are_settlements_of_the_first(
    settles: DayHour, clock: datetime, month: date, outcome: Outcome, edition: Edition
):
    """M74, M77: only a settlement at 00:00 of the 1st, counted from the meter's own month, is a month end."""
    old = edition is V1997
    table = {"C117" if old else "04000B01": settles, **calendar(edition, clock)}
    table |= {"A41F": numbers("1.2345")} if old else {"0101FF01": PEAKS[:1]}
    answer = Play(Table(table, edition), edition=edition, civil=clock).ask(
        Q.FORWARD_ACTIVE_DEMAND, MonthEnd(month)
    )
    assert answer.outcome is outcome


def test_month_energy_of_a_meter_that_settles_otherwise_is_its_day_freeze():
    """The freeze of the last day of the month has a date and serves as well (M78)."""
    first = datetime(2026, 11, 1)
    table = daily(first, {1: (first, FIVE)}) | {"04000B01": DayHour(25, 0)}
    play = Play(Table(table), civil=datetime(2026, 11, 1, 0, 5))
    assert play.ask(Q.FORWARD_ACTIVE, MonthEnd(date(2026, 10, 1))).value == FIVE


@pytest.mark.parametrize("when", [YESTERDAY, HourEnd(MOMENT)])
def test_1997_has_no_freezes(when: When):
    """Said without a question, so that the planner may substitute (device behaviour 6.4)."""
    meter = Table({"901F": FIVE}, V1997)
    assert Play(meter, edition=V1997).ask(Q.FORWARD_ACTIVE, when).outcome is Outcome.UNSUPPORTED
    assert meter.asked == []


ENERGY = {"0001FF00": FIVE}


def spoilt(raw: bytes) -> Pieces:
    return [(0.02, raw[:-2] + bytes([raw[-2] ^ 1]) + raw[-1:])]


def short(raw: bytes) -> Pieces:
    return [(0.02, raw[:-5])]


def in_pieces(raw: bytes) -> Pieces:
    return [(0.3, raw[at : at + 7]) for at in range(0, len(raw), 7)]


def too_late(raw: bytes) -> Pieces:
    return [(1.5, raw)]


def of_another(raw: bytes) -> Pieces:
    frame = decode_frame(raw.lstrip(b"\xfe"))
    return [(0.02, encode_frame(Frame("000000000009", frame.control, frame.data)))]


def garbage(raw: bytes) -> Pieces:
    frame = decode_frame(raw.lstrip(b"\xfe"))
    return [(0.02, encode_frame(Frame(frame.address, frame.control, frame.data[:-1] + b"\xab")))]


def noise_before(raw: bytes) -> Pieces:
    return [(0.02, b"\x68\x00\xff" + raw)]


@pytest.mark.parametrize(
    ("mangle", "outcome", "sends"),
    [
        (whole, Outcome.READ, 1),
        (in_pieces, Outcome.READ, 1),
        (noise_before, Outcome.READ, 1),
        (spoilt, Outcome.BROKEN, 2),
        (short, Outcome.BROKEN, 2),
        (of_another, Outcome.BROKEN, 2),
        (garbage, Outcome.BROKEN, 1),
        (lambda _: [], Outcome.SILENT, 2),
        (too_late, Outcome.SILENT, 2),
    ],
    ids=[
        "clean",
        "pieces",
        "noise before",
        "bad checksum",
        "cut short",
        "wrong meter",
        "no BCD",
        "silent",
        "late",
    ],
)
@pytest.mark.parametrize("echo", [False, True], ids=["", "echo"])
def test_troubles_of_the_line(mangle: Any, outcome: Outcome, sends: int, echo: bool):
    """6.3: two sends per request; damage is told from silence; an echo of the own frame is nothing."""
    play = Play(Table(ENERGY), mangle=mangle, echo=echo)
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.tries, len(play.sent)) == (outcome, sends, sends)
    assert answer.value == (FIVE if outcome is Outcome.READ else None)
    if outcome is Outcome.SILENT and mangle is not too_late:
        assert play.now == pytest.approx(2 * (1.0 + 20 * 11 / 2400), abs=0.1)


def test_two_meters_with_one_address():
    """Both answer, one behind the other: the first counts, the second disturbs nobody."""
    play = Play(Table(ENERGY | {"0280000A": 5}), Table(ENERGY | {"0280000A": 6}))
    assert play.ask(Q.FORWARD_ACTIVE).value == FIVE
    assert play.ask(Q.BATTERY).value == 5

    def collide(raw: bytes) -> Pieces:
        return [(0.02, bytes(byte & 0xF0 for byte in raw))]

    play.mangle = collide
    assert play.ask(Q.FORWARD_ACTIVE).outcome is Outcome.BROKEN


def test_a_long_record_comes_in_follow_up_frames():
    """202 bytes of a demand clear are two frames; the time stands in the first (dlt645 §8)."""
    play = Play(Table({"03300200": 1, "03300201": SECOND + bytes(196)}))
    assert play.ask(Q.DEMAND_CLEARS).value == Count(1, LAST)
    assert len(play.sent) == 3


def test_broadcasts_say_the_time_and_freeze():
    """M94: one frame to all, nobody answers; 1997 knows no freeze order."""
    for edition in (V1997, V2007):
        driver = Dlt645Driver(edition)
        (send,) = driver.broadcast_time(MOMENT, 0.0)
        assert isinstance(send, Send)
        frame = decode_frame(send.raw.lstrip(b"\xfe"))
        assert (frame.address, meaning_of(frame)) == (BROADCAST, r.BroadcastTime(MOMENT))
        assert driver.deadline is None
    (send,) = Dlt645Driver(V2007).broadcast_freeze(0.0)
    assert isinstance(send, Send)
    assert meaning_of(decode_frame(send.raw.lstrip(b"\xfe"))) == r.NOW
    assert Dlt645Driver(V1997).broadcast_freeze(0.0) == []


def test_one_question_at_a_time():
    """A second one is a mistake of the caller; a cancelled one is not heard any more."""
    driver, wanted = Dlt645Driver(V2007), Wanted(Q.BATTERY)
    (send,) = driver.ask(Access(ADDRESS, 30), wanted, 0.0)
    assert isinstance(send, Send)
    with pytest.raises(UsageError):
        driver.ask(Access(ADDRESS, 30), wanted, 0.0)
    driver.cancel()
    assert driver.deadline is None
    (answer,) = Table({"0280000A": 5}).hear(send.raw)
    assert driver.feed(answer, 0.1) == []
