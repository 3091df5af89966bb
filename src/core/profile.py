"""Profiles: the state a new terminal begins with. ``factory`` is part 10, ``demo`` has made-up values.

A profile can also be a TOML file. Everything in it is optional::

    [identity]                      # fields of core.terminal.identity.Identity
    software = "1.03"
    software_date = 2026-11-01

    [surroundings]                  # fields of core.simulation.surroundings.Surroundings
    sim = true
    csq = 27
    cell = "3.58"

    [parameters.master-station]     # a unit of AFN 04 by alias or code ("04F3"), then its fields
    main_ip = "10.20.30.40"         # values as ``hhu decode --json`` prints them; the rest stays as in
    main_port = 8001                # the factory

Parameters count only for a terminal that has no state yet; identity and surroundings count at every start.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar

from core.errors import EncodeError, UsageError
from core.gdw376.catalogue import aliases
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.simulation.surroundings import Surroundings
from core.terminal.factory import DEFAULTS
from core.terminal.identity import Identity
from core.terminal.limits import objection

T = TypeVar("T", Identity, Surroundings)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a new terminal is, where it stands, and which parameters were set before delivery."""

    name: str
    identity: Identity = field(default_factory=Identity)
    surroundings: Surroundings = field(default_factory=Surroundings)
    parameters: tuple[Unit, ...] = ()


FACTORY = Profile("factory")
DEMO = Profile(
    "demo",
    surroundings=Surroundings(sim=True, csq=27, backup=True),
    parameters=(
        MasterStation(IPv4Address("10.20.30.40"), 8001, IPv4Address("10.20.30.41"), 8001, "CMNET"),
        TerminalAddress("1122", 0x7788),
    ),
)
BUILT_IN = {profile.name: profile for profile in (FACTORY, DEMO)}


def profile_named(name: str | Path) -> Profile:
    """Return a built-in profile, or read the file of that name; ``UsageError`` says what is wrong."""
    if isinstance(name, str) and name in BUILT_IN:
        return BUILT_IN[name]
    path = Path(name)
    try:
        return _read(path.stem, tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UsageError(f"Profile {name}: {error.strerror}.", "factory, demo or a TOML file.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"Profile {name} is no TOML file: {error}.") from error
    except EncodeError as error:
        raise UsageError(f"Profile {name}: {error}.") from error


def _read(name: str, table: dict[str, Any]) -> Profile:
    for unknown in table.keys() - {"identity", "surroundings", "parameters"}:
        raise EncodeError("is no table of a profile", field=unknown)
    units = tuple(_unit(code, given) for code, given in _table(table, "parameters").items())
    return Profile(
        name,
        _overlaid(Identity(), "identity", _table(table, "identity")),
        _overlaid(Surroundings(), "surroundings", _table(table, "surroundings")),
        units,
    )


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    inner = table.get(name, {})
    if not isinstance(inner, dict):
        raise EncodeError("a table expected", field=name)
    return inner  # pyright: ignore[reportUnknownVariableType]  # TOML


def _overlaid(default: T, name: str, given: dict[str, Any]) -> T:
    """Replace the given fields; each keeps the type of its default."""
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
    if kind is date and isinstance(value, datetime):
        value = value.date()
    if type(value) is not kind:
        raise EncodeError(f"{kind.__name__} expected, not {value!r}", field=path)
    return value


def _unit(code: str, given: Any) -> Unit:
    """Overlay the factory value of a parameter."""
    codes = {unit.meaning.code: unit for unit in DEFAULTS.values()}
    kind = aliases().get(code)
    default = codes.get(kind.meaning.code if kind else code)
    if default is None:
        raise EncodeError(f"unknown, there are {', '.join(codes)}", field=f"parameters.{code}")
    if not isinstance(given, dict):
        raise EncodeError("a table expected", field=f"parameters.{code}")
    try:
        unit = type(default).from_json({**default.to_json(), **given})
    except EncodeError as error:
        raise error.within(f"parameters.{code}") from error
    if reason := objection(unit):
        raise EncodeError(reason, field=f"parameters.{code}")
    return unit
