"""The driver of Landis+Gyr/Siemens meters B and D: one readout answers all questions of a visit.

Rules (meter protocols §5)
- A readout is read once and holds for `HOLDS` seconds; questions within them cost no byte.
- An archive speed of 300 is the sign-on's, and the rate follows the identification; any other is a port fixed
  at that speed. A port of 8N1 carries the parity in bit 7.
- A meter that could be read only at the rate of the sign-on is read so for a day, or until that fails.
- A readout that failed is not tried again for each further question of the same visit.
- Nothing is asked of a readout that it cannot hold: daily and hourly freezes are "not supported" at once.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from core.meters.driver import Outcome
from core.meters.iec62056.dialects import DIALECTS, Dialect
from core.meters.iec62056.runner import Timings
from core.meters.iec62056.session_driver import Make, Question, SessionDriver
from core.meters.iec62056.sessions import SLOW_TRY, Call, address_of, readout
from core.meters.iec62056.values import Found, Lack, Readout, answer
from core.quantities import DayEnd, HourEnd

HOLDS = 30.0
"""Seconds for which a readout stands for the meter."""
FAILURE_HOLDS = 2.0
"""Seconds in which a failure answers too: the questions of a visit follow each other at once."""
SLOW_HOLDS = 20 * 3600.0
"""Seconds for which a meter is believed not to follow a change of rate."""
NO_FREEZES = Lack(Outcome.UNSUPPORTED, "a readout keeps billing periods only")


@dataclass(frozen=True, slots=True)
class _Held:
    """A readout, when its first character came, when its last."""

    readout: Readout
    began: float
    ended: float


class ReadoutDriver(SessionDriver[str]):
    """Reads meters by readout on one line."""

    def __init__(self, timings: Timings | None = None, dialects: tuple[Dialect, ...] = DIALECTS) -> None:
        """``dialects``: codes of the meters of this type; the first where a readout tells none."""
        super().__init__(timings)
        self._dialects = dialects
        self._held: dict[str, _Held] = {}
        self._slow: dict[str, float] = {}
        self._failed: tuple[str, Lack, float] | None = None
        """Address, how it failed, and when."""

    def _plan(self, question: Question, now: float) -> Found | Lack | Make[str]:
        meter = question.meter
        if isinstance(question.wanted.when, DayEnd | HourEnd):
            return NO_FREEZES
        self._held = {key: one for key, one in self._held.items() if now - one.ended <= HOLDS}
        if held := self._held.get(meter.address):
            return _answered(question, held, now)
        if self._failed and self._failed[0] == meter.address and now - self._failed[2] <= FAILURE_HOLDS:
            return self._failed[1]
        slow = now - self._slow.get(meter.address, -SLOW_HOLDS) < SLOW_HOLDS
        return partial(readout, Call(address_of(meter.address), meter.speed, slow))

    def _judge(self, question: Question, result: str, now: float) -> Found | Lack:
        address = question.meter.address
        if self._runner.tries >= SLOW_TRY:
            self._slow[address] = now
        held = self._held[address] = _Held(Readout(result, self._dialects), self._runner.began, now)
        return _answered(question, held, now)

    def _missed(self, question: Question, lack: Lack, now: float) -> None:
        self._slow.pop(question.meter.address, None)
        self._failed = (question.meter.address, lack, now)


def _answered(question: Question, held: _Held, now: float) -> Found | Lack:
    age = timedelta(seconds=now - held.began)
    return answer(held.readout, question.wanted, question.meter.tariffs, age)
