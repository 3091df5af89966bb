"""Values of the end of a month: those of a settlement day, if the meter settles at the end of the month.

Settlements carry no date. Number 1 is the newest; which month that is follows from the meter's own calendar,
and only while its midnight is not near.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from core.meters.dlt645.visit import Recipe, Registers, Visit
from core.meters.occasion import NO_SUCH, Lack, absent, not_yet
from core.quantities import Settled
from core.wire.times import DayHour, MonthDayTime

QUIET_FROM, QUIET_TO = time(0, 1), time(23, 50)
"""Outside of these the meter's day may change while it is asked."""
FIRST = DayHour(1, 0)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Identifiers of date, time and settlement day, and how many settlements are kept."""

    day: str
    time: str
    settles: str
    depth: int


CALENDAR_2007 = Calendar("04000101", "04000102", "04000B01", 12)
CALENDAR_1997 = Calendar("C010", "C011", "C117", 2)


def clock(visit: Visit, calendar: Calendar) -> Generator[str, bytes | None, datetime | None]:
    """Read date and time; the date once more when midnight lies just behind."""
    day: date | None = yield from _date(visit, calendar)
    moment: time | None = yield from visit.read(calendar.time)
    if moment is not None and moment < QUIET_FROM:
        day = yield from _date(visit, calendar)
    return datetime.combine(day, moment) if day and moment else None


def _date(visit: Visit, calendar: Calendar) -> Generator[str, bytes | None, date | None]:
    found: Any = yield from visit.read(calendar.day)
    return found.day if found else None


def settlement(visit: Visit, calendar: Calendar, month: date) -> Generator[str, bytes | None, int | Lack]:
    """Return the number of the settlement at the end of a month."""
    settles: DayHour | None = visit.noted(calendar.settles)
    if settles is None:
        settles = yield from visit.read(calendar.settles)
        visit.note(calendar.settles, settles)
    if settles != FIRST:
        return absent("the meter does not settle at the end of the month")
    today: date | Lack = yield from _today(visit, calendar)
    if isinstance(today, Lack):
        return today
    number = 12 * (today.year - month.year) + today.month - month.month
    if number < 1:
        return not_yet(f"the calendar of the meter is at {today}")
    return number if number <= calendar.depth else absent(f"the meter keeps {calendar.depth} settlements")


def _today(visit: Visit, calendar: Calendar) -> Generator[str, bytes | None, date | Lack]:
    noted: date | None = visit.noted(calendar.day)
    if noted is not None:
        return noted
    now: datetime | None = yield from clock(visit, calendar)
    if now is None:
        return absent("the meter tells no date")
    if not QUIET_FROM <= now.time() < QUIET_TO:
        return not_yet("it is midnight at the meter")
    if visit.civil is not None and now.date() == visit.civil.date():
        visit.note(calendar.day, now.date())
    return now.date()


def settled(tariffs: Callable[[int], Registers]) -> Recipe:
    """Energy up to the last settlement, and since then: the difference of the registers.

    ``tariffs`` reads them as they were so many settlements ago; 0 is now.
    """
    before = yield from tariffs(1)
    present = (yield from tariffs(0)) if before else None
    if before is None or present is None or len(present) != len(before):
        return NO_SUCH
    pairs = zip(before, present, strict=True)
    return Settled(before, tuple(None if None in (old, new) else new - old for old, new in pairs))


def dated(yearly: MonthDayTime | None, now: datetime) -> datetime | None:
    """Give a moment of any year, as 1997 meters tell it, the year in which it lies before ``now``."""
    if yearly is None:
        return None
    for year in range(now.year, now.year - 9, -1):  # 29 February may be eight years back
        try:
            moment = datetime(year, yearly.month, yearly.day, yearly.hour, yearly.minute)
        except ValueError:
            continue
        if moment <= now:
            return moment
    return None
