"""Names people type for data units and their fields, and values typed for them.

``04F3`` · ``04F3.main_ip`` · ``0CF25@12`` (point 12) · ``master-station`` · ``main-ip`` · with a selector
``0DF161@1:2026-11-19`` (a day), ``04F10:1-8`` (serial numbers).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import EncodeError, UsageError
from core.gdw376.catalogue import stored_afn, unit_class, unit_named, unknown_name
from core.gdw376.fields import Direction
from core.gdw376.frame import Address
from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.bits import BitLayout
from core.wire.codec import Leaf
from core.wire.paths import codec_at, field_named, inside, places, replaced, steps
from core.wire.record import Record, layout_of
from hhu.client.selectors import example, needs_selector, parse_selector

ALIASES = {
    "main-ip": "04F3.main_ip",
    "main-port": "04F3.main_port",
    "standby-ip": "04F3.standby_ip",
    "standby-port": "04F3.standby_port",
    "apn": "04F3.apn",
    "heartbeat": "04F1.heartbeat",
    "online-mode": "04F8.mode.online",
    "transport": "04F8.mode.transport",
    "redial": "04F8.redial",
}
"""The field's favourites: short names for single fields. They win over a unit of the same alias."""

READABLE = frozenset({0x04, 0x09, 0x0B, 0x0C, 0x0D, 0x0E})
"""AFN under which units are declared that can be asked for; 04 is asked as 0A."""

_SHAPE = re.compile(r"(?P<head>[^.@:]+)(?:\.(?P<path>[^@:]+))?(?:@p?(?P<pn>\d+))?(?::(?P<asked>.+))?")
_CODE = re.compile(r"(?P<afn>[0-9A-Fa-f]{2})[Ff](?P<fn>\d{1,3})")


@dataclass(frozen=True, slots=True)
class Name:
    """A data unit of a point, or one field of it when ``path`` is given."""

    unit: type[Unit]
    path: str | None = None
    pn: int = 0
    asked: Record | None = None
    """The selector of the query, where the unit needs one."""

    @property
    def text(self) -> str:
        """Code form, as ``04F3.main_ip`` or ``0CF25@12``; by alias where a code has two layouts."""
        field = f".{self.path}" if self.path else ""
        meaning = self.unit.meaning
        first = _by_code(meaning.afn, meaning.fn) is self.unit
        return f"{meaning.code if first else meaning.alias}{field}" + (f"@{self.pn}" if self.pn else "")

    def covers(self, pn: int, unit: type[Unit], path: str) -> bool:
        """Tell whether a field is this one, or lies inside of what is named."""
        if (pn, unit) != (self.pn, self.unit):
            return False
        inside = (f"{self.path}.", f"{self.path}[")
        return self.path is None or path == self.path or path.startswith(inside)


def parse_name(text: str) -> Name:
    """Read a name; ``UsageError`` tells what is known instead."""
    shape = _SHAPE.fullmatch(text.strip())
    if not shape:
        raise UsageError(
            f"{text!r} is no name of a data unit.", "Write 04F3, 04F3.main_ip or master-station."
        )
    head, path = shape["head"], shape["path"]
    if not path and head.lower() in ALIASES:
        head, _, path = ALIASES[head.lower()].partition(".")
    unit = _unit(head)
    asked = parse_selector(unit, shape["asked"]) if shape["asked"] else None
    return Name(unit, _path(unit, path) if path else None, int(shape["pn"] or 0), asked)


def _unit(head: str) -> type[Unit]:
    code = _CODE.fullmatch(head)
    if not code:
        return unit_named(head)
    found = _by_code(stored_afn(int(code["afn"], 16)), int(code["fn"]))
    if found is None:
        raise unknown_name(head)
    return found


def _by_code(afn: int, fn: int) -> type[Unit] | None:
    """Of two layouts of what is asked for, the code means the one that answers."""
    direction = Direction.UP if afn in READABLE and afn != 0x04 else None
    return unit_class(afn, fn, direction=direction) or unit_class(afn, fn)


def _path(unit: type[Unit], path: str) -> str:
    """Return the path as declared; dashes are taken for underscores."""
    wanted = path.replace("-", "_")
    try:
        codec_at(unit, wanted)
    except UsageError as error:
        raise UsageError(f"{unit.meaning.code}.{path}: {error.reason}", error.hint) from error
    return wanted


def readable(name: Name) -> Name:
    """Return ``name`` if its unit can be asked for, else refuse."""
    if name.unit.meaning.afn not in READABLE:
        raise UsageError(f"{name.text} is a command, it cannot be read.", "hhu units lists what can be read.")
    if name.asked is None and needs_selector(name.unit):
        text = f"{name.text}:{example(name.unit)}"
        raise UsageError(f"{name.text} needs a selector.", f"Say which part is wanted, as {text}.")
    return name


@dataclass(frozen=True, slots=True)
class Wish:
    """A value wanted at a name, checked against the limits of the wire before anything is sent."""

    name: Name
    value: Any

    def onto(self, unit: Unit) -> Unit:
        """Return ``unit`` with the wished value in place."""
        return self.value if self.name.path is None else replaced(unit, self.name.path, self.value)


def parse_wish(text: str) -> Wish:
    """Read ``NAME=VALUE``; ``EncodeError`` names the field and the limit the value breaks.

    The value of a whole unit is a JSON object; the terminal address also takes ``1122-7788``.
    """
    head, sign, value = text.partition("=")
    if not sign:
        raise UsageError(f"{text!r} sets nothing.", "Write NAME=VALUE, as main-ip=10.20.30.40.")
    return wish(settable(parse_name(head)), value)


def labels(unit: type[Unit], path: str | None) -> tuple[str, str]:
    """Return the Chinese and English label of a unit, or of the field a path leads to."""
    label = unit.meaning.zh, unit.meaning.en
    codec = layout_of(unit)
    for step in steps(path) if path else []:
        if isinstance(step, str):
            field = field_named(codec, step)
            label = field.label.zh, field.label.en
        codec = inside(codec, step)
    return label


def settable(name: Name) -> Name:
    """Return ``name`` if its unit is a parameter, else refuse."""
    if name.unit.meaning.afn != 0x04:
        raise UsageError(f"{name.text} is no parameter, it cannot be set.", "Units of AFN 04 can be set.")
    return name


def wish(name: Name, text: str) -> Wish:
    """Read the value typed for ``name``."""
    try:
        value = _whole(name.unit, text) if name.path is None else _part(name.unit, name.path, text)
        return Wish(name, value)
    except EncodeError as error:
        raise error.within(name.text) from error


def _part(unit: type[Unit], path: str, text: str) -> Any:
    codec = codec_at(unit, path)
    if not isinstance(codec, Leaf) or isinstance(codec, BitLayout):
        return codec.from_json(_json(text))
    try:
        return codec.from_json(text)
    except EncodeError as error:  # a bit field names itself, which the path does already
        raise EncodeError(error.reason, error.hint) from error


def _whole(unit: type[Unit], text: str) -> Unit:
    if unit is TerminalAddress and not text.lstrip().startswith("{"):
        address = terminal_address(text)
        return TerminalAddress(address.region, address.terminal)
    value = unit.from_json(_json(text))
    layout_of(unit).dump(value)
    return value


def terminal_address(text: str) -> Address:
    """Read ``1122-7788``; ``EncodeError`` when it is no address of a single terminal."""
    try:
        address = Address.parse(text)
    except UsageError as error:
        raise EncodeError(f"an address like 1122-7788 expected, not {text!r}") from error
    if not 1 <= address.terminal < 0xFFFF:
        raise EncodeError(f"terminal number {address.terminal:04X} is outside 0001..FFFE")
    return address


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise EncodeError(f"a JSON value expected, not {text!r}") from error


def secret(name: Name) -> bool:
    """Tell whether a value typed for ``name`` would show a password."""
    return any(
        place.leaf.secret and name.covers(name.pn, name.unit, place.path)
        for place in places(name.unit.blank())
    )


def wanted_units(current: Iterable[tuple[int, Unit]], wishes: Iterable[Wish]) -> list[tuple[int, Unit]]:
    """Put all wishes onto the current units (point, unit); wishes of one unit meet in one value.

    ``UsageError`` for a field of a unit whose other fields are not known: writing would clear them.
    """
    units: dict[tuple[int, type[Unit]], Unit] = {(pn, type(unit)): unit for pn, unit in current}
    wished: dict[tuple[int, type[Unit]], Unit] = {}
    for each in wishes:
        key = each.name.pn, each.name.unit
        known = wished.get(key) or units.get(key)
        if known is None and each.name.path is not None:
            raise UsageError(f"{each.name.text}: the other fields of this unit could not be read.")
        wished[key] = each.value if known is None else each.onto(known)
    return [(pn, unit) for (pn, _), unit in wished.items()]
