"""The way to every page: what is told on the phone is true of the panel (device behaviour 3.2, 3.6)."""

import pytest

from core.errors import UsageError
from core.panel.actions import EnterUsbMode, OpenProgramming, SiteReport
from core.panel.menu import Deed, Leaf, nodes
from core.panel.pages import RING
from core.panel.paths import LISTS, WAYS, Press, said, way_to
from tests.core.panel.scenes import FAILING, SHELVED, Player, Shelf, replace

FULL = replace(FAILING, sheets=Shelf(), display=SHELVED.display)


@pytest.mark.parametrize("page", [page.name for page in RING])
def test_ring_pages(page: str) -> None:
    """Short presses alone lead to every page of the ring."""
    assert set(way_to(page)) <= {Press.SHORT}
    assert Player(FULL).go(way_to(page)).face.page == page


@pytest.mark.parametrize("page", [node.name for node in nodes() if not isinstance(node, Deed)])
def test_menu_places(page: str) -> None:
    """M169: every place of the menu is reached from HOME with the one key, and the face names it."""
    assert Player(FULL).go(way_to(page)).face.page == page


@pytest.mark.parametrize(
    "deed", [node for node in nodes() if isinstance(node, Deed)], ids=lambda deed: deed.name
)
def test_deeds(deed: Deed) -> None:
    """The way to a deed does it; the way to a guarded one opens the switch and ends at its question."""
    player = Player(FULL).go(way_to(deed.name))
    if deed.question:
        assert player.actions == [OpenProgramming()]
        assert player.face.page == deed.name
        assert player.tap().hold(2.5).actions == [OpenProgramming(), deed.action]
    else:
        assert player.actions == [deed.action]


def test_every_leaf_is_left_by_the_same_key() -> None:
    """K6: from the deepest place holds and presses lead back to the ring; no action needs a second key."""
    for leaf in (node for node in nodes() if isinstance(node, Leaf)):
        player = Player(FULL).go(way_to(leaf.name)).hold(2.5)
        for _ in range(60):
            if ">" not in player.text:
                break
            on_back = any(
                line.startswith(">") and line.rstrip().endswith("Back") for line in player.text.splitlines()
            )
            player.hold(2.5) if on_back else player.tap()
        assert (player.face.page, player.tap().face.page) == ("MENU", "HOME"), leaf.name


def test_lists_and_their_entries() -> None:
    """Failed points and events open as told."""
    assert Player(FULL).go(way_to("failed point")).row(2).startswith("POINT 0012")
    assert Player(FULL).go(way_to("event")).row(2).startswith("E31")
    for ring_page in LISTS:
        assert Player(FULL).go(way_to(f"{ring_page} LIST")).row(3).startswith(">")


def test_strokes_from_home() -> None:
    """M112, M170, M172: report, switch and USB mode are strokes of their own."""
    assert Player(FULL).go(way_to("site-report")).actions == [SiteReport()]
    assert Player(FULL).go(way_to("program_open")).actions == [OpenProgramming()]
    assert Player(FULL).go(way_to("usb")).actions == [OpenProgramming(), EnterUsbMode()]


def test_words() -> None:
    """Ways are said as on the phone, in both languages."""
    assert said(way_to("POWER")) == "press 5 times"
    assert said(way_to("failed point")) == "press 3 times, hold 2 s, hold 2 s"
    assert said(way_to("restart")).startswith("hold 5 s, press 7 times, hold 2 s, press twice, hold 2 s")
    assert said(way_to("link")) == "press once"
    assert said(way_to("usb"), "zh") == "按住30秒"
    assert said(way_to("events list"), "zh") == "短按4次，按住2秒"
    assert said(way_to("home")) and said(way_to("home"), "zh")


def test_unknown_page() -> None:
    """An unknown name is refused with all names."""
    with pytest.raises(UsageError) as refused:
        way_to("cellar")
    assert "POWER" in str(refused.value.hint)


def test_names_are_unique() -> None:
    """Each name stands for one way."""
    names = [node.name for node in nodes()]
    assert len(names) == len(set(names))
    assert set(names) <= set(WAYS)
