"""Events: both rings newest first, filter, detail, live, acknowledge, export."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Static

from core.errors import CoreError, LineError, SilenceError
from hhu.client.event_files import SUFFIXES, write_events
from hhu.client.event_records import EventEntry, follow, read_new
from hhu.screens import events_jobs as work
from hhu.screens.desk import Desk
from hhu.screens.events_help import EVENTS
from hhu.screens.events_rows import columns, filter_of, rows
from hhu.screens.events_sheet import EventSheet
from hhu.screens.job_screen import Job, Start
from hhu.screens.jobs import connected, trouble
from hhu.screens.page import Page
from hhu.widgets.columns import fit
from hhu.widgets.field import Field
from hhu.widgets.grid_table import GridHeading, GridTable
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows

EVERY = 10.0
"""Seconds between two looks while live."""
FLASH, FLASHES = 0.5, 12
"""Half a blink of a new important event in seconds, and how many of them."""


class EventsPage(Page):
    """A table with a line about the state of the rings above, the filter, one line about the row below."""

    HELP_TEXTS: ClassVar[dict[str, str]] = EVENTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Read", id="events.read", tooltip="Counters, flags, the newest of both rings"),
        Binding("c", "acknowledge", "Acknowledge", id="events.acknowledge",
                tooltip="Read what is flagged, and read the flags back"),
        Binding("l", "live", "Live", id="events.live", tooltip="Show new events as they come, or stop"),
        Binding("slash", "filter", "Filter", id="events.filter", tooltip="ERC, point, important, any word"),
        Binding("e", "export", "Export", id="events.export", tooltip="Write what is shown to a file"),
        Binding("m", "older", "Older", show=False, id="events.older", tooltip="Read older events"),
        Binding("escape", "leave", "List", show=False, id="events.leave", tooltip="Back to the list"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    EventsPage #said { height: 1; background: $surface; color: $accent; padding: 0 1; }
    EventsPage #bar { height: 1; background: $surface; display: none; }
    EventsPage.-filtering #bar { display: block; }
    EventsPage #bar Static { width: auto; padding: 0 1; color: $dim; }
    EventsPage #bar Field { width: 1fr; background: $surface; }
    EventsPage #detail { height: 1; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._shown: tuple[EventEntry, ...] = ()
        self._live: Timer | None = None
        self._flashing: Timer | None = None
        self._flashes_left = 0
        self._stop: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        """State, filter, table, detail."""
        titles = columns(self.words)
        yield Static(id="said", markup=False)
        with Horizontal(id="bar"):
            yield Static(self.words("events.filter"), markup=False)
            yield Field(placeholder=self.words("events.filter-form"))
        yield GridHeading(titles)
        yield GridTable(titles, id="event-table")
        yield Static(id="detail", markup=False)

    def on_mount(self) -> None:
        """Take what the terminal reports by itself, from now on."""
        if self._desk.connection:
            link = self._desk.connection.session.link
            self._stop = follow(link, self._desk.events, self._came)
        self.refresh_page()

    def on_unmount(self) -> None:
        """Let go of the line."""
        if self._stop:
            self._stop()

    @property
    def table(self) -> GridTable:
        """The events."""
        return self.query_one("#event-table", GridTable)

    @property
    def entry(self) -> EventEntry | None:
        """The event under the cursor."""
        return self._shown[self.table.cursor] if self._shown else None

    def enter_page(self) -> None:
        """The table has the keys; rings never read are read now."""
        self.table.focus()
        if self._desk.connection and not self._desk.events.counters:
            self.action_read()

    # Drawing

    def refresh_page(self) -> None:
        """Everything anew."""
        if not self.is_mounted or not self.display:
            return
        wanted = filter_of(self.query_one(Field).value)
        log = self._desk.events
        self._shown = tuple(one for one in log.entries if wanted.lets(one))
        lit = self._flashes_left % 2 == 0
        table, newest = self.table, self.table.cursor == 0
        table.show(rows(self._shown, log, self.words, lit=lit))
        if newest:  # who looks at the newest wants to see what comes
            table.cursor = 0
        self.query_one("#said", Static).update(self._said())
        self._detail()

    def _said(self) -> str:
        words, log = self.words, self._desk.events
        if not log.counters:
            return words("events.unread")
        ec1, ec2 = (log.counters[ring] for ring in log.counters)
        parts = [words("events.counters", ec1=ec1, ec2=ec2)]
        if log.flags is not None:
            parts.append(words("events.flags", number=len(log.flags)))
        if log.waiting is not None:
            parts.append(words("events.acd-on" if log.waiting else "events.acd-off"))
        if len(self._shown) != len(log):
            parts.append(words("events.shown", number=len(self._shown), all=len(log)))
        if self._live:
            parts.insert(0, words("events.live"))
        return "   ".join(parts)

    def _detail(self) -> None:
        entry = self.entry
        text = entry.summary(zh=self.words.language == "zh") if entry else ""
        self.query_one("#detail", Static).update(fit(text, max(20, self.size.width - 2)))

    def on_resize(self) -> None:
        """Another width, another cut."""
        self.refresh_page()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row, another detail."""
        event.stop()
        self._detail()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: every field."""
        event.stop()
        if self.entry:
            self.app.push_screen(EventSheet(self.entry, self._desk.words))

    # Reading

    def action_read(self) -> None:
        """Counters, flags, the newest of both rings."""
        self._start(lambda progress: work.read(self._desk, progress))

    def action_older(self) -> None:
        """Go on behind the oldest."""
        self._start(lambda progress: work.read_more(self._desk, progress))

    def action_acknowledge(self) -> None:
        """Read what is flagged, then the flags."""
        self._start(lambda progress: work.acknowledge_all(self._desk, progress))

    def _start(self, job: Job) -> None:
        self.call_later(self.post_message, Start(self.words("work.reading"), job))

    # Live

    def action_live(self) -> None:
        """Begin or end to look for new events."""
        if self._live:
            self._end_live()
            self._desk.tell(Notice(self.words("events.live-off")))
            return
        self._live = self.set_interval(EVERY, self._look)
        self._desk.tell(Notice(self.words("events.live-on", every=int(EVERY))))
        self._look()

    def _end_live(self) -> None:
        if self._live:
            self._live.stop()
        self._live = None

    def _look(self) -> None:
        self.run_worker(self._look_once(), group="live", exclusive=True)

    async def _look_once(self) -> None:
        """Silence is waited out; a lost line ends it."""
        try:
            new = await read_new(connected(self._desk).client, self._desk.events)
        except SilenceError:
            return
        except CoreError as error:
            self._end_live()
            if not isinstance(error, LineError):
                self._desk.tell(trouble(error, self._desk))
            return
        if new:
            self._came(new)
        self._desk.changed()

    def _came(self, new: list[EventEntry]) -> None:
        """Announce: the newest by name, with the bell and flashing where one is important."""
        zh = self.words.language == "zh"
        first = next((one for one in reversed(new) if one.important), new[-1])
        key = "events.came" if first.important else "events.came-ordinary"
        text = self.words(key, erc=first.erc, name=first.name(zh=zh))
        tone = Tone.WARN if first.important else Tone.PLAIN
        self._desk.tell(Notice(text, first.summary(zh=zh), tone))
        if first.important:
            self.app.bell()
            self._flash()

    def _flash(self) -> None:
        self._flashes_left = FLASHES
        if self._flashing is None:
            self._flashing = self.set_interval(FLASH, self._blink)

    def _blink(self) -> None:
        self._flashes_left -= 1
        if self._flashes_left <= 0 and self._flashing:
            self._flashing.stop()
            self._flashing, self._flashes_left = None, 0
        self.refresh_page()

    # Filter and files

    def action_filter(self) -> None:
        """Type what is to be shown."""
        self.add_class("-filtering")
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """Back to the list; an empty filter leaves no line behind."""
        if not self.query_one(Field).value:
            self.remove_class("-filtering")
        self.table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        event.stop()
        self.refresh_page()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leaves the filter line."""
        event.stop()
        self.action_leave()

    def action_export(self) -> None:
        """Ask for a file."""
        from hhu.screens.data_export import ExportSheet  # noqa: PLC0415  # made on first use

        if not self._shown:
            self._desk.tell(Notice(self.words("events.nothing"), self.words("events.unread"), Tone.WARN))
            return
        link = self._desk.connection
        note = self.words("events.export-note", number=len(self._shown))
        sheet = ExportSheet(
            "events",
            link.address_text if link else "",
            self._desk.clock.now(),
            self.words("events.export"),
            note,
            SUFFIXES,
        )
        self.app.push_screen(sheet, self._export)

    def _export(self, path: Path | None) -> None:
        if path is None:
            return
        try:
            write_events(path, self._shown, zh=self.words.language == "zh")
        except CoreError as error:
            self._desk.tell(trouble(error, self._desk))
            return
        self._desk.tell(Notice(self.words("events.saved", number=len(self._shown)), str(path), Tone.GOOD))
