"""Where the technician is in the menu tree (device behaviour 3.6, 3.7): one key in, actions out.

A short press goes to the next entry (the list wraps, Back is its last), to the next page of a leaf, or to
the other answer of a box; a hold of 2 s opens, does or goes back. A leaf of one page names only the hold, so
there the short press goes back too (K6).

Guarded deeds ask first. The box stands for 10 s with No chosen; a stroke that began within them still counts.
The programming switch must be open when the box appears and again when Yes is taken.
"""

from dataclasses import dataclass, field
from datetime import datetime

from core.panel.actions import Action, Outcome
from core.panel.facts import Facts
from core.panel.languages import texts_of
from core.panel.menu import MENU, Branch, Choice, Deed, Leaf, Node, Option, PointList
from core.panel.sheet_pages import SheetPage, laid_out
from core.panel.texts import Texts

BOX = 10.0
"""Seconds the No/Yes box waits before it means No (device behaviour 3.8)."""
RELOAD = 1.0
"""Seconds between two looks at what an open leaf shows."""

Asked = Action | Outcome
"""What a stroke leads to: something for the terminal, or an answer at once."""


@dataclass(frozen=True, slots=True)
class Floor:
    """One opened place with its cursor; on a leaf the cursor counts pages without end."""

    node: Node
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A question that waits for an answer until monotonic second ``until``."""

    deed: Deed
    until: float
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Everything a page needs to draw the place."""

    floor: Floor
    number: int = 0
    """Number of the place in the list above; 0 for the menu itself."""
    point: int | None = None
    pages: tuple[SheetPage, ...] = ()
    """Pages of an open leaf, laid out once per look at what it shows."""
    box: Box | None = None


@dataclass(slots=True)
class Walk:
    """The floors from the menu down to the place that shows; empty while the menu is only passed by."""

    floors: list[Floor] = field(default_factory=list[Floor])
    point: int | None = None
    box: Box | None = None
    _pages: tuple[SheetPage, ...] = ()
    _opened: datetime | None = None
    _loaded: float = 0.0

    @property
    def spot(self) -> Spot | None:
        """The place that shows, ``None`` while passing by."""
        if not self.floors:
            return None
        number = self.floors[-2].cursor + 1 if len(self.floors) > 1 else 0
        return Spot(self.floors[-1], number, self.point, self._pages, self.box)

    @property
    def name(self) -> str:
        """Name of the place."""
        if self.box is not None:
            return self.box.deed.name
        return self.floors[-1].node.name if self.floors else MENU.name

    def open(self) -> None:
        """Enter the menu."""
        self.floors = [Floor(MENU)]

    def close(self) -> None:
        """Leave the menu, wherever one stood."""
        self.floors, self.point, self.box, self._pages = [], None, None, ()

    def short(self, facts: Facts) -> None:
        """Go on: other answer, next page, next entry."""
        if self.box is not None:
            self.box = Box(self.box.deed, self.box.until, not self.box.yes)
            return
        floor = self.floors[-1]
        if isinstance(floor.node, Leaf):
            if len(self._pages) < 2:
                self._back()
                return
            self._move((floor.cursor + 1) % len(self._pages))
        else:
            self._move((floor.cursor + 1) % (entries_of(floor.node, facts) + 1))

    def hold(self, facts: Facts, now: float) -> list[Asked]:
        """Answer the box, go back, or open what the cursor is on."""
        if self.box is not None:
            return self._answer(self.box, facts)
        floor = self.floors[-1]
        if isinstance(floor.node, Leaf) or floor.cursor >= entries_of(floor.node, facts):
            self._back()
            return []
        match floor.node:
            case Branch(entries=entries):
                return self._enter(entries[floor.cursor], facts, now)
            case PointList(of_point=branch):
                self.point = facts.sheets.points()[floor.cursor].point
                return self._enter(branch, facts, now)
            case Choice(options=options):
                return [options(facts.display)[floor.cursor].action]
            case _:
                return []

    def tick(self, facts: Facts, now: float, *, busy: bool) -> None:
        """Let time pass: the box ends, a leaf is looked up again, a point that is gone is left.

        ``busy``: the key is down or was just released, so a stroke is under way.
        """
        if self.box is not None and now >= self.box.until and not busy:
            self.box = None
        if self.point is not None and all(one.point != self.point for one in facts.sheets.points()):
            self.floors, self.point, self.box = self.floors[:2], None, None
        if not self.floors:
            return
        floor = self.floors[-1]
        if isinstance(floor.node, Leaf) and now - self._loaded >= RELOAD:
            self._load(floor.node, facts, now)
        elif isinstance(floor.node, PointList):
            self._move(min(floor.cursor, entries_of(floor.node, facts)))

    def hold_word(self, facts: Facts, texts: Texts) -> str:
        """Name what a hold of 2 s does here."""
        if not self.floors:
            return texts.word_open
        floor = self.floors[-1]
        if self.box is not None:
            return texts.word_do if self.box.yes else texts.word_back
        if isinstance(floor.node, Leaf) or floor.cursor >= entries_of(floor.node, facts):
            return texts.word_back
        if isinstance(floor.node, Choice):
            return texts.word_take
        chosen = floor.node.entries[floor.cursor] if isinstance(floor.node, Branch) else None
        return texts.word_do if isinstance(chosen, Deed) else texts.word_open

    def key_hint(self, texts: Texts, now: float) -> str:
        """Name what both strokes do (K6)."""
        node = self.floors[-1].node if self.floors else MENU
        if self.box is not None:
            return texts.press_do.format(left=max(-int(-(self.box.until - now) // 1), 0))
        if isinstance(node, Leaf):
            return texts.press_page if len(self._pages) > 1 else texts.hold_back
        return texts.press_take if isinstance(node, Choice) else texts.press_hold

    def _enter(self, node: Node, facts: Facts, now: float) -> list[Asked]:
        if isinstance(node, Deed):
            return self._do(node, facts, now)
        self.floors.append(Floor(node))
        if not isinstance(node, Leaf):
            return []
        self._opened = facts.time
        self._load(node, facts, now)
        return [node.opening(self.point)] if node.opening and self.point is not None else []

    def _do(self, deed: Deed, facts: Facts, now: float) -> list[Asked]:
        if not deed.question:
            return [deed.action]
        if not facts.programming_open:
            return [Outcome.SWITCH_CLOSED]
        self.box = Box(deed, now + BOX)
        return []

    def _answer(self, box: Box, facts: Facts) -> list[Asked]:
        self.box = None
        if not box.yes:
            return []
        return [box.deed.action] if facts.programming_open else [Outcome.SWITCH_CLOSED]

    def _load(self, leaf: Leaf, facts: Facts, now: float) -> None:
        self._loaded = now
        sheets = facts.sheets.sheets(leaf.topic, self.point, self._opened or facts.time)
        self._pages = laid_out(sheets, texts_of(facts), compact=facts.display.compact)

    def _move(self, cursor: int) -> None:
        self.floors[-1] = Floor(self.floors[-1].node, cursor)

    def _back(self) -> None:
        self.floors.pop()
        self._pages = ()
        if not any(isinstance(floor.node, PointList) for floor in self.floors[:-1]):
            self.point = None


def entries_of(node: Node, facts: Facts) -> int:
    """Return how many entries a list has, Back not counted."""
    match node:
        case Branch(entries=entries):
            return len(entries)
        case PointList():
            return len(facts.sheets.points())
        case Choice(options=options):
            return len(options(facts.display))
        case _:
            return 0


def options_of(choice: Choice, facts: Facts) -> tuple[Option, ...]:
    """Return the values of a choice as they stand."""
    return choice.options(facts.display)
