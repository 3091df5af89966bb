"""Where a table is written: its format chosen, the path offered and typed over."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hhu.forms.editors import ChoiceEditor, Edited, Kept
from hhu.screens.saving import documents
from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.words import words_of

SUFFIXES = (".xlsx", ".csv")
NAMES = {".xlsx": "data.xlsx", ".csv": "data.csv", ".json": "events.json"}


class ExportSheet(ModalScreen[Path | None]):
    """Choose the format, change the path."""

    CSS = (
        SHEET_CSS.format(name="ExportSheet")
        + """
    ExportSheet #path { margin: 1 0 0 0; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Save", id="data.save", tooltip="Write the file"),
        Binding("tab", "app.focus_next", "File", id="file.path", tooltip="Type another file"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Write nothing"),
    ]

    def __init__(
        self,
        kind: str,
        terminal: str,
        now: datetime,
        title: str,
        note: str,
        suffixes: Sequence[str] = SUFFIXES,
    ) -> None:
        super().__init__()
        self._path = documents() / f"{kind}-{terminal}-{now:%Y%m%d-%H%M%S}.xlsx"
        self._title, self._note, self._suffixes = title, note, suffixes
        self._sure = False

    def compose(self) -> ComposeResult:
        """Two formats, the path, what is written."""
        words = words_of(self)
        choices = tuple((suffix, words(NAMES[suffix])) for suffix in self._suffixes)
        with Vertical(id="sheet"):
            yield Static(self._title, classes="title", markup=False)
            yield ChoiceEditor(choices, ".xlsx")
            yield Field(str(self._path), longest=400, id="path")
            yield Static(self._note, classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_edited(self, event: Edited) -> None:
        """The other format has another ending."""
        event.stop()
        field = self.query_one(Field)
        path = Path(field.value)
        if path.suffix.lower() in self._suffixes:
            field.value = str(path.with_suffix(event.value))
        self._sure = False

    def on_kept(self, event: Kept) -> None:
        """Enter on a format."""
        event.stop()
        self.action_go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the path."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with the path; an existing file is replaced only after a second Enter."""
        path = Path(self.query_one(Field).value).expanduser()
        if path.suffix.lower() not in self._suffixes:
            self._hint("data.no-format")
        elif path.exists() and not self._sure:
            self._sure = True
            self._hint("file.exists")
        else:
            self.dismiss(path)

    def _hint(self, key: str) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(True, "-bad")
        hint.update(words_of(self)(key))
