"""The area of an emulated terminal: which meters hang on its ports since its first start."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from core.errors import UsageError
from core.gdw376.units.afn04 import MeterRecord
from core.lines.faults import CLEAN
from core.lines.faults import Faults as Noise
from core.lines.line import Line
from core.lines.pace import LoopClock
from core.meters.mapping import DEFAULT, Codes
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import SETTINGS, Dlt645Meter
from core.simulation.faults import NAMES, SOUND, Faults, parse_faults
from core.simulation.groups import BusMeter, Group
from core.simulation.population import Placed, Population, Standing, code_of, plan, population
from core.terminal.archive import CAPACITY

PORTS = (1, 2)


@dataclass(frozen=True, slots=True)
class Area:
    """Meters by kind and by family, spread over 485_1 and 485_2; the same for the same seed."""

    seed: int = 1
    residential: int = 0
    tariff_control: int = 0
    three_phase: int = 0
    every_1997: int = 0
    """Each so many-th meter speaks DL/T 645-1997; 0: none."""
    families: Mapping[str, int] = field(default_factory=dict[str, int])
    """Further meters by the name of their driver or library."""
    faults: str = ""
    """As `core.simulation.faults` reads them, by point: ``3:silent,5:clock=400``."""

    @property
    def count(self) -> int:
        """All meters."""
        return self.residential + self.tariff_control + self.three_phase + sum(self.families.values())

    @property
    def standing(self) -> tuple[Standing, ...]:
        """Who stands where, by rising point."""
        random = Random(self.seed)
        random.randrange(10**5)  # the addresses are drawn first
        return plan(
            random, residential=self.residential, tariff_control=self.tariff_control,
            three_phase=self.three_phase, families=self.families, ports=PORTS, every_1997=self.every_1997,
        )  # fmt: skip

    def check(self, codes: Codes = DEFAULT) -> None:
        """Raise ``UsageError`` for an area that cannot be; ``codes`` are those of its terminal."""
        if any(type(count) is not int for count in self.families.values()):
            raise UsageError("Meters of a family are counted.", "Write for example families = { edmi = 8 }.")
        kinds = self.residential, self.tariff_control, self.three_phase, self.every_1997
        if min(*kinds, *self.families.values()) < 0:
            raise UsageError("Meters cannot be fewer than none.", "Give numbers from 0.")
        if self.count > CAPACITY:
            raise UsageError(f"{self.count} meters are too many.", f"An archive holds {CAPACITY} (M83).")
        for name in self.families:
            code_of(name, codes)
        standing = self.standing
        for point, faults in parse_faults(self.faults, max(1, self.count)).items():
            _check_twin(standing, point, faults.twin)


def _check_twin(standing: tuple[Standing, ...], point: int, twin: int) -> None:
    """Twins share an address on one bus: of one family, on one port."""
    if not twin:
        return
    one, other = standing[point - 1], standing[twin - 1]
    if (one.port, one.family) != (other.port, other.family):
        raise UsageError(
            f"Meter {point} ({one.family}, 485_{one.port}) cannot be the twin of meter {twin} "
            f"({other.family}, 485_{other.port}).",
            "Name one of the same family on the same port.",
        )


class AreaMeters:
    """The meters of an area as they have been running since ``since``."""

    def __init__(self, area: Area, since: datetime, codes: Codes = DEFAULT) -> None:
        """``codes``: protocol codes of the archive."""
        self._area = area
        self._buses: list[SimulatedBus] = []
        self._noise = CLEAN
        self._population: Population = population(
            area.seed, since, residential=area.residential, tariff_control=area.tariff_control,
            three_phase=area.three_phase, families=area.families, every_1997=area.every_1997, ports=PORTS,
            key_needed=False, codes=codes,
        )  # fmt: skip
        self._groups = {port: self._population.groups(port) for port in PORTS}

    @property
    def records(self) -> tuple[MeterRecord, ...]:
        """The archive that fits."""
        return self._population.records

    @property
    def placed(self) -> tuple[Placed, ...]:
        """The meters themselves, by rising point."""
        return self._population.placed

    def meter(self, point: int) -> BusMeter:
        """Return the meter of a point; ``KeyError`` if there is none."""
        return self._placed(point).meter

    def _placed(self, point: int) -> Placed:
        return {place.point: place for place in self._population.placed}[point]

    def suffer(self, point: int, faults: Faults, now: datetime) -> None:
        """Give the meter of a point these faults from now on, and no others; ``twin`` is a point.

        ``UsageError`` for a twin of another family or port.
        """
        _check_twin(self._area.standing, point, faults.twin)
        place = self._placed(point)
        group = next(one for one in self._groups[place.port] if place.meter in one.meters)
        twin = 1 + group.meters.index(self.meter(faults.twin)) if faults.twin else 0
        group.suffer(1 + group.meters.index(place.meter), replace(faults, twin=twin), now)

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
        next(one for one in self._groups[port] if isinstance(one, Dlt645Group)).join(meter)

    def line(self, port: int, clock: LoopClock) -> Line:
        """Return the reading end of the bus of a port, at the usual speed of DL/T 645-2007."""
        wrong = parse_faults(self._area.faults, max(1, self._area.count))
        for place in self._population.placed:
            if place.port == port and place.point in wrong:
                self.suffer(place.point, wrong[place.point], clock.now())
        groups: tuple[Group, ...] = self._groups[port]
        bus = SimulatedBus(groups, clock, seed=self._area.seed + port)
        bus.faults = self._noise
        self._buses.append(bus)
        return bus.line(next(iter(SETTINGS.values())))
