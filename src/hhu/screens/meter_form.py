"""The form of one meter: its record of F10 by the layout, asset number, stop, key meter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from core.gdw376.units.afn04 import DisplayNumber, MeterArchive, ReadingStopped
from core.wire.paths import Place, places, value_at
from core.wire.record import Record
from hhu.client.archive import ARCHIVE, ArchiveRow, record_of
from hhu.client.change import State
from hhu.forms.entries import Entry, shown
from hhu.screens.desk import Desk
from hhu.screens.meter_lines import MeterView, views_of
from hhu.widgets.change_table import ChangeHeading, ChangeRow, ChangeTable
from hhu.widgets.columns import fit
from hhu.widgets.rows import Rows
from hhu.words import Words, words_of

KEY = "key"
"""Row of the key meter: membership of a list, no field of its own."""


class CloseMeter(Message):
    """Back to the list."""


class EditMeter(Message):
    """The technician wants to edit a row of this meter."""

    def __init__(self, row: ArchiveRow, entry: Entry | None) -> None:
        super().__init__()
        self.row = row
        self.entry = entry
        """``None``: the key meter."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: what it edits, and what it is now; ``entry`` is ``None`` for the key meter."""

    entry: Entry | None
    before: str
    after: str


class MeterForm(Vertical):
    """Title, rows, what the row is called."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Previous", show=False, id="meter.previous", tooltip="Meter above"),
        Binding("right", "step(1)", "Next", show=False, id="meter.next", tooltip="Meter below"),
        Binding("escape", "close", "List", id="form.close", tooltip="Back to the list"),
    ]
    DEFAULT_CSS = """
    MeterForm #title {
        height: 1; text-wrap: nowrap; padding: 0 1; background: $surface; color: $accent; text-style: bold;
    }
    MeterForm #row { height: 1; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="form")
        self._desk = desk
        self._serials: tuple[int, ...] = ()
        self._serial = 0
        self._rows: tuple[FormRow, ...] = ()

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static(id="title", markup=False)
        yield ChangeHeading()
        yield ChangeTable()
        yield Static(id="row", markup=False)

    @property
    def serial(self) -> int:
        """The meter that is open."""
        return self._serial

    def open(self, serial: int, listed: tuple[int, ...]) -> None:
        """Show a meter; left and right go through those listed."""
        self._serial, self._serials = serial, listed
        table = self.query_one(ChangeTable)
        self.refresh_rows()
        table.focus()

    @property
    def _view(self) -> MeterView | None:
        return next((view for view in views_of(self._desk) if view.row.serial == self._serial), None)

    def refresh_rows(self) -> None:
        """Rows anew."""
        view, words = self._view, words_of(self)
        if view is None:
            self.query_one(ChangeTable).show(())
            return
        row = view.row
        title = f"{words('meters.title', serial=row.serial)}   {row.address}"
        self.query_one("#title", Static).update(title)
        self._rows = tuple(self._form_rows(row, words))
        self.query_one(ChangeTable).show([self._line(form, view, words) for form in self._rows])
        self._tell()

    def _form_rows(self, row: ArchiveRow, words: Words) -> Iterator[FormRow]:
        """Every leaf of the record, then what stands in other units."""
        held = self._held()
        archive = self._desk.wanted.get(ARCHIVE) or self._desk.units.get(ARCHIVE)
        meters = archive.meters if isinstance(archive, MeterArchive) else ()
        index = next((at for at, record in enumerate(meters) if record.serial == row.serial), 0)
        for place in leaves_of(row):
            entry = Entry(MeterArchive, f"meters[{index}].{place.path}", place.labels_zh, place.labels_en,
                          place.leaf)  # fmt: skip
            before = "" if held is None else shown(place.leaf, value_at(record_of(held), place.path), words)
            yield FormRow(entry, before, shown(place.leaf, place.value, words))
        for kind, name in ((DisplayNumber, "asset"), (ReadingStopped, "stopped")):
            (place,) = places(kind.blank())
            entry = Entry(kind, place.path, place.labels_zh, place.labels_en, place.leaf, row.point)
            before = "" if held is None else shown(place.leaf, _plain(getattr(held, name)), words)
            yield FormRow(entry, before, shown(place.leaf, _plain(getattr(row, name)), words))
        before = "" if held is None else words("value.yes" if held.key else "value.no")
        yield FormRow(None, before, words("value.yes" if row.key else "value.no"))

    def _held(self) -> ArchiveRow | None:
        from hhu.client.archive import rows_of  # noqa: PLC0415  # the name would hide the rows of the form

        return next((row for row in rows_of(self._desk.units) if row.serial == self._serial), None)

    def _line(self, form: FormRow, view: MeterView, words: Words) -> ChangeRow:
        entry = form.entry
        label = _label(entry, words)
        key = entry.key if entry else KEY
        code = entry.unit.meaning.code if entry else "04F35"
        change = self._desk.change_of(entry) if entry else None
        differs = form.before != form.after
        if change is not None and not (differs and change.state is State.VERIFIED):
            return ChangeRow(key, label, code, form.before, form.after, change.state)
        if differs:
            return ChangeRow(key, label, code, form.before, form.after, State.PLANNED)
        return ChangeRow(key, label, code, form.before)

    def on_resize(self) -> None:
        """The line about the row is cut to the width."""
        self._tell()

    def _tell(self) -> None:
        form, words = self.current, words_of(self)
        if form is None or not self.size.width:
            return
        text = f"{form.entry.long_label(words)}   {form.entry.key}" if form.entry else "04F35"
        text += f"   {words('meters.form-hint')}"
        self.query_one("#row", Static).update(fit(text, max(20, self.size.width - 2)))

    @property
    def current(self) -> FormRow | None:
        """The row under the cursor."""
        table = self.query_one(ChangeTable)
        return self._rows[table.cursor] if table.cursor < len(self._rows) else None

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Space or Enter."""
        event.stop()
        view, form = self._view, self.current
        if view is not None and form is not None:
            self.post_message(EditMeter(view.row, form.entry))

    def action_step(self, by: int) -> None:
        """The meter above or below."""
        if self._serial in self._serials:
            place = self._serials.index(self._serial) + by
            if 0 <= place < len(self._serials):
                self._serial = self._serials[place]
                self.refresh_rows()

    def action_close(self) -> None:
        """Back to the list."""
        self.post_message(CloseMeter())


def _label(entry: Entry | None, words: Words) -> str:
    """The field's name; of a unit with one field the name of the unit."""
    if entry is None:
        return words("meters.key-meter")
    if entry.unit is MeterArchive:
        return entry.label(words)
    return words.of(entry.unit.meaning.zh, entry.unit.meaning.en)


def leaves_of(row: ArchiveRow) -> tuple[Place, ...]:
    """Return the leaves of the meter's record."""
    return tuple(places(cast("Record", record_of(row))))


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
