"""The form of one unit: a row per value, lists with records to add and to remove."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from core.errors import UsageError
from core.gdw376.unit import Unit
from hhu.client.change import Key, State
from hhu.client.groups import writable
from hhu.client.keyed import list_of, number_field, number_of, records_of
from hhu.forms.form_lines import Line, grown, grows, lines_of, list_around, only_list, shrunk
from hhu.screens.desk import Desk
from hhu.screens.frames import Proof, proof_of
from hhu.screens.parameters import Edit, ShowFrame
from hhu.screens.unit_list import ReadKeys
from hhu.screens.unit_rows import key_text, section
from hhu.widgets.change_table import ChangeHeading, ChangeRow, ChangeTable
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows
from hhu.wording.explain import explain
from hhu.words import words_of


class CloseForm(Message):
    """Back to the list."""


class FormTable(ChangeTable):
    """Heads of lists take the cursor: there records are added."""

    def takes_cursor(self, index: int) -> bool:
        """Not on plain headings."""
        row = self.rows[index]
        return not row.heading or bool(row.note)


class UnitForm(Vertical):
    """Title, table, two lines about the row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Read", id="units.read", tooltip="Read this unit again"),
        Binding("plus,insert", "add", "Add", key_display="+", show=False, id="form.add",
                tooltip="Add a record to the list"),
        Binding("minus", "remove", "Remove", key_display="-", show=False, id="form.remove",
                tooltip="Remove this record"),
        Binding("t", "frame", "Frame", id="parameters.frame", tooltip="Show the frame behind the value"),
        Binding("escape", "close", "List", id="form.close", tooltip="Back to the list"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    UnitForm #title {
        height: 1; text-wrap: nowrap; padding: 0 1; background: $surface; color: $accent; text-style: bold;
    }
    UnitForm #row { height: 2; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="form")
        self._desk = desk
        self._key: Key | None = None
        self._lines: tuple[Line, ...] = ()
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static(id="title", markup=False)
        yield ChangeHeading()
        yield FormTable()
        yield Static(id="row", markup=False)

    @property
    def key(self) -> Key | None:
        """The unit that is open."""
        return self._key

    def open(self, key: Key) -> None:
        """Show the form of a unit."""
        self._key, self._drawn = key, None
        words, meaning = words_of(self), key[1].meaning
        title = f"{words.of(meaning.zh, meaning.en)}   {key_text(key)}   {section(key[1])}"
        self.query_one("#title", Static).update(title)
        table = self.query_one(FormTable)
        table.show(())
        self.refresh_rows()
        table.action_move_to(0)
        table.scroll_to(0, 0, animate=False)
        table.focus()

    def on_resize(self) -> None:
        """The lines about the row are cut to the width."""
        self._tell()

    def refresh_rows(self) -> None:
        """Lines anew, if what the desk knows of the unit has changed."""
        key = self._key
        if key is None:
            return
        drawn = (id(self._desk.units.get(key)), id(self._desk.wanted.get(key)), key in self._desk.absent,
                 self._desk.changes_of(key))  # fmt: skip
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._lines = self._all_lines(key)
        self.query_one(FormTable).show(tuple(self._row(line) for line in self._lines))
        self._tell()

    def _all_lines(self, key: Key) -> tuple[Line, ...]:
        """Lines of what is wanted, then of records that only the terminal still has."""
        held = self._desk.units.get(key)
        wanted = self._desk.wanted.get(key, held)
        if wanted is None or held is None:
            return lines_of(key[1].blank(), key[0])
        lines = lines_of(wanted, key[0])
        known = {line.path for line in lines}
        gone = (line for line in lines_of(held, key[0]) if line.path not in known and line.entry)
        return (*lines, *gone)

    def _row(self, line: Line) -> ChangeRow:
        words = words_of(self)
        label = "  " * line.depth + words.of(line.zh, line.en)
        if line.entry is not None:
            return self._desk.row(line.entry, label)
        if line.count is None:
            return ChangeRow(line.path, label, "", heading=True)
        count = words("form.records", number=line.count)
        adds = f"   {words('form.adds')}" if self._grows(line.path) else ""
        return ChangeRow(line.path, f"{label}: {count}{adds}", "", heading=True, note=adds)

    def _grows(self, path: str) -> bool:
        return self._key is not None and writable(self._key[1]) and grows(self._key[1].blank(), path)

    @property
    def line(self) -> Line | None:
        """The line under the cursor."""
        table = self.query_one(FormTable)
        return self._lines[table.cursor] if table.cursor < len(self._lines) else None

    @property
    def proof(self) -> Proof | None:
        """The frame behind the row; lists by number come in several frames, points look alike: none there."""
        link, line, key = self._desk.connection, self.line, self._key
        if link is None or line is None or line.entry is None or key is None or key not in self._desk.units:
            return None
        if key[0] or list_of(key[1]):
            return None
        return proof_of(link.trace.entries, key[1], line.path)

    def _tell(self) -> None:
        """What the row is called, what it was; then its name and bytes."""
        line, words = self.line, words_of(self)
        if line is None or self._key is None or not self.size.width:
            return
        entry = line.entry
        first = entry.long_label(words) if entry else words.of(line.zh, line.en)
        change = self._desk.change_of(entry) if entry else None
        if (
            entry
            and change
            and change.before is not None
            and not change.leaf.secret
            and change.state is not State.PLANNED
        ):
            first += f"   {words('table.was', value=change.shown(change.before))}"
        second = entry.key if entry else f"{key_text(self._key)}.{line.path}"
        if not writable(self._key[1]):
            second += f"   {words('form.read-only')}"
        elif list_around(self._shown, line.path):
            second += f"   {words('form.list-hint')}"
        proof = self.proof
        if proof is not None and entry is not None:
            octets = "** " * len(proof.octets) if entry.leaf.secret else proof.octets.hex(" ").upper()
            start, end = proof.span
            second += (
                f"   {words('table.bytes', first=start, last=end - 1, number=proof.entry.number)}  {octets}"
            )
        width = max(20, self.size.width - 2)
        self.query_one("#row", Static).update(f"{fit(first, width)}\n{fit(second, width)}")

    @property
    def _shown(self) -> Unit:
        """The value on the form."""
        assert self._key is not None
        held = self._desk.units.get(self._key)
        return self._desk.wanted.get(self._key, held) or self._key[1].blank()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row, another detail."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Space or Enter: edit the value; on the head of a list, add a record."""
        event.stop()
        line = self.line
        if line is None or self._key is None:
            return
        if line.entry is None:
            self.action_add()
        elif not writable(self._key[1]):
            self._refuse("form.read-only", "form.read-only-next")
        elif self._names_record(line):
            self._refuse("form.number", "form.number-next")
        else:
            self.post_message(Edit(line.entry))

    def _names_record(self, line: Line) -> bool:
        """Tell whether the row is the number of a record that the terminal holds."""
        assert self._key is not None
        number, held = number_field(self._key[1]), self._desk.units.get(self._key)
        if number is None or held is None or not line.path.endswith(f"].{number[0]}"):
            return False
        assert line.entry is not None
        return line.entry.value(self._shown) in {number_of(record) for record in records_of(held)}

    def on_change_table_dropped(self, event: ChangeTable.Dropped) -> None:
        """Del: as the terminal has it."""
        event.stop()
        if self.line and self.line.entry:
            self._desk.drop(self.line.entry)

    def _refuse(self, why: str, next_step: str) -> None:
        words = words_of(self)
        self._desk.tell(Notice(words(why), words(next_step), Tone.WARN))

    def action_add(self) -> None:
        """Add a record to the list at the cursor, or to the only one."""
        line, key = self.line, self._key
        if line is None or key is None:
            return
        path = list_around(self._shown, line.path) or only_list(self._shown)
        if key not in self._desk.units:
            self._refuse("edit.unread", "edit.unread-next")
        elif path is None or not writable(key[1]):
            self._refuse("form.no-list", "form.no-list-next")
        else:
            self._change(grown, path)
            self._go_to(f"{path}[{len(self._lengths(path)) - 1}]")

    def _lengths(self, path: str) -> list[Line]:
        depth = next(line.depth for line in self._lines if line.path == path)
        inside = [line for line in self._lines if line.path.startswith(f"{path}[")]
        return [line for line in inside if line.depth == depth + 1 and line.path.endswith("]")]

    def _go_to(self, path: str) -> None:
        """Put the cursor on the first row of a record."""
        for index, line in enumerate(self._lines):
            if line.entry is not None and (line.path == path or line.path.startswith(f"{path}.")):
                self.query_one(FormTable).cursor = index
                return

    def action_remove(self) -> None:
        """Remove the record at the cursor."""
        line, key = self.line, self._key
        if line is None or key is None or key not in self._desk.units or not writable(key[1]):
            return
        path = list_around(self._shown, line.path)
        if path is None or not line.path.startswith(f"{path}["):
            self._refuse("form.no-record", "form.no-record-next")
            return
        index = int(line.path[len(path) + 1 :].partition("]")[0])
        held = self._desk.units.get(key)
        self._change(lambda unit, at: shrunk(unit, at, index, held), path)

    def _change(self, change: Callable[[Unit, str], Unit], path: str) -> None:
        assert self._key is not None
        try:
            unit = change(self._shown, path)
        except UsageError as error:
            said = explain(error, words_of(self).language)
            self._desk.tell(Notice(said.cause, said.next_step, Tone.WARN))
            return
        self._desk.want_unit(self._key, unit)
        self.refresh_rows()

    def action_read(self) -> None:
        """Ask for the read."""
        if self._key is not None:
            self.post_message(ReadKeys((self._key,)))

    def action_frame(self) -> None:
        """Ask for the frame of the row."""
        proof = self.proof
        if proof is not None:
            self.post_message(ShowFrame(proof))

    def action_close(self) -> None:
        """Back to the list."""
        self.post_message(CloseForm())
