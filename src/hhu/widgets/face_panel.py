"""The emulated terminal's face: LCD, lamps and key together; beside each other or stacked."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from hhu.widgets.key import TerminalKey
from hhu.widgets.lamps import Lamp, LampPanel
from hhu.widgets.lcd import Glass, Lcd


class FacePanel(Widget):
    """Joins the three; the owner gives the face with ``show`` and hears the key's messages."""

    DEFAULT_CSS = """
    FacePanel { height: auto; width: auto; layout: horizontal; }
    FacePanel Vertical { width: 26; height: auto; margin: 0 0 0 2; }
    FacePanel LampPanel { margin: 1 0; }
    FacePanel.-stacked { layout: vertical; }
    FacePanel.-stacked Vertical { margin: 0; }
    """

    def compose(self) -> ComposeResult:
        """Glass, then what is below it on the case."""
        yield Lcd()
        with Vertical():
            yield LampPanel()
            yield TerminalKey()

    def show(self, glass: Glass, *, lit: bool, lamps: Sequence[Lamp], held: float | None) -> None:
        """Show what changed; equal values draw nothing."""
        lcd = self.query_one(Lcd)
        lcd.glass, lcd.lit = glass, lit
        self.query_one(LampPanel).lamps = lamps
        self.query_one(TerminalKey).held = held
