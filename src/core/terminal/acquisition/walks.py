"""The open walks of one port, in the order of service (device behaviour 6.2)."""

from core.terminal.acquisition.answers import Answers
from core.terminal.acquisition.plans import Plan
from core.terminal.acquisition.tasks import Purpose
from core.terminal.acquisition.walk import ROUNDS, Walk

RANK = {purpose: at for at, purpose in enumerate(Purpose)}
"""Who is served first."""


class Walks:
    """At most one walk of each purpose."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.open: list[Walk] = []

    def running(self, purpose: Purpose) -> Walk | None:
        """Return the open walk of a purpose."""
        return next((walk for walk in self.open if walk.purpose is purpose), None)

    def runnable(self, by_itself: bool) -> Walk | None:
        """Return the walk that is served now; ``by_itself``: automatic ones too."""
        for walk in self.open:
            if by_itself or not walk.purpose.automatic:
                return walk
        return None

    def start(self, purpose: Purpose, plan: Plan, rounds: int = ROUNDS) -> Walk | None:
        """Open a walk, unless nobody is to be visited; one of the same purpose that still runs gives way."""
        self.stop(purpose)
        walk = Walk(purpose, [(history, items) for history, items in plan if items], rounds)
        if not walk.total:
            return None
        self.open.append(walk)
        self.open.sort(key=lambda one: RANK[one.purpose])
        return walk

    def stop(self, purpose: Purpose) -> None:
        """Close a walk before its end; values already read are kept."""
        walk = self.running(purpose)
        if walk is not None:
            self.open.remove(walk)
            if walk.visit is not None:
                self._answers.store(walk.visit)

    def end(self, walk: Walk) -> None:
        """Close a walk that came to its end."""
        self.open.remove(walk)

    def clear(self) -> None:
        """Forget all of them, and what they brought."""
        self.open.clear()
