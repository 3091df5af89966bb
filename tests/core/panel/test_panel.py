"""The whole face: what the key asks for, idle rules, boot, power, speed."""

import time
from dataclasses import replace
from datetime import datetime

import pytest

from core.panel.actions import (
    EnterUsbMode,
    OpenProgramming,
    ReportOutcome,
    SiteReport,
    StuckKey,
    UpgradeKey,
)
from core.panel.facts import Event, Facts, Feed, Mode, SelfCheck
from core.panel.panel import Panel
from core.terminal.upgrade.look import UsbLook, UsbState
from tests.core.panel.scenes import FAILING, HEALTHY, NOON, Player


@pytest.mark.parametrize("place", range(7))
def test_five_seconds_open_programming_and_stay_on_the_page(place: int) -> None:
    """The switch opens from every page at 5 s, the page stays (M170)."""
    player = Player(FAILING).tap(place)
    page = player.face.page
    player.panel.hold(6.0)
    player.wait(4.9)
    assert player.actions == []
    player.wait(0.2)
    assert player.actions == [OpenProgramming()]
    assert player.wait(2).face.page == page
    assert player.actions == [OpenProgramming()]


def test_thirty_seconds_enter_usb_mode() -> None:
    """M146, M172: 5 s open, 30 s enter USB mode, the release says nothing (K3)."""
    assert Player(HEALTHY).hold(31).actions == [OpenProgramming(), EnterUsbMode()]


def test_usb_mode_takes_short_and_two_seconds() -> None:
    """In USB mode 5 s do nothing, short and 2 s go to the upgrade, and the hints say what 2 s do."""
    look = UsbLook(UsbState.ARMED, left=600.0)
    player = Player(replace(HEALTHY, mode=Mode.USB_UPGRADE, upgrading=look)).tap()
    assert (player.face.page, player.actions) == ("USB", [UpgradeKey(False)])
    player.panel.press(player.now)
    assert player.wait(3).row(10) == "release = cancel"
    assert player.wait(3).row(10) == "U1 waiting     10:00"
    player.panel.release(player.now)
    assert player.wait(0.2).hold(2.5).actions == [UpgradeKey(False), UpgradeKey(True)]


def test_stuck_key_is_reported() -> None:
    """60 s are reported once."""
    assert Player(HEALTHY).hold(90).actions == [OpenProgramming(), EnterUsbMode(), StuckKey()]


def test_reports_are_ten_seconds_apart() -> None:
    """A second hold within 10 s shows the last answer again and sends nothing (K7)."""
    player = Player(HEALTHY).hold(2.5)
    player.panel.answered(ReportOutcome.NO_LINK, player.now)
    assert player.row(10) == "Report no link"
    assert player.wait(3.1).row(10) == "Idle"
    assert player.hold(2.5).row(10) == "Report no link"
    assert player.actions == [SiteReport()]
    player.wait(10).hold(2.5)
    assert player.actions == [SiteReport(), SiteReport()]
    assert player.row(10) == "Idle"


@pytest.mark.parametrize("taps", [1, 3, 4, 6])
def test_home_after_sixty_seconds(taps: int) -> None:
    """Every page returns to HOME 60 s after the last key (K5)."""
    player = Player(FAILING).tap(taps).hold(2.5)
    page = player.face.page
    assert player.wait(59).face.page == page
    assert player.wait(1.5).face.page == "HOME"


def test_open_list_is_closed_by_idle() -> None:
    """A list left open is closed when the technician comes back to it."""
    player = Player(FAILING).tap(3).hold(2.5).wait(61).tap(4)
    assert player.face.page == "EVENTS"


def test_backlight() -> None:
    """Light at power-on, at the key, and at a new important event, 60 s each."""
    player = Player(HEALTHY, start=0.0)
    assert player.wait(59).face.backlight
    assert not player.wait(1.5).face.backlight
    assert player.tap().face.backlight
    assert not player.wait(61).face.backlight
    ordinary = Event(1, 3, datetime(2026, 11, 20, 14))
    assert not player.show(replace(HEALTHY, events=(ordinary,))).face.backlight
    important = Event(2, 31, datetime(2026, 11, 20, 14, 30), important=True)
    assert player.show(replace(HEALTHY, events=(ordinary, important))).face.backlight
    assert not player.wait(60.5).face.backlight


def test_holding_counts_as_use() -> None:
    """A key held for long keeps the light and the page."""
    player = Player(HEALTHY).tap()
    player.panel.press(player.now)
    player.wait(25)
    player.panel.release(player.now)
    assert player.wait(59).face.page == "LINK"


@pytest.mark.parametrize(("done", "ends"), [(7, 8.0), (3, 20.0)])
def test_boot_page_length(done: int, ends: float) -> None:
    """8 s when the self-check is through, at most 20 s when it is not (device behaviour 3.8)."""
    player = Player(replace(HEALTHY, self_check=SelfCheck(done=done)), start=0.0).wait(ends - 0.1)
    assert player.face.page == "BOOT"
    assert player.wait(0.1).face.page == "HOME"


def test_boot_does_not_come_back() -> None:
    """A later self-check shows its word, not the boot page; the cycle began when HOME appeared."""
    player = Player(HEALTHY, start=0.0).wait(13.9)
    assert player.row(4) == "IP 10.20.30.40"
    player.show(replace(HEALTHY, self_check=SelfCheck(done=0)))
    assert (player.face.page, player.row(10)) == ("HOME", "Chk")


def test_key_during_boot() -> None:
    """During boot only the 5 s count, with their hint."""
    player = Player(replace(HEALTHY, self_check=SelfCheck(done=0)), start=0.0).tap().hold(2.5)
    assert player.actions == []
    player.panel.hold(6.0)
    assert player.wait(5.2).row(10) == "PROGRAM OPEN  2:00"
    assert player.actions == [OpenProgramming()]


def test_no_power() -> None:
    """Without power glass, lamps and light are off, and the key is dead."""
    dead = replace(HEALTHY, power=replace(HEALTHY.power, feed=Feed.NONE))
    player = Player(dead).hold(6)
    face = player.face
    assert (face.page, face.backlight, player.actions) == ("OFF", False, [])
    assert face.cells.text().strip() == ""
    assert {glow.value for _, glow in face.lamps.labelled} == {"off"}


def test_factory_face() -> None:
    """A terminal fresh from the factory shows its zeros and says that it is local."""
    player = Player(Facts(NOON))
    assert player.row(1) == "Ψ -   B  11-20 14:36"
    assert (player.row(4), player.row(6), player.row(10)) == ("IP 0.0.0.0", "Points 0    OK 0", "Local")
    assert player.tap().row(7) == "State no master set"


def test_face_changes_nothing() -> None:
    """Painting any number of times leaves the panel as it is."""
    player = Player(FAILING).wait(10)
    assert [player.panel.face(FAILING, now).cells.text() for now in (10.0, 99.0, 10.0)][::2] == [
        player.text
    ] * 2


def test_every_page_fits_the_glass() -> None:
    """Whatever page shows, the frame is 10 rows of 20 cells."""
    player = Player(FAILING)
    for _ in range(8):
        assert [len(row) for row in player.tap().face.cells.rows] == [20] * 10


def test_frames_are_cheap() -> None:
    """200 ticks and frames of the fullest page take less than 1 s of CPU, 2 ms each being the budget."""
    panel = Panel(-20.0)
    begin = time.process_time()
    for count in range(200):
        panel.tick(FAILING, count / 10)
        panel.face(FAILING, count / 10)
    assert time.process_time() - begin < 1.0
