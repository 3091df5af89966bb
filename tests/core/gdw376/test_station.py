"""Which address reaches a terminal (device behaviour 5.6, vendor extension 1.8, part A §1.4)."""

import pytest

from core.gdw376.address import BROADCAST, UNIVERSAL, UNIVERSAL_REVERSED, Address
from core.gdw376.station import Reach, Station
from tests.core.gdw376.frames import OWN, down, up

GROUPS = frozenset({0x0101, 0x0202})
DISCOVER = bytes.fromhex("0000010B")


@pytest.mark.parametrize(
    ("address", "local", "uplink"),
    [
        (OWN, Reach.OWN, Reach.OWN),
        (OWN.by(77), Reach.OWN, Reach.OWN),
        (Address("1122", 0x7789), None, None),
        (Address("1123", 0x7788), None, None),
        (UNIVERSAL, Reach.UNIVERSAL, None),
        (UNIVERSAL_REVERSED, Reach.UNIVERSAL, None),
        (Address("1122", 0x0101, group=True), Reach.GROUP, Reach.GROUP),
        (Address("1122", 0x0303, group=True), None, None),
        (Address("1122", 0, group=True), None, None),
        (Address("9999", 0x0101, group=True), None, None),
        (Address("1122", 0xFFFF, group=True), Reach.BROADCAST, Reach.BROADCAST),
        (Address("0000", 0xFFFF, group=True), Reach.BROADCAST, Reach.BROADCAST),
        (Address("9999", 0xFFFF, group=True), None, None),
        (Address("1122", 0x7788, group=True), None, None),
        (BROADCAST, None, None),
    ],
)
def test_addresses(address: Address, local: Reach | None, uplink: Reach | None) -> None:
    """Own, universal, group, broadcast, on a local channel and on the uplink."""
    frame = down(address=address)
    assert Station(OWN, GROUPS, local=True).reach(frame) is local
    assert Station(OWN, GROUPS, local=False).reach(frame) is uplink


def test_discovery_asks_only_for_the_address() -> None:
    """FFFF-FFFF reaches everybody, but only with AFN0A F89 and only locally."""
    asked = down(payload=DISCOVER, address=BROADCAST)
    assert Station(OWN).reach(asked) is Reach.DISCOVERY
    assert Station(OWN, local=False).reach(asked) is None
    assert Station(OWN).reach(down(0x05, payload=DISCOVER, address=BROADCAST)) is None


def test_uplink_frames_are_for_nobody() -> None:
    """The answer of another terminal on the same line is not a request."""
    assert Station(OWN).reach(up()) is None


def test_factory_address_is_the_universal_one() -> None:
    """A terminal that was never given an address owns 1122-3344, also on the uplink (5.6 A3)."""
    assert Station(UNIVERSAL, local=False).reach(down(address=UNIVERSAL)) is Reach.OWN
