"""The workbench: status, pages, face or live trace, notice, keys; side by side from 120 columns."""

from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Static

from core.errors import CoreError, LineFault
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.lines.recorder import TraceEntry
from hhu.client.link import LinkEvent, Lost
from hhu.screens import jobs
from hhu.screens.desk import Desk
from hhu.screens.frames import brief, summary
from hhu.screens.page import Page
from hhu.widgets.face_panel import FacePanel
from hhu.widgets.key import TerminalKey
from hhu.widgets.key_row import KeyRow
from hhu.widgets.notice_row import Notice, NoticeRow, Tone, Work
from hhu.widgets.page_list import Opened, PageList, PageName, PageTabs
from hhu.widgets.status_row import StatusRow
from hhu.widgets.trace_list import TraceList
from hhu.words import words_of

PAGES = ("overview", "addresses", "uplink", "trace", "terminal", "catalogue")
WIDE = 120
"""Columns from which everything stands side by side."""
FACE_LOOK = 0.5
"""Seconds between looks at the face: the refresh of the real LCD (device behaviour 3.1)."""
HELD_LOOK = 0.1
"""Seconds between looks while the key is down, for the running bar."""

Job = Callable[[jobs.Progress], Awaitable[None]]


class Workbench(Screen[None]):
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
    Workbench.-wide.-on-terminal #side, Workbench.-wide.-on-trace #tail { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"page('{page}')", page.capitalize(), show=False, id=f"page.{page}",
                    tooltip=f"Open {page}")
            for number, page in enumerate(PAGES, start=1)
        ),
        Binding("a", "app.arm", "Arm", show=False, id="app.arm", tooltip="Allow writing, or stop it"),
        Binding("escape", "cancel", "Cancel", show=False, id="work.cancel", tooltip="Stop the running work"),
        Binding("f1", "app.help", "Help", id="app.help", tooltip="Help for this page"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, page: str = "overview") -> None:
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
        self.desk = desk
        self.page = page
        self._redraw_due = False
        self._work_started = 0.0
        self._bytes_before = 0
        self._unsubscribe: list[Callable[[], None]] = []

    # Layout

    def compose(self) -> ComposeResult:
        """The frame; pages come when they are opened."""
        words = words_of(self)
        names = [PageName(str(n), page, words(f"page.{page}")) for n, page in enumerate(PAGES, start=1)]
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
            self._face_timer = self.set_interval(FACE_LOOK, self._show_face)
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
            self.desk.tell(Notice(notice.text, words_of(self)("connect.lost-next"), Tone.BAD))

    async def open_page(self, page: str) -> None:
        """Show a page, made on first use."""
        pages = self.query_one(ContentSwitcher)
        if not pages.query(f"#{page}"):
            await pages.add_content(make_page(page, self.desk), id=page)
        pages.current = page
        self.page = page
        self.query_one(PageTabs).opened = self.query_one(PageList).opened = page
        for other in PAGES:
            self.set_class(other == page, f"-on-{other}")
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
        row = self.query_one(NoticeRow)
        if row.work:
            self._progress(row.work.title, row.work.done, row.work.total)

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
            self.set_timer(HELD_LOOK, self._show_face)

    def on_terminal_key_released(self) -> None:
        """Key up."""
        if self.desk.connection and self.desk.connection.face:
            self.desk.connection.face.release()
            self.set_timer(HELD_LOOK, self._show_face)

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
        self.desk.tell(Notice(words("key.holding", seconds=f"{seconds:.0f}"), words("key.holding-next")))
        self.set_timer(HELD_LOOK * 2, self._show_face)

    # Jobs

    def start(self, title: str, job: Job) -> None:
        """Run a job in a worker; only one runs at a time."""
        words = words_of(self)
        if self.query_one(NoticeRow).work:
            self.desk.tell(Notice(words("work.busy"), words("work.busy-next"), Tone.WARN))
            return
        self._work_started = self.desk.clock.monotonic()
        self._bytes_before = self._bytes()
        self.query_one(NoticeRow).work = Work(title, 0, 1)
        self.run_worker(self._run(job), group="job", exclusive=True)

    async def _run(self, job: Job) -> None:
        try:
            await job(self._progress)
        except CoreError as error:
            self.desk.tell(jobs.trouble(error, self.desk))
        finally:
            self.query_one(NoticeRow).work = None
            self.redraw()

    def _bytes(self) -> int:
        return (
            sum(len(entry.raw) for entry in self.desk.connection.trace.entries) if self.desk.connection else 0
        )

    def _progress(self, title: str, done: int, total: int) -> None:
        elapsed = self.desk.clock.monotonic() - self._work_started
        rate = (self._bytes() - self._bytes_before) / elapsed if elapsed > 0.2 else 0.0
        self.query_one(NoticeRow).work = Work(title, done, total, rate, elapsed)

    def action_cancel(self) -> None:
        """Esc: stop the running job; what was sent and not answered is unknown and says so."""
        if self.query_one(NoticeRow).work:
            self.workers.cancel_group(self, "job")
            words = words_of(self)
            self.desk.tell(Notice(words("work.cancelled"), words("work.cancelled-next"), Tone.WARN))

    # What pages ask for

    def on_read(self, event: Any) -> None:
        """Read units; the overview reads the clock with them."""
        units = cast("tuple[type[Unit], ...]", event.units)
        overview = self.page == "overview"
        self.start(words_of(self)("work.reading"), partial(self._read, units, overview))

    async def _read(self, units: tuple[type[Unit], ...], clock: bool, progress: jobs.Progress) -> None:
        await jobs.read_units(self.desk, units, progress, clock=clock)

    def on_read_keys(self, event: Any) -> None:
        """Read parameters of any points."""
        keys = event.keys
        self.start(words_of(self)("work.reading"), lambda progress: jobs.read_keys(self.desk, keys, progress))

    def on_edit(self, event: Any) -> None:
        """Edit a row on a sheet; the outcome is planned."""
        from hhu.screens.sheets import EditSheet  # noqa: PLC0415  # made on first use

        entry = event.entry
        held = self.desk.units.get(entry.home)
        words = words_of(self)
        if held is None:
            self.desk.tell(Notice(words("edit.unread"), words("edit.unread-next"), Tone.WARN))
            return
        value = entry.value(self.desk.wanted.get(entry.home, held))

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None:
                self.desk.want(entry, outcome[0])

        self.app.push_screen(EditSheet(entry, entry.shown(held, words), value), keep)

    def on_write(self) -> None:
        """Write the plan, after what is missing was made good."""
        words = words_of(self)
        if not self.desk.planned():
            self.desk.tell(Notice(words("write.nothing"), words("write.nothing-next")))
            return
        title = words("write.title", number=len(self.desk.planned()), address=self._address())
        self._when_ready(title, self.desk.lines_of_plan(8), self._warning(), switch=True, then=self._write)

    def _address(self) -> str:
        return self.desk.connection.address_text if self.desk.connection else ""

    def _warning(self) -> str:
        """What cannot be undone: an overwritten secret, or an address changed from afar."""
        words, planned = words_of(self), self.desk.planned()
        if any(entry.leaf.secret for entry in planned):
            return words("write.warn-secret")
        far = self.desk.connection is not None and not self.desk.connection.local
        return words("write.warn-address") if far and any(e.unit is TerminalAddress for e in planned) else ""

    def _when_ready(
        self, title: str, lines: tuple[str, ...], warning: str, *, switch: bool, then: Callable[[], None]
    ) -> None:
        from hhu.screens.ready import ReadySheet  # noqa: PLC0415  # made on first use

        sheet = ReadySheet(self.desk, title, lines, switch=switch, warning=warning)
        if sheet.missing is None:
            then()
            return
        self.app.push_screen(sheet, lambda ready: then() if ready else None)

    def _write(self) -> None:
        self.start(words_of(self)("work.writing"), lambda progress: jobs.write_plan(self.desk, progress))

    def on_set_clock(self) -> None:
        """Set the clock: arming and password, no switch (device behaviour 9.3: level operate)."""
        words = words_of(self)
        lines = (words("clock.plan"),)
        self._when_ready(words("clock.title"), lines, "", switch=False, then=self._set_clock)

    def _set_clock(self) -> None:
        self.start(words_of(self)("work.set-clock"), lambda progress: jobs.set_clock(self.desk, progress))

    def on_show_frame(self, event: Any) -> None:
        """The frame behind a value."""
        from hhu.screens.frame_sheet import FrameSheet  # noqa: PLC0415  # made on first use

        self.app.push_screen(FrameSheet(event.proof))

    def on_save_trace(self, event: Any) -> None:
        """Write the shown entries to files."""
        self._save(event.entries)

    def save_all(self) -> None:
        """Write the whole trace to files."""
        self._save(self.desk.connection.trace.entries if self.desk.connection else ())

    def _save(self, entries: tuple[TraceEntry, ...]) -> None:
        from hhu.screens.saving import save_trace  # noqa: PLC0415  # made on first use

        words = words_of(self)
        try:
            path = save_trace(entries, self.desk.clock.now())
        except CoreError as error:
            self.desk.tell(jobs.trouble(error, self.desk))
            return
        self.desk.tell(Notice(words("trace.saved", number=len(entries)), str(path), Tone.GOOD))


def make_page(page: str, desk: Desk) -> Page:
    """Import and make a page: nothing is imported before it is opened."""
    if page in ("addresses", "uplink"):
        module = import_module("hhu.screens.parameters")
        return module.ParametersPage(desk, getattr(module, page.upper()), id=page)
    module = import_module(f"hhu.screens.{page}")
    return getattr(module, f"{page.capitalize()}Page")(desk, id=page)
