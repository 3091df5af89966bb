"""Values a meter froze, found by the time it froze them at: never those of another day (dlt645 §9.1).

Rules
- Freezes are numbered backwards from the newest. The time of the newest is read once per meter and day; every
  older one is believed only after its own time was read.
- A freeze could be made between reading its time and its value. That is impossible when the newest one is the
  one the terminal's own clock expects and the next is not near; otherwise the time is read again behind.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.meters.dlt645.visit import Visit
from core.meters.occasion import Lack, absent, not_yet

MOST_STEPS = 8
"""Times read in the search for one freeze."""
MARGIN = timedelta(minutes=5)
"""How near the next freeze may be; the clock of a good meter is that exact (device behaviour 10)."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One kind of freezes: DI3 and DI2, how far apart, how many are kept."""

    head: str
    step: timedelta
    depth: int

    def code(self, item: str, number: int) -> str:
        """Identifier of an item (DI1) of a freeze."""
        return f"{self.head}{item}{number:02X}"


DAILY = Chain("0506", timedelta(days=1), 62)
TIMED = Chain("0500", timedelta(days=1), 12)
HOURLY = Chain("0504", timedelta(hours=1), 254)


def frozen(visit: Visit, chain: Chain, item: str, wanted: datetime) -> Generator[str, bytes | None, Any]:
    """Read an item of the freeze made at ``wanted``; a `Lack` when there is none."""
    newest: datetime | Lack = yield from _newest(visit, chain)
    if isinstance(newest, Lack):
        return newest
    number: int | Lack = yield from _number(visit, chain, newest, wanted)
    if isinstance(number, Lack):
        return number
    value: Any = yield from visit.read(chain.code(item, number))
    if value is None:
        return absent("the meter does not freeze this")
    if not _sure(visit, chain, newest):
        stamp: datetime | None = yield from visit.read(chain.code("00", number))
        if stamp != wanted:
            return not_yet("the meter froze anew meanwhile")
    return value


def _newest(visit: Visit, chain: Chain) -> Generator[str, bytes | None, datetime | Lack]:
    newest: datetime | None = visit.noted(chain.code("00", 1))
    if newest is None or not _sure(visit, chain, newest):
        newest = yield from visit.read(chain.code("00", 1))
        _keep(visit, chain, 1, newest, newest)
    return newest or absent("the meter has no freezes of this kind")


def _sure(visit: Visit, chain: Chain, newest: datetime) -> bool:
    """Tell whether the meter cannot freeze anew while it is asked."""
    civil = visit.civil
    return civil is not None and visit.sober and newest <= civil < newest + chain.step - MARGIN


def _keep(visit: Visit, chain: Chain, number: int, stamp: datetime | None, newest: datetime | None) -> None:
    if stamp is not None and newest is not None and _sure(visit, chain, newest):
        visit.note(chain.code("00", number), stamp)
        visit.note(f"{chain.code('00', number)} of", newest)


def _number(
    visit: Visit, chain: Chain, newest: datetime, wanted: datetime
) -> Generator[str, bytes | None, int | Lack]:
    """Find the freeze of a moment; gaps, from times the meter was dark, move it nearer to the front."""
    if newest < wanted:
        return not_yet(f"the newest freeze of the meter is of {newest:%Y-%m-%d %H:%M}")
    number, newer, older = 1 + (newest - wanted) // chain.step, 0, chain.depth + 1
    for _ in range(MOST_STEPS):
        if not newer < number < older:
            break
        stamp: datetime | None = newest if number == 1 else _stamp_noted(visit, chain, number, newest)
        if stamp is None:
            stamp = yield from visit.read(chain.code("00", number))
            _keep(visit, chain, number, stamp, newest)
        if stamp == wanted:
            return number
        if stamp is not None and stamp > wanted:
            newer, number = number, number + ((stamp - wanted) // chain.step or 1)
        else:
            older = number
            number = max(newer + 1, number - _steps_back(stamp, wanted, chain, number - newer))
    return absent(f"the meter has no freeze of {wanted:%Y-%m-%d %H:%M}")


def _stamp_noted(visit: Visit, chain: Chain, number: int, newest: datetime) -> datetime | None:
    """Return a time read before, if the numbers still count from the same newest freeze."""
    if visit.noted(f"{chain.code('00', number)} of") != newest:
        return None
    return visit.noted(chain.code("00", number))


def _steps_back(stamp: datetime | None, wanted: datetime, chain: Chain, room: int) -> int:
    """How many numbers to go towards the newest; half of the way where the meter keeps nothing so old."""
    return max(1, room // 2) if stamp is None else (wanted - stamp) // chain.step or 1
