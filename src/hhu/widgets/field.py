"""A line to type in: one row, no border, secrets covered with a sign every console draws in one column."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from hhu.widgets.glyphs import glyphs


class Field(Input):
    """Textual's input in the tool's dress."""

    DEFAULT_CSS = """
    Field, Field.-textual-compact { background: $panel; padding: 0 1; height: 1; border: none; }
    Field:focus { background: $panel; background-tint: $accent 18%; }
    Field.-refused { background-tint: $error 25%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "delete_left_all", "Clear", show=False, id="field.clear", tooltip="Clear the line"),
    ]

    def __init__(
        self,
        value: str = "",
        *,
        secret: bool = False,
        longest: int = 0,
        placeholder: str = "",
        id: str | None = None,  # Textual's name
    ) -> None:
        super().__init__(
            value, placeholder, password=secret, max_length=longest, compact=True, id=id, select_on_focus=True
        )

    def on_mount(self) -> None:
        """A steady cursor: calm, and no timer."""
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """What is drawn; covered by one sign per character when secret."""
        if not self.password:
            return super()._value
        return Text(glyphs().secret * len(self.value), no_wrap=True, overflow="ignore", end="")
