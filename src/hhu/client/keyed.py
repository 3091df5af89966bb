"""Numbered lists as a write sees them: what has to be sent, what is compared, what comes of it.

Which lists have numbers, and how a record is deleted, stands in `core.gdw376.units.numbered`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import ItemSet
from core.gdw376.units.numbered import (
    deleting,
    is_deleting,
    list_of,
    number_field,
    number_of,
    records_of,
    with_records,
)
from core.wire.paths import Place, places, replaced
from core.wire.record import Record

__all__ = [
    "deleting", "is_deleting", "leaves_like", "list_of", "merged", "number_field", "number_of", "numbers",
    "only", "path_in", "records_of", "selector_of", "settled", "with_records", "with_secrets",
]  # fmt: skip


def only(unit: Unit, paths: Iterable[str]) -> Unit:
    """Return what has to be sent so that the fields at these paths change: the records they are in."""
    known = list_of(type(unit))
    if known is None:
        return unit
    wanted = {path.partition(".")[0] for path in paths}
    name, records = known[0], records_of(unit)
    return with_records(unit, [r for index, r in enumerate(records) if f"{name}[{index}]" in wanted])


def settled(unit: Unit) -> Unit:
    """Return what the terminal holds after the unit was set: records that delete themselves are gone."""
    if list_of(type(unit)) is None:
        return unit
    return with_records(unit, [r for r in records_of(unit) if not is_deleting(type(unit), r)])


def after_set(unit: Unit, held: Unit) -> Unit:
    """Return what the terminal holds after ``unit`` was set on ``held``, secrets as in ``unit``."""
    if list_of(type(unit)) is None:
        return unit
    records = {number_of(record): record for record in (*records_of(held), *records_of(unit))}
    return settled(with_records(unit, records.values()))


def reached(wanted: Unit, held: Unit | None) -> bool:
    """Tell whether setting ``wanted`` changes nothing; of a list by number only its own records count."""
    if held is None or list_of(type(wanted)) is None:
        return wanted == held
    there = {number_of(record): record for record in records_of(held)}
    return all(
        there.get(number_of(record), record if is_deleting(type(wanted), record) else None) == record
        for record in records_of(wanted)
    )


def leaves_like(like: Unit, other: Unit | None) -> dict[str, Place]:
    """Return the fields of ``other`` under the paths that the same records have in ``like``.

    A record that ``like`` deletes and ``other`` does not have counts as equal.
    """
    if other is None:
        return {}
    known = list_of(type(other))
    if known is None:
        return {place.path: place for place in places(other)}
    there = {number_of(record): record for record in records_of(other)}
    found: dict[str, Place] = {}
    for index, record in enumerate(records_of(like)):
        same = there.get(number_of(record))
        if is_deleting(type(like), record) and (same is None or is_deleting(type(like), same)):
            same = record
        if same is not None:
            found |= _under(f"{known[0]}[{index}]", same)
    return found


def _under(path: str, record: Any) -> dict[str, Place]:
    inner = (replace(place, path=f"{path}.{place.path}") for place in places(cast("Record", record)))
    return {place.path: place for place in inner}


def path_in(like: Unit, path: str, other: Unit) -> str | None:
    """Return the path under which ``other`` has the field that ``like`` has at ``path``."""
    known = list_of(type(like))
    if known is None:
        return path
    head, _, rest = path.partition("].")
    number = number_of(records_of(like)[int(head.removeprefix(f"{known[0]}["))])
    places = (index for index, record in enumerate(records_of(other)) if number_of(record) == number)
    return next((f"{known[0]}[{index}].{rest}" for index in places), None)


def merged(wanted: Unit, held: Unit) -> Unit:
    """Return ``held`` as it is after ``wanted`` was set; secrets stay what they are in ``held``."""
    if list_of(type(held)) is None:
        return with_secrets(wanted, held)
    records = {number_of(record): record for record in records_of(held)}
    for record in records_of(wanted):
        before = records.get(number_of(record))
        if before is not None or not is_deleting(type(held), record):
            records[number_of(record)] = record if before is None else with_secrets(record, before)
    return with_records(held, records.values())


def with_secrets(record: Any, known: Any) -> Any:
    """Return ``record`` with the passwords and keys of ``known``."""
    secrets = {place.path: place.value for place in places(known) if place.leaf.secret}
    for place in [place for place in places(record) if place.path in secrets]:
        record = replaced(record, place.path, secrets[place.path])
    return record


def selector_of(unit: Unit) -> Record | None:
    """Return what a query must carry to get this unit back; ``None`` where it carries nothing."""
    kind = type(unit)
    if isinstance(unit, ItemSet):
        return kind.meaning.asks.from_json(
            {"major": unit.major, "minors": [minor.minor for minor in unit.minors]}
        )
    return numbers(kind, [number_of(record) for record in records_of(unit)]) if list_of(kind) else None


def numbers(kind: type[Unit], wanted: Sequence[int]) -> Record:
    """Return the selector for records with these numbers."""
    asks: Any = kind.meaning.asks
    return asks(tuple(wanted))
