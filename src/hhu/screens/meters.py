"""Page Meters: the archive as a list, one meter as a form, a file before it is taken over (M83, M96).

Nothing here is sent: edits become the units that the terminal shall hold, and the write is the one of all
pages.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import ContentSwitcher

from core.errors import CoreError
from core.gdw376.units.afn04 import MeterArchive
from hhu.client.archive import ARCHIVE, ArchiveRow, copy_of, record_of, rows_of
from hhu.client.archive_file import load_draft, save_archive
from hhu.forms.entries import Entry, shown
from hhu.screens import jobs
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Start
from hhu.screens.meter_form import CloseMeter, EditMeter, MeterForm, leaves_of
from hhu.screens.meter_help import METERS
from hhu.screens.meter_import import CloseDraft, MeterImport, TakeDraft
from hhu.screens.meter_jobs import read_meters, read_values
from hhu.screens.meter_list import MeterAct, MeterList
from hhu.screens.meter_plans import MeterPlans, edited, entry_value
from hhu.screens.meter_sheets import FileAct, MeterFileOrder, MeterFileSheet
from hhu.screens.page import Page
from hhu.screens.parameters import Write
from hhu.screens.sheets import EditSheet
from hhu.widgets.notice_row import Notice, Tone

LIST, FORM, IMPORT = "list", "form", "import"
WITHOUT_METER = frozenset({"write", "read", "file", "add", "values"})
"""Acts that need no meter under the cursor."""


class MetersPage(Page):
    """Three views: list, form, file."""

    HELP_TEXTS: ClassVar[dict[str, str]] = METERS
    DEFAULT_CSS = """
    MetersPage ContentSwitcher { height: 1fr; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._plans = MeterPlans(desk, self.refresh_page)
        self._order: MeterFileOrder | None = None

    def compose(self) -> ComposeResult:
        """The three views."""
        with ContentSwitcher(initial=LIST):
            yield MeterList(self._desk)
            yield MeterForm(self._desk)
            yield MeterImport(self._desk)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    @property
    def view(self) -> str:
        """Which view is seen."""
        return self.query_one(ContentSwitcher).current or LIST

    def enter_page(self) -> None:
        """The view that is seen has the keys; the archive is read when it was never read."""
        self.query_one(f"#{self.view} Rows").focus()
        if self._desk.connection and ARCHIVE not in self._desk.units:
            self.call_later(self._read)

    def refresh_page(self) -> None:
        """The view that is seen, anew."""
        if not self.display:
            return
        if self.view == FORM:
            self.query_one(MeterForm).refresh_rows()
        elif self.view == LIST:
            self.query_one(MeterList).refresh_rows()

    # Acts of the list

    def on_meter_act(self, event: MeterAct) -> None:
        """A key in the list."""
        event.stop()
        act, view = event.act, event.view
        if act in WITHOUT_METER:
            if act == "values":
                self._read_values([one.row.point for one in event.listed])
            else:
                {"write": self._write, "read": self._read, "file": self._file, "add": self._add}[act]()
        elif view is not None:
            listed = tuple(one.row.serial for one in event.listed)
            self._do(act, view.row, listed)

    def _do(self, act: str, row: ArchiveRow, listed: tuple[int, ...]) -> None:
        if act == "open":
            self._open(row.serial, listed)
        elif act == "copy":
            self._new(copy_of(row, self._plans.rows))
        elif act == "remove":
            self._plans.put((), (row.serial,))
        elif act == "mark":
            self._plans.accept(replace(row, key=not row.key))
        elif act == "stop":
            self._plans.accept(replace(row, stopped=not row.stopped))
        else:
            self._plans.drop(row)

    def _write(self) -> None:
        self.post_message(Write())

    def _read(self) -> None:
        self.post_message(Start(self.words("work.reading"), partial(read_meters, self._desk)))

    def _read_values(self, points: Iterable[int]) -> None:
        wanted = tuple(points)

        async def job(progress: jobs.Progress) -> None:
            await read_values(self._desk, wanted, progress)

        if wanted:
            self.post_message(Start(self.words("work.reading"), job))

    def _add(self) -> None:
        self._new(self._plans.another())

    def _new(self, row: ArchiveRow) -> None:
        """Ask for the address, then open the form for the rest."""
        if not self._plans.may_add():
            return
        place = next(p for p in leaves_of(replace(row, address="0" * 12)) if p.path == "address")
        entry = Entry(MeterArchive, "address", place.labels_zh, place.labels_en, place.leaf)

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None and self._plans.accept(replace(row, address=outcome[0] or "")):
                self._open(row.serial, (row.serial,))

        title = self.words("meters.new", serial=row.serial, point=row.point)
        self.app.push_screen(EditSheet(entry, title, None), keep)

    # The form

    def _show(self, view: str) -> None:
        self.query_one(ContentSwitcher).current = view

    def _open(self, serial: int, listed: tuple[int, ...]) -> None:
        self._show(FORM)
        self.query_one(MeterForm).open(serial, listed)

    def on_close_meter(self, event: CloseMeter) -> None:
        """Esc in the form."""
        event.stop()
        self._to_list(self.query_one(MeterForm).serial)

    def _to_list(self, serial: int | None = None) -> None:
        self._show(LIST)
        meters = self.query_one(MeterList)
        meters.refresh_rows(serial)
        meters.focus_list()

    def on_edit_meter(self, event: EditMeter) -> None:
        """Space in the form: a sheet for the value; its outcome is checked before it is planned."""
        event.stop()
        row, entry = event.row, event.entry
        if entry is None:
            self._plans.accept(replace(row, key=not row.key))
            return
        path = entry.path.partition("].")[2]
        if path == "serial":
            self._plans.refuse("form.number")
            return
        record: Any = record_of(row)
        value = entry_value(row, entry, path)
        held = "" if entry.leaf.secret else shown(entry.leaf, value, self.words)

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None:
                self._plans.accept(edited(row, record, entry, path, outcome[0]))

        self.app.push_screen(EditSheet(entry, held, value), keep)

    # Files

    def _file(self) -> None:
        link = self._desk.connection
        terminal = link.address_text if link else ""
        sheet = MeterFileSheet(len(rows_of(self._desk.units)), terminal, self._desk.clock.now())
        self.app.push_screen(sheet, self._take_order)

    def _take_order(self, order: MeterFileOrder | None) -> None:
        if order is None or not self._plans.may_plan():
            return
        try:
            if order.act is FileAct.EXPORT:
                self._export(order)
            else:
                self._draft(order)
        except CoreError as error:
            self._desk.tell(jobs.trouble(error, self._desk))

    def _export(self, order: MeterFileOrder) -> None:
        rows = rows_of(self._desk.units)
        save_archive(order.path, rows, zh=self.words.language == "zh")
        self._desk.tell(Notice(self.words("meters.saved", number=len(rows)), str(order.path), Tone.GOOD))

    def _draft(self, order: MeterFileOrder) -> None:
        """Check the file against the meters as they shall be."""
        draft = load_draft(order.path, self._plans.rows, replace_all=order.act is FileAct.REPLACE)
        self._order = order
        self._show(IMPORT)
        self.query_one(MeterImport).open(draft)

    def on_meter_import_again(self, event: MeterImport.Again) -> None:
        """R in the file."""
        event.stop()
        self._take_order(self._order)

    def on_take_draft(self, event: TakeDraft) -> None:
        """U in the file."""
        event.stop()
        draft = event.draft
        self._plans.put(draft.meters, [row.serial for row in draft.gone])
        number = len(draft.meters) + len(draft.gone)
        self._desk.tell(Notice(self.words("meters.taken", number=number), self.words("meters.taken-next")))
        self._to_list()

    def on_close_draft(self, event: CloseDraft) -> None:
        """Esc in the file."""
        event.stop()
        self._to_list()
