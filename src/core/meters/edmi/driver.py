"""The driver of the EDMI family: questions of the common vocabulary become commands (meter protocols §3).

Rules
- One login per meter and pass. When another meter is asked, the session of the one before is closed with one
  command that nothing depends on; the last one lapses by itself.
- A quantity is one multi-read. The types of registers are asked once per type of meter, the map of channels
  once a day per meter.
- A refused login is final for a quarter of an hour: a wrong password is not tried again by itself.
"""

from core.meters import driver as d
from core.meters.edmi import commands as c
from core.meters.edmi.address import number_of
from core.meters.edmi.exchange import Answered, Conversation, Failed, Said, Timings
from core.meters.edmi.recipes import recipe
from core.meters.edmi.visit import LOGIN_HOLDS, Notes, Say, Script, Setup, Types, Visit
from core.meters.scripts import Read, ScriptDriver, ScriptQuestion
from core.quantities import Wanted

__all__ = ["EdmiDriver", "Setup", "Timings"]
_Question = ScriptQuestion[Visit, Say, c.Answer | None]


class EdmiDriver(ScriptDriver[Visit, Say, c.Answer | None, Answered | Failed]):
    """Reads meters of the family on one line."""

    def __init__(self, setup: Setup | None = None, timings: Timings | None = None) -> None:
        """``setup``: what meters of this type do not tell themselves."""
        self._setup = setup or Setup()
        self._timings = timings or Timings()
        self._conversation = Conversation(self._timings)
        super().__init__(self._conversation)
        self._notes: dict[str, Notes] = {}
        self._types = Types()
        self._before: d.Access | None = None
        """The meter asked last."""

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        notes = self._notes.setdefault(meter.address, Notes())
        visit = Visit(meter, self._setup, notes, self._types, now)
        self._conversation.timings = self._timings.at(meter.speed)
        return self._play(_Question(meter, wanted, visit, self._script(visit, wanted)), now)

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

    def _say(self, say: Say, now: float) -> list[Said]:
        return self._conversation.begin(say.meter, say.command, now, 0 if say.optional else None)

    def _told(self, question: _Question, end: Answered | Failed, now: float) -> list[d.Command]:
        if question.said and question.said.optional:
            return self._hear(question, end.answer if isinstance(end, Answered) else None, now)
        question.tries = max(question.tries, end.sends)
        if isinstance(end, Failed):
            question.visit.notes.heard_at = float("-inf")
            outcome = d.Outcome.BROKEN if end.heard else d.Outcome.SILENT
            return self._finish(question, outcome, reason=end.heard or "no answer")
        if not isinstance(end.answer, c.Refused):
            question.visit.notes.heard_at = now
        return self._hear(question, end.answer, now)
