"""``hhu meters library``: lists, checks like a compiler, and packs what a package carries."""

import json
from pathlib import Path

import pytest

from tests.core.meters.library.stage import text_of
from tests.hhu.cli.conftest import Hhu
from tests.together.library_stage import package, wasion


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text_of("wasion-4.1").replace('"1.0.0"', '"3.0.0"'), "utf-8")
    return path


def test_the_list_is_honest(hhu: Hhu) -> None:
    """What is unverified or empty is called so; aliases name what reads them."""
    ended = hhu("meters", "library", "list")
    lines = {line.split()[0]: line for line in ended.out.splitlines()}
    assert ended.code == 0
    assert lines["wasion-4.1"].rstrip().endswith("unverified")
    assert "empty; missing: frame layout" in lines["hnd"]
    assert "read as dlt645-2007" in lines["clou"]
    rows = [json.loads(line) for line in hhu("meters", "library", "list", "--json").out.splitlines()]
    assert {row["kind"] for row in rows} == {"protocol", "readout", "classes", "alias", "slot"}


def test_defects_are_told_by_line(hhu: Hhu, good: Path) -> None:
    """One line a defect, as editors understand it; a good file is said to be good."""
    ended = hhu("meters", "library", "check", str(good))
    assert (ended.code, ended.out) == (0, "")
    assert "WASION 4.1 3.0.0 is good" in ended.err
    good.write_text(good.read_text("utf-8").replace("most = 255", "moist = 255"), "utf-8")
    line = good.read_text("utf-8").splitlines().index("moist = 255") + 1
    ended = hhu("meters", "library", "check", str(good))
    assert ended.code == 2
    assert f"{good}:{line}: address.moist: unknown key" in ended.out
    told = json.loads(hhu("meters", "library", "check", "--json", str(good)).out.splitlines()[0])
    assert (told["line"], told["path"]) == (line, "address.moist")


def test_files_that_are_none(hhu: Hhu, tmp_path: Path) -> None:
    """A missing file and bytes that are no text end in words, not in a traceback."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert hhu("meters", "library", "check", str(tmp_path / "none")).code == 2
    assert "no text" in hhu("meters", "library", "check", str(tmp_path / "bytes")).err


def test_what_is_packed_goes_into_a_package(hhu: Hhu, good: Path, tmp_path: Path) -> None:
    """M29: from the files to a package in two commands; a broken file ends the first of them."""
    tables, package = tmp_path / "library.json", tmp_path / "own.hxp"
    assert hhu("meters", "library", "pack", str(good), "-o", str(tables)).code == 0
    assert json.loads(tables.read_text("utf-8"))["tables"][0]["version"] == "3.0.0"
    words = ("--library", str(tables), "--library-version", "0105:2026-11-15")
    assert hhu("upgrade", "package", "build", str(package), *words).code == 0
    tables.write_text('{"tables": [{"kind": "protocol"}]}', "utf-8")
    ended = hhu("upgrade", "package", "build", str(package), "--yes", *words)
    assert ended.code == 2
    assert "hhu meters library check FILE" in ended.err
    good.write_text("kind = 'protocol'", "utf-8")
    assert hhu("meters", "library", "pack", str(good), "-o", str(tables)).code == 2


def test_defects_of_a_packed_library_have_lines_too(hhu: Hhu, good: Path, tmp_path: Path) -> None:
    """M29: what only trying finds, and what only JSON has, is told with its line; nothing is made."""
    text = good.read_text("utf-8").replace('hex = "01550110046B0D"', 'hex = "00"')
    good.write_text(text, "utf-8")
    line = text.splitlines().index("[[tests]]") + 1
    ended = hhu("meters", "library", "pack", str(good), "-o", str(tmp_path / "x.json"))
    assert (ended.code, (tmp_path / "x.json").exists()) == (2, False)
    assert f"{good}:{line}: tests[0]: sends 01550110046B0D" in ended.out
    tables = tmp_path / "tables.json"
    tables.write_text('{"tables": [\n {"kind": "slot"},\n {"kind": "alias",\n  "surprise": 1}\n]}', "utf-8")
    words = ("--library", str(tables), "--library-version", "0105:2026-11-15")
    ended = hhu("upgrade", "package", "build", str(tmp_path / "own.hxp"), *words)
    assert (ended.code, (tmp_path / "own.hxp").exists()) == (2, False)
    assert f"{tables}:2: tables[0]" in ended.out
    assert f"{tables}:4: tables[1].surprise: unknown key" in ended.out


def test_a_package_with_a_spoilt_library_is_told_through(hhu: Hhu, tmp_path: Path) -> None:
    """M29: inspect and verify tell each defect of a package whose shape is good; no disk gets it."""
    path = tmp_path / "bad.hxp"
    path.write_bytes(package(wasion() | {"surprise": 1}).file)
    for act in ("inspect", "verify"):
        ended = hhu("upgrade", "package", act, str(path))
        assert ended.code == 1
        assert "refused: library, line 1, tables[0].surprise: unknown key" in ended.out
        (told,) = hhu("upgrade", "package", act, str(path), "--json").objects
        assert (told["good"], told["reasons"]) == (False, [])
        assert told["library"][0]["path"] == "tables[0].surprise"
    prepared = hhu("upgrade", "usb", "prepare", str(tmp_path), str(path), "--yes")
    assert prepared.code == 2
    assert "tables[0].surprise" in prepared.err
    checked = hhu("upgrade", "rs485", str(path), "--line", "emulator", "--hold", "5", "--check")
    assert checked.code == 2
    assert checked.out.startswith("library: the protocol library in it cannot be used: line 1, tables[0]")


def test_what_a_terminal_has_installed(hhu: Hhu) -> None:
    """M29: version by code E0, hash and the kept one by the terminal's own file."""
    ended = hhu("meters", "library", "installed", "--line", "emulator", "--password-stdin", typed="000000\n")
    assert ended.code == 0, ended.err
    assert "0003 2026-10-08, shipped" in ended.out
