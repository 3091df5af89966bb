"""Sheets over the lower edge of a page: they ask one thing, and what they ask about stays in sight."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import EncodeError
from hhu.forms.editors import Edited, Kept, editor_for
from hhu.forms.entries import Entry, limit
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.wording.explain import explain
from hhu.words import words_of

SHEET_CSS = """
{name} {{ align: center bottom; background: transparent; }}
{name} #sheet {{ width: 100%; height: auto; background: $panel; padding: 1 2; }}
{name} .title {{ height: 1; color: $accent; text-style: bold; }}
{name} .row {{ height: 1; color: $foreground; }}
{name} .hint {{ height: auto; max-height: 2; color: $dim; }}
{name} .hint.-bad {{ color: $error; text-style: bold; }}
{name} Field {{ background: $surface; width: 100%; }}
{name} ChoiceEditor, {name} MaskEditor {{ background: $panel; }}
"""


class EditSheet(ModalScreen[tuple[Any] | None]):
    """Edit one value; gives ``(value,)``, or ``None`` when left."""

    CSS = SHEET_CSS.format(name="EditSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Keep", id="sheet.keep", tooltip="Plan this value; nothing is sent yet"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Forget what was typed"),
    ]

    def __init__(self, entry: Entry, terminal: str, value: Any) -> None:
        super().__init__()
        self._entry = entry
        self._terminal = terminal
        self._value = value
        self._refusal: EncodeError | None = None

    def compose(self) -> ComposeResult:
        """Name, present value, editor, limit or refusal."""
        words, entry = words_of(self), self._entry
        with Vertical(id="sheet"):
            yield Static(f"{entry.long_label(words)}   {entry.key}", classes="title", markup=False)
            yield Static(
                words("sheet.now", value=self._terminal or words("table.unread")), classes="row", markup=False
            )
            yield editor_for(entry.leaf, self._value, entry.label(words), words)
            yield Static(limit(entry.leaf, words), classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_edited(self, event: Edited) -> None:
        """Say at once whether the value can be sent."""
        event.stop()
        self._value, self._refusal = event.value, event.refusal
        hint = self.query_one("#hint", Static)
        hint.set_class(event.refusal is not None, "-bad")
        words = words_of(self)
        if event.refusal is None:
            hint.update(limit(self._entry.leaf, words))
        else:
            said = explain(event.refusal, words.language)
            hint.update(f"{said.cause} {said.next_step}".strip())

    def on_kept(self, event: Kept) -> None:
        """Enter in the editor."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Close with the value; a refused one stays on the sheet."""
        if self._refusal is not None:
            self.app.bell()
            return
        self.dismiss((self._value,))


class PassphraseSheet(ModalScreen[str | None]):
    """Ask for the passphrase of the vault; gives ``None`` when the technician declines."""

    CSS = SHEET_CSS.format(name="PassphraseSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "Open", id="sheet.open", tooltip="Open the vault with it"),
        Binding(
            "escape", "dismiss(None)", "Go on without", id="sheet.without", tooltip="Use no kept password"
        ),
    ]

    def __init__(self, question: str, hint: str) -> None:
        super().__init__()
        self._question = question
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Question, covered line, hint."""
        with Vertical(id="sheet"):
            yield Static(self._question, classes="title", markup=False)
            yield Field(secret=True, longest=200)
            yield Static(self._hint, classes="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Field).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Close with what was typed."""
        self.dismiss(self.query_one(Field).value or None)


class QuestionSheet(ModalScreen[bool]):
    """Ask before something that cannot be undone."""

    CSS = SHEET_CSS.format(name="QuestionSheet")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Yes", id="sheet.go", tooltip="Do it"),
        Binding("escape", "dismiss(False)", "No", id="sheet.back", tooltip="Do nothing"),
    ]

    def __init__(self, question: str, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._question = question
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Question and facts."""
        with Vertical(id="sheet"):
            yield Static(self._question, classes="title", markup=False)
            for line in self._lines:
                yield Static(line, classes="row", markup=False)
        yield KeyRow()
