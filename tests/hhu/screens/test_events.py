"""The Events page, the ladder and changes on trial over a paced line, against the emulated terminal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from core.gdw376.units.erc import Erc31, PointMark
from hhu.client.offline.ladder import Rung
from hhu.screens.events import EventsPage
from hhu.screens.events_sheet import EventSheet
from hhu.screens.offline import OfflineSheet
from hhu.screens.saving import documents
from hhu.screens.trial import Phase
from hhu.widgets.grid_table import GridTable
from tests.hhu.event_plays import (
    RUNNING,
    detailed,
    listed,
    live,
    main_ip,
    on_trial,
    phase,
    switch_closed,
    terminal,
    watched,
    without_card,
)
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


def cells(page: EventsPage) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in page.query_one(GridTable).rows]


@SIZES
def test_the_page_lists_both_rings_newest_first(tmp_path: Path, size: tuple[int, int]) -> None:
    """M51, M52: counters, flags, ACD, and a row per record with its decoded body."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="events", size=size) as pilot:
                await listed(pilot)
                page = pilot.app.screen.query_one(EventsPage)
                rows = cells(page)
                assert [row[2] for row in rows][:4] == ["3", "31", "35", "8"]
                recovered = rows[1]
                assert recovered[0].startswith("!")
                assert (recovered[4], recovered[5]) == ("7", "end")
                shown = text_of(pilot)
                assert "important EC1" in shown
                assert "flags unread 0" in shown
                assert "ACD off" in shown
                assert "04F3 Master station" in shown

    on_stage(play)


def test_an_event_opens_with_every_field(tmp_path: Path) -> None:
    """Ring, number, time, fields of the body, and its bytes."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="events", language="zh") as pilot:
                await detailed(pilot)
                sheet = pilot.app.screen
                assert isinstance(sheet, EventSheet)
                shown = text_of(pilot)
                for text in ("发现未知电表", "000031120077", "终端通信端口号", "原始内容"):
                    assert text in shown
                await press(pilot, "escape")
                assert not isinstance(pilot.app.screen, EventSheet)

    on_stage(play)


def test_a_filter_narrows_while_it_is_typed(tmp_path: Path) -> None:
    """ERC, point, ring and words; Esc goes back to the list and the filter stays."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="events") as pilot:
                await listed(pilot)
                page = pilot.app.screen.query_one(EventsPage)
                await press(pilot, "slash", *"erc=31 p=7")
                assert [row[2] for row in cells(page)] == ["31", "31"]
                await press(pilot, "ctrl+u", *"unknown")
                assert {row[2] for row in cells(page)} == {"35", "61"}
                await press(pilot, "escape")
                assert page.query_one(GridTable).has_focus
                await press(pilot, "e", "tab", "ctrl+u", *str(tmp_path / "a.json"), "enter")
                objects = json.loads((tmp_path / "a.json").read_text("utf-8"))
                assert {one["erc"] for one in objects} == {35, 61}

    on_stage(play)


@SIZES
def test_live_shows_new_events_and_announces_important_ones(tmp_path: Path, size: tuple[int, int]) -> None:
    """A new important event appears by itself on top with its sign, flashes, rings, and is named below."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="events", size=size) as pilot:
                await live(pilot)
                page = pilot.app.screen.query_one(EventsPage)
                assert cells(page)[0][:5] == ["!*", "11-20 14:36", "31", "RS485 reading failure", "9"]
                assert "New important event: ERC31 RS485 reading failure" in text_of(pilot)
                tones: set[str] = set()
                for _ in range(8):
                    await pilot.pause(0.25)
                    tones.add(page.query_one(GridTable).rows[0].cells[3].tone)
                assert tones == {"refused", "dim"}
                await press(pilot, "l")
                assert "LIVE" not in str(page.query_one("#said", Static).render())

    on_stage(play)


def test_acknowledge_reads_the_flags_back_and_says_what_it_did(tmp_path: Path) -> None:
    """M52: flags out and ACD of this channel off, proven; what stays is said."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="events") as pilot:
                await listed(pilot)
                now = terminal().rtc.reading().replace(second=0, microsecond=0)
                terminal().events.add(Erc31(now, PointMark(1, 4), now, None, None), 4)
                await press(pilot, "c")
                await idle(pilot)
                assert not terminal().events.unread
                shown = text_of(pilot)
                assert "All flags are out" in shown
                assert "Other channels keep their ACD" in shown

    on_stage(play)


@SIZES
def test_the_ladder_names_the_rung_and_the_next_step(tmp_path: Path, size: tuple[int, int]) -> None:
    """From the overview: no card, said with evidence and next step; looking again after it is in."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, size=size) as pilot:
                await idle(pilot)
                await without_card(pilot)
                sheet = pilot.app.screen
                assert isinstance(sheet, OfflineSheet)
                assert sheet.diagnosis is not None
                assert sheet.diagnosis.failing is not None
                assert sheet.diagnosis.failing.rung is Rung.SIM
                shown = text_of(pilot)
                assert "Offline because of: SIM" in shown
                assert "no card is found" in shown
                assert "Next: Switch off and insert a card" in shown
                sheet.diagnosis = None
                RUNNING[-1].surroundings = replace(RUNNING[-1].surroundings, sim=True)
                await press(pilot, "r")
                await until(pilot, lambda: sheet.diagnosis is not None)
                assert "Offline because of: SIM" not in text_of(pilot)
                await press(pilot, "escape")
                assert not isinstance(pilot.app.screen, OfflineSheet)

    on_stage(play)


def test_the_overview_shows_the_uplink_of_the_same_report(tmp_path: Path) -> None:
    """M50: state, signal and last error stand beside the parameters."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path) as pilot:
                await idle(pilot)
                await pilot.pause(40)
                await press(pilot, "r")
                await idle(pilot)
                desk = app_of(pilot).desk
                assert desk.uplink is not None
                shown = text_of(pilot)
                assert "dialling" in shown
                assert "connect timeout" in shown

    on_stage(play)


def test_a_trial_without_the_masters_word_asks_for_the_key_and_takes_it_back(tmp_path: Path) -> None:
    """C writes, ten minutes pass, the switch is closed: after the key the old values return, recorded."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="addresses") as pilot:
                await switch_closed(pilot)
                assert main_ip() == "10.20.30.51"
                assert "hold the key 5 s" in text_of(pilot)
                await press(pilot, "f5")
                await until(pilot, lambda: app_of(pilot).desk.trial is None)
                await idle(pilot)
                assert main_ip() == "10.20.30.40"
                assert "the old values are written back and verified" in text_of(pilot)
                (record,) = documents().glob("visit-*.json")
                kinds = [entry["kind"] for entry in json.loads(record.read_text("utf-8"))["entries"]]
                assert kinds == ["opened", "changed", "changed", "uplink"]

    on_stage(play)


def test_a_trial_is_extended_and_confirmed_by_word(tmp_path: Path) -> None:
    """X adds ten minutes, Y takes the master's word; the new values stay."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="addresses") as pilot:
                await on_trial(pilot)
                trial = app_of(pilot).desk.trial
                assert trial is not None
                before = trial.left
                await press(pilot, "x")
                assert trial.left > before + 590
                await press(pilot, "y")
                await until(pilot, lambda: app_of(pilot).desk.trial is None)
                await idle(pilot)
                assert main_ip() == "10.20.30.51"
                assert "the new values stay" in text_of(pilot)

    on_stage(play)


def test_stopping_a_trial_says_what_the_terminal_holds(tmp_path: Path) -> None:
    """Esc: the new values are left, and that is said."""

    async def play() -> None:
        with watched():
            async with opened(tmp_path, page="addresses") as pilot:
                await on_trial(pilot)
                assert phase(pilot) is Phase.WAITING
                await press(pilot, "escape")
                await idle(pilot)
                assert main_ip() == "10.20.30.51"
                assert "the terminal holds the NEW values" in text_of(pilot)

    on_stage(play)
