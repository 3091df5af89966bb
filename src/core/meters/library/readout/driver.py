"""The driver of a readout library: one text answers all questions of a visit (meter protocols §5.2).

Rules
- A text holds for as long as the file says; questions within that time cost no byte. A failure holds too,
  briefly: the questions of a visit follow each other at once.
- Where only the fallback led to a text, the meter is read so from the first session on, for a day or so.
- Nothing is asked of a text that it cannot hold: freezes are "not supported" at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import DecodeError, UsageError
from core.meters import driver as d
from core.meters.iec62056.values import Found, Lack, Readout, answer
from core.meters.library.readout.model import ReadoutLibrary
from core.meters.library.readout.sitting import Missed, Said, Sitting, Text
from core.quantities import DayEnd, HourEnd, Wanted

NO_FREEZES = Lack(d.Outcome.UNSUPPORTED, "a readout keeps billing periods only")


@dataclass(frozen=True, slots=True)
class _Held:
    """A readout, when its first character came, when its last."""

    readout: Readout
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class _Question:
    """The question under way."""

    meter: d.Access
    wanted: Wanted


class ReadoutLibraryDriver:
    """Reads meters of one library on one line."""

    def __init__(self, library: ReadoutLibrary) -> None:
        self._library = library
        self._sitting = Sitting(library)
        self._held: dict[str, _Held] = {}
        self._failed: tuple[str, Lack, float] | None = None
        """Address, how it failed, and when."""
        self._fell_back: dict[str, float] = {}
        """Until when a meter is known to need the fallback."""
        self._open: _Question | None = None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._sitting.deadline

    def ask(self, meter: d.Access, wanted: Wanted, now: float) -> list[d.Command]:
        """Start a question; ``EncodeError`` for an address the family cannot carry."""
        if self._open is not None:
            raise UsageError("A question is under way.", "Wait for its end or cancel it.")
        wire = self._library.address.wire(meter.address)
        question = _Question(meter, wanted)
        known = self._without_asking(question, now)
        if known is not None:
            return [_finished(question, known, 1)]
        self._open = question
        slow = self._fell_back.get(meter.address, now) > now
        return self._obey(self._sitting.begin(wire, meter.speed, now, fall_back=slow), now)

    def feed(self, data: bytes, now: float) -> list[d.Command]:
        """Take bytes that arrived."""
        return self._obey(self._sitting.feed(data, now), now)

    def tick(self, now: float) -> list[d.Command]:
        """Let time pass."""
        return self._obey(self._sitting.tick(now), now)

    def cancel(self) -> None:
        """Give the question up; a session left open times out in the meter."""
        self._open = None
        self._sitting.cancel()

    def broadcast_time(self, moment: datetime, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def broadcast_freeze(self, now: float) -> list[d.Command]:
        """Nothing: libraries only read."""
        return []

    def _without_asking(self, question: _Question, now: float) -> Found | Lack | None:
        if isinstance(question.wanted.when, DayEnd | HourEnd):
            return NO_FREEZES
        self._held = {key: one for key, one in self._held.items() if now - one.ended <= self._library.holds}
        address = question.meter.address
        if address in self._held:
            return _answered(question, self._held[address], now)
        if (
            self._failed
            and self._failed[0] == address
            and now - self._failed[2] <= self._library.failure_holds
        ):
            return self._failed[1]
        return None

    def _obey(self, said: list[Said], now: float) -> list[d.Command]:
        commands: list[d.Command] = []
        for one in said:
            if isinstance(one, d.Send | d.Retune):
                commands.append(one)
            elif self._open is not None:
                question, self._open = self._open, None
                commands.append(_finished(question, self._ended(question, one, now), self._sitting.tries))
        return commands

    def _ended(self, question: _Question, end: Text | Missed, now: float) -> Found | Lack:
        address, back = question.meter.address, self._library.session.fallback
        self._sitting.cancel()
        if isinstance(end, Missed):
            lack = Lack(end.outcome, end.reason)
            self._fell_back.pop(address, None)
            self._failed = (address, lack, now)
            return lack
        if back and self._sitting.fell_back:
            self._fell_back.setdefault(address, now + back.holds)
        readout = Readout(end.content.decode("ascii", "replace"), self._library.dialects)
        held = self._held[address] = _Held(readout, end.began, now)
        return _answered(question, held, now)


def _answered(question: _Question, held: _Held, now: float) -> Found | Lack:
    age = timedelta(seconds=now - held.began)
    try:
        return answer(held.readout, question.wanted, question.meter.tariffs, age)
    except DecodeError as error:
        return Lack(d.Outcome.BROKEN, str(error))


def _finished(question: _Question, found: Found | Lack, tries: int) -> d.Finished:
    if isinstance(found, Lack):
        return d.Finished(d.Answer(question.wanted, found.outcome, None, found.reason, tries))
    return d.Finished(d.Answer(question.wanted, d.Outcome.READ, found.value, found.quality, tries))
