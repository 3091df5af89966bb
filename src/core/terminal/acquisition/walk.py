"""One walk over points: visits in a first round, and a second one for what the first left (6.3)."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from core.meters.driver import Answer
from core.terminal.acquisition.tasks import Purpose
from core.terminal.acquisition.wanting import Item
from core.terminal.readings import History, Reading

ROUNDS = 2
"""Attempts at one point within a pass (6.3)."""


class Visit:
    """One attempt at one point: what is left to ask, and what became of what was asked."""

    __slots__ = (
        "answered",
        "asked",
        "brought",
        "got",
        "history",
        "kept",
        "left",
        "point",
        "reason",
        "todo",
        "tries",
    )

    def __init__(self, history: History, items: Iterable[Item]) -> None:
        self.history = history
        self.point = history.point
        self.todo = deque(items)
        self.left: list[Item] = []
        self.got: list[Reading] = []
        self.brought: list[Reading] = []
        """What is stored by now; of this attempt and the one before."""
        self.kept: list[Item] = []
        """Items whose values are in ``got``, as what was wanted."""
        self.asked = 0
        self.tries = 0
        self.answered = False
        """The meter said something, be it a refusal; in this attempt or the one before."""
        self.reason = ""

    def read(self, item: Item, answer: Answer, at: datetime) -> None:
        """Take a value into the slots that still accept it."""
        value = answer.value
        assert value is not None
        self.answered = True
        if item.expires is None or at < item.expires:
            self.kept.append(item)
        for slot in item.slots:
            if slot.before is None or at < slot.before:
                self.got.append(
                    Reading(slot.kind, slot.stamp, item.wanted.quantity, value, at, slot.source, answer.tries)
                )

    def fail(self, item: Item, reason: str, *, silent: bool) -> None:
        """Leave an item for the next round; a meter silent from the start is left alone with all of them."""
        self.left.append(item)
        self.reason = reason
        if not silent:
            self.answered = True
        elif self.asked == 1:
            self.left.extend(self.todo)
            self.todo.clear()


class Walk:
    """Visits in order. Points that were silent throughout are skipped by their later visits of the round."""

    def __init__(
        self, purpose: Purpose, plan: Iterable[tuple[History, Iterable[Item]]], rounds: int = ROUNDS
    ) -> None:
        self.purpose = purpose
        self._queue = deque(Visit(history, items) for history, items in plan)
        self._again: deque[Visit] = deque()
        self._left_rounds = rounds - 1
        self._silent: set[int] = set()
        self.visit: Visit | None = None
        self.points = frozenset(visit.point for visit in self._queue)
        self.total = len(self._queue)
        self.ended = 0
        self.failed: set[int] = set()
        self.answered: set[int] = set()

    def upcoming(self) -> Visit | None:
        """Return the visit under way, else begin the next one; ``None`` when the walk is over."""
        while self.visit is None:
            if not self._queue and not self._next_round():
                return None
            visit = self._queue.popleft()
            if visit.point in self._silent:
                self.ended += 1
            else:
                self.visit = visit
        return self.visit

    def _next_round(self) -> bool:
        self._queue, self._again = self._again, deque()
        self._left_rounds -= 1
        self._silent.clear()
        return bool(self._queue)

    def drop(self) -> None:
        """Forget the visit under way."""
        self.visit = None
        self.ended += 1

    def leave(self) -> bool:
        """End the visit under way; return whether the point is through with this walk."""
        visit, self.visit = self.visit, None
        assert visit is not None
        if visit.asked and not visit.answered:
            self._silent.add(visit.point)
        if visit.left and self._left_rounds and visit.asked:
            self._again.append(_second(visit))
            return False
        self.ended += 1
        if visit.answered:
            self.answered.add(visit.point)
            self.failed.discard(visit.point)
        elif visit.asked and visit.point not in self.answered:
            self.failed.add(visit.point)
        return True

    @property
    def percent(self) -> int:
        """Visits that are over."""
        return 100 * self.ended // self.total if self.total else 100


def _second(visit: Visit) -> Visit:
    """The next attempt at what is left."""
    again = Visit(visit.history, visit.left)
    again.answered = visit.answered
    again.brought = visit.brought
    return again
