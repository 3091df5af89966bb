"""The menu under the one key: lists, leaves, the guarded box, choices, both faces (device behaviour 3.6)."""

from dataclasses import replace

import pytest

from core.panel.actions import (
    CopyToDisk,
    OpenProgramming,
    Outcome,
    ReadPoint,
    Restart,
    SelfCheckNow,
    SetDisplay,
    SiteReport,
)
from core.panel.display import DELIVERED, Display, LoopItem
from core.panel.facts import Facts
from core.panel.paths import way_to
from tests.core.panel.scenes import HEALTHY, SHELVED, Player, Shelf

OPEN = replace(SHELVED, programming_left=100.0)


def at(page: str, facts: Facts = SHELVED) -> Player:
    return Player(facts).go(way_to(page))


def asks_to_restart(facts: Facts) -> Player:
    """At Restart with the switch as ``facts`` say, without the 5 s in front."""
    return Player(facts).go(way_to("RESTART")[1:])


def test_menu_wraps_and_ends_with_back() -> None:
    """Short presses go round; Back closes the menu and the next press goes on to HOME."""
    player = Player(SHELVED).tap(7).hold(2.5)
    assert [player.tap().text.count(">") for _ in range(4)] == [1, 1, 1, 1]
    assert player.row(3) == ">1 Point data"
    player.tap(3).hold(2.5)
    assert (player.face.page, player.row(3)) == ("MENU", " 1 Point data")
    assert player.tap().face.page == "HOME"
    assert player.actions == []


def test_a_hold_on_menu_reports_nothing() -> None:
    """MENU opens its list by the hold; it is no page for site reports (3.2)."""
    player = Player(SHELVED).tap(7)
    player.panel.press(player.now)
    assert player.wait(1).row(10) == "hold >2s open"
    player.wait(1.5).panel.release(player.now)
    assert player.wait(0.2).row(3) == ">1 Point data"
    assert player.actions == []


def test_point_list_pages_of_six() -> None:
    """Six points per page; the point that is opened names its menu."""
    player = at("POINT DATA", replace(HEALTHY, sheets=Shelf(tuple(range(1, 15)))))
    assert (player.row(2), player.row(3), player.row(8)) == (
        "1 POINT DATA     1/3",
        ">P0001 202611200001",
        " P0006 202611200006",
    )
    assert player.tap(6).row(3) == ">P0007 202611200007"
    assert player.hold(2.5).row(2) == "P0007            1/2"
    assert player.row(9) == " 7 Read now"
    assert player.tap(7).row(3) == ">8 Back"


def test_empty_archive() -> None:
    """Without meters the list holds nothing but Back."""
    player = at("POINT DATA", HEALTHY)
    assert player.row(3) == ">Back"
    assert player.hold(2.5).face.page == "MENU"


def test_day_freeze_goes_through_pages_then_days() -> None:
    """Press = next page, then the older day, then the newest again; hold = back (3.6)."""
    player = at("DAY FREEZE")
    pages = [(player.row(2)[13:], player.row(9)[-3:])]
    for _ in range(6):
        player.tap()
        pages.append((player.row(2)[13:], player.row(9)[-3:]))
    days = ["11-19"] * 3 + ["11-18"] * 3 + ["11-19"]
    assert pages == list(zip(days, ["1/3", "2/3", "3/3", "1/3", "2/3", "3/3", "1/3"], strict=True))
    assert player.hold(2.5).face.page == "POINT"


def test_a_leaf_of_one_page_names_only_the_hold() -> None:
    """K6: where the bottom bar names only the hold, the short press goes back too."""
    player = at("COMMUNICATION")
    assert player.row(10) == "hold: back"
    assert player.tap().face.page == "PARAMETERS"


def test_long_values_get_a_row_of_their_own() -> None:
    """An address is never cut: with no room beside its label it stands below (3.1)."""
    player = at("COMMUNICATION")
    assert (player.row(3), player.row(4)) == ("Main 255.255.255.255", "Port          65535")
    small = Player(SHELVED, compact=True).tap().hold(2.5).tap().hold(2.5).hold(2.5)
    assert (small.row(2), small.row(3), small.row(4)) == ("Communication", "Main", " 255.255.255.255")


def test_read_now_orders_a_reading() -> None:
    """The leaf asks for the reading once, when it is opened."""
    player = at("READ NOW").wait(5)
    assert player.actions == [ReadPoint(12)]


def test_unguarded_deeds() -> None:
    """Self-check and site report need no switch and ask nothing (3.6)."""
    player = at("SELF-CHECK")
    assert player.actions == [SelfCheckNow()]
    player.panel.answered(Outcome.CHECK_GOOD, player.now)
    assert player.row(10) == "Self-check OK"
    assert player.tap(2).hold(2.5).actions == [SelfCheckNow(), SiteReport()]
    assert player.hold(2.5).actions == [SelfCheckNow(), SiteReport()]


def test_guarded_needs_the_switch() -> None:
    """With the switch closed there is no box, only what to do first."""
    player = asks_to_restart(SHELVED)
    assert (player.face.page, player.row(10), player.actions) == ("MANAGEMENT", "First hold 5 s", [])
    assert player.wait(3.1).row(10) == "press next hold open"


def test_no_is_the_answer_unless_chosen() -> None:
    """The hold on No closes the box; Yes has to be chosen first."""
    player = asks_to_restart(OPEN)
    assert (player.row(7), player.row(10)) == ("  >No       Yes", "press move hold do10")
    assert player.hold(2.5).face.page == "MANAGEMENT"
    assert player.actions == []
    player.hold(2.5).tap()
    assert player.row(7) == "   No      >Yes"
    assert player.hold(2.5).actions == [Restart()]


def test_box_ends_after_ten_seconds() -> None:
    """10 s without confirmation mean No; the seconds count down on the bar (3.8)."""
    player = asks_to_restart(OPEN).tap()
    assert player.wait(4).row(10).startswith("press move hold do ")
    player.wait(5.2)
    assert player.face.page == "RESTART"
    assert player.wait(0.7).face.page == "MANAGEMENT"
    assert player.actions == []


def test_a_stroke_that_began_in_time_counts() -> None:
    """A hold that began within the 10 s is finished normally, and never opens the question anew."""
    player = asks_to_restart(OPEN).tap().wait(8.5)
    assert player.face.page == "RESTART"
    assert player.hold(2.5).actions == [Restart()]


def test_switch_that_closed_meanwhile() -> None:
    """Yes does nothing when the switch closed while the box stood."""
    player = asks_to_restart(OPEN).tap().show(SHELVED).hold(2.5)
    assert (player.actions, player.row(10)) == ([], "First hold 5 s")


def test_usb_copy_is_guarded_too() -> None:
    """Copying data to a disk asks, then does."""
    player = at("USB COPY")
    assert (player.row(4), player.row(5)) == ("   Copy the data", "   to a USB disk?")
    assert player.tap().hold(2.5).actions == [OpenProgramming(), CopyToDisk()]
    player.panel.answered(Outcome.NO_DISK, player.now)
    assert player.row(10) == "No USB disk"


@pytest.mark.parametrize(
    ("page", "taps", "wanted"),
    [
        ("CONTRAST", 8, Display(contrast=9)),
        ("FACE", 1, Display(compact=True)),
        ("LANGUAGE", 1, Display(language="zh")),
        ("LOOP ITEMS", 2, Display(hidden=frozenset({LoopItem.APN}))),
    ],
)
def test_choices(page: str, taps: int, wanted: Display) -> None:
    """A hold on a value asks to keep it, and the list marks what is in use."""
    player = at(page)
    assert player.row(10) == "press next hold take"
    assert player.tap(taps).hold(2.5).actions == [SetDisplay(wanted)]


def test_choices_are_marked() -> None:
    """One star at the value in use; on and off at the items of row 4."""
    assert [line[-1] for line in at("CONTRAST").text.splitlines()[2:9]] == list("    *  ")
    hidden = replace(SHELVED, display=Display(hidden=frozenset({LoopItem.MAIN})))
    assert (at("LOOP ITEMS", hidden).row(3), at("LOOP ITEMS", hidden).row(4)) == (
        ">Main IP, port   off",
        " Standby IP, port on",
    )


def test_hidden_items_leave_row_four() -> None:
    """What is off is left out of row 4; with everything off all of it shows."""
    hidden = frozenset(LoopItem) - {LoopItem.ADDRESS}
    player = Player(replace(HEALTHY, display=Display(hidden=hidden)))
    assert {player.wait(6).row(4) for _ in range(4)} == {"ADDR 1122 3344"}
    player = Player(replace(HEALTHY, display=Display(hidden=frozenset(LoopItem))))
    assert len({player.wait(6).row(4) for _ in range(7)}) == 6


def test_contrast_reaches_the_glass() -> None:
    """The frame carries the contrast for whoever draws it."""
    assert Player(replace(HEALTHY, display=Display(contrast=2))).face.contrast == 2
    assert Player(HEALTHY).face.contrast == DELIVERED.contrast


def test_another_face_begins_at_home() -> None:
    """Choosing the compact face closes the menu: its glass has another ring."""
    player = at("FACE")
    player.show(replace(SHELVED, display=Display(compact=True)))
    assert (player.face.page, len(player.face.cells.rows)) == ("HOME", 4)
    assert [player.tap().face.page for _ in range(2)] == ["MENU", "HOME"]


def test_menu_on_the_compact_face() -> None:
    """Three lines under the bar; the hold hint takes the last one while the key is down (3.4)."""
    player = Player(SHELVED, compact=True).tap().hold(2.5)
    assert [player.row(n) for n in (2, 3, 4)] == [">Point data", " Parameters", " Management"]
    assert [player.tap(3).row(n) for n in (2,)] == [">Back"]
    player.panel.press(player.now)
    assert player.wait(1).row(4) == "hold >2s back"


def test_box_on_the_compact_face() -> None:
    """Question, answers and seconds fit the four rows."""
    opened = replace(SHELVED, programming_left=100.0)
    player = Player(opened, compact=True).tap().hold(2.5).tap(2).hold(2.5).tap(3).hold(2.5)
    assert [player.row(n) for n in (2, 3, 4)] == [" Restart the", " concentrator?", ">No     Yes   10"]
    player.tap()
    assert player.row(4)[:12] == " No    >Yes "
    assert player.hold(2.5).actions == [Restart()]


def test_idle_leaves_the_menu() -> None:
    """60 s without key return to HOME from any depth, and the menu is closed when one comes back (K5)."""
    player = at("DAY FREEZE").wait(61)
    assert player.face.page == "HOME"
    assert player.tap(7).row(3) == " 1 Point data"


def test_five_seconds_stay_in_the_menu() -> None:
    """The switch opens from inside the menu, the place stays (3.7)."""
    player = at("MANAGEMENT").hold(5.5)
    assert (player.face.page, player.actions) == ("MANAGEMENT", [OpenProgramming()])


def test_point_that_was_deleted() -> None:
    """A point that leaves the archive closes its pages, not the menu."""
    player = at("DAY FREEZE").show(replace(SHELVED, sheets=Shelf((64,))))
    assert player.face.page == "POINT DATA"
