from datetime import date, datetime, time, timedelta

import pytest

from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST, WILD
from core.meters.dlt645.control import Edition
from core.meters.dlt645.events import Slot
from core.meters.dlt645.identifiers import encode_value, known
from core.meters.dlt645.parameter_rows import DateAndWeekday
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.physics.plate import Kind
from tests.core.simulation.stage import (
    ADDRESS,
    NOW,
    OPERATOR,
    PASSWORD,
    asked,
    broadcast,
    content,
    refusal,
    speaking,
    switch,
    value,
    write,
)

V1997 = Edition.V1997
WRONG, NO_DATA, DENIED, NO_RATE = 1, 2, 4, 8
DAY = timedelta(days=1)


def test_a_write_wants_level_and_password() -> None:
    """14: level 4 and higher with the right password; the value is what is read afterwards."""
    meter = speaking()
    assert refusal(meter, write("04000103", b"\x30", level="05")) == DENIED
    assert refusal(meter, write("04000103", b"\x30", password="111111")) == DENIED
    assert refusal(meter, write("04000103", b"\x30")) == 0
    assert value(meter, "04000103") == 30


@pytest.mark.parametrize(
    ("code", "data", "error"),
    [
        ("04000103", b"\x15\x00", WRONG),
        ("04000103", b"\xab", WRONG),
        ("04000501", b"\x00\x00", NO_DATA),
        ("00010000", bytes(4), NO_DATA),
        ("04000404", bytes(6), DENIED),
        ("04010001", b"\x09\x00\x00", WRONG),
        ("04000B01", b"\x00\x31", WRONG),
        ("04000102", b"\x00\x00\x99", WRONG),
    ],
)
def test_what_cannot_be_written(code: str, data: bytes, error: int) -> None:
    """Wrong length, no digits, no such parameter, read-only, no table, a day some months lack, no time."""
    assert refusal(speaking(), write(code, data)) == error


def test_five_wrong_passwords_lock_for_a_day() -> None:
    """After five wrong tries the right password is refused too, until 24 h are over (dlt645 §4.4)."""
    meter = speaking()
    for _ in range(5):
        assert refusal(meter, write("04000103", b"\x30", password="999999")) == DENIED
    assert refusal(meter, write("04000103", b"\x30")) == DENIED
    assert refusal(meter, write("04000103", b"\x30"), NOW + DAY) == 0


def test_a_right_password_forgives_the_wrong_ones() -> None:
    """Only tries in a row count."""
    meter = speaking()
    for word in ["999999"] * 4 + [PASSWORD] + ["999999"] * 4 + [PASSWORD]:
        error = refusal(meter, write("04000103", b"\x30", password=word))
        assert error == (0 if word == PASSWORD else DENIED)


WANTING_KEY = [
    write("04000103", b"\x30"),
    r.ChangePassword2007("04000C03", "02", PASSWORD, "02", "654321"),
    r.ClearDemand2007("02", PASSWORD, OPERATOR),
    r.ClearMeter("02", PASSWORD, OPERATOR),
    r.ClearEvents("02", PASSWORD, OPERATOR, "FFFFFFFF"),
]


@pytest.mark.parametrize("record", WANTING_KEY, ids=lambda record: type(record).__name__)
def test_the_programming_key(record: r.Record) -> None:
    """Without the key a meter is not changed, though the password is right; the key opens it for a while."""
    meter = speaking(key_needed=True)
    assert refusal(meter, record) == DENIED
    meter.press_key(NOW)
    assert refusal(meter, record) == 0
    assert refusal(meter, record, NOW + timedelta(hours=5)) == DENIED


def test_a_new_address_wants_the_key() -> None:
    """15: silence without the key; with it the answer comes from the new address."""
    meter = speaking(key_needed=True)
    assert asked(meter, r.WriteAddress("000099887766"), address=WILD) is None
    meter.press_key(NOW)
    answer = asked(meter, r.WriteAddress("000099887766"), address=WILD)
    assert answer is not None
    assert (answer.address, meter.address) == ("000099887766", "000099887766")
    assert value(meter, "04000401") == "000099887766"


def test_passwords_change_by_a_higher_level() -> None:
    """18: the level that the identifier names changes; the old password no longer opens it."""
    meter = speaking()
    assert refusal(meter, r.ChangePassword2007("04000C03", "04", PASSWORD, "02", "654321")) == DENIED
    assert refusal(meter, r.ChangePassword2007("04000C05", "02", PASSWORD, "04", "654321")) == 0
    assert refusal(meter, write("04000103", b"\x30")) == DENIED
    assert refusal(meter, write("04000103", b"\x30", password="654321")) == 0
    assert content(meter, "04000C05") is None


def test_clock_is_written_and_recorded() -> None:
    """14 of date and time set the clock; each setting is on record with what the clock showed before."""
    meter = speaking()
    before = value(meter, "03300400")
    assert refusal(meter, write("04000102", encode_value(known("04000102"), time(8, 40, 0)))) == 0
    assert value(meter, "04000102", NOW + timedelta(seconds=10)) == time(8, 40, 10)
    assert value(meter, "03300400") == before + 1
    record = value(meter, "03300401")
    assert (record.before, record.after) == (NOW, NOW.replace(minute=40, second=0))
    monday = encode_value(known("04000101"), DateAndWeekday(1, date(2026, 11, 23)))
    assert refusal(meter, write("04000101", monday)) == 0
    assert value(meter, "04000101").day == date(2026, 11, 23)


def clock(meter: Dlt645Meter, now: datetime) -> datetime:
    return datetime.combine(value(meter, "04000101", now).day, value(meter, "04000102", now))


def test_broadcast_time_is_obeyed_once_a_day() -> None:
    """6.7: the first broadcast of a day sets the clock, the second does not; the next day's does."""
    meter = speaking(offset=100.0)
    broadcast(meter, r.BroadcastTime(NOW))
    assert clock(meter, NOW) == NOW
    broadcast(meter, r.BroadcastTime(NOW + timedelta(seconds=60)))
    assert clock(meter, NOW) == NOW
    broadcast(meter, r.BroadcastTime(NOW + DAY + timedelta(seconds=60)), NOW + DAY)
    assert clock(meter, NOW + DAY) == NOW + DAY + timedelta(seconds=60)


@pytest.mark.parametrize(("now", "offset"), [
    (NOW, 301.0), (NOW, -301.0), (NOW.replace(hour=0, minute=4), 30.0),
    (NOW.replace(hour=23, minute=56), 30.0),
])  # fmt: skip
@pytest.mark.parametrize("edition", Edition)
def test_broadcast_time_that_is_not_obeyed(edition: Edition, now: datetime, offset: float) -> None:
    """6.7: more than five minutes off, or within five minutes of midnight, the clock stays as it is."""
    meter = speaking(edition=edition)
    now += DAY
    meter.meter.timepiece.shift(NOW, offset)
    broadcast(meter, r.BroadcastTime(now), now)
    assert meter.meter.timepiece.shown(now) - now == timedelta(seconds=offset)


def test_trip_and_close() -> None:
    """1C: trip and close with level 2, not 4, on a meter with a relay."""
    meter = speaking()
    assert refusal(meter, r.Switch("04", PASSWORD, OPERATOR, 0x1A, 0, None)) == DENIED
    assert refusal(meter, switch(0x1A)) == 0
    assert not meter.meter.relay_closed
    assert refusal(meter, switch(0x1C)) == 0
    assert meter.meter.relay_closed
    assert refusal(speaking(Kind.RESIDENTIAL), switch(0x1A)) == WRONG
    assert refusal(meter, switch(0x77)) == WRONG


def test_a_command_out_of_date_is_refused() -> None:
    """1C carries until when it is valid, by the meter's clock (dlt645 §4.2)."""
    meter = speaking()
    assert refusal(meter, switch(0x1A, until=NOW - timedelta(seconds=1))) == WRONG
    assert refusal(meter, switch(0x1A, until=NOW + timedelta(seconds=1))) == 0


def test_keep_power_forbids_a_trip() -> None:
    """3A closes the relay and keeps it closed until 3B."""
    meter = speaking()
    assert refusal(meter, switch(0x3A)) == 0
    assert refusal(meter, switch(0x1A)) == WRONG
    assert value(meter, "04000503").power_kept
    assert refusal(meter, switch(0x3B)) == 0
    assert refusal(meter, switch(0x1A)) == 0


def test_trip_with_restoring() -> None:
    """1D with N2 = 2 closes again after ten minutes."""
    meter = speaking()
    assert refusal(meter, switch(0x1D, restore=2)) == 0
    assert value(meter, "04000503", NOW + timedelta(minutes=9)).relay
    assert not value(meter, "04000503", NOW + timedelta(minutes=11)).relay


def test_clears_are_recorded_with_what_was_there() -> None:
    """1A and 19 zero energies and demands; the records keep what they were."""
    meter = speaking()
    energy, peak = value(meter, "00010000"), value(meter, "01010000")
    assert refusal(meter, r.ClearDemand2007("04", PASSWORD, OPERATOR)) == 0
    assert value(meter, "01010000").demand == 0
    assert value(meter, "03300201").demands[0].demand == peak.demand
    assert refusal(meter, r.ClearMeter("04", PASSWORD, OPERATOR)) == DENIED
    assert refusal(meter, r.ClearMeter("02", PASSWORD, OPERATOR)) == 0
    assert value(meter, "00010000") == 0
    assert value(meter, "03300101").energies[0] == energy
    assert value(meter, "03300100") == value(meter, "03300200") == 1


def test_events_are_cleared_all_or_by_class() -> None:
    """1B clears one class or all; that it was done stays."""
    meter = speaking()
    refusal(meter, write("04000103", b"\x30"))
    settings = value(meter, "03300400")
    assert refusal(meter, r.ClearEvents("02", PASSWORD, OPERATOR, "033000FF")) == 0
    assert (value(meter, "03300000"), value(meter, "03300400")) == (0, settings)
    assert refusal(meter, r.ClearEvents("02", PASSWORD, OPERATOR, "FFFFFFFF")) == 0
    assert (value(meter, "03300400"), value(meter, "03300300")) == (0, 2)


def test_a_new_day_table_is_lived_by_and_recorded() -> None:
    """M62: after the table is written only its tariffs count; the table before is on record."""
    meter = speaking()
    before = value(meter, "04010001")
    table = encode_value(known("04010001"), (Slot(2, time(0, 0)),))
    assert refusal(meter, write("04010001", table)) == 0
    first, later = value(meter, "0001FF00"), value(meter, "0001FF00", NOW + DAY)
    assert [b > a for a, b in zip(first, later, strict=True)] == [True, False, True, False, False]
    assert value(meter, "03300501", NOW + DAY).slots == before


def test_a_new_settlement_day_is_lived_by() -> None:
    """M69: the settlement moves to the day written."""
    meter = speaking()
    assert refusal(meter, write("04000B01", b"\x00\x21")) == 0
    later = datetime(2026, 11, 21, 10)
    assert value(meter, "00010001", later) == value(speaking(), "00010000", datetime(2026, 11, 21))
    assert value(meter, "03300C00", later) == 1


def test_the_rate_changes_after_the_answer() -> None:
    """17: the answer echoes Z at the old speed; unknown words are refused with ERR 08."""
    meter = speaking()
    assert refusal(meter, r.ChangeRate(0x80)) == NO_RATE
    answer = asked(meter, r.ChangeRate(0x20))
    assert answer is not None
    assert answer.data == b"\x20"
    assert meter.settings.baud == 2400
    meter.answered()
    assert meter.settings.baud == 9600
    assert value(meter, "04000703").rate_9600


@pytest.mark.parametrize(
    "pattern", [(99, 0, 1, 99), (0, 99, 1, 99), (0, 0, 1, 5), (0, 0, 31, 99), (75, 99, 99, 99)]
)
def test_freeze_patterns_that_do_not_exist(pattern: tuple[int, int, int, int]) -> None:
    """16: only monthly, daily, hourly and at once."""
    assert refusal(speaking(), r.Freeze(*pattern)) == WRONG


def test_what_needs_a_security_module_is_refused() -> None:
    """Encrypted commands and authentication have no key here: ERR 04."""
    meter = speaking()
    assert refusal(meter, r.SealedSwitch("98", PASSWORD, OPERATOR, bytes(20))) == DENIED
    assert refusal(meter, r.Security("070000FF", OPERATOR, bytes(8))) == DENIED


def write_1997(code: str, data: bytes, password: str = PASSWORD) -> r.Write1997:
    return r.Write1997(code, "00", password, data)


def test_writing_1997() -> None:
    """04: password, key and length as in 2007; the write counts as programming."""
    meter = speaking(edition=V1997, key_needed=True)
    assert refusal(meter, write_1997("C111", b"\x30")) == DENIED
    meter.press_key(NOW)
    count = value(meter, "B212")
    assert refusal(meter, write_1997("C111", b"\x30", "111111")) == DENIED
    assert refusal(meter, write_1997("C111", b"\x30\x00")) == WRONG
    assert refusal(meter, write_1997("C111", b"\x30")) == 0
    assert refusal(meter, write_1997("9010", bytes(4))) == NO_DATA
    assert (value(meter, "C111"), value(meter, "B212")) == (30, count + 1)


def test_clock_and_demand_1997() -> None:
    """04 of C011 sets the clock, 10 clears the demands, 0F changes a password."""
    meter = speaking(edition=V1997)
    assert refusal(meter, write_1997("C011", encode_value(known("C011", V1997), time(9, 0)))) == 0
    assert value(meter, "C011") == time(9, 0)
    assert refusal(meter, r.ClearDemand1997("00", PASSWORD)) == 0
    assert (value(meter, "A010"), value(meter, "B213")) == (0, 1)
    assert refusal(meter, r.ChangePassword1997("00", PASSWORD, "00", "123456")) == 0
    assert refusal(meter, r.ClearDemand1997("00", PASSWORD)) == DENIED


def test_rate_and_address_1997() -> None:
    """0C refuses with FFH in the data; 0A answers from the old address, and only with the key."""
    meter = speaking(edition=V1997, key_needed=True)
    answer = asked(meter, r.ChangeRate(0x80))
    assert answer is not None
    assert (answer.control, answer.data) == (0x8C, b"\xff")
    denied = asked(meter, r.WriteAddress("000000000002"), address=BROADCAST)
    assert denied is not None
    assert denied.negative
    meter.press_key(NOW)
    done = asked(meter, r.WriteAddress("000000000002"), address=BROADCAST)
    assert done is not None
    assert (done.address, meter.address) == (ADDRESS, "000000000002")
