"""Terminal: the emulated terminal's LCD, lamps and key; for a real one, where to look and what to hold."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widgets import Static

from core.errors import CoreError
from hhu.files import write_whole
from hhu.glass import FORMATS
from hhu.glass.picture import Portrait, rendered
from hhu.screens.connection import Face
from hhu.screens.desk import Desk
from hhu.screens.jobs import trouble
from hhu.screens.page import Page
from hhu.screens.saving import documents
from hhu.screens.way_sheet import WaySheet
from hhu.screens.world_knobs import Knobs
from hhu.widgets.face_panel import FacePanel
from hhu.widgets.key import TerminalKey
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.world_pane import WorldPane

HOME = "HOME"
SUFFIXES = {"text": ".txt", "svg": ".svg", "png": ".png"}
STICK = "usb-disk"
"""Folder among the saved files that serves as USB disk."""


class TerminalPage(Page):
    """The face, and what the key does."""

    HELP_TEXTS: ClassVar[dict[str, str]] = {
        "en": """\
# Terminal

The emulated terminal's face: LCD of 10 rows by 20 columns, lamps, and its only key.

- *tap*: next page; in a list the next entry
- *hold 2 s, let go*: site report; in a list open
- *hold 5 s*: programming switch opens for 2 min
- *hold 30 s*: USB upgrade mode

## How to press it

- **Space** presses the key, **Space** again lets go: terminals tell no key-up. The bar runs along
  2, 5 and 30 s.
- **T**, **H**, **F5**, **U** do a whole stroke of the right length.
- With the mouse the key is true: it is down as long as the button is.

Row 4 of the home page turns every 6 s: IP, port, standby, APN, address, version, date.

## How to get there

The line below the face says how the page shown is reached from HOME. **G** lists the way to every place, and
**Enter** presses it. `hhu panel path POWER` says the same without the screens.

## Surroundings

**Tab** goes to the knobs beside the face: mains, SIM card, signal, batteries, USB disk (the folder
*usb-disk* among the saved files), status inputs, meter faults, noise on all lines, and the speed of time.
Up and down choose, left and right turn. **P** saves the face as text, SVG and PNG.
""",
        "zh": """\
# 终端

仿真终端的面板：10 行 × 20 列液晶、指示灯和唯一的按键。

- *短按*：下一页；列表中为下一项
- *按 2 秒后松开*：现场上报；列表中为打开
- *按住 5 秒*：编程开关打开 2 分钟
- *按住 30 秒*：U 盘升级

## 操作方法

- **空格** 按下，再按 **空格** 松开。进度条指示 2、5、30 秒。
- **T**、**H**、**F5**、**U** 自动完成相应时长的按键。
- 用鼠标时按键与真实一致。

主界面第 4 行每 6 秒轮换：IP、端口、备用、APN、地址、版本、日期。

## 怎么到达

面板下方一行说明当前页从主界面怎么到达。**G** 列出所有位置，**Enter** 自动按键。
命令行：`hhu panel path POWER`。

## 周围环境

**Tab** 转到面板旁的各项：市电、SIM 卡、信号、电池、U 盘（保存目录下的 *usb-disk*）、状态量、电表故障、
线路噪声和时间速度。上下选择，左右改变。**P** 将面板保存为文本、SVG 和 PNG。
""",
    }
    DEFAULT_CSS = """
    TerminalPage FacePanel { margin: 0 0 0 1; }
    TerminalPage #way { height: 1; padding: 0 2; margin: 1 0 0 0; color: $accent; }
    TerminalPage #hint { height: auto; padding: 1 2 0 2; color: $dim; }
    TerminalPage.-dots FacePanel { margin: 0; }
    TerminalPage.-dots #hint { display: none; }
    TerminalPage.-dots #way { dock: right; width: 31; height: 4; margin: 30 0 0 0; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "ways", "Ways", id="terminal.way", tooltip="The way from HOME to every place"),
        Binding("p", "picture", "Picture", show=False, id="terminal.picture", tooltip="Save the face"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk
        face = self._face
        self._knobs = Knobs(face.world, desk.words, documents() / STICK) if face else None
        self._shown = ""

    @property
    def _face(self) -> Face | None:
        return self._desk.connection.face if self._desk.connection else None

    def compose(self) -> ComposeResult:
        """Face, knobs and hints, or only a hint."""
        if self._face:
            yield FacePanel(WorldPane())
            yield Static("", id="way", markup=False)
        yield Static(self.words("terminal.hint" if self._face else "terminal.real"), id="hint", markup=False)

    def on_mount(self) -> None:
        """Follow the world, which others may change, too."""
        if self._knobs:
            self.query_one(WorldPane).knobs = self._knobs.rows()
            self.set_interval(1.0, self._follow)

    def on_resize(self) -> None:
        """Dots where there is room for them."""
        for panel in self.query(FacePanel):
            self.set_class(panel.fit(Size(self.size.width, self.size.height)), "-dots")

    def _follow(self) -> None:
        if self._knobs and self._face and self.is_on_screen:
            self.query_one(WorldPane).knobs = self._knobs.rows()
            self._say_way(self._face)

    def _say_way(self, face: Face) -> None:
        page = face.page
        if page != self._shown:
            self._shown = page
            way = face.ways(self.words.language).get(page, "")
            self.query_one("#way", Static).update(self.words("way.here", page=page, way=way) if way else page)

    def on_world_pane_turned(self, event: WorldPane.Turned) -> None:
        """Turn a knob."""
        if self._knobs:
            try:
                self._knobs.turn(event.key, event.by)
            except CoreError as error:
                self._desk.tell(trouble(error, self._desk))
            self.query_one(WorldPane).knobs = self._knobs.rows()

    def action_ways(self) -> None:
        """List all places and the ways there."""
        if face := self._face:
            self.app.push_screen(WaySheet(face.ways(self.words.language), self.words), self._go)

    def _go(self, page: str | None) -> None:
        face, words = self._face, self.words
        if page is None or face is None:
            return
        if face.page != HOME:
            self._desk.tell(Notice(words("way.not-home"), words("way.not-home-next"), Tone.WARN))
            return
        face.go(page)
        way = face.ways(words.language)[page]
        self._desk.tell(Notice(words("way.going", page=page, way=way), words("way.going-next")))

    def action_picture(self) -> None:
        """Save the face as text, SVG and PNG under one name."""
        if (face := self._face) is None:
            return
        look = face.look()
        portrait = Portrait(look.glass, look.lit, tuple((lamp.name, lamp.colour) for lamp in look.lamps))
        path = documents() / f"face-{self._desk.clock.now():%Y%m%d-%H%M%S}"
        try:
            for form in FORMATS:
                write_whole(path.with_suffix(SUFFIXES[form]), rendered(portrait, form))
        except CoreError as error:
            self._desk.tell(trouble(error, self._desk))
            return
        self._desk.tell(Notice(self.words("picture.saved"), f"{path}.txt .svg .png", Tone.GOOD))

    def enter_page(self) -> None:
        """The key has the keys."""
        self._follow()
        if self._face:
            self.query_one(TerminalKey).focus()
        else:
            self.screen.set_focus(None)
