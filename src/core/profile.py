"""Profiles: the state a new terminal begins with. ``factory`` is part 10, ``demo``, ``full`` and
``families`` have made-up values and meters.

A profile can also be a TOML file. Everything in it is optional::

    [identity]                      # fields of core.terminal.identity.Identity
    software = "1.03"
    software_date = 2026-11-01
    vendor_keys = ["03a107bf..."]   # public keys in hexadecimal; packages must then be signed

    [surroundings]                  # fields of core.simulation.surroundings.Surroundings
    sim = true
    csq = 27
    cell = "3.58"

    [parameters.master-station]     # a unit of AFN 04 by alias or code ("04F3"), then its fields
    main_ip = "10.20.30.40"         # values as ``hhu decode --json`` prints them; the rest stays as in
    main_port = 8001                # the factory

    [parameters."04F25@12"]         # of measuring point 12
    ct = 20

    [[meters]]                      # fields of core.terminal.archive.Meter; only the address has to be there,
    address = "202600000001"        # serial and point count up from the meter before, password is hexadecimal
    port = 2

    [network]
    real = true                     # the uplink reaches real hosts; otherwise nobody is ever there

    [protocols]                     # what the protocol codes of the archive mean here (core.meters.mapping)
    list = "hubei"
    codes = { 40 = "my-library" }   # single codes, beside those of the list

    [protocols.setups.edmi]         # channels, rates, codes of meters that do not tell them: by native driver
    rates = [0, 1, 2, 3]            # or by code (setups.14); fields: core.meters.*.setup

    [area]                          # meters on 485_1 and 485_2, fields of core.simulation.area.Area;
    residential = 20                # without [[meters]] they are in the archive too
    families = { edmi = 8, alpha = 4, "landis-gyr-d" = 4 }      # by driver or library; each needs a code
    faults = "3:silent"

Parameters and meters count only for a terminal that has no state yet; identity and surroundings count at
every start.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar, cast

from core.errors import EncodeError, UsageError
from core.gdw376.catalogue import aliases
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import KeyMeters, MasterStation, MeterArchive, MeterRecord, TerminalAddress
from core.meters.families import Families
from core.meters.mapping import (
    A1700,
    ALPHA,
    DEFAULT,
    EDMI,
    LANDIS_GYR_B,
    LANDIS_GYR_D,
    Codes,
    codes_of,
)
from core.meters.setup_table import Given
from core.simulation.area import Area
from core.simulation.network import NetworkSetup
from core.simulation.surroundings import CARRIERS, Surroundings
from core.terminal.archive import Meter, record_of, settings_of
from core.terminal.factory import FACTORY_VALUES, KINDS, offers
from core.terminal.identity import Identity
from core.terminal.limits import archive_objection, objection
from core.terminal.setting import Setting
from core.vendor.package import MOST_KEYS
from core.vendor.signature import KEY

T = TypeVar("T", Identity, Surroundings, Meter, Area, NetworkSetup)
NO_METER = Meter(
    serial=0, point=0, port=1, speed=0, protocol=30, address="", password=bytes(6), tariffs=4, integers=6,
    decimals=2, collector="0" * 12, major=4, minor=0, asset="",
)  # fmt: skip
"""A residential meter of DL/T 645-2007 (M30), before it is anywhere."""


INPUTS = frozenset(range(1, 9))
"""Contacts of the status inputs."""
NO_AREA, NO_NETWORK = Area(), NetworkSetup()
GOOD_SIGNAL = 27


@dataclass(frozen=True, slots=True)
class Profile:
    """What a new terminal is, where it stands, and which parameters were set before delivery."""

    name: str
    identity: Identity = field(default_factory=Identity)
    surroundings: Surroundings = field(default_factory=Surroundings)
    parameters: tuple[Unit | Setting, ...] = ()
    """Bare units are the terminal's own."""
    meters: tuple[MeterRecord, ...] = ()
    """The meter archive, AFN04 F10."""
    area: Area = NO_AREA
    network: NetworkSetup = NO_NETWORK
    protocols: Codes = field(default_factory=lambda: DEFAULT)
    """Native driver or library by protocol code."""
    setups: Mapping[str, Given] = field(default_factory=dict[str, Given])
    """How its meters are set up, see `core.meters.families.Families`."""

    @property
    def families(self) -> Families:
        """What it can read, with libraries of its own."""
        return Families(self.protocols, setups=self.setups)

    @property
    def connected(self) -> "Profile":
        """The same with a card in the module and a network that leads to real hosts."""
        place = self.surroundings
        placed = place if place.sim else replace(place, sim=True, csq=GOOD_SIGNAL)
        return replace(self, surroundings=placed, network=NetworkSetup(real=True))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """All parameters of a new terminal."""
        archive = (Setting(MeterArchive(self.meters)),) if self.meters else ()
        own = (one if isinstance(one, Setting) else Setting(one) for one in self.parameters)
        return (*archive, *own)


FACTORY = Profile("factory")
DEMO = Profile(
    "demo",
    surroundings=Surroundings(sim=True, csq=GOOD_SIGNAL, backup=True),
    parameters=(
        MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address("10.20.30.41"), 8001, "CMNET"),
        TerminalAddress("1122", 0x7788),
        KeyMeters((1, 2)),
    ),
    area=Area(residential=16, tariff_control=5, three_phase=3, every_1997=8, faults="5:silent,11:clock=420"),
)
"""A staircase: one meter is dead, one has a wrong clock, three are old."""
FULL = replace(DEMO, name="full", area=Area(residential=160, tariff_control=24, three_phase=8, every_1997=16))
"""As many meters as the archive holds (M83)."""
FAMILIES = Profile(
    "families",
    surroundings=DEMO.surroundings,
    parameters=DEMO.parameters,
    area=Area(
        tariff_control=4,
        families={EDMI: 8, ALPHA: 4, LANDIS_GYR_D: 4, LANDIS_GYR_B: 4, "wasion-4.1": 4, A1700: 2},
    ),
    protocols=codes_of("wodian", {40: A1700}),
)
"""Meters of seven families mixed on both ports (M27, M28)."""
BUILT_IN = {profile.name: profile for profile in (FACTORY, DEMO, FULL, FAMILIES)}


def profile_named(name: str | Path) -> Profile:
    """Return a built-in profile, or read the file of that name; ``UsageError`` says what is wrong."""
    if isinstance(name, str) and name in BUILT_IN:
        return BUILT_IN[name]
    path = Path(name)
    try:
        return _read(path.stem, tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UsageError(
            f"Profile {name}: {error.strerror}.", f"{', '.join(BUILT_IN)} or a TOML file."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"Profile {name} is no TOML file: {error}.") from error
    except EncodeError as error:
        raise UsageError(f"Profile {name}: {error}.") from error
    except UsageError as error:
        raise UsageError(f"Profile {name}: {error.reason}", error.hint) from error


TABLES = {"identity", "surroundings", "parameters", "meters", "area", "network", "protocols"}


def _read(name: str, table: dict[str, Any]) -> Profile:
    for unknown in table.keys() - TABLES:
        raise EncodeError("is no table of a profile", field=unknown)
    meters = _meters(table.get("meters", []))
    records = tuple(_records(meters))
    units = tuple(_parameter(code, given) for code, given in _table(table, "parameters").items())
    profile = Profile(
        name,
        overlaid(Identity(), "identity", _table(table, "identity")),
        overlaid(Surroundings(), "surroundings", _table(table, "surroundings")),
        (*(one for one in settings_of(meters) if not isinstance(one.unit, MeterArchive)), *units),
        records,
        overlaid(NO_AREA, "area", _table(table, "area")),
        overlaid(NO_NETWORK, "network", _table(table, "network")),
        _protocols(_table(table, "protocols")),
        _setups(_table(table, "protocols")),
    )
    _check_setups(profile)
    profile.area.check(profile.protocols)
    if wrong := _wrong_keys(profile.identity.vendor_keys):
        raise EncodeError(wrong, field="identity.vendor_keys")
    check_surroundings(profile.surroundings)
    if wrong := objection(MeterArchive(profile.meters)) or archive_objection(profile.meters):
        raise EncodeError(wrong.reason, field="meters")
    return profile


def _protocols(table: dict[str, Any]) -> Codes:
    for unknown in table.keys() - {"list", "codes", "setups"}:
        raise EncodeError("unknown field", field=f"protocols.{unknown}")
    own: dict[int, str] = {}
    for code, driver in _table(table, "codes").items():
        if not (code.isascii() and code.isdecimal() and isinstance(driver, str)):
            raise EncodeError("a code and the id of a driver expected", field=f"protocols.codes.{code}")
        own[int(code)] = driver
    return codes_of(str(table.get("list", "wodian")), own)


def _setups(table: dict[str, Any]) -> Mapping[str, Given]:
    setups = _table(table, "setups")
    return {name: cast("Given", _table(setups, name)) for name in setups}


def _check_setups(profile: Profile) -> None:
    try:
        profile.families.check()
    except EncodeError as error:
        raise error.within("protocols.setups") from error


def check_surroundings(place: Surroundings) -> None:
    """Raise ``EncodeError`` for surroundings that cannot be."""
    if place.carrier not in CARRIERS:
        raise EncodeError(f"one of {', '.join(CARRIERS)} expected", field="surroundings.carrier")
    if not 0 <= place.csq <= 31:
        raise EncodeError("0 to 31 expected", field="surroundings.csq")
    if not place.inputs <= INPUTS:
        raise EncodeError("contacts 1 to 8 expected", field="surroundings.inputs")


def _wrong_keys(keys: tuple[bytes, ...]) -> str | None:
    if len(keys) > MOST_KEYS:
        return f"{len(keys)} keys, at most {MOST_KEYS} are held"
    return next((f"{len(key)} bytes, a key has {KEY}" for key in keys if len(key) != KEY), None)


def _records(meters: tuple[Meter, ...]) -> Iterator[MeterRecord]:
    for index, meter in enumerate(meters):
        try:
            yield record_of(meter)
        except EncodeError as error:
            raise error.within(f"meters[{index}]") from error


def _meters(rows: Any) -> tuple[Meter, ...]:
    """Each row overlays a residential meter behind the one before; its asset number is its address."""
    if not isinstance(rows, list):
        raise EncodeError("a list of tables expected: [[meters]]", field="meters")
    meters: list[Meter] = []
    last = NO_METER
    for index, row in enumerate(cast("list[Any]", rows)):
        following = replace(NO_METER, serial=last.serial + 1, point=last.point + 1)
        last = overlaid(following, f"meters[{index}]", row)
        meters.append(replace(last, asset=last.asset or last.address))
    return tuple(meters)


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    inner = table.get(name, {})
    if not isinstance(inner, dict):
        raise EncodeError("a table expected", field=name)
    return inner  # pyright: ignore[reportUnknownVariableType]  # TOML


def overlaid(default: T, name: str, given: dict[str, Any]) -> T:
    """Replace the given fields; each keeps the type of its default. ``EncodeError`` names the wrong one."""
    known: dict[str, Any] = {f.name: getattr(default, f.name) for f in fields(default)}
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise EncodeError(f"unknown, there are {', '.join(known)}", field=f"{name}.{key}")
        values[key] = _typed(value, known[key].__class__, f"{name}.{key}")
    return replace(default, **values)


def _typed(value: Any, kind: type[Any], path: str) -> Any:
    if kind is Decimal and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise EncodeError(f"a number expected, not {value!r}", field=path) from error
    if kind is bytes and isinstance(value, str):
        try:
            return bytes.fromhex(value)
        except ValueError as error:
            raise EncodeError(f"hexadecimal digits expected, not {value!r}", field=path) from error
    if kind is tuple and isinstance(value, list):
        return tuple(_typed(one, bytes, path) for one in cast("list[Any]", value))
    if kind is frozenset and isinstance(value, list):
        return frozenset(cast("list[Any]", value))
    if kind is date and isinstance(value, datetime):
        value = value.date()
    if type(value) is not kind:
        raise EncodeError(f"{kind.__name__} expected, not {value!r}", field=path)
    return value


def _parameter(code: str, given: Any) -> Unit | Setting:
    """Overlay the factory value of a parameter; ``@12`` behind the name makes it one of a point."""
    name, _, point = code.partition("@")
    path = f"parameters.{code}"
    known = {kind.meaning.code: kind for kind in KINDS.values()}
    alias = aliases().get(name)
    kind = known.get(alias.meaning.code if alias else name)
    if kind is None:
        raise EncodeError(f"unknown, there are {', '.join(known)}", field=path)
    if not isinstance(given, dict):
        raise EncodeError("a table expected", field=path)
    unit = _overlay(kind, cast("dict[str, Any]", given), path)
    if not point and offers(kind.meaning.fn, 0):
        return unit
    if not point.isdecimal() or not offers(kind.meaning.fn, int(point)):
        raise EncodeError("there is no such point", field=path)
    return Setting(unit, int(point))


def _overlay(kind: type[Unit], given: dict[str, Any], path: str) -> Unit:
    default = FACTORY_VALUES.get(kind.meaning.fn) or kind.blank()
    try:
        unit = kind.from_json({**default.to_json(), **given})
    except EncodeError as error:
        raise error.within(path) from error
    if wrong := objection(unit):
        raise EncodeError(wrong.reason, field=path)
    return unit
