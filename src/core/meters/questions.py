"""One question after the other on one line: what the drivers of all families have in common.

Strategy
- A family brings its exchanges (bytes in, ends of exchanges out) and says in ``_begun`` how a question starts
  and in ``_told`` what the end of an exchange means to it. Everything else of `core.meters.driver.Driver`
  stands here.
- A question is open from ``_begun`` to ``_finish``, which alone makes a ``Finished``; what is said while none
  is open is passed over.
- A family with a ``_longest`` question gives it up then, whatever the line says.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from core.errors import UsageError
from core.meters import driver as d
from core.meters.occasion import Found, Lack
from core.quantities import Value, Wanted

SaidT_co = TypeVar("SaidT_co", covariant=True)
EndT = TypeVar("EndT")


class Exchanges(Protocol[SaidT_co]):
    """The exchanges of one line, one after the other."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do, in monotonic seconds."""
        ...

    def feed(self, data: bytes, now: float) -> Sequence[SaidT_co]:
        """Take bytes that arrived."""
        ...

    def tick(self, now: float) -> Sequence[SaidT_co]:
        """Let time pass."""
        ...

    def cancel(self) -> None:
        """Give the exchange under way up."""
        ...


@dataclass(slots=True)
class Question:
    """The question under way."""

    meter: d.Access
    wanted: Wanted
    tries: int = field(default=1, kw_only=True)
    """Sends that its longest exchange needed so far."""


QuestionT = TypeVar("QuestionT", bound=Question)
SaidT = TypeVar("SaidT")


class QuestionDriver(ABC, Generic[QuestionT, SaidT]):
    """A `core.meters.driver.Driver` for exchanges that say ``SaidT``."""

    _longest = math.inf
    """Seconds after which a question is given up."""

    def __init__(self, exchanges: Exchanges[SaidT]) -> None:
        self._exchanges = exchanges
        self._open: QuestionT | None = None
        self._ends = math.inf
        """When the open question is given up."""

    @abstractmethod
    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Open a question and start its first exchange, or answer at once."""

    @abstractmethod
    def _obey(self, said: Sequence[SaidT], now: float) -> list[d.Command]:
        """Put what the exchanges say into commands."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        own = self._exchanges.deadline
        return own if own is None or own <= self._ends else self._ends

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address or a password that the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        try:
            self._ends = now + self._longest
            return self._begun(meter, wanted, now)
        except BaseException:
            self.cancel()
            raise

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        if self._open is not None and now >= self._ends:
            return self._give_up(self._open, now)
        return self._obey(self._exchanges.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        if self._open is not None and now >= self._ends:
            return self._give_up(self._open, now)
        return self._obey(self._exchanges.tick(now), now)

    def cancel(self) -> None:
        """Give the question up; a session left open lapses in the meter by itself."""
        self._open = None
        self._ends = math.inf
        self._exchanges.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing, where the family knows no such order."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing, where the family knows no such order."""
        return []

    def _give_up(self, question: QuestionT, now: float) -> list[d.Command]:
        self._exchanges.cancel()
        return self._finish(question, d.Outcome.BROKEN, reason=self._endless)

    @property
    def _endless(self) -> str:
        return f"no end after {self._longest:.0f} s"

    def _finish(
        self, question: QuestionT, outcome: d.Outcome, value: Value | None = None, *, reason: str = ""
    ) -> list[d.Command]:
        """End the question."""
        self._open = None
        self._ends = math.inf
        return [d.Finished(d.Answer(question.wanted, outcome, value, reason, question.tries))]

    def _settle(self, question: QuestionT, found: Found | Lack) -> list[d.Command]:
        """End the question with what was found."""
        if isinstance(found, Lack):
            return self._finish(question, found.outcome, reason=found.reason)
        return self._finish(question, d.Outcome.READ, found.value, reason=found.quality)


class ExchangeDriver(QuestionDriver[QuestionT, d.Send | d.Retune | EndT], Generic[QuestionT, EndT]):
    """A driver whose exchanges speak of the line in the common words; ``EndT`` is how one of them ends."""

    @abstractmethod
    def _told(self, question: QuestionT, end: EndT, now: float) -> list[d.Command]:
        """Go on with the question, or finish it."""

    def _obey(self, said: Sequence[d.Send | d.Retune | EndT], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send | d.Retune):
                commands.append(one)
            elif self._open is not None:
                commands += self._told(self._open, one, now)
        return commands
