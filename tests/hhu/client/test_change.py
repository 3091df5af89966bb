from dataclasses import replace
from ipaddress import IPv4Address

from core.gdw376.units.afn04 import ApnUser, KeyMeters, MasterStation
from hhu.client.change import State, changes_of
from hhu.client.names import parse_name

HELD = MasterStation(IPv4Address("1.2.3.4"), 5, IPv4Address(0), 6, "CMNET")


def test_secrets_are_covered() -> None:
    """A password shows as dots."""
    [change] = changes_of(0, ApnUser("a", "old"), ApnUser("a", "new"), ())
    assert change.shown(change.after) == "••••"


def test_only_leaves_that_differ_are_changes_unless_kept() -> None:
    """What differs is planned; what holds already and was named is verified; the rest is no change."""
    wanted = replace(HELD, main_ip=IPv4Address("1.2.3.9"))
    rows = [(change.path, change.state) for change in changes_of(0, HELD, wanted, [parse_name("apn")])]
    assert rows == [("main_ip", State.PLANNED), ("apn", State.VERIFIED)]


def test_a_shorter_list_has_a_change_for_what_is_gone() -> None:
    """The field of a dropped entry is to be absent, not empty."""
    [change] = changes_of(0, KeyMeters((4, 5)), KeyMeters((4,)), ())
    assert (change.path, change.before, change.after, change.gone) == ("serials[1]", 5, None, True)
