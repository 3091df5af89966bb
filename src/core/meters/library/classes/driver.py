"""The driver of a library of classes: questions of the common vocabulary become sessions.

A session belongs to one meter of the bus, so each question that needs the line ends with the frame that gives
the line back.
"""

from core.meters import driver as d
from core.meters.library.classes.model import ClassLibrary
from core.meters.library.classes.recipes import recipe
from core.meters.library.classes.visit import Exchange, Notes, Visit
from core.meters.library.frames import Found
from core.meters.library.model import LONGEST_QUESTION
from core.meters.library.talk import Lost, Said, Talk
from core.meters.scripts import ScriptDriver, ScriptQuestion
from core.quantities import Wanted

_Question = ScriptQuestion[Visit, Exchange, Found | Lost]


class ClassLibraryDriver(ScriptDriver[Visit, Exchange, Found | Lost, Found | Lost]):
    """Reads meters of one library on one line."""

    _longest = LONGEST_QUESTION

    def __init__(self, library: ClassLibrary) -> None:
        self._library = library
        self._talk = Talk(library.timing, library.unasked)
        super().__init__(self._talk)
        self._notes: dict[str, Notes] = {}

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        self._talk.byte_time = meter.speed.bits / meter.speed.baud
        visit = Visit(self._library, meter, self._notes.setdefault(meter.address, Notes()), now)
        return self._play(_Question(meter, wanted, visit, recipe(visit, wanted)), now)

    def _say(self, say: Exchange, now: float) -> list[Said]:
        return self._talk.begin(
            say.send, say.known, say.expected, now, tries=say.tries, wait=say.wait, reply=say.reply
        )

    def _told(self, question: _Question, end: Found | Lost, now: float) -> list[d.Command]:
        question.tries = max(question.tries, self._talk.sends)
        if isinstance(end, Lost) and end.outcome is d.Outcome.BROKEN:
            question.heard = end.reason
        return self._hear(question, end, now)

    def _parting(self, question: _Question, now: float) -> list[d.Command]:
        logout, visit = self._library.session.logout, question.visit
        closing: list[d.Command] = []
        if logout and visit.entered:
            closing.append(self._talk.say(logout, visit.known, now))
        self._talk.cancel()
        return closing
