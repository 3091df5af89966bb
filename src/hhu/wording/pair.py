"""A cause and its next step, in two languages."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Words:
    """Why it did not work, and the next step; ``next_step`` may be empty."""

    cause: str
    next_step: str = ""

    @property
    def text(self) -> str:
        """Both in one line."""
        return f"{self.cause} {self.next_step}".rstrip()


class Pair(NamedTuple):
    """Cause and next step in both languages."""

    cause: str
    next_step: str
    cause_zh: str
    next_step_zh: str

    def words(self, language: str, *facts: str, **named: str) -> Words:
        """Fill the facts in and pick the language."""
        chosen = self[2:] if language == "zh" else self[:2]
        cause, step = (text.format(*facts, **named) for text in chosen)
        return Words(cause, step)
