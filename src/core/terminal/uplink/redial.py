"""When to dial again, and whom (device behaviour 6.9: redial, main / standby; M97)."""

from core.terminal.uplink.settings import OnLine, Settings
from core.terminal.uplink.state import Target

REDIALS = 3
"""Redials of one row, before the long pause."""
LONG_PAUSE = 600.0
FAILURES_OF_MAIN = 3
"""Failed tries of the main master before the standby is tried."""
BACK_TO_MAIN = 24 * 3600.0
"""Seconds on the standby before the main master is tried again."""


class Redial:
    """Counts tries; failed are those that bring no login, whatever the reason."""

    def __init__(self) -> None:
        self.attempts = 0
        """Tries since the last login."""
        self.due = float("-inf")
        """Monotonic time of the next try."""
        self.pausing = False
        """In the long pause behind a row of tries."""
        self._failures_of_main = 0
        self._row = 0

    def next_target(self, settings: Settings) -> Target:
        """Return whom to dial now, and count the try."""
        self.attempts += 1
        self.pausing = False
        main, standby = settings.main, settings.standby
        if main and (standby is None or self._failures_of_main < FAILURES_OF_MAIN):
            return main
        assert standby is not None
        self._failures_of_main = 0
        return standby

    def failed(self, target: Target, settings: Settings, now: float) -> bool:
        """Plan the next try; return whether the row is over."""
        self._row += 1
        self._failures_of_main += not target.standby
        most = settings.demand_redials if settings.on_line is OnLine.ON_DEMAND else REDIALS
        self.pausing = self._row > most
        if self.pausing:
            self._row = 0
        self.due = now + (LONG_PAUSE if self.pausing else settings.redial)
        return self.pausing

    def reached(self) -> None:
        """A login was confirmed: begin anew."""
        self.attempts = self._row = self._failures_of_main = 0

    def lost(self, settings: Settings, now: float) -> None:
        """A link that had worked ended: it is redialled like any other."""
        self.pausing = False
        self.due = now + settings.redial

    def at_once(self) -> None:
        """Dial without waiting; the row begins anew."""
        self._row, self.pausing, self.due = 0, False, float("-inf")
