"""Every page against the pictures of device behaviour 3.3 and 3.4, cell by cell."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.panel.facts import Event, Facts, Mode, SelfCheck, UplinkState
from core.panel.paths import Press, way_to
from core.terminal.upgrade.look import UsbLook, UsbState
from tests.core.panel.scenes import (
    EVENTS,
    FAILING,
    HEALTHY,
    POWER,
    SHELVED,
    SWITCH_OPEN,
    TEN_EVENTS,
    UPLINK,
    Player,
    golden,
)

RING_PLACE = {"link": 1, "meters": 2, "power": 5, "version": 6}


def test_home_normal() -> None:
    """M181: nothing stored, nothing failed: the first picture of HOME."""
    assert Player(HEALTHY).text == golden("home_normal")


def test_home_reading_failure() -> None:
    """M175, M187: event, failed point with property number, and the running pass share HOME."""
    player = Player(replace(FAILING, events=TEN_EVENTS[1:])).wait(7)
    player.show(FAILING).wait(5)
    assert player.text == golden("home_reading_failure")


def test_home_programming_open() -> None:
    """A changed address jumps to row 4 while the second event shows and the switch counts down."""
    changed = Event(18, 3, datetime(2026, 11, 20, 14, 31, 2))
    newest = Event(19, 31, datetime(2026, 11, 20, 14, 35), point=12)
    after = replace(SWITCH_OPEN, events=(newest, changed, *TEN_EVENTS[:8]))
    before = replace(after, identity=replace(after.identity, address="1122-7788"))
    player = Player(before).wait(6.5).show(after)
    assert player.text == golden("home_programming")


def test_home_no_sim() -> None:
    """The missing card takes the place of mast, bars and letter, the rest stays."""
    no_sim = replace(UPLINK, state=UplinkState.NO_SIM, signal_quality=None)
    assert Player(replace(HEALTHY, uplink=no_sim)).text == golden("home_no_sim")


def clock_invalid() -> Facts:
    stopped = Event(20, 21, datetime(2000, 1, 1, 0, 0, 9), subject="clock", important=True)
    return replace(
        HEALTHY,
        time=datetime(2000, 1, 1, 0, 0, 10),
        clock_valid=False,
        unseen_event=21,
        events=(stopped, *(Event(n, 4, datetime(1999, 12, n)) for n in range(1, 10))),
        uplink=replace(UPLINK, state=UplinkState.OFFLINE, signal_quality=24),
        power=replace(POWER, cell_low=True),
    )


def test_home_clock_invalid() -> None:
    """An invalid clock hides the points, blinks where the time stood, and says what to do."""
    facts = clock_invalid()
    player = Player(replace(facts, events=facts.events[1:])).wait(31)
    player.show(facts).wait(5)
    assert player.text == golden("home_clock_invalid")


def test_boot() -> None:
    """The boot page has no top bar and counts the self-check."""
    player = Player(replace(HEALTHY, self_check=SelfCheck(done=3)), start=0.0).wait(3)
    assert player.face.page == "BOOT"
    assert player.text == golden("boot")


def page_facts(name: str) -> Facts:
    standby = replace(UPLINK, standby_ip="10.20.30.41", standby_port=8001)
    quiet = replace(FAILING, unseen_event=None)
    return {"link": replace(HEALTHY, uplink=standby), "meters": quiet}.get(name, HEALTHY)


@pytest.mark.parametrize("name", RING_PLACE)
def test_ring_page(name: str) -> None:
    """LINK, METERS, POWER (M189) and VERSION (M150), each reached by short presses."""
    player = Player(page_facts(name)).tap(RING_PLACE[name])
    player.wait(6.5 - player.now % 6)
    assert player.face.page == name.upper()
    assert player.text == golden(name)


IDLE_FAILING = replace(FAILING, reading=replace(FAILING.reading, running=None))


@pytest.mark.parametrize(
    ("name", "place", "holds"),
    [
        ("failed_list", 3, 1),
        ("failed_detail", 3, 2),
        ("events_list", 4, 1),
        ("events_detail", 4, 2),
    ],
)
def test_list_page(name: str, place: int, holds: int) -> None:
    """Lists opened by a hold, entries by another; the bottom bar names both strokes."""
    events = EVENTS if name == "events_list" else TEN_EVENTS
    player = Player(replace(IDLE_FAILING, events=events)).tap(place)
    for _ in range(holds):
        player.hold(2.5)
    player.wait((10 - player.ticks % 10) / 10)
    assert player.text == golden(name)


MENU_PLACES = {
    "menu": "MENU",
    "management": "MANAGEMENT",
    "point_day": "DAY FREEZE",
    "restart_box": "RESTART",
}


@pytest.mark.parametrize("name", MENU_PLACES)
def test_menu_place(name: str) -> None:
    """Menu, one level below, the point data page and the guarded action, each reached by the one key."""
    way = way_to(MENU_PLACES[name])
    player = Player(SHELVED).go((*way, Press.HOLD) if name == "menu" else way)
    assert player.text == golden(name)


def test_usb_armed() -> None:
    """M145, M146: USB upgrade mode shows no channel letter, waits for the disk and counts down."""
    look = UsbLook(UsbState.ARMED, left=580.2)
    armed = replace(HEALTHY, mode=Mode.USB_UPGRADE, upgrading=look)
    assert Player(armed).text == golden("usb_armed")


def test_compact_alarm() -> None:
    """Four rows of sixteen: event and address, all signs in the top bar; countdown and row 4 take turns."""
    after = replace(FAILING, programming_left=100.0)
    before = replace(after, identity=replace(after.identity, address="1122-7788"))
    player = Player(before, compact=True).wait(3).show(after)
    assert player.text == golden("compact_alarm")
    assert player.wait(3).row(4) == "PROG OPEN   1:40"


def test_compact_normal() -> None:
    """The compact face without any event."""
    assert Player(HEALTHY, compact=True).wait(7).text == golden("compact_normal")
