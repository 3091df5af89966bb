"""``hhu emulator snapshot`` and ``--scenario`` as a script sees them."""

import json
from pathlib import Path

import pytest

from hhu.cli.exits import DIFFERS, DONE
from hhu.cli.parser import parse

SCENARIO = """profile = "demo"
start = 2026-11-20T14:36:00
[[step]]
title = "second page"
press = "tap"
expect.page = "{page}"
"""


def run(*words: str) -> int:
    """Run a command line in this process."""
    command, args = parse(words)
    return command.run(args)


def test_a_snapshot_is_text_on_stdout(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Ten rows in a frame, the page after the presses."""
    assert run("emulator", "snapshot", "--press", "tap") == DONE
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert len(lines) == 13
    assert lines[2].startswith("|LINK")
    assert "POWER=green" in lines[-1]


@pytest.mark.parametrize(("name", "begin"), [("f.png", b"\x89PNG"), ("f.svg", b"<svg"), ("f.txt", b"+--")])
def test_the_name_of_the_file_chooses_the_format(tmp_path: Path, name: str, begin: bytes) -> None:
    """Nothing else has to be said."""
    assert run("emulator", "snapshot", "--out", str(tmp_path / name)) == DONE
    assert (tmp_path / name).read_bytes().startswith(begin)


@pytest.mark.parametrize(("page", "code"), [("LINK", DONE), ("POWER", DIFFERS)])
def test_a_scenario_ends_with_what_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], page: str, code: int
) -> None:
    """0 when all was as expected; else 5, and the line, the expectation and the face on stderr."""
    path = tmp_path / "s.toml"
    path.write_text(SCENARIO.format(page=page))
    assert run("emulator", "--scenario", str(path)) == code
    said = capsys.readouterr()
    assert "second page" in said.out
    if code == DIFFERS:
        assert f"{path}:6: page expected 'POWER', is 'LINK'" in said.err
        assert "|LINK" in said.err


def test_a_scenario_tells_scripts_each_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object per step."""
    path = tmp_path / "s.toml"
    path.write_text(SCENARIO.format(page="HOME"))
    assert run("emulator", "--scenario", str(path), "--json") == DIFFERS
    (step,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (step["step"], step["met"]) == (1, False)
    assert step["unmet"] == [{"line": 6, "name": "page", "expected": "HOME", "found": "LINK"}]
