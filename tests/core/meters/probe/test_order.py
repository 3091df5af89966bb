"""What a probe asks, in which order, and that it asks nothing else than it may."""

import pytest

from core.errors import UsageError
from core.meters.alpha import packets
from core.meters.dlt645.frame import decode_frame
from core.meters.driver import Speed
from core.meters.edmi import frame as edmi
from core.meters.iec62056 import telegram as iec
from core.meters.mapping import ALPHA, DLT645_1997, DLT645_2007, EDMI
from core.meters.probe.order import Wish, families, plan
from core.meters.probe.prober import direct_limit
from core.meters.probe.question import IEC62056, Question

READS = {0x01, 0x11, 0x13}
"""Functions of DL/T 645 that read; everything else may change a meter."""
NAMEPLATE = "000000000048"
WASION = "wasion-4.1"


def harmless(question: Question) -> bool:
    """Decode what goes out with the codec of its family: a read, a sign-on, an attention, a break."""
    raw = question.raw
    match question.family:
        case "dlt645-2007" | "dlt645-1997":
            return decode_frame(raw.lstrip(b"\xfe")).control in READS and not question.farewell
        case "iec62056-21":
            leaves = iec.decode(question.farewell) == iec.BREAK
            return isinstance(iec.decode(raw), iec.SignOn) and leaves
        case "edmi":
            return edmi.decode_frame(raw).body == b"" and not question.farewell
        case "alpha":
            leaves = packets.decode_request(question.farewell) == packets.Short(packets.END)
            return isinstance(packets.decode_request(raw), packets.WhoAreYou) and leaves
        case _:
            return raw[1] == 0x55 and raw[2:4] == b"\x01\x10" and not question.farewell  # WASION: read 1001


@pytest.mark.parametrize("meter", ["", NAMEPLATE, "000212039174"])
def test_only_reads_and_sign_ons_go_out(meter: str) -> None:
    """No password, no login, no write, whatever is known of the meter."""
    assert all(harmless(question) for question in plan(Wish(meter)))


def test_the_usual_meter_is_asked_first() -> None:
    """dlt645 §1.1: 2007 at 2400, then 1997 at 1200, all speeds of firmware within the first seconds."""
    first = plan(Wish())[:5]
    assert [(one.family, one.speed.baud) for one in first] == [
        (DLT645_2007, 2400), (DLT645_1997, 1200), (DLT645_2007, 1200), (DLT645_2007, 9600),
        (DLT645_1997, 2400),
    ]  # fmt: skip
    assert sum(one.silent_for for one in first) < 5


@pytest.mark.parametrize("meter", ["", NAMEPLATE])
def test_a_whole_walk_is_short(meter: str) -> None:
    """All families and speeds, with or without a nameplate, in less than 100 s."""
    assert direct_limit(plan(Wish(meter))) < 100


def test_no_question_is_put_twice_but_to_wake() -> None:
    """Only who-are-you is repeated: an ALPHA meter may sleep through the first (meter protocols §4.2)."""
    seen = [(one.raw, one.speed) for one in plan(Wish(NAMEPLATE)) if one.family != ALPHA]
    assert len(seen) == len(set(seen))


def test_families_that_need_their_address_are_asked_with_the_nameplate() -> None:
    """WASION has no wildcard; EDMI and ALPHA carry serial and device number; then anybody is asked too."""
    asked = plan(Wish(NAMEPLATE))
    assert WASION not in {one.family for one in plan(Wish())}
    assert {one.family for one in asked} == set(families())
    assert next(one for one in asked if one.family == ALPHA).raw[5] == 48
    assert next(one for one in asked if one.family == EDMI).raw[1] == 0x45
    anybody = [one for one in asked if one.family == DLT645_2007 and not one.address]
    assert {one.speed.baud for one in anybody} == {2400, 1200, 9600, 4800}
    by_name = next(one for one in asked if one.family == DLT645_2007)
    assert decode_frame(by_name.raw.lstrip(b"\xfe")).address == NAMEPLATE


def test_a_nameplate_that_a_family_cannot_carry_is_left_out() -> None:
    """999 is no ALPHA device and no WASION address; twelve nines are no EDMI serial number."""
    asked = plan(Wish("999999999998"))
    by_address = {one.family for one in asked if one.address}
    assert by_address == {DLT645_2007, DLT645_1997, IEC62056}


def test_short_addresses_are_all_asked_when_nothing_else_is() -> None:
    """256 device numbers, if only ALPHA is looked for and no nameplate can be read."""
    asked = plan(Wish(families=(ALPHA,), speeds=(1200,)))
    assert {one.raw[5] for one in asked} == set(range(256))


def test_a_speed_without_a_row_takes_the_shape_of_the_family() -> None:
    """7200 8E1 for DL/T 645, 7200 8N1 for EDMI."""
    speeds = {one.family: one.speed for one in plan(Wish(speeds=(7200,)))}
    assert speeds[DLT645_2007] == Speed(7200)
    assert speeds[EDMI] == Speed(7200, "N")
    assert speeds[IEC62056] == Speed(7200, data_bits=7)


def test_what_cannot_be_asked_is_told() -> None:
    """A family nobody knows, and one that needs an address it does not have."""
    with pytest.raises(UsageError, match="Families"):
        plan(Wish(families=("hnd",)))
    with pytest.raises(UsageError, match="nothing to ask"):
        plan(Wish("999999999998", (WASION,)))
