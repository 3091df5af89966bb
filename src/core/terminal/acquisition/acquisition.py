"""What is read when, on all ports (device behaviour 6.1 to 6.7): questions out, answers in, no line in sight.

The worker of a port asks ``next``, carries the task out with the driver of the meter's family, and hands the
result to ``took``, ``heard`` or ``done``; with nothing to do it waits ``due`` seconds, or until ``on_order``
tells it that a person wants something. All times are monotonic seconds of the clock given.
"""

from collections.abc import Callable, Iterable

from core.clock import Clock
from core.gdw376.units.afn04 import ReadingParameters
from core.meters.driver import Answer
from core.terminal.acquisition.items import ChosenItems, ItemLists, lists_for
from core.terminal.acquisition.missing import Missing
from core.terminal.acquisition.port import PortPlan
from core.terminal.acquisition.roster import Place, place_of
from core.terminal.acquisition.settings import PortSettings, settings_of
from core.terminal.acquisition.standing import Book, MeterState, PortState
from core.terminal.acquisition.streaks import Streaks
from core.terminal.acquisition.tasks import FoundMeter, Heard, Search, Sink, Task
from core.terminal.archive import Archive, Meter
from core.terminal.factory import METER_PORTS
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.readings import Readings
from core.terminal.rtc import Rtc

ITEMS_1, ITEMS_2 = 38, 39
"""Fn of the item sets."""


class Acquisition:
    """The planner of all meter ports."""

    def __init__(
        self,
        clock: Clock,
        rtc: Rtc,
        parameters: Parameters,
        archive: Archive,
        readings: Readings,
        ledger: Ledger,
        sink: Sink,
    ) -> None:
        self._clock = clock
        self._rtc = rtc
        self._parameters = parameters
        self._archive = archive
        self._readings = readings
        self._ledger = ledger
        self._sink = sink
        self.restart()
        self.on_order: Callable[[int], None] = lambda port: None
        """Called with the port whenever an order gives it something to do at once."""

    def restart(self) -> None:
        """Power came: go on from what was kept. Walks are gone; what was not read is missing."""
        self._streaks = Streaks(self._ledger, self._sink)
        self._ports = {
            port: PortPlan(
                self._rtc, self._readings, Book.open(port, self._ledger), self._streaks, self._sink
            )
            for port in METER_PORTS
        }
        self._revision = -1

    def _fresh(self, port: int) -> PortPlan:
        if self._revision != self._ledger.revision:
            self._reload()
        return self._ports[port]

    def _reload(self) -> None:
        """Take over parameters that changed since the last question."""
        self._revision = self._ledger.revision
        blocks = {block.port: block for block in self._parameters.value(ReadingParameters).ports}
        lists: dict[ItemLists, ItemLists] = {}
        meters = self._archive.meters()
        for port, plan in self._ports.items():
            settings = settings_of(blocks[port]) if port in blocks else PortSettings()
            places = tuple(self._place(meter, settings, lists) for meter in self._archive.on_port(port))
            plan.reload(places, settings, frozenset(one.point for one in meters if one.port == port))

    def _place(self, meter: Meter, settings: PortSettings, known: dict[ItemLists, ItemLists]) -> Place:
        """Join a meter with its items; equal lists are one object, so what is made of them is made once."""
        chosen = ChosenItems(
            self._parameters.items(ITEMS_1, meter.major, meter.minor),
            self._parameters.items(ITEMS_2, meter.major, meter.minor),
        )
        lists = lists_for(meter, chosen, status_word=settings.status_word)
        return place_of(meter, known.setdefault(lists, lists))

    # -- for the worker of a port --

    def next(self, port: int, now: float) -> Task | None:
        """Return what to do on the port now; the same task again until its result came."""
        return self._fresh(port).next(now)

    def due(self, port: int, now: float) -> float:
        """Seconds until ``next`` is worth asking, unless ``on_order`` tells otherwise."""
        return self._fresh(port).due(now)

    def look(self) -> None:
        """See once a minute what no timer foretells: other parameters, a clock that was stepped."""
        now = self._clock.monotonic()
        changed = self._revision != self._ledger.revision
        shown = self._rtc.now()
        for port, plan in self._ports.items():
            if plan.notice(now, shown) or changed:
                self.on_order(port)

    def took(self, port: int, task: Task, answer: Answer, now: float) -> None:
        """Take the answer of a question."""
        self._fresh(port).took(task, answer, now)

    def done(self, port: int, task: Task, now: float) -> None:
        """Take notice that a broadcast was sent."""
        self._ports[port].done(task, now)

    def heard(self, port: int, task: Search, heard: Heard) -> None:
        """Take what answered a step of a search."""
        seeker = self._ports[port].seeker
        was_running = seeker.running
        seeker.heard(task, heard)
        if was_running and not seeker.running:
            self._sink.meters_found(port, seeker.found, whole=True)

    # -- orders --

    def read_now(self, port: int, points: Iterable[int] | None = None) -> None:
        """Read these points at once, or the whole port again (M43; 05 F51)."""
        chosen = None if points is None else frozenset(points)
        self._fresh(port).read_now(chosen, self._clock.monotonic())
        self.on_order(port)

    def pause(self, port: int) -> None:
        """Ask nothing on this port until ``resume`` (05 F49); what was begun stays where it is."""
        self._fresh(port).pause(True)

    def resume(self, port: int) -> None:
        """Go on where ``pause`` stopped (05 F50)."""
        self._fresh(port).pause(False)
        self.on_order(port)

    def broadcast_now(self, port: int) -> None:
        """Tell the meters of a port the time at once (M94); not around midnight or with an invalid clock."""
        self._fresh(port).broadcast_now(self._clock.monotonic())
        self.on_order(port)

    def allow_meter_clocks(self, allowed: bool) -> None:
        """Switch the timed broadcast of the clock on all ports (05 F30 of 2012)."""
        self._streaks.allow_meter_clocks(allowed)

    def search(self, port: int) -> None:
        """Look for unknown meters; found ones: ``found``."""
        self._fresh(port).seeker.start(ordered=True)
        self.on_order(port)

    def stop_search(self, port: int) -> None:
        """Give the search up; what was found stays."""
        seeker = self._ports[port].seeker
        if seeker.running:
            seeker.stop()
            self._sink.meters_found(port, seeker.found, whole=False)

    def release(self) -> None:
        """End all standing states that a command set: pauses, the forbidden broadcast (M124)."""
        self._streaks.allow_meter_clocks(True)
        for port in self._ports:
            self.resume(port)

    def forget(self) -> None:
        """Begin anew after the data were initialised (AFN01 F2 to F4)."""
        self._streaks.forget()
        for plan in self._ports.values():
            plan.forget()
        self._revision = -1

    # -- states --

    def reading_state(self, port: int) -> PortState:
        """Return the progress of the day's reading on a port (0C F11, M54)."""
        return self._fresh(port).state()

    def meter_state(self, point: int) -> MeterState | None:
        """Return how reading of a point went (0C F170); ``None`` for no archived point."""
        meter = self._archive.at(point)
        if meter is None or meter.port not in self._ports:
            return None
        return self._fresh(meter.port).meter_state(point, self._clock.monotonic())

    @property
    def lacking(self) -> bool:
        """Tell whether the day's data of any point are missing (ERC31 has begun)."""
        return self._streaks.open

    def failed(self, port: int) -> tuple[MeterState, ...]:
        """Return the points that could not be read (M175, M187), by rising number."""
        plan, now = self._fresh(port), self._clock.monotonic()
        return tuple(plan.meter_state(point, now) for point in plan.failed())

    def missing(self, port: int) -> tuple[Missing, ...]:
        """Return what the meters have and we do not (6.4), in the order in which it will be asked."""
        return self._fresh(port).missing()

    def found(self, port: int) -> tuple[FoundMeter, ...]:
        """Return the meters that the last search heard (0C F13)."""
        return tuple(self._ports[port].seeker.found)
