"""The question before a person leaves download mode by the key (device behaviour 5.3): No unless Yes."""

from collections.abc import Callable
from dataclasses import dataclass

ASK_FOR = 10.0
"""Seconds until the question answers itself with No (3.8)."""


@dataclass(frozen=True, slots=True)
class Question:
    """The box as it stands."""

    yes: bool
    """Where the choice is."""
    left: float
    """Seconds."""


class Leaving:
    """Opened by a hold of 2 s; then a short press moves the choice, and another hold does it."""

    def __init__(self) -> None:
        self.leave: Callable[[], None] = lambda: None
        """Called when the answer is Yes; of the download mode."""
        self._until: float | None = None
        self._yes = False

    def look(self, now: float) -> Question | None:
        """Return the box, ``None`` while nothing is asked."""
        if self._until is None or now >= self._until:
            return None
        return Question(self._yes, self._until - now)

    def stroke(self, held: bool, now: float) -> None:
        """The key."""
        asked = self.look(now) is not None
        if held and not asked:
            self._until, self._yes = now + ASK_FOR, False
        elif held:
            self.close()
            if self._yes:
                self.leave()
        elif asked:
            self._yes = not self._yes

    def close(self) -> None:
        """Nothing is asked any more."""
        self._until = None
