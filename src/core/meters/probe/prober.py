"""A probe on a line of our own: when to send, how long to listen, sans-IO like a driver.

It listens first, since another master on the bus would be disturbed; then one question after the other, each
behind a silence. ``begin``, ``feed`` and ``tick`` return what to do; `Over` is the last.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from core.meters.driver import Over, Retune, Send, Speed
from core.meters.probe.hearing import is_readout
from core.meters.probe.question import LISTEN, Question
from core.meters.probe.sweep import Result, Sweep, farewell_time, limit_of

FIRST = 1.0
"""Seconds of listening before anything is sent."""
CALM = 0.5
"""Seconds of silence after which a bus that others use is free."""
PATIENCE = 4.0
"""Seconds that such a bus is waited for."""
Act = Send | Retune | Over


class _Stage(Enum):
    LISTENING = "listening"
    ASKING = "asking"
    LEAVING = "saying farewell"
    OVER = "over"


def direct_limit(questions: Sequence[Question]) -> float:
    """Return the seconds that a probe on a line of its own takes at most."""
    return PATIENCE + limit_of(questions)


class Prober:
    """One probe; ``result`` may be asked at any time."""

    def __init__(self, questions: Sequence[Question], limit: float | None = None) -> None:
        """``limit``: seconds it may take, by default as long as it may need."""
        self.limit = direct_limit(questions) if limit is None else limit
        self.deadline: float | None = None
        """When ``tick`` has something to do."""
        self._questions = questions
        self._sweep: Sweep | None = None
        self._speed: Speed | None = None
        self._stage = _Stage.LISTENING
        self._calm_by = 0.0
        self._heard = bytearray()
        self._hard = 0.0
        """When the open question ends, whatever still comes."""
        self._overheard = False

    @property
    def until(self) -> float:
        """When it is over at the latest; before its begin, 0."""
        return self._sweep.until if self._sweep else 0.0

    @property
    def question(self) -> Question | None:
        """The question that was sent and is listened for."""
        return self._sweep.open if self._sweep else None

    def begin(self, now: float) -> list[Act]:
        """Start listening."""
        self._sweep = Sweep(self._questions, now, self.limit)
        self._stage = _Stage.LISTENING
        self._calm_by = now + min(PATIENCE, self.limit / 2)
        self.deadline = min(now + FIRST, self._calm_by)
        return self._tuned(self._questions[0].speed) if self._questions else []

    def feed(self, data: bytes, now: float) -> list[Act]:
        """Take bytes that arrived, whatever they are."""
        sweep = self._sweep
        if sweep is None or self.deadline is None or not data:
            return []
        if self._stage is _Stage.LISTENING:
            self._overheard = True
            self.deadline = min(max(self.deadline, now + CALM), self._calm_by)
        elif self._stage is _Stage.ASKING and sweep.open is not None:
            self._collect(sweep, sweep.open, data, now)
        return []

    def _collect(self, sweep: Sweep, question: Question, data: bytes, now: float) -> None:
        """Listen on while something comes; the own echo is nothing."""
        self._heard += data
        if self.deadline is None or question.raw.startswith(bytes(self._heard)):
            return
        if is_readout(bytes(self._heard)):
            self._hard = sweep.until
        self.deadline = min(max(self.deadline, now + LISTEN), self._hard)

    def tick(self, now: float) -> list[Act]:
        """Let time pass."""
        if self._sweep is None or self.deadline is None or now < self.deadline:
            return []
        question = self._sweep.open
        if self._stage is not _Stage.ASKING or question is None:
            return self._ask(self._sweep, now)
        farewell = self._sweep.took(bytes(self._heard))
        if not farewell:
            return self._ask(self._sweep, now)
        self._stage, self.deadline = _Stage.LEAVING, now + farewell_time(question)
        return [Send(farewell, question.quiet)]

    def leave(self) -> bytes:
        """Return what ends that which the open question may have begun; empty where there is none."""
        question = self.question
        return question.farewell if question and self._stage is _Stage.ASKING else b""

    def result(self, now: float) -> Result:
        """Return what is known so far."""
        sweep = self._sweep or Sweep(self._questions, now, 0.0)
        known = sweep.result(now)
        return replace(known, others=known.others or self._overheard)

    def _ask(self, sweep: Sweep, now: float) -> list[Act]:
        question = sweep.next(now)
        self._heard.clear()
        if question is None:
            self._stage, self.deadline = _Stage.OVER, None
            return [Over()]
        self._stage = _Stage.ASKING
        self.deadline, self._hard = now + question.silent_for, now + question.answered_for
        return [*self._tuned(question.speed), Send(question.raw, question.quiet)]

    def _tuned(self, speed: Speed) -> list[Act]:
        if speed == self._speed:
            return []
        self._speed = speed
        return [Retune(speed)]
