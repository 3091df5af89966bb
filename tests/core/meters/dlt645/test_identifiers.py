"""The catalogue of both editions: everything resolves, fits its size, and survives its own codec."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.meters.dlt645.control import Edition
from core.meters.dlt645.identifiers import codes, decode_value, encode_value, families, identifier, known
from core.meters.dlt645.rows import Quantity
from tests.core.meters.dlt645.published import identifiers

V1997, V2007 = Edition.V1997, Edition.V2007
ALL = [code for edition in Edition for family in families(edition) for code in list(family.codes())[:1]]


@pytest.mark.parametrize("row", identifiers(), ids=lambda row: row["code"])
def test_table_of_identifiers(row: dict[str, str]) -> None:
    """Name, unit, access and size agree with the table rebuilt from public sources, a code of each family."""
    quantity = identifier(row["code"], Edition(row["edition"]))
    assert quantity is not None
    assert (quantity.en, quantity.zh) == (row["name_en"], row["name_zh"])
    assert (quantity.unit, quantity.access) == (row["unit"], row["access"])
    if row["bytes"] and quantity.codec.size is not None:
        assert quantity.codec.size == int(row["bytes"])


@pytest.mark.parametrize(("edition", "least"), [(V2007, 12000), (V1997, 1300)])
def test_codes_are_unique_and_resolve(edition: Edition, least: int) -> None:
    """No code stands in two families; each resolves to itself."""
    every = list(codes(edition))
    assert len(every) == len(set(every)) > least
    assert all((found := identifier(code, edition)) and found.code == code for code in every[::37])


@pytest.mark.parametrize("code", ["02250000", "04CC0001", "00014000", "0001000D", "000100", "XYZ"])
def test_unknown_codes(code: str) -> None:
    """Codes outside every family and every index are unknown, not wrong."""
    assert identifier(code) is None


def test_blocks_expand() -> None:
    """FF names the members of its position in order (dlt645 §5.1, §3.1)."""
    assert known("0001FF00").members[:3] == ("00010000", "00010100", "00010200")
    assert known("000100FF").members[-1] == "0001000C"
    assert known("0201FF00").members == ("02010100", "02010200", "02010300")
    assert known("0203FF00").members[0] == "02030000"
    assert known("901F", V1997).members[:2] == ("9010", "9011")
    assert identifier("00FFFF00") is None


def value(code: str, data: str, edition: Edition = V2007) -> object:
    """Decode hexadecimal bytes."""
    return decode_value(known(code, edition), bytes.fromhex(data))


def test_values() -> None:
    """Signs, "not supported", dates, texts, blocks and trailing AAH by the rules of dlt645 §3.1 and §5."""
    assert value("00010000", "56341200") == Decimal("1234.56")
    assert value("02030000", "452381") == Decimal("-1.2345")
    assert value("0201FF00", "5622FFFFFFFF") == (Decimal("225.6"), None, None)
    assert value("04000405", "000041302E35") == "5.0A"
    assert value("04000102", "555321") == time(21, 53, 55)
    assert value("04000B01", "9999") is None
    peak = value("01010000", "45230130082011 26".replace(" ", ""))
    assert (peak.demand, peak.time) == (Decimal("1.2345"), datetime(2026, 11, 20, 8, 30))  # type: ignore[attr-defined]
    day = value("04000101", "06291218")
    assert (day.day, day.weekday) == (date(2018, 12, 29), 6)  # type: ignore[attr-defined]
    assert value("901F", "00100000" + "00040000" + "AA", V1997) == (Decimal("10.00"), Decimal("4.00"))
    assert value("90FF", "00100000AA00040000AA", V1997) == ((Decimal("10.00"),), (Decimal("4.00"),))


@pytest.mark.parametrize(
    ("code", "data"),
    [("00010000", "000E0000"), ("00010000", "5404000001"), ("00010000", "540400"), ("02010100", "FF22")],
)
def test_garbage_values(code: str, data: str) -> None:
    """Nibbles above 9 and wrong lengths are errors, never zero and never another exception."""
    with pytest.raises(DecodeError):
        value(code, data)


@pytest.mark.parametrize(
    ("code", "bad"),
    [("00010000", "-1"), ("00010000", "1000000.00"), ("02060000", "8.001"), ("02010100", "230.15")],
)
def test_encode_refuses(code: str, bad: str) -> None:
    """Signs, digits and decimals that have no place are refused."""
    with pytest.raises(EncodeError):
        encode_value(known(code), Decimal(bad))


def test_load_record() -> None:
    """The load record of dlt645 §14: class 1 only, both ways, and its checksum."""
    data = bytes.fromhex("A0A01C30082011261423142314230010000010000010000050AAAAAAAAAAAA0CE5")
    quantity = known("06000001")
    (record,) = decode_value(quantity, data)
    assert record.time == datetime(2026, 11, 20, 8, 30)
    assert (record.classes[0].u_a, record.classes[0].frequency) == (Decimal("231.4"), Decimal("50.00"))
    assert record.classes[1:] == (None,) * 5
    assert encode_value(quantity, (record,)) == data
    assert quantity.codec.from_json(quantity.codec.to_json((record,))) == (record,)
    with pytest.raises(DecodeError):
        decode_value(quantity, data[:-3] + b"\xab" + data[-2:])


@given(st.sampled_from(ALL), st.binary(max_size=140))
@settings(derandomize=True, deadline=None, max_examples=400)
def test_arbitrary_bytes_raise_only_the_declared_error(code: str, data: bytes) -> None:
    """Any bytes behind any identifier are a value that encodes to as many bytes, or a DecodeError."""
    quantity = identifier(code, V1997 if len(code) == 4 else V2007)
    assert isinstance(quantity, Quantity)
    size = quantity.codec.size
    try:
        found = decode_value(quantity, data[:size] if size else data)
    except DecodeError:
        return
    again = encode_value(quantity, found)
    assert decode_value(quantity, again) == found
    quantity.codec.to_json(found)
