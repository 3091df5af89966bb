"""Whether a client needs its link now: always, in time windows, or on demand (F8)."""

from datetime import datetime, timedelta

from core.terminal.uplink.reports import Reports
from core.terminal.uplink.settings import OnLine, Settings

HOUR = timedelta(hours=1)


class Need:
    """What woke the uplink, and until when a failed row lets it rest."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self.awake = False
        """Somebody or something waits for a link that is not always kept."""
        self.rest_until = float("-inf")
        """Monotonic time before which a waiting report dials no more."""

    def wake(self) -> None:
        """Somebody wants the link."""
        self.awake, self.rest_until = True, float("-inf")

    def row_over(self, rest_until: float) -> None:
        """A whole row of tries failed."""
        self.awake, self.rest_until = False, rest_until

    def link_wanted(self, settings: Settings, now: float, civil: datetime | None) -> bool:
        """Tell whether a client should be on line; a report that waits wakes it."""
        if self.awake or settings.on_line is OnLine.ALWAYS or settings.in_window(civil):
            return True
        self.awake = now >= self.rest_until and self._reports.next(civil) is not None
        return self.awake

    def over(self, settings: Settings, used_at: float, now: float, civil: datetime | None) -> bool:
        """Tell whether a link of a client is idle for so long that it ends; it then sleeps."""
        if settings.on_line is OnLine.ALWAYS or settings.in_window(civil):
            return False
        idle = now >= used_at + settings.demand_idle
        self.awake = self.awake and not idle
        return idle

    def deadlines(
        self, settings: Settings, now: float, civil: datetime | None, *, online: bool
    ) -> list[float]:
        """When the clock alone may change it: full hours of the windows, slots of tasks."""
        if civil is None:
            return []
        moments: list[datetime] = []
        if settings.on_line is OnLine.WINDOWS:
            moments.append(civil.replace(minute=0, second=0, microsecond=0) + HOUR)
        if online or settings.on_line is not OnLine.ALWAYS:
            upcoming = self._reports.tasks.next_at(civil)
            moments += [upcoming] if upcoming else []
        return [now + (moment - civil).total_seconds() for moment in moments]
