"""``hhu events``, ``hhu doctor offline`` and ``hhu set --confirm`` against the emulated terminal."""

import json
from collections.abc import Generator
from pathlib import Path
from unittest.mock import patch

import openpyxl
import pytest

from core.app import Terminal
from core.simulation.surroundings import Surroundings
from core.terminal.concentrator import Concentrator
from tests.hhu.cli.conftest import Hhu
from tests.hhu.event_plays import happen

LINE = ("--line", "emulator", "--password-stdin")


@pytest.fixture
def morning() -> Generator[None]:
    """Every terminal that is switched on has had a morning."""
    power_up = Concentrator.power_up

    def started(self: Concentrator, *given: object, **more: object) -> None:
        power_up(self, *given, **more)  # type: ignore[arg-type]
        if not self.events.important:
            happen(self)

    with patch.object(Concentrator, "power_up", started):
        yield


@pytest.mark.usefixtures("morning")
def test_events_are_listed_newest_first_as_text_and_json(hhu: Hhu) -> None:
    """M51, M52: rings chosen, one code filtered, every field in JSON."""
    listed = hhu("events", "list", *LINE)
    assert listed.code == 0
    lines = listed.out.splitlines()
    assert lines[0].split() == ["TIME", "ERC", "EVENT", "POINT", "BODY"]
    assert "Parameter change" in lines[1]
    assert "04F3 Master station IP and port" in lines[1]
    objects = hhu("events", "list", "--important", "--erc", "31", "--json", *LINE).objects
    assert [(one["erc"], one["point"], one["begin"], one["ring"]) for one in objects] == [
        (31, 7, False, "important"), (31, 7, True, "important"),
    ]  # fmt: skip
    assert objects[0]["body"]["point"] == {"begin": 0, "point": 7}
    (raw,) = hhu("events", "list", "--erc", "61", "--json", *LINE).objects
    assert raw["body"].endswith("01A7")
    assert hhu("events", "list", "--erc", "5", *LINE).code == 1


@pytest.mark.usefixtures("morning")
def test_events_are_exported_by_the_ending(hhu: Hhu, tmp_path: Path) -> None:
    """CSV with BOM, a workbook, JSON with every field; another ending is refused before anything is read."""
    for name in ("a.csv", "a.xlsx", "a.json"):
        assert hhu("events", "export", str(tmp_path / name), *LINE).code == 0
    text = (tmp_path / "a.csv").read_text("utf-8")
    assert text.startswith("\ufefftime,ERC,event,point,begin or end,important,number,body")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[3]][1:4] == [31, "RS485 reading failure", 7]
    assert len(json.loads((tmp_path / "a.json").read_text("utf-8"))) == len(text.splitlines()) - 1
    refused = hhu("events", "export", str(tmp_path / "a.ods"), *LINE)
    assert refused.code == 2
    assert "rx" not in refused.err


@pytest.mark.usefixtures("morning")
def test_acknowledging_is_read_back(hhu: Hhu) -> None:
    """The flags were there and are gone; the second time nothing is left to do."""
    (first,) = hhu("events", "acknowledge", "--json", *LINE).objects
    assert first["state"] == "verified"
    assert {3, 31} <= set(first["flags_before"])
    assert first["flags_after"] == []


def test_the_ladder_prints_the_failing_rung_with_its_next_step(hhu: Hhu, tmp_path: Path) -> None:
    """Exit 1 and the reason marked, in both languages; a profile without a card is the fault."""
    profile = tmp_path / "nosim.toml"
    profile.write_text('[parameters.master-station]\nmain_ip = "10.1.2.3"\nmain_port = 8001\n')
    shown = hhu("doctor", "offline", "--line", f"emulator:{profile}")
    assert shown.code == 1
    assert shown.out.startswith("Offline because of: SIM")
    assert "> Switch off and insert a card" in shown.out
    rungs = hhu("doctor", "offline", "--json", "--line", f"emulator:{profile}").objects
    assert len(rungs) == 10
    (reason,) = [one for one in rungs if one["reason"]]
    assert (reason["rung"], reason["verdict"], reason["finding"]) == ("sim", "failed", "sim.missing")
    assert reason["next_zh"]


def test_silence_is_the_lowest_rung(hhu: Hhu, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal without mains answers nothing: supply, exit 3, and where to look."""
    place = Surroundings(supply=0)
    create = Terminal.create.__func__  # type: ignore[attr-defined]

    def dark(kind: type[Terminal], *given: object, **more: object) -> Terminal:
        terminal = create(kind, *given, **more)
        terminal._surroundings = place
        return terminal

    monkeypatch.setattr(Terminal, "create", classmethod(dark))
    monkeypatch.setattr(Terminal, "booted", lambda self: self.clock.sleep(0))
    shown = hhu("doctor", "offline", "--line", "emulator")
    assert shown.code == 3
    assert shown.out.startswith("Offline because of: Supply")


def test_a_change_that_is_not_acknowledged_is_taken_back(hhu: Hhu, tmp_path: Path) -> None:
    """The window ends while the switch is open: written back, exit 1, and a record that says so."""
    record = tmp_path / "visit.json"
    ended = hhu(
        "set", "main-ip=10.9.9.9", "--confirm", "1", "--record", str(record), "--yes", "--json",
        "--hold", "6", *LINE, typed="000000\n",
    )  # fmt: skip
    assert ended.code == 1
    assert ended.objects[-1] == {"confirm": "reverted", "terminal_holds": "old", "reason": None}
    assert hhu("read", "main-ip", "--json", *LINE).objects[0]["value"] == "10.20.30.40"
    kinds = [entry["kind"] for entry in json.loads(record.read_text("utf-8"))["entries"]]
    assert kinds == ["opened", "changed", "changed", "uplink"]


def test_a_change_that_cannot_be_watched_or_is_not_of_the_uplink_is_refused(
    hhu: Hhu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent: another unit, a window that cannot be, a terminal that does not tell of logins."""
    given = ("--yes", "--hold", "6", *LINE)
    assert hhu("set", "address=1122-9999", "--confirm", "1", *given, typed="000000\n").code == 2
    assert hhu("set", "main-ip=10.9.9.9", "--confirm", "0", *given, typed="000000\n").code == 2
    monkeypatch.setattr("core.service.vendor.OFFERED", {})
    refused = hhu("set", "main-ip=10.9.9.9", "--confirm", "1", *given, typed="000000\n")
    assert refused.code == 2
    assert "does not tell" in refused.err
    assert hhu("read", "main-ip", "--json", *LINE).objects[0]["value"] == "10.20.30.40"
