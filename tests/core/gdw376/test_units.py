"""The dictionary of data units: its invariants, and every unit's bytes."""

import re
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError, UsageError
from core.gdw376.catalogue import all_units, unit_class, unit_named, units_of
from core.gdw376.unit import Edition, Unit
from core.gdw376.units import afn0c, afn02, afn04, afn05
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.paths import places
from core.wire.record import layout_of
from tests import strategies

UNITS = all_units()
IDS = [unit.meaning.code for unit in UNITS]

# The units that the first path needs; the others are a matter of rows.
WANTED = {  # at least
    0x00: {1, 2, 3},
    0x01: {1, 2, 3, 4},
    0x02: {1, 2, 3},
    0x04: {1, 3, 4, 5, 6, 7, 8, 9, 16, 89},
    0x05: {29, 31, 37, 38, 39},
    0x09: {1},
    0x0C: {2, 3, 4, 7, 8, 10},
}

# Sizes without data of variable length. Origin: gdw376_1_a §6 to §10, gdw376_1_b §2.1.
SIZES = {
    "00F1": 0, "00F2": 0, "01F1": 0, "04F1": 6, "04F3": 28, "04F4": 16, "04F5": 3, "04F6": 16, "04F8": 8,
    "04F9": 16, "04F16": 64, "04F89": 4, "05F31": 6, "09F1": 41, "0CF2": 6, "0CF3": 31, "0CF4": 1, "0CF7": 2,
    "0CF8": 8, "0CF10": 8,
}  # fmt: skip


def test_the_wanted_units_are_known() -> None:
    """Every data unit of the first path has a row, the query 0A shares those of 04."""
    assert all(fns <= set(units_of(afn)) for afn, fns in WANTED.items())
    assert unit_class(0x0A, 3) is afn04.MasterStation


def test_keys_and_aliases_are_unique() -> None:
    """No two rows share a code and edition, or an alias."""
    keys = [(u.meaning.afn, u.meaning.fn, u.meaning.edition, u.meaning.direction) for u in UNITS]
    names = [u.meaning.alias for u in UNITS]
    assert len(set(keys)) == len(keys)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


@pytest.mark.parametrize("unit", UNITS, ids=IDS)
def test_labels_in_both_languages(unit: type[Unit]) -> None:
    """Every unit and every field is named in Chinese and in English, and says where it comes from."""
    assert re.search(r"[一-鿿]", unit.meaning.zh)
    assert unit.meaning.en.isascii()
    assert re.match(r"[AB] §", unit.meaning.clause)
    for place in places(unit.blank()):
        assert all(place.labels_zh)
        assert all(place.labels_en)


@pytest.mark.parametrize("code", SIZES)
def test_sizes_are_those_of_the_standard(code: str) -> None:
    """Fixed units have the length the reference gives."""
    afn, fn = code.split("F", maxsplit=1)[0], int(code.rpartition("F")[2])
    unit = unit_class(int(afn, 16) if afn else 0x0F, fn)
    assert unit is not None
    assert layout_of(unit).size == SIZES[code]


@pytest.mark.parametrize("unit", UNITS, ids=IDS)
@settings(max_examples=12, deadline=None)
@given(drawn=st.data())
def test_every_unit_round_trips(unit: type[Unit], drawn: st.DataObject) -> None:
    """Any value survives bytes, JSON and dissection exactly."""
    value = drawn.draw(strategies.values(unit))
    raw = value.encode()
    assert unit.decode(raw) == value
    assert unit.from_json(value.to_json()) == value
    node, seen, after = layout_of(unit).dissect(Label("u", "单元", "Unit"), raw, 0, len(raw), NO_SCOPE)
    assert (seen, after) == (value, len(raw))
    assert spans(node) == list(range(len(raw)))


def spans(node: Node) -> list[int]:
    """Every byte position that a leaf covers; bit fields count as their word, once."""
    if node.children and node.children[0].bits is None:
        return [at for child in node.children for at in spans(child)]
    return list(range(node.start, node.end))


@pytest.mark.parametrize("unit", UNITS, ids=IDS)
@settings(max_examples=15, deadline=None)
@given(raw=st.binary(max_size=80))
def test_any_bytes_raise_only_the_declared_error(unit: type[Unit], raw: bytes) -> None:
    """Garbage is decoded to something that can be sent again, or refused with an offset inside the bytes."""
    try:
        value = unit.decode(raw)
    except DecodeError as error:
        assert 0 <= error.offset <= len(raw)
        return
    try:
        again = value.encode()
    except EncodeError:
        return  # a number that may be read but not written, such as terminal address 0
    assert unit.decode(again) == value


# Origin: ../vectors/gdw376 (see there for each line's source), data part only.
KNOWN: list[tuple[type[Unit], str, dict[str, Any]]] = [
    (
        afn04.MasterStation,
        "C0A80001901FC0A80002901F5A4A444C2E5A4A000000000000000000",
        {"main_ip": "192.168.0.1", "main_port": 8080, "standby_ip": "192.168.0.2", "standby_port": 8080,
         "apn": "ZJDL.ZJ"},
    ),
    (
        afn04.MasterStation,
        "B46151BE254E000000000000636D6E65740000000000000000000000",
        {"main_ip": "180.97.81.190", "main_port": 20005, "standby_ip": "0.0.0.0", "standby_port": 0,
         "apn": "cmnet"},
    ),
    (
        afn04.EventMasks,
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        {"valid": list(range(1, 65)), "important": list(range(1, 65))},
    ),
    (afn04.TerminalAddress, "01511A07", {"region": "5101", "terminal": "071A"}),
    (
        afn04.UplinkPort,
        "00001E300705",  # made: 30 s x 3, all services confirmed, heartbeat 5 min (gdw376_1_a §7.1 F1)
        {"rts_delay": 0, "send_delay": 0, "response": {"timeout": 30, "retries": 3},
         "confirmed": {"class_1": True, "class_2": True, "class_3": True}, "heartbeat": 5},
    ),
    (
        afn04.UplinkMode,
        "913C000305FFFFFF",  # made: UDP client always on line (gdw376_1_a §7.1 F8)
        {"mode": {"online": 1, "role": 1, "transport": 1}, "redial": 60, "passive_redials": 3,
         "passive_idle": 5, "windows": list(range(24))},
    ),
    (afn0c.TerminalClock, "494811155215", {"time": "2015-12-15T11:48:49"}),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "hexadecimal", "expected"), KNOWN)
def test_published_data(unit: type[Unit], hexadecimal: str, expected: dict[str, Any]) -> None:
    """Bytes that others published mean what they documented, and come out the same."""
    raw = bytes.fromhex(hexadecimal)
    assert unit.decode(raw).to_json() == expected
    assert unit.from_json(expected).encode() == raw


def test_the_clock_is_sent_with_its_weekday() -> None:
    """Friday 2026-11-20 carries weekday 5 above the month."""
    assert afn05.SetClock(datetime(2026, 11, 20, 14, 36, 7)).encode() == bytes.fromhex("07361420B126")


def test_the_heartbeat_may_carry_a_clock() -> None:
    """2009 sends nothing, 2012/13 the clock; both are read."""
    assert afn02.Heartbeat.decode(b"") == afn02.Heartbeat()
    assert afn02.Heartbeat.decode(bytes.fromhex("494811155215")).clock == datetime(2015, 12, 15, 11, 48, 49)
    assert afn02.Heartbeat().encode() == b""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"main_ip": "999.1.1.1"}, "main_ip: segment 999 of 999.1.1.1 is above 255"),
        ({"main_port": 70000}, r"main_port: 70000 is outside 0\.\.65535"),
        ({"apn": "a" * 17}, "apn: 17 characters, at most 16 fit"),
        ({"apn": "专网"}, "apn: only ASCII letters"),
        ({"main_ip": "10.20.30"}, "main_ip: an address like 10.20.30.40 expected"),
        ({"main_port": "80a"}, "main_port: a whole number expected"),
    ],
)
def test_bad_values_are_refused_by_field_and_limit(change: dict[str, Any], message: str) -> None:
    """What a technician may mistype is refused before anything is sent, naming field and limit."""
    good = afn04.MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address(0), 0, "CMNET").to_json()
    with pytest.raises(EncodeError, match=message):
        afn04.MasterStation.from_json(good | change)


def test_unknown_names_say_where_to_look() -> None:
    """A wrong alias points to the list of names."""
    with pytest.raises(UsageError, match="hhu units"):
        unit_named("no-such-unit")
    assert unit_named("master-station") is afn04.MasterStation
    assert unit_class(0x04, 200) is None
    assert unit_class(0x04, 89, Edition.BASE_2009) is afn04.TerminalAddress


def test_secrets_are_masked_in_dissections() -> None:
    """A password field shows that it is set, never what it is."""
    raw = afn04.ApnUser("user", "made-up").encode()
    node = layout_of(afn04.ApnUser).dissect(Label("u", "单元", "Unit"), raw, 0, len(raw), NO_SCOPE)[0]
    assert [child.text for child in node.children] == ["user", "••••"]
