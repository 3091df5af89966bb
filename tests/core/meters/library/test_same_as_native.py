"""One family twice: the library file of DL/T 645-1997 passes the tests of the native driver.

The meters are those of the native driver's own tests: another codec, another session.
"""

from datetime import date, datetime
from typing import Any

import pytest

from core.meters.dlt645 import answers as a
from core.meters.dlt645.control import Edition
from core.meters.driver import Outcome
from core.meters.library.driver import LibraryDriver
from core.quantities import DayEnd, MonthEnd, Quantity
from core.wire.times import DayHour
from tests.core.meters.dlt645 import test_driver as native
from tests.core.meters.dlt645.scripted import MOMENT, V1997, Play, Table, calendar, numbers, whole
from tests.core.meters.library.stage import shipped_library

Q = Quantity
LIBRARY = shipped_library("dlt645-1997-table")
NOT_IN_THE_FILE = {Q.STATUS}
"""Bits of two words put into seven: more than a table says."""
ROWS = [row for row in native.PRESENT_1997 if row[0] not in NOT_IN_THE_FILE]
ENERGY = {"901F": native.FIVE}


def played(*meters: Table, **more: Any) -> Play:
    """A play of the library's driver."""
    play = Play(*meters, edition=Edition.V1997, **more)
    play.driver = LibraryDriver(LIBRARY, lambda: play.civil)  # pyright: ignore[reportAttributeAccessIssue]  # of the same protocol
    return play


@pytest.mark.parametrize(("quantity", "table", "value"), native.cases(ROWS))
def test_present_values(quantity: Quantity, table: dict[str, Any], value: Any):
    """What the meter holds is what comes out, digit for digit, as from the native driver."""
    answer = played(Table(table, V1997)).ask(quantity)
    assert (answer.outcome, answer.value) == (Outcome.READ, value)
    assert answer.value == Play(Table(table, V1997), edition=V1997).ask(quantity).value
    assert str(answer.value) == str(Play(Table(table, V1997), edition=V1997).ask(quantity).value)


@pytest.mark.parametrize("quantity", list(Quantity), ids=lambda one: one.value)
def test_a_meter_that_knows_nothing_supports_nothing(quantity: Quantity):
    """ "No such data" is an answer and final; nothing of it is asked a second time that day (6.3)."""
    meter = Table({}, V1997)
    play = played(meter)
    answer = play.ask(quantity)
    assert (answer.outcome, answer.tries) == (Outcome.UNSUPPORTED, 1)
    asked = len(meter.asked)
    assert asked == len(set(meter.asked))
    assert play.ask(quantity).outcome is Outcome.UNSUPPORTED
    assert len(meter.asked) == asked


def test_refusals_are_asked_again_the_next_day():
    """A meter may learn; 20 hours later the same identifier is asked anew."""
    meter = Table({}, V1997)
    play = played(meter)
    play.ask(Q.BATTERY)
    meter.values["B214"] = 5
    play.now += 21 * 3600
    assert play.ask(Q.BATTERY).value == 5


def test_a_password_refusal_is_no_missing_data():
    """ERR 04 says that the meter wants a password: a refusal, to be told."""
    meter = Table({}, V1997)
    meter.refusal = a.UNAUTHORISED
    answer = played(meter).ask(Q.BATTERY)
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "ERR 04 for B214, password")


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
def test_month_values(settles: DayHour, clock: datetime, month: date, outcome: Outcome):
    """M74, M77: only a settlement at 00:00 of the 1st, counted from the meter's own month, is a month end."""
    table = {"C117": settles, **calendar(V1997, clock), "A41F": numbers("1.2345")}
    play = played(Table(table, V1997), civil=clock)
    assert play.ask(Q.FORWARD_ACTIVE_DEMAND, MonthEnd(month)).outcome is outcome


def test_freezes_are_not_supported():
    """Said without a question."""
    meter = Table(ENERGY, V1997)
    answer = played(meter).ask(Q.FORWARD_ACTIVE, DayEnd(date(2026, 11, 19)))
    assert (answer.outcome, meter.asked) == (Outcome.UNSUPPORTED, [])


@pytest.mark.parametrize(
    ("mangle", "outcome", "sends"),
    [
        (whole, Outcome.READ, 1),
        (native.in_pieces, Outcome.READ, 1),
        (native.noise_before, Outcome.READ, 1),
        (native.spoilt, Outcome.BROKEN, 2),
        (native.short, Outcome.BROKEN, 2),
        (native.of_another, Outcome.BROKEN, 2),
        (native.garbage, Outcome.BROKEN, 1),
        (lambda _: [], Outcome.SILENT, 2),
        (native.too_late, Outcome.SILENT, 2),
    ],
    ids=["clean", "pieces", "noise", "checksum", "short", "wrong meter", "no BCD", "silent", "late"],
)
@pytest.mark.parametrize("echo", [False, True], ids=["", "echo"])
def test_troubles_of_the_line(mangle: Any, outcome: Outcome, sends: int, echo: bool):
    """6.3: two sends per request; damage is told from silence; an echo of the own frame is nothing."""
    play = played(Table(ENERGY, V1997), mangle=mangle, echo=echo)
    answer = play.ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, len(play.sent), answer.tries) == (outcome, sends, sends)


def test_both_drivers_send_the_same_bytes():
    """Byte for byte, wake-up bytes and all."""
    held = calendar(V1997, MOMENT)
    play, other = played(Table(held, V1997)), Play(Table(held, V1997), edition=V1997)
    for quantity in (Q.FORWARD_ACTIVE, Q.VOLTAGE, Q.CLOCK, Q.BATTERY):
        play.ask(quantity)
        other.ask(quantity)
    assert play.sent == other.sent


def test_long_answers_are_asked_for_part_by_part():
    """1997 follow-up (02): the parts make one value; a meter that never ends is given up."""
    values = numbers(*(f"{n}.00" for n in range(60)))
    answer = played(Table({"901F": values}, V1997)).ask(Q.FORWARD_ACTIVE)
    assert (answer.outcome, answer.value) == (Outcome.READ, values)
