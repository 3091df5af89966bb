"""The way back to the older library by itself, when families it read fall silent under the new one (M29).

Rules (meter protocols §9, "Remote upgrade")
- Watched are the meters that answered at their last visit before the switch, of the families that the two
  libraries read differently. What the old library could not read either is not held against the new one.
- A meter that has answered since is read. One that has not is lost after `CYCLES` cycles, each of them as
  many attempts as a pass makes at a point, or a whole day pass that brought nothing.
- On a port whose other meters answered before and none has since, nothing is judged: it is the cable.
- More than half of the meters of one family lost: back to the slot before, at once and once. It holds the
  program too, so what came in one package goes in one. The slot given up is bad and nobody returns to it.
- All meters decided, another library, or no slot to go back to: the watch is over.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import DecodeError
from core.terminal.acquisition import Acquisition
from core.terminal.acquisition.walk import ROUNDS
from core.terminal.archive import Archive
from core.terminal.ledger import Ledger
from core.terminal.upgrade.libraries import changed, digest_of, tables_in
from core.terminal.upgrade.slots import ProgramStore, SlotState
from core.terminal.upgrade.upgrade import Upgrade

if TYPE_CHECKING:
    from core.meters.families import Families

CYCLES = 3
"""One may be bad luck and a second a mains failure at the meters; a third leaves the day's data at risk."""
WATCH = "library.watch"
"""Fact: the library that runs, and the meters that are watched."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A meter that answered before the switch."""

    point: int
    address: str
    port: int
    family: str
    """Id of the library; empty for a meter that others read, which only shows whether its port lives."""
    last_ok: str


class LibraryWatch:
    """Watches one library after its switch."""

    def __init__(self, upgrade: Upgrade, archive: Archive, acquisition: Acquisition, ledger: Ledger) -> None:
        self._upgrade = upgrade
        self._archive = archive
        self._acquisition = acquisition
        self._ledger = ledger
        self._watched: tuple[Watched, ...] = ()
        self._passes: dict[int, list[str]] = {}
        """Per port the end of the day pass before the switch, and of those since."""
        self.cycles = CYCLES

    @property
    def watched(self) -> tuple[Watched, ...]:
        """The meters that are watched now."""
        return self._watched

    def begin(self, families: "Families") -> None:
        """The terminal starts, with its library taken: go on, or begin if the library is another one.

        ``StoreError`` when the libraries cannot be read or the watch cannot be kept.
        """
        store, noted = self._upgrade.store, self._noted()
        digest = digest_of(store.library())
        if noted.get("library") == digest:
            self._watched = tuple(Watched(*row) for row in noted.get("watched", ()))
            self._passes = {int(port): ends for port, ends in noted.get("passes", {}).items()}
            return
        first = self._ledger.fact(WATCH) is None and not store.slots().current.versions
        self._watched = () if first else tuple(self._meters(families, store))
        self._passes = {port: [self._pass_end(port)] for port in {one.port for one in self._watched}}
        self._keep(digest)

    def _meters(self, families: "Families", store: ProgramStore) -> Iterator[Watched]:
        """Who answered at the last visit; nobody without a library to go back to."""
        if not self._may_return:
            return
        try:
            touched = changed(tables_in(store.kept_library()), tables_in(store.library()))
        except DecodeError:
            return
        for meter in self._archive.meters():
            state = self._acquisition.meter_state(meter.point)
            if state and state.ok and state.last_ok:
                read_by = touched.intersection(families.chain(meter.protocol))
                family = min(read_by, default="")
                yield Watched(meter.point, meter.address, meter.port, family, state.last_ok.isoformat())

    @property
    def _may_return(self) -> bool:
        store = self._upgrade.store
        kept = store.slots().spare.state is SlotState.GOOD
        return kept and digest_of(store.kept_library()) != digest_of(store.library())

    def look(self) -> None:
        """Judge; once a minute is often. ``StoreError`` when a verdict cannot be kept."""
        if not any(one.family for one in self._watched) or self._upgrade.busy:
            return
        self._count_passes()
        verdicts = {one: self._verdict(one) for one in self._watched}
        for family, meters in _by_family(self._watched).items():
            lost = [one for one in meters if verdicts[one] is False]
            if 2 * len(lost) > len(meters):
                self._return(family, len(lost), len(meters))
                return
        if all(verdict is not None for one, verdict in verdicts.items() if one.family):
            self._end()

    def _return(self, family: str, lost: int, meters: int) -> None:
        upgrade, version = self._upgrade, self._upgrade.identity.library
        may = upgrade.store.slots().spare.state is SlotState.GOOD
        self._end()  # first, so that whatever happens nobody returns twice
        if may:
            upgrade.take_back(f"library {version}: {family}, {lost} of {meters} meters lost")

    def _end(self) -> None:
        self._watched, self._passes = (), {}
        self._keep(str(self._noted().get("library", "")))

    # What became of a meter

    def _verdict(self, one: Watched) -> bool | None:
        """``True`` answered since, or gone from the archive; ``False`` lost; ``None`` not decided."""
        state = self._acquisition.meter_state(one.point)
        meter = self._archive.at(one.point)
        if state is None or meter is None or meter.address != one.address:
            return True
        if state.last_ok and state.last_ok.isoformat() != one.last_ok:
            return True
        passes = len(self._passes.get(one.port, ())) - 1
        if state.failures >= self.cycles * ROUNDS or passes >= self.cycles:
            return None if one.family and self._dead(one.port) else False
        return None

    def _dead(self, port: int) -> bool:
        """Tell whether the meters of other families fell silent there too."""
        others = [one for one in self._watched if one.port == port and not one.family]
        return bool(others) and all(self._verdict(one) is not True for one in others)

    def _count_passes(self) -> None:
        for port, ends in self._passes.items():
            end = self._pass_end(port)
            if end and end != ends[-1]:
                ends.append(end)
                self._keep(str(self._noted().get("library", "")))

    def _pass_end(self, port: int) -> str:
        end = self._acquisition.reading_state(port).end
        return end.isoformat() if end else ""

    # What is kept

    def _noted(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._ledger.fact(WATCH) or "{}"))
        except ValueError:
            return {}

    def _keep(self, library: str) -> None:
        rows: Sequence[Sequence[object]] = [
            (one.point, one.address, one.port, one.family, one.last_ok) for one in self._watched
        ]
        noted = {"library": library, "watched": rows, "passes": self._passes}
        self._ledger.note(WATCH, json.dumps(noted, separators=(",", ":")))


def _by_family(watched: Sequence[Watched]) -> dict[str, list[Watched]]:
    found: defaultdict[str, list[Watched]] = defaultdict(list)
    for one in watched:
        if one.family:
            found[one.family].append(one)
    return found
