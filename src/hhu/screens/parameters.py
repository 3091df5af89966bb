"""Parameters as pages of rows: read, edit, write what changed, see each change proven by read-back."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    ApnUser,
    Authentication,
    MasterStation,
    PhoneNumbers,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
)
from hhu.forms.entries import Entry, all_entries, shown
from hhu.screens.desk import Desk
from hhu.screens.frames import Proof, proof_of
from hhu.screens.page import Page
from hhu.widgets.change_table import ChangeHeading, ChangeTable
from hhu.widgets.columns import fit
from hhu.widgets.notice_row import Notice
from hhu.widgets.rows import Rows


class Edit(Message):
    """The technician wants to edit this row."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry


class Read(Message):
    """The technician wants these units read."""

    def __init__(self, units: tuple[type[Unit], ...]) -> None:
        super().__init__()
        self.units = units


class Write(Message):
    """The technician wants the plan written."""


class WriteOnTrial(Message):
    """The technician wants the plan written, and taken back unless the master acknowledges it."""


class ShowFrame(Message):
    """The technician wants to see the frame behind a value."""

    def __init__(self, proof: Proof) -> None:
        super().__init__()
        self.proof = proof


class ParametersPage(Page):
    """One page of parameters; each page of this kind names its units."""

    units: ClassVar[tuple[type[Unit], ...]]
    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Parameters

Each row is one field: its name, its code, what the **terminal** holds, the **new** value, and how
far that has come.

- **Space** or **Enter** edits the row. A value that cannot be sent is refused while you type,
  with the limit it breaks.
- **W** writes all changed rows. The tool asks only for what is missing: arming, the programming
  switch, the password.
- **R** reads the page again. **Del** forgets a new value. **T** shows the frame that brought the
  value.
- **A** arms writes for 5 minutes; the tool is read-only before and after.

## What the words mean

- *planned*: only here, nothing was sent
- *sent*: on the line, no answer yet
- *acknowledged*: the terminal said yes
- *verified*: read back and equal. Only this is done.
- *refused*, *failed*, *differs*: the two lines at the bottom say why and what to do

## Programming switch

Local writing needs the switch: hold the terminal's key for 5 s, then it is open for 2 min.
Reading needs nothing.
The terminal's own address is always written last; the tool then goes on with the new one.
""",
        "zh": """\
# 参数

每行一个字段：名称、代码、**终端值**、**新值**、进度。

- **空格** 或 **回车** 编辑该行。不能发送的值在输入时即被拒绝，并说明超出的限值。
- **W** 写入所有已改的行。只询问缺少的条件：写入许可、编程开关、密码。
- **R** 重新读取本页。**Del** 放弃新值。**T** 显示该值所在的报文。
- **A** 允许写入 5 分钟；其余时间只读。

## 状态

- *计划*：仅在本机，未发送
- *已发*：已发送，未回答
- *已确认*：终端已确认
- *已验证*：回读一致，只有此时才算完成
- *被拒*、*失败*、*不符*：底部两行说明原因和下一步

## 编程开关

本地写入需要编程开关：按住终端按键 5 秒，打开 2 分钟。读取不需要。
终端自身地址总是最后写入，之后工具使用新地址。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write", "Write changes", id="parameters.write", tooltip="Write and read back"),
        Binding("r", "read", "Read", id="parameters.read", tooltip="Read this page from the terminal"),
        Binding("a", "app.arm", "Arm writes", id="app.arm", tooltip="Allow writing for 5 min, or stop it"),
        Binding("t", "frame", "Frame", id="parameters.frame", tooltip="Show the frame behind the value"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    ParametersPage { height: 1fr; }
    ParametersPage #detail { height: 2; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._entries = {entry.key: entry for entry in all_entries(self.units)}

    def compose(self) -> ComposeResult:
        """Heading, table, two lines about the selected row."""
        yield ChangeHeading()
        yield ChangeTable(self._desk.rows(self.units))
        yield Static(id="detail", markup=False)

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    def enter_page(self) -> None:
        """The table has the keys; what was never read is read now."""
        self.query_one(ChangeTable).focus()
        missing = tuple(
            unit for unit in self.units if not {(0, unit)} & (self._desk.units.keys() | self._desk.absent)
        )
        if self._desk.connection and missing:
            self.post_message(Read(missing))

    def refresh_page(self) -> None:
        """Rows and detail anew."""
        self.query_one(ChangeTable).show(self._desk.rows(self.units))
        self._detail()

    @property
    def entry(self) -> Entry | None:
        """The row under the cursor."""
        row = self.query_one(ChangeTable).current
        return self._entries.get(row.key) if row else None

    @property
    def proof(self) -> Proof | None:
        """The frame behind the selected value, if the trace still has it."""
        entry, link = self.entry, self._desk.connection
        if entry is None or link is None or entry.home not in self._desk.units:
            return None
        return proof_of(link.trace.entries, entry.unit, entry.path)

    def _detail(self) -> None:
        """Full name and what it was before; then where the value stands in which frame."""
        entry = self.entry
        if entry is None or not self.is_mounted:
            return
        first = entry.long_label(self.words)
        change = self._desk.change_of(entry)
        if change is not None and change.before is not None and not change.leaf.secret and entry.path:
            first += f"   {self.words('table.was', value=shown(change.leaf, change.before, self.words))}"
        proof = self.proof
        second = entry.key if proof is None else self._where(entry, proof)
        width = max(20, self.size.width - 2)
        said = f"{fit(first, width)}\n{fit(second, width)}"
        self.query_one("#detail", Static).update(said, layout=False)

    def _where(self, entry: Entry, proof: Proof) -> str:
        octets = "** " * len(proof.octets) if entry.leaf.secret else proof.octets.hex(" ").upper()
        start, end = proof.span
        said = self.words("table.bytes", first=start, last=end - 1, number=proof.entry.number)
        return f"{entry.key}  {said}  {octets}"

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row, another detail."""
        event.stop()
        self._detail()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Space, Enter or a click on the marked row."""
        event.stop()
        entry = self.entry
        if entry is not None:
            self.post_message(Edit(entry))

    def on_change_table_dropped(self, event: ChangeTable.Dropped) -> None:
        """Del: as the terminal has it."""
        event.stop()
        if self.entry is not None:
            self._desk.drop(self.entry)

    def action_write(self) -> None:
        """Ask for the write."""
        self.post_message(Write())

    def action_read(self) -> None:
        """Ask for the read."""
        self.post_message(Read(self.units))

    def action_frame(self) -> None:
        """Ask for the frame of the selected value."""
        proof = self.proof
        if proof is not None:
            self.post_message(ShowFrame(proof))


class UplinkParameters(ParametersPage):
    """Pages whose changes may cut the terminal off: they can be written on trial."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": ParametersPage.HELP_TEXTS["en"]
        + """
## Write on trial

**C** writes like W and then watches the terminal for 10 minutes. Only a login *after* the write,
acknowledged by the master, keeps the new values. Else the old ones are written back and read
back; the programming switch has closed by then, so the tool asks for the key.
**X** adds 10 minutes, **Y** confirms by the master's word, **Esc** stops and leaves the new values.
The terminal has no timer of its own: unplugged, it keeps what it has, and the tool says which.
""",
        "zh": ParametersPage.HELP_TEXTS["zh"]
        + """
## 限时确认写入

**C** 与 W 相同写入，随后观察终端 10 分钟。只有写入*之后*的登录得到主站确认，才保留新值；
否则写回原值并回读。此时编程开关已关，工具会请您再按住按键。
**X** 延长 10 分钟，**Y** 表示主站已见到终端，**Esc** 停止并留下新值。
终端自身没有定时恢复：拔掉光头后它保持现值，工具会说明是哪些值。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "confirm", "Write on trial", id="uplink.confirm",
                tooltip="Write, and take it back unless the master acknowledges in time"),
        Binding("x", "extend", "More time", show=False, id="uplink.extend", tooltip="10 min more"),
        Binding("y", "seen", "Master sees it", show=False, id="uplink.seen",
                tooltip="Confirm by the master's word"),
        Binding("a", "app.arm", "Arm writes", show=False, id="app.arm", tooltip="Allow writing, or stop it"),
    ]  # fmt: skip

    def action_confirm(self) -> None:
        """Ask for the write on trial."""
        self.post_message(WriteOnTrial())

    def action_extend(self) -> None:
        """Ten minutes more."""
        trial = self._desk.trial
        if trial is None:
            self._desk.tell(Notice(self.words("confirm.not-running")))
            return
        trial.extend()

    def action_seen(self) -> None:
        """The master sees the terminal."""
        trial = self._desk.trial
        if trial is None:
            self._desk.tell(Notice(self.words("confirm.not-running")))
            return
        trial.confirm()


class AddressesPage(UplinkParameters):
    """Who the terminal is and whom it reports to."""

    units = (TerminalAddress, MasterStation, PhoneNumbers, TerminalIp)


class UplinkPage(UplinkParameters):
    """How it reaches its master."""

    units = (UplinkPort, UplinkMode, ApnUser, Authentication)
