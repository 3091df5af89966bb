"""One key through the page ring, lists and entries (device behaviour 3.2, 3.7 K6)."""

from dataclasses import replace

from core.panel.actions import AcknowledgeEvent, ReadPoint, SiteReport
from tests.core.panel.scenes import FAILING, HEALTHY, P0012, P0177, TEN_EVENTS, Player

FAILED, EVENTS = 3, 4


def test_ring_order() -> None:
    """Short presses walk the ring and return to HOME."""
    player = Player(HEALTHY)
    pages = [player.tap().face.page for _ in range(8)]
    assert pages == ["LINK", "METERS", "FAILED", "EVENTS", "POWER", "VERSION", "MENU", "HOME"]


def test_short_press_passes_a_closed_list() -> None:
    """A list that nobody opened does not hold the technician."""
    assert Player(FAILING).tap(FAILED + 1).face.page == "EVENTS"


def test_walk_through_the_failed_list() -> None:
    """Open, next, open, read now, back, Back: every step with one key."""
    player = Player(FAILING).tap(FAILED).hold(2.5)
    assert player.row(3).startswith(">P0012")
    assert player.tap().row(5).startswith(">P0177")
    assert player.hold(2.5).row(2) == "POINT 0177     485_1"
    assert player.hold(2.5).actions == [ReadPoint(177)]
    assert player.tap().row(5).startswith(">P0177")
    assert player.tap().row(9) == ">Back"
    assert player.hold(2.5).face.page == "FAILED"
    assert player.tap().face.page == "EVENTS"
    assert player.actions == [ReadPoint(177)]


def test_cursor_wraps_after_back() -> None:
    """After Back the cursor begins again."""
    player = Player(FAILING).tap(FAILED).hold(2.5).tap(3)
    assert player.row(3).startswith(">P0012")


def test_looking_at_an_event_acknowledges_it() -> None:
    """Opening a record asks for its acknowledgment; both strokes lead back."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).tap(EVENTS).hold(2.5).tap().hold(2.5)
    assert player.actions == [AcknowledgeEvent(16)]
    assert player.row(10) == "hold: back"
    assert player.hold(2.5).row(4).startswith(">E31 11-18")
    assert player.hold(2.5).tap().row(4).startswith(">E31 11-18")


def test_events_continue_on_the_second_page() -> None:
    """The seventh record opens the second page of the list."""
    player = Player(replace(HEALTHY, events=TEN_EVENTS)).tap(EVENTS).hold(2.5).tap(6)
    assert player.row(3) == ">E04 11-05 00:00 T"


def test_large_counters_fit() -> None:
    """Counters of three digits stay whole."""
    facts = replace(HEALTHY, events=TEN_EVENTS, important_count=255, ordinary_count=254)
    assert Player(facts).tap(EVENTS).row(2) == "EV EC1 255 EC2 254"


def test_unattended_failed_list_turns_its_pages() -> None:
    """A closed list shows 3 points per page, 6 s each."""
    failed = tuple(replace(P0012, point=n) for n in range(1, 6))
    player = Player(replace(FAILING, reading=replace(FAILING.reading, failed=failed))).tap(FAILED)
    assert (player.row(2)[-3:], player.row(3)[:6]) == ("1/2", " P0001")
    player.wait(6)
    assert (player.row(2)[-3:], player.row(3)[:6]) == ("2/2", " P0004")


def test_empty_lists_do_not_open() -> None:
    """A hold on an empty list neither opens it nor reports."""
    player = Player(HEALTHY).tap(FAILED).hold(2.5)
    assert (player.row(3), player.row(10), player.actions) == ("No failed point", "Idle", [])
    assert player.tap().row(3) == "No event record"


def test_entry_that_went_away() -> None:
    """A point that reads again leaves its detail page, and the list closes with the last one."""
    player = Player(FAILING).tap(FAILED).hold(2.5).hold(2.5)
    one = replace(FAILING, reading=replace(FAILING.reading, failed=(P0177,)))
    assert player.show(one).row(2) == "FAILED POINTS    1/1"
    assert player.show(HEALTHY).tap().face.page == "EVENTS"


def test_hold_words_tell_the_truth() -> None:
    """The hold hint names what a hold does on this very page (K2, K6)."""
    player = Player(FAILING)
    player.panel.press(player.now)
    assert player.wait(1).row(10) == "hold >2s report"
    player.panel.release(player.now)
    player.wait(0.2).tap(FAILED - 1)
    player.panel.press(player.now)
    assert player.wait(1).row(10) == "hold >2s open"
    assert player.wait(1.5).row(10) == "release = open"


def test_report_from_every_plain_page() -> None:
    """HOME, LINK, METERS, POWER and VERSION send a site report by a hold (M112)."""
    for place in (0, 1, 2, 5, 6):
        assert Player(FAILING).tap(place).hold(2.5).actions == [SiteReport()]
