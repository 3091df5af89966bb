"""Front end: listen, see who dialled in, take one of them to work with, look at what they reported."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from core.gdw376.address import Address
from core.lines.address import LineAddress
from hhu.frontend.callers import Way
from hhu.frontend.front_end import FrontEnd
from hhu.frontend.limits import USUAL_PORT
from hhu.screens.desk import Desk
from hhu.screens.front_end_rows import proof, report_columns, report_rows, terminal_columns, terminal_rows
from hhu.screens.order import Connect, Order
from hhu.screens.page import Page
from hhu.widgets.columns import fit
from hhu.widgets.grid_table import GridHeading, GridTable
from hhu.widgets.rows import Rows

MANY = 200
"""Terminals from which the table is drawn anew at most every `PATIENCE` seconds."""
PATIENCE = 2.0


def shown_ports(front_end: FrontEnd) -> tuple[tuple[Way, str, int], ...]:
    """Return where it listens."""
    return front_end.ports


class StopListening(Message):
    """The technician wants the front end closed."""


class TerminalTable(GridTable):
    """Who is there; its keys are for the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Work with it", id="front.take", tooltip="Connect all pages to it"),
    ]


class ReportTable(GridTable):
    """What the terminal under the cursor reported."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Frame", id="front.frame", tooltip="Explain the frame of this report"),
    ]


class FrontEndPage(Page):
    """Terminals above, the reports of the chosen one below."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Front end

This computer plays master station: terminals dial in here over TCP and UDP, log in, send
heartbeats and reports, and are answered.

- **L** starts and stops listening. The port is the one of the Connect screen (channel *Listen*),
  9001 at first. The terminal's master IP and port (04F3) must lead here.
- **Enter** on a terminal takes it: all other pages then work with it, over its own connection. Its
  heartbeats and reports go on being answered meanwhile. Writing needs the password of the uplink, not
  the programming switch.
- **Tab** goes to its reports, **Enter** there explains the frame. A report is kept once, however often
  it is sent, and lives as long as this program runs.

*here* is green; a red word says why a terminal is not there any more. Without a frame for 46 min
(three heartbeats of 15 min) it counts as lost. A terminal that dials in again replaces its older
connection. Strangers, who send no valid frame within 30 s, are sent away.
""",
        "zh": """\
# 前置机

本机充当主站：终端通过 TCP、UDP 拨入、登录、发送心跳和主动上报，并得到应答。

- **L** 开始或停止侦听。端口在连接页面（通道“侦听”）设定，初始为 9001。
  终端的主站 IP 和端口（04F3）须指向本机。
- 在终端上按**回车**选用：其他各页即通过它自己的连接工作，期间心跳和上报照常应答。
  写入需要上行通道的密码，不需要编程开关。
- **Tab** 转到其上报列表，再按**回车**解释报文。重复上报只保留一次，程序退出后不保留。

绿色“在线”；红色说明离线原因。46 分钟（三个 15 分钟心跳）无报文视为离线。同一终端重新拨入时替换旧连接。
30 秒内没有有效报文的陌生连接将被断开。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "l", "listen", "Listen/stop", id="front.listen", tooltip="Start listening, or hang up on all"
        ),
        Binding("tab", "app.focus_next", "Reports", id="front.panes", tooltip="Go to the reports and back"),
    ]
    DEFAULT_CSS = """
    FrontEndPage #front-said { height: 1; background: $surface; color: $accent; padding: 0 1; }
    FrontEndPage TerminalTable { height: 2fr; }
    FrontEndPage .part { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    FrontEndPage ReportTable { height: 1fr; min-height: 4; }
    FrontEndPage #front-empty { height: 2fr; padding: 1 2; color: $dim; display: none; }
    FrontEndPage.-empty #front-empty { display: block; }
    FrontEndPage.-empty TerminalTable { display: none; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._drawn_at = float("-inf")

    def compose(self) -> ComposeResult:
        """How it stands, terminals, reports."""
        terminals, reports = terminal_columns(self.words), report_columns(self.words)
        yield Static(id="front-said", markup=False)
        yield GridHeading(terminals)
        yield TerminalTable(terminals, id="front-terminals")
        yield Static(id="front-empty", markup=False)
        yield Static(classes="part", id="front-part", markup=False)
        yield GridHeading(reports)
        yield ReportTable(reports, id="front-reports")

    def on_mount(self) -> None:
        """Heartbeats are drawn once a second; what matters more is drawn at once."""
        self.set_interval(1.0, self.refresh_page)
        self.refresh_page()

    def enter_page(self) -> None:
        """The terminals have the keys."""
        self._drawn_at = float("-inf")
        self.refresh_page()
        self.query_one(TerminalTable).focus()

    # Drawing

    def refresh_page(self) -> None:
        """Everything anew, as long as the page is seen."""
        table, now = self.query_one(TerminalTable), self._desk.clock.monotonic()
        if not self.display or (table.count > MANY and now - self._drawn_at < PATIENCE):
            return
        self._drawn_at = now
        front_end = self._desk.front_end
        rows = terminal_rows(front_end, self._desk.clock.now(), self.words) if front_end else []
        table.show(rows)
        self.set_class(not rows, "-empty")
        self.query_one("#front-empty", Static).update(self._empty())
        said = fit(self._said(), max(20, self.size.width - 2))
        self.query_one("#front-said", Static).update(said, layout=False)
        self._show_reports()

    def _said(self) -> str:
        """Where it listens, how many are there."""
        front_end = self._desk.front_end
        if front_end is None:
            return self.words("front.closed")
        where = ", ".join(f"{way.value} {host}:{port}" for way, host, port in shown_ports(front_end))
        here = sum(terminal.online for terminal in front_end.terminals)
        counts = self.words(
            "front.counts", here=here, strangers=front_end.strangers, away=front_end.sent_away
        )
        return f"{where}   {counts}"

    def _empty(self) -> str:
        if self._desk.front_end is None:
            return self.words("front.closed-next")
        return self.words("front.nobody")

    def _show_reports(self) -> None:
        address, front_end = self.address, self._desk.front_end
        reports = front_end.reports(address) if front_end and address else ()
        title = self.words("front.of", address=address.text) if address else self.words("front.none")
        self.query_one("#front-part", Static).update(title, layout=False)
        self.query_one(ReportTable).show(report_rows(reports, self._desk.clock.now(), self.words))

    @property
    def address(self) -> Address | None:
        """The terminal under the cursor."""
        row = self.query_one(TerminalTable).current
        return Address.parse(row.key) if row else None

    # Keys

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another terminal: its reports."""
        event.stop()
        if isinstance(event.rows, TerminalTable):
            self._show_reports()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: work with the terminal, or explain the report."""
        event.stop()
        if isinstance(event.rows, ReportTable):
            self._explain(event.rows)
        elif self.address and self._desk.front_end:
            where = LineAddress.parse(self._desk.listened_on)
            self.post_message(Connect(Order(where, self.address, "")))

    def _explain(self, rows: ReportTable) -> None:
        from hhu.screens.frame_sheet import FrameSheet  # noqa: PLC0415  # made on first use

        address, front_end, row = self.address, self._desk.front_end, rows.current
        if not (address and front_end and row):
            return
        reports = front_end.reports(address)
        if int(row.key) < len(reports):
            self.app.push_screen(FrameSheet(proof(reports[int(row.key)])))

    def action_listen(self) -> None:
        """Listen where it listened last, or stop."""
        if self._desk.front_end:
            self.post_message(StopListening())
            return
        where = self._desk.listened_on or f"listen:{USUAL_PORT}"
        self.post_message(Connect(Order(LineAddress.parse(where), None, "")))
