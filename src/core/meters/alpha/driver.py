"""The driver of the ALPHA family: questions of the common vocabulary become sessions (meter protocols §4).

Rules
- A session belongs to one meter of the bus, so each question that needs the line ends with the command that
  gives the line back.
- All registers come in one class: what was read serves the questions of the next half minute, so a visit
  costs one reading of it. Constants and the map of blocks are read once a day.
- A refused password is final for a quarter of an hour: repeats lock the meter.
"""

from dataclasses import dataclass
from datetime import datetime

from core.errors import DecodeError, UsageError
from core.meters import driver as d
from core.meters.alpha import packets as p
from core.meters.alpha.classes import UnknownLayout
from core.meters.alpha.exchange import Answered, Conversation, Failed, Said, Timings
from core.meters.alpha.recipes import Read, recipe
from core.meters.alpha.visit import Ended, Heard, Notes, Script, Setup, Visit
from core.quantities import Value, Wanted

__all__ = ["AlphaDriver", "Setup", "Timings"]


@dataclass(slots=True)
class _Question:
    """The question under way."""

    visit: Visit
    wanted: Wanted
    script: Script[Read]
    heard: str = ""
    """Why something that came was no answer."""
    tries: int = 1


class AlphaDriver:
    """Reads meters of the family on one line."""

    def __init__(self, setup: Setup | None = None, timings: Timings | None = None) -> None:
        """``setup``: what meters of this type do not tell themselves."""
        self._setup = setup or Setup()
        self._timings = timings or Timings()
        self._conversation = Conversation(self._timings)
        self._notes: dict[str, Notes] = {}
        self._open: _Question | None = None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._conversation.deadline

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address or a password that the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        notes = self._notes.setdefault(meter.address, Notes())
        visit = Visit(meter, self._setup, notes, now)
        self._conversation.timings = self._timings.at(meter.speed)
        self._open = _Question(visit, wanted, recipe(visit, wanted))
        return self._go_on(self._open, None, now)

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        return self._obey(self._conversation.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        return self._obey(self._conversation.tick(now), now)

    def cancel(self) -> None:
        """Give the question up; the session lapses by itself."""
        self._open = None
        self._conversation.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing: the family knows no such order."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing: the family knows no such order."""
        return []

    def _obey(self, said: list[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send):
                commands.append(one)
            elif self._open is not None:
                commands += self._told(self._open, one, now)
        return commands

    def _told(self, question: _Question, one: Answered | Failed, now: float) -> list[d.Command]:
        """Let the script have what came of its request."""
        question.tries = max(question.tries, one.sends)
        if isinstance(one, Answered):
            return self._go_on(question, one.reply, now)
        question.heard = one.heard or question.heard
        return self._go_on(question, None, now)

    def _go_on(self, question: _Question, heard: Heard, now: float) -> list[d.Command]:
        """Give the script its answer and say what it says next."""
        try:
            say = question.script.send(heard)
        except StopIteration as end:
            value, quality = end.value
            return self._finish(question, d.Outcome.READ, now, value, reason=quality)
        except Ended as ended:
            return self._ended(question, ended, now)
        except UnknownLayout as error:
            return self._finish(question, d.Outcome.UNSUPPORTED, now, reason=error.reason)
        except DecodeError as error:
            return self._finish(question, d.Outcome.BROKEN, now, reason=error.reason)
        delay = self._timings.busy if say.busy else 0.0
        return self._obey(self._conversation.begin(say.request, now, delay), now)

    def _ended(self, question: _Question, ended: Ended, now: float) -> list[d.Command]:
        if ended.outcome is d.Outcome.SILENT and question.heard:
            return self._finish(question, d.Outcome.BROKEN, now, reason=question.heard)
        return self._finish(question, ended.outcome, now, reason=ended.reason)

    def _finish(
        self,
        question: _Question,
        outcome: d.Outcome,
        now: float,
        value: Value | None = None,
        *,
        reason: str = "",
    ) -> list[d.Command]:
        """End the session, if there is one, and the question."""
        self._open = None
        closing = [self._conversation.say(p.Short(p.END), now)] if question.visit.entered else []
        return [*closing, d.Finished(d.Answer(question.wanted, outcome, value, reason, question.tries))]
