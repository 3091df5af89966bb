"""Where the technician is in the page ring: short presses and holds of 2 s (device behaviour 3.2, 3.7).

Passing by, a short press goes to the next page and a hold sends a site report. A page with a list is opened
by the hold instead (nothing happens when the list is empty); inside, a short press takes the next entry and
a hold opens it. One place after the last entry is Back, the way out of the list; it shows when the cursor
reaches it. On an open entry a short press returns to the list, and the hold does what its bottom bar says
(K6). MENU is opened by the hold too; what happens inside is the affair of `Walk`.
"""

from core.panel.actions import SiteReport
from core.panel.facts import Facts
from core.panel.menu import MENU
from core.panel.pages import RING, Page
from core.panel.texts import Texts
from core.panel.view import Level
from core.panel.walk import Asked, Walk


class Browse:
    """Page, depth, cursor and opened entry."""

    def __init__(self, ring: tuple[Page, ...] = RING) -> None:
        self._ring = ring
        self._index = 0
        self.level = Level.RING
        self.cursor = 0
        self.subject: int | None = None
        self.walk = Walk()

    @property
    def place(self) -> str:
        """Name of the page, or of the place in the menu."""
        return self.walk.name if self.in_menu else self.page.name

    @property
    def in_menu(self) -> bool:
        """Tell whether the page is MENU, open or passed by."""
        return self.page.name == MENU.name

    def lay(self, ring: tuple[Page, ...]) -> None:
        """Take another ring, beginning at its first page; nothing happens when it is the one in use."""
        if ring is not self._ring:
            self._ring = ring
            self.home()

    @property
    def page(self) -> Page:
        """The page that shows."""
        return self._ring[self._index]

    def home(self) -> None:
        """Return to the first page and close whatever was open."""
        self._index = 0
        self._close()

    def short(self, facts: Facts) -> None:
        """Go to the next page, or to the next entry, or back from an entry."""
        if self.walk.floors:
            self.walk.short(facts)
        elif self.level is Level.RING:
            self._index = (self._index + 1) % len(self._ring)
        elif self.level is Level.LIST:
            self.cursor = (self.cursor + 1) % (len(self._keys(facts)) + 1)
        else:
            self.level = Level.LIST

    def hold(self, facts: Facts, now: float) -> list[Asked]:
        """Send a report, open the list or the menu, open or leave the entry."""
        if self.in_menu:
            return self._hold_menu(facts, now)
        if self.page.keys is None:
            return [SiteReport()]
        if self.level is Level.DETAIL:
            return self._hold_entry()
        keys = self._keys(facts)
        if self.level is Level.RING:
            self.level = Level.LIST if keys else Level.RING
            return []
        if self.cursor >= len(keys):
            self._close()
            return []
        return self._open(keys[self.cursor])

    def tick(self, facts: Facts, now: float, *, busy: bool) -> None:
        """Leave an entry that is gone, keep the cursor on the list; ``busy``: a stroke is under way."""
        self.walk.tick(facts, now, busy=busy)
        keys = self._keys(facts)
        if self.level is Level.DETAIL and self.subject not in keys:
            self.level = Level.LIST
        if self.level is Level.LIST and not keys:
            self._close()
        self.cursor = min(self.cursor, len(keys))

    def hold_word(self, facts: Facts, texts: Texts) -> str:
        """Name what a hold of 2 s does here; empty where it does nothing."""
        if self.in_menu:
            return self.walk.hold_word(facts, texts)
        if self.page.keys is None:
            return texts.word_report
        if self.level is Level.DETAIL:
            return texts.word_back if self.page.held is None else texts.word_read
        if self.level is Level.LIST and self.cursor >= len(self._keys(facts)):
            return texts.word_back
        return texts.word_open if self._keys(facts) else ""

    def key_hint(self, facts: Facts, texts: Texts, now: float) -> str:
        """Name what the strokes do in a list or on an entry; empty where the state word stands."""
        if self.in_menu:
            return self.walk.key_hint(texts, now)
        if self.level is Level.DETAIL:
            return texts.hold_back if self.page.held is None else texts.hold_read
        return texts.press_hold if self._keys(facts) else ""

    def _keys(self, facts: Facts) -> tuple[int, ...]:
        return self.page.keys(facts) if self.page.keys is not None else ()

    def _hold_menu(self, facts: Facts, now: float) -> list[Asked]:
        if self.walk.floors:
            return self.walk.hold(facts, now)
        self.walk.open()
        return []

    def _open(self, key: int) -> list[Asked]:
        self.level, self.subject = Level.DETAIL, key
        return [self.page.opened(key)] if self.page.opened is not None else []

    def _hold_entry(self) -> list[Asked]:
        if self.page.held is not None and self.subject is not None:
            return [self.page.held(self.subject)]
        self.level = Level.LIST
        return []

    def _close(self) -> None:
        self.level, self.cursor, self.subject = Level.RING, 0, None
        self.walk.close()
