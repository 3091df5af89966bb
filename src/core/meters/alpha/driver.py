"""The driver of the ALPHA family: questions of the common vocabulary become sessions (meter protocols §4).

Rules
- A session belongs to one meter of the bus, so each question that needs the line ends with the command that
  gives the line back.
- All registers come in one class: what was read serves the questions of the next half minute, so a visit
  costs one reading of it. Constants and the map of blocks are read once a day.
- A refused password is final for a quarter of an hour: repeats lock the meter.
"""

from core.meters import driver as d
from core.meters.alpha import packets as p
from core.meters.alpha.exchange import Answered, Conversation, Failed, Said, Timings
from core.meters.alpha.recipes import recipe
from core.meters.alpha.visit import Heard, Notes, Say, Setup, Visit
from core.meters.scripts import ScriptDriver, ScriptQuestion
from core.quantities import Wanted

__all__ = ["AlphaDriver", "Setup", "Timings"]
_Question = ScriptQuestion[Visit, Say, Heard]


class AlphaDriver(ScriptDriver[Visit, Say, Heard, Answered | Failed]):
    """Reads meters of the family on one line."""

    def __init__(self, setup: Setup | None = None, timings: Timings | None = None) -> None:
        """``setup``: what meters of this type do not tell themselves."""
        self._setup = setup or Setup()
        self._timings = timings or Timings()
        self._conversation = Conversation(self._timings)
        super().__init__(self._conversation)
        self._notes: dict[str, Notes] = {}

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        notes = self._notes.setdefault(meter.address, Notes())
        visit = Visit(meter, self._setup, notes, now)
        self._conversation.timings = self._timings.at(meter.speed)
        return self._play(_Question(meter, wanted, visit, recipe(visit, wanted)), now)

    def _say(self, say: Say, now: float) -> list[Said]:
        return self._conversation.begin(say.request, now, self._timings.busy if say.busy else 0.0)

    def _told(self, question: _Question, end: Answered | Failed, now: float) -> list[d.Command]:
        question.tries = max(question.tries, end.sends)
        if isinstance(end, Answered):
            return self._hear(question, end.reply, now)
        question.heard = end.heard or question.heard
        return self._hear(question, None, now)

    def _parting(self, question: _Question, now: float) -> list[d.Command]:
        return [self._conversation.say(p.Short(p.END), now)] if question.visit.entered else []
