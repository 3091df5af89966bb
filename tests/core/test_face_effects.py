"""What the key sets in motion in a whole terminal: holds of 2, 5, 30 and 60 s, and the deeds of the menu."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from core.app import Terminal, way_to
from core.panel.chinese import CHINESE
from core.panel.paths import Press
from core.panel.sheets import Topic
from core.terminal.causes import ResetCause
from core.terminal.readings import Kind
from core.terminal.statistics import RESETS_BY_CAUSE
from tests.core.test_app import bar, play


async def go(terminal: Terminal, page: str, *more: Press) -> None:
    """Press the real key the way to a page says, then ``more``."""
    terminal.face()
    for press in (*way_to(page), *more):
        terminal.key.hold(press.value)
        await terminal.clock.sleep(press.value + 0.4)


def test_a_stuck_key_is_an_event():
    """60 s are logged once, as a fault of the display board; the terminal goes on (3.7, M119)."""

    async def steps(terminal: Terminal) -> None:
        terminal.face()
        terminal.key.press()
        await terminal.clock.sleep(59)
        assert terminal.facts().events == ()
        await terminal.clock.sleep(30)
        event = terminal.facts().newest_events[0]
        assert (event.code, event.body) == (21, (("Fault", "display"),))
        terminal.key.release()
        await terminal.clock.sleep(10)
        assert len(terminal.facts().events) == 1

    play(steps, "factory")


def test_restart_by_the_menu():
    """The guarded restart starts anew, is counted as one by the key, and closes the switch (M120, K4)."""

    async def steps(terminal: Terminal) -> None:
        await terminal.booted()
        await terminal.clock.sleep(1)
        await go(terminal, "RESTART")
        assert terminal.face().page == "RESTART"
        await go(terminal, "LINK", Press.HOLD)
        statistics = terminal.concentrator.statistics
        assert statistics.present(Kind.DAY, RESETS_BY_CAUSE[ResetCause.KEY]) == 1
        assert not terminal.facts().programming_open
        assert terminal.face().page == "BOOT"

    play(steps, "factory", boot=8.0)


def test_self_check_by_the_menu():
    """M118, M119: on demand; a new fault is recorded, alarmed and told on the bar."""

    async def steps(terminal: Terminal) -> None:
        await go(terminal, "SELF-CHECK")
        assert bar(terminal) == "Self-check OK"
        terminal.surroundings = replace(terminal.surroundings, broken=frozenset({"rs485"}))
        await go(terminal, "HOME", Press.HOLD)
        assert bar(terminal) == "Self-check BAD"
        facts = terminal.facts()
        assert (facts.newest_events[0].code, facts.newest_events[0].body) == (21, (("Fault", "RS485"),))
        assert facts.alarm
        assert not facts.self_check.good

    play(steps, "factory")


@pytest.mark.area
def test_failed_points_are_read_again():
    """Re-read failed orders exactly the points that could not be read; without any it says so."""

    async def steps(terminal: Terminal) -> None:
        await go(terminal, "RE-READ FAILED")
        assert bar(terminal) == "No failed point"
        await terminal.clock.sleep(13 * 3600)
        failed = terminal.facts().reading.failed
        assert [one.point for one in failed] == [5]
        await go(terminal, "RE-READ FAILED")
        assert bar(terminal) == "Reading again"
        await terminal.clock.sleep(60)
        assert terminal.facts().reading.failed[0].tries > failed[0].tries

    play(steps)


@pytest.mark.area
def test_point_data_and_a_live_reading():
    """M55, M65: frozen days stand in the menu, newest first; Read now brings the meter's own digits."""

    async def steps(terminal: Terminal) -> None:
        await terminal.clock.sleep(13 * 3600)
        await go(terminal, "DAY FREEZE")
        lines = [terminal.face().cells.line(row).rstrip() for row in range(10)]
        assert lines[1].startswith("P0001 day")
        assert lines[2].startswith("Read ")
        assert lines[3].split()[0] == "Tot"
        assert len(lines[3].split()[1]) == 9
        await terminal.clock.sleep(61)
        await go(terminal, "READ NOW")
        assert "reading" in terminal.face().cells.text()
        await terminal.clock.sleep(20)
        assert terminal.face().cells.line(3).split()[0] == "Tot"

    play(steps)


def test_choices_outlive_the_power(tmp_path: Path):
    """Language and face are kept with the terminal."""

    async def chosen(terminal: Terminal) -> None:
        await go(terminal, "LANGUAGE", Press.SHORT, Press.HOLD)
        assert terminal.face().cells.line(1).startswith("4 语言")

    async def later(terminal: Terminal) -> None:
        await terminal.clock.sleep(10)
        assert terminal.facts().display.language == "zh"
        await go(terminal, "FACE", Press.SHORT, Press.HOLD)
        await terminal.clock.sleep(1)
        assert len(terminal.face().cells.rows) == 4

    async def at_last(terminal: Terminal) -> None:
        assert terminal.facts().display.compact
        terminal.concentrator.ledger.note("display", "[77, 1]")
        assert not terminal.facts().display.compact

    for steps in (chosen, later, at_last):
        play(steps, "factory", tmp_path)


@pytest.mark.area
def test_data_are_copied_to_the_disk(tmp_path: Path):
    """The guarded copy writes freezes, events and parameters beside what is there, without passwords."""

    async def steps(terminal: Terminal) -> None:
        await go(terminal, "USB COPY", Press.SHORT, Press.HOLD)
        assert bar(terminal) == "No USB disk"
        await terminal.clock.sleep(13 * 3600)
        terminal.insert_disk(tmp_path)
        await terminal.clock.sleep(130)
        await go(terminal, "USB COPY", Press.SHORT, Press.HOLD)
        assert bar(terminal) == "Data copied"
        terminal.remove_disk()

    play(steps)
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("1122-7788_")
    tables = {
        path.stem: list(csv.DictReader(path.read_text("utf-8-sig").splitlines())) for path in folder.iterdir()
    }
    assert set(tables) == {
        "day_freezes", "reading_day_freezes", "month_freezes", "hour_freezes", "events", "parameters",
    }  # fmt: skip
    first = tables["day_freezes"][0]
    assert (first["point"], first["quantity"], first["register"]) == ("1", "forward-active", "Tot")
    assert len(first["value"]) == 9
    fields = {(row["code"], row["field"]): row["value"] for row in tables["parameters"]}
    assert fields["04F3", "master-station.main_ip"] == "10.20.30.40"
    assert {value for (_, field), value in fields.items() if "password" in field} <= {"****", ""}
    assert "CARD" in {value for (code, _), value in fields.items() if code == "04F16"}
    assert {row["erc"] for row in tables["events"]} == {"12", "31", "33"}


def test_a_disk_that_cannot_be_written(tmp_path: Path):
    """A disk that takes nothing is told as such; the terminal goes on."""

    async def steps(terminal: Terminal) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("no folder")
        terminal.insert_disk(blocked)
        await go(terminal, "USB COPY", Press.SHORT, Press.HOLD)
        assert bar(terminal) == "Copy failed"

    play(steps, "factory")


@pytest.mark.area
def test_the_leaves_speak_chinese():
    """Every label and worded value that a terminal brings into the menu has its Chinese words."""

    async def steps(terminal: Terminal) -> None:
        await terminal.clock.sleep(13 * 3600)
        facts = terminal.facts()
        sheets = [
            sheet
            for topic in Topic
            for point in (1, 17, 24)
            for sheet in facts.sheets.sheets(topic, point, facts.time)
        ]
        words = {word for sheet in sheets for word in (sheet.title, sheet.foot)}
        words |= {word for sheet in sheets for line in sheet.lines for word in (line.label, line.value)}
        unknown = {word for word in words if re.search("[a-z]{3}", word.removesuffix(" min"))} - set(
            CHINESE.words
        )
        assert unknown == set()

    play(steps)


@pytest.mark.area
def test_every_parameter_leaf_has_values():
    """M171, M186: the parameter leaves show what is set, and only show it."""

    async def steps(terminal: Terminal) -> None:
        seen = {}
        for page in ("COMMUNICATION", "READING", "METER ARCHIVE", "EVENT SETTINGS", "TERMINAL", "PORTS"):
            await go(terminal, page)
            seen[page] = [terminal.face().cells.line(row).rstrip() for row in range(1, 10)]
            await terminal.clock.sleep(61)
        assert seen["COMMUNICATION"][1] == "Main    10.20.30.40"
        assert seen["READING"][0] == "Reading      485_1"
        assert seen["METER ARCHIVE"][1].split() == ["Meters", "24"]
        assert seen["EVENT SETTINGS"][1:4] == ["Valid ERC", "1-4,8,12-14,20-21", "24,27-33,35"]
        assert seen["TERMINAL"][1].split() == ["Addr", "1122", "7788"]
        assert seen["PORTS"][1].split()[0] == "485_1"

    play(steps)
