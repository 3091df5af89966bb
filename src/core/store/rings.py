"""Keeping rings at their depth (M65, M75, M85, M86): what goes when something new came.

Every function runs inside a transaction and returns the keys of the slots it dropped.
"""

from core.store import slots
from core.store.flash import Execute
from core.store.slots import DAY, HISTORIES, RING
from core.terminal.readings import CURVE_DAYS, DEPTH, Kind

_STRETCH = "SELECT key FROM slot WHERE key >= ? AND key < ?"


def trim(slot: int, run: Execute) -> list[int]:
    """Drop what no longer has a place beside a new slot."""
    first = slot - slot % RING
    match slots.kind_of(slot):
        case Kind.CURRENT:
            return _drop(first, first + RING, run, but=slot)
        case Kind.CURVE:
            return _drop(first, _oldest_curve_day(first, run), run)
        case kind:
            oldest = run(
                f"{_STRETCH} ORDER BY key DESC LIMIT 1 OFFSET ?", (first, first + RING, DEPTH[kind] - 1)
            ).fetchone()
            return _drop(first, oldest[0], run) if oldest else []


def _oldest_curve_day(first: int, run: Execute) -> int:
    """First key of the oldest of the newest days that are kept."""
    end = first + RING
    for _ in range(CURVE_DAYS):
        newest = run("SELECT MAX(key) FROM slot WHERE key >= ? AND key < ?", (first, end)).fetchone()[0]
        if newest is None:
            return first
        end = newest - (newest - first) % DAY
    return end


def _drop(first: int, end: int, run: Execute, but: int = -1) -> list[int]:
    gone = [row[0] for row in run(f"{_STRETCH} AND key != ?", (first, end, but))]
    if gone:
        run("DELETE FROM slot WHERE key >= ? AND key < ? AND key != ?", (first, end, but))
    return gone


def has_slots(point: int, ordinal: int, run: Execute) -> bool:
    """Tell whether a history of a point has values."""
    found = run(f"{_STRETCH} AND key % ? = ? LIMIT 1", (*slots.stretch(point), HISTORIES, ordinal))
    return found.fetchone() is not None


def forget(point: int, ordinal: int, run: Execute) -> list[int]:
    """Drop a history with all its values."""
    place = (*slots.stretch(point), HISTORIES, ordinal)
    gone = [row[0] for row in run(f"{_STRETCH} AND key % ? = ?", place)]
    run("DELETE FROM slot WHERE key >= ? AND key < ? AND key % ? = ?", place)
    run("DELETE FROM history WHERE point = ? AND ordinal = ?", (point, ordinal))
    return gone


def stalest(point: int, run: Execute) -> int:
    """Return the history of a point whose newest day-dated value is the oldest."""
    first, end = slots.stretch(point)
    rows = run(
        "SELECT key % ? AS ordinal FROM slot WHERE key >= ? AND key < ?"
        " GROUP BY ordinal ORDER BY MAX(key % ? / ?) LIMIT 1",
        (HISTORIES, first, end, RING, HISTORIES),
    )
    return rows.fetchone()[0]


def drop_oldest_curves(points: list[int], run: Execute) -> list[int]:
    """Drop the oldest day of curves of all points (M82)."""
    rings = [slots.ring(point, Kind.CURVE) for point in points]
    oldest = [
        (key - first) // DAY
        for first in rings
        for (key,) in run("SELECT MIN(key) FROM slot WHERE key >= ? AND key < ?", (first, first + RING))
        if key is not None
    ]
    if not oldest:
        return []
    days = min(oldest) + 1
    return [key for first in rings for key in _drop(first, first + days * DAY, run)]
