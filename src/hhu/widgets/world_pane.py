"""The world around the emulated terminal: a column of knobs beside its face.

The owner gives the rows; the pane says which knob is turned, and how far.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.words import words_of

NAME = 11
"""Columns of the names."""
SPOTS = 8


@dataclass(frozen=True, slots=True)
class Knob:
    """One row: ``value`` as people read it; ``spots`` are eight contacts that are set one by one."""

    key: str
    name: str
    value: str
    spots: frozenset[int] | None = None


class WorldPane(Widget, can_focus=True):
    """Draws knobs; up and down choose, left and right turn."""

    DEFAULT_CSS = "WorldPane { width: 26; height: auto; margin: 0 0 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False, id="world.up", tooltip="Knob above"),
        Binding("down", "move(1)", "Down", show=False, id="world.down", tooltip="Knob below"),
        Binding(
            "left", "turn(-1)", "Less", show=False, id="world.less", tooltip="Turn back, or contact left"
        ),
        Binding("right", "turn(1)", "More", id="world.more", tooltip="Turn on, or contact right"),
        Binding("space", "press", "Change", id="world.change", tooltip="Next value, or set the contact"),
    ]
    knobs: reactive[Sequence[Knob]] = reactive[Sequence[Knob]]((), layout=True)
    cursor: reactive[int] = reactive(0)
    spot: reactive[int] = reactive(1)

    class Turned(Message):
        """A knob is turned by so many steps; for contacts ``by`` is the one that changes."""

        def __init__(self, key: str, by: int) -> None:
            super().__init__()
            self.key = key
            self.by = by

    @property
    def _knob(self) -> Knob | None:
        return self.knobs[self.cursor] if self.cursor < len(self.knobs) else None

    def action_move(self, by: int) -> None:
        """Choose the neighbour, round the end."""
        if self.knobs:
            self.cursor = (self.cursor + by) % len(self.knobs)

    def action_turn(self, by: int) -> None:
        """Turn, or go to the next contact."""
        if (knob := self._knob) is None:
            return
        if knob.spots is None:
            self.post_message(self.Turned(knob.key, by))
        else:
            self.spot = (self.spot - 1 + by) % SPOTS + 1

    def action_press(self) -> None:
        """Turn on by one, or set the contact."""
        if knob := self._knob:
            self.post_message(self.Turned(knob.key, 1 if knob.spots is None else self.spot))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; a click on a value turns it."""
        if not 1 <= event.y <= len(self.knobs):
            return
        self.cursor = event.y - 1
        at = event.x - NAME - 1
        if at >= 0:
            if self.knobs[self.cursor].spots is not None:
                self.spot = min(at + 1, SPOTS)
            self.action_press()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Title and knobs."""
        return 1 + len(self.knobs)

    def render_line(self, y: int) -> Strip:
        """The title, or a knob."""
        palette, width = palette_of(self), self.size.width
        ground = Style(color=palette.ink, bgcolor=palette.ground)
        if y == 0:
            title = fit(f" {words_of(self)('world.title')}", width)
            return strip_of([(title, Style(color=palette.dim, bgcolor=palette.surface))], width, ground)
        if y > len(self.knobs):
            return Strip.blank(width, ground)
        knob, here = self.knobs[y - 1], y - 1 == self.cursor
        back = (palette.cursor if self.has_focus else palette.faint_cursor) if here else palette.ground
        name = (f" {fit(knob.name, NAME - 1)} ", Style(color=palette.dim, bgcolor=back))
        value = self._contacts(knob, here) if knob.spots is not None else [(knob.value, Style())]
        pieces: list[Piece] = [name, *((text, Style(bgcolor=back) + style) for text, style in value)]
        return strip_of(pieces, width, Style(color=palette.ink, bgcolor=back))

    def _contacts(self, knob: Knob, here: bool) -> list[Piece]:
        palette = palette_of(self)
        mark = Style(color=palette.accent_ink, bgcolor=palette.accent)
        marked = self.spot if here and self.has_focus else 0
        closed = knob.spots or frozenset()
        return [
            (str(at) if at in closed else "-", mark if at == marked else Style())
            for at in range(1, SPOTS + 1)
        ]
