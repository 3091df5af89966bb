"""What every picture of the glass has: it draws only rows that changed, and blinks by its own 2 Hz timer.

The timer runs only while a blinking cell is on the glass.
"""

from collections.abc import Sequence

from textual.geometry import Region
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from hhu.glass.cells import Glass, GlassCell, shape_of, text_of

Span = tuple[int, int, int]
"""Row, first column, column behind the last: in cells."""


class GlassView(Widget):
    """Base of the cell face and the dot face; the owner sets ``glass`` and ``lit`` when the face changed."""

    glass: reactive[Glass] = reactive[Glass]((), repaint=False)
    lit: reactive[bool] = reactive(True)
    dark_half: reactive[bool] = reactive(False, repaint=False)
    _blinking: Timer | None = None
    _blinks: "Sequence[Span]" = ()

    @property
    def top(self) -> int:
        """Lines above the first row."""
        return 0

    @property
    def left(self) -> int:
        """Columns before the first cell."""
        return 0

    @property
    def high(self) -> int:
        """Lines of a row."""
        return 1

    @property
    def wide(self) -> int:
        """Columns of a cell."""
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
            pairs = enumerate(zip(before, glass, strict=True))
            self._draw([_changed(row, was, cells) for row, (was, cells) in pairs if was != cells])
        blinking = ((row, [cell.blink for cell in cells]) for row, cells in enumerate(glass))
        self._blinks = [_span(row, blinks) for row, blinks in blinking if any(blinks)]
        if self._blinks and self._blinking is None:
            self._blinking = self.set_interval(0.5, self._blink)
        elif not self._blinks and self._blinking is not None:
            self._blinking.stop()
            self._blinking, self.dark_half = None, False

    def _blink(self) -> None:
        if self.is_on_screen:
            self.dark_half = not self.dark_half

    def watch_dark_half(self) -> None:
        """Draw only what blinks."""
        self._draw(self._blinks)

    def _draw(self, spans: "Sequence[Span]") -> None:
        regions = [
            Region(
                self.left + first * self.wide,
                self.top + row * self.high,
                (end - first) * self.wide,
                self.high,
            )
            for row, first, end in spans
        ]
        if regions and self.is_on_screen:  # no region would mean the whole widget
            self.refresh(*regions)


def _changed(row: int, before: Sequence[GlassCell], after: Sequence[GlassCell]) -> Span:
    return _span(row, [was != now for was, now in zip(before, after, strict=True)])


def _span(row: int, hit: Sequence[bool]) -> Span:
    """Return the stretch from the first hit to the last, widened by a cell for wide characters."""
    first, last = hit.index(True), len(hit) - 1 - list(reversed(hit)).index(True)
    return row, max(0, first - 1), min(len(hit), last + 2)
