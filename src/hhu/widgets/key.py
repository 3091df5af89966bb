"""The terminal's one key: true press and release by mouse, a toggle by keyboard, and direct strokes.

Terminals deliver no key-up, so Space presses and Space again releases; while held a bar runs along the
thresholds of 2 s, 5 s and 30 s (device behaviour 3.7, K8).
"""

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.glyphs import glyphs
from hhu.words import words_of

MARKS = (2.0, 5.0, 30.0)
"""Seconds at which the key means something else."""


class TerminalKey(Widget, can_focus=True):
    """Draws the key; ``held`` is how long it has been down, ``None`` when it is up; the owner counts."""

    DEFAULT_CSS = "TerminalKey { width: 26; height: 3; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space",
            "press_or_release",
            "Press / release",
            id="key.toggle",
            tooltip="Press the key; again: let go",
        ),
        Binding("t", "stroke(0.2)", "Tap", id="key.tap", tooltip="Next page of the LCD"),
        Binding("h", "stroke(2.2)", "Hold 2 s", id="key.hold-2", tooltip="Site report, or open the entry"),
        Binding("f5", "stroke(5.2)", "Hold 5 s", id="key.hold-5", tooltip="Open the programming switch"),
        Binding("u", "stroke(30.2)", "Hold 30 s", id="key.hold-30", tooltip="USB upgrade mode"),
    ]
    held: reactive[float | None] = reactive(None)
    finger: reactive[bool] = reactive(False)
    """Is the key pressed here? It shows at once; the terminal only believes it after 30 ms."""

    class Pressed(Message):
        """The key goes down."""

    class Released(Message):
        """The key goes up."""

    class Stroke(Message):
        """Press, hold for ``seconds``, release."""

        def __init__(self, seconds: float) -> None:
            super().__init__()
            self.seconds = seconds

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Down, and keep the mouse: the release must come here even from elsewhere."""
        self.capture_mouse()
        self.finger = True
        self.post_message(self.Pressed())

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Up."""
        self.release_mouse()
        self.finger = False
        self.post_message(self.Released())

    def action_press_or_release(self) -> None:
        """Down when up, up when down."""
        self.finger = self.held is None and not self.finger
        self.post_message(self.Pressed() if self.finger else self.Released())

    def action_stroke(self, seconds: float) -> None:
        """One whole stroke."""
        self.post_message(self.Stroke(seconds))

    def render_line(self, y: int) -> Strip:
        """The cap, the bar, what letting go would do."""
        palette, words = palette_of(self), words_of(self)
        down = self.held is not None or self.finger
        cap = Style(
            color=palette.accent_ink if down else palette.ink,
            bgcolor=palette.accent if down else palette.cursor if self.has_focus else palette.raised,
            bold=True,
        )
        width = self.size.width
        if y == 0:
            word = words("key-cap.down" if down else "key-cap.up")
            pieces: list[Piece] = [(fit("", 1), Style()), (fit(f"  {word}", width - 2), cap)]
        elif y == 1:
            pieces = self._bar(width)
        else:
            pieces = [
                (f" {fit(words(f'key-cap.{meaning(self.held)}'), width - 2)}", Style(color=palette.dim))
            ]
        return strip_of(pieces, width, Style(color=palette.ink, bgcolor=palette.ground))

    def _bar(self, width: int) -> list[Piece]:
        """Two, five and thirty seconds each get a third of the bar."""
        palette, signs = palette_of(self), glyphs()
        room = width - 9
        held = self.held or 0.0
        full = round(room * progress(held))
        time = f"{held:5.1f} s" if self.held is not None else ""
        return [
            (f" {signs.full * full}", Style(color=palette.accent)),
            (signs.void * (room - full) if self.held is not None else "", Style(color=palette.dim)),
            (time, Style(color=palette.ink)),
        ]


def progress(held: float) -> float:
    """Return 0 to 1: a third up to 2 s, two thirds up to 5 s, full at 30 s."""
    reached = 0.0
    for index, mark in enumerate(MARKS):
        if held < mark:
            return (index + (held - reached) / (mark - reached)) / len(MARKS)
        reached = mark
    return 1.0


def meaning(held: float | None) -> str:
    """Name what happens on release, for the words table."""
    if held is None:
        return "idle"
    return ("tap", "report", "opened", "usb")[sum(held >= mark for mark in MARKS)]
