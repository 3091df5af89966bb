"""How the app as a whole looks: plain scroll bars, the palette of commands without borders."""

from typing import ClassVar

from textual.scrollbar import ScrollBarRender

APP_CSS = """
SearchIcon { display: none; }
CommandPalette { background: transparent; }
CommandPalette #--input { border: none; padding: 1 1 0 1; background: $panel; height: 3; }
CommandPalette CommandList, CommandPalette CommandList:focus {
    border: none; background: $panel; scrollbar-background: $panel; padding: 0 0 1 0;
}
CommandPalette CommandInput { border: none; height: 1; }
CommandPalette > Vertical { background: $panel; }
CommandPalette LoadingIndicator { display: none; }
Tooltip { background: $panel; color: $foreground; }
"""


class PlainBars(ScrollBarRender):
    """Scroll bars of blanks on colour: no part signs that a Chinese console draws two columns wide."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8
