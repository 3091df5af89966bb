"""The emulated terminal's face: LCD, lamps and key together, as cells or, with room, as dots."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import Size
from textual.widget import Widget

from hhu.glass.cells import Glass
from hhu.widgets.dot_lcd import DotLcd
from hhu.widgets.glass_view import GlassView
from hhu.widgets.glyphs import PLAIN, glyphs
from hhu.widgets.key import TerminalKey
from hhu.widgets.lamps import Lamp, LampPanel
from hhu.widgets.lcd import Lcd

BESIDE = 28
"""Columns that lamps and key need beside the dots."""


class FacePanel(Widget):
    """Joins them; the owner gives the face with ``show`` and hears the key's messages.

    ``beside`` stands behind lamps and key: right of them, or below where the glass is drawn as dots.
    """

    DEFAULT_CSS = """
    FacePanel { height: auto; width: auto; layout: horizontal; }
    FacePanel #beside { layout: horizontal; width: auto; height: auto; }
    FacePanel #case { width: 26; height: auto; margin: 0 0 0 1; }
    FacePanel LampPanel { margin: 1 0; }
    FacePanel DotLcd { display: none; }
    FacePanel.-stacked, FacePanel.-dots #beside { layout: vertical; }
    FacePanel.-stacked #case { margin: 0; }
    FacePanel.-dots Lcd { display: none; }
    FacePanel.-dots DotLcd { display: block; }
    """

    def __init__(self, *beside: Widget, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._beside = beside
        self._glass: Glass = ()
        self._lit = True

    def compose(self) -> ComposeResult:
        """Glass, then what is below it on the case."""
        yield Lcd()
        yield DotLcd()
        with Container(id="beside"):
            with Vertical(id="case"):
                yield LampPanel()
                yield TerminalKey()
            yield from self._beside

    def fit(self, room: Size) -> bool:
        """Draw the glass as dots where they have room; tell whether they have."""
        dots = self.query_one(DotLcd)
        fine = glyphs() is not PLAIN

        def fits(*, halved: bool) -> bool:
            need = dots.room(halved=halved)
            return fine and need.width + BESIDE <= room.width and need.height <= room.height

        dots.halved = fits(halved=True)
        as_dots = fits(halved=False)
        if as_dots != self.has_class("-dots"):
            self.set_class(as_dots, "-dots")
            self._show_glass()
        return as_dots

    @property
    def view(self) -> GlassView:
        """The picture of the glass that is seen."""
        return self.query_one(DotLcd if self.has_class("-dots") else Lcd)

    def show(self, glass: Glass, *, lit: bool, lamps: Sequence[Lamp], held: float | None) -> None:
        """Show what changed; equal values draw nothing."""
        self._glass, self._lit = glass, lit
        self._show_glass()
        self.query_one(LampPanel).lamps = lamps
        key = self.query_one(TerminalKey)
        key.held = held

    def _show_glass(self) -> None:
        view = self.view
        view.glass, view.lit = self._glass, self._lit
