"""How far the changes of each meter have come: one word per meter out of many fields."""

from collections.abc import Iterable, Mapping

from core.gdw376.units.afn04 import DisplayNumber, KeyMeters, MeterArchive, ReadingStopped
from hhu.client.archive import ArchiveRow
from hhu.client.change import LATER, Change, State


def states_of(changes: Iterable[Change], archive: MeterArchive) -> dict[int, State]:
    """Return the least finished state by serial number; ``archive`` is what the paths of changes mean."""
    by_point = {record.point: record.serial for record in archive.meters if record.point}
    found: dict[int, State] = {}
    keys: list[Change] = []
    for change in changes:
        if change.unit is KeyMeters:
            keys.append(change)
        for serial in _serials(change, archive, by_point):
            _put(found, serial, change.state)
    moved = {change.before for change in keys} ^ {change.after for change in keys}
    for change in keys:
        for serial in {change.before, change.after} & moved - {None}:
            _put(found, serial, change.state)
    return found


def _serials(change: Change, archive: MeterArchive, by_point: Mapping[int, int]) -> Iterable[int]:
    if change.unit is MeterArchive:
        index = int(change.path.partition("[")[2].partition("]")[0])
        return [archive.meters[index].serial] if index < len(archive.meters) else []
    if change.unit in (DisplayNumber, ReadingStopped) and change.pn in by_point:
        return [by_point[change.pn]]
    return []


def _put(found: dict[int, State], serial: int, state: State) -> None:
    found[serial] = max(found.get(serial, state), state, key=LATER.index)


def differing(held: Iterable[ArchiveRow], wanted: Iterable[ArchiveRow]) -> frozenset[int]:
    """Return the serial numbers whose meter is not yet as wanted."""
    one = {row.serial: row for row in held}
    two = {row.serial: row for row in wanted}
    return frozenset(serial for serial in one.keys() | two.keys() if one.get(serial) != two.get(serial))
