"""ERC12: a meter's clock is off by the limit or more (device behaviour 6.7, 7.2)."""

from datetime import datetime, time, timedelta

from core.gdw376.units.erc import Erc12
from core.quantities import Quantity
from core.terminal.events.case import Case
from core.terminal.rtc import EARLIEST, LATEST

ERC = 12
LIMIT = timedelta(minutes=5)
"""Where F59 says 0."""
MIDNIGHT = time(23, 59)
NEAR = timedelta(minutes=2)
"""Around a broadcast a meter is about to be set, or was just set [design]."""


def judge(case: Case) -> None:
    """Compare the meter's clock with the time at which it was read."""
    reading = case.readings.get(Quantity.CLOCK)
    if reading is None or not isinstance(reading.value, datetime) or _spared(case, reading.read_at):
        return
    shown = reading.value
    if shown.time() >= MIDNIGHT:
        return
    limit = timedelta(minutes=case.thresholds.clock) or LIMIT
    off = not EARLIEST <= shown < LATEST or abs(shown - reading.read_at) >= limit
    case.streak(ERC, off, lambda mark: Erc12(None, mark))


def _spared(case: Case, at: datetime) -> bool:
    return case.broadcast_at is not None and abs(at - case.broadcast_at) < NEAR
