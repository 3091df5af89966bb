"""What all drivers of the family share: one question, one runner, one end."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import DecodeError
from core.meters import driver as d
from core.meters.iec62056.runner import Ended, Failed, Runner, Script, Timings
from core.meters.occasion import Found, Lack
from core.meters.questions import ExchangeDriver, Question
from core.quantities import Wanted

T = TypeVar("T")
Make = Callable[[int], Script[T | Lack]]
"""From the number of a try to its script."""


class SessionDriver(ExchangeDriver[Question, Ended[T | Lack] | Failed], Generic[T]):
    """Answers questions by scripts with result ``T``, on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self._runner: Runner[T | Lack] = Runner(timings)
        super().__init__(self._runner)

    @abstractmethod
    def _plan(self, question: Question, now: float) -> Found | Lack | Make[T]:
        """Return what is known without the meter, or how to ask it."""

    @abstractmethod
    def _judge(self, question: Question, result: T, now: float) -> Found | Lack:
        """Return what a result says; ``DecodeError`` for values that are none."""

    def _missed(self, question: Question, lack: Lack, now: float) -> None:
        """Learn that no try succeeded."""

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        question = Question(meter, wanted)
        plan = self._plan(question, now)
        if isinstance(plan, Found | Lack):
            return self._settle(question, plan)
        self._open = question
        return self._obey(self._runner.begin(plan, meter.speed, now), now)

    def _told(self, question: Question, end: Ended[T | Lack] | Failed, now: float) -> list[d.Command]:
        question.tries = self._runner.tries
        return self._settle(question, self._found(question, end, now))

    def _found(self, question: Question, end: Ended[T | Lack] | Failed, now: float) -> Found | Lack:
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
