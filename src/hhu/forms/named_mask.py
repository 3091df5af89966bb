"""A set of numbers that have names, as events: one line each, ticked with Space."""

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from core.wire.leaf import Mask
from hhu.forms.editors import Edited, Kept
from hhu.widgets.columns import Piece, fit
from hhu.widgets.rows import Rows
from hhu.words import Words


class NamedMaskEditor(Rows):
    """Ticks numbers; those without a name are listed only while they are ticked."""

    DEFAULT_CSS = "NamedMaskEditor { height: auto; max-height: 12; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="mask.tick", tooltip="Put the number in or take it out"),
        Binding("a", "fill(True)", "All", id="mask.all", tooltip="Take all numbers with a name"),
        Binding("n", "fill(False)", "None", id="mask.none", tooltip="Take no number"),
    ]
    ticked: reactive[frozenset[int]] = reactive[frozenset[int]](frozenset())

    def __init__(self, leaf: Mask, value: frozenset[int], words: Words) -> None:
        super().__init__()
        names = leaf.choices or {}
        self._numbers = tuple(sorted(names.keys() | value))
        self._names = {number: words.of(*names.get(number, ("", ""))) for number in self._numbers}
        self.set_reactive(NamedMaskEditor.ticked, value)

    @property
    def count(self) -> int:
        """One line per number."""
        return len(self._numbers)

    def on_mount(self) -> None:
        """Tick at once."""
        super().on_mount()
        self.focus()

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Mark, number, name."""
        number = self._numbers[index]
        in_set = number in self.ticked
        style = self.colour("accent", bold=True) if in_set else self.colour("dim")
        name = Style() if in_set else self.colour("dim")
        return [
            (f" [{'x' if in_set else ' '}] ", style),
            (f"{number:>3}  ", style),
            (fit(self._names[number], width - 10), name),
        ]

    def watch_ticked(self) -> None:
        """Draw, and tell the parent."""
        self.refresh()
        self.post_message(Edited(self.ticked))

    def action_tick(self) -> None:
        """Put in or take out."""
        self.ticked = self.ticked ^ {self._numbers[self.cursor]}

    def action_fill(self, full: bool) -> None:
        """All or none."""
        self.ticked = frozenset(self._numbers) if full else frozenset()

    def action_choose(self) -> None:
        """Enter keeps the set."""
        self.post_message(Kept())
