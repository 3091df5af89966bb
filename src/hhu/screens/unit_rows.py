"""Units of the desk as rows: what state a unit is in, and its value in a few words."""

from collections.abc import Iterable, Iterator, Sequence

from core.gdw376.unit import Unit
from core.wire.record import layout_of
from core.wire.repeat import Repeat, Times
from hhu.client.change import Key, State
from hhu.client.groups import GROUPS, Group, has_points, units_in
from hhu.forms.entries import entries_in, shown
from hhu.screens.desk import Desk
from hhu.widgets.change_table import STATE_COLOURS
from hhu.widgets.unit_table import UnitRow
from hhu.wording.explain import explain
from hhu.words import Words

SHORT = 8
"""Fields of a unit that its short value names; a row shows fewer anyway."""


def key_text(key: Key) -> str:
    """Return the code of a unit and its point: ``04F25@12``."""
    pn, unit = key
    return f"{unit.meaning.code}@{pn}" if pn else unit.meaning.code


def section(unit: type[Unit]) -> str:
    """Return where the reference has the unit, without the sign that consoles draw in one or two columns."""
    return unit.meaning.clause.replace("§", "")


def short_value(unit: Unit, words: Words) -> str:
    """Say the value in a few words: the number of records, else the first fields."""
    for field in layout_of(type(unit)).fields:
        if isinstance(field.codec, Repeat) and not isinstance(field.codec.count, Times):
            label = words.of(field.label.zh, field.label.en)
            return f"{label}: {len(getattr(unit, field.name))}"
    entries = entries_in(unit)[:SHORT]
    return "  ".join(shown(entry.leaf, entry.value(unit), words) for entry in entries)


def unit_row(desk: Desk, key: Key) -> UnitRow:
    """Return the row of a unit as the desk knows it."""
    words, meaning = desk.words, key[1].meaning
    name, code = words.of(meaning.zh, meaning.en), key_text(key)
    held = desk.units.get(key)
    if held is None:
        return _missing(desk, key, name, code)
    value = short_value(desk.wanted.get(key, held), words)
    state = desk.state_of(key)
    if state is None:
        return UnitRow(code, name, code, value, words("unit.read"), "ink")
    word = words("unit.changed") if state is State.PLANNED else words(f"state.{state.value}")
    return UnitRow(code, name, code, value, word, STATE_COLOURS[state])


def _missing(desk: Desk, key: Key, name: str, code: str) -> UnitRow:
    words = desk.words
    if key in desk.broken:
        why = explain(desk.broken[key], words.language).cause
        return UnitRow(code, name, code, why, words("unit.broken"), "refused", quiet=True)
    if key in desk.absent:
        return UnitRow(code, name, code, words("unit.absent"), quiet=True)
    return UnitRow(code, name, code, "", words("table.unread"), quiet=True)


def group_row(desk: Desk, group: Group, keys: Sequence[Key]) -> UnitRow:
    """Return the heading of a group: how many of its units were read."""
    words = desk.words
    read = sum(key in desk.units for key in keys)
    count = words("units.read-of", number=read, all=len(keys))
    return UnitRow(group.name, words.of(group.zh, group.en), state=count, heading=True)


def rows_of(desk: Desk, groups: Iterable[tuple[Group, Sequence[Key]]]) -> Iterator[UnitRow]:
    """Return headings and units."""
    for group, keys in groups:
        yield group_row(desk, group, keys)
        yield from (unit_row(desk, key) for key in keys)


def keys_by_group(
    desk: Desk, points: "Points", wanted: frozenset[type[Unit]] | None = None
) -> Iterator[tuple[Group, tuple[Key, ...]]]:
    """Yield the groups with their units, each at the point chosen; only the ``wanted`` where given."""
    client = desk.connection.client if desk.connection else None
    for group in GROUPS:
        units = units_in(group, client.edition) if client else units_in(group)
        keys = tuple(points.key(unit) for unit in units if wanted is None or unit in wanted)
        if keys:
            yield group, keys


class Points:
    """Which point, group, task or port is looked at: one number for each kind of point."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}

    def number(self, kind: type[Unit]) -> int:
        """Return the point of a unit; 0 for the terminal itself."""
        return self._numbers.get(kind.meaning.point, 1) if has_points(kind) else 0

    def choose(self, kind: type[Unit], number: int) -> None:
        """Look at another point with this unit and all that belong to the same kind of point."""
        self._numbers[kind.meaning.point] = number

    def key(self, kind: type[Unit]) -> Key:
        """Return point and unit."""
        return self.number(kind), kind
