"""Page Meters: the archive as a list, one meter as a form, a file before it is taken over (M83, M96).

Nothing here is sent: edits become the units that the terminal shall hold, and the write is the one of all
pages. What the archive cannot carry is refused when it is typed, so a plan is always fit to be written.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import ContentSwitcher

from core.errors import CoreError
from core.gdw376.units.afn04 import DisplayNumber, MeterArchive
from core.wire.paths import replaced
from hhu.archive_words import column_text, defect_text
from hhu.client.archive import (
    ARCHIVE,
    CAPACITY,
    ArchiveRow,
    changed,
    copy_of,
    free_number,
    record_of,
    rows_of,
    with_rows,
)
from hhu.client.archive_check import Placed, defects_of
from hhu.client.archive_file import DL645_2007, load_draft, save_archive
from hhu.forms.entries import Entry, shown
from hhu.screens import jobs
from hhu.screens.desk import Desk
from hhu.screens.job_screen import Start
from hhu.screens.meter_form import CloseMeter, EditMeter, MeterForm, leaves_of
from hhu.screens.meter_import import CloseDraft, MeterImport, TakeDraft
from hhu.screens.meter_jobs import read_meters, read_values
from hhu.screens.meter_list import MeterAct, MeterList
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

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Meters

The meter archive: up to 192 meters, each with serial number, point and port.

- **R** reads the archive. **V** reads status and last value of the meters listed.
- **/** finds: digits of an address or asset number, `p2` for port 2, words, pinyin initials
  (`sb` finds 失败).
- **O** sorts: failed first, by serial number, by address.
- **+** adds a meter, **C** copies the one under the cursor, **-** deletes it. **Enter** opens its form.
- **\\*** makes it a key meter, **S** stops reading it, **Del** forgets what is planned for it.
- **W** writes what is changed, in small messages, and reads each back before the next.

A `*` marks a key meter, a `-` one that is not read.

## Files

**F** imports and exports CSV and XLSX. Before anything is planned every row is checked: wrong digits,
doubles, unknown columns, the 193rd meter. Notes are said, errors must be repaired in the file; **R** reads it
again, **U** takes it over. Headings may be Chinese, English or field names, in any order. Only the address
is needed; rows are matched by serial number, else by address. Exported files open in Excel with all their
zeros. Passwords of meters are never in a file.
""",
        "zh": """\
# 电表

电表档案：最多 192 块，各有装置序号、测量点和端口。

- **R** 读取档案。**V** 读取所列电表的抄读状态和最近示值。
- **/** 查找：表地址或资产编号中的数字、`p2` 即端口 2、文字、拼音首字母（`sb` 即失败）。
- **O** 排序：失败在前、按序号、按地址。
- **+** 新增，**C** 复制当前电表，**-** 删除。**回车** 打开表单。
- **\\*** 设为或取消重点户，**S** 停抄或投抄，**Del** 放弃对该表的计划。
- **W** 分小帧写入所有更改，逐帧回读。

`*` 表示重点户，`-` 表示停抄。

## 文件

**F** 导入、导出 CSV 和 XLSX。计划之前检查每一行：位数错误、重复、未知列、第 193 块表。
提示仅作说明，错误须在文件中更正；**R** 重新读取文件，**U** 全部采用。
标题可用中文、英文或字段名，列序任意，只有表地址必填；按装置序号匹配，否则按地址匹配。
导出的文件用 Excel 打开不丢前导零。电表密码从不写入文件。
""",
    }
    DEFAULT_CSS = """
    MetersPage ContentSwitcher { height: 1fr; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
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
            self._new(copy_of(row, self._rows))
        elif act == "remove":
            self._plan((), (row.serial,))
        elif act == "mark":
            self._accept(replace(row, key=not row.key))
        elif act == "stop":
            self._accept(replace(row, stopped=not row.stopped))
        else:
            self._drop(row)

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

    # Planning

    @property
    def _rows(self) -> tuple[ArchiveRow, ...]:
        """The meters as they shall be."""
        return rows_of({**self._desk.units, **self._desk.wanted})

    def _plan(self, rows: Iterable[ArchiveRow], gone: Iterable[int] = ()) -> None:
        for key, unit in with_rows(self._desk.units, rows, gone, self._desk.wanted).items():
            self._desk.want_unit(key, unit)
        self.refresh_page()

    def _accept(self, row: ArchiveRow) -> bool:
        """Plan a meter, or say why it cannot be."""
        if ARCHIVE not in self._desk.units:
            self._tell("edit.unread", "edit.unread-next")
            return False
        others = [Placed(0, other) for other in self._rows if other.serial != row.serial]
        defect = next((d for d in defects_of([*others, Placed(1, row)]) if d.blocking), None)
        if defect is not None:
            language = self.words.language
            self._desk.tell(
                Notice(f"{column_text(defect, language)}: {defect_text(defect, language)}", "", Tone.WARN)
            )
            return False
        self._plan((row,))
        return True

    def _tell(self, why: str, step: str) -> None:
        self._desk.tell(Notice(self.words(why), self.words(step), Tone.WARN))

    def _drop(self, row: ArchiveRow) -> None:
        """As the terminal has it; a meter that it does not have is forgotten."""
        held = {one.serial: one for one in rows_of(self._desk.units)}
        if row.serial in held:
            self._plan((held[row.serial],))
        else:
            self._plan((), (row.serial,))

    def _add(self) -> None:
        rows = self._rows
        serial = free_number(row.serial for row in rows)
        point = free_number(row.point for row in rows)
        port = rows[-1].port if rows else 1
        self._new(ArchiveRow(serial, point, port, rows[-1].protocol if rows else DL645_2007, ""))

    def _new(self, row: ArchiveRow) -> None:
        """Ask for the address, then open the form for the rest."""
        if ARCHIVE not in self._desk.units:
            self._tell("edit.unread", "edit.unread-next")
            return
        if len(self._rows) >= CAPACITY:
            self._tell("meters.full", "meters.full-next")
            return
        place = next(p for p in leaves_of(replace(row, address="0" * 12)) if p.path == "address")
        entry = Entry(MeterArchive, "address", place.labels_zh, place.labels_en, place.leaf)

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None and self._accept(replace(row, address=outcome[0] or "")):
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
            self._accept(replace(row, key=not row.key))
            return
        path = entry.path.partition("].")[2]
        if path == "serial":
            self._tell("form.number", "form.number-next")
            return
        record: Any = record_of(row)
        value = entry_value(row, entry, path)
        held = "" if entry.leaf.secret else shown(entry.leaf, value, self.words)

        def keep(outcome: tuple[Any] | None) -> None:
            if outcome is not None:
                self._accept(edited(row, record, entry, path, outcome[0]))

        self.app.push_screen(EditSheet(entry, held, value), keep)

    # Files

    def _file(self) -> None:
        link = self._desk.connection
        terminal = link.address_text if link else ""
        sheet = MeterFileSheet(len(rows_of(self._desk.units)), terminal, self._desk.clock.now())
        self.app.push_screen(sheet, self._take_order)

    def _take_order(self, order: MeterFileOrder | None) -> None:
        if order is None:
            return
        if ARCHIVE not in self._desk.units:
            self._tell("edit.unread", "edit.unread-next")
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
        draft = load_draft(order.path, self._rows, replace_all=order.act is FileAct.REPLACE)
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
        self._plan(draft.meters, [row.serial for row in draft.gone])
        number = len(draft.meters) + len(draft.gone)
        self._desk.tell(Notice(self.words("meters.taken", number=number), self.words("meters.taken-next")))
        self._to_list()

    def on_close_draft(self, event: CloseDraft) -> None:
        """Esc in the file."""
        event.stop()
        self._to_list()


def entry_value(row: ArchiveRow, entry: Entry, path: str) -> Any:
    """Return what a row of the form holds now."""
    if entry.unit is MeterArchive:
        return next(place.value for place in leaves_of(row) if place.path == path)
    return row.asset if entry.unit is DisplayNumber else int(row.stopped)


def edited(row: ArchiveRow, record: Any, entry: Entry, path: str, value: Any) -> ArchiveRow:
    """Return the meter with another value in a row of its form."""
    if entry.unit is MeterArchive:
        return changed(row, replaced(record, path, value))
    if entry.unit is DisplayNumber:
        return replace(row, asset=value)
    return replace(row, stopped=bool(value))
