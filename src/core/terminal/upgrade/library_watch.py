"""The way back to the older library by itself, when families it read fall silent under the new one (M29).

Rules (meter protocols §9, "Remote upgrade")
- Watched are the meters that answered at their last visit before the switch, of the families that the two
  libraries read differently. What the old library could not read either is not held against the new one.
  Who answered is noted whenever the terminal stops: reading itself keeps less over a reset.
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
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from core.errors import DecodeError
from core.terminal.acquisition import Acquisition
from core.terminal.acquisition.walk import ROUNDS
from core.terminal.archive import Archive
from core.terminal.ledger import Ledger
from core.terminal.rtc import Rtc
from core.terminal.upgrade.libraries import changed, digest_of, tables_in
from core.terminal.upgrade.slots import SlotState
from core.terminal.upgrade.upgrade import Upgrade

if TYPE_CHECKING:
    from core.meters.families import Families

CYCLES = 3
"""One may be bad luck and a second a mains failure at the meters; a third leaves the day's data at risk."""
WATCH = "library.watch"
"""Fact: the library that reads, the moment of the switch, and the meters that are watched."""
ANSWERING = "library.answering"
"""Fact: a library, the moment it was last noted, and the points that answered under it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A meter that answered before the switch."""

    point: int
    address: str
    port: int
    family: str
    """Id of the library; empty for a meter that others read, which only shows whether its port lives."""


class LibraryWatch:
    """Watches one library after its switch."""

    def __init__(
        self, upgrade: Upgrade, archive: Archive, acquisition: Acquisition, ledger: Ledger, rtc: Rtc
    ) -> None:
        self._upgrade = upgrade
        self._archive = archive
        self._acquisition = acquisition
        self._ledger = ledger
        self._rtc = rtc
        self._running: str | None = None
        """The library that reads, ``None`` before the first start."""
        self._since = ""
        """Terminal time of the switch."""
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
        noted = self._noted(WATCH)
        self._running = digest_of(self._upgrade.store.library())
        if noted.get("library") == self._running:
            self._since = str(noted.get("since", ""))
            self._watched = tuple(Watched(*row) for row in noted.get("watched", ()))
            self._passes = {int(port): ends for port, ends in noted.get("passes", {}).items()}
            return
        before = self._noted(ANSWERING)
        self._since = str(before.get("at", ""))
        self._watched = tuple(self._meters(before, families))
        self._passes = {port: [self._pass_end(port)] for port in {one.port for one in self._watched}}
        self._keep()

    def _meters(self, before: dict[str, Any], families: "Families") -> Iterator[Watched]:
        """Who answered under the library before; nobody unless that one can be gone back to."""
        store = self._upgrade.store
        kept = store.kept_library()
        if not self._may_return or before.get("library") != digest_of(kept):
            return
        try:
            touched = changed(tables_in(kept), tables_in(store.library()))
        except DecodeError:
            return
        answering: dict[str, str] = before.get("points", {})
        for meter in self._archive.meters():
            if answering.get(str(meter.point)) == meter.address:
                family = min(touched.intersection(families.chain(meter.protocol)), default="")
                yield Watched(meter.point, meter.address, meter.port, family)

    @property
    def _may_return(self) -> bool:
        return self._upgrade.slots.spare.state is SlotState.GOOD

    def note(self) -> None:
        """The terminal stops: keep who answered under the library that reads. ``StoreError``.

        A point that was not visited since the start stands as it stood.
        """
        if self._running is None:
            return
        before = self._noted(ANSWERING)
        points: dict[str, str] = before.get("points", {}) if before.get("library") == self._running else {}
        for meter in self._archive.meters():
            state = self._acquisition.meter_state(meter.point)
            if state and state.ok:
                points[str(meter.point)] = meter.address
            elif state and state.failures:
                points.pop(str(meter.point), None)
        at = self._rtc.reading().replace(microsecond=0).isoformat()
        self._put(ANSWERING, {"library": self._running, "at": at, "points": points})

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
        may, version = self._may_return, self._upgrade.identity.library
        self._end()  # first, so that whatever happens nobody returns twice
        if may:
            self._upgrade.take_back(f"library {version}: {family}, {lost} of {meters} meters lost")

    def _end(self) -> None:
        self._watched, self._passes = (), {}
        self._keep()

    # What became of a meter

    def _verdict(self, one: Watched) -> bool | None:
        """``True`` answered since, or gone from the archive; ``False`` lost; ``None`` not decided."""
        state = self._acquisition.meter_state(one.point)
        meter = self._archive.at(one.point)
        if state is None or meter is None or meter.address != one.address:
            return True
        if state.last_ok and state.last_ok.isoformat() > self._since:
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
                self._keep()

    def _pass_end(self, port: int) -> str:
        end = self._acquisition.reading_state(port).end
        return end.isoformat() if end else ""

    # What is kept

    def _noted(self, fact: str) -> dict[str, Any]:
        try:
            return dict(json.loads(self._ledger.fact(fact) or "{}"))
        except ValueError:
            return {}

    def _keep(self) -> None:
        rows = [astuple(one) for one in self._watched]
        noted = {"library": self._running, "since": self._since, "watched": rows, "passes": self._passes}
        self._put(WATCH, noted)

    def _put(self, fact: str, noted: dict[str, Any]) -> None:
        self._ledger.note(fact, json.dumps(noted, separators=(",", ":")))


def _by_family(watched: Sequence[Watched]) -> dict[str, list[Watched]]:
    found: defaultdict[str, list[Watched]] = defaultdict(list)
    for one in watched:
        if one.family:
            found[one.family].append(one)
    return found
