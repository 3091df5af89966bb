"""Meters that keep their registers at a billing and the day of it: whether that was the end of a month."""

from datetime import date, datetime, time, timedelta

from core.meters.driver import Outcome

MIDNIGHT = time(0, 10)
"""A billing on the first of a month before this is that of the end of the month."""
Flaw = tuple[Outcome, str]


def billing_flaw(at: datetime | None, month: date) -> Flaw | None:
    """Tell why registers kept at ``at`` are not those of the end of ``month``, ``None`` if they are."""
    if at is None:
        return Outcome.UNSUPPORTED, "the meter does not say when it billed"
    over = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    if at.date() < over:
        return Outcome.BROKEN, f"the last billing was at {at}"
    if (at.year, at.month) != (over.year, over.month):
        return Outcome.UNSUPPORTED, "the meter keeps only its last billing"
    if at.day != 1 or at.time() >= MIDNIGHT:
        return Outcome.UNSUPPORTED, "the meter does not bill at the end of the month"
    return None
