"""Moments at which a meter freezes by its own clock: days, hours, settlements."""

from collections.abc import Iterator
from datetime import datetime, timedelta

Rule = tuple[int, int]
"""Day of the month (1 to 28) and hour."""


def day_starts(reached: datetime, number: int) -> datetime:
    """Return the last midnight but ``number`` - 1."""
    midnight = reached.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=number - 1)


def hour_starts(reached: datetime, number: int) -> datetime:
    """Return the last full hour but ``number`` - 1."""
    return reached.replace(minute=0, second=0, microsecond=0) - timedelta(hours=number - 1)


class SettlementDays:
    """Up to three days of the month; what was settled before a change stays settled as it was."""

    def __init__(self) -> None:
        self.rules: tuple[Rule, ...] = ((1, 0),)
        self._since: datetime | None = None
        self._settled: tuple[datetime, ...] = ()

    def change(self, reached: datetime, early: datetime, rules: tuple[Rule, ...]) -> None:
        """Settle by other rules from now on."""
        kept = (self.before(reached, number, early) for number in range(1, 14))
        self._settled = tuple(moment for moment in kept if moment is not None)
        self._since, self.rules = reached, rules

    def before(self, reached: datetime, number: int, early: datetime) -> datetime | None:
        """Return the last settlement but ``number`` - 1, none before ``early``."""
        for place, moment in enumerate(self._backwards(reached, early), 1):
            if place == number:
                return moment
        return None

    def _backwards(self, reached: datetime, early: datetime) -> Iterator[datetime]:
        since = self._since or early
        for moment in _by_rules(reached, self.rules):
            if moment <= since:
                break
            yield moment
        yield from self._settled


def _by_rules(reached: datetime, rules: tuple[Rule, ...]) -> Iterator[datetime]:
    """All moments up to ``reached``, newest first."""
    month = reached.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while rules and month.year > 1:
        for day, hour in sorted(rules, reverse=True):
            moment = month.replace(day=day, hour=hour)
            if moment <= reached:
                yield moment
        month = (month - timedelta(days=1)).replace(day=1)
