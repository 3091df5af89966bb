"""Formats A.1 to A.27 against worked encodings, and what the wire cannot carry."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.wire import formats, times
from core.wire.codec import NO_SCOPE, Leaf
from core.wire.leaf import Mask, Phone
from tests import strategies

FORMATS: dict[str, Leaf] = {f"A{n}": get_args(getattr(formats, f"A{n}"))[1] for n in range(1, 28)}

# Origin: gdw376_1_a §5 table and "worked encodings"; those marked made follow the same table by hand.
WORKED: list[tuple[str, Any, str]] = [
    ("A1", datetime(2015, 12, 15, 11, 48, 49), "49 48 11 15 52 15"),
    ("A2", Decimal(345), "45 83"),
    ("A2", Decimal("-0.345"), "45 F3"),  # made
    ("A3", Decimal(1234567), "67 45 23 01"),
    ("A3", Decimal("-5E+3"), "05 00 00 50"),  # made
    ("A4", -15, "95"),
    ("A5", Decimal("-12.3"), "23 81"),
    ("A6", Decimal("12.34"), "34 12"),  # made
    ("A7", Decimal("220.5"), "05 22"),
    ("A8", 1234, "34 12"),  # made
    ("A9", Decimal("1.2345"), "45 23 01"),
    ("A10", 123456, "56 34 12"),  # made
    ("A11", Decimal("123456.78"), "78 56 34 12"),
    ("A12", "123456789012", "12 90 78 56 34 12"),
    ("A13", Decimal("1234.5678"), "78 56 34 12"),
    ("A14", Decimal("123456.7890"), "90 78 56 34 12"),
    ("A15", datetime(2026, 11, 20, 14, 36), "36 14 20 11 26"),  # made
    ("A16", times.DayTime(20, 14, 36, 7), "07 36 14 20"),  # made
    ("A17", times.MonthDayTime(11, 20, 14, 36), "36 14 20 11"),  # made
    ("A18", times.DayTime(0, 1, 30), "30 01 00"),  # made: every day 01:30
    ("A19", time(0, 5), "05 00"),  # made
    ("A20", date(2026, 11, 20), "20 11 26"),  # made
    ("A21", times.Month(2026, 11), "11 26"),  # made
    ("A22", Decimal("1.5"), "15"),
    ("A23", Decimal("0.5000"), "00 50 00"),
    ("A24", times.DayHour(20, 14), "14 20"),  # made
    ("A25", Decimal("5.123"), "23 51 00"),
    ("A26", Decimal("1.234"), "34 12"),
    ("A27", 12345678, "78 56 34 12"),  # made
]

# What no byte can say: one refusal per limit.
REFUSED: list[tuple[str, Any]] = [
    ("A1", datetime(1999, 12, 31)), ("A1", datetime(2026, 1, 1, microsecond=1)), ("A1", "2026"),
    ("A2", Decimal("1.2345")), ("A2", Decimal("1E+9")), ("A2", Decimal("NaN")), ("A2", 5),
    ("A3", Decimal(12345678)), ("A3", Decimal("0.5")), ("A4", 80), ("A4", True),
    ("A5", Decimal("800.0")), ("A5", Decimal("0.05")), ("A6", Decimal("-80")), ("A7", Decimal("-1")),
    ("A7", Decimal("1000")), ("A8", 10000), ("A8", -1), ("A9", Decimal("80")), ("A10", 1000000),
    ("A11", Decimal("1000000")), ("A11", Decimal("0.001")), ("A11", 1.5), ("A12", "12345"),
    ("A12", "12345678901x"), ("A13", Decimal("10000")), ("A14", Decimal("1E+99")),
    ("A14", Decimal("Infinity")),
    ("A15", datetime(2026, 1, 1, 0, 0, 1)), ("A15", datetime(2100, 1, 1)), ("A16", 5),
    ("A18", times.DayTime(1, 0, 0, 1)), ("A19", time(1, 2, 3)), ("A20", datetime(2026, 1, 1)),
    ("A21", times.Month(1999, 1)), ("A22", Decimal("10")), ("A25", Decimal("800")),
    ("A26", Decimal("-0.001")),
    ("A27", 100000000),
]  # fmt: skip

BROKEN = [
    ("A1", "49 48 11 32 52 15"), ("A1", "49 48 24 15 52 15"), ("A1", "4A 48 11 15 52 15"),
    ("A2", "4A 83"), ("A3", "67 45 23 0A"), ("A4", "1A"), ("A7", "0F 22"), ("A12", "12 90 78 56 34 1A"),
    ("A15", "36 14 31 02 26"), ("A17", "36 14 30 02"), ("A18", "60 01 00"), ("A19", "00 24"),
    ("A20", "00 11 26"), ("A21", "13 26"), ("A24", "24 20"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "hexadecimal"), WORKED)
def test_worked_encodings(name: str, value: Any, hexadecimal: str) -> None:
    """Each format gives exactly the published bytes, and reads them back."""
    raw = bytes.fromhex(hexadecimal)
    assert FORMATS[name].dump(value) == raw
    assert FORMATS[name].take(raw, 0, len(raw), NO_SCOPE) == (value, len(raw))


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refuses_what_the_wire_cannot_carry(name: str, value: Any) -> None:
    """A value without a place on the wire is refused, never rounded or cut."""
    with pytest.raises(EncodeError):
        FORMATS[name].dump(value)


@pytest.mark.parametrize(("name", "hexadecimal"), BROKEN)
def test_refuses_bytes_that_mean_nothing(name: str, hexadecimal: str) -> None:
    """Nibbles above 9 and impossible dates are declared errors with their offset."""
    raw = b"\0" + bytes.fromhex(hexadecimal)
    with pytest.raises(DecodeError) as caught:
        FORMATS[name].take(raw, 1, len(raw), NO_SCOPE)
    assert caught.value.offset == 1


@pytest.mark.parametrize("name", FORMATS)
def test_no_value_is_none(name: str) -> None:
    """All EEH means no value, both ways, and is not zero."""
    leaf = FORMATS[name]
    raw = b"\xee" * (leaf.size or 0)
    assert leaf.take(raw, 0, len(raw), NO_SCOPE)[0] is None
    assert leaf.dump(None) == raw
    assert leaf.from_json(leaf.to_json(None)) is None


@pytest.mark.parametrize(
    ("name", "hexadecimal"),
    [
        ("A25", "EF EF EF"),
        ("A7", "FE FE"),
        ("A14", "00 EE EE EE EE"),
        ("A15", "FF FF FF FF FF"),
        ("A12", "FFFFFFFFFFFF"),
    ],
)
def test_other_fillers_are_no_value_too(name: str, hexadecimal: str) -> None:
    """Fillers seen in published frames (0C F25, 0D F89, 0D F2) are no value, never a number."""
    raw = bytes.fromhex(hexadecimal)
    assert FORMATS[name].take(raw, 0, len(raw), NO_SCOPE) == (None, len(raw))


@pytest.mark.parametrize("name", FORMATS)
def test_short_input_is_refused(name: str) -> None:
    """Every missing byte is noticed."""
    size = FORMATS[name].size or 0
    with pytest.raises(DecodeError, match=f"needs {size} bytes"):
        FORMATS[name].take(b"\0" * (size - 1), 0, size - 1, NO_SCOPE)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(drawn=st.data())
def test_round_trips(name: str, drawn: st.DataObject) -> None:
    """Any value of a format survives bytes, JSON and the text people see, exactly."""
    leaf = FORMATS[name]
    value = drawn.draw(strategies.of(leaf))
    raw = leaf.dump(value)
    assert leaf.take(raw, 0, len(raw), NO_SCOPE) == (value, leaf.size)
    assert leaf.from_json(leaf.to_json(value)) == value
    assert leaf.read(leaf.show(value)) == value


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(drawn=st.data())
def test_any_bytes_decode_or_are_refused(name: str, drawn: st.DataObject) -> None:
    """Whatever arrives is a value that can be sent again, or a DecodeError; nothing else."""
    leaf = FORMATS[name]
    size = leaf.size or 0
    raw = drawn.draw(st.binary(min_size=size, max_size=size))
    try:
        value, _ = leaf.take(raw, 0, size, NO_SCOPE)
    except DecodeError:
        return
    again, _ = leaf.take(leaf.dump(value), 0, size, NO_SCOPE)
    assert again == value


def test_digits_are_kept_as_the_meter_shows_them() -> None:
    """Energy shows all its digits, leading zeros included."""
    energy = FORMATS["A11"]
    assert energy.to_json(Decimal("1234.56")) == "001234.56"
    assert FORMATS["A5"].show(Decimal("-1.5")) == "-001.5"


def test_phone_numbers() -> None:
    """Origin gdw376_1_a §7.1 F4: 13675834792 fills the high nibble first and pads with F."""
    raw = bytes.fromhex("13675834792FFFFF")
    assert Phone().load(raw, 0) == "13675834792"
    assert Phone().dump("13675834792") == raw
    with pytest.raises(EncodeError, match="at most 16"):
        Phone().dump("1" * 17)


def test_masks_read_what_people_write() -> None:
    """Ranges and words are understood, numbers without a bit are refused."""
    mask = Mask(2)
    assert mask.read("1-3, 9") == frozenset({1, 2, 3, 9})
    assert mask.show(mask.read("all")) == "all"
    assert mask.read("none") == frozenset()
    with pytest.raises(EncodeError, match=r"17 is outside 1\.\.16"):
        mask.read("17")
