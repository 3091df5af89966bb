"""Meters under watch: every reading of a point is judged once, after it was stored (device behaviour 7.1).

Rules
- Each ERC has its judge; the judges share one `Case`. What they find goes into the rings together with what
  is remembered of the point, in one transaction: nothing is told twice and nothing is lost between the two.
- Energies of sound meters change with every reading. Such memories wait for the disk until the day's first
  reading, the next finding, or the power cut: an older baseline is a baseline too, so nothing waits for it.
- If the store cannot take it, the memory goes back to what was kept and the next reading is judged again.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from core.errors import StoreError
from core.gdw376.units.afn04 import MeterThresholds, PointLimits
from core.quantities import Quantity
from core.terminal.acquisition.tasks import FoundMeter
from core.terminal.archive import Archive
from core.terminal.events import erc08, erc12, erc13, erc24, erc27, erc28, erc29, erc30, erc33, erc35
from core.terminal.events.case import Case
from core.terminal.events.erc21 import Fault, fault
from core.terminal.events.erc31 import read_failure
from core.terminal.events.memory import PREFIX, Energy, Memory, memory_of, new, text_of
from core.terminal.events.rings import Events
from core.terminal.ledger import FactKept, Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import History, Kind, Reading, Readings
from core.terminal.rtc import Rtc

STRANGERS = "strangers."
ONE_DAY = timedelta(days=1)


class Watch:
    """The sink of acquisition."""

    def __init__(
        self,
        events: Events,
        parameters: Parameters,
        archive: Archive,
        readings: Readings,
        ledger: Ledger,
        rtc: Rtc,
    ) -> None:
        self._events = events
        self._parameters = parameters
        self._archive = archive
        self._readings = readings
        self._ledger = ledger
        self._rtc = rtc
        self._memories: dict[int, Memory] = {}
        self._unsaved: set[int] = set()
        self._broadcasts: dict[int, datetime] = {}
        self.restart()

    def restart(self) -> None:
        """Power came: remember what was kept."""
        facts = self._ledger.kept.facts
        kept = {int(name[len(PREFIX) :]): text for name, text in facts.items() if name.startswith(PREFIX)}
        found = {point: memory_of(text) for point, text in kept.items()}
        self._memories = {point: memory for point, memory in found.items() if memory}
        self._unsaved.clear()
        self._revision = -1

    def keep(self) -> None:
        """Write down what still waits; ``StoreError`` when impossible."""
        with self._ledger.transaction():
            self._ledger.put(*[self._fact(point) for point in sorted(self._unsaved)])
        self._unsaved.clear()

    def _fact(self, point: int, *, running: bool = False) -> FactKept:
        return FactKept(f"{PREFIX}{point}", text_of(self._memories[point]), running)

    def forget(self) -> None:
        """Data were initialised: everything read next is a baseline."""
        names = [n for n in self._ledger.kept.facts if n.startswith((PREFIX, STRANGERS))]
        self._ledger.put(*[FactKept(name, None) for name in names])
        self._memories.clear()
        self._unsaved.clear()
        self._broadcasts.clear()

    @property
    def open(self) -> bool:
        """Tell whether an event of an archived meter has begun and not ended."""
        self._follow_archive()
        return any(memory.opened for memory in self._memories.values())

    def _follow_archive(self) -> None:
        """Forget points whose meter is gone or another one (Z5, 7.1 rule 6)."""
        if self._revision == self._ledger.revision:
            return
        self._revision = self._ledger.revision
        meters = {meter.point: meter.address for meter in self._archive.meters()}
        gone = [point for point, memory in self._memories.items() if meters.get(point) != memory.address]
        for point in gone:
            del self._memories[point]
            self._unsaved.discard(point)
        with suppress(StoreError):  # dropped again at the next start
            self._ledger.put(*[FactKept(f"{PREFIX}{point}", None) for point in gone])

    # What acquisition tells

    def point_read(self, history: History, readings: Sequence[Reading]) -> None:
        """A point was read and its values are stored: judge them."""
        self._follow_archive()
        meter = self._archive.at(history.point)
        if meter is None or self._rtc.now() is None:
            return  # with an invalid clock nothing could be dated
        memory = self._memories.get(history.point)
        if memory is None or not memory.belongs_to(history):
            memory = self._memories[history.point] = new(history, self._rtc.leaps)
        memory.leap(self._rtc.leaps)
        before = memory.settled()
        case = Case(
            meter,
            memory,
            {one.quantity: one for one in readings if one.kind is Kind.CURRENT},
            _freezes(readings),
            self._parameters.value(MeterThresholds),
            self._parameters.value(PointLimits, history.point),
            self._broadcasts.get(meter.port),
        )
        judge(case)
        self._conclude(case, urgent=before != memory.settled(), today=readings[-1].read_at.date().isoformat())

    def _conclude(self, case: Case, *, urgent: bool, today: str) -> None:
        """Write down what was found; what can wait does."""
        point, memory = case.point, case.memory
        if not case.found and not urgent and memory.saved_on == today:
            self._unsaved.add(point)
            return
        try:
            with self._ledger.transaction():
                for finding in case.found:
                    self._events.add(finding.body, point, erc=finding.erc)
                self._ledger.put(self._fact(point, running=not case.found and not urgent))
            memory.saved_on = today
            self._unsaved.discard(point)
        except StoreError:
            self._take_back(point)

    def _take_back(self, point: int) -> None:
        kept = memory_of(self._ledger.fact(f"{PREFIX}{point}") or "null")
        self._unsaved.discard(point)
        if kept is None:
            del self._memories[point]
        else:
            self._memories[point] = kept

    def port_failed(self, port: int) -> None:
        """Every point of a port failed."""
        with suppress(StoreError):  # lost; the store's own alarm tells so
            self._events.add(fault(Fault.RS485))

    def point_missing(self, point: int, begin: bool) -> None:
        """The freeze of the day is missing, or came."""
        body = read_failure(point, begin, self._archive.at(point), self._readings)
        with suppress(StoreError):  # same
            self._events.add(body, point)

    def time_broadcast(self, port: int, at: datetime) -> None:
        """The meters of a port were told the time."""
        self._broadcasts[port] = at

    def meters_found(self, port: int, found: Sequence[FoundMeter], whole: bool) -> None:
        """A search is over; only a whole one tells that a stranger is gone."""
        archived = frozenset(meter.address for meter in self._archive.meters())
        there = erc35.strangers(found, archived)
        name = f"{STRANGERS}{port}"
        known = frozenset((self._ledger.fact(name) or "").split())
        with suppress(StoreError), self._ledger.transaction():
            for body in erc35.records(port, [one for one in there if one.address not in known]):
                self._events.add(body)
            kept = frozenset[str]() if whole else known - archived
            still = kept | {one.address for one in there}
            self._ledger.note(name, " ".join(sorted(still)) or None)


def _freezes(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    days = (r for r in readings if r.kind is Kind.DAY and r.quantity is Quantity.FORWARD_ACTIVE)
    return tuple(sorted(days, key=lambda reading: reading.stamp))


def judge(case: Case) -> None:
    """Have every judge look at a reading."""
    changes = erc08.judge(case)
    handled = changes.programming or changes.demand_clear
    before, now = case.memory.words, erc33.words_of(case)
    erc12.judge(case)
    erc13.judge(case, handled, before, now)
    erc24.judge(case)
    _judge_energies(case)
    erc33.judge(case, before, now)


def _judge_energies(case: Case) -> None:
    """Judge every energy against the one before it, in the order in which they came to be."""
    erc30.notice(case)
    present = case.energy()
    for frozen in case.frozen_energies() if present is None else ():
        if not _told_already(case.memory.energy, frozen):
            _judge_energy(case, frozen)
    if present is not None:
        _judge_energy(case, present)


def _told_already(held: Energy | None, frozen: Energy) -> bool:
    """Of a point that gives present values a freeze would only tell the same once more."""
    return held is not None and not held.frozen and frozen.at - held.at < ONE_DAY


def _judge_energy(case: Case, now: Energy) -> None:
    before = case.memory.energy
    if before is not None and before.frozen == now.frozen:
        if now.at <= before.at:
            return
        if not erc27.judge(case, before, now):
            erc28.judge(case, before, now)
            erc29.judge(case, before, now)
            erc30.judge(case, before, now)
    case.memory.energy = now
