"""What all drivers of the family share: one question, one runner, one end."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from core.errors import DecodeError, EncodeError, UsageError
from core.meters import driver as d
from core.meters.iec62056.runner import Ended, Failed, Runner, Said, Script, Timings
from core.meters.iec62056.values import Found, Lack
from core.quantities import Wanted

T = TypeVar("T")
Make = Callable[[int], Script[T | Lack]]
"""From the number of a try to its script."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question under way."""

    meter: d.Access
    wanted: Wanted


class SessionDriver(ABC, Generic[T]):
    """Answers questions by scripts with result ``T``, on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self._runner: Runner[T | Lack] = Runner(timings)
        self._open: Question | None = None

    @abstractmethod
    def _plan(self, question: Question, now: float) -> Found | Lack | Make[T]:
        """Return what is known without the meter, or how to ask it."""

    @abstractmethod
    def _judge(self, question: Question, result: T, now: float) -> Found | Lack:
        """Return what a result says; ``DecodeError`` for values that are none."""

    def _missed(self, question: Question, lack: Lack, now: float) -> None:
        """Learn that no try succeeded."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._runner.deadline

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address that no sign-on carries."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        question = Question(meter, wanted)
        try:
            plan = self._plan(question, now)
        except DecodeError as error:
            plan = Lack(d.Outcome.BROKEN, str(error))
        if isinstance(plan, Found | Lack):
            return [_finished(question, plan, 1)]
        return self._begun(question, plan, now)

    def _begun(self, question: Question, make: Make[T], now: float) -> list[d.Command]:
        self._open = question
        try:
            return self._obey(self._runner.begin(make, question.meter.speed, now), now)
        except EncodeError:
            self.cancel()
            raise

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        return self._obey(self._runner.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        return self._obey(self._runner.tick(now), now)

    def cancel(self) -> None:
        """Give the question up; a session left open times out in the meter."""
        self._open = None
        self._runner.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing: the family has no such order."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing: the family has no such order."""
        return []

    def _obey(self, said: Sequence[Said[T | Lack]], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send | d.Retune):
                commands.append(one)
            elif self._open is not None:
                question, self._open = self._open, None
                found = self._end(question, one, now)
                commands.append(_finished(question, found, self._runner.tries))
        return commands

    def _end(self, question: Question, end: Ended[T | Lack] | Failed, now: float) -> Found | Lack:
        if isinstance(end, Failed):
            lack = Lack(d.Outcome.BROKEN if end.heard else d.Outcome.SILENT, end.reason)
            self._missed(question, lack, now)
            return lack
        if isinstance(end.result, Lack):
            return end.result
        try:
            return self._judge(question, end.result, now)
        except DecodeError as error:
            return Lack(d.Outcome.BROKEN, str(error))


def _finished(question: Question, found: Found | Lack, tries: int) -> d.Finished:
    if isinstance(found, Lack):
        return d.Finished(d.Answer(question.wanted, found.outcome, None, found.reason, tries))
    return d.Finished(d.Answer(question.wanted, d.Outcome.READ, found.value, found.quality, tries))
