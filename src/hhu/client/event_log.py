"""What is known of a terminal's events; loads no dictionary, so that a screen may hold one from the start."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hhu.client.event_records import EventEntry

RING = 256
"""Records a ring holds; counters and numbers are modulo this."""


class Ring(Enum):
    """The two rings; the value is the Fn of AFN0E."""

    IMPORTANT = 1
    ORDINARY = 2


class EventLog:
    """What is known of a terminal's events; entries in any order, shown newest first."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Ring, int], EventEntry] = {}
        self.counters: dict[Ring, int] = {}
        """EC1 and EC2 as last told; empty before the first reading."""
        self.flags: frozenset[int] | None = None
        """ERC whose flag was set when last read (0C F8), ``None`` before."""
        self.waiting: bool | None = None
        """ACD of the newest answer: important events wait on this channel."""
        self.fresh: set[tuple[Ring, int]] = set()
        """Places of records that came while somebody was watching."""

    def __len__(self) -> int:
        return len(self._entries)

    def take(self, entries: Iterable["EventEntry"], *, fresh: bool = False) -> list["EventEntry"]:
        """Add records; return those that were not known. A place that has another record now is new."""
        new = [one for one in entries if self._entries.get(one.key) != one]
        for one in new:
            self._entries[one.key] = one
            if fresh:
                self.fresh.add(one.key)
        return new

    def count(self, ring: Ring) -> int:
        """Records known of a ring."""
        return sum(one.ring is ring for one in self._entries.values())

    def oldest(self, ring: Ring) -> int | None:
        """Number behind which older records are not known, ``None`` while none is."""
        known = list(self._ordered(ring))
        return known[-1].number if known else None

    @property
    def entries(self) -> tuple["EventEntry", ...]:
        """All records, newest first: each ring by its own order, the rings against each other by time."""
        rings = [list(self._ordered(ring)) for ring in Ring]
        merged: list[EventEntry] = []
        while any(rings):
            heads = [ring[0] for ring in rings if ring]
            newest = max(heads, key=lambda one: one.time or datetime.max)
            rings[0 if rings[0] and rings[0][0] is newest else 1].pop(0)
            merged.append(newest)
        return tuple(merged)

    def _ordered(self, ring: Ring) -> Iterator["EventEntry"]:
        """Newest first: counted back from the counter."""
        end = self.counters.get(ring, 0)
        mine = [one for one in self._entries.values() if one.ring is ring]
        return iter(sorted(mine, key=lambda one: (end - 1 - one.number) % RING))
