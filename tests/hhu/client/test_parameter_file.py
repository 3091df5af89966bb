"""Parameters in a file: every unit survives the way there and back, secrets never go."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StoreError, UsageError
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ApnUser,
    EventMasks,
    MasterStation,
    MeterArchive,
    MonthEnergy2012,
    PulseInput,
    PulseInputs,
    TariffPeriods,
    TerminalAddress,
    UplinkMode,
)
from core.wire.paths import places
from hhu.client.change import Key
from hhu.client.groups import GROUPS, all_parameters, has_points, units_in, writable
from hhu.client.parameter_file import (
    Match,
    ParameterFile,
    compared,
    differing,
    load,
    parse,
    render,
    save,
    taken_over,
)
from tests.strategies import values

NOW = datetime(2026, 11, 20, 14, 36, 7)
STATION = MasterStation.from_json(
    {"main_ip": "10.1.2.3", "main_port": 1, "standby_ip": "0.0.0.0", "standby_port": 2, "apn": "cmiot"}
)
METER = {
    "serial": 1, "point": 1, "line": {"port": 1, "speed": 3}, "protocol": 30, "address": "000000000012",
    "password": "112233445566", "tariffs": 4, "digits": {"decimals": 1, "integers": 2},
    "collector": "000000000000", "user_class": {"minor": 1, "major": 4},
}  # fmt: skip


def text_of(*units: Unit) -> dict[str, Any]:
    held: dict[Key, Unit] = {(int(has_points(type(unit))), type(unit)): unit for unit in units}
    return json.loads(render(held, "1122-7788", NOW)[0])


def test_every_parameter_is_in_one_group() -> None:
    """Groups do not overlap and nothing is left out."""
    units = [unit for group in GROUPS for unit in units_in(group)]
    assert len(units) == len(set(units)) == len({unit.meaning.fn for unit in units}) == 73
    assert tuple(all_parameters()) == tuple(units)


KINDS = [unit for unit in all_parameters() if writable(unit) and unit is not TerminalAddress]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(drawn=st.data())
def test_every_parameter_survives_the_file(kind: type[Unit], drawn: st.DataObject) -> None:
    """What was read, saved and loaded is equal in every field that is no secret."""
    key, unit = (int(has_points(kind)), kind), drawn.draw(values(kind))
    back = parse(render({key: unit}, "1122-7788", NOW)[0], "x.json").units[key]
    assert _open(back) == _open(unit)


def _open(unit: Unit) -> list[tuple[str, Any]]:
    return [(place.path, place.value) for place in places(unit) if not place.leaf.secret]


def test_what_cannot_be_written_is_left_out_by_name() -> None:
    """The address of the terminal without a word, a value beyond its limits with its name."""
    held: dict[Key, Unit] = {
        (0, TerminalAddress): TerminalAddress("1122", 0x7788),
        (0, TariffPeriods): TariffPeriods.blank(),
    }
    text, left_out = render(held, "1122-7788", NOW)
    assert parse(text, "x.json").units == {}
    assert left_out == ("04F21",)


def test_a_file_is_for_people() -> None:
    """Codes, aliases, names in both languages, words for codes, ranges for sets."""
    masks = EventMasks(frozenset(range(1, 9)), frozenset())
    entry, mode = text_of(masks, UplinkMode.blank())["units"]
    assert entry["value"] == {"valid": "1-8", "important": "none"}
    assert (entry["code"], entry["alias"], entry["zh"]) == ("04F9", "event-masks", "终端事件记录配置设置")
    assert mode["value"]["mode"]["transport"] == "TCP"


def test_secrets_are_left_out_by_name_and_never_taken_from_a_file() -> None:
    """Neither the password of the APN nor of a meter is in the text; one typed in is refused."""
    archive = MeterArchive.from_json({"meters": [METER]})
    text, left_out = render({(0, ApnUser): ApnUser("a", "s3cret"), (0, MeterArchive): archive}, "x", NOW)
    assert "s3cret" not in text
    assert "112233445566" not in text
    assert left_out == ("04F16.password", "04F10.meters[0].password")
    typed = text.replace('"user": "a"', '"user": "a", "password": "mine"')
    with pytest.raises(UsageError, match="secrets are not taken"):
        parse(typed, "x.json")


def test_secrets_of_the_terminal_stay() -> None:
    """Taking a file over changes the user and keeps the password, also of a meter found by its number."""
    held: dict[Key, Unit] = {
        (0, ApnUser): ApnUser("old", "s3cret"),
        (0, MeterArchive): MeterArchive.from_json({"meters": [METER]}),
    }
    text, _ = render(held, "x", NOW)
    file = parse(text.replace('"old"', '"new"').replace('"tariffs": 4', '"tariffs": 2'), "x.json")
    wanted = taken_over(file, held)
    assert wanted[0, ApnUser] == ApnUser("new", "s3cret")
    assert wanted[0, MeterArchive] == MeterArchive.from_json({"meters": [METER | {"tariffs": 2}]})


def test_comparing_tells_what_differs_and_what_cannot_be_compared() -> None:
    """Fields, records only in the file, units not read and not held."""
    file = ParameterFile(
        "x",
        {
            (0, MasterStation): STATION,
            (0, PulseInputs): PulseInputs((PulseInput(1, 1, 0, 1), PulseInput(2, 2, 0, 1))),
            (0, UplinkMode): UplinkMode.blank(),
            (0, ApnUser): ApnUser("", ""),
        },
    )
    held: dict[Key, Unit] = {
        (0, MasterStation): MasterStation.from_json(STATION.to_json() | {"apn": "CMNET"}),
        (0, PulseInputs): PulseInputs((PulseInput(1, 1, 0, 1),)),
    }
    rows = compared(file, held, [(0, ApnUser)])
    by_match: dict[Match, list[str]] = {}
    for row in rows:
        by_match.setdefault(row.match, []).append(row.name)
    assert by_match[Match.DIFFERS] == ["04F3.apn"]
    assert [name[:15] for name in by_match[Match.ONLY_FILE]] == ["04F11.inputs[1]"] * 4
    assert by_match[Match.UNREAD] == ["04F8"]
    assert by_match[Match.ABSENT] == ["04F16"]
    assert len(differing(rows)) == 5


def test_an_edition_is_named_by_its_alias() -> None:
    """F46 of 2012 has its own alias and comes back as such."""
    unit = MonthEnergy2012.blank()
    text, _ = render({(1, MonthEnergy2012): unit}, "x", NOW)
    assert parse(text, "x.json").units == {(1, MonthEnergy2012): unit}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"code": "04F3", "value": {}}, "04F3.apn: is missing"),
        ({"code": "04F3", "alias": "uplink-port", "value": {}}, "two different units"),
        ({"code": "0CF2", "value": {}}, "no parameter"),
        ({"code": "04F999", "value": {}}, "No data unit"),
        ({"code": "04F3", "point": 4, "value": {}}, "point 4"),
        ({"code": "04F25", "value": {}}, "point 0"),
        ({"code": "04F36", "value": {"value": -1}}, "04F36.value: -1 is outside"),
        ({"code": "04F150", "value": {}}, "no parameter"),
        ("nonsense", "No data unit"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(entry: Any, told: str) -> None:
    """Unit, field and limit; nothing of the file is used."""
    text = json.dumps({"format": "hhu parameters 1", "units": [entry]})
    with pytest.raises(UsageError) as refused:
        parse(text, "x.json")
    assert told in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"units": []}', ""])
def test_other_files_are_refused(text: str) -> None:
    """No JSON, or JSON of something else."""
    with pytest.raises(UsageError, match=r"x\.json"):
        parse(text, "x.json")


def test_a_unit_twice_is_refused() -> None:
    """Which one would count?"""
    entry = text_of(STATION)["units"][0]
    text = json.dumps({"format": "hhu parameters 1", "units": [entry, entry]})
    with pytest.raises(UsageError, match="twice"):
        parse(text, "x.json")


def test_files_on_the_disk(tmp_path: Path) -> None:
    """Saved and loaded; a file that is not there is the store's error, one that is no text is named."""
    path = tmp_path / "a" / "p.json"
    assert save(path, {(0, MasterStation): STATION}, "1122-7788", NOW) == ()
    file = load(path)
    assert (file.terminal, file.units) == ("1122-7788", {(0, MasterStation): STATION})
    with pytest.raises(StoreError):
        load(tmp_path / "none.json")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="no text"):
        load(path)


def test_every_secret_of_the_dictionary_is_one_that_is_left_out() -> None:
    """No leaf marked secret gets into a file."""
    secrets = [p.path for unit in all_parameters() for p in places(unit.blank()) if p.leaf.secret]
    assert len(secrets) >= 2
