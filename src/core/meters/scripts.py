"""Drivers whose questions are scripts: sessions told as generators that know no line.

A script yields what it wants to say and is sent how that ended; it returns a value with its quality words.
What ends a question early is raised as `Ended`; bytes that are no value raise ``DecodeError``.
"""

from abc import abstractmethod
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from core.errors import CoreError, DecodeError
from core.meters import driver as d
from core.meters.questions import EndT, ExchangeDriver, Question
from core.quantities import Value

Read = tuple[Value, str]
"""A value and its quality words."""
VisitT = TypeVar("VisitT")
SayT = TypeVar("SayT")
HeardT = TypeVar("HeardT")


class Ended(CoreError):
    """The question has no value, and why."""

    def __init__(self, outcome: d.Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class UnknownLayout(DecodeError):
    """Sound bytes in a form that nobody described."""


@dataclass(slots=True)
class ScriptQuestion(Question, Generic[VisitT, SayT, HeardT]):
    """A question and the script that answers it."""

    visit: VisitT
    script: Generator[SayT, HeardT, Read]
    said: SayT | None = None
    """What the exchange under way is about."""
    heard: str = ""
    """Why something that came was no answer."""


class ScriptDriver(
    ExchangeDriver[ScriptQuestion[VisitT, SayT, HeardT], EndT], Generic[VisitT, SayT, HeardT, EndT]
):
    """A driver that plays one script for each question."""

    @abstractmethod
    def _say(self, say: SayT, now: float) -> Sequence[d.Send | d.Retune | EndT]:
        """Start the exchange for what a script says."""

    def _parting(self, question: ScriptQuestion[VisitT, SayT, HeardT], now: float) -> list[d.Command]:
        """What still goes out when the question ends."""
        return []

    def _play(self, question: ScriptQuestion[VisitT, SayT, HeardT], now: float) -> list[d.Command]:
        """Open the question and let its script begin."""
        self._open = question
        return self._go_on(question, partial(next, question.script), now)

    def _hear(
        self, question: ScriptQuestion[VisitT, SayT, HeardT], heard: HeardT, now: float
    ) -> list[d.Command]:
        """Let the script have how its exchange ended."""
        return self._go_on(question, partial(question.script.send, heard), now)

    def _go_on(
        self, question: ScriptQuestion[VisitT, SayT, HeardT], step: Callable[[], SayT], now: float
    ) -> list[d.Command]:
        try:
            question.said = say = step()
        except StopIteration as end:
            value, quality = end.value
            return self._part(question, d.Outcome.READ, now, value, reason=quality)
        except Ended as ended:
            return self._ended(question, ended, now)
        except UnknownLayout as error:
            return self._part(question, d.Outcome.UNSUPPORTED, now, reason=error.reason)
        except DecodeError as error:
            return self._part(question, d.Outcome.BROKEN, now, reason=error.reason)
        return self._obey(self._say(say, now), now)

    def _ended(
        self, question: ScriptQuestion[VisitT, SayT, HeardT], ended: Ended, now: float
    ) -> list[d.Command]:
        if ended.outcome is d.Outcome.SILENT and question.heard:
            return self._part(question, d.Outcome.BROKEN, now, reason=question.heard)
        return self._part(question, ended.outcome, now, reason=ended.reason)

    def _part(
        self, question: ScriptQuestion[VisitT, SayT, HeardT], outcome: d.Outcome, now: float,
        value: Value | None = None, *, reason: str = "",
    ) -> list[d.Command]:  # fmt: skip
        """End the session, if there is one, and the question."""
        return [*self._parting(question, now), *self._finish(question, outcome, value, reason=reason)]

    def _give_up(self, question: ScriptQuestion[VisitT, SayT, HeardT], now: float) -> list[d.Command]:
        return self._part(question, d.Outcome.BROKEN, now, reason=self._endless)
