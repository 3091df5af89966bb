"""How meters of each family are put up: kind, address, password, speed; and their groups on a bus.

A family has the name of its driver (`core.meters.mapping`). A protocol library is a family too: its file
makes the meter's end as it makes the driver's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from core.errors import UsageError
from core.lines.line import SerialSettings
from core.meters import mapping as m
from core.meters.dlt645.control import Edition
from core.meters.driver import Speed
from core.meters.families import NATIVES
from core.meters.library.model import Alias, Library
from core.meters.library.shelf import shipped
from core.simulation.dlt645.group import Dlt645Group
from core.simulation.dlt645.meter import Dlt645Meter
from core.simulation.dlt645.rights import Rights
from core.simulation.groups import BusMeter, Group
from core.simulation.physics.meter import Meter
from core.simulation.physics.plate import Kind

M = TypeVar("M", bound=BusMeter)
NO_PASSWORD = bytes(6)
"""As the archive has it (AFN04 F10)."""
READER = b"READER"
"""Account and password of EDMI meters: the password of the usual account has more than six characters."""
SMALL = 1000
"""A family with fewer addresses than this has them from 1 on."""
SMALL_LOADS = Kind.RESIDENTIAL, Kind.TARIFF_CONTROL
"""What speaks a library: loads that fit into the narrowest fields, two bytes of 0.1 W."""
SIGN_ON = 300
"""Speed at which a port of IEC 62056-21 begins; one at another speed takes part in no change."""


@dataclass(frozen=True, slots=True)
class Order:
    """One meter to put up."""

    meter: Meter
    settings: SerialSettings
    password: bytes = NO_PASSWORD
    key_needed: bool = False
    """Its programming key has to be pressed before it is written (DL/T 645 only)."""


@dataclass(frozen=True, slots=True)
class Family:
    """How meters of one family are put up."""

    name: str
    make: Callable[[Order], BusMeter]
    bus: str
    """Families of one bus name share a group."""
    group: Callable[[Sequence[BusMeter]], Group]
    settings: SerialSettings
    """Of the first request to a meter from the factory."""
    greatest: int = 10**12 - 1
    """The greatest address."""
    password: Callable[[int], bytes] = lambda _: NO_PASSWORD
    """From the seed of a meter to what the archive holds of it."""
    kinds: tuple[Kind, ...] = (Kind.THREE_PHASE,)
    """What of meters speaks it."""

    def address(self, first: int, number: int) -> str:
        """Return the address of a meter by its number; ``first``, a multiple of a million, is for all."""
        if self.greatest < SMALL:
            return f"{number:012d}"
        return f"{(first + 7 * number) % 10 ** (len(str(self.greatest + 1)) - 1):012d}"


def _dlt645(edition: Edition, order: Order) -> BusMeter:
    rights = Rights(key_needed=order.key_needed)
    return Dlt645Meter(order.meter, edition, settings=order.settings, rights=rights)


def _dlt645_group(meters: Sequence[BusMeter]) -> Group:
    return Dlt645Group(those(meters, Dlt645Meter))


def _edmi(order: Order) -> BusMeter:
    from core.simulation.edmi.meter import EdmiMeter  # noqa: PLC0415 - tables, made on first use

    return EdmiMeter(order.meter, settings=order.settings)


def _edmi_group(meters: Sequence[BusMeter]) -> Group:
    from core.simulation.edmi.group import EdmiGroup  # noqa: PLC0415 - tables, made on first use
    from core.simulation.edmi.meter import EdmiMeter  # noqa: PLC0415

    return EdmiGroup(those(meters, EdmiMeter))


def _alpha(order: Order) -> BusMeter:
    from core.simulation.alpha.meter import AlphaMeter  # noqa: PLC0415 - tables, made on first use

    password = int.from_bytes(order.password, "big")
    return AlphaMeter(order.meter, settings=order.settings, password=password)


def _alpha_group(meters: Sequence[BusMeter]) -> Group:
    from core.simulation.alpha.group import AlphaGroup  # noqa: PLC0415 - tables, made on first use
    from core.simulation.alpha.meter import AlphaMeter  # noqa: PLC0415

    return AlphaGroup(those(meters, AlphaMeter))


def _landis_gyr(dialect: str, order: Order) -> BusMeter:
    from core.meters.iec62056.dialects import DIALECTS  # noqa: PLC0415 - tables, made on first use
    from core.meters.iec62056.station import Habits  # noqa: PLC0415
    from core.simulation.iec62056.meter import IecMeter  # noqa: PLC0415
    from core.simulation.iec62056.readouts import Look  # noqa: PLC0415

    look = Look(next(one for one in DIALECTS if one.name == dialect))
    return IecMeter(order.meter, look=look, habits=Habits(fixed=_fixed(order)))


def _a1700(order: Order) -> BusMeter:
    from core.meters.iec62056.a1700 import password_of  # noqa: PLC0415 - tables, made on first use
    from core.meters.iec62056.station import Habits  # noqa: PLC0415
    from core.simulation.iec62056.meter import A1700, IecMeter  # noqa: PLC0415
    from core.simulation.iec62056.readouts import Look  # noqa: PLC0415

    contents = A1700(order.meter, Look(), password_of(order.password))
    return IecMeter(order.meter, contents, habits=Habits(fixed=_fixed(order)))


def _iec_group(meters: Sequence[BusMeter]) -> Group:
    from core.simulation.iec62056.group import IecGroup  # noqa: PLC0415 - tables, made on first use
    from core.simulation.iec62056.meter import IecMeter  # noqa: PLC0415

    return IecGroup(those(meters, IecMeter))


def _fixed(order: Order) -> int:
    return 0 if order.settings.baud == SIGN_ON else order.settings.baud


def _four_bytes(seed: int) -> bytes:
    return bytes(2) + (seed & 0xFFFF_FFFF).to_bytes(4, "big")


def _settings(speed: Speed) -> SerialSettings:
    return SerialSettings(speed.baud, speed.data_bits, speed.parity, speed.stop_bits)


def _native(name: str) -> SerialSettings:
    return _settings(NATIVES[name].speed)


DLT645, IEC = "dlt645", "iec62056"
EIGHT_DIGITS = 10**8 - 1
FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(m.DLT645_1997, partial(_dlt645, Edition.V1997), DLT645, _dlt645_group, _native(m.DLT645_1997),
               kinds=tuple(Kind)),
        Family(m.DLT645_2007, partial(_dlt645, Edition.V2007), DLT645, _dlt645_group, _native(m.DLT645_2007),
               kinds=tuple(Kind)),
        Family(m.EDMI, _edmi, m.EDMI, _edmi_group, _native(m.EDMI), 0xFFFF_FFFF, lambda _: READER),
        Family(m.ALPHA, _alpha, m.ALPHA, _alpha_group, _native(m.ALPHA), 255, _four_bytes),
        Family(m.LANDIS_GYR_D, partial(_landis_gyr, "OBIS"), IEC, _iec_group, _native(m.LANDIS_GYR_D),
               EIGHT_DIGITS),
        Family(m.LANDIS_GYR_B, partial(_landis_gyr, "short codes"), IEC, _iec_group, _native(m.LANDIS_GYR_B),
               EIGHT_DIGITS),
        Family(m.A1700, _a1700, IEC, _iec_group, _native(m.A1700), EIGHT_DIGITS, _four_bytes),
    )
}  # fmt: skip
"""Those with a driver of the program, by its name."""


def names() -> tuple[str, ...]:
    """Return all families of which meters can be put up."""
    return tuple(dict.fromkeys((*FAMILIES, *(name for name in shipped() if _found(name)))))


def family_named(name: str) -> Family:
    """Return a family, native or of a library; ``UsageError`` where nobody knows how its meters speak."""
    if family := _found(name):
        return family
    raise UsageError(f"No meters of {name!r} can be put up.", f"Families: {', '.join(names())}.")


def _found(name: str) -> Family | None:
    if name in FAMILIES:
        return FAMILIES[name]
    entry = shipped().get(name)
    if isinstance(entry, Library):
        return _of_library(entry)
    target = _found(entry.of) if isinstance(entry, Alias) else None
    if target is None or not isinstance(entry, Alias):
        return None
    return replace(target, name=name, settings=_settings(entry.speed) if entry.speed else target.settings)


def _of_library(library: Library) -> Family:
    from core.simulation.library.group import LibraryGroup, SimulatedLibraryMeter  # noqa: PLC0415 - as above

    def make(order: Order) -> BusMeter:
        return SimulatedLibraryMeter(library, order.meter, order.settings)

    def group(meters: Sequence[BusMeter]) -> Group:
        return LibraryGroup(library, those(meters, SimulatedLibraryMeter))

    form, name = library.address, library.identity.id
    most = 256**form.size - 1 if form.form == "uint" else 10 ** (form.size * (1 + (form.form == "bcd"))) - 1
    greatest = min(most, 10**form.last - 1, most if form.most is None else form.most)
    return Family(name, make, name, group, _settings(library.speed), greatest, kinds=SMALL_LOADS)


def those(meters: Iterable[BusMeter], kind: type[M]) -> tuple[M, ...]:
    """Return the meters of one kind, in their order."""
    return tuple(meter for meter in meters if isinstance(meter, kind))


def groups_of(meters: Sequence[tuple[str, BusMeter]]) -> tuple[Group, ...]:
    """Return the groups of a bus for meters and the names of their families.

    That of DL/T 645 is always there, for meters that join.
    """
    buses: dict[str, tuple[Family, list[BusMeter]]] = {DLT645: (FAMILIES[m.DLT645_2007], [])}
    for name, meter in meters:
        family = family_named(name)
        buses.setdefault(family.bus, (family, []))[1].append(meter)
    return tuple(family.group(present) for family, present in buses.values())
