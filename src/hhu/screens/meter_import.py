"""What a file would do to the archive: defects first, with row and column, then the meters it changes."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from hhu.archive_words import column_text, defect_text
from hhu.client.archive import protocol_name
from hhu.client.archive_file import Draft
from hhu.screens.desk import Desk
from hhu.widgets.columns import Piece, fit
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.rows import Rows
from hhu.words import Words, words_of

DraftLine = tuple[str, str, str, str]
"""Colour, word, place, text."""


class CloseDraft(Message):
    """Back to the list."""


class TakeDraft(Message):
    """Plan what the file says."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class DraftRows(Rows):
    """Defects, then meters."""

    DEFAULT_CSS = "DraftRows { scrollbar-gutter: stable; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[DraftLine, ...] = ()

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        """What is shown."""
        return self._lines

    @property
    def count(self) -> int:
        """One line each."""
        return len(self._lines)

    def show(self, lines: Sequence[DraftLine]) -> None:
        """Show other lines from the top."""
        self._lines = tuple(lines)
        self.rows_changed()
        self.cursor = 0

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Word, place, text."""
        tone, word, place, text = self._lines[index]
        return [
            (f" {fit(word, 9)}", self.colour(tone, bold=tone == "refused")),
            (f"{fit(place, 22)} ", self.colour("dim")),
            (fit(text, width - 33), Style()),
        ]


class MeterImport(Vertical):
    """Title, lines, the whole text of the line under the cursor, what comes next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "take", "Take all", id="compare.take-all", tooltip="Plan what the file says"),
        Binding("r", "again", "Read", id="import.again", tooltip="Read the file again, as after a repair"),
        Binding("escape", "close", "List", id="form.close", tooltip="Back to the list"),
    ]
    DEFAULT_CSS = """
    MeterImport #title {
        height: 1; text-wrap: nowrap; padding: 0 1; background: $surface; color: $accent; text-style: bold;
    }
    MeterImport #row { height: 2; background: $surface; color: $dim; padding: 0 1; }
    """

    class Again(Message):
        """Read the file again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="import")
        self._desk = desk
        self._draft: Draft | None = None

    def compose(self) -> ComposeResult:
        """The parts."""
        yield Static(id="title", markup=False)
        yield DraftRows()
        yield Static(id="row", markup=False)

    @property
    def draft(self) -> Draft | None:
        """What the file would do."""
        return self._draft

    def open(self, draft: Draft) -> None:
        """Show a file."""
        self._draft = draft
        words = words_of(self)
        self.query_one(DraftRows).show(tuple(_lines(draft, words)))
        changed = len(draft.meters) - len(draft.added)
        title = words("meters.draft", name=draft.name, added=len(draft.added), changed=changed,
                      same=draft.same, gone=len(draft.gone))  # fmt: skip
        self.query_one("#title", Static).update(title)
        self.query_one(DraftRows).focus()
        self._tell()

    def on_resize(self) -> None:
        """The lines at the bottom are cut to the width."""
        self._tell()

    def _tell(self) -> None:
        draft, rows, words = self._draft, self.query_one(DraftRows), words_of(self)
        if draft is None or not self.size.width:
            return
        width = max(20, self.size.width - 2)
        text = "  ".join(rows.lines[rows.cursor][2:]) if rows.lines else ""
        blocking = sum(defect.blocking for defect in draft.defects)
        step = words("meters.repair", number=blocking) if blocking else words("meters.take-next")
        self.query_one("#row", Static).update(f"{fit(text, width)}\n{fit(step, width)}")

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another line."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: as U."""
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Plan everything, or say why not."""
        draft, words = self._draft, words_of(self)
        if draft is None:
            return
        if draft.blocked:
            self._desk.tell(Notice(words("meters.blocked"), words("meters.blocked-next"), Tone.BAD))
        elif not draft.meters and not draft.gone:
            self._desk.tell(Notice(words("compare.equal"), "", Tone.GOOD))
        else:
            self.post_message(TakeDraft(draft))

    def action_again(self) -> None:
        """Ask for the file again."""
        self.post_message(self.Again())

    def action_close(self) -> None:
        """Back to the list."""
        self.post_message(CloseDraft())


def _lines(draft: Draft, words: Words) -> Iterator[DraftLine]:
    language = words.language
    for defect in draft.defects:
        place = words("meters.row", row=defect.row) if defect.row else ""
        place = f"{place} {column_text(defect, language)}".strip()
        tone, word = ("refused", "error") if defect.blocking else ("acknowledged", "note")
        yield tone, words(f"meters.{word}"), place, defect_text(defect, language)
    for meter in draft.meters:
        act = "add" if meter.serial in draft.added else "change"
        said = words("meters.about", serial=meter.serial, point=meter.point, port=meter.port)
        yield "planned", words(f"meters.{act}"), meter.address, f"{said}   {protocol_name(meter.protocol)}"
    for meter in draft.gone:
        said = words("meters.about", serial=meter.serial, point=meter.point, port=meter.port)
        yield "planned", words("meters.delete"), meter.address, said
