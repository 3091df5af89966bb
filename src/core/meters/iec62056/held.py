"""Readouts that were read lately: one answers all questions of a visit (meter protocols §5.2)."""

from dataclasses import dataclass
from datetime import timedelta

from core.errors import DecodeError
from core.meters.driver import Outcome
from core.meters.iec62056.values import Readout, answer
from core.meters.occasion import Found, Lack
from core.meters.questions import Question
from core.quantities import DayEnd, HourEnd

NO_FREEZES = Lack(Outcome.UNSUPPORTED, "a readout keeps billing periods only")


@dataclass(frozen=True, slots=True)
class _Held:
    """A readout, when its first character came, when its last."""

    readout: Readout
    began: float
    ended: float


class HeldReadouts:
    """The readouts of the meters of one line, and the last failure: questions of a visit follow at once."""

    def __init__(self, holds: float, failure_holds: float) -> None:
        """Seconds for which a readout stands for its meter, and for which a failure answers too."""
        self._holds = holds
        self._failure_holds = failure_holds
        self._held: dict[str, _Held] = {}
        self._failed: tuple[str, Lack, float] | None = None
        """Address, how it failed, and when."""

    def known(self, question: Question, now: float) -> Found | Lack | None:
        """Return what can be said without the meter; ``None`` if it must be read."""
        if isinstance(question.wanted.when, DayEnd | HourEnd):
            return NO_FREEZES
        self._held = {key: one for key, one in self._held.items() if now - one.ended <= self._holds}
        address = question.meter.address
        if held := self._held.get(address):
            return _answered(question, held, now)
        if self._failed and self._failed[0] == address and now - self._failed[2] <= self._failure_holds:
            return self._failed[1]
        return None

    def keep(self, question: Question, readout: Readout, began: float, now: float) -> Found | Lack:
        """Keep a readout whose first character came at ``began``, and return what it says."""
        held = self._held[question.meter.address] = _Held(readout, began, now)
        return _answered(question, held, now)

    def miss(self, question: Question, lack: Lack, now: float) -> None:
        """Learn that the meter could not be read."""
        self._failed = (question.meter.address, lack, now)


def _answered(question: Question, held: _Held, now: float) -> Found | Lack:
    age = timedelta(seconds=now - held.began)
    try:
        return answer(held.readout, question.wanted, question.meter.tariffs, age)
    except DecodeError as error:
        return Lack(Outcome.BROKEN, str(error))
