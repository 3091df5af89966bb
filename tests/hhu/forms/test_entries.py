"""Rows of forms come from the layouts alone."""

from ipaddress import IPv4Address

import pytest

from core.errors import EncodeError
from core.gdw376.catalogue import all_units
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import Authentication, MasterStation, TerminalAddress, UplinkMode, UplinkPort
from hhu.forms.entries import entries_of, is_closed, limit, shown, typed
from hhu.widgets.glyphs import glyphs
from hhu.words import Words

EN, ZH = Words("en"), Words("zh")
MASTER = MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address("0.0.0.0"), 0, "CMNET")


@pytest.mark.parametrize(
    "unit", [unit for unit in all_units() if unit.meaning.afn == 4], ids=lambda u: u.meaning.code
)
def test_every_parameter_has_rows_with_words_and_limits(unit: type[Unit]) -> None:
    """No field without a name in both languages; every one says what may be typed."""
    for entry in entries_of(unit):
        assert entry.label(EN)
        assert entry.label(ZH)
        assert limit(entry.leaf, EN)
        assert limit(entry.leaf, ZH)


def test_a_row_takes_and_puts_its_own_value() -> None:
    """Changing one row leaves the other fields of the unit alone."""
    apn = next(entry for entry in entries_of(MasterStation) if entry.path == "apn")
    assert apn.key == "04F3.apn"
    assert apn.value(MASTER) == "CMNET"
    changed = apn.put(MASTER, "cmiot")
    assert isinstance(changed, MasterStation)
    assert (changed.apn, changed.main_ip) == ("cmiot", MASTER.main_ip)


def test_the_terminal_address_is_one_row() -> None:
    """People write 1122-7788; both parts are one row, and nonsense is refused with the form to use."""
    (entry,) = entries_of(TerminalAddress)
    unit = TerminalAddress("1122", 0x7788)
    assert entry.shown(unit, EN) == "1122-7788"
    assert entry.leaf.read("1122-7799") == TerminalAddress("1122", 0x7799)
    assert entry.covers("region")
    with pytest.raises(EncodeError, match="terminal address"):
        entry.leaf.read("12-34")


def test_values_speak_the_language_of_the_screen() -> None:
    """Choices, yes and no, and units of measure."""
    by_path = {entry.path: entry for entry in (*entries_of(UplinkMode), *entries_of(UplinkPort))}
    online = by_path["mode.online"]
    assert shown(online.leaf, 1, EN) == "always on line"
    assert shown(online.leaf, 1, ZH) == "永久在线模式"
    assert shown(by_path["confirmed.class_3"].leaf, True, ZH) == "是"
    assert shown(by_path["heartbeat"].leaf, 15, EN) == "15 min"
    assert shown(by_path["windows"].leaf, frozenset(range(24)), ZH) == "全部"


def test_secrets_are_covered_and_never_offered_for_editing() -> None:
    """The form of a secret starts empty; its value shows only that there is one."""
    secret = next(
        entry
        for unit in all_units()
        if unit.meaning.code == "04F16"
        for entry in entries_of(unit)
        if entry.leaf.secret
    )
    assert shown(secret.leaf, "CARD", EN) == glyphs().secret * 6
    assert typed(secret.leaf, "CARD") == ""
    assert shown(secret.leaf, "", EN) == "(empty)"


def test_codes_with_gaps_can_be_typed() -> None:
    """Scheme 0 and 255 have names, but others exist: a list would shut them out."""
    scheme = next(entry for entry in entries_of(Authentication) if entry.path == "scheme")
    assert not is_closed(scheme.leaf)
    assert "255 hardware" in limit(scheme.leaf, EN)
