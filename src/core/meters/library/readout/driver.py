"""The driver of a readout library: one text answers all questions of a visit (meter protocols §5.2).

Rules
- A text holds for as long as the file says; questions within that time cost no byte. A failure holds too,
  briefly: the questions of a visit follow each other at once.
- Where only the fallback led to a text, the meter is read so from the first session on, for a day or so.
- Nothing is asked of a text that it cannot hold: freezes are "not supported" at once.
"""

from core.meters import driver as d
from core.meters.iec62056.held import HeldReadouts
from core.meters.iec62056.values import Readout
from core.meters.library.readout.model import ReadoutLibrary
from core.meters.library.readout.sitting import Missed, Sitting, Text
from core.meters.occasion import Found, Lack
from core.meters.questions import ExchangeDriver, Question
from core.quantities import Wanted


class ReadoutLibraryDriver(ExchangeDriver[Question, Text | Missed]):
    """Reads meters of one library on one line."""

    def __init__(self, library: ReadoutLibrary) -> None:
        self._library = library
        self._sitting = Sitting(library)
        super().__init__(self._sitting)
        self._held = HeldReadouts(library.holds, library.failure_holds)
        self._fell_back: dict[str, float] = {}
        """Until when a meter is known to need the fallback."""

    def _begun(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        wire = self._library.address.wire(meter.address)
        question = Question(meter, wanted)
        if known := self._held.known(question, now):
            return self._settle(question, known)
        self._open = question
        slow = self._fell_back.get(meter.address, now) > now
        return self._obey(self._sitting.begin(wire, meter.speed, now, fall_back=slow), now)

    def _told(self, question: Question, end: Text | Missed, now: float) -> list[d.Command]:
        question.tries = self._sitting.tries
        self._sitting.cancel()
        return self._settle(question, self._found(question, end, now))

    def _found(self, question: Question, end: Text | Missed, now: float) -> Found | Lack:
        address, back = question.meter.address, self._library.session.fallback
        if isinstance(end, Missed):
            lack = Lack(end.outcome, end.reason)
            self._fell_back.pop(address, None)
            self._held.miss(question, lack, now)
            return lack
        if back and self._sitting.fell_back:
            self._fell_back.setdefault(address, now + back.holds)
        readout = Readout(end.content.decode("ascii", "replace"), self._library.dialects)
        return self._held.keep(question, readout, end.began, now)
