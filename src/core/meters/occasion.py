"""One question to one meter, of any family: what is known of it, and how a question comes to nothing."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from core.meters.driver import Access, Outcome
from core.quantities import Value

NIGHT = time(23, 45)
"""From here to midnight nothing that was noted today is relied on: the clocks of meters differ."""
REFUSAL_HOLDS = 20 * 3600.0
"""Seconds for which "no such data" is believed without asking again: that day; the next pass asks anew."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why there is no value: the meter has none, or none that can be believed."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and words on its quality where they are due."""

    value: Value
    quality: str = ""


def absent(reason: str) -> Lack:
    """The meter has no such thing."""
    return Lack(Outcome.UNSUPPORTED, reason)


def not_yet(reason: str) -> Lack:
    """What the meter gives is not of the wanted moment; later it may be."""
    return Lack(Outcome.BROKEN, reason)


NO_SUCH = absent("the meter has no such data")


@dataclass(slots=True)
class Notes:
    """What was learnt about one meter and holds for this day of the terminal."""

    day: date | None = None
    learnt: dict[str, Any] = field(default_factory=dict[str, Any])
    refused: dict[str, float] = field(default_factory=dict[str, float])
    """Identifiers the meter does not have, and when (monotonic seconds) it said so."""

    def refuses(self, code: str, now: float) -> bool:
        """Tell whether the meter said within `REFUSAL_HOLDS` that it has no such data."""
        since = self.refused.get(code)
        if since is None:
            return False
        if now - since < REFUSAL_HOLDS:
            return True
        del self.refused[code]
        return False


@dataclass(frozen=True, slots=True)
class Occasion:
    """One question to one meter."""

    meter: Access
    civil: datetime | None
    """Time of the terminal, ``None`` while it is not known: then nothing is taken from the notes."""
    notes: Notes

    @property
    def sober(self) -> bool:
        """Notes of today may be used and made."""
        return self.civil is not None and self.civil.time() < NIGHT

    def noted(self, key: str) -> Any:
        """Return what was learnt today, ``None`` if nothing was."""
        if self.civil is None or not self.sober or self.notes.day != self.civil.date():
            return None
        return self.notes.learnt.get(key)

    def note(self, key: str, value: Any) -> None:
        """Remember until the end of the terminal's day."""
        if self.civil is None or not self.sober:
            return
        if self.notes.day != self.civil.date():
            self.notes.day, self.notes.learnt = self.civil.date(), {}
        self.notes.learnt[key] = value

    def lacks(self, code: str) -> bool:
        """Tell whether the meter said lately that it has no such data."""
        return code in self.notes.refused
