"""The calendar of a meter: its clock, and which of its settlements the end of a month is."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import DecodeError
from core.meters.dlt645.settlements import QUIET_FROM, QUIET_TO
from core.meters.library import model as m
from core.meters.library.values import Plain, Stamp
from core.meters.occasion import Lack, Occasion, absent, not_yet
from core.quantities import Quantity


def read_one(one: m.One) -> Generator[str, bytes | None, Plain]:
    """Read one identifier; ``None`` where the meter has no such thing."""
    content = yield one.id
    return None if content is None else one.format.load(content)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one meter says of the time."""

    library: m.Library
    occasion: Occasion

    def now(self) -> Generator[str, bytes | None, datetime | None]:
        """Read the clock; ``None`` where there is none."""
        clock = self.library.quantities.get(Quantity.CLOCK)
        return (yield from self.clock(clock)) if isinstance(clock, m.Clock) else None

    def clock(self, plan: m.Clock) -> Generator[str, bytes | None, datetime | None]:
        """The parts; all once more when midnight lies between them."""
        moment = yield from self._parts(plan)
        if moment is not None and len(plan.parts) > 1 and moment.time() < QUIET_FROM:
            moment = yield from self._parts(plan)
        return moment

    def _parts(self, plan: m.Clock) -> Generator[str, bytes | None, datetime | None]:
        told = Stamp()
        for part in plan.parts:
            stamp = yield from read_one(part)
            if not isinstance(stamp, Stamp):
                return None
            told = told.joined(stamp)
        try:
            return told.moment
        except ValueError as error:
            raise DecodeError(f"the meter's clock is invalid: {error}") from error

    def settlement(self, month: date, depth: int) -> Generator[str, bytes | None, int | Lack]:
        """Which settlement the end of a month is, by the meter's own calendar."""
        if not (yield from self._by_month()):
            return absent("the meter does not settle at the end of the month")
        today = yield from self._today()
        if isinstance(today, Lack):
            return today
        number = 12 * (today.year - month.year) + today.month - month.month
        if number < 1:
            return not_yet(f"the calendar of the meter is at {today}")
        return number if number <= depth else absent(f"the meter keeps {depth} settlements")

    def _by_month(self) -> Generator[str, bytes | None, bool]:
        settles = self.library.settles
        if settles is None:
            return True
        held: bytes | None = self.occasion.noted(settles.id)
        if held is None:
            held = yield settles.id
            self.occasion.note(settles.id, held)
        return held in settles.must

    def _today(self) -> Generator[str, bytes | None, date | Lack]:
        noted: date | None = self.occasion.noted("today")
        if noted is not None:
            return noted
        now = yield from self.now()
        if now is None:
            return absent("the meter tells no date")
        if not QUIET_FROM <= now.time() < QUIET_TO:
            return not_yet("it is midnight at the meter")
        civil = self.occasion.civil
        if civil is not None and now.date() == civil.date():
            self.occasion.note("today", now.date())
        return now.date()
