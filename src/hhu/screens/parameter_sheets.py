"""Sheets of the page of all parameters: what to do with which file, and which point to look at."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.gdw376.unit import Unit
from hhu.forms.editors import ChoiceEditor, Edited, Kept
from hhu.screens.saving import documents
from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of

MOST = 2040
"""The highest point (part A §2.3)."""


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What to do with which file."""

    path: Path
    compare: bool


class FileSheet(ModalScreen[FileOrder | None]):
    """Save or compare; the path is offered and can be typed."""

    CSS = (
        SHEET_CSS.format(name="FileSheet")
        + """
    FileSheet #path { margin: 1 0 0 0; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Go on", id="sheet.go", tooltip="Do it"),
        Binding("tab", "app.focus_next", "File", id="file.path", tooltip="Type another file"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Do nothing"),
    ]

    def __init__(self, read: int, terminal: str, now: datetime) -> None:
        super().__init__()
        self._read = read
        self._fresh = documents() / f"parameters-{terminal}-{now:%Y%m%d}.json"
        self._compare = False
        self._sure = False

    def compose(self) -> ComposeResult:
        """Two choices, the path."""
        words = words_of(self)
        choices = ((False, words("file.save")), (True, words("file.compare")))
        with Vertical(id="sheet"):
            yield Static(words("file.title"), classes="title", markup=False)
            yield ChoiceEditor(choices, False)
            yield Field(str(self._fresh), longest=400, id="path")
            yield Static(classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Say what the choice does."""
        self._tell()

    def _tell(self) -> None:
        words = words_of(self)
        if self._compare:
            self._hint(words("file.compare-note"))
        else:
            self._hint(words("file.save-note", number=self._read))

    def _hint(self, text: str, *, bad: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(bad, "-bad")
        hint.update(text)

    def on_edited(self, event: Edited) -> None:
        """The other choice, with the file that fits."""
        event.stop()
        if event.value != self._compare:
            self._compare, self._sure = event.value, False
            self.query_one(Field).value = str(self._newest() if self._compare else self._fresh)
        self._tell()

    def _newest(self) -> Path:
        """The parameter file saved last, else the one that would be saved now."""
        saved = sorted(documents().glob("parameters-*.json"), key=lambda path: path.stat().st_mtime)
        return saved[-1] if saved else self._fresh

    def on_kept(self, event: Kept) -> None:
        """Enter on a choice."""
        event.stop()
        self.action_go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the path."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with the order; an existing file is replaced only after a second Enter."""
        path = Path(self.query_one(Field).value).expanduser()
        if not self._compare and path.exists() and not self._sure:
            self._sure = True
            self._hint(words_of(self)("file.exists"), bad=True)
            return
        self.dismiss(FileOrder(path, self._compare))


class PointSheet(ModalScreen[int | None]):
    """Ask for the number of a point, group, task or port."""

    CSS = SHEET_CSS.format(name="PointSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Keep", id="sheet.keep", tooltip="Look at this one"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Stay where you are"),
    ]

    def __init__(self, kind: type[Unit], number: int) -> None:
        super().__init__()
        self._kind = kind
        self._number = number

    def compose(self) -> ComposeResult:
        """Question and line."""
        words = words_of(self)
        place = words(f"point.{self._kind.meaning.point.name.lower()}")
        with Vertical(id="sheet"):
            yield Static(words("point.title", place=place), classes="title", markup=False)
            yield Field(str(self._number), longest=4)
        yield KeyRow()

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show at once what cannot be."""
        event.stop()
        self.query_one(Field).set_class(self._typed is None, "-refused")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_go()

    @property
    def _typed(self) -> int | None:
        text = self.query_one(Field).value.strip()
        return int(text) if text.isdecimal() and 1 <= int(text) <= MOST else None

    def action_go(self) -> None:
        """Close with the number."""
        if self._typed is None:
            self.app.bell()
        else:
            self.dismiss(self._typed)
