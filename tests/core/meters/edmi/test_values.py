"""Commands, values and register numbers by the published examples, and their limits."""

import struct
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.decimals import plain
from core.meters.edmi import commands as c
from core.meters.edmi import registers as g
from core.meters.edmi import values as v
from core.meters.edmi.frame import decode_frame
from core.meters.edmi.recipes import mapped_by
from core.meters.edmi.registers import Family, Period, Store, TimeOfUse
from core.quantities import Quantity
from tests.core.meters.edmi.published import row

Q = Quantity


def answer(meaning: str) -> c.Answer:
    return c.answer_in(decode_frame(row(meaning).raw).body)


def test_published_values():
    """Doubles, floats, a stuffed moment, an error and a refused login mean what they were documented to."""
    double, single = answer("reply to register 0169, 64"), answer("reply to register 0169, 32")
    assert isinstance(double, c.Content)
    assert isinstance(single, c.Content)
    assert v.number_in(double.data, "U") == Decimal("12345678.25")
    assert v.number_in(single.data) == Decimal("12345.5")
    moment = answer("reply date and time")
    assert isinstance(moment, c.Content)
    assert moment.register == g.CLOCK
    assert v.moment_in(moment.data) == datetime(2016, 11, 19, 17, 3, 2)
    assert answer("reply CAN 3") == c.Refused(3)
    assert answer("bare CAN") == c.Refused(None)
    assert answer("register information") == c.Description(0xE000, "F", "V", "Phase A Voltage")


def test_the_published_multi_read():
    """Error 3 carries no value; the values around it are found (§3.3)."""
    found = answer("multi-read reply")
    assert isinstance(found, c.Contents)
    parts = v.split(found.data, ["F", "F", "F"])
    assert parts is not None
    assert [error for error, _ in parts] == [0, 3, 0]
    assert [v.number_in(data, "F") for error, data in parts if not error] == [Decimal("230.25"), Decimal(50)]


F50 = bytes.fromhex("42480000")


@pytest.mark.parametrize(
    ("data", "types", "found"),
    [
        (b"\x08\0" + F50, "FF", ((8, b""), (0, F50))),
        (b"\x08" + F50 + b"\0" + F50, "FF", ((8, F50), (0, F50))),
        (b"\0" + F50 + b"\0" + F50, ("", ""), ((0, F50), (0, F50))),
        (b"\0MK6\0\0" + F50, "AF", ((0, b"MK6\0"), (0, F50))),
        (b"\0" + F50, "FF", None),
        (b"\0" + F50 + b"\x03\x99", "FF", None),
        (b"\0" + F50, "J", None),
    ],
    ids=["omitted", "present", "by length", "text", "too short", "too long", "no length known"],
)
def test_multi_reads_are_taken_apart_only_where_their_length_decides(
    data: bytes, types: list[str], found: object
):
    """Firmware differs behind other errors: whatever is not certain is read again one by one."""
    assert v.split(data, list(types)) == found


def test_a_multi_read_with_two_readings_is_none():
    """Error 8 with its value or without it, and both fit the length: not guessed at."""
    data = bytes((8, 0, 3))
    assert v.split(data, ["C", "C"]) is None


@given(st.floats(width=32, allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) < 1e15))
def test_a_float_is_the_shortest_decimal_that_is_it(value: float):
    """No digit is made up and none is lost: the decimal gives the same float back (law 2)."""
    raw = struct.pack(">f", value)
    found = v.number_in(raw, "F")
    if value:
        assert struct.pack(">f", float(found)) == raw
    assert "E" not in str(found) or abs(value) < 1e-5


@given(st.integers(0, 10**11))
def test_energies_of_64_bits_are_exact(hundredths: int):
    """Every register of XXXXXXXXX.XX kWh travels through Wh without a changed digit."""
    kwh = Decimal(hundredths).scaleb(-2)
    raw = v.number_bytes(kwh * 1000, "U")
    assert plain(v.number_in(raw, "U").scaleb(-3)) == kwh


@pytest.mark.parametrize("raw", ["7FC00000", "7F800000", "FF800000", "7F7FFFFF", "FFFFFFFFFFFFFFFF", "1234"])
def test_what_is_no_number_is_none(raw: str):
    """Not a number, infinite, absurd or of a strange length: an error, never zero."""
    with pytest.raises(DecodeError):
        v.number_in(bytes.fromhex(raw))


def test_integers_and_their_limits():
    """Signed and unsigned types; what does not fit is refused."""
    assert v.number_in(b"\xff\xfe", "I") == -2
    assert v.number_in(b"\xff\xfe", "H") == 0xFFFE
    with pytest.raises(EncodeError):
        v.number_bytes(Decimal(70000), "H")
    with pytest.raises(EncodeError):
        v.number_bytes(Decimal(1), "T")


@given(st.datetimes(datetime(1996, 1, 2), datetime(2089, 12, 31)))
def test_moments_round_trip(moment: datetime):
    """Binary bytes, day first; the year of 1996 to 2089."""
    whole = moment.replace(microsecond=0)
    assert v.moment_in(v.moment_bytes(whole)) == whole


@pytest.mark.parametrize("raw", ["010160000000", "000000000000", "1F021A000000", "FFFFFFFFFFFF"])
def test_a_lost_calendar_is_no_date(raw: str):
    """1 January 1996 and impossible dates mean that there is none (§3.4)."""
    assert v.moment_in(bytes.fromhex(raw)) is None


@pytest.mark.parametrize(
    ("register", "one"),
    [
        (0x0169, TimeOfUse(Store.ENERGY, 1, Period.RUNNING)),
        (0x0063, TimeOfUse(Store.ENERGY, 0, Period.RUNNING, 3)),
        (0x0149, TimeOfUse(Store.ENERGY, 1, Period.BILLED)),
        (0x1109, TimeOfUse(Store.DEMAND, 1, Period.CURRENT)),
        (0x8123, TimeOfUse(Store.DEMAND_TIME, 1, Period.PREVIOUS, 3)),
    ],
)
def test_register_numbers_of_mk6(register: int, one: TimeOfUse):
    """T C P F, as the table of items has them (§3.5)."""
    assert g.register_of(Family.MK6, one) == register
    assert g.time_of_use(Family.MK6, register) == one


@pytest.mark.parametrize(
    ("register", "one"),
    [
        (0x1E00, TimeOfUse(Store.ENERGY, 0, Period.RUNNING)),
        (0x1E02, TimeOfUse(Store.ENERGY, 0, Period.RUNNING, 1)),
        (0x1E20, TimeOfUse(Store.ENERGY, 2, Period.RUNNING)),
    ],
)
def test_register_numbers_of_mk10(register: int, one: TimeOfUse):
    """The bits 0aab bbbc cccc dddd of the example (§3.6)."""
    assert g.register_of(Family.MK10, one) == register
    assert g.time_of_use(Family.MK10, register) == one


@given(st.sampled_from(Family), st.integers(0, 0xFFFF))
def test_no_number_stands_for_two_registers(family: Family, register: int):
    """What is taken apart comes together to the same number."""
    one = g.time_of_use(family, register)
    assert one is None or g.register_of(family, one) == register


def test_the_map_of_the_meter_goes_before_the_configured_one():
    """Channels 0 and 1 the other way round are believed; an unknown code leaves its channel to the
    configuration, flagged; a channel that says something else is never assumed."""
    told: list[int | None] = [0xE397, 0xE393, 0, 0xE394, None, None, 0xE49F, 0xE59F, 0xE59B, 0xE49B, 0, 0]
    found = mapped_by(Family.MK6, told, g.TYPICAL)
    assert found.channels[Q.FORWARD_ACTIVE] == 0
    assert found.channels[Q.REVERSE_ACTIVE] == 1
    assert found.channels[Q.QUADRANT_4] == 9
    assert found.assumed == {Q.QUADRANT_4}
    assert Q.REACTIVE_1 not in found.channels
    assert Q.REACTIVE_2 not in found.channels


commands = st.one_of(
    st.just(c.Attention()),
    st.just(c.Logout()),
    st.builds(c.Login, *(st.text("ABCxyz0123", max_size=10),) * 2),
    st.builds(c.Read, st.integers(0, 0xFFFF)),
    st.builds(c.Read, st.integers(0, 0xFFFFFFFF), st.just(True)),
    st.builds(c.Information, st.integers(0, 0xFFFF)),
    st.builds(c.ReadMany, st.lists(st.integers(0, 0xFFFFFFFF), min_size=1, max_size=40).map(tuple)),
    st.builds(c.Write, st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=8)),
    st.builds(c.FileInformation, st.integers(0, 0xFFFFFFFF)),
)


@given(commands)
def test_commands_round_trip(command: c.Command):
    """Each command is recognised from its body alone."""
    assert c.command_in(c.command_body(command)) == command


def test_what_the_wire_cannot_carry_is_refused():
    """A register of too many bits, a name with a comma, a text of other characters."""
    for wrong in (c.Read(0x10000), c.Login("A,B", "x"), c.Login("密", "x"), c.ReadMany((1 << 32,))):
        with pytest.raises(EncodeError):
            c.command_body(wrong)
