"""The list of meters: ports, find line, table, what the meter is called, what else can be done."""

from collections.abc import Sequence
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from hhu.client.archive import ARCHIVE
from hhu.client.archive_find import found
from hhu.screens.desk import Desk
from hhu.screens.meter_lines import MeterView, Order, line_of, ordered, ports_text, state_text, views_of
from hhu.widgets.columns import fit
from hhu.widgets.field import Field
from hhu.widgets.meter_table import MeterHeading, MeterTable
from hhu.widgets.rows import Rows
from hhu.words import words_of


class MeterAct(Message):
    """The technician wants something done with the meter under the cursor, or with those listed."""

    def __init__(self, act: str, view: MeterView | None, listed: Sequence[MeterView]) -> None:
        super().__init__()
        self.act = act
        self.view = view
        self.listed = tuple(listed)


def _act(key: str, act: str, text: str, tooltip: str, *, show: bool = False, display: str = "") -> Binding:
    return Binding(
        key,
        f"act('{act}')",
        text,
        show=show,
        id=f"meters.{act}",
        tooltip=tooltip,
        key_display=display or None,
    )


class MeterList(Vertical):
    """Shows what the desk knows; acts go to the page as messages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        _act("w", "write", "Write", "Write what is changed and read it back", show=True),
        _act("r", "read", "Read", "Read the archive of the terminal", show=True),
        Binding("slash", "find", "Find", id="units.find", tooltip="Digits, words, pinyin initials"),
        _act("f", "file", "File", "Import or export a table", show=True),
        _act("plus,insert", "add", "Add", "Add a meter", display="+"),
        _act("c", "copy", "Copy", "Add a meter like this one"),
        _act("minus", "remove", "Delete", "Delete this meter", display="-"),
        _act("asterisk", "mark", "Key", "Make it a key meter, or not", display="*"),
        _act("s", "stop", "Stop", "Stop reading it, or go on"),
        _act("v", "values", "Values", "Read status and last value of the meters listed"),
        _act("delete,backspace", "drop", "Undo", "Forget what is planned for this meter"),
        Binding("o", "order", "Order", show=False, id="meters.order", tooltip="Sort the list otherwise"),
        Binding("down", "leave", "List", show=False, id="units.list", tooltip="Back to the list"),
        Binding("escape", "clear", "Clear", show=False, id="units.clear", tooltip="Show all meters again"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    MeterList #ports { height: 1; background: $surface; color: $foreground; padding: 0 1; }
    MeterList #find { height: 1; background: $surface; }
    MeterList #find Static { width: auto; padding: 0 1; color: $dim; }
    MeterList #find Field { width: 1fr; background: $surface; }
    MeterList #about { height: 1; background: $surface; color: $dim; padding: 0 1; }
    MeterList #acts { height: 1; background: $surface; color: $accent; padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="list")
        self._desk = desk
        self._query = ""
        self._order = Order.FAILED
        self._known: object = None
        self._asked: object = None
        self._views: tuple[MeterView, ...] = ()
        self._listed: tuple[MeterView, ...] = ()

    def compose(self) -> ComposeResult:
        """The parts."""
        words = words_of(self)
        yield Static(id="ports", markup=False)
        with Horizontal(id="find"):
            yield Static(words("units.find"), markup=False)
            yield Field(placeholder=words("meters.placeholder"))
            yield Static(id="count", markup=False)
        yield MeterHeading()
        yield MeterTable()
        yield Static(id="about", markup=False)
        yield Static(id="acts", markup=False)

    def refresh_rows(self, at: int | None = None) -> None:
        """Lines anew, if what the desk knows has changed; the cursor stays with its meter."""
        desk, words = self._desk, words_of(self)
        known = (dict(desk.units), dict(desk.wanted), dict(desk.changes))
        asked = (self._query, self._order, words.language)
        if known != self._known:
            self._known = known
            self._views = views_of(desk)
        elif asked == self._asked and at is None:
            return
        self._asked = asked
        said = [state_text(view, words)[0] for view in self._views]
        places = found(self._query, [view.row for view in self._views], said)
        self._listed = tuple(ordered((self._views[place] for place in places), self._order))
        self.query_one(MeterTable).show([line_of(view, words) for view in self._listed], at)
        self._tell()

    def on_resize(self) -> None:
        """The lines are cut to the width."""
        self._tell()

    def _tell(self) -> None:
        """Ports, count, the meter under the cursor, the other keys."""
        words, width = words_of(self), max(20, self.size.width - 2)
        if not self.size.width:
            return
        unread = "meters.none" if ARCHIVE in self._desk.units else "meters.unread"
        ports = ports_text(self._views, words) or words(unread)
        self.query_one("#ports", Static).update(fit(ports, width))
        changed = sum(view.change is not None and view.change.value != "verified" for view in self._views)
        count = words("meters.count", number=len(self._listed), all=len(self._views))
        count += f"  {words('meters.changed', number=changed)}" if changed else ""
        self.query_one("#count", Static).update(f"{count}  {words(f'meters.order-{self._order.value}')}")
        self.query_one("#about", Static).update(fit(self._about(), width))
        self.query_one("#acts", Static).update(fit(words("meters.acts"), width))

    def _about(self) -> str:
        view, words = self.view, words_of(self)
        if view is None:
            return words("meters.nothing") if self._views else ""
        row = view.row
        said = words("meters.about", serial=row.serial, point=row.point, port=row.port)
        extra = [
            f"{words('meters.asset')} {row.asset}" if row.asset else "",
            words("meters.key") if row.key else "",
            words("meters.stopped") if row.stopped else "",
            words("meters.protected") if row.protected else "",
        ]
        if view.reading is not None and not view.reading.result and view.reading.last_failed:
            extra.append(words("meters.since", time=view.reading.last_failed.strftime("%m-%d %H:%M")))
        return "   ".join((said, *filter(None, extra)))

    @property
    def view(self) -> MeterView | None:
        """The meter under the cursor."""
        table = self.query_one(MeterTable)
        return self._listed[table.cursor] if table.cursor < len(self._listed) else None

    @property
    def views(self) -> tuple[MeterView, ...]:
        """All meters, listed or not."""
        return self._views

    def focus_list(self) -> None:
        """The table has the keys."""
        self.query_one(MeterTable).focus()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another meter."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: the form."""
        event.stop()
        self.action_act("open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        event.stop()
        self._query = event.value
        self.refresh_rows()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leaves the find line."""
        event.stop()
        self.focus_list()

    def action_act(self, act: str) -> None:
        """Ask the page."""
        self.post_message(MeterAct(act, self.view, self._listed))

    def action_find(self) -> None:
        """Type a filter."""
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """Back to the list."""
        self.focus_list()

    def action_clear(self) -> None:
        """All meters again; when all are listed, Esc is the screen's: it stops running work."""
        if not self._query and self.query_one(MeterTable).has_focus:
            raise SkipAction
        self.query_one(Field).value = ""
        self.focus_list()

    def action_order(self) -> None:
        """The next way of sorting."""
        orders = list(Order)
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.refresh_rows()
