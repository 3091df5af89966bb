"""The address field and its text."""

import pytest
from hypothesis import given, settings

from core.errors import EncodeError
from core.gdw376.address import BROADCAST, UNIVERSAL, UNIVERSAL_REVERSED, Address
from tests.core.gdw376.frames import addresses


@pytest.mark.parametrize(
    ("text", "region", "terminal"),
    [
        ("1122-3344", "1122", 0x3344),
        ("11223344", "1122", 0x3344),
        ("9612-3456", "9612", 0x3456),
        ("1122-ffff", "1122", 0xFFFF),
        (" 1122-13124 ", "1122", 13124),
    ],
)
def test_text_is_read(text: str, region: str, terminal: int) -> None:
    """Both halves are read, A2 as four hexadecimal or five decimal digits."""
    assert Address.parse(text) == Address(region, terminal)


@pytest.mark.parametrize(
    "text", ["", "1122", "11AA-3344", "1122-334", "1122-0000", "1122-70000", "１１２２-3344"]
)
def test_other_text_is_refused(text: str) -> None:
    """What is no address is refused as a field named address."""
    with pytest.raises(EncodeError) as refused:
        Address.parse(text)
    assert refused.value.field == "address"


def test_wire_order() -> None:
    """A1 and A2 go low byte first, A3 holds MSA and the group flag (part A §1.4, vector 96123456)."""
    assert Address("9612", 0x3456).encode().hex() == "1296563400"
    assert UNIVERSAL.by(1).encode().hex() == "2211443302"
    assert UNIVERSAL_REVERSED.by(1).encode().hex() == "1122334402"
    assert BROADCAST.encode().hex() == "ffffffff01"


@given(addresses)
@settings(derandomize=True, deadline=None)
def test_both_ways(address: Address) -> None:
    """Any address the wire can carry comes back, and so does its text."""
    assert Address.decode(address.encode()) == address
    if address.terminal:
        assert Address.parse(address.text).same_station(address)
    if address.terminal and address.region != "FFFF":
        assert Address.parse(address.decimal_text).same_station(address)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (Address("112", 1), "address.region"),
        (Address("11A2", 1), "address.region"),
        (Address("1122", 0x10000), "address.terminal"),
        (Address("1122", -1), "address.terminal"),
        (Address("1122", 1, msa=128), "address.msa"),
    ],
)
def test_limits_are_kept(address: Address, field: str) -> None:
    """Encoding refuses what five bytes cannot carry and names the part."""
    with pytest.raises(EncodeError) as refused:
        address.encode()
    assert refused.value.field == field


def test_foreign_region_stays_visible() -> None:
    """A region that is not BCD is shown as it stands on the wire, and not sent."""
    address = Address.decode(bytes.fromhex("ABCD443302"))
    assert address.region == "CDAB"
    with pytest.raises(EncodeError):
        address.encode()
