"""Sheets of the page Meters: what to do with which file."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
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


class FileAct(Enum):
    """What to do; the value is part of the words."""

    IMPORT = "import"
    REPLACE = "replace"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class MeterFileOrder:
    """What to do with which file."""

    act: FileAct
    path: Path


class MeterFileSheet(ModalScreen[MeterFileOrder | None]):
    """Import, import and delete the others, export; the path is offered and can be typed."""

    CSS = (
        SHEET_CSS.format(name="MeterFileSheet")
        + """
    MeterFileSheet #path { margin: 1 0 0 0; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Go on", id="sheet.go-on", tooltip="Do it"),
        Binding("tab", "app.focus_next", "File", id="file.path", tooltip="Type another file"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Do nothing"),
    ]

    def __init__(self, meters: int, terminal: str, now: datetime) -> None:
        super().__init__()
        self._meters = meters
        self._fresh = documents() / f"meters-{terminal}-{now:%Y%m%d}.xlsx"
        self._act = FileAct.IMPORT
        self._sure = False

    def compose(self) -> ComposeResult:
        """Three choices, the path."""
        words = words_of(self)
        choices = [(act, words(f"meters.file-{act.value}")) for act in FileAct]
        with Vertical(id="sheet"):
            yield Static(words("meters.file-title"), classes="title", markup=False)
            yield ChoiceEditor(choices, FileAct.IMPORT)
            yield Field(str(self._newest()), longest=400, id="path")
            yield Static(classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Say what the choice does."""
        self._tell()

    def _tell(self) -> None:
        words = words_of(self)
        self._hint(words(f"meters.file-{self._act.value}-note", number=self._meters))

    def _hint(self, text: str, *, bad: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(bad, "-bad")
        hint.update(text)

    def on_edited(self, event: Edited) -> None:
        """Another choice, with the file that fits."""
        event.stop()
        act: FileAct = event.value
        if (act is FileAct.EXPORT) != (self._act is FileAct.EXPORT):
            self._sure = False
            self.query_one(Field).value = str(self._fresh if act is FileAct.EXPORT else self._newest())
        self._act = act
        self._tell()

    def _newest(self) -> Path:
        """The meter file saved last, else the one that would be saved now."""
        saved = [path for kind in ("csv", "xlsx") for path in documents().glob(f"meters*.{kind}")]
        return max(saved, key=lambda path: path.stat().st_mtime, default=self._fresh)

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
        path = Path(self.query_one(Field).value.strip().strip('"')).expanduser()
        if self._act is FileAct.EXPORT and path.exists() and not self._sure:
            self._sure = True
            self._hint(words_of(self)("file.exists"), bad=True)
            return
        self.dismiss(MeterFileOrder(self._act, path))
