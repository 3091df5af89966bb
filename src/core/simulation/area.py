"""The area of an emulated terminal: which meters hang on its ports since its first start."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import UsageError
from core.gdw376.units.afn04 import MeterRecord
from core.lines.faults import CLEAN
from core.lines.faults import Faults as Noise
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import SETTINGS, Dlt645Meter
from core.simulation.faults import NAMES, SOUND, Faults, parse_faults
from core.simulation.population import Placed, Population, population
from core.terminal.archive import CAPACITY

PORTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Area:
    """Meters by kind, spread over 485_1 and 485_2; the same for the same seed."""

    seed: int = 1
    residential: int = 0
    tariff_control: int = 0
    three_phase: int = 0
    every_1997: int = 0
    """Each so many-th meter speaks DL/T 645-1997; 0: none."""
    faults: str = ""
    """As `core.simulation.faults` reads them, by point: ``3:silent,5:clock=400``."""

    @property
    def count(self) -> int:
        """All meters."""
        return self.residential + self.tariff_control + self.three_phase

    def check(self) -> None:
        """Raise ``UsageError`` for an area that cannot be."""
        if min(self.residential, self.tariff_control, self.three_phase, self.every_1997) < 0:
            raise UsageError("Meters cannot be fewer than none.", "Give numbers from 0.")
        if self.count > CAPACITY:
            raise UsageError(f"{self.count} meters are too many.", f"An archive holds {CAPACITY} (M83).")
        parse_faults(self.faults, max(1, self.count))


class AreaMeters:
    """The meters of an area as they have been running since ``since``."""

    def __init__(self, area: Area, since: datetime) -> None:
        self._area = area
        self._groups: dict[int, Dlt645Group] = {}
        self._buses: list[SimulatedBus] = []
        self._noise = CLEAN
        self._population: Population = population(
            area.seed, since, residential=area.residential, tariff_control=area.tariff_control,
            three_phase=area.three_phase, every_1997=area.every_1997, ports=PORTS, key_needed=False,
        )  # fmt: skip

    @property
    def records(self) -> tuple[MeterRecord, ...]:
        """The archive that fits."""
        return self._population.records

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The meters themselves, by rising point."""
        return self._population.placed

    def meter(self, point: int) -> Dlt645Meter:
        """Return the meter of a point; ``KeyError`` if there is none."""
        return self._placed(point).meter

    def _placed(self, point: int) -> Placed:
        return {place.point: place for place in self._population.placed}[point]

    def suffer(self, point: int, faults: Faults, now: datetime) -> None:
        """Give the meter of a point these faults from now on, and no others."""
        port = self._placed(point).port
        points = [place.point for place in self._population.placed if place.port == port]
        self._group(port).suffer(points.index(point) + 1, faults, now)

    def afflict(self, text: str, now: datetime) -> None:
        """Give meters faults as people write them, by point; ``3:sound`` is none.

        ``UsageError`` names the part that is wrong.
        """
        for part in filter(None, (word.strip() for word in text.split(","))):
            point, _, fault = part.partition(":")
            if fault == "sound":
                parse_faults(f"{point}:silent", self._area.count)
                self.suffer(int(point), SOUND, now)
            else:
                for number, faults in parse_faults(part, self._area.count).items():
                    self.suffer(number, faults, now)

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of all faults."""
        return tuple(NAMES)

    @property
    def noise(self) -> Noise:
        """What goes wrong on the wires of all ports."""
        return self._noise

    @noise.setter
    def noise(self, noise: Noise) -> None:
        self._noise = noise
        for bus in self._buses:
            bus.faults = noise

    def join(self, port: int, meter: Dlt645Meter) -> None:
        """Hang a meter on a port that no archive knows."""
        self._group(port).join(meter)

    def _group(self, port: int) -> Dlt645Group:
        if port not in self._groups:
            placed = [place.meter for place in self._population.placed if place.port == port]
            self._groups[port] = Dlt645Group(placed)
        return self._groups[port]

    def line(self, port: int, clock: LoopClock) -> Line:
        """Return the reading end of the bus of a port, at the usual speed of DL/T 645-2007."""
        placed = [place.point for place in self._population.placed if place.port == port]
        group = self._group(port)
        wrong = parse_faults(self._area.faults, max(1, self._area.count))
        for number, point in enumerate(placed, 1):
            if point in wrong:
                group.suffer(number, wrong[point], clock.now())
        bus = SimulatedBus([group], clock, seed=self._area.seed + port)
        bus.faults = self._noise
        self._buses.append(bus)
        return bus.line(next(iter(SETTINGS.values())))
