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


class PageTabs(Widget):
    """All pages side by side, the open one marked; the tool's name at the right."""

    DEFAULT_CSS = "PageTabs { height: 1; }"
    opened: reactive[str] = reactive("")

    def __init__(self, pages: Sequence[PageName], title: str) -> None:
        super().__init__()
        self._pages = tuple(pages)
        self._title = title

    def render_line(self, y: int) -> Strip:
        """The row."""
        palette = palette_of(self)
        pieces: list[Piece] = []
        for page in self._pages:
            here = page.id == self.opened
            back = palette.accent if here else None
            key = Style(color=palette.accent_ink if here else palette.accent, bgcolor=back, bold=True)
            name = Style(color=palette.accent_ink if here else palette.ink, bgcolor=back, bold=here)
            pieces += [(f" {page.key}", key), (f" {page.name} ", name)]
        used = sum(cell_len(text) for text, _ in pieces)
        room = self.size.width - used
        title = f"{self._title} " if cell_len(self._title) < room else "hhu "
        rest = fit(title, max(0, room), "right")
        return strip_of(
            [*pieces, (rest, Style(color=palette.dim))],
            self.size.width,
            Style(color=palette.ink, bgcolor=palette.surface),
        )

    def on_click(self, event: events.Click) -> None:
        """Open the page under the mouse."""
        at = 0
        for page in self._pages:
            end = at + 4 + cell_len(page.name)
            if at <= event.x < end:
                self.post_message(Opened(page.id))
            at = end


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
        pieces: list[Piece] = [(f" {page.key} ", key), (page.name, name)]
        return strip_of(pieces, width, Style(bgcolor=palette.accent) if here else ground)

    def on_click(self, event: events.Click) -> None:
        """Open the page under the mouse."""
        if 0 <= event.y - 2 < len(self._pages):
            self.post_message(Opened(self._pages[event.y - 2].id))
