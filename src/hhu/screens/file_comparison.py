"""A file beside the terminal: differing values first, taken over one by one or all at once."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from core.wire.paths import replaced
from hhu.client.change import State
from hhu.client.keyed import merged, path_in
from hhu.client.parameter_file import (
    DIFFERENT,
    Comparison,
    Match,
    ParameterFile,
    compared,
    differing,
    taken_over,
)
from hhu.forms.entries import Entry, shown
from hhu.screens.desk import Desk
from hhu.screens.unit_list import ReadKeys
from hhu.screens.unit_rows import key_text
from hhu.widgets.change_table import ChangeHeading, ChangeRow, ChangeTable
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows
from hhu.words import words_of


class CloseFile(Message):
    """Back to the list."""


class CompareTable(ChangeTable):
    """Rows to take over instead of to edit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Take", id="compare.take", tooltip="Plan the file's value for this row"),
    ]


class FileComparison(Vertical):
    """Title, rows, what the row is called."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "take_all", "Take all", id="compare.take-all", tooltip="Plan every value that differs"),
        Binding("r", "read", "Read", id="units.read", tooltip="Read the units of the file again"),
        Binding("escape", "close", "List", id="form.close", tooltip="Back to the list"),
    ]
    DEFAULT_CSS = """
    FileComparison #title {
        height: 1; text-wrap: nowrap; padding: 0 1; background: $surface; color: $accent; text-style: bold;
    }
    FileComparison #row { height: 1; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="file")
        self._desk = desk
        self._file: ParameterFile | None = None
        self._name = ""
        self._order: tuple[str, ...] = ()
        self._rows: tuple[Comparison, ...] = ()

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static(id="title", markup=False)
        yield ChangeHeading("table.file")
        yield CompareTable()
        yield Static(id="row", markup=False)

    @property
    def rows(self) -> tuple[Comparison, ...]:
        """What is compared, in the order shown."""
        return self._rows

    def open(self, file: ParameterFile, name: str) -> None:
        """Compare with a file, as far as its units were read."""
        self._file, self._name, self._order = file, name, ()
        self.query_one(CompareTable).focus()
        self.query_one(CompareTable).action_move_to(0)
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Compare anew; while rows are taken over and written they stay where they are."""
        if self._file is None:
            return
        found = {row.name: row for row in compared(self._file, self._desk.units, self._desk.absent)}
        if found.keys() != set(self._order):
            first = [name for name, row in found.items() if row.match in DIFFERENT]
            later = [name for name, row in found.items() if row.match not in DIFFERENT]
            self._order = (*first, *sorted(later, key=lambda name: found[name].match is Match.SAME))
        self._rows = tuple(found[name] for name in self._order)
        self.query_one(CompareTable).show(tuple(self._row(row) for row in self._rows))
        words, different = words_of(self), len(differing(self._rows))
        title = words("compare.title", name=self._name, different=different, all=len(self._rows))
        self.query_one("#title", Static).update(title)
        self._tell()

    def on_resize(self) -> None:
        """The line about the row is cut to the width."""
        self._tell()

    def _row(self, row: Comparison) -> ChangeRow:
        words = words_of(self)
        meaning = row.key[1].meaning
        if row.place is None:
            label, note = words.of(meaning.zh, meaning.en), words(f"compare.{row.match.value}")
            here = None if row.match is Match.UNREAD else ""
            return ChangeRow(row.name, label, key_text(row.key), here, note=note)
        label = words.of(row.place.labels_zh[-1], row.place.labels_en[-1])
        here = "" if row.in_terminal is None else shown(row.place.leaf, row.in_terminal, words)
        there = "" if row.in_file is None else shown(row.place.leaf, row.in_file, words)
        state = self._state(row)
        note = "" if state else words(f"compare.{row.match.value}")
        return ChangeRow(row.name, label, meaning.code, here, there, state, note)

    def _state(self, row: Comparison) -> State | None:
        """How far taking over has come; differing as long as nothing is planned."""
        entry, wanted = self._entry(row), self._desk.wanted.get(row.key)
        change = self._desk.change_of(entry) if entry else None
        if change is not None:
            return change.state
        if wanted is not None and row.match is Match.ONLY_TERMINAL:
            return State.PLANNED
        if wanted and entry and row.match in DIFFERENT and entry.stands_in(wanted):
            planned = entry.value(wanted) == row.in_file
            return State.PLANNED if planned else State.DIFFERS
        return State.DIFFERS if row.match is Match.DIFFERS else None

    def _entry(self, row: Comparison) -> Entry | None:
        """The row of the desk: records by number may stand in another order there."""
        place, unit = row.place, self._desk.wanted.get(row.key) or self._desk.units.get(row.key)
        if place is None or unit is None or self._file is None:
            return None
        path = path_in(self._file.units[row.key], place.path, unit)
        if path is None:
            return None
        return Entry(row.key[1], path, place.labels_zh, place.labels_en, place.leaf, row.key[0])

    def _tell(self) -> None:
        table = self.query_one(CompareTable)
        if not self._rows or not self.size.width:
            return
        row = self._rows[min(table.cursor, len(self._rows) - 1)]
        words, meaning = words_of(self), row.key[1].meaning
        text = f"{words.of(meaning.zh, meaning.en)}   {row.name}"
        self.query_one("#row", Static).update(fit(text, max(20, self.size.width - 2)))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Take this row over."""
        event.stop()
        row = self._rows[event.index]
        held = self._desk.units.get(row.key)
        if held is None or self._file is None or row.match is Match.SAME:
            return
        before, unit = self._desk.wanted.get(row.key, held), self._file.units[row.key]
        place = row.place
        simple = row.match is Match.DIFFERS and place is not None and "[" not in place.path
        if simple and place is not None:
            self._desk.want_unit(row.key, replaced(before, place.path, place.value))
        else:
            self._desk.want_unit(row.key, merged(unit, before))

    def on_change_table_dropped(self, event: ChangeTable.Dropped) -> None:
        """Del: leave the unit as the terminal has it."""
        event.stop()
        row = self._rows[event.index]
        if row.key in self._desk.units:
            self._desk.want_unit(row.key, self._desk.units[row.key])

    def action_take_all(self) -> None:
        """Plan everything that differs: "set changed only" is this and W."""
        if self._file is None:
            return
        wanted = taken_over(self._file, self._desk.units)
        for key, unit in wanted.items():
            self._desk.want_unit(key, unit)
        words = words_of(self)
        if wanted:
            self._desk.tell(Notice(words("compare.taken", number=len(wanted)), words("compare.taken-next")))
        else:
            self._desk.tell(Notice(words("compare.equal"), "", Tone.GOOD))

    def action_read(self) -> None:
        """Ask for the units of the file."""
        keys: Sequence[tuple[int, type]] = tuple(self._file.units) if self._file else ()
        self.post_message(ReadKeys(keys))

    def action_close(self) -> None:
        """Back to the list."""
        self.post_message(CloseFile())
