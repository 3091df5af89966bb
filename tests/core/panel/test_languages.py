"""English and Chinese on both faces: nothing is cut, nothing stays untranslated (device behaviour 3.1)."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal

import pytest

from core.event_lines import CHANGES, FAULTS, SIDES, TROUBLES
from core.panel.actions import Outcome, ReportOutcome
from core.panel.cells import COMPACT_COLUMNS, Cells, text_width
from core.panel.chinese import CHINESE
from core.panel.display import Display
from core.panel.facts import ClockSet, Event, Facts, RunningPass, UplinkState
from core.panel.languages import LANGUAGES
from core.panel.menu import CHOSEN, LOOP_TITLES, Choice, Deed, nodes
from core.panel.paths import WAYS, Press
from core.panel.texts import ENGLISH, EVENT_NAMES
from tests.core.panel.scenes import FAILING, HEALTHY, P0012, Player, Shelf
from tests.core.panel.test_upgrade_goldens import DOWNLOADS, USB, shown

BOTH = pytest.mark.parametrize("language", LANGUAGES)
LONG = replace(
    FAILING,
    sheets=Shelf(),
    programming_left=119.0,
    clock_set=ClockSet(datetime(2026, 11, 20), Decimal("-86399.9")),
    events=tuple(Event(code, code, datetime(2026, 11, 20), point=code) for code in EVENT_NAMES),
    important_count=255,
    ordinary_count=255,
    uplink=replace(
        FAILING.uplink,
        main_ip="255.255.255.255",
        standby_ip="255.255.255.255",
        main_port=65535,
        standby_port=65535,
        heartbeat_minutes=60,
        apn="a" * 16,
    ),
    reading=replace(
        FAILING.reading,
        failed=(replace(P0012, point=2040, tries=999, missing_days=31, reason="ERR 20 for 00010000"),) * 2,
        running=RunningPass("485_3", 2040, 100),
        key_points=20,
        key_points_read=20,
        points=192,
        read=192,
    ),
)


def pictures(facts: Facts) -> Iterator[tuple[str, Cells]]:
    for name, way in WAYS.items():
        if Press.USB not in way:
            player = Player(facts).go(way)
            yield name, player.face.cells
            player.panel.press(player.now)
            for seconds in (1, 1.5, 3, 16):
                yield name, player.wait(seconds).face.cells


@BOTH
def test_nothing_is_cut(language: str) -> None:
    """Every place, with the longest values and every hint, shows whole texts."""
    facts = replace(LONG, display=Display(language=language))
    assert {(name, cut) for name, cells in pictures(facts) for cut in cells.cut} == set()


@BOTH
@pytest.mark.parametrize("state", UplinkState)
def test_states_fit(language: str, state: UplinkState) -> None:
    """Each uplink state fits the top bar, LINK and the bottom bar, with an invalid clock too."""
    display = Display(language=language)
    facts = replace(HEALTHY, display=display, uplink=replace(HEALTHY.uplink, state=state), clock_valid=False)
    for taps in (0, 1, 5):
        assert Player(facts).tap(taps).face.cells.cut == ()


@BOTH
def test_events_fit_both_faces(language: str) -> None:
    """The name of every event fits rows 2 and 3 of HOME, the list and the compact face."""
    for code in EVENT_NAMES:
        event = Event(1, code, datetime(2026, 11, 20), point=2040, important=True)
        facts = replace(HEALTHY, events=(event,), display=Display(language=language))
        small = replace(facts, display=Display(language=language, compact=True))
        shown = (Player(facts), Player(facts).tap(4).hold(2.5).hold(2.5), Player(small))
        assert [player.face.cells.cut for player in shown] == [(), (), ()], code


@BOTH
def test_compact_menu_is_not_cut(language: str) -> None:
    """Every list, leaf and box of the menu fits sixteen cells."""
    facts = replace(LONG, display=Display(language=language, compact=True))
    home = 7
    for name, way in WAYS.items():
        steps = tuple(press for press in way if press is not Press.PROGRAM)
        if steps[:home] == (Press.SHORT,) * home:
            player = Player(facts).go((Press.SHORT, *steps[home:]))
            assert player.face.cells.cut == (), name
            assert player.tap().face.cells.cut == (), name


@BOTH
def test_answers_fit_the_compact_face(language: str) -> None:
    """What is answered on the bottom bar fits the compact face too, and nothing is unanswered."""
    notes = LANGUAGES[language].notes
    assert set(notes) == {*ReportOutcome, *Outcome}
    assert [note for note in notes.values() if text_width(note) > COMPACT_COLUMNS] == []


def test_the_menu_is_translated() -> None:
    """Each title, question and mark of the tree has its Chinese words."""
    wanted = {node.title for node in nodes()} | set(LOOP_TITLES.values())
    wanted |= {words for node in nodes() if isinstance(node, Deed) for words in node.question}
    options = [option for node in nodes() if isinstance(node, Choice) for option in node.options(Display())]
    wanted |= {word for option in options for word in (option.label, option.mark)}
    kept = {"APN", "English", "中文", CHOSEN, "", *"123456789"}
    assert wanted - kept - set(CHINESE.words) == set()


def test_event_details_are_translated() -> None:
    """The words of event records have Chinese ones."""
    words = [*FAULTS.values(), *SIDES.values(), *(word for _, word in (*CHANGES, *TROUBLES))]
    assert set(words) - {"RS485"} - set(CHINESE.words) == set()
    assert set(CHINESE.event_names) == set(EVENT_NAMES)


def test_every_word_of_the_pages_is_translated() -> None:
    """Only what is the same in both languages stays: abbreviations and formats."""
    same = {"point", "property_number", "terminal_letter", "events_short", "usb_underway"}
    left = {one.name for one in fields(ENGLISH) if getattr(ENGLISH, one.name) == getattr(CHINESE, one.name)}
    assert left == same


def test_language_changes_at_once() -> None:
    """Choosing Chinese changes the page that shows; digits and addresses stay."""
    player = Player(HEALTHY).tap()
    assert player.row(2).startswith("LINK")
    player.show(replace(HEALTHY, display=Display(language="zh")))
    assert (player.row(2)[:2], player.row(3)) == ("通信", "主站 10.20.30.40")


@BOTH
@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("name", [*USB, *DOWNLOADS])
def test_upgrades_fit(name: str, language: str, compact: bool) -> None:
    """Every upgrade and download screen shows whole texts on both faces."""
    look = (USB | DOWNLOADS)[name]
    facts = replace(shown(look), display=Display(language=language, compact=compact))
    overlap = {"usb_copying"}  # the percentage stands upon the end of the bar by design
    assert name in overlap or Player(facts).face.cells.cut == ()
