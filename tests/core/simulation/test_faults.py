from datetime import timedelta

import pytest

from core.errors import UsageError
from core.lines.line import SerialSettings
from core.meters.dlt645 import requests as r
from core.meters.dlt645.frame import Frame, decode_frame, encode_frame
from core.meters.dlt645.messages import request_frame, value_in
from core.simulation.air import Saying
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.faults import SOUND, Faults, parse_faults
from tests.core.simulation.stage import ADDRESS, NOW, speaking, value

READ = request_frame(ADDRESS, r.Read2007("0001FF00"))
DAY = timedelta(days=1)


def said(faults: Faults, request: Frame = READ) -> Saying:
    group = Dlt645Group([speaking()])
    group.suffer(1, faults, NOW)
    (saying,) = group.hear(request, NOW, None)
    return saying


def frame_of(saying: Saying) -> bytes:
    return saying.raw.lstrip(b"\xfe")


def test_names() -> None:
    """Faults are written by number, range and name, several for one meter; shown they read the same."""
    found = parse_faults("3:silent,5:late=2.5, 2-3:status=1.2,3:status=7.0,4:clock=-400,1:twin=2", 5)
    assert found[3] == Faults(silent=True, status=((1, 2), (7, 0)))
    assert (found[5].late, found[4].clock, found[1].twin, found[2].status) == (2.5, -400, 2, ((1, 2),))
    assert found[3].text == "silent,status=1.2,status=7.0"
    assert parse_faults(f"5:{found[5].text}", 5)[5] == found[5]
    assert parse_faults("", 5) == {}


@pytest.mark.parametrize(
    "text",
    ["silent", "3:deaf", "6:silent", "0:silent", "3:late", "3:late=-1", "3:late=nan", "3:silent=1",
     "3:status=8.1", "3-2:silent", "3:twin=3", "3:twin=9", "3:clock=soon", "3:pieces=0"],
)  # fmt: skip
def test_what_is_no_fault(text: str) -> None:
    """Unknown names, meters that are not there and values that make no sense are refused with an example."""
    with pytest.raises(UsageError) as refused:
        parse_faults(text, 5)
    assert "3:silent" in refused.value.hint


def test_silent() -> None:
    """A silent meter says nothing, yet lives on."""
    group = Dlt645Group([speaking()])
    group.suffer(1, Faults(silent=True), NOW)
    assert group.hear(READ, NOW, None) == []
    group.suffer(1, SOUND, NOW)
    assert len(group.hear(READ, NOW, None)) == 1


def test_late() -> None:
    """A late meter gives the same answer later."""
    assert said(Faults(late=2.5)).delay == pytest.approx(said(SOUND).delay + 2.5)
    assert said(Faults(late=2.5)).raw == said(SOUND).raw


def test_bad_checksum() -> None:
    """Only the checksum is wrong."""
    raw, good = said(Faults(checksum=True)).raw, said(SOUND).raw
    assert [n for n, (a, b) in enumerate(zip(raw, good, strict=True)) if a != b] == [len(good) - 2]


def test_wrong_address() -> None:
    """The answer is sound, but comes from another address."""
    assert decode_frame(frame_of(said(Faults(foreign=True)))).address == "000012345679"


def test_garbage() -> None:
    """The frame is sound, its values are no digits; a refusal stays a refusal."""
    reading = value_in(decode_frame(frame_of(said(Faults(garbage=True)))))
    assert reading is not None
    assert reading.code == "0001FF00"
    assert reading.error is not None
    refused = said(Faults(garbage=True), request_frame(ADDRESS, r.Read2007("02FF0000")))
    assert decode_frame(frame_of(refused)).data == b"\x02"


def test_stuck_and_backwards() -> None:
    """Registers that stand while power flows, and registers that fall."""
    stuck, falling = speaking(), speaking()
    stuck.suffer(Faults(stuck=True), NOW)
    falling.suffer(Faults(backwards=True), NOW)
    energy = value(speaking(), "00010000")
    assert value(stuck, "00010000", NOW + DAY) == energy
    assert value(stuck, "02030000", NOW + DAY) > 0
    assert value(falling, "00010000", NOW + DAY) < energy
    stuck.suffer(SOUND, NOW + DAY)
    assert value(stuck, "00010000", NOW + 2 * DAY) > energy


def test_clock_and_status() -> None:
    """The clock is off by so many seconds while the fault lasts; a forced status bit stands."""
    meter = speaking()
    meter.suffer(Faults(clock=-400.0, status=((1, 2),)), NOW)
    assert meter.meter.timepiece.shown(NOW) == NOW - timedelta(seconds=400)
    assert value(meter, "04000501").clock_battery_low
    assert value(meter, "02800008") < 3
    meter.suffer(SOUND, NOW)
    assert meter.meter.timepiece.shown(NOW) == NOW
    assert not value(meter, "04000501").clock_battery_low


def test_twins() -> None:
    """Two meters with one address both answer; afterwards each has its own again."""
    first, second = speaking(seed=1), speaking(seed=2)
    second.bear("000000000002")
    second.meter.plate = type(second.meter.plate)(2, second.meter.plate.kind, "000000000002")
    group = Dlt645Group([first, second])
    assert len(group.hear(READ, NOW, None)) == 1
    group.suffer(2, Faults(twin=1), NOW)
    assert len(group.hear(READ, NOW, None)) == 2
    group.suffer(2, SOUND, NOW)
    assert second.address == "000000000002"


def test_only_meters_of_that_speed_understand() -> None:
    """A meter at 2400 8E1 hears nothing at 9600 or without parity."""
    group = Dlt645Group([speaking()])
    assert len(group.hear(READ, NOW, SerialSettings(2400, 8, "E", 1))) == 1
    assert group.hear(READ, NOW, SerialSettings(9600, 8, "E", 1)) == []
    assert group.hear(READ, NOW, SerialSettings(2400, 8, "N", 1)) == []


def test_two_masters_bytes_are_read_by_one_reader() -> None:
    """The ear of a group takes frames out of a stream, with wake-up bytes and noise between."""
    ear = Dlt645Group([speaking()]).listener()
    stream = b"\xfe\xfe" + encode_frame(READ)
    assert ear.feed(b"\x00" + stream[:9], 0.0, NOW, None) == []
    assert len(ear.feed(stream[9:], 0.1, NOW, None)) == 1
