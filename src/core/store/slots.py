"""Where a slot stands: its key counts up by point, kind, time and history (schema step 002).

All slots of one ring (point and kind) lie side by side, oldest first, whichever meter they came from: a ring
belongs to the point, so that the values of a replaced meter stay until the ring of its point ends (Z5).
"""

from datetime import datetime, timedelta

from core.terminal.readings import Kind

EPOCH = datetime(2000, 1, 1)
END = datetime(2100, 1, 1)
"""The wire names no time outside these."""
KINDS = (Kind.CURRENT, Kind.DAY, Kind.READING_DAY, Kind.MONTH, Kind.HOUR, Kind.CURVE)
"""Their places are their numbers in the file."""
NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
HISTORIES = 256
"""Histories of one point that can be told apart at a time."""
RING = (1 << 26) * HISTORIES
"""Keys of one ring: more than the minutes of a century, for each history."""
DAY = 24 * 60 * HISTORIES
"""Keys of one day."""
_KINDS_OF_POINT = 8
_MINUTE = timedelta(minutes=1)


def possible(stamp: datetime) -> bool:
    """Tell whether a slot can have this stamp: a whole minute of the century."""
    return EPOCH <= stamp < END and not stamp.second and not stamp.microsecond


def minutes(stamp: datetime) -> int:
    """Whole minutes since 2000."""
    return (stamp - EPOCH) // _MINUTE


def ring(point: int, kind: Kind) -> int:
    """First key of a ring; the next ring begins `RING` further."""
    return (point * _KINDS_OF_POINT + NUMBERS[kind]) * RING


def stretch(point: int) -> tuple[int, int]:
    """First key of a point, and of the next one."""
    return point * _KINDS_OF_POINT * RING, (point + 1) * _KINDS_OF_POINT * RING


def key(point: int, ordinal: int, kind: Kind, stamp: datetime) -> int:
    """Key of a slot."""
    return ring(point, kind) + minutes(stamp) * HISTORIES + ordinal


def key_from(point: int, kind: Kind, start: datetime) -> int:
    """First key that a slot dated ``start`` or later can have."""
    within = min(max(start, EPOCH), END)
    return ring(point, kind) - (EPOCH - within) // _MINUTE * HISTORIES


def kind_of(slot: int) -> Kind:
    """Kind of the slot with that key."""
    return KINDS[slot // RING % _KINDS_OF_POINT]


def stamp_of(slot: int) -> datetime:
    """Stamp of the slot with that key."""
    return EPOCH + slot % RING // HISTORIES * _MINUTE
