from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import codes, decode_value, identifier, known
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.physics.account import PRICE
from core.simulation.physics.load import Register
from core.simulation.physics.plate import Kind
from tests.core.simulation.stage import ADDRESS, NOW, OPERATOR, asked, content, speaking, value

V1997, V2007 = Edition.V1997, Edition.V2007


def sampled(edition: Edition) -> Iterator[str]:
    """Every 23rd identifier of an edition, and their blocks."""
    for code in list(codes(edition))[::23]:
        yield code
        blocks = (code[:3] + "F",) if edition is V1997 else (code[:4] + "FF" + code[6:], code[:6] + "FF")
        yield from (block for block in blocks if identifier(block, edition))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("edition", Edition)
def test_every_answer_is_a_value_of_its_identifier(kind: Kind, edition: Edition) -> None:
    """Whatever is asked, the meter refuses or answers what the tables of the master decode."""
    meter = speaking(kind, edition)
    answered = 0
    for code in sampled(edition):
        found = content(meter, code)
        if found is not None:
            decode_value(known(code, edition), found)
            answered += 1
    assert answered > 20


@pytest.mark.parametrize("kind", Kind)
def test_energy_blocks(kind: Kind) -> None:
    """M55: forward and reverse energy, total and tariffs; the total is their sum, the combined of both."""
    meter = speaking(kind)
    forward, reverse = value(meter, "0001FF00"), value(meter, "0002FF00")
    assert len(forward) == 5
    assert forward[0] == sum(forward[1:]) > 0
    assert value(meter, "0000FF00") == tuple(a + b for a, b in zip(forward, reverse, strict=True))
    assert value(meter, "00010200") == forward[2]
    assert forward[0].as_tuple().exponent == -2


def test_reactive_energy_by_quadrants() -> None:
    """M71: combined reactive 1 is QI plus QIV, combined 2 is QII plus QIII, until their words are written."""
    meter = speaking(Kind.THREE_PHASE)
    quadrants = [value(meter, f"000{number}FF00") for number in (5, 6, 7, 8)]
    assert value(meter, "0003FF00") == tuple(a + b for a, b in zip(quadrants[0], quadrants[3], strict=True))
    assert value(meter, "0004FF00") == tuple(a + b for a, b in zip(quadrants[1], quadrants[2], strict=True))
    assert asked(meter, r.Write2007("04000602", "04", "000000", OPERATOR, b"\x11"))
    assert value(meter, "0003FF00") == tuple(a + c for a, c in zip(quadrants[0], quadrants[2], strict=True))


def test_settlements_are_a_block() -> None:
    """M77, M78: now and the last twelve settlements of a register, falling backwards."""
    meter = speaking()
    found = value(meter, "000100FF")
    assert len(found) == 13
    assert sorted(found, reverse=True) == list(found)
    assert value(meter, "0001000C") == found[12]
    assert value(meter, "0001FF03")[0] == found[3]


def test_demand_blocks() -> None:
    """M56: maximum demand and its time, total and tariffs; the total is one of them."""
    peaks = value(speaking(), "0101FF00")
    assert len(peaks) == 5
    assert peaks[0] in peaks[1:]
    assert peaks[0].demand == max(peak.demand for peak in peaks[1:])
    assert datetime(2026, 11, 1) <= peaks[0].time <= NOW
    assert value(speaking(), "0101FF01")[0].time.month == 10


def test_present_values() -> None:
    """M57: three phases measure A, B, C; one phase says FFH for B and C."""
    volts = value(speaking(Kind.THREE_PHASE), "0201FF00")
    assert len(volts) == 3
    assert all(Decimal(210) < volt < Decimal(235) for volt in volts)
    single = speaking()
    assert value(single, "0201FF00")[1:] == (None, None)
    assert content(single, "02020200") == b"\xff\xff\xff"
    powers = value(speaking(Kind.THREE_PHASE), "0203FF00")
    assert powers[0] == sum(powers[1:])
    assert value(single, "0203FF00")[0] == value(single, "02030100")


def test_clock_and_drift() -> None:
    """M58: the clock shows its own time: offset and drift included."""
    meter = speaking(offset=3.0, ppm=100.0)
    later = NOW + timedelta(days=10)
    clock = datetime.combine(value(meter, "04000101", later).day, value(meter, "04000102", later))
    assert clock - later == timedelta(seconds=89)
    both = value(meter, "0400010C", later)
    assert (both.day, both.time) == (clock.date(), clock.time())


def test_status_words_show_what_is_so() -> None:
    """M59: relay, programming key, prepayment and lost phases stand in the status words."""
    meter = speaking()
    assert not value(meter, "04000503").relay
    meter.press_key(NOW)
    meter.meter.trip(NOW, OPERATOR)
    word = value(meter, "04000503")
    assert (word.relay, word.programming_allowed, word.meter_kind) == (1, True, 2)
    three = speaking(Kind.THREE_PHASE)
    three.meter.lose_phase(NOW, 2)
    assert value(three, "04000506").phase_break
    block = value(three, "040005FF")
    assert (block.phase_c.phase_break, block.phase_a.phase_break) == (True, False)


def test_relay_record() -> None:
    """M60, M61: how often the relay tripped and closed, and when."""
    meter = speaking()
    assert (value(meter, "1D000001"), value(meter, "1D000101")) == (0, None)
    before = value(meter, "00010000")
    meter.meter.trip(NOW, OPERATOR)
    meter.meter.close(NOW + timedelta(minutes=5), OPERATOR)
    later = NOW + timedelta(hours=1)
    assert (value(meter, "1D000001", later), value(meter, "1E000001", later)) == (1, 1)
    assert value(meter, "1D000101", later) == NOW
    assert value(meter, "1E010101", later) == NOW + timedelta(minutes=5)
    assert value(meter, "1D010201", later) == before
    assert content(speaking(Kind.RESIDENTIAL), "1D000001") is None


def test_parameter_changes_are_counted() -> None:
    """M62: each write counts as programming, with operator and identifiers."""
    meter = speaking()
    before = value(meter, "03300000")
    assert asked(meter, r.Write2007("04000103", "04", "000000", OPERATOR, b"\x30"))
    assert value(meter, "03300000") == before + 1
    record = value(meter, "03300001")
    assert (record.time, record.operator) == (NOW, OPERATOR)
    assert record.identifiers[:2] == ("04000103", "FFFFFFFF")


def test_prepayment_registers() -> None:
    """M63: a tariff-control meter tells what is left, overdrawn and bought; others have no such data."""
    meter = speaking()
    assert value(meter, "03330201") >= 1
    assert value(meter, "03330601") == value(meter, "00900200") + _spent(meter)
    assert value(meter, "00900200") > 0
    assert value(meter, "00900201") == 0
    assert value(meter, "00900100") > value(meter, "00900200")
    assert content(speaking(Kind.RESIDENTIAL), "00900200") is None


def _spent(meter: Dlt645Meter) -> Decimal:
    first = meter.meter.energy(Register.FORWARD, meter.meter.registers.start)[0]
    used = meter.meter.energy(Register.FORWARD, NOW)[0] - first
    return Decimal(used * PRICE // 100).scaleb(-2)


@pytest.mark.parametrize(("number", "days"), [(1, 0), (31, 30), (62, 61)])
def test_day_freezes(number: int, days: int) -> None:
    """M64, M67, M68: 62 day freezes, dated by the midnight, equal to that moment's reading."""
    meter = speaking(Kind.THREE_PHASE, offset=0.0)
    midnight = datetime(2026, 11, 20) - timedelta(days=days)
    assert value(meter, f"050600{number:02X}") == midnight
    frozen = value(meter, f"050601{number:02X}")
    fresh = speaking(Kind.THREE_PHASE, offset=0.0)
    assert frozen == tuple(fresh.meter.energy(Register.FORWARD, midnight)[n] / Decimal(100) for n in range(5))
    assert len(value(meter, f"050609{number:02X}")) == 5
    assert content(meter, "0506013F") is None


def test_a_day_freeze_at_a_settlement_keeps_the_demand_of_the_month_that_ended() -> None:
    """M67: the demand frozen at 00:00 of the 1st is not the empty one of the month that begins."""
    meter = speaking()
    assert value(meter, "05060914")[0].time.month == 10
    assert value(meter, "05060014") == datetime(2026, 11, 1)


def test_hour_freezes() -> None:
    """M86: 254 hours, totals only, the newest at the last full hour."""
    meter = speaking()
    assert value(meter, "05040001") == datetime(2026, 11, 20, 8)
    assert value(meter, "050400FE") == datetime(2026, 11, 20, 8) - timedelta(hours=253)
    assert len(content(meter, "05040101") or b"") == 4
    assert value(meter, "0504FF01").time == datetime(2026, 11, 20, 8)


def test_freezes_on_command() -> None:
    """16: a broadcast freeze is kept as the instant freeze; a pattern freezes when the clock shows it."""
    meter = speaking()
    assert content(meter, "05010101") is None
    assert asked(meter, r.NOW, NOW, "999999999999") is None
    assert value(meter, "05010001") == NOW.replace(second=0)
    assert value(meter, "05010101") == value(meter, "0001FF00")
    assert asked(meter, r.Freeze(15, 99, 99, 99), NOW)
    assert content(meter, "05000101") is None
    later = NOW + timedelta(hours=3)
    assert value(meter, "05000001", later) == datetime(2026, 11, 20, 11, 15)
    assert value(meter, "05000003", later) == datetime(2026, 11, 20, 9, 15)


def test_load_records() -> None:
    """M72, M73: records every 15 minutes with all classes, by time or the latest; in many frames."""
    meter = speaking(Kind.THREE_PHASE)
    (latest,) = value(meter, "06000002", count=1)
    assert latest.time == datetime(2026, 11, 20, 8, 30)
    since = datetime(2026, 11, 20, 6, 0)
    found = value(meter, "06000001", count=8, since=since)
    assert [record.time for record in found] == [since + timedelta(minutes=15 * n) for n in range(8)]
    energies = [record.classes[3].forward for record in found]
    assert sorted(energies) == energies
    assert found[0].classes[0].u_a is not None
    assert value(meter, "06010002", count=2)[0].classes[3] is None
    assert content(meter, "00010000", count=1) is None


def test_single_item_curve() -> None:
    """M72: a curve of one item begins with its time."""
    curve = value(speaking(), "06100601", count=3, since=datetime(2026, 11, 20, 7))
    assert curve.time == datetime(2026, 11, 20, 7)
    assert len(curve.values) == 3


def test_energies_1997() -> None:
    """M55: the old edition counts the same: total and tariffs, now and at the last two settlements."""
    old, new = speaking(edition=V1997), speaking()
    assert value(old, "901F") == value(new, "0001FF00")
    assert value(old, "913F") == value(new, "0005FF00")
    assert value(old, "914F") == value(new, "0008FF00")
    assert value(old, "941F") == value(new, "0001FF01")
    assert value(old, "981F") == value(new, "0001FF02")
    assert value(old, "90FF") == (value(old, "901F"), value(old, "902F"))


def test_demand_and_variables_1997() -> None:
    """M56, M57: demand and its time are two reads; voltages are whole volts."""
    old, new = speaking(edition=V1997), speaking()
    assert value(old, "A010") == value(new, "01010000").demand
    time = value(new, "01010000").time
    at = value(old, "B010")
    assert (at.month, at.day, at.hour, at.minute) == (time.month, time.day, time.hour, time.minute)
    assert value(old, "B611") == int(value(new, "02010100"))
    assert value(old, "B612") is None
    assert value(old, "B630") == abs(value(new, "02030000"))


def test_clock_status_and_counts_1997() -> None:
    """M58, M59, M62: clock, status word, programming count with its time."""
    old = speaking(edition=V1997)
    assert value(old, "C011") == NOW.time()
    assert value(old, "C010").day == NOW.date()
    assert value(old, "C020").automatic
    assert value(old, "B212") >= 1
    assert value(old, "C032") == ADDRESS
    assert value(old, "C313") == 4
    assert value(old, "B311") == 0


def test_a_block_of_1997_may_end_with_aa() -> None:
    """Both kinds of meters exist; a master must take either (dlt645 §3.1)."""
    plain, closing = speaking(edition=V1997), speaking(edition=V1997, closing=True)
    assert content(closing, "901F") == (content(plain, "901F") or b"") + b"\xaa"
    assert value(closing, "901F") == value(plain, "901F")
