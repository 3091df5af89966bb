"""The workbench: status, pages, face or live trace, notice, keys; side by side from 120 columns."""

from collections.abc import Callable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Static

from core.errors import LineFault
from core.lines.recorder import TraceEntry
from hhu.client.link import LinkEvent, Lost
from hhu.screens import jobs
from hhu.screens.answering import AnsweringScreen
from hhu.screens.desk import Desk
from hhu.screens.frames import brief, summary
from hhu.screens.page import Page
from hhu.screens.pages import PAGES, page_names, page_row
from hhu.widgets.face_panel import FacePanel
from hhu.widgets.key import TerminalKey
from hhu.widgets.key_row import KeyRow
from hhu.widgets.notice_row import Notice, NoticeRow, Tone
from hhu.widgets.page_list import Opened, PageList, PageTabs
from hhu.widgets.status_row import StatusRow
from hhu.widgets.trace_list import TraceList
from hhu.words import words_of

WIDE = 120
"""Columns from which everything stands side by side."""
FACE_LOOK = 0.5
"""Seconds between looks at the face: the refresh of the real LCD (device behaviour 3.1)."""
HELD_LOOK = 0.1
"""Seconds between looks while the key is down, for the running bar."""
EDGE_LOOK = 0.035
"""Seconds after an edge of the key until the terminal has taken it for real (device behaviour 3.7)."""


class Workbench(AnsweringScreen):
    """Joins pages and desk; runs one job at a time."""

    CSS = """
    Workbench { layout: vertical; background: $background; }
    Workbench #middle { height: 1fr; }
    Workbench ContentSwitcher { width: 1fr; height: 1fr; }
    Workbench #side { width: 28; padding: 0 1; height: 1fr; }
    Workbench #side FacePanel { margin: 1 0 0 0; }
    Workbench #side #live { height: 1fr; }
    Workbench .strip-title { height: 1; background: $surface; color: $dim; padding: 0 1; }
    Workbench #tail { height: 9; }
    Workbench #tail TraceList { height: 8; }
    Workbench.-narrow PageList, Workbench.-narrow #side, Workbench.-narrow #tail { display: none; }
    Workbench.-wide PageTabs { display: none; }
    Workbench.-wide.-on-terminal #side, Workbench.-wide.-on-terminal #tail { display: none; }
    Workbench.-wide.-on-trace #tail { display: none; }
    Workbench.-wide.-on-terminal NoticeRow { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(row.key.lower(), f"page('{row.id}')", row.en, show=False, id=f"page.{row.id}",
                    tooltip=f"Open {row.en}")
            for row in PAGES
        ),
        Binding("a", "app.arm", "Arm", show=False, id="app.arm", tooltip="Allow writing, or stop it"),
        Binding("escape", "cancel", "Cancel", show=False, id="work.cancel", tooltip="Stop the running work"),
        Binding("f1", "app.help", "Help", id="app.help", tooltip="Help for this page"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, page: str = "overview") -> None:
        super().__init__(desk)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
        self.page = page
        self._redraw_due = False
        self._unsubscribe: list[Callable[[], None]] = []

    # Layout

    def compose(self) -> ComposeResult:
        """The frame; pages come when they are opened."""
        words = words_of(self)
        names = page_names(words)
        yield StatusRow()
        yield PageTabs(names, words("app.title"))
        with Horizontal(id="middle"):
            yield PageList(names, words("app.title"))
            yield ContentSwitcher(id="pages")
            with Vertical(id="side"):
                if self.desk.connection and self.desk.connection.face:
                    yield FacePanel(classes="-stacked")
                else:
                    yield Static(words("live.title"), classes="strip-title", markup=False)
                    yield TraceList(self._brief, compact=True, id="live")
        with Vertical(id="tail"):
            yield Static(words("tail.title"), classes="strip-title", markup=False)
            yield TraceList(self._summary)
        yield NoticeRow()
        yield KeyRow()

    def _summary(self, entry: TraceEntry) -> str:
        return summary(entry, words_of(self))

    def _brief(self, entry: TraceEntry) -> str:
        return brief(entry, words_of(self))

    async def on_mount(self) -> None:
        """Follow line and face; open the first page."""
        for tail in self.query(TraceList):
            tail.can_focus = False
            tail.shows_cursor = False
        if self.desk.connection:
            link = self.desk.connection.session.link
            self._unsubscribe = [link.trace.subscribe(lambda _: self.redraw()), link.subscribe(self._heard)]
        self.set_interval(1.0, self._tick)
        if self.desk.connection and self.desk.connection.face:
            self.set_interval(FACE_LOOK, self._show_face)
        await self.open_page(self.page)
        self._draw()

    def on_unmount(self) -> None:
        """Let go of the trace."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def _heard(self, event: LinkEvent) -> None:
        """The line went away: say so at once, not at the next key."""
        if isinstance(event, Lost) and event.error.fault is not LineFault.CLOSED:
            notice = jobs.trouble(event.error, self.desk)
            dialled = self.desk.connection is not None and self.desk.connection.dialled_in
            step = words_of(self)("front.lost-next" if dialled else "connect.lost-next")
            self.desk.tell(Notice(notice.text, step, Tone.BAD))

    async def open_page(self, page: str) -> None:
        """Show a page, made on first use."""
        pages = self.query_one(ContentSwitcher)
        if not pages.query(f"#{page}"):
            await pages.add_content(page_row(page).make(self.desk), id=page)
        pages.current = page
        self.page = page
        self.query_one(PageTabs).opened = self.query_one(PageList).opened = page
        for other in PAGES:
            self.set_class(other.id == page, f"-on-{other.id}")
        self.current_page.enter_page()
        self.redraw()
        self._show_face()

    @property
    def current_page(self) -> Page:
        """The page that is seen."""
        return cast("Page", self.query_one(f"#{self.page}"))

    async def action_page(self, page: str) -> None:
        """A number key."""
        await self.open_page(page)

    async def on_opened(self, event: Opened) -> None:
        """A click on a page's name."""
        await self.open_page(event.page)

    # Drawing

    def redraw(self) -> None:
        """Draw everything anew, once, however many things changed meanwhile."""
        if not self._redraw_due:
            self._redraw_due = True
            self.set_timer(0.05, self._draw)

    def _draw(self) -> None:
        self._redraw_due = False
        if not self.is_mounted or not self.query(StatusRow):
            return
        self.query_one(StatusRow).status = self.desk.status()
        self.query_one(NoticeRow).notice = self.desk.notice
        if self.query(f"#{self.page}"):
            self.current_page.refresh_page()
        if self.has_class("-wide") and self.desk.connection:
            entries = self.desk.connection.trace.entries[-40:]
            for tail in self.query(TraceList):
                if not tail.can_focus and tail.is_on_screen:
                    tail.show(entries)

    def on_resize(self) -> None:
        """Panes that were hidden have missed something."""
        self.redraw()

    def _tick(self) -> None:
        """Countdowns, once a second; nothing is drawn when nothing counts."""
        self.query_one(StatusRow).status = self.desk.status()
        if self.page == "overview":
            self.current_page.refresh_page()
        self.tick_work()

    def _show_face(self) -> None:
        face = self.desk.connection.face if self.desk.connection else None
        if face is None:
            return
        look = face.look()
        for panel in (panel for panel in self.query(FacePanel) if panel.is_on_screen):
            panel.show(look.glass, lit=look.lit, lamps=look.lamps, held=face.held)
        if face.held is not None:
            self.set_timer(HELD_LOOK, self._show_face)

    # The key of the emulated terminal

    def on_terminal_key_pressed(self) -> None:
        """Key down."""
        if self.desk.connection and self.desk.connection.face:
            self.desk.connection.face.press()
            self.set_timer(EDGE_LOOK, self._show_face)

    def on_terminal_key_released(self) -> None:
        """Key up."""
        if self.desk.connection and self.desk.connection.face:
            self.desk.connection.face.release()
            self.set_timer(EDGE_LOOK, self._show_face)

    def on_terminal_key_stroke(self, event: TerminalKey.Stroke) -> None:
        """A whole stroke."""
        self.stroke(event.seconds)

    def stroke(self, seconds: float) -> None:
        """Hold the key of the emulated terminal, or say how to hold the real one."""
        words = words_of(self)
        face = self.desk.connection.face if self.desk.connection else None
        if face is None:
            self.desk.tell(Notice(words("key.real"), words("key.real-next"), Tone.WARN))
            return
        face.stroke(seconds)
        shown = f"{seconds:.{0 if seconds >= 1 else 1}f}"
        self.desk.tell(Notice(words("key.holding", seconds=shown), words("key.holding-next")))
        self.set_timer(HELD_LOOK * 2, self._show_face)
