"""Connect: channel, port, terminal, password; Enter connects. The likely port is on top and says why."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input, Static

from core.errors import CoreError, UsageError
from core.gdw376.address import Address
from core.lines.address import LineAddress, LineKind
from core.lines.listing import PortListing
from hhu.frontend.limits import USUAL_PORT
from hhu.screens.desk import Desk
from hhu.screens.order import Connect, Examine, Order
from hhu.screens.ports import PortChoice, PortList, port_choices
from hhu.settings import Settings
from hhu.widgets.choice_row import ChoiceRow
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.widgets.notice_row import Notice, NoticeRow, Tone
from hhu.widgets.rows import Rows
from hhu.wording.explain import explain
from hhu.words import words_of

KINDS = (LineKind.IR, LineKind.RS485, LineKind.TCP, LineKind.LISTEN, LineKind.EMULATOR)
TYPED = (LineKind.TCP, LineKind.LISTEN)
"""Kinds whose target is typed, not picked: the last one is offered again."""


class ConnectScreen(Screen[None]):
    """The form."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Connect

1. Choose the **channel** with the left and right keys: infrared head on the window, RS485 on port
   485_3, TCP, listening for terminals
   that dial in, or the emulated terminal, which needs no hardware.
2. Choose the **port**. Ports that look like a probe stand on top. Any address may be typed:
   `socket://host:port`,
   `rfc2217://host:port`.
3. **Terminal**: leave it empty to ask who is there (on local channels). Typed, it must be that one.
4. **Password** of this channel; empty means the one kept in the keyring, or asked when you write.
   Reading needs no password. It is sent once per write, never by itself again; three wrong ones
   lock the channel.

- **Enter** connects. **F2** looks for trouble (ports, rights, keyring). **F3** starts the
  emulated terminal at once, **F4** the front end: with a terminal typed, it is awaited and connected.
- **F7** changes the language, **F8** the colours for sunlight.

## Nobody answers?

Hold the head straight over the window, 5 to 20 cm, out of the sun. Check the channel's speed:
infrared is 2400 8N1.
""",
        "zh": """\
# 连接

1. 用左右键选择**通道**：红外、485_3 上的 RS485、TCP、侦听终端拨入，或无需硬件的仿真终端。
2. 选择**端口**。像光头的端口排在最前。也可输入任意地址：`socket://主机:端口`、`rfc2217://主机:端口`。
3. **终端**：留空则询问在线终端（仅本地通道）。填写则必须一致。
4. 本通道的**密码**；留空则用密钥环中的，或写入时询问。读取不需要密码。三次错误将锁定通道。

- **回车** 连接。**F2** 检查（端口、权限、密钥环）。**F3** 启动仿真终端。
- **F4** 启动前置机：填写终端地址则等待并连接它。
- **F7** 切换语言，**F8** 切换配色（阳光下）。

## 无应答？

光头对准红外窗口，距离 5～20 厘米，避免阳光直射。检查速率：红外为 2400 8N1。
""",
    }
    CSS = """
    ConnectScreen { layout: vertical; background: $background; }
    ConnectScreen .bar { height: 1; background: $surface; color: $dim; padding: 0 1; }
    ConnectScreen .line { height: 1; margin: 1 0 0 0; padding: 0 1; }
    ConnectScreen .ports { height: 5; margin: 1 0 0 0; padding: 0 1; }
    ConnectScreen .label { width: 12; color: $dim; }
    ConnectScreen .line Field { width: 22; }
    ConnectScreen #other Field { width: 40; }
    ConnectScreen #other { margin: 0; }
    ConnectScreen .note { width: 1fr; padding: 0 2; color: $dim; text-wrap: nowrap; }
    ConnectScreen #tip { height: 1fr; padding: 1 1 0 1; color: $dim; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "connect", "Connect", id="connect.go", tooltip="Find the terminal"),
        Binding("f2", "doctor", "Doctor", id="connect.doctor", tooltip="Look for trouble"),
        Binding("f3", "emulate", "Emulator", id="connect.emulate", tooltip="Start the emulated terminal"),
        Binding("f4", "listen", "Listen", id="connect.listen", tooltip="Let terminals dial in here"),
        Binding("f7", "app.language", "中文/English", id="app.language", tooltip="Change the language"),
        Binding("f1", "app.help", "Help", id="app.help", tooltip="Help for this page"),
        Binding("down", "app.focus_next", "Next", show=False, id="connect.down", tooltip="Next line"),
        Binding("up", "app.focus_previous", "Previous", show=False, id="connect.up", tooltip="Line before"),
        Binding("escape", "app.cancel_connecting", "Cancel", show=False, id="work.cancel", tooltip="Stop"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, settings: Settings, version: str) -> None:
        super().__init__()
        self.desk = desk
        self._settings = settings
        self._version = version
        self._listings: tuple[PortListing, ...] | None = None

    def compose(self) -> ComposeResult:
        """The form from top to bottom."""
        words = words_of(self)
        texts = [words(f"channel.{kind.value}") for kind in KINDS]
        yield Static(
            f"{words('app.title')} {self._version}   {words('connect.title')}", classes="bar", markup=False
        )
        with Horizontal(classes="line"):
            yield Static(words("connect.channel"), classes="label", markup=False)
            yield ChoiceRow(texts, id="channel")
        with Horizontal(classes="ports"):
            yield Static(words("connect.port"), classes="label", markup=False)
            yield PortList()
        with Horizontal(classes="line", id="other"):
            yield Static(classes="label", markup=False)
            yield Field(id="target")
            yield Static(classes="note", id="target-note", markup=False)
        with Horizontal(classes="line"):
            yield Static(words("connect.terminal"), classes="label", markup=False)
            yield Field(id="address", placeholder=words("connect.anybody"), longest=10)
            yield Static(words("connect.terminal-note"), classes="note", id="address-note", markup=False)
        with Horizontal(classes="line"):
            yield Static(words("connect.password"), classes="label", markup=False)
            yield Field(id="password", secret=True, longest=16)
            yield Static(words("connect.password-note"), classes="note", markup=False)
        yield Static(words("connect.tip"), id="tip", markup=False)
        yield NoticeRow()
        yield KeyRow()

    def on_mount(self) -> None:
        """List the ports in a thread: drivers may take their time."""
        self._show_kind()
        self.query_one(NoticeRow).notice = self.desk.notice
        self.query_one(ChoiceRow).focus()
        self.run_worker(self._list_ports, thread=True, group="ports")

    def _list_ports(self) -> None:
        from core.lines.listing import list_ports  # noqa: PLC0415  # pyserial is slow to import

        found = list_ports()
        self.app.call_from_thread(self.take_ports, found)

    def take_settings(self, settings: Settings) -> None:
        """Use another memory of lines and terminals from now on."""
        self._settings = settings

    def take_ports(self, found: tuple[PortListing, ...]) -> None:
        """Show the ports; without any, the emulator is the likely choice.

        The list may come late: what was typed or chosen meanwhile stays.
        """
        self._listings = found
        row = self.query_one(ChoiceRow)
        if not found and row.chosen == 0 and not self.query_one("#target", Field).value:
            row.chosen = KINDS.index(LineKind.EMULATOR)
            self._show_kind()
        else:
            self._show_ports()

    @property
    def kind(self) -> LineKind:
        """The chosen channel."""
        return KINDS[self.query_one(ChoiceRow).chosen]

    def on_choice_row_changed(self, event: ChoiceRow.Changed) -> None:
        """Another channel, other ports."""
        event.stop()
        self._show_kind()

    def _show_ports(self) -> None:
        ports = self.query_one(PortList)
        if self._listings is None and self.kind in (LineKind.IR, LineKind.RS485):
            ports.show((PortChoice("", words_of(self)("port.looking"), ""),))
        else:
            ports.show(port_choices(self.kind, self._listings or (), self._settings, words_of(self)))
        ports.can_focus = ports.count > 1 or bool(ports.current and ports.current.target)

    def _show_kind(self) -> None:
        words, kind = words_of(self), self.kind
        self._show_ports()
        target = self.query_one("#target", Field)
        other = self.query_one("#other")
        if other.visible is (kind is LineKind.EMULATOR):
            other.visible = not other.visible  # hidden, not removed: nothing jumps
        forms = {LineKind.TCP: "connect.tcp-form", LineKind.LISTEN: "connect.listen-form"}
        target.placeholder = words(forms.get(kind, "connect.port-form"))
        self.query_one("#target-note", Static).update("" if kind in TYPED else words("connect.other-note"))
        last = self._settings.last_lines.get(kind.value, "")
        target.value = last.partition(":")[2] if kind in TYPED else ""

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """A port brings the terminal that was met there last."""
        event.stop()
        port = self.query_one(PortList).current
        note = words_of(self)("connect.terminal-note")
        known = self._settings.last_terminals.get(port.target) if port else None
        if known:
            note = words_of(self)("connect.last-here", address=known)
        self.query_one("#address-note", Static).update(note)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a port connects."""
        event.stop()
        self.action_connect()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line connects."""
        event.stop()
        self.action_connect()

    def order(self) -> Order:
        """Return what the form says; ``UsageError`` names the line that is wrong."""
        words, kind = words_of(self), self.kind
        typed = self.query_one("#target", Field).value.strip() if kind is not LineKind.EMULATOR else ""
        port = self.query_one(PortList).current
        target = typed or (port.target if port else "")
        if not target:
            raise UsageError(words("connect.no-port"), words("connect.no-port-next"))
        where = LineAddress.parse(f"{kind.value}:{target}")
        address = self.query_one("#address", Field).value.strip()
        password = self.query_one("#password", Field).value
        if password:
            from hhu.secrets import check_password  # noqa: PLC0415  # keyring is slow to import

            check_password(password)
        return Order(where, Address.parse(address) if address else None, password)

    def action_connect(self) -> None:
        """Check the form, then ask the app to connect."""
        try:
            self.post_message(Connect(self.order()))
        except CoreError as error:
            said = explain(error, words_of(self).language)
            self.desk.tell(Notice(said.cause, said.next_step, Tone.BAD))

    def action_emulate(self) -> None:
        """The emulated terminal, at once."""
        self.post_message(Connect(Order(LineAddress.parse("emulator:demo"), None, "")))

    def action_listen(self) -> None:
        """Listen at once: on the port of the form where it is chosen, else as last time."""
        last = self._settings.last_lines.get(LineKind.LISTEN.value, f"listen:{USUAL_PORT}")
        if self.kind is LineKind.LISTEN:
            self.action_connect()
        else:
            self.post_message(Connect(Order(LineAddress.parse(last), None, "")))

    def action_doctor(self) -> None:
        """Ask for the doctor."""
        self.post_message(Examine())

    def redraw(self) -> None:
        """The desk has something to say."""
        if self.query(NoticeRow):
            self.query_one(NoticeRow).notice = self.desk.notice
