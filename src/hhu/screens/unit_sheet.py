"""A unit that is no parameter: which point and which part of it, then its values."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import CoreError, DeniedError, UsageError
from core.gdw376.unit import Unit
from core.wire.record import Record
from hhu.client.groups import has_points
from hhu.client.names import Name
from hhu.client.selectors import example, needs_selector, parse_selector, parts_of
from hhu.forms.entries import entries_in
from hhu.screens.desk import Desk
from hhu.screens.jobs import connected
from hhu.screens.sheets import SHEET_CSS
from hhu.screens.unit_rows import section
from hhu.widgets.columns import Piece, fit
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.wording.explain import explain
from hhu.words import words_of


class ValueRows(Rows):
    """Labels and values."""

    DEFAULT_CSS = "ValueRows { height: auto; max-height: 12; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """One line per value."""
        return len(self._values)

    def show(self, values: Sequence[tuple[str, str]]) -> None:
        """Show other values from the top."""
        self._values = tuple(values)
        self.display = bool(values)
        self.refresh(layout=True)
        self.rows_changed()
        self.cursor = 0

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Label, value."""
        label, value = self._values[index]
        room = min(48, width * 3 // 5)
        return [(f" {fit(label, room - 2)} ", self.colour("dim")), (fit(value, width - room), Style())]


class UnitSheet(ModalScreen[None]):
    """Reads the unit at once, or after point and part were typed."""

    CSS = (
        SHEET_CSS.format(name="UnitSheet")
        + """
    UnitSheet #values { display: none; margin: 1 0 0 0; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", "Read", id="unit.read", tooltip="Read it from the terminal"),
        Binding("escape", "dismiss(None)", "Close", id="help.close", tooltip="Back to the page"),
    ]

    def __init__(self, desk: Desk, kind: type[Unit]) -> None:
        super().__init__()
        self._desk = desk
        self._kind = kind
        self._busy = False

    def compose(self) -> ComposeResult:
        """Name, point, part, values, hint."""
        words, meaning = words_of(self), self._kind.meaning
        title = f"{words.of(meaning.zh, meaning.en)}   {meaning.code}   {section(self._kind)}"
        with Vertical(id="sheet"):
            yield Static(title, classes="title", markup=False)
            if has_points(self._kind):
                place = words(f"point.{meaning.point.name.lower()}")
                yield Static(words("unit.point", place=place), classes="row", markup=False)
                yield Field("1", longest=4, id="point")
            if needs_selector(self._kind):
                names = " / ".join(words.of(*labels) for labels in parts_of(self._kind))
                form = words("unit.selector-form", names=names, example=example(self._kind))
                yield Static(form, classes="row", markup=False)
                yield Field(longest=60, id="part")
            values = ValueRows()
            values.id = "values"
            yield values
            yield Static(words("unit.hint"), classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Nothing to ask: read at once; else type the part, which has no usual value."""
        fields = list(self.query(Field))
        if fields:
            fields[-1].focus()
        else:
            self.action_read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.action_read()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on a value: read again."""
        event.stop()
        self.action_read()

    def _hint(self, text: str, *, bad: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(bad, "-bad")
        hint.update(text)

    def action_read(self) -> None:
        """Check what was typed, then read."""
        if self._busy:
            return
        try:
            name = Name(self._kind, None, self._point(), self._part())
            connected(self._desk)
        except CoreError as error:
            self._complain(error)
            return
        self._busy = True
        self._hint(words_of(self)("unit.reading"))
        self.run_worker(self._read(name), group="unit", exclusive=True)

    def _point(self) -> int:
        if not has_points(self._kind):
            return 0
        text = self.query_one("#point", Field).value.strip()
        if not text.isdecimal() or not 1 <= int(text) <= 2040:
            raise UsageError(f"{text} is outside 1..2040.", "")
        return int(text)

    def _part(self) -> Record | None:
        if not needs_selector(self._kind):
            return None
        return parse_selector(self._kind, self.query_one("#part", Field).value)

    async def _read(self, name: Name) -> None:
        try:
            items = await connected(self._desk).client.read([name])
        except DeniedError:
            items = []
        except CoreError as error:
            self._complain(error)
            return
        finally:
            self._busy = False
        unit = next((item.value for item in items if item.value is not None), None)
        words = words_of(self)
        self._hint(words("unit.hint") if unit else words("unit.nothing"), bad=unit is None)
        rows = self.query_one(ValueRows)
        rows.show(
            [] if unit is None else [(e.long_label(words), e.shown(unit, words)) for e in entries_in(unit)]
        )
        if unit is not None and not self.query(Field):
            rows.focus()

    def _complain(self, error: CoreError) -> None:
        said = explain(error, words_of(self).language)
        self.query_one(ValueRows).show([])
        self._hint(f"{said.cause} {said.next_step}".strip(), bad=True)
