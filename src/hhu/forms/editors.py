"""Editors for one value: typed text with immediate refusal, a choice, yes or no, a set of numbers.

An editor posts ``Edited`` on every change and ``Kept`` when the technician is done; refusals name
field and limit.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from core.errors import EncodeError
from core.wire.codec import Leaf
from core.wire.leaf import Mask
from hhu.forms.entries import is_closed, is_yes_no, typed
from hhu.palette import palette_of
from hhu.widgets.columns import Piece, fit, strip_of
from hhu.widgets.field import Field
from hhu.widgets.glyphs import glyphs
from hhu.widgets.rows import Rows
from hhu.words import Words


class Edited(Message):
    """The value changed: ``value`` when it can be sent, else ``refusal`` says which limit it breaks."""

    def __init__(self, value: Any, refusal: EncodeError | None = None) -> None:
        super().__init__()
        self.value = value
        self.refusal = refusal


class Kept(Message):
    """The technician is done with this value."""


class TextEditor(Widget):
    """One line of text, judged by the leaf at every key."""

    DEFAULT_CSS = "TextEditor { height: 1; }"

    def __init__(self, leaf: Leaf, value: Any, label: str) -> None:
        super().__init__()
        self._leaf = leaf
        self._start = typed(leaf, value)
        self._label = label

    def compose(self) -> ComposeResult:
        """The line itself; longer input is possible so that the refusal can be seen."""
        yield Field(self._start, secret=self._leaf.secret, longest=80)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge what was typed."""
        event.stop()
        try:
            value = self._leaf.checked(self._leaf.read(event.value))
        except EncodeError as error:
            self.query_one(Field).add_class("-refused")
            self.post_message(Edited(None, error.within(self._label)))
            return
        self.query_one(Field).remove_class("-refused")
        self.post_message(Edited(value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(Kept())


class ChoiceEditor(Rows):
    """One of the codes that have a word; a code without a word is offered if it stands there now."""

    DEFAULT_CSS = "ChoiceEditor { height: auto; max-height: 8; background: $panel; }"

    def __init__(self, choices: Sequence[tuple[Any, str]], value: Any) -> None:
        super().__init__()
        self._choices = tuple(choices)
        codes = [code for code, _ in self._choices]
        self._first = codes.index(value) if value in codes else 0

    @property
    def count(self) -> int:
        """One line per choice."""
        return len(self._choices)

    def on_mount(self) -> None:
        """Stand on the present value."""
        super().on_mount()
        self.cursor = self._first
        self.focus()

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Mark and word."""
        here = index == self.cursor
        mark = f" ({glyphs().bullet}) " if here else " ( ) "
        return [
            (mark, self.colour("accent" if here else "dim")),
            (fit(self._choices[index][1], width - 6), Style()),
        ]

    def watch_cursor(self, before: int, after: int) -> None:
        """The line under the cursor is the choice."""
        super().watch_cursor(before, after)
        self.post_message(Edited(self._choices[after][0]))

    def action_choose(self) -> None:
        """Enter."""
        self.post_message(Kept())


class MaskEditor(Widget, can_focus=True):
    """A set of numbers as a grid; Space ticks, ``a`` ticks all, ``n`` none."""

    DEFAULT_CSS = "MaskEditor { height: auto; background: $panel; }"
    PER_LINE = 12
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="mask.tick", tooltip="Put the number in or take it out"),
        Binding("a", "fill(True)", "All", id="mask.all", tooltip="Take all numbers"),
        Binding("n", "fill(False)", "None", id="mask.none", tooltip="Take no number"),
        Binding("left", "step(-1)", "Left", show=False, id="mask.left", tooltip="Number before"),
        Binding("right", "step(1)", "Right", show=False, id="mask.right", tooltip="Next number"),
        Binding("up", "step(-12)", "Up", show=False, id="mask.up", tooltip="A line up"),
        Binding("down", "step(12)", "Down", show=False, id="mask.down", tooltip="A line down"),
        Binding("enter", "keep", "Keep", show=False, id="mask.keep", tooltip="Keep this set"),
    ]
    ticked: reactive[frozenset[int]] = reactive[frozenset[int]](frozenset())
    at: reactive[int] = reactive(0)

    def __init__(self, leaf: Mask, value: frozenset[int]) -> None:
        super().__init__()
        self._numbers = tuple(range(leaf.minimum or 0, (leaf.maximum or 0) + 1))
        self.set_reactive(MaskEditor.ticked, value)

    def on_mount(self) -> None:
        """Tick at once."""
        self.focus()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A line per twelve numbers."""
        return -(-len(self._numbers) // self.PER_LINE)

    def render_line(self, y: int) -> Strip:
        """Numbers of one line, ticked ones marked."""
        palette = palette_of(self)
        pieces: list[Piece] = [(" ", Style())]
        line = self._numbers[y * self.PER_LINE : (y + 1) * self.PER_LINE]
        for index, number in enumerate(line, start=y * self.PER_LINE):
            in_set = number in self.ticked
            back = palette.cursor if index == self.at and self.has_focus else None
            colour = palette.accent if in_set else palette.dim
            text = f"[{number:>2}]" if in_set else f" {number:>2} "
            pieces += [(text, Style(color=colour, bgcolor=back, bold=in_set)), (" ", Style())]
        return strip_of(pieces, self.size.width, Style(color=palette.ink, bgcolor=palette.raised))

    def watch_ticked(self) -> None:
        """Tell the parent."""
        self.post_message(Edited(self.ticked))

    def validate_at(self, at: int) -> int:
        """Stay in the grid."""
        return max(0, min(at, len(self._numbers) - 1))

    def action_step(self, by: int) -> None:
        """Move."""
        self.at += by

    def action_tick(self) -> None:
        """Put in or take out."""
        self.ticked = self.ticked ^ {self._numbers[self.at]}

    def action_fill(self, full: bool) -> None:
        """All or none."""
        self.ticked = frozenset(self._numbers) if full else frozenset()

    def action_keep(self) -> None:
        """Enter."""
        self.post_message(Kept())


def editor_for(leaf: Leaf, value: Any, label: str, words: Words) -> Widget:
    """Choose the editor by what the leaf can hold."""
    if is_yes_no(leaf):
        return ChoiceEditor(((False, words("value.no")), (True, words("value.yes"))), value)
    if isinstance(leaf, Mask) and leaf.choices:
        from hhu.forms.named_mask import NamedMaskEditor  # noqa: PLC0415  # made from the editors here

        return NamedMaskEditor(leaf, value, words)
    if isinstance(leaf, Mask):
        return MaskEditor(leaf, value)
    if leaf.choices and is_closed(leaf):
        named: list[tuple[Any, str]] = [
            (code, f"{words.of(*pair)}  {code}") for code, pair in leaf.choices.items()
        ]
        known = {code for code, _ in named}
        return ChoiceEditor(named if value in known else [*named, (value, str(value))], value)
    return TextEditor(leaf, value, label)
