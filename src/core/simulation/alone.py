"""Meters alone on a bus, without a terminal: for masters that want something to read."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from core.errors import LineError, UsageError
from core.lines.line import Line, SerialSettings
from core.lines.pace import LoopClock
from core.meters.mapping import DLT645_2007
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.families import Family, Order, family_named, groups_of, names, those
from core.simulation.faults import SOUND, parse_faults
from core.simulation.groups import BusMeter
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Plate
from core.simulation.population import DRIFT, SPREAD

MOST = 1000
"""Meters of one bus; a real one carries 32 to 256."""


class MetersAlone:
    """A bus full of meters of one family, of all its kinds in turn; number 1 is the first. None needs a
    password but the usual one of its family."""

    USUAL = DLT645_2007

    def __init__(
        self, protocol: str, count: int, clock: LoopClock, *, seed: int = 1, faults: str = "", baud: int = 0
    ) -> None:
        """``faults`` as `core.simulation.faults` reads them, ``baud`` 0 the speed from the factory.

        ``UsageError`` for what cannot be.
        """
        family = family_named(protocol)
        most = min(MOST, family.greatest)
        if not 1 <= count <= most:
            raise UsageError(f"{count} meters are impossible.", f"Give 1 to {most}.")
        found = parse_faults(faults, count)
        usual = family.settings
        self.settings = (
            SerialSettings(baud, usual.data_bits, usual.parity, usual.stop_bits) if baud else usual
        )
        self._clock = clock
        made = tuple(self._made(family, count, seed, clock.now()))
        self._group = next(group for group in groups_of([(protocol, one) for one in made]) if group.meters)
        self._bus = SimulatedBus([self._group], clock, seed=seed)
        for number, wrong in found.items():
            self._group.suffer(number, wrong, clock.now())

    @staticmethod
    def protocols() -> tuple[str, ...]:
        """Return the families there are meters of."""
        return names()

    def _made(self, family: Family, count: int, seed: int, now: datetime) -> Iterator[BusMeter]:
        random = Random(seed)
        first = random.randrange(10**5) * 10**6
        for number in range(1, count + 1):
            kind = family.kinds[number % len(family.kinds) - 1]
            plate = Plate(random.getrandbits(48), kind, family.address(first, number))
            offset, ppm = random.uniform(-SPREAD, SPREAD), random.uniform(-DRIFT, DRIFT)
            meter = Meter(plate, now, offset=offset, ppm=ppm)
            yield family.make(Order(meter, self.settings, key_needed=True))

    @property
    def meters(self) -> tuple[BusMeter, ...]:
        """All of them, in order of their numbers."""
        return tuple(self._group.meters)

    def press_keys(self) -> None:
        """Press the programming key of every meter that has one."""
        for meter in those(self.meters, Dlt645Meter):
            meter.press_key(self._clock.now())

    def describe(self, number: int) -> tuple[str, str, str]:
        """Return address, kind and faults of a meter; no faults is empty."""
        meter = self.meters[number - 1]
        faults = "" if meter.faults == SOUND else meter.faults.text
        return meter.address, meter.meter.plate.kind.value, faults

    async def serve(self, line: Line) -> LineError:
        """Let the meters answer on a line until it is lost or closed; return how it ended."""
        return await self._bus.serve(line)
