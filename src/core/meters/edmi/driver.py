"""The driver of the EDMI family: questions of the common vocabulary become commands (meter protocols §3).

Rules
- One login per meter and pass. When another meter is asked, the session of the one before is closed with one
  command that nothing depends on; the last one lapses by itself.
- A quantity is one multi-read. The types of registers are asked once per type of meter, the map of channels
  once a day per meter.
- A refused login is final for a quarter of an hour: a wrong password is not tried again by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from core.errors import DecodeError, UsageError
from core.meters import driver as d
from core.meters.edmi import commands as c
from core.meters.edmi.address import number_of
from core.meters.edmi.exchange import Answered, Conversation, Failed, Said, Timings
from core.meters.edmi.recipes import Read, recipe
from core.meters.edmi.visit import LOGIN_HOLDS, Ended, Notes, Say, Script, Setup, Types, Visit
from core.quantities import Value, Wanted

__all__ = ["EdmiDriver", "Setup", "Timings"]


@dataclass(slots=True)
class _Question:
    """The question under way."""

    meter: d.Access
    wanted: Wanted
    script: Script[Read]
    optional: bool = False
    """Nothing depends on the answer to the command under way."""
    tries: int = 1


class EdmiDriver:
    """Reads meters of the family on one line."""

    def __init__(self, setup: Setup | None = None, timings: Timings | None = None) -> None:
        """``setup``: what meters of this type do not tell themselves."""
        self._setup = setup or Setup()
        self._timings = timings or Timings()
        self._conversation = Conversation(self._timings)
        self._notes: dict[str, Notes] = {}
        self._types = Types()
        self._open: _Question | None = None
        self._before: d.Access | None = None
        """The meter asked last."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._conversation.deadline

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address or a password that the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        notes = self._notes.setdefault(meter.address, Notes())
        visit = Visit(meter, self._setup, notes, self._types, now)
        self._conversation.timings = self._timings.at(meter.speed)
        question = _Question(meter, wanted, self._script(visit, wanted))
        self._open = question
        try:
            return self._go_on(question, None, now)
        except BaseException:
            self._open = None
            raise

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

    def _script(self, visit: Visit, wanted: Wanted) -> Script[Read]:
        reading = recipe(visit, wanted)
        yield from self._leave(visit)
        yield from visit.enter()
        return (yield from reading)

    def _leave(self, visit: Visit) -> Script[None]:
        """Close the session with the meter asked before, if it is another one and may still be open."""
        before, self._before = self._before, visit.meter
        if before is None or before.address == visit.meter.address or before.speed != visit.meter.speed:
            return
        notes = self._notes[before.address]
        if visit.now - notes.heard_at < LOGIN_HOLDS:
            notes.heard_at = float("-inf")
            yield Say(number_of(before.address), c.Logout(), optional=True)

    def _obey(self, said: list[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send):
                commands.append(one)
            elif self._open is not None:
                commands += self._told(self._open, one, now)
        return commands

    def _told(self, question: _Question, one: Answered | Failed, now: float) -> list[d.Command]:
        """Let the script have what came of its command."""
        if question.optional:
            return self._go_on(question, one.answer if isinstance(one, Answered) else None, now)
        question.tries = max(question.tries, one.sends)
        if isinstance(one, Failed):
            self._notes[question.meter.address].heard_at = float("-inf")
            outcome = d.Outcome.BROKEN if one.heard else d.Outcome.SILENT
            return self._finish(question, outcome, reason=one.heard or "no answer")
        if not isinstance(one.answer, c.Refused):
            self._notes[question.meter.address].heard_at = now
        return self._go_on(question, one.answer, now)

    def _go_on(self, question: _Question, answer: c.Answer | None, now: float) -> list[d.Command]:
        """Give the script its answer and say what it says next."""
        try:
            say = question.script.send(answer)
        except StopIteration as end:
            value, quality = end.value
            return self._finish(question, d.Outcome.READ, value, reason=quality)
        except Ended as ended:
            return self._finish(question, ended.outcome, reason=ended.reason)
        except DecodeError as error:
            return self._finish(question, d.Outcome.BROKEN, reason=error.reason)
        question.optional = say.optional
        begun = self._conversation.begin(say.meter, say.command, now, 0 if say.optional else None)
        return self._obey(begun, now)

    def _finish(
        self, question: _Question, outcome: d.Outcome, value: Value | None = None, *, reason: str = ""
    ) -> list[d.Command]:
        self._open = None
        return [d.Finished(d.Answer(question.wanted, outcome, value, reason, question.tries))]
