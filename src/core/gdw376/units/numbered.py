"""Lists whose records have a number: meters, ports, groups. Setting them touches only the records sent.

The other lists (key meters, prices, items of a task) are replaced whole. What tells the two apart is the
selector of the query: where one asks by number, one also sets by number (part A §7). Both ends of the wire
go by this table.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import (
    DifferenceGroups,
    MeterArchive,
    Ports,
    PulseInputs,
    Serials,
    TotalGroups,
)
from core.wire.codec import Leaf
from core.wire.record import Layout, layout_of
from core.wire.repeat import Repeat

DELETING: dict[type[Unit], dict[str, Any]] = {
    MeterArchive: {"point": 0},
    PulseInputs: {"point": 0},
    TotalGroups: {"members": ()},
    DifferenceGroups: {"compared": 0, "reference": 0},
}
"""What a record must say to be deleted (part A §7.2 F10, F11, F14, F15); other records stay for good."""


def list_of(kind: type[Unit]) -> tuple[str, Repeat] | None:
    """Return the list of numbered records and its name, ``None`` for a unit that is written whole."""
    if kind.meaning.asks not in (Serials, Ports):
        return None
    return next((f.name, f.codec) for f in layout_of(kind).fields if isinstance(f.codec, Repeat))


def records_of(unit: Unit) -> tuple[Any, ...]:
    """Return the numbered records of a unit; none of a unit that has no such list."""
    known = list_of(type(unit))
    return getattr(unit, known[0]) if known else ()


def number_field(kind: type[Unit]) -> tuple[str, Leaf] | None:
    """Return the field that numbers the records: the first one."""
    known = list_of(kind)
    if known is None:
        return None
    first = cast("Layout", known[1].element).fields[0]
    return first.name, cast("Leaf", first.codec)


def number_of(record: Any) -> int:
    """Return the number of a record."""
    return getattr(record, layout_of(cast("type[Any]", type(record))).fields[0].name)


def with_records(unit: Unit, records: Iterable[Any]) -> Unit:
    """Return the unit with other numbered records."""
    known = list_of(type(unit))
    assert known is not None, type(unit)
    return replace(cast("Any", unit), **{known[0]: tuple(records)})


def deleting(kind: type[Unit], record: Any) -> Any | None:
    """Return the record as it must be sent to delete it; ``None`` where the standard knows no way."""
    values = DELETING.get(kind)
    return replace(record, **values) if values is not None else None


def is_deleting(kind: type[Unit], record: Any) -> bool:
    """Tell whether sending this record deletes it."""
    values = DELETING.get(kind)
    return bool(values) and all(getattr(record, name) == value for name, value in values.items())


def divided(unit: Unit, most: int) -> tuple[Unit, ...]:
    """Return the unit as units of at most ``most`` bytes: a list is cut between its records (part A §2.2).

    A single record that is longer stays whole.
    """
    if list_of(type(unit)) is None or len(unit.encode()) <= most:
        return (unit,)
    head = len(with_records(unit, ()).encode())
    pieces: list[list[Any]] = [[]]
    room = most - head
    for record in records_of(unit):
        size = len(with_records(unit, (record,)).encode()) - head
        if pieces[-1] and size > room:
            pieces.append([])
            room = most - head
        pieces[-1].append(record)
        room -= size
    return tuple(with_records(unit, records) for records in pieces)
