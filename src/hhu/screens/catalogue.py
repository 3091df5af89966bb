"""All parameters: every settable unit by group; its form; a file beside it. Written through the same plan."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import ContentSwitcher

from core.errors import CoreError
from core.gdw376.unit import Unit
from hhu.client.change import Key
from hhu.client.groups import all_parameters, has_points
from hhu.client.parameter_file import load, save
from hhu.screens import jobs
from hhu.screens.desk import Desk
from hhu.screens.file_comparison import CloseFile, FileComparison
from hhu.screens.page import Page
from hhu.screens.parameter_sheets import FileOrder, FileSheet, PointSheet
from hhu.screens.parameters import Write
from hhu.screens.unit_form import CloseForm, UnitForm
from hhu.screens.unit_list import AskFile, ChoosePoint, OpenUnit, ReadKeys, UnitList
from hhu.screens.unit_rows import Points, key_text
from hhu.widgets.notice_row import Notice, Tone

LIST, FORM, FILE = "list", "form", "file"


class CataloguePage(Page):
    """Three views of the same units: list, form, comparison."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# All parameters

Every parameter of Q/GDW 376.1 by group, in the edition of the terminal's profile.

- **/** finds: a code (`04F33`), an alias (`reading`), a name, Chinese characters, pinyin initials
  (`zzip` finds 主站IP). **Esc** shows all again.
- **Enter** opens the form of a unit. **R** reads the unit; on the name of a group, the group.
  **Shift+R** reads all that is listed. *Not held* means the terminal has no such unit.
- **P** chooses another measuring point, total group, task or port.
- **W** writes everything that is changed, on any page, and reads it back.

## In a form

**Space** edits a row, **Del** forgets the new value, **T** shows the frame. In lists **+** adds a
record, **-** removes it. Meters, inputs and groups are set by their number: only changed records
travel. Lists of meters are read 32 numbers at a time until 32 are empty.

## Files

**F** saves what was read, or compares with a file. Differing values come first: **Space** takes
one over, **U** all; then **W** writes only what differs. Passwords are never in a file, nor is
the terminal's own address.
""",
        "zh": """\
# 全部参数

Q/GDW 376.1 的全部参数，按组排列，版本随终端规约。

- **/** 查找：代码（`04F33`）、别名（`reading`）、名称、汉字或拼音首字母（`zzip` 即主站IP）。
  **Esc** 显示全部。
- **回车** 打开参数。**R** 读取该参数；光标在组名上时读取整组。**Shift+R** 读取列出的全部。
  *不支持* 表示终端没有该数据单元。
- **P** 选择其他测量点、总加组、任务或端口。
- **W** 写入所有页面上已改的参数，并回读。

## 表单

**空格** 编辑，**Del** 放弃新值，**T** 显示报文。列表中 **+** 添加记录，**-** 删除。
电能表、输入端口和总加组按序号设置，只发送已改的记录。电能表每次读 32 个序号，直到 32 个均为空。

## 文件

**F** 保存已读参数，或与文件比较。不同的值排在前面：**空格** 采用一项，**U** 采用全部，
再按 **W** 只写不同的值。
密码和终端自身地址不写入文件。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "w", "write", "Write", id="catalogue.write", tooltip="Write what is changed and read it back"
        ),
        Binding(
            "f", "file", "File", show=False, id="file.open", tooltip="Save to a file, or compare with one"
        ),
    ]
    DEFAULT_CSS = """
    CataloguePage ContentSwitcher { height: 1fr; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._points = Points()

    def compose(self) -> ComposeResult:
        """The three views."""
        with ContentSwitcher(initial=LIST):
            yield UnitList(self._desk, self._points)
            yield UnitForm(self._desk)
            yield FileComparison(self._desk)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    @property
    def view(self) -> str:
        """Which view is seen."""
        return self.query_one(ContentSwitcher).current or LIST

    def _show(self, view: str) -> None:
        self.query_one(ContentSwitcher).current = view

    def enter_page(self) -> None:
        """The view that is seen has the keys."""
        self.query_one(f"#{self.view} Rows").focus()

    def refresh_page(self) -> None:
        """The view that is seen, anew."""
        if not self.display:
            return
        if self.view == FORM:
            self.query_one(UnitForm).refresh_rows()
        elif self.view == FILE:
            self.query_one(FileComparison).refresh_rows()
        else:
            self.query_one(UnitList).refresh_rows()

    # Views

    def open_unit(self, kind: type[Unit]) -> None:
        """Open the form of a unit, as the command palette does."""
        units = self.query_one(UnitList)
        units.search("")
        edition = (listed for listed in all_parameters() if listed.meaning.fn == kind.meaning.fn)
        self._open(self._points.key(next(edition, kind)))

    def on_open_unit(self, event: OpenUnit) -> None:
        """Enter on a row."""
        event.stop()
        self._open(event.key)

    def _open(self, key: Key) -> None:
        self._show(FORM)
        self.query_one(UnitForm).open(key)
        self._read_missing((key,))

    def _read_missing(self, keys: Iterable[Key]) -> None:
        """Ask for what was never asked for."""
        missing = [key for key in keys if key not in self._desk.units and key not in self._desk.absent]
        if missing and self._desk.connection:
            # from the page's own turn: a message does not rise to the screen whose callback has sent it
            self.call_later(self.post_message, ReadKeys(missing))

    def on_close_form(self, event: CloseForm) -> None:
        """Esc in the form."""
        event.stop()
        self._to_list()

    def on_close_file(self, event: CloseFile) -> None:
        """Esc in the comparison."""
        event.stop()
        self._to_list()

    def _to_list(self) -> None:
        """The cursor stands on the unit that was open."""
        key = self.query_one(UnitForm).key
        self._show(LIST)
        units = self.query_one(UnitList)
        units.refresh_rows(key_text(key) if key else None)
        units.focus_list()

    # Points

    def on_choose_point(self, event: ChoosePoint) -> None:
        """P in the list."""
        event.stop()
        kind = event.kind
        if not has_points(kind):
            self._desk.tell(Notice(self.words("point.own"), "", Tone.WARN))
            return

        def choose(number: int | None) -> None:
            if number is not None:
                self._points.choose(kind, number)
                self.query_one(UnitList).refresh_rows(key_text(self._points.key(kind)))

        self.app.push_screen(PointSheet(kind, self._points.number(kind)), choose)

    # Files

    def action_write(self) -> None:
        """Ask for the write."""
        self.post_message(Write())

    def on_ask_file(self, event: AskFile) -> None:
        """F in the list."""
        event.stop()
        self.action_file()

    def action_file(self) -> None:
        """Ask what to do with which file."""
        link = self._desk.connection
        terminal = link.address_text if link else ""
        sheet = FileSheet(len(self._parameters()), terminal, self._desk.clock.now())
        self.app.push_screen(sheet, self._do)

    def _parameters(self) -> dict[Key, Unit]:
        """What was read, in the order of the reference."""
        read = [key for key in self._desk.units if key[1].meaning.afn == 0x04]
        return {
            key: self._desk.units[key] for key in sorted(read, key=lambda key: (key[1].meaning.fn, key[0]))
        }

    def _do(self, order: FileOrder | None) -> None:
        if order is None:
            return
        try:
            if order.compare:
                self._compare(order)
            else:
                self._save(order)
        except CoreError as error:
            self._desk.tell(jobs.trouble(error, self._desk))

    def _save(self, order: FileOrder) -> None:
        units = self._parameters()
        if not units:
            self._desk.tell(Notice(self.words("file.nothing"), self.words("file.nothing-next"), Tone.WARN))
            return
        link = self._desk.connection
        left_out = save(order.path, units, link.address_text if link else "", self._desk.clock.now())
        text = self.words("file.saved", number=len(units), secrets=len(left_out))
        self._desk.tell(Notice(text, str(order.path), Tone.GOOD))

    def _compare(self, order: FileOrder) -> None:
        link = self._desk.connection
        file = load(order.path, link.client.edition) if link else load(order.path)
        self._show(FILE)
        self.query_one(FileComparison).open(file, order.path.name)
        self._read_missing(file.units)
