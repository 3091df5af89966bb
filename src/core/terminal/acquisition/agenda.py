"""When a port has something to do (device behaviour 6.1, 6.2, 6.4, 6.7): civil time in, occasions out.

Everything is decided by comparing the present minute with what was done last, never by waiting for a moment:
so a clock set forward finds the work of the time it crossed, and one set backward does nothing twice.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.terminal.acquisition.settings import DAY, IDLE_TO, SUPPLEMENT_EVERY, PortSettings, minute_of
from core.terminal.acquisition.wanting import ONE_DAY, midnight

QUARTER = 15
SILENT_FROM, SILENT_TO = 23 * 60 + 50, 10
"""No broadcast of the time from 23:50 to 00:10 (6.7)."""
ONE_HOUR = timedelta(hours=1)
BROADCAST_FOR = ONE_HOUR
"""How long after its time a broadcast is still made up for [design]."""
BEHIND = timedelta(seconds=30)
"""How long after the full hour its freeze is asked for. A meter's clock may be so much behind ours; asked too
early it shows the hour before, and is asked again [design]."""


@dataclass(frozen=True, slots=True)
class Occasions:
    """What a moment asks for."""

    open: bool = False
    """Automatic reading is allowed now."""
    turned: bool = False
    """A new day began since the last look (at 00:05, or by a jump)."""
    day: bool = False
    reading_day: bool = False
    interval: bool = False
    hour: datetime | None = None
    curve: datetime | None = None
    supplement: bool = False
    period_over: bool = False
    clock: date | None = None
    """The day whose broadcast of the time is due."""
    freeze: bool = False


class Agenda:
    """What was done last on one port, by the terminal's calendar."""

    def __init__(self) -> None:
        self.settings = PortSettings()
        self.has_interval = self.has_key = False
        self.day_done: date | None = None
        self.clock_done: date | None = None
        self.supplement_at: datetime | None = None
        self.supplement_round = 0
        self._day_started: date | None = None
        self._freeze_done: date | None = None
        self._turned: date | None = None
        self._reading_done: date | None = None
        self._period_done: date | None = None
        self._slots: dict[str, datetime] = {}

    def begin(self, now: datetime) -> None:
        """Start, or go on after an invalid clock: slots that have begun already are let go."""
        self._day_started = self._turned = self._reading_done = self._period_done = None
        self.supplement_at = None
        self._slots = self._current(now)

    def _current(self, now: datetime) -> dict[str, datetime]:
        start, minute = midnight(now.date()), minute_of(now)
        every = self.settings.interval or DAY
        return {
            "interval": start + timedelta(minutes=minute // every * every),
            "hour": _full_hour(now - BEHIND),
            "curve": start + timedelta(minutes=minute // QUARTER * QUARTER),
        }

    def _new(self, name: str, slots: dict[str, datetime]) -> datetime | None:
        """Return the slot when it is another than the last one."""
        slot = slots[name]
        if self._slots.get(name) == slot:
            return None
        self._slots[name] = slot
        return slot

    def look(self, now: datetime) -> Occasions:
        """Return what is due; each occasion is named once."""
        minute, today = minute_of(now), now.date()
        due = Occasions(
            open=not self.settings.forbidden and self.settings.in_window(minute),
            turned=minute >= IDLE_TO and self._turned != today,
            period_over=self._period_over(today, minute),
            clock=self._clock_due(now),
            freeze=self.settings.broadcast_freeze and minute < IDLE_TO and self._freeze_done != today,
        )
        if due.turned:
            self._turn(today, now)
        return self._passes(due, now, minute) if due.open else due

    def _turn(self, today: date, now: datetime) -> None:
        self._turned = today
        self.supplement_round = 0
        self.supplement_at = now if self.day_done == today else None

    def _passes(self, due: Occasions, now: datetime, minute: int) -> Occasions:
        today, slots = now.date(), self._current(now)
        return replace(
            due,
            day=self._day_due(today),
            reading_day=self._reading_due(today, minute),
            interval=bool(self.settings.interval) and self._new("interval", slots) is not None,
            hour=self._new("hour", slots) if self.has_key else None,
            curve=self._new("curve", slots) if self.has_key else None,
            supplement=self._supplement_due(now, minute),
        )

    def _period_over(self, today: date, minute: int) -> bool:
        """Nothing is given up on a day whose pass has not come to its end yet."""
        if minute < self.settings.period_end or self.day_done != today or self._period_done == today:
            return False
        self._period_done = today
        return True

    def _day_due(self, today: date) -> bool:
        """The pass runs on until it is done; a start after a power cut goes on with what is missing."""
        first, self._day_started = today not in (self.day_done, self._day_started), today
        return first

    def _reading_due(self, today: date, minute: int) -> bool:
        """Times before 01:00 are served by the day freezes (`wanting.day_ends`)."""
        settings = self.settings
        if settings.with_day_freeze or today.day not in settings.days or minute < settings.reading_at:
            return False
        first, self._reading_done = self._reading_done != today, today
        return first

    def _supplement_due(self, now: datetime, minute: int) -> bool:
        if self.supplement_at is None or now < self.supplement_at or minute >= self.settings.period_end:
            return False
        self.supplement_at = now + timedelta(minutes=SUPPLEMENT_EVERY)
        return True

    @staticmethod
    def may_broadcast(now: datetime) -> bool:
        """Tell whether meters may be told the time now: never around midnight (6.7)."""
        return SILENT_TO <= minute_of(now) < SILENT_FROM

    def _clock_due(self, now: datetime) -> date | None:
        settings, today = self.settings, now.date()
        if not settings.broadcast_clock or not self.may_broadcast(now):
            return None
        for day in (today, today - ONE_DAY):
            start = midnight(day) + timedelta(minutes=settings.clock_at)
            wanted = settings.clock_day in (0, day.day) and self.clock_done != day
            if wanted and start <= now < start + BROADCAST_FOR:
                return day
        return None

    def has_turned(self, now: datetime) -> bool:
        """Tell whether this day's beginning was named already."""
        return self._turned == now.date()

    def freeze_ordered(self, day: date) -> None:
        """The freeze of this midnight was broadcast."""
        self._freeze_done = day

    def seconds_to_next(self, now: datetime) -> float:
        """Seconds until something may be due by the calendar."""
        minute, settings = minute_of(now), self.settings
        edges = [edge for edge in settings.edges if edge > minute]
        if settings.interval and self.has_interval:
            edges.append((minute // settings.interval + 1) * settings.interval)
        if self.has_key:
            edges.append((minute // QUARTER + 1) * QUARTER)
        seconds = (min([*edges, DAY]) - minute) * 60 - now.second - now.microsecond / 1e6
        if self.has_key:
            seconds = min(seconds, (_full_hour(now - BEHIND) + ONE_HOUR + BEHIND - now).total_seconds())
        if self.supplement_at is not None and self.supplement_at > now:
            seconds = min(seconds, (self.supplement_at - now).total_seconds())
        return seconds


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
