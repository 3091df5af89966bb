"""Trace: every frame both ways, raw and explained; filter, follow, save."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from core.lines.recorder import TraceEntry
from hhu.screens.desk import Desk
from hhu.screens.frames import summary, tree
from hhu.screens.page import Page
from hhu.widgets.field import Field
from hhu.widgets.frame_view import FrameView
from hhu.widgets.rows import Rows
from hhu.widgets.trace_list import TraceList


class SaveTrace(Message):
    """The technician wants these entries in a file."""

    def __init__(self, entries: Sequence[TraceEntry]) -> None:
        super().__init__()
        self.entries = tuple(entries)


class TracePage(Page):
    """List above, the selected frame below: bytes left, meaning right."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Trace

Every byte on the line, damaged ones too. Passwords are covered before they come here.

- **/** filters: a word of the description, `tx`, `rx`, `noise`, an AFN such as `0A`, or bytes
  such as `68 4A`.
  **Esc** leaves the filter line.
- **F** follows the newest frame, or stays where you are.
- **Tab** goes to the bytes and to the tree. Selecting a field lights its bytes; selecting a byte
  finds its field.
- **S** saves what the filter shows: a text file and a `.pcapng` for Wireshark, in the folder of
  the tool.

The columns: time, seconds since the entry before, way, number of bytes, what it says.
""",
        "zh": """\
# 报文

线路上的每个字节，包括损坏的。密码在记录之前已被遮盖。

- **/** 过滤：描述中的词、`tx`、`rx`、`noise`、AFN（如 `0A`）或字节（如 `68 4A`）。**Esc** 离开过滤行。
- **F** 跟随最新报文，或停在当前位置。
- **Tab** 切换到字节和解析树。选择字段时其字节高亮；选择字节时找到其字段。
- **S** 保存过滤后的报文：文本文件和 Wireshark 用的 `.pcapng`。

各列：时间、与前一条的间隔（秒）、方向、字节数、内容。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="trace.filter", tooltip="Show only some entries"),
        Binding("f", "follow", "Follow", id="trace.follow", tooltip="Stay at the newest frame, or not"),
        Binding("s", "save", "Save", id="trace.save", tooltip="Write text and pcapng files"),
        Binding("tab", "app.focus_next", "Bytes / tree", id="trace.panes", tooltip="Go to bytes and tree"),
        Binding("enter", "leave", "List", show=False, id="trace.list", tooltip="Back to the list"),
        Binding("escape", "leave", "List", show=False, id="trace.leave", tooltip="Back to the list"),
    ]
    DEFAULT_CSS = """
    TracePage #bar { height: 1; background: $surface; }
    TracePage #bar Static { width: auto; padding: 0 1; color: $dim; }
    TracePage #bar Field { width: 1fr; background: $surface; }
    TracePage TraceList { height: 2fr; min-height: 5; }
    TracePage FrameView { height: 3fr; background: $surface; }
    TracePage #empty { height: 1fr; padding: 1 2; color: $dim; display: none; }
    TracePage.-empty #empty { display: block; }
    TracePage.-empty TraceList, TracePage.-empty FrameView { display: none; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._wanted = ""

    def compose(self) -> ComposeResult:
        """Filter line, list, frame."""
        with Horizontal(id="bar"):
            yield Static(self.words("trace.filter"), id="label", markup=False)
            yield Field(placeholder=self.words("trace.placeholder"))
            yield Static(id="count", markup=False)
        yield TraceList(lambda entry: summary(entry, self.words))
        yield FrameView()
        yield Static(self.words("trace.empty"), id="empty", markup=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    def enter_page(self) -> None:
        """The list has the keys."""
        self.query_one(TraceList).focus()
        self.refresh_page()

    def refresh_page(self) -> None:
        """Entries anew, as long as the page is seen."""
        if not self.display:
            return
        link = self._desk.connection
        entries = link.trace.entries if link else ()
        shown = [entry for entry in entries if matches(entry, self._wanted, summary(entry, self.words))]
        rows = self.query_one(TraceList)
        self.set_class(not entries, "-empty")
        key = "trace.count-follow" if rows.follows else "trace.count"
        self.query_one("#count", Static).update(self.words(key, shown=len(shown), all=len(entries)))
        before = rows.current
        rows.show(shown)
        if rows.current is not before:
            self._explain()

    def _explain(self) -> None:
        entry = self.query_one(TraceList).current
        view = self.query_one(FrameView)
        if entry is None or not entry.raw:
            view.show(b"", ())
        else:
            view.show(entry.raw, tree(entry.raw))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another entry: explain it. Moving up by hand ends following."""
        rows = self.query_one(TraceList)
        if event.rows is rows:
            event.stop()
            if rows.has_focus:
                rows.follows = event.index == rows.count - 1
            self._explain()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter goes to the tree of the frame."""
        event.stop()
        if isinstance(event.rows, TraceList):
            self.query_one("TreePane").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        event.stop()
        self._wanted = event.value
        self.refresh_page()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leaves the filter line."""
        event.stop()
        self.action_leave()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """Back to the list."""
        self.query_one(TraceList).focus()

    def action_follow(self) -> None:
        """Follow the newest, or stay."""
        rows = self.query_one(TraceList)
        rows.follows = not rows.follows
        self.refresh_page()

    def action_save(self) -> None:
        """Ask for files."""
        self.post_message(SaveTrace(self.query_one(TraceList).entries))


def matches(entry: TraceEntry, wanted: str, said: str) -> bool:
    """Tell whether an entry passes the filter: every word must be found somewhere."""
    hexadecimal = entry.raw.hex(" ").upper()
    text = f"{entry.direction} {entry.kind} {said} {entry.note}".casefold()
    if wanted.strip() and wanted.strip().upper() in hexadecimal and len(wanted.strip()) > 4:
        return True
    return all(word in text for word in wanted.casefold().split())
