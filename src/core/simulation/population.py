"""The meters of an area and the archive that fits them: what stands behind a concentrator (M83, M28)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from core.errors import UsageError
from core.gdw376.units.afn04 import SPEEDS, Digits10, MeterRecord, PortSpeed, UserClass
from core.lines.line import SerialSettings
from core.lines.pace import LoopClock
from core.meters.mapping import DEFAULT, DLT645_1997, DLT645_2007, Codes
from core.simulation.bus import SimulatedBus
from core.simulation.families import NO_PASSWORD, Family, Order, family_named, groups_of
from core.simulation.groups import BusMeter, Group
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind, Plate

CLASSES = {
    Kind.RESIDENTIAL: UserClass(minor=0, major=4),
    Kind.TARIFF_CONTROL: UserClass(minor=1, major=4),
    Kind.THREE_PHASE: UserClass(minor=2, major=2),
}
"""Major class of the user, minor class of the meter: 1 single-phase smart, 2 three-phase (part B §7.2)."""
SIX_AND_TWO = Digits10(decimals=1, integers=2)
"""Registers of XXXXXX.XX."""
SPEED_CODES = {text: code for code, (_, text) in SPEEDS.items()}
USUAL_SPEED = 0
"""Code of the archive for the usual speed of the protocol, also for one that has no code of its own: 300."""
SPREAD, DRIFT = 20.0, 8.0
"""Meter clocks are up to so many seconds off, and drift by up to so many ppm."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A meter at a measuring point of a port."""

    point: int
    port: int
    kind: Kind
    family: str
    """The name of its driver."""
    protocol: int
    """The code for that in the archive."""
    meter: BusMeter
    baud: int
    """Of the first request to it."""
    password: bytes = NO_PASSWORD

    @property
    def record(self) -> MeterRecord:
        """Its line of the archive."""
        return MeterRecord(
            serial=self.point,
            point=self.point,
            line=PortSpeed(port=self.port, speed=SPEED_CODES.get(str(self.baud), USUAL_SPEED)),
            protocol=self.protocol,
            address=self.meter.address,
            password=self.password,
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

    def on(self, port: int) -> tuple[BusMeter, ...]:
        """Return the meters of a port."""
        return tuple(place.meter for place in self.placed if place.port == port)

    def groups(self, port: int) -> tuple[Group, ...]:
        """Return the meters of a port by family."""
        return groups_of([(place.family, place.meter) for place in self.placed if place.port == port])

    def bus(self, port: int, clock: LoopClock, *, seed: int = 0) -> SimulatedBus:
        """Return the bus of a port with its meters on it."""
        return SimulatedBus(self.groups(port), clock, seed=seed)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a meter will stand, before it is put up."""

    point: int
    port: int
    kind: Kind
    family: str


def plan(
    random: Random,
    *,
    residential: int = 0,
    tariff_control: int = 0,
    three_phase: int = 0,
    families: Mapping[str, int] | None = None,
    ports: Sequence[int] = (1, 2),
    every_1997: int = 0,
) -> tuple[Standing, ...]:
    """Return who stands where, spread evenly over ``ports``.

    The three kinds speak DL/T 645-2007, each ``every_1997``-th point the old edition (0: none); ``families``
    are further meters. ``UsageError`` for a family that nobody can put up.
    """
    if not ports:
        raise UsageError("Meters need at least one port.", "Give ports=(1, 2).")
    wanted: list[tuple[Kind, str]] = [(Kind.RESIDENTIAL, "")] * residential
    wanted += [(Kind.TARIFF_CONTROL, "")] * tariff_control + [(Kind.THREE_PHASE, "")] * three_phase
    for name, count in (families or {}).items():
        kinds = family_named(name).kinds
        wanted += [(kinds[number % len(kinds)], name) for number in range(count)]
    random.shuffle(wanted)
    return tuple(
        Standing(point, ports[(point - 1) % len(ports)], kind, name or _edition(point, every_1997))
        for point, (kind, name) in enumerate(wanted, 1)
    )


def _edition(point: int, every_1997: int) -> str:
    return DLT645_1997 if every_1997 and point % every_1997 == 0 else DLT645_2007


def code_of(family: str, codes: Codes) -> int:
    """Return the protocol code of a family; ``UsageError`` where the list has none."""
    for code, name in codes.items():
        if name == family:
            return code
    raise UsageError(
        f"The protocol codes here have none for {family}.", f'Give it one: codes = {{ 40 = "{family}" }}.'
    )


def population(
    seed: int,
    now: datetime,
    *,
    residential: int = 0,
    tariff_control: int = 0,
    three_phase: int = 0,
    families: Mapping[str, int] | None = None,
    ports: Sequence[int] = (1, 2),
    every_1997: int = 0,
    settings: SerialSettings | None = None,
    key_needed: bool = True,
    codes: Codes = DEFAULT,
) -> Population:
    """Return meters that are the same for the same ``seed``; where they stand says `plan`.

    ``settings`` replace those from the factory; ``codes`` are the protocol codes of the archive.
    """
    random = Random(seed)
    first = random.randrange(10**5) * 10**6
    standing = plan(
        random, residential=residential, tariff_control=tariff_control, three_phase=three_phase,
        families=families, ports=ports, every_1997=every_1997,
    )  # fmt: skip
    return Population(tuple(_put_up(standing, random, first, now, settings, codes, key_needed=key_needed)))


def _put_up(
    standing: Sequence[Standing],
    random: Random,
    first: int,
    now: datetime,
    settings: SerialSettings | None,
    codes: Codes,
    *,
    key_needed: bool,
) -> Iterator[Placed]:
    for one in standing:
        family = family_named(one.family)
        plate = Plate(random.getrandbits(48), one.kind, _address(family, first, one.point))
        offset, ppm = random.uniform(-SPREAD, SPREAD), random.uniform(-DRIFT, DRIFT)
        how, password = settings or family.settings, family.password(plate.seed)
        meter = family.make(Order(Meter(plate, now, offset=offset, ppm=ppm), how, password, key_needed))
        code = code_of(one.family, codes)
        yield Placed(one.point, one.port, one.kind, one.family, code, meter, how.baud, password)


def _address(family: Family, first: int, point: int) -> str:
    if point > family.greatest:
        raise UsageError(f"Point {point} has no address in {family.name}.", f"They end at {family.greatest}.")
    return family.address(first, point)
