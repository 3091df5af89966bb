from ipaddress import IPv4Address

import pytest

from core.errors import EncodeError, UsageError
from core.gdw376.catalogue import all_units
from core.gdw376.units.afn0c import TerminalClock
from core.gdw376.units.afn04 import ApnUser, MasterStation, TerminalAddress, UplinkMode, UplinkPort
from hhu.client.names import (
    ALIASES,
    Name,
    labels,
    parse_name,
    parse_wish,
    readable,
    secret,
    settable,
    wanted_units,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("04F3", Name(MasterStation)),
        ("0AF3", Name(MasterStation)),
        ("0af3.main_ip", Name(MasterStation, "main_ip")),
        ("master-station", Name(MasterStation)),
        ("master-station.apn", Name(MasterStation, "apn")),
        ("main-ip", Name(MasterStation, "main_ip")),
        ("Master-Station.Main-Port".lower(), Name(MasterStation, "main_port")),
        ("heartbeat", Name(UplinkPort, "heartbeat")),
        ("04F8.mode.online", Name(UplinkMode, "mode.online")),
        ("0CF2@12", Name(TerminalClock, None, 12)),
        ("0CF2@p3", Name(TerminalClock, None, 3)),
        ("address", Name(TerminalAddress)),
    ],
)
def test_names_lead_to_units_and_fields(text: str, name: Name) -> None:
    """Codes, aliases, fields and points, in the forms people write."""
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("04F200", "hhu units"),
        ("nonsense", "hhu units"),
        ("04F3.nothing", "main_ip"),
        ("04F3.main_ip.deeper", ""),
        ("", "04F3"),
        ("04F3@x", "04F3"),
        ("04F3.[", ""),
    ],
)
def test_what_is_no_name_is_refused_with_a_hint(text: str, hint: str) -> None:
    """A wrong name says what is known instead."""
    with pytest.raises(UsageError) as refused:
        parse_name(text)
    assert hint in refused.value.hint


def test_every_alias_leads_somewhere() -> None:
    """The favourites and all unit aliases can be typed, and their code form means the same."""
    for alias in [*ALIASES, *(unit.meaning.alias for unit in all_units())]:
        name = parse_name(alias)
        assert parse_name(name.text) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("main-ip=10.20.30.40", IPv4Address("10.20.30.40")),
        ("04F3.main_port=0x1F", 31),
        ("apn=a=b", "a=b"),
        ("address=1122-7788", TerminalAddress("1122", 0x7788)),
        ("04F89.terminal=7788", 0x7788),
        ("04F8.mode.online=on demand", 2),
        ("04F8.windows=0-5,23", frozenset({0, 1, 2, 3, 4, 5, 23})),
        ("04F1.confirmed.class_3=yes", True),
        ("04F6.groups=[1,2,3,4,5,6,7,8]", (1, 2, 3, 4, 5, 6, 7, 8)),
        ("04F16={\"user\":\"a\",\"password\":\"b\"}", ApnUser("a", "b")),
    ],
)  # fmt: skip
def test_wishes_carry_checked_values(text: str, value: object) -> None:
    """A typed value becomes the value of the field, whole units too."""
    assert parse_wish(text).value == value


@pytest.mark.parametrize(
    ("text", "field", "limit"),
    [
        ("main-ip=999.1.1.1", "04F3.main_ip", "above 255"),
        ("main-port=70000", "04F3.main_port", "0..65535"),
        ("apn=12345678901234567", "04F3.apn", "at most 16"),
        ("apn=中国移动", "04F3.apn", "ASCII"),
        ("address=1122-0000", "04F89", "1122-7788"),
        ("address=1122-FFFF", "04F89", "0001..FFFE"),
        ("04F8.mode.online=7", "04F8.mode.online", "0..3"),
        ("04F3=10.1.1.1", "04F3", "JSON"),
        ('04F3={"main_ip":"1.2.3.4"}', "04F3.apn", "missing"),
    ],
)
def test_values_the_wire_cannot_carry_name_field_and_limit(text: str, field: str, limit: str) -> None:
    """The refusal comes before anything is sent and says where and why."""
    with pytest.raises(EncodeError) as refused:
        parse_wish(text)
    assert refused.value.field == field
    assert limit in refused.value.reason


@pytest.mark.parametrize("text", ["apn", "0CF2.time=1", "reset-factory="])
def test_what_sets_nothing_is_refused(text: str) -> None:
    """A name without a value, a reading, a command."""
    with pytest.raises(UsageError):
        parse_wish(text)


def test_commands_are_neither_read_nor_set() -> None:
    """Only parameters can be set, only what has data can be read."""
    for refuse in (readable, settable):
        with pytest.raises(UsageError):
            refuse(parse_name("reset-hardware"))


def test_wishes_of_one_unit_meet_in_one_value() -> None:
    """Two fields of a unit travel together; the others keep what the terminal has."""
    station = MasterStation(IPv4Address("1.2.3.4"), 5, IPv4Address(0), 6, "CMNET")
    wishes = [parse_wish("apn=cmiot"), parse_wish("main-port=9001")]
    [(pn, wanted)] = wanted_units([(0, station)], wishes)
    assert (pn, wanted) == (0, MasterStation(IPv4Address("1.2.3.4"), 9001, IPv4Address(0), 6, "cmiot"))


def test_a_field_of_an_unread_unit_is_not_written_over_guesses() -> None:
    """Without the other fields a single one cannot be sent; a whole unit can."""
    with pytest.raises(UsageError, match="could not be read"):
        wanted_units([], [parse_wish("apn=cmiot")])
    assert wanted_units([], [parse_wish("address=1122-0001")]) == [(0, TerminalAddress("1122", 1))]


def test_secrets_are_known_by_their_leaves() -> None:
    """The password field, and a unit that holds one."""
    assert [secret(parse_name(t)) for t in ("04F16", "04F16.password", "04F16.user", "04F3")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_labels_follow_the_path() -> None:
    """A field is called by its own label."""
    assert labels(MasterStation, None)[0] == "主站IP地址和端口"
    assert labels(UplinkMode, "mode.online") == ("客户机模式下在线模式", "On-line mode")
