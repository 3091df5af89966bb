"""A list of lines with a cursor; every list of the tool is one of these.

Lines are drawn on demand (Textual's line API), so a thousand frames cost what the screen shows. Columns are
the subclass's business; the width is given.
"""

from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, strip_of


class Rows(ScrollView, can_focus=True):
    """Base: subclasses give ``count`` and ``pieces`` and call ``rows_changed``."""

    DEFAULT_CSS = """
    Rows { height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up", tooltip="One line up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down", tooltip="One line down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, id="rows.page-up", tooltip="One page up"),
        Binding(
            "pagedown", "move_page(1)", "Page down", show=False, id="rows.page-down", tooltip="One page down"
        ),
        Binding("home,g", "move_to(0)", "First", show=False, id="rows.first", tooltip="First line"),
        Binding("end,G", "move_to(-1)", "Last", show=False, id="rows.last", tooltip="Last line"),
        Binding(
            "enter", "choose", "Choose", show=False, id="rows.choose", tooltip="Open or take the marked line"
        ),
    ]

    cursor: reactive[int] = reactive(0)
    shows_cursor: bool = True

    class Moved(Message):
        """The cursor stands on another line."""

        def __init__(self, rows: "Rows", index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

        @property
        def control(self) -> "Rows":
            """The list, for ``on`` selectors."""
            return self.rows

    class Chosen(Moved):
        """The line was taken with Enter or a second click."""

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Return the line ``index`` for ``width`` cells."""
        raise NotImplementedError

    def takes_cursor(self, index: int) -> bool:
        """Tell whether the cursor may stand on a line; headings refuse it."""
        return True

    def rows_changed(self) -> None:
        """Draw anew; the cursor stays where it is as long as that line exists."""
        self.virtual_size = Size(0, self.count)
        self.cursor = self.validate_cursor(self.cursor)
        self.refresh()

    def on_mount(self) -> None:
        """Take the size of what was given before mounting."""
        self.rows_changed()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All lines, where the style says ``height: auto``."""
        return max(1, self.count)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a line that takes it: the wanted one, else the next below, else above."""
        wanted = max(0, min(cursor, self.count - 1))
        ahead = range(wanted, self.count) if cursor >= self.cursor else range(wanted, -1, -1)
        behind = range(self.count) if cursor < self.cursor else range(self.count - 1, -1, -1)
        taking = (index for index in (*ahead, *behind) if self.takes_cursor(index))
        return next(taking, 0) if self.count else 0

    def watch_cursor(self, before: int, after: int) -> None:
        """Show the new line and tell the parent."""
        if before != after:
            self.show_line(after)
            self.post_message(self.Moved(self, after))
        self.refresh()

    def show_line(self, index: int) -> None:
        """Scroll so that the line is seen, at once."""
        self.scroll_to_region(Region(0, index, 1, 1), animate=False)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        index = y + self.scroll_offset.y
        palette = palette_of(self)
        marked = self.shows_cursor and index == self.cursor and index < self.count
        back = (palette.cursor if self.has_focus else palette.faint_cursor) if marked else None
        ground = Style(color=palette.ink, bgcolor=back or self.background_colors[1].hex)
        width = self.scrollable_content_region.width
        return strip_of(self.pieces(index, width) if index < self.count else [], width, ground)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor is fainter without focus."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the cursor by lines."""
        self.cursor += by

    def action_move_page(self, by: int) -> None:
        """Move the cursor by what is seen at once."""
        self.cursor += by * max(1, self.scrollable_content_region.height - 1)

    def action_move_to(self, index: int) -> None:
        """Move to the first (0) or last (-1) line."""
        self.cursor = index if index >= 0 else self.count - 1

    def action_choose(self) -> None:
        """Tell the parent that the marked line is wanted."""
        if self.count:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """First click marks, a click on the marked line takes it."""
        index = event.y + self.scroll_offset.y
        if index >= self.count or not self.takes_cursor(index):
            return
        if index == self.cursor:
            self.action_choose()
        self.cursor = index

    def colour(self, name: str, **more: Any) -> Style:
        """Return a style in one of the palette's colours."""
        return Style(color=getattr(palette_of(self), name), **more)
