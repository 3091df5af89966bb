"""What the Data page shall read: chosen on one sheet - kind, items, points, days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.errors import UsageError
from hhu.client.archived import ALL, parse_day, parse_points, usual_days
from hhu.client.reading_sets import SETS, Kind, ReadingSet, usual_sets
from hhu.forms.editors import ChoiceEditor, Edited, Kept
from hhu.screens.sheets import SHEET_CSS
from hhu.widgets.columns import Piece, fit
from hhu.widgets.field import Field
from hhu.widgets.key_row import KeyRow
from hhu.widgets.rows import Rows
from hhu.wording.explain import explain
from hhu.words import Words, words_of

SERIES_DAYS = 31
"""Days of a point over time, when its values are by day."""
SERIES_MONTHS = 365
"""Days of a point over time, when its values are by month."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be read, as it was typed; days are days."""

    kind: Kind
    sets: tuple[ReadingSet, ...]
    points: str
    first: date
    last: date

    @staticmethod
    def usual(kind: Kind, today: date, points: str = ALL) -> "Choice":
        """Yesterday, all points, the first item."""
        return Choice(kind, usual_sets(kind), points, *usual_days(kind, today))

    def said(self, words: Words) -> str:
        """One line: kind, items, points, days."""
        parts = [words(f"kind.{self.kind.value}")]
        if self.kind is not Kind.STATISTICS:
            parts.append(
                words("data.all-points") if self.points == ALL else words("data.points", points=self.points)
            )
        if self.kind is not Kind.CURRENT:
            parts.append(days_said(self.first, self.last))
        parts.append(", ".join(words.of(one.zh, one.en) for one in self.sets))
        return "   ".join(parts)

    def over_time(self, point: int, today: date) -> "Choice":
        """The same items of one point over the days the terminal keeps; present values by day."""
        kind = Kind.DAY if self.kind in (Kind.CURRENT, Kind.READING_DAY) else self.kind
        sets = tuple(one for one in SETS[kind] if one.name in {each.name for each in self.sets})
        usual = Choice.usual(kind, today, str(point))
        if kind is Kind.DAY:
            usual = replace(usual, first=today - timedelta(days=SERIES_DAYS + 1))
        elif kind is Kind.MONTH:
            usual = replace(usual, first=usual.last - timedelta(days=SERIES_MONTHS))
        else:
            usual = replace(usual, first=self.first, last=self.last)
        return replace(usual, sets=sets or usual.sets)


def days_said(first: date, last: date) -> str:
    """Write a span of days."""
    return str(first) if first == last else f"{first} .. {last}"


class ItemList(Rows):
    """Items to tick; at least one stays ticked."""

    DEFAULT_CSS = "ItemList { height: 8; background: $panel; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", id="data.tick", tooltip="Read this item too, or not"),
    ]

    def __init__(self, sets: Sequence[ReadingSet], ticked: Sequence[ReadingSet]) -> None:
        super().__init__()
        self._sets = tuple(sets)
        self.ticked = tuple(ticked)

    @property
    def count(self) -> int:
        """One line per item."""
        return len(self._sets)

    def offer(self, sets: Sequence[ReadingSet], ticked: Sequence[ReadingSet]) -> None:
        """Offer other items; those of the same name stay ticked."""
        self._sets, self.ticked = tuple(sets), tuple(ticked)
        self.cursor = 0
        self.rows_changed()

    def pieces(self, index: int, width: int) -> list[Piece]:
        """Mark, name, name for the command line."""
        one = self._sets[index]
        ticked = one in self.ticked
        name = words_of(self).of(one.zh, one.en)
        half = max(12, (width - 6) // 2)
        return [
            (f" [{'x' if ticked else ' '}] ", self.colour("accent" if ticked else "dim")),
            (fit(name, half), self.colour("ink")),
            (fit(one.name, width - 6 - half), self.colour("dim")),
        ]

    def action_tick(self) -> None:
        """Tick the marked item, or untick it."""
        one = self._sets[self.cursor]
        wanted = [each for each in self._sets if (each in self.ticked) != (each == one)]
        if wanted:
            self.ticked = tuple(wanted)
            self.refresh()
        else:
            self.app.bell()


class ChoiceSheet(ModalScreen[Choice | None]):
    """Kinds and their items side by side, points and days below."""

    CSS = (
        SHEET_CSS.format(name="ChoiceSheet")
        + """
    ChoiceSheet #lists { height: 8; margin: 0 0 1 0; }
    ChoiceSheet #lists ChoiceEditor { width: 24; height: 8; }
    ChoiceSheet .line { height: 1; }
    ChoiceSheet .line Static { width: 10; color: $dim; }
    ChoiceSheet .line Field { width: 1fr; }
    """
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go", "Read", id="data.go", tooltip="Read what is chosen"),
        Binding("tab", "app.focus_next", "Next", id="data.next", tooltip="Items, points, days"),
        Binding("escape", "dismiss(None)", "Leave", id="sheet.leave", tooltip="Leave it as it was"),
    ]

    def __init__(self, choice: Choice, today: date) -> None:
        super().__init__()
        self._choice = choice
        self._today = today

    def compose(self) -> ComposeResult:
        """The two lists, three lines, a hint."""
        words, choice = words_of(self), self._choice
        kinds = tuple((kind, words(f"kind.{kind.value}")) for kind in Kind)
        with Vertical(id="sheet"):
            yield Static(words("data.choose"), classes="title", markup=False)
            with Horizontal(id="lists"):
                yield ChoiceEditor(kinds, choice.kind)
                yield ItemList(SETS[choice.kind], choice.sets)
            for name, text in (
                ("points", choice.points),
                ("first", str(choice.first)),
                ("last", str(choice.last)),
            ):
                with Horizontal(classes="line"):
                    yield Static(words(f"data.{name}-line"), markup=False)
                    yield Field(text, longest=120, id=name)
            yield Static(words("data.choose-hint"), classes="hint", id="hint", markup=False)
        yield KeyRow()

    def on_edited(self, event: Edited) -> None:
        """Another kind has other items and other usual days."""
        event.stop()
        kind: Kind = event.value
        if kind is self._choice.kind:
            return
        names = {one.name for one in self.query_one(ItemList).ticked}
        same = tuple(one for one in SETS[kind] if one.name in names)
        self._choice = replace(Choice.usual(kind, self._today), sets=same or usual_sets(kind))
        self.query_one(ItemList).offer(SETS[kind], self._choice.sets)
        self.query_one("#first", Field).value = str(self._choice.first)
        self.query_one("#last", Field).value = str(self._choice.last)

    def on_kept(self, event: Kept) -> None:
        """Enter on a kind."""
        event.stop()
        self.action_go()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter on an item."""
        event.stop()
        self.action_go()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Close with the choice; what cannot be is said on the sheet."""
        try:
            choice = self._typed()
        except UsageError as error:
            said = explain(error, words_of(self).language)
            hint = self.query_one("#hint", Static)
            hint.set_class(True, "-bad")
            hint.update(f"{said.cause} {said.next_step}".strip())
            return
        self.dismiss(choice)

    def _typed(self) -> Choice:
        points = self.query_one("#points", Field).value.strip() or ALL
        parse_points(points)
        first = parse_day(self.query_one("#first", Field).value)
        last = parse_day(self.query_one("#last", Field).value, end=True)
        if last < first:
            raise UsageError(f"{last} is before {first}.", "Give the earlier day first.")
        return Choice(self._choice.kind, self.query_one(ItemList).ticked, points.lower(), first, last)
