"""The dictionary of data units: looked up by AFN, Fn and edition; AFN modules are imported on first use."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, cast

from core.errors import UsageError
from core.gdw376.fields import Direction
from core.gdw376.unit import Edition, Unit

MODULES = {
    afn: f"afn{afn:02x}"
    for afn in (0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10)
}
"""AFN whose units are known; 0A shares those of 04."""

AFN_NAMES = {
    0x00: ("确认/否认", "confirm/deny"),
    0x01: ("复位", "reset"),
    0x02: ("链路接口检测", "link test"),
    0x03: ("中继站命令", "relay station"),
    0x04: ("设置参数", "set parameters"),
    0x05: ("控制命令", "control"),
    0x06: ("身份认证及密钥协商", "authentication"),
    0x08: ("请求被级联终端主动上报", "ask cascaded terminal"),
    0x09: ("请求终端配置及信息", "terminal configuration"),
    0x0A: ("查询参数", "query parameters"),
    0x0B: ("请求任务数据", "task data"),
    0x0C: ("请求1类数据", "class 1 data"),
    0x0D: ("请求2类数据", "class 2 data"),
    0x0E: ("请求3类数据", "class 3 data"),
    0x0F: ("文件传输", "file transfer"),
    0x10: ("数据转发", "data forwarding"),
}
"""Part A §2.1."""

QUERIES = frozenset({0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E})
"""AFN whose downlink asks and whose uplink answers with the unit's data."""


@cache
def units_of(afn: int) -> dict[int, tuple[type[Unit], ...]]:
    """All units of an AFN by Fn, the base edition first; empty for an AFN without known units."""
    afn = stored_afn(afn)
    if afn not in MODULES:
        return {}
    found: dict[int, tuple[type[Unit], ...]] = {}
    for unit in _declared(vars(import_module(f"core.gdw376.units.{MODULES[afn]}"))):
        if unit.meaning.afn == afn:
            found[unit.meaning.fn] = (*found.get(unit.meaning.fn, ()), unit)
    return found


def _declared(names: dict[str, Any]) -> Iterator[type[Unit]]:
    """Units of a module, alone or in a tuple of rows."""
    for value in names.values():
        for row in cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(row, type) and issubclass(row, Unit) and "meaning" in vars(row):
                yield row


def stored_afn(afn: int) -> int:
    """Return the AFN under which the layout is declared: 04 for the query 0A."""
    return 0x04 if afn == 0x0A else afn


def unit_class(
    afn: int, fn: int, edition: Edition = Edition.BASE_2009, direction: Direction | None = None
) -> type[Unit] | None:
    """Return the unit of the wanted edition, else the one there is, else ``None``."""
    rows = [r for r in units_of(afn).get(fn, ()) if r.meaning.direction in (None, direction) or not direction]
    return next((row for row in rows if row.meaning.edition is edition), rows[0] if rows else None)


def all_units() -> tuple[type[Unit], ...]:
    """Every known unit, by AFN and Fn."""
    return tuple(row for afn in MODULES for _, rows in sorted(units_of(afn).items()) for row in rows)


@cache
def aliases() -> dict[str, type[Unit]]:
    """Stable English names of the units."""
    return {unit.meaning.alias: unit for unit in all_units()}


def unit_named(alias: str) -> type[Unit]:
    """Return the unit with that alias, whatever its case; ``UsageError`` when there is none."""
    if alias.lower() not in aliases():
        raise unknown_name(alias)
    return aliases()[alias.lower()]


def unknown_name(name: str) -> UsageError:
    """Say that no unit has this code or alias, and where the names are."""
    return UsageError(f"No data unit is called {name!r}.", "hhu units lists all names.")
