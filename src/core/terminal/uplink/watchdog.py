"""The 6-hour rule (device behaviour 6.9): silence cycles the module, then resets the terminal."""

from core.terminal.uplink.state import CyclePower, Reset

SILENCE = 6 * 3600.0
"""Seconds without contact until the module is switched off and on."""
RESET_AFTER = 1800.0
"""Seconds behind that until the terminal is reset [design]."""


class Watchdog:
    """Counts the seconds since the last contact while a link is wanted."""

    def __init__(self) -> None:
        self._contact_at: float | None = None
        self._had_contact = self._cycled = False

    def contact(self, now: float) -> None:
        """The master was heard."""
        self._contact_at = now
        self._had_contact, self._cycled = True, False

    def rest(self) -> None:
        """No link is wanted: nothing counts."""
        self._contact_at = None

    def look(self, now: float) -> CyclePower | Reset | None:
        """Count; return what is to be done about the silence."""
        if self._contact_at is None:
            self._contact_at = now
        if self._resets_next and now - self._contact_at >= RESET_AFTER:
            self._had_contact = False
            return Reset()
        if now - self._contact_at < SILENCE:
            return None
        self._contact_at, self._cycled = now, True
        return CyclePower()

    @property
    def due(self) -> float:
        """When the silence is too long; infinite while nothing counts."""
        if self._contact_at is None:
            return float("inf")
        return self._contact_at + (RESET_AFTER if self._resets_next else SILENCE)

    @property
    def _resets_next(self) -> bool:
        """A reset brings nothing to a terminal that never reached its master since its start."""
        return self._cycled and self._had_contact
