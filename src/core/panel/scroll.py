"""The scrollers of HOME, in step: events on rows 2 and 3, parameters on row 4 (device behaviour 3.5).

Both move every 6 s, at the same instants. Three things move them out of turn: a new event restarts the
cycle at that event; a changed parameter brings its entry to row 4 at once and the rotation goes on from
there, so that whoever set it sees it (of several changed together, the first in order, the rest follow);
leaving HOME and returning starts the events at 01, while row 4 goes on from its entry. What was not moved
keeps its place, only its 6 s begin anew.
"""

from dataclasses import dataclass

from core.panel.facts import Event, Facts
from core.panel.rhythm import STEP
from core.panel.row4 import DATE, Entry, row4_entries
from core.panel.texts import Texts


@dataclass(frozen=True, slots=True)
class Place:
    """Positions of the scrollers; ``event`` and ``failed`` count on, the page wraps them at what it shows."""

    event: int
    row4: int
    failed: int


class HomeScroll:
    """Positions, kept by comparing the facts of one tick with those of the tick before."""

    def __init__(self, start: float) -> None:
        self._since = start
        self._event = 0
        self._row4 = 0
        self._events: tuple[Event, ...] | None = None
        self._entries: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Entries of row 4 as of the last tick."""
        return self._entries

    def place(self, now: float) -> Place:
        """Return the positions at ``now``."""
        steps = self._steps(now)
        return Place(
            event=self._event + steps,
            row4=(self._row4 + steps) % max(len(self._entries), 1),
            failed=steps,
        )

    def restart(self, now: float) -> None:
        """Begin the events at 01 and keep the entry of row 4."""
        self._row4, self._event, self._since = self.place(now).row4, 0, now

    def stand(self, now: float) -> None:
        """Stand still while another page shows."""
        place = self.place(now)
        self._event, self._row4, self._since = place.event, place.row4, now

    def tick(self, facts: Facts, now: float, texts: Texts) -> tuple[Event, ...]:
        """Follow the facts and return the events that are new since the last tick."""
        events, entries = facts.newest_events, row4_entries(facts, now, texts)
        fresh = () if self._events is None else tuple(e for e in events if e not in self._events)
        moved = self._moved_entry(entries, now)
        place = self.place(now)
        self._events, self._entries = events, entries
        if fresh or moved is not None:
            self._since = now
            self._event = events.index(fresh[0]) if fresh else place.event
            self._row4 = place.row4 if moved is None else moved
        return fresh

    def _steps(self, now: float) -> int:
        return int((now - self._since) / STEP)

    def _moved_entry(self, entries: tuple[Entry, ...], now: float) -> int | None:
        """Position row 4 has to jump to, ``None`` when it just goes on."""
        if not self._entries or entries == self._entries:
            return None
        changed = [i for i, e in enumerate(entries) if e.kind != DATE and e not in self._entries]
        if changed:
            return changed[0]
        kinds = [entry.kind for entry in entries]
        shown = self._entries[self.place(now).row4].kind
        if kinds == [entry.kind for entry in self._entries]:
            return None
        return kinds.index(shown) if shown in kinds else 0
