"""Reading: how each port stands, who lacks yesterday, read now, stop or allow points, relay to a meter."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from core.gdw376.units.afn04 import MeterRecord
from hhu.client.meter_items import USUAL
from hhu.client.meter_reading import Got
from hhu.client.reading_state import PortAct
from hhu.screens import reading_jobs as work
from hhu.screens.desk import Desk
from hhu.screens.item_sheet import ItemSheet
from hhu.screens.job_screen import Job, Prepare, Start
from hhu.screens.jobs import Progress
from hhu.screens.page import Page
from hhu.screens.reading_help import READING
from hhu.screens.reading_rows import asset_of, is_stopped, point_columns, point_rows, port_columns, port_rows
from hhu.screens.relay_view import CloseRelay, RelayView
from hhu.widgets.grid_table import GridHeading, GridTable
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows

LIST, RELAY = "reading-list", "reading-relay"


class PortTable(GridTable):
    """Ports; its keys are orders to the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "order('AGAIN')", "Read again", id="port.again", tooltip="Read all meters of it again"),
        Binding("p", "order('PAUSE')", "Pause", id="port.pause", tooltip="Pause reading on this port"),
        Binding("o", "order('RESUME')", "Resume", id="port.resume", tooltip="Go on reading on this port"),
    ]

    class Ordered(Message):
        """An order was chosen."""

        def __init__(self, act: PortAct) -> None:
            super().__init__()
            self.act = act

    def action_order(self, act: str) -> None:
        """Tell the page."""
        self.post_message(self.Ordered(PortAct[act]))


class PointTable(GridTable):
    """Points; its keys are for the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "tell('now')", "Read now", id="reading.now", tooltip="Read its energy now"),
        Binding("s", "tell('stop')", "Stop/allow", id="reading.stop", tooltip="Stop reading it, or allow it"),
        Binding("l", "tell('relay')", "Relay", id="reading.relay", tooltip="Send bytes to it"),
    ]

    class Wanted(Message):
        """Something is wanted of the point: now, stop or relay."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def action_tell(self, what: str) -> None:
        """Tell the page."""
        self.post_message(self.Wanted(what))


class ReadingPage(Page):
    """Two views: ports and points, and the relay."""

    HELP_TEXTS: ClassVar[dict[str, str]] = READING
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "State of ports", id="reading.state", tooltip="Read how each port stands"),
        Binding("m", "missing", "Missing", id="reading.missing", tooltip="Find points without yesterday"),
        Binding("l", "relay", "Relay", show=False, id="reading.relay", tooltip="Send bytes to a meter"),
    ]
    DEFAULT_CSS = """
    ReadingPage ContentSwitcher { height: 1fr; }
    ReadingPage #reading-list { height: 1fr; }
    ReadingPage #ports { height: auto; max-height: 5; }
    ReadingPage .part { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    ReadingPage #point-detail { height: 1; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._listed = desk.board.points

    def compose(self) -> ComposeResult:
        """The lists, the relay."""
        ports, points = port_columns(self.words), point_columns(self.words)
        with ContentSwitcher(initial=LIST):
            with Vertical(id=LIST):
                yield GridHeading(ports)
                yield PortTable(ports, id="ports")
                yield Static(classes="part", id="missing-title", markup=False)
                yield GridHeading(points)
                yield PointTable(points, id="points")
                yield Static(id="point-detail", markup=False)
            yield RelayView(self._desk, id=RELAY)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    @property
    def ports(self) -> GridTable:
        """The table of ports."""
        return self.query_one("#ports", GridTable)

    @property
    def points(self) -> GridTable:
        """The table of points."""
        return self.query_one("#points", GridTable)

    @property
    def view(self) -> str:
        """Which view is seen."""
        return self.query_one(ContentSwitcher).current or LIST

    def enter_page(self) -> None:
        """The list has the keys; ports never asked are asked now."""
        if self.view == RELAY:
            self.query_one(RelayView).open(None)
            return
        self.ports.focus()
        if self._desk.connection and self._desk.board.ports is None:
            self.action_read()

    def refresh_page(self) -> None:
        """Both lists anew."""
        if not self.display:
            return
        self.query_one(RelayView).refresh_view()
        self.ports.show(list(port_rows(self._desk)))
        self.points.show(point_rows(self._desk, work.records_of(self._desk) or ()))
        if self._listed is not self._desk.board.points:  # another missing list: the worst first
            self._listed = self._desk.board.points
            self.points.cursor = 0
        self.query_one("#missing-title", Static).update(self._missing_title())
        self._detail()

    def _missing_title(self) -> str:
        board, records = self._desk.board, work.records_of(self._desk)
        if board.day is None:
            return self.words("reading.not-asked" if records is None else "reading.not-searched")
        lacking = sum(state.missing for state in board.points.values())
        return self.words("reading.title", day=f"{board.day:%m-%d}", number=lacking, all=len(board.points))

    def _detail(self) -> None:
        self.query_one("#point-detail", Static).update(self._about(self.record) if self.record else "")

    def _about(self, record: MeterRecord) -> str:
        """What the columns have no room for."""
        words, state = self.words, self._desk.board.points.get(record.point)
        parts = [words("reading.point-of", point=record.point)]
        value = self._desk.board.values.get(record.point)
        if value is not None:
            word = words(f"got.{value.got.name.lower()}")
            text = f"{value.text(zh=words.language == 'zh')} {value.quantity.unit}".strip()
            parts.append(f"{value.quantity.code} {text if value.got is Got.VALUE else word}")
        if state and state.info and state.info.last_failed:
            parts.append(words("reading.last-failed", time=f"{state.info.last_failed:%m-%d %H:%M:%S}"))
        asset = asset_of(self._desk, record.point)
        if asset:
            parts.append(words("reading.asset", asset=asset))
        return "   ".join(parts)

    @property
    def record(self) -> MeterRecord | None:
        """The meter under the cursor."""
        row = self.points.current
        records = work.records_of(self._desk) or ()
        return next((record for record in records if row and str(record.point) == row.key), None)

    @property
    def port(self) -> int | None:
        """The port under the cursor."""
        return int(self.ports.current.key) if self.ports.current else None

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another point, another detail."""
        if event.rows is self.points:
            event.stop()
            self._detail()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a point: choose what to read."""
        event.stop()
        if event.rows is self.points and self.record is not None:
            sheet = ItemSheet(self.record, self._desk.words)
            self.app.push_screen(sheet, partial(self._read_item, self.record))

    # Reading

    def action_read(self) -> None:
        """State of the ports."""
        self._start("reading.work-ports", lambda progress: work.read_ports(self._desk, progress))

    def action_missing(self) -> None:
        """Who lacks yesterday."""
        self._start("reading.work-archive", lambda progress: work.read_missing(self._desk, progress))

    def _start(self, title: str, job: Job) -> None:
        # from the page's own turn: a message does not rise to the screen whose callback has sent it
        self.call_later(self.post_message, Start(self.words(title), job))

    def on_point_table_wanted(self, event: PointTable.Wanted) -> None:
        """A key on a point."""
        event.stop()
        if self.record is None:
            notice = Notice(self.words("reading.choose"), self.words("reading.choose-next"), Tone.WARN)
            self._desk.tell(notice)
        elif event.what == "now":
            self._read_item(self.record, USUAL)
        elif event.what == "stop":
            self._stop(self.record)
        else:
            self.action_relay()

    def _read_item(self, record: MeterRecord, name: str | None) -> None:
        if name is None:
            return
        title = self.words("reading.now-title", point=record.point, address=record.address)
        self._prepare(
            title, (), lambda progress: work.read_now(self._desk, [record], name, progress), arm=False
        )

    def _prepare(self, title: str, lines: tuple[str, ...], job: Job, *, arm: bool = True) -> None:
        """Ask for password and, where something changes, for arming; no switch: level operate (9.3)."""
        self.call_later(self.post_message, Prepare(title, lines, job, switch=False, arm=arm, work=title))

    def on_port_table_ordered(self, event: PortTable.Ordered) -> None:
        """Pause, resume or restart the port under the cursor."""
        event.stop()
        port, act = self.port, event.act
        if port is None:
            self.action_read()
            return
        word = act.name.lower()
        title = self.words("reading.order-title", name=self.words(f"act.{word}"), port=port)
        line = self.words(f"act-effect.{word}")
        self._prepare(title, (line,), lambda progress: work.give_order(self._desk, act, port, progress))

    def _stop(self, record: MeterRecord) -> None:
        """Stop reading a point, or allow it; AFN 04, so the switch counts (9.3)."""
        stop = not is_stopped(self._desk, record.point)
        title = self.words("reading.stop-title" if stop else "reading.allow-title", point=record.point)

        async def job(progress: Progress) -> None:
            await work.stop_points(self._desk, [record.point], stop=stop, progress=progress)

        order = Prepare(title, (f"{record.address}  04F30",), job, switch=True, work=title)
        self.call_later(self.post_message, order)

    # Relay

    def action_relay(self) -> None:
        """Relay to the meter under the cursor, or to any."""
        self.query_one(ContentSwitcher).current = RELAY
        self.query_one(RelayView).open(self.record)

    def on_close_relay(self, event: CloseRelay) -> None:
        """Esc in the relay."""
        event.stop()
        self.query_one(ContentSwitcher).current = LIST
        (self.points if self.record else self.ports).focus()
