"""Orders that act are carried out once: the same frame again gets its answer (vendor extension §1.3)."""

from collections.abc import Hashable

from core.clock import Clock

WITHIN = 10.0
"""Seconds in which an equal frame is a repetition."""


class Repeats:
    """Answers of the last seconds, by what was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[Hashable, tuple[float, bytes]] = {}

    def answer(self, asked: Hashable) -> bytes | None:
        """Return the answer that this got, ``None`` when it is new."""
        now = self._clock.monotonic()
        self._answers = {one: kept for one, kept in self._answers.items() if now - kept[0] < WITHIN}
        kept = self._answers.get(asked)
        return kept[1] if kept else None

    def keep(self, asked: Hashable, answer: bytes) -> None:
        """Remember an answer."""
        self._answers[asked] = (self._clock.monotonic(), answer)

    def clear(self) -> None:
        """A restart forgets them."""
        self._answers.clear()
