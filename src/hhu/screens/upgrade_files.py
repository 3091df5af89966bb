"""The file menu: the source directory at the left, the terminal at the right (M155, M156).

Enter opens a folder or takes a package; what a package says of itself stands below before it is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from core.errors import CoreError
from hhu.client.upgrade.package import Running
from hhu.screens.upgrade_board import ChosenPackage
from hhu.screens.upgrade_jobs import open_package
from hhu.screens.upgrade_rows import package_lines, terminal_lines
from hhu.screens.upgrade_sheets import size_text
from hhu.widgets.columns import CUT, fit
from hhu.widgets.grid_table import GridCell, GridColumn, GridRow, GridTable
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.wording.explain import explain
from hhu.words import Words, words_of

UP = ".."
SUFFIX = ".hxp"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the source directory."""

    path: Path
    name: str
    folder: bool
    size: int = 0


class SourceTable(GridTable):
    """Folders and packages of this computer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Take", id="upgrade.take", tooltip="Open the folder or take the package"),
        Binding("backspace", "up", "Folder above", id="upgrade.up", tooltip="Go one folder up"),
    ]

    class Above(Rows.Moved):
        """One folder up."""

    def action_up(self) -> None:
        """Ask for the folder above."""
        self.post_message(self.Above(self, self.cursor))


class FilesSheet(ModalScreen[ChosenPackage | None]):
    """Two panes; gives the package taken."""

    CSS = """
    FilesSheet { layout: vertical; background: $background; }
    FilesSheet .bar { height: 1; background: $surface; color: $accent; padding: 0 1; text-style: bold; }
    FilesSheet #panes { height: 1fr; }
    FilesSheet #source { width: 3fr; }
    FilesSheet #target { width: 2fr; background: $surface; padding: 0 1; }
    FilesSheet #terminal { height: auto; }
    FilesSheet #said { height: 6; background: $panel; padding: 0 1; }
    FilesSheet #said.-bad { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Take nothing"),
    ]

    def __init__(self, folder: Path, running: Running | None) -> None:
        super().__init__()
        self._folder = folder
        self._known = running
        self._entries: tuple[Entry, ...] = ()
        self._marked: ChosenPackage | None = None

    def compose(self) -> ComposeResult:
        """Panes, what is marked, keys."""
        words = words_of(self)
        with Horizontal(id="panes"):
            with Vertical(id="source"):
                yield Static(id="where", classes="bar", markup=False)
                yield SourceTable(file_columns(words))
            with Vertical(id="target"):
                yield Static(words("upgrade.terminal"), classes="bar", markup=False)
                yield Static(id="terminal", markup=False)
        yield Static(id="said", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """The folder of the last package."""
        self.query_one(SourceTable).focus()
        self.open_folder(self._folder)
        self._show_terminal()

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self._show_terminal()
        self._show_title()

    def _show_terminal(self) -> None:
        room = max(10, self.query_one("#target").size.width - 2)
        lines = [fit(line, room) for line in terminal_lines(self._known, words_of(self))]
        self.query_one("#terminal", Static).update("\n".join(lines))

    def _show_title(self) -> None:
        place = self.query_one("#where", Static)
        place.update(shown_folder(self._folder, max(10, place.size.width - 2)))

    def open_folder(self, folder: Path) -> None:
        """Show another folder; one that cannot be read says so and the old one stays."""
        try:
            entries = tuple(entries_of(folder))
        except OSError as error:
            self._say([f"{folder}: {error.strerror or error}"], bad=True)
            return
        self._folder, self._entries = folder, entries
        self._show_title()
        table = self.query_one(SourceTable)
        table.show([file_row(index, entry, words_of(self)) for index, entry in enumerate(entries)])
        first = next((index for index, entry in enumerate(entries) if not entry.folder), 0)
        table.cursor = first
        self._look()

    def _look(self) -> None:
        """Inspect what is marked."""
        self._marked = None
        entry = self._entry
        if entry is None or entry.folder:
            self._say([words_of(self)("upgrade.files-hint")])
            return
        try:
            self._marked = open_package(entry.path)
        except CoreError as error:
            said = explain(error, words_of(self).language)
            self._say([said.cause, said.next_step], bad=True)
            return
        self._say(package_lines(self._marked, words_of(self)), bad=bool(self._marked.unfit))

    @property
    def _entry(self) -> Entry | None:
        row = self.query_one(SourceTable).current
        return self._entries[int(row.key)] if row else None

    def _say(self, lines: Sequence[str], *, bad: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(bad, "-bad")
        said.update("\n".join(fit(line, max(20, self.size.width - 2)) for line in lines))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another line."""
        event.stop()
        if isinstance(event, SourceTable.Above):
            self.open_folder(self._folder.parent)
        else:
            self._look()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter."""
        event.stop()
        entry = self._entry
        if entry is not None and entry.folder:
            self.open_folder(entry.path)
        elif self._marked is not None and not self._marked.unfit:
            self.dismiss(self._marked)
        else:
            self.app.bell()


def shown_folder(folder: Path, room: int) -> str:
    """Write a path into so many cells; its end tells folders apart."""
    text = str(folder)
    while cell_len(text) > room - len(CUT):
        text = text[1:]
    return text if text == str(folder) else f"{CUT}{text}"


def entries_of(folder: Path) -> Iterator[Entry]:
    """Return the folder above, folders, then packages; hidden ones are left out."""
    place = folder.resolve()
    if place.parent != place:
        yield Entry(place.parent, UP, folder=True)
    shown = [path for path in place.iterdir() if not path.name.startswith(".")]
    for path in sorted((path for path in shown if path.is_dir()), key=lambda path: path.name.lower()):
        yield Entry(path, f"{path.name}/", folder=True)
    for path in sorted((path for path in shown if path.suffix.lower() == SUFFIX), key=lambda path: path.name):
        yield Entry(path, path.name, folder=False, size=path.stat().st_size)


def file_columns(words: Words) -> tuple[GridColumn, ...]:
    """Name, size."""
    return (GridColumn(words("upgrade.file"), 0), GridColumn(words("upgrade.disk-size"), 9, "right"))


def file_row(index: int, entry: Entry, words: Words) -> GridRow:
    """One line."""
    size = "" if entry.folder else size_text(entry.size)
    return GridRow(
        str(index),
        (GridCell(entry.name, "dim" if entry.folder else "ink", bold=not entry.folder), GridCell(size)),
    )
