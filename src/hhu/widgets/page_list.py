"""Where one can go: a row of tabs on small screens, a list at the left on wide ones; with number keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of


@dataclass(frozen=True, slots=True)
class PageName:
    """A page: the key that opens it, its id, its name on the screen."""

    key: str
    id: str
    name: str


class Opened(Message):
    """A page was clicked."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page


@dataclass(frozen=True, slots=True)
class Tab:
    """What the row shows of a page: its key, and its name if there is room."""

    page: PageName
    named: bool

    @property
    def pieces(self) -> tuple[str, str]:
        """Return key and name as drawn."""
        return f" {self.page.key}", f" {self.page.name} " if self.named else " "

    @property
    def width(self) -> int:
        """Cells taken."""
        return sum(map(cell_len, self.pieces))


def tabs_in(pages: Sequence[PageName], opened: str, width: int) -> tuple[Tab, ...]:
    """Return the row: every key always, names from the open page outwards as far as they fit."""
    tabs = [Tab(page, named=True) for page in pages]
    here = next((index for index, page in enumerate(pages) if page.id == opened), 0)
    for index in sorted(range(len(tabs)), key=lambda index: -abs(index - here)):
        if sum(tab.width for tab in tabs) <= width:
            break
        tabs[index] = Tab(pages[index], named=False)
    return tuple(tabs)


class PageTabs(Widget):
    """All pages side by side, the open one marked; the tool's name at the right if there is room."""

    DEFAULT_CSS = "PageTabs { height: 1; }"
    opened: reactive[str] = reactive("")

    def __init__(self, pages: Sequence[PageName], title: str) -> None:
        super().__init__()
        self._pages = tuple(pages)
        self._title = title

    @property
    def _tabs(self) -> tuple[Tab, ...]:
        return tabs_in(self._pages, self.opened, self.size.width)

    def render_line(self, y: int) -> Strip:
        """The row."""
        palette = palette_of(self)
        pieces: list[Piece] = []
        for tab in self._tabs:
            here = tab.page.id == self.opened
            back = palette.accent if here else None
            key = Style(color=palette.accent_ink if here else palette.accent, bgcolor=back, bold=True)
            name = Style(color=palette.accent_ink if here else palette.ink, bgcolor=back, bold=here)
            pieces += zip(tab.pieces, (key, name), strict=True)
        used = sum(cell_len(text) for text, _ in pieces)
        room = self.size.width - used
        title = next((word for word in (f"{self._title} ", "hhu ") if cell_len(word) <= room), "")
        rest = fit(title, max(0, room), "right")
        return strip_of(
            [*pieces, (rest, Style(color=palette.dim))],
            self.size.width,
            Style(color=palette.ink, bgcolor=palette.surface),
        )

    def on_click(self, event: events.Click) -> None:
        """Open the page under the mouse."""
        at = 0
        for tab in self._tabs:
            if at <= event.x < at + tab.width:
                self.post_message(Opened(tab.page.id))
            at += tab.width


class PageList(Widget):
    """The same pages below each other."""

    DEFAULT_CSS = "PageList { width: 20; height: 1fr; background: $surface; }"
    opened: reactive[str] = reactive("")

    def __init__(self, pages: Sequence[PageName], title: str) -> None:
        super().__init__()
        self._pages = tuple(pages)
        self._title = title

    def render_line(self, y: int) -> Strip:
        """Title, a blank line, then a line per page."""
        palette = palette_of(self)
        ground = Style(color=palette.ink, bgcolor=palette.surface)
        width = self.size.width
        if y == 0:
            return strip_of([(f" {fit(self._title, width - 2)}", Style(color=palette.dim))], width, ground)
        index = y - 2
        if not 0 <= index < len(self._pages):
            return Strip.blank(width, ground)
        page = self._pages[index]
        here = page.id == self.opened
        key = Style(color=palette.accent_ink if here else palette.accent, bold=True)
        name = Style(color=palette.accent_ink if here else palette.ink, bold=here)
        pieces: list[Piece] = [(f" {page.key:<2} ", key), (page.name, name)]
        return strip_of(pieces, width, Style(bgcolor=palette.accent) if here else ground)

    def on_click(self, event: events.Click) -> None:
        """Open the page under the mouse."""
        if 0 <= event.y - 2 < len(self._pages):
            self.post_message(Opened(self._pages[event.y - 2].id))
