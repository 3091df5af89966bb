"""Vectors: GSM 03.40 samples of modem manuals, and address and time fields of public tests."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.lines.pdu import (
    Alphabet,
    Deliver,
    Submit,
    decode_deliver,
    decode_submit,
    encode_deliver,
    encode_submit,
    octets_of,
    septets,
)

HOW_ARE_YOU = "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"
HELLO = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37"
HELLO_OUT = "0011000B916407281553F80000AA0AE8329BFD4697D9EC37"
ZONES = st.integers(-79, 79).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
STAMPS = st.datetimes(
    datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=ZONES
).map(lambda stamp: stamp.replace(microsecond=0))  # fmt: skip
NUMBERS = st.from_regex(r"\+?[0-9*#abc]{1,20}", fullmatch=True)
CENTRES = st.just("") | st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True)
OCTETS = st.binary(max_size=140)
WIDE = st.sampled_from([Alphabet.OCTETS, Alphabet.UCS2])


def test_a_message_of_the_manuals_is_read():
    """Sender, centre, time and septets of the sample every modem manual knows."""
    message = decode_deliver(octets_of(HOW_ARE_YOU))
    assert (message.number, message.centre) == ("+31641600986", "+31624000000")
    assert message.stamp == datetime(2002, 8, 26, 19, 37, 41, tzinfo=UTC)
    assert message.alphabet is Alphabet.TEXT
    assert bytes(septets(message.octets, 12)) == b"How are you?"


def test_other_types_of_address_are_read_too():
    """A type C8H is no international form, and the time stamp keeps its own zone."""
    message = decode_deliver(octets_of(HELLO))
    assert (message.number, message.centre) == ("27838890001", "+27381000015")
    assert message.stamp is not None
    assert message.stamp.utcoffset() == timedelta(hours=2)
    assert bytes(septets(message.octets, 10)) == b"hellohello"


def test_a_message_to_be_sent_is_read_from_foreign_bytes():
    """Relative validity takes one octet, the number its own length."""
    message = decode_submit(octets_of(HELLO_OUT))
    assert (message.number, message.centre, message.reference) == ("+46708251358", "", 0)
    assert bytes(septets(message.octets, 10)) == b"hellohello"


def test_eight_bit_data_to_be_sent_byte_for_byte():
    """First octet, number, 8-bit coding, an hour of validity; the modem counts all but the centre."""
    raw, length = encode_submit(Submit("+8613675834792", b"\x68\x32\x16"))
    assert raw.hex().upper() == "001100" + "0D91683176854397F2" + "0004" + "0B" + "03683216"
    assert length == len(raw) - 1
    raw, length = encode_submit(Submit("10086", b"\x01", centre="+8613800100500"))
    assert raw.hex().upper() == "0891683108100005F0" + "1100" + "05810180F6" + "0004" + "0B" + "0101"
    assert length == len(raw) - 9


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("0A918967452301", "+9876543210"),
        ("099189674523F1", "+987654321"),
        ("0B917228195339F4", "+27829135934"),
        ("0AA11092997856", "0129998765"),
        ("06D061F118", "abc"),
        ("0ED04669D0397C26A7", "FRANCOIS"),
    ],
)
def test_senders_of_all_kinds(field: str, number: str):
    """International, national, odd and even numbers of digits, and a sender that is a word."""
    message = decode_deliver(octets_of("00" + "04" + field + "0004" + "51117200000080" + "0100"))
    assert message.number == number


@pytest.mark.parametrize(
    ("field", "stamp"),
    [
        ("51117200000000", datetime(2015, 11, 27, tzinfo=UTC)),
        ("51117200000080", datetime(2015, 11, 27, tzinfo=timezone(timedelta(hours=2)))),
        ("70402132522423", datetime(2007, 4, 12, 23, 25, 42, tzinfo=timezone(timedelta(hours=8)))),
        ("7040213252242B", datetime(2007, 4, 12, 23, 25, 42, tzinfo=timezone(timedelta(hours=-8)))),
        ("00000000000000", None),
        ("51317200000080", None),
        ("F1117200000080", None),
    ],
)
def test_time_stamps_and_their_zones(field: str, stamp: datetime | None):
    """Quarters of an hour east and west; what is no time is none, and the message still counts."""
    message = decode_deliver(octets_of("0004" + "05810180F6" + "0004" + field + "0155"))
    assert message.stamp == stamp
    assert message.octets == b"\x55"


@pytest.mark.parametrize("coding", [0x04, 0x14, 0xF4, 0xF5, 0x05])
def test_eight_bit_data_has_many_codings(coding: int):
    """General groups with and without class, and the data coding group."""
    message = decode_deliver(octets_of(f"000405810180F600{coding:02X}51117200000080020168"))
    assert (message.alphabet, message.octets) == (Alphabet.OCTETS, b"\x01\x68")


@given(st.builds(Deliver, NUMBERS, OCTETS, st.none() | STAMPS, CENTRES, WIDE, st.booleans()))
def test_what_arrives_survives_the_round_trip(message: Deliver):
    """Any number, time, zone and content comes back as it was."""
    assert decode_deliver(encode_deliver(message)) == message


@given(st.builds(Submit, NUMBERS, OCTETS, CENTRES, st.integers(0, 255), WIDE, st.booleans()))
def test_what_is_sent_survives_the_round_trip(message: Submit):
    """Any number, centre and content comes back as it was, and the counted length is the TPDU's."""
    raw, length = encode_submit(message)
    assert decode_submit(raw) == message
    assert length == len(raw) - 1 - raw[0]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_clear_error(raw: bytes):
    """Garbage raises the declared error and nothing else."""
    for decode in (decode_deliver, decode_submit):
        try:
            decode(raw)
        except DecodeError as error:
            assert 0 <= error.offset <= len(raw)


def test_every_cut_and_every_addition_is_noticed():
    """Half a line of the modem is never taken for a message."""
    raw = octets_of(HOW_ARE_YOU)
    for size in range(len(raw)):
        with pytest.raises(DecodeError):
            decode_deliver(raw[:size])
    with pytest.raises(DecodeError, match="too many"):
        decode_deliver(raw + b"\0")


@pytest.mark.parametrize("text", [HOW_ARE_YOU[:-1], "0G", "ÄÖ", "07 91 1"])
def test_odd_and_foreign_digits_are_no_octets(text: str):
    """An odd number of digits, or signs that are none."""
    with pytest.raises(DecodeError):
        octets_of(text)


@pytest.mark.parametrize(
    "message",
    [
        Submit("", b""),
        Submit("+", b""),
        Submit("1" * 21, b""),
        Submit("136-758", b""),
        Submit("1", bytes(141)),
        Submit("1", b"", reference=256),
        Submit("1", b"", centre="FRANCOIS"),
    ],
)
def test_what_no_message_can_carry_is_refused(message: Submit):
    """Numbers without digits or with other signs, and more than 140 octets."""
    with pytest.raises(EncodeError):
        encode_submit(message)


def test_a_time_without_zone_is_refused():
    """The network's times have one."""
    with pytest.raises(EncodeError, match="zone"):
        encode_deliver(Deliver("1", b"", datetime(2026, 11, 20)))
