"""Parameters in a file: written for people, read back with every limit checked, compared with a terminal.

The file is JSON. Sets of numbers stand as ``1-4,8``, codes as their English word where that is the only one.
Passwords and keys are never in it: they are left out by name when the file is written, refused when somebody
typed one in, and stay in the terminal what they are when the file is written to it. The terminal's own
address is not among the saved units either: the file of one terminal shall not rename another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, cast

from core.errors import EncodeError, StoreError, UsageError
from core.gdw376.unit import Edition, Unit
from core.gdw376.units.afn04 import TerminalAddress
from core.wire.bits import BitLayout
from core.wire.codec import Codec, Leaf
from core.wire.leaf import Mask
from core.wire.paths import Place, places
from core.wire.record import Layout, layout_of
from core.wire.repeat import Repeat, Tail
from hhu.client.change import Key
from hhu.client.groups import all_parameters, has_points, writable
from hhu.client.keyed import leaves_like, merged
from hhu.client.names import Name, parse_name
from hhu.files import write_whole

FORMAT = "hhu parameters 1"
WIDE = 96
"""Characters up to which an object stands on one line."""


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """What a file holds."""

    terminal: str
    units: Mapping[Key, Unit]


class Match(Enum):
    """How a field of the file and the terminal's compare; the value is the word shown."""

    DIFFERS = "differs"
    ONLY_FILE = "only-file"
    """A record that the terminal does not have yet."""
    ONLY_TERMINAL = "only-terminal"
    """A record that the file does not have: gone after writing, unless records are set by number."""
    UNREAD = "unread"
    ABSENT = "absent"
    """A unit that the terminal does not hold."""
    SAME = "same"


DIFFERENT = frozenset({Match.DIFFERS, Match.ONLY_FILE})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field, or a whole unit that cannot be compared (then ``place`` is ``None``)."""

    key: Key
    place: Place | None
    in_file: Any
    in_terminal: Any
    match: Match

    @property
    def path(self) -> str:
        """Path of the field; empty for a whole unit."""
        return self.place.path if self.place else ""

    @property
    def name(self) -> str:
        """As the command line writes it."""
        return Name(self.key[1], self.path or None, self.key[0]).text

    def shown(self, value: Any) -> str:
        """Text of one of both values."""
        return "" if value is None or self.place is None else self.place.leaf.show(value)


# Writing


def save(path: Path, units: Mapping[Key, Unit], terminal: str, now: datetime) -> tuple[str, ...]:
    """Write the file; return the names of the secrets that were left out. ``StoreError`` by the disk."""
    text, left_out = render(units, terminal, now)
    write_whole(path, text.encode())
    return left_out


def render(units: Mapping[Key, Unit], terminal: str, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Return the text and what is not in it: secrets, and units that can be read but not written."""
    units = {key: unit for key, unit in units.items() if not isinstance(unit, TerminalAddress)}
    broken = {key for key, unit in units.items() if not (writable(key[1]) and _can_be_sent(unit))}
    units = {key: unit for key, unit in units.items() if key not in broken}
    left_out = tuple(Name(unit, None, pn).text for pn, unit in broken) + tuple(
        Name(type(unit), place.path, pn).text
        for (pn, _), unit in units.items()
        for place in places(unit)
        if place.leaf.secret
    )
    whole = {
        "format": FORMAT,
        "terminal": terminal,
        "saved": now.isoformat(timespec="seconds"),
        "left_out": list(left_out),
        "units": [_entry(pn, unit) for (pn, _), unit in units.items()],
    }
    return f"{_text(whole, '')}\n", left_out


def _can_be_sent(unit: Unit) -> bool:
    """A terminal may hold what nobody may write; such a unit would make the file unreadable."""
    try:
        unit.encode()
    except EncodeError:
        return False
    return True


def _entry(pn: int, unit: Unit) -> dict[str, Any]:
    meaning = unit.meaning
    head: dict[str, Any] = {"code": meaning.code, "alias": meaning.alias}
    if has_points(type(unit)):
        head["point"] = pn
    return head | {"zh": meaning.zh, "en": meaning.en, "value": _plain(layout_of(type(unit)), unit)}


def _plain(codec: Codec, value: Any) -> Any:
    """A value as people edit it, without secrets."""
    if isinstance(codec, Tail):
        return None if value is None else _plain(codec.inner, value)
    if isinstance(codec, Layout | BitLayout):
        return {
            f.name: _plain(f.codec, getattr(value, f.name)) for f in codec.fields if not _is_secret(f.codec)
        }
    if isinstance(codec, Repeat):
        return [_plain(codec.element, element) for element in value]
    if isinstance(codec, Mask):
        return codec.show(value)
    if isinstance(codec, Leaf) and codec.choices and _reads_back(codec, value):
        return codec.show(value)
    return codec.to_json(value)


def _is_secret(codec: Codec) -> bool:
    return isinstance(codec, Leaf) and codec.secret


def _reads_back(leaf: Leaf, value: Any) -> bool:
    """A word that is no number and means only this code."""
    text = leaf.show(value)
    return not text.isdecimal() and leaf.read(text) == value


def _text(obj: Any, indent: str) -> str:
    """JSON with what fits on a line on one line."""
    line = json.dumps(obj, ensure_ascii=False)
    if len(line) + len(indent) <= WIDE or not isinstance(obj, dict | list):
        return line
    inner = f"{indent}  "
    if isinstance(obj, dict):
        known = cast("dict[str, Any]", obj)
        rows = [f"{json.dumps(name)}: {_text(value, inner)}" for name, value in known.items()]
    else:
        rows = [_text(element, inner) for element in cast("list[Any]", obj)]
    first, last = ("{", "}") if isinstance(obj, dict) else ("[", "]")
    return f"{first}\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}{last}"


# Reading


def load(path: Path, edition: Edition = Edition.BASE_2009) -> ParameterFile:
    """Read a file; ``UsageError`` names unit, field and limit, ``StoreError`` when it cannot be opened."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is no text file.", "Give a file saved by hhu.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error
    return parse(text, path.name, edition)


def parse(text: str, name: str, edition: Edition = Edition.BASE_2009) -> ParameterFile:
    """Read the text of a file called ``name``."""
    try:
        whole: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}, line {error.lineno}: {error.msg}.", "Correct it or save anew.") from error
    if not isinstance(whole, dict) or cast("dict[str, Any]", whole).get("format") != FORMAT:
        raise UsageError(f"{name} holds no parameters of hhu.", "Give a file saved by hhu.")
    known = cast("dict[str, Any]", whole)
    units: dict[Key, Unit] = {}
    for entry in cast("list[Any]", known.get("units") or []):
        key, unit = _unit(entry, edition)
        if key in units:
            raise UsageError(f"{Name(key[1], None, key[0]).text} stands twice in {name}.", "Delete one.")
        units[key] = unit
    return ParameterFile(str(known.get("terminal", "")), units)


def _unit(entry: Any, edition: Edition) -> tuple[Key, Unit]:
    fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    kind = _kind(str(fields.get("alias") or fields.get("code") or "?"), edition)
    if fields.get("code", kind.meaning.code) != kind.meaning.code:
        raise UsageError(
            f"{fields['code']} and {fields['alias']} are two different units.", "Delete one of the names."
        )
    pn: Any = fields.get("point", 0)
    if not isinstance(pn, int) or not 0 <= pn <= 2040 or has_points(kind) != bool(pn):
        raise UsageError(f"{kind.meaning.code}: point {pn!r} cannot be.", "Give a number from 1 to 2040.")
    layout = layout_of(kind)
    try:
        unit: Unit = layout.from_json(_filled(layout, fields.get("value")))
        layout.dump(unit)
    except EncodeError as error:
        raise error.within(Name(kind, None, pn).text) from error
    return (pn, kind), unit


def _kind(name: str, edition: Edition) -> type[Unit]:
    kind = parse_name(name).unit
    same = next((k for k in all_parameters(edition) if k.meaning.code == kind.meaning.code), kind)
    kind = same if name.upper() == kind.meaning.code else kind
    if not writable(kind):
        raise UsageError(f"{name} is no parameter, it cannot be set.", "Units of AFN 04 can be set.")
    return kind


def _filled(codec: Codec, obj: Any) -> Any:
    """Put blanks where secrets were left out; refuse a secret that somebody typed in."""
    if isinstance(codec, Tail):
        return None if obj is None else _filled(codec.inner, obj)
    if isinstance(codec, Repeat) and isinstance(obj, list):
        return [_filled(codec.element, element) for element in cast("list[Any]", obj)]
    if not isinstance(codec, Layout) or not isinstance(obj, dict):
        return obj
    given = cast("dict[str, Any]", obj)
    filled = dict(given)
    for f in codec.fields:
        if not _is_secret(f.codec):
            filled |= {f.name: _filled(f.codec, given[f.name])} if f.name in given else {}
        elif given.get(f.name):
            raise EncodeError("secrets are not taken from a file", "Type it on the screen.", f.name)
        else:
            filled[f.name] = f.codec.to_json(f.codec.blank())
    return filled


# Comparing


def compared(
    file: ParameterFile, held: Mapping[Key, Unit], absent: Iterable[Key] = ()
) -> tuple[Comparison, ...]:
    """Compare field by field in the order of the file; secrets are not compared."""
    missing = frozenset(absent)
    rows: list[Comparison] = []
    for key, unit in file.units.items():
        if key in held:
            rows += _fields(key, unit, held[key])
        else:
            rows.append(Comparison(key, None, None, None, Match.ABSENT if key in missing else Match.UNREAD))
    return tuple(rows)


def _fields(key: Key, unit: Unit, held: Unit) -> Iterable[Comparison]:
    there = leaves_like(unit, held)
    mine = {place.path: place for place in places(unit) if not place.leaf.secret}
    for path, place in mine.items():
        other = there.get(path)
        if other is None:
            yield Comparison(key, place, place.value, None, Match.ONLY_FILE)
        else:
            match = Match.SAME if other.value == place.value else Match.DIFFERS
            yield Comparison(key, place, place.value, other.value, match)
    for place in (p for path, p in there.items() if path not in mine and not p.leaf.secret):
        yield Comparison(key, place, None, place.value, Match.ONLY_TERMINAL)


def differing(rows: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Return the rows that writing the file would change."""
    return tuple(row for row in rows if row.match in DIFFERENT or row.match is Match.ONLY_TERMINAL)


def taken_over(file: ParameterFile, held: Mapping[Key, Unit]) -> dict[Key, Unit]:
    """Return the units as they are after the file was written, for those that differ."""
    wanted = {key: merged(unit, held[key]) for key, unit in file.units.items() if key in held}
    return {key: unit for key, unit in wanted.items() if unit != held[key]}
