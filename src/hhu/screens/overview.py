"""Overview: who the terminal is and how it is, after one read."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import EventCounters, EventFlags, Traffic, UplinkState
from core.gdw376.units.afn04 import MasterStation
from core.gdw376.units.afn09 import Version
from core.gdw376.units.events import ERC_NAMES
from core.vendor.items import CSQ_UNKNOWN, DIAL_ERRORS, LINK_STATES
from hhu.forms.entries import entries_of
from hhu.screens.desk import Desk
from hhu.screens.page import Page
from hhu.screens.parameters import Read
from hhu.widgets.columns import minutes
from hhu.widgets.fact_list import Fact, FactList, Section

UNITS: tuple[type[Unit], ...] = (Version, MasterStation, UplinkState, EventCounters, EventFlags, Traffic)
CLOCK_LIMIT = 5.0
"""Seconds of difference from which the clock should be set (device behaviour 6.7, M91)."""

SHORT = {
    "09F1.software": "overview.software",
    "09F1.software_date": "overview.software-date",
    "09F1.capacity": "overview.capacity",
    "09F1.protocol": "overview.protocol",
    "09F1.hardware": "overview.hardware",
    "09F1.hardware_date": "overview.hardware-date",
    "0CF7.important": "overview.ec1",
    "0CF7.ordinary": "overview.ec2",
    "0CF4.permissions.reporting": "overview.reports",
    "0CF4.permissions.calling": "overview.calls",
    "0CF10.today": "overview.today",
    "0CF10.month": "overview.month",
}
"""Fields whose name in the standard is too long for this page: their words."""


class SetClock(Message):
    """The technician wants the terminal's clock set to this computer's."""


def difference(seconds: float) -> str:
    """Write a difference of clocks: to 0.1 s when small, else in the units that matter."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 else "+"
    if whole < 100:
        return f"{seconds:+.1f} s"
    if whole < 86400:
        return f"{sign}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{sign}{whole // 86400} d {whole // 3600 % 24} h"


class OverviewPage(Page):
    """One screen of facts."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Overview

Everything that tells whether this is the right terminal and whether it is well: identity, clock,
uplink, events.

- **R** reads all of it again (about ten frames).
- **C** sets the terminal's clock to this computer's and reads it back; it needs arming (**A**)
  and the password.
- **O** says why the terminal is not on line: from the mains to the master's acknowledgement, the
  first rung that fails, its evidence and the next step.
- **F5** holds the key of the emulated terminal for 5 s. On a real one hold its key until the LCD
  says PROGRAM OPEN.

The difference is terminal minus computer. Above 5 s it is yellow: set the clock.

The keys of all pages stand in the second row, or at the left on wide screens. **Ctrl+P** lists
every command.
""",
        "zh": """\
# 总览

判断终端是否正确、是否正常的全部信息：身份、时钟、上行、事件。

- **R** 重新读取全部（约十帧）。
- **C** 将终端时钟设为本机时间并回读；需要写入许可（**A**）和密码。
- **O** 说明终端为什么不在线：从电源到主站确认逐级检查，指出第一个故障、依据和下一步。
- **F5** 将仿真终端的按键按住 5 秒。真实终端请按住其按键，直到液晶显示 PROGRAM OPEN。

差值 = 终端 − 本机。超过 5 秒显示黄色：请对时。

各页的按键见第二行（宽屏在左侧）。**Ctrl+P** 列出所有命令。
""",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Read all", id="overview.read", tooltip="Read every fact on this page"),
        Binding(
            "c",
            "clock",
            "Set clock",
            id="overview.clock",
            tooltip="Set the terminal's clock and read it back",
        ),
        Binding(
            "o",
            "offline",
            "Why offline",
            id="overview.offline",
            tooltip="From the mains to the master's acknowledgement: what is in the way",
        ),
        Binding("a", "app.arm", "Arm writes", id="app.arm", tooltip="Allow writing for 5 min, or stop it"),
        Binding("f5", "app.hold_key", "Hold key 5 s", id="app.hold-5", tooltip="Open the programming switch"),
    ]
    DEFAULT_CSS = """
    OverviewPage VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; padding: 1 0 0 0; }
    OverviewPage.-short VerticalScroll { padding: 0; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The facts."""
        with VerticalScroll():
            yield FactList()

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_page()

    def on_resize(self) -> None:
        """No blank line at the top of a small screen."""
        self.set_class(self.size.height < 22, "-short")

    def enter_page(self) -> None:
        """Keys scroll; an overview never read is read now."""
        self.query_one(VerticalScroll).focus()
        if self._desk.connection and (0, Version) not in self._desk.units:
            self.action_read()

    def refresh_page(self) -> None:
        """All sections anew."""
        self.query_one(FactList).sections = tuple(self._sections())

    def _sections(self) -> Iterator[Section]:
        words = self.words
        yield Section(words("overview.identity"), tuple(self._identity()), 0)
        yield Section(words("overview.access"), tuple(self._access()), 1)
        yield Section(words("overview.clock"), tuple(self._clock()), 1)
        yield Section(words("overview.uplink"), tuple(self._uplink()), 0)
        yield Section(words("overview.events"), tuple(self._events()), 1)

    def _identity(self) -> Iterator[Fact]:
        link = self._desk.connection
        yield Fact(self.words("overview.address"), link.address_text if link else "")
        yield from self._unit(Version)

    def _access(self) -> Iterator[Fact]:
        words, desk = self.words, self._desk
        left = desk.open_left
        if not desk.needs_switch:
            yield Fact(words("overview.switch"), words("switch.not-needed"), "dim")
        elif left:
            yield Fact(words("overview.switch"), words("switch.open", left=minutes(left)), "accent")
        else:
            known = desk.connection is not None and desk.connection.face is not None
            yield Fact(words("overview.switch"), words("switch.closed" if known else "switch.unknown"), "ink")
        yield Fact(words("overview.password"), words(f"pass-long.{desk.password_state.value}"))

    def _clock(self) -> Iterator[Fact]:
        words, reading = self.words, self._desk.clock_reading
        if reading is None:
            yield Fact(words("overview.terminal-clock"), words("table.unread"), "dim")
            return
        yield Fact(words("overview.computer-clock"), f"{reading.pc:%Y-%m-%d %H:%M:%S}")
        if reading.terminal is None or reading.residual_s is None:
            yield Fact(words("overview.terminal-clock"), words("clock.invalid"), "refused")
            return
        yield Fact(words("overview.terminal-clock"), f"{reading.terminal:%Y-%m-%d %H:%M:%S}")
        tone = "acknowledged" if abs(reading.residual_s) >= CLOCK_LIMIT else "verified"
        word = words("clock.off" if tone == "acknowledged" else "clock.good")
        yield Fact(words("overview.difference"), f"{difference(reading.residual_s)}  {word}", tone)

    def _uplink(self) -> Iterator[Fact]:
        yield from self._unit(MasterStation, ("main_ip", "main_port", "apn"))
        yield from self._link()
        yield from self._unit(UplinkState)
        yield from self._unit(Traffic)

    def _link(self) -> Iterator[Fact]:
        """How far it is, by the same report that the ladder judges by (M50)."""
        words, report = self.words, self._desk.uplink
        if report is None:
            told = self._desk.tells_uplink
            yield Fact(
                words("link.state"), words("link.not-told" if told is False else "table.unread"), "dim"
            )
            return
        state = LINK_STATES.get(report.state, ("?", "?"))
        online = state[1] == "online"
        yield Fact(words("link.state"), words.of(*state), "verified" if online else "acknowledged")
        csq = words("link.no-card") if not report.flags.sim else str(report.csq)
        yield Fact(words("link.signal"), csq if report.csq != CSQ_UNKNOWN or not report.flags.sim else "?")
        if report.flags.standby:
            peer = words("link.standby", peer=f"{report.peer_ip}:{report.peer_port}")
            yield Fact(words("link.peer"), peer, "acknowledged")
        if report.acknowledged_at:
            yield Fact(words("link.acknowledged"), f"{report.acknowledged_at:%m-%d %H:%M:%S}")
        if report.error and not online:
            yield Fact(words("link.error"), words.of(*DIAL_ERRORS.get(report.error, ("?", "?"))), "refused")

    def _events(self) -> Iterator[Fact]:
        yield from self._unit(EventCounters)
        flags = self._desk.units.get((0, EventFlags))
        if isinstance(flags, EventFlags):
            unread = sorted(flags.unread)
            yield Fact(
                self.words("overview.unread"), self.words("value.no-bits") if not unread else f"{len(unread)}"
            )
            for number in unread[:4]:
                name = self.words.of(*ERC_NAMES.get(number, ("", "")))
                yield Fact(f"  ERC{number}", name, "acknowledged")

    def _unit(self, unit: type[Unit], paths: tuple[str, ...] = ()) -> Iterator[Fact]:
        held = self._desk.units.get((0, unit))
        for entry in entries_of(unit):
            if paths and entry.path not in paths:
                continue
            label = self.words(SHORT[entry.key]) if entry.key in SHORT else entry.label(self.words)
            if held is None:
                absent = (0, unit) in self._desk.absent
                yield Fact(label, self.words("value.absent" if absent else "table.unread"), "dim")
            else:
                yield Fact(label, entry.shown(held, self.words))

    def action_read(self) -> None:
        """Ask for the read."""
        self.post_message(Read(UNITS))

    def action_offline(self) -> None:
        """Go up the ladder."""
        from hhu.screens.offline import OfflineSheet  # noqa: PLC0415  # made on first use

        self.app.push_screen(OfflineSheet(self._desk))

    def action_clock(self) -> None:
        """Ask for the clock to be set."""
        self.post_message(SetClock())
