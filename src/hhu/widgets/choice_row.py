"""One of several, side by side: ``(*) Infrared  ( ) RS485``; left and right choose."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from hhu.palette import palette_of
from hhu.widgets.columns import Piece, strip_of
from hhu.widgets.glyphs import glyphs

GAP = "  "


class ChoiceRow(Widget, can_focus=True):
    """A row of radio buttons; ``chosen`` is the index."""

    DEFAULT_CSS = "ChoiceRow { height: 1; width: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Left", show=False, id="choice.left", tooltip="Choice to the left"),
        Binding(
            "right,space", "step(1)", "Right", show=False, id="choice.right", tooltip="Choice to the right"
        ),
    ]
    chosen: reactive[int] = reactive(0)

    class Changed(Message):
        """Another choice."""

        def __init__(self, row: "ChoiceRow", index: int) -> None:
            super().__init__()
            self.row = row
            self.index = index

        @property
        def control(self) -> "ChoiceRow":
            """The row, for ``on`` selectors."""
            return self.row

    def __init__(
        self, texts: Sequence[str], chosen: int = 0, *, id: str | None = None
    ) -> None:  # Textual's name
        super().__init__(id=id)
        self._texts = tuple(texts)
        self.set_reactive(ChoiceRow.chosen, chosen)

    def watch_chosen(self, before: int, after: int) -> None:
        """Tell the parent."""
        if before != after:
            self.post_message(self.Changed(self, after))

    def action_step(self, by: int) -> None:
        """Choose the neighbour, round the end."""
        self.chosen = (self.chosen + by) % len(self._texts)

    def render_line(self, y: int) -> Strip:
        """The row."""
        palette = palette_of(self)
        pieces: list[Piece] = []
        for index, text in enumerate(self._texts):
            here = index == self.chosen
            back = palette.cursor if here and self.has_focus else None
            mark = f"({glyphs().bullet})" if here else "( )"
            style = Style(color=palette.accent if here else palette.dim, bgcolor=back, bold=here)
            pieces += [
                (f"{mark} ", style),
                (text, Style(color=palette.ink, bgcolor=back, bold=here)),
                (GAP, Style()),
            ]
        return strip_of(pieces, self.size.width, Style(color=palette.ink, bgcolor=palette.ground))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        at = 0
        for index, text in enumerate(self._texts):
            end = at + 4 + cell_len(text)
            if at <= event.x < end:
                self.chosen = index
            at = end + len(GAP)
