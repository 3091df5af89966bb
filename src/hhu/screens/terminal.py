"""Terminal: the emulated terminal's LCD, lamps and key; for a real one, where to look and what to hold."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from hhu.screens.desk import Desk
from hhu.screens.page import Page
from hhu.widgets.face_panel import FacePanel
from hhu.widgets.key import TerminalKey


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
""",
    }
    DEFAULT_CSS = """
    TerminalPage FacePanel { margin: 1 0 0 2; }
    TerminalPage #hint { height: auto; padding: 1 2 0 2; color: $dim; }
    """

    def __init__(self, desk: Desk, *, id: str) -> None:  # Textual's name
        super().__init__(id=id)
        self._desk = desk

    @property
    def emulated(self) -> bool:
        """Tell whether there is a face to show."""
        return self._desk.connection is not None and self._desk.connection.face is not None

    def compose(self) -> ComposeResult:
        """Face and hint, or only a hint."""
        if self.emulated:
            yield FacePanel()
        yield Static(
            self.words("terminal.hint" if self.emulated else "terminal.real"), id="hint", markup=False
        )

    def enter_page(self) -> None:
        """The key has the keys."""
        if self.emulated:
            self.query_one(TerminalKey).focus()
        else:
            self.screen.set_focus(None)
