"""The driver of Landis+Gyr/Siemens meters B and D: one readout answers all questions of a visit.

Rules (meter protocols §5)
- A readout is read once and holds for `HOLDS` seconds; questions within them cost no byte.
- An archive speed of 300 is the sign-on's, and the rate follows the identification; any other is a port fixed
  at that speed. A port of 8N1 carries the parity in bit 7.
- A meter that could be read only at the rate of the sign-on is read so for a day, or until that fails.
- A readout that failed is not tried again for each further question of the same visit.
- Nothing is asked of a readout that it cannot hold: daily and hourly freezes are "not supported" at once.
"""

from functools import partial

from core.meters.iec62056.dialects import DIALECTS, Dialect
from core.meters.iec62056.held import HeldReadouts
from core.meters.iec62056.runner import Timings
from core.meters.iec62056.session_driver import Make, SessionDriver
from core.meters.iec62056.sessions import SLOW_TRY, Call, address_of, readout
from core.meters.iec62056.values import Readout
from core.meters.occasion import Found, Lack
from core.meters.questions import Question

HOLDS = 30.0
"""Seconds for which a readout stands for the meter."""
FAILURE_HOLDS = 2.0
"""Seconds in which a failure answers too: the questions of a visit follow each other at once."""
SLOW_HOLDS = 20 * 3600.0
"""Seconds for which a meter is believed not to follow a change of rate."""


class ReadoutDriver(SessionDriver[str]):
    """Reads meters by readout on one line."""

    def __init__(self, timings: Timings | None = None, dialects: tuple[Dialect, ...] = DIALECTS) -> None:
        """``dialects``: codes of the meters of this type; the first where a readout tells none."""
        super().__init__(timings)
        self._dialects = dialects
        self._held = HeldReadouts(HOLDS, FAILURE_HOLDS)
        self._slow: dict[str, float] = {}

    def _plan(self, question: Question, now: float) -> Found | Lack | Make[str]:
        if known := self._held.known(question, now):
            return known
        meter = question.meter
        slow = now - self._slow.get(meter.address, -SLOW_HOLDS) < SLOW_HOLDS
        return partial(readout, Call(address_of(meter.address), meter.speed, slow))

    def _judge(self, question: Question, result: str, now: float) -> Found | Lack:
        if self._runner.tries >= SLOW_TRY:
            self._slow[question.meter.address] = now
        return self._held.keep(question, Readout(result, self._dialects), self._runner.began, now)

    def _missed(self, question: Question, lack: Lack, now: float) -> None:
        self._slow.pop(question.meter.address, None)
        self._held.miss(question, lack, now)
