"""All parameters by file from the command line, against the emulated terminal."""

import json
from pathlib import Path

import pytest

from tests.core.meter_records import archive
from tests.hhu.cli.conftest import Hhu

EMULATOR = ("--line", "emulator")
WRITE = (*EMULATOR, "--hold", "5", "--yes", "--password-stdin")
PASSWORD = "000000\n"


@pytest.fixture
def saved(hhu: Hhu, tmp_path: Path) -> Path:
    """The uplink parameters of the demo terminal."""
    path = tmp_path / "p.json"
    ended = hhu("params", "save", str(path), "--group", "uplink", *EMULATOR)
    assert (ended.code, ended.out) == (0, "")
    assert "8 units saved, 1 not held" in ended.err
    return path


def edited(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def test_what_was_saved_does_not_differ(hhu: Hhu, saved: Path) -> None:
    """Exit code 0, no row; with --all a row for each field, never a password."""
    ended = hhu("params", "compare", str(saved), *EMULATOR)
    assert (ended.code, ended.out) == (0, "")
    rows = hhu("params", "compare", str(saved), "--all", "--json", *EMULATOR).objects
    assert {row["match"] for row in rows} == {"same"}
    assert "04F3.apn" in {row["name"] for row in rows}
    assert "04F16.password" not in {row["name"] for row in rows}


def test_only_what_differs_is_written_and_proven(hhu: Hhu, saved: Path) -> None:
    """Compare says 5, set writes two fields and says 0, then nothing differs."""
    edited(saved, ("CMNET", "cmiot"), ('"heartbeat": 15', '"heartbeat": 5'))
    ended = hhu("params", "compare", str(saved), "--json", *EMULATOR)
    assert ended.code == 5
    assert {row["name"]: (row["terminal"], row["file"]) for row in ended.objects} == {
        "04F1.heartbeat": (15, 5),
        "04F3.apn": ("CMNET", "cmiot"),
    }
    ended = hhu("params", "set", str(saved), *WRITE, "--json", typed=PASSWORD)
    assert ended.code == 0, ended.err
    assert {row["name"]: row["state"] for row in ended.objects} == {
        "04F1.heartbeat": "verified",
        "04F3.apn": "verified",
    }
    again = hhu("params", "set", str(saved), *EMULATOR, "--yes")
    assert (again.code, again.out) == (0, "")
    assert "Nothing differs." in again.err
    assert hhu("params", "compare", str(saved), *EMULATOR).code == 0


def test_people_see_a_table(hhu: Hhu, saved: Path) -> None:
    """Label, code, both values, a word."""
    edited(saved, ("CMNET", "cmiot"))
    ended = hhu("params", "compare", str(saved), *EMULATOR)
    assert ended.out.split() == [
        "FIELD",
        "CODE",
        "TERMINAL",
        "FILE",
        "APN",
        "04F3.apn",
        "CMNET",
        "cmiot",
        "differs",
    ]
    assert "1 of " in ended.err


def test_a_unit_that_is_not_held_is_said_and_left(hhu: Hhu, saved: Path) -> None:
    """The rest is written; the exit code says that something could not be."""
    whole = json.loads(saved.read_text("utf-8"))
    whole["units"] = [{"code": "04F17", "value": {"value": "100"}}]
    saved.write_text(json.dumps(whole), "utf-8")
    ended = hhu("params", "compare", str(saved), *EMULATOR)
    assert (ended.code, "not held by this terminal" in ended.out) == (0, True)
    ended = hhu("params", "set", str(saved), *EMULATOR, "--yes")
    assert ended.code == 1
    assert "04F17: not held" in ended.err


def test_meters_go_into_an_empty_archive(hhu: Hhu, saved: Path) -> None:
    """M96: a list by number is begun by a file, and then nothing differs."""
    value = archive(3).to_json()
    for record in value["meters"]:
        del record["password"]
    whole = json.loads(saved.read_text("utf-8"))
    whole["units"] = [{"code": "04F10", "value": value}]
    saved.write_text(json.dumps(whole), "utf-8")
    assert hhu("params", "compare", str(saved), *EMULATOR).code == 5
    ended = hhu("params", "set", str(saved), *WRITE, typed=PASSWORD)
    assert ended.code == 0, ended.err
    assert hhu("params", "compare", str(saved), *EMULATOR).code == 0


def test_a_refused_write_has_its_code(hhu: Hhu, saved: Path) -> None:
    """The switch is closed: 1, as with hhu set."""
    edited(saved, ("CMNET", "cmiot"))
    ended = hhu("params", "set", str(saved), *EMULATOR, "--yes", "--password-stdin", typed=PASSWORD)
    assert ended.code == 1
    assert "refused" in ended.out


def test_files_are_checked_before_the_line_is_opened(hhu: Hhu, saved: Path, tmp_path: Path) -> None:
    """Wrong value, no such file, no --yes, an existing file: 2, and nothing is sent."""
    edited(saved, ('"main_port": 8001', '"main_port": 70000'))
    for act in ("compare", "set"):
        ended = hhu(
            "params", act, str(saved), "--line", "ir:/dev/nowhere", "--yes"[: 5 * (act == "set")] or "--json"
        )
        assert ended.code == 2
        assert "04F3.main_port" in ended.err
    assert hhu("params", "compare", str(tmp_path / "none.json"), *EMULATOR).code == 2
    ended = hhu("params", "save", str(saved), *EMULATOR)
    assert (ended.code, "--yes" in ended.err) == (2, True)
    assert hhu("params", "save", str(saved), "--group", "events", "--yes", *EMULATOR).code == 0
    assert [unit["code"] for unit in json.loads(saved.read_text("utf-8"))["units"]] == ["04F9"]
    edited(saved, ("event-masks", "event-masks"))
    assert "--yes" in hhu("params", "set", str(saved), *EMULATOR).err


def test_the_file_can_go_to_standard_output(hhu: Hhu) -> None:
    """For scripts; the talk stays on stderr."""
    ended = hhu("params", "save", "-", "--group", "events", "--group", "points", "--points", "1-2", *EMULATOR)
    whole = json.loads(ended.out)
    assert (whole["terminal"], [unit["code"] for unit in whole["units"]]) == ("1122-7788", ["04F9"])
    assert "14 not held" in ended.err


def test_reading_with_and_without_a_selector(hhu: Hhu) -> None:
    """A unit of the past needs a day and says so; with one it is asked for."""
    ended = hhu("read", "0DF161@1", *EMULATOR)
    assert (ended.code, "0DF161@1:2026-11-20" in ended.err) == (2, True)
    ended = hhu("read", "0DF161@1:2026-11-19", *EMULATOR)
    assert ended.code == 1
    ended = hhu("set", "04F10.meters[0].point=3", *EMULATOR, "--yes")
    assert (ended.code, "needs a selector" in ended.err) == (2, True)
