"""The meters of an area and the archive that fits them: what stands behind a concentrator (M83)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from core.errors import UsageError
from core.gdw376.units.afn04 import SPEEDS, Digits10, MeterRecord, PortSpeed, UserClass
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.meters.dlt645.control import Edition
from core.simulation.bus import SimulatedBus
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.dlt645.rights import Rights
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate

PROTOCOLS = {Edition.V1997: 1, Edition.V2007: 30}
"""Codes of F10 (part A §7.2)."""
CLASSES = {
    Kind.RESIDENTIAL: UserClass(minor=0, major=4),
    Kind.TARIFF_CONTROL: UserClass(minor=1, major=4),
    Kind.THREE_PHASE: UserClass(minor=2, major=2),
}
"""Major class of the user, minor class of the meter: 1 single-phase smart, 2 three-phase (part B §7.2)."""
SIX_AND_TWO = Digits10(decimals=1, integers=2)
"""Registers of XXXXXX.XX."""
SPREAD, DRIFT = 20.0, 8.0
"""Meter clocks are up to so many seconds off, and drift by up to so many ppm."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A meter at a measuring point of a port."""

    point: int
    port: int
    kind: Kind
    meter: Dlt645Meter

    @property
    def record(self) -> MeterRecord:
        """Its line of the archive."""
        speed = {text: code for code, (_, text) in SPEEDS.items()}[str(self.meter.settings.baud)]
        return MeterRecord(
            serial=self.point,
            point=self.point,
            line=PortSpeed(port=self.port, speed=speed),
            protocol=PROTOCOLS[self.meter.edition],
            address=self.meter.address,
            password=bytes(6),
            tariffs=self.meter.meter.plate.tariffs,
            digits=SIX_AND_TWO,
            collector="0" * 12,
            user_class=CLASSES[self.kind],
        )


@dataclass(frozen=True, slots=True)
class Population:
    """All meters of an area, by rising point."""

    placed: tuple[Placed, ...]

    @property
    def records(self) -> tuple[MeterRecord, ...]:
        """The archive, as AFN04 F10 carries it."""
        return tuple(place.record for place in self.placed)

    def on(self, port: int) -> tuple[Dlt645Meter, ...]:
        """Return the meters of a port."""
        return tuple(place.meter for place in self.placed if place.port == port)

    def bus(self, port: int, clock: LoopClock, *, seed: int = 0) -> SimulatedBus:
        """Return the bus of a port with its meters on it."""
        return SimulatedBus([Dlt645Group(self.on(port))], clock, seed=seed)


def population(
    seed: int,
    now: datetime,
    *,
    residential: int = 0,
    tariff_control: int = 0,
    three_phase: int = 0,
    ports: Sequence[int] = (1, 2),
    every_1997: int = 0,
    settings: SerialSettings | None = None,
    key_needed: bool = True,
) -> Population:
    """Return meters that are the same for the same ``seed``, spread evenly over ``ports``.

    Each ``every_1997``-th meter speaks the old edition, 0: none. ``settings`` replace those from the factory.
    """
    if not ports:
        raise UsageError("Meters need at least one port.", "Give ports=(1, 2).")
    kinds = [Kind.RESIDENTIAL] * residential + [Kind.TARIFF_CONTROL] * tariff_control
    kinds += [Kind.THREE_PHASE] * three_phase
    random = Random(seed)
    first = random.randrange(10**5) * 10**6
    random.shuffle(kinds)
    placed: list[Placed] = []
    for point, kind in enumerate(kinds, 1):
        plate = Plate(random.getrandbits(48), kind, f"{first + 7 * point:012d}")
        offset, ppm = random.uniform(-SPREAD, SPREAD), random.uniform(-DRIFT, DRIFT)
        old = every_1997 and point % every_1997 == 0
        meter = Dlt645Meter(
            Meter(plate, now, offset=offset, ppm=ppm),
            Edition.V1997 if old else Edition.V2007,
            settings=settings,
            rights=Rights(key_needed=key_needed),
        )
        placed.append(Placed(point, ports[(point - 1) % len(ports)], kind, meter))
    return Population(tuple(placed))
