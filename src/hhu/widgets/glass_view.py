"""What every picture of the glass has: it draws only rows that changed, and blinks by its own 2 Hz timer.

The timer runs only while a blinking cell is on the glass.
"""

from collections.abc import Iterable

from textual.geometry import Region
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from hhu.glass.cells import Glass, shape_of, text_of


class GlassView(Widget):
    """Base of the cell face and the dot face; the owner sets ``glass`` and ``lit`` when the face changed."""

    glass: reactive[Glass] = reactive[Glass]((), repaint=False)
    lit: reactive[bool] = reactive(True)
    dark_half: reactive[bool] = reactive(False, repaint=False)
    _blinking: Timer | None = None
    _blink_rows: tuple[int, ...] = ()

    @property
    def top(self) -> int:
        """Lines above the first row."""
        return 0

    @property
    def high(self) -> int:
        """Lines of a row."""
        return 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the glass; a blank standard one before the first face."""
        return shape_of(self.glass)

    def text(self) -> str:
        """What is on the glass, one line per row."""
        return text_of(self.glass)

    def watch_glass(self, before: Glass, glass: Glass) -> None:
        """Draw only the rows that changed; start or stop the blink timer."""
        if shape_of(before) != shape_of(glass):
            self.refresh(layout=True)
        elif not before:
            self.refresh()
        else:
            self._draw(row for row, cells in enumerate(glass) if cells != before[row])
        self._blink_rows = tuple(row for row, cells in enumerate(glass) if any(cell.blink for cell in cells))
        if self._blink_rows and self._blinking is None:
            self._blinking = self.set_interval(0.5, self._blink)
        elif not self._blink_rows and self._blinking is not None:
            self._blinking.stop()
            self._blinking, self.dark_half = None, False

    def _blink(self) -> None:
        if self.is_on_screen:
            self.dark_half = not self.dark_half

    def watch_dark_half(self) -> None:
        """Draw only the rows that blink."""
        self._draw(self._blink_rows)

    def _draw(self, rows: Iterable[int]) -> None:
        regions = [Region(0, self.top + row * self.high, self.size.width, self.high) for row in rows]
        if regions and self.is_on_screen:  # no region would mean the whole widget
            self.refresh(*regions)
