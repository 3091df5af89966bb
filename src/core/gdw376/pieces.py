"""Lists longer than a frame: cut between their records for the wire, joined again behind it (part A §2.2).

An archive of 192 meters has 5 KiB. Each piece is a data unit of its own, with its identifier and its count.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.gdw376 import dadt
from core.gdw376.message import Item
from core.gdw376.packing import DEFAULT_LARGEST, room
from core.gdw376.units.numbered import divided, list_of, records_of, with_records


def cut(items: Iterable[Item], largest: int = DEFAULT_LARGEST, aux: int = 0) -> list[Item]:
    """Return items of which each list fits a frame of ``largest`` bytes, ``aux`` of them trailer."""
    most = room(largest, aux) - dadt.SIZE
    return [
        replace(item, value=piece)
        for item in items
        for piece in (divided(item.value, most) if item.value is not None else (None,))
    ]


def joined(items: Iterable[Item]) -> list[Item]:
    """Return items in which the pieces of one list are one, where the first one stood."""
    found: dict[object, Item] = {}
    for item in items:
        unit = item.value
        if unit is None or list_of(type(unit)) is None:
            found[len(found), item] = item
            continue
        key = item.pn, type(unit)
        first = found.setdefault(key, item)
        if first is not item and first.value is not None:
            whole = with_records(first.value, (*records_of(first.value), *records_of(unit)))
            found[key] = replace(first, value=whole, end=item.end)
    return list(found.values())
