"""Lists of AFN04 that are kept record by record: cut into records, chosen from, put together again.

F10, F14, F33, F34 number their records; F38 and F39 have a record per major and minor class. A record is kept
under one number: its own, or major times 256 plus minor.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import ClassSelector, ItemSet, MinorClass
from core.gdw376.units.numbered import is_deleting, list_of, number_of, records_of, with_records
from core.terminal.factory import ITEM_SET_KINDS, LIST_FACTORY
from core.wire.codec import Codec
from core.wire.record import Record, layout_of


class KeptList(Protocol):
    """How one list is kept."""

    @property
    def element(self) -> Codec:
        """Codec of one record."""
        ...

    @property
    def factory(self) -> Mapping[int, Any]:
        """Records of a new terminal, by number."""
        ...

    def records(self, unit: Unit) -> dict[int, Any | None]:
        """Cut a unit that is set: its records by number, ``None`` for one to be deleted."""
        ...

    def chosen(self, records: Mapping[int, Any], selector: Record | None) -> Unit | None:
        """Return the unit that answers a query, ``None`` when nothing asked for is there."""
        ...


class NumberedList:
    """Records with a number of their own; without a selector all are meant."""

    def __init__(self, factory: Unit) -> None:
        known = list_of(type(factory))
        assert known is not None, factory
        self._empty = with_records(factory, ())
        self.element = known[1].element
        self.factory = {number_of(record): record for record in records_of(factory)}

    def records(self, unit: Unit) -> dict[int, Any | None]:
        """The last record of a number counts."""
        kind = type(unit)
        return {number_of(one): None if is_deleting(kind, one) else one for one in records_of(unit)}

    def whole(self, records: Mapping[int, Any]) -> Unit:
        """Return all records in a unit, by rising number."""
        return with_records(self._empty, [records[number] for number in sorted(records)])

    def chosen(self, records: Mapping[int, Any], selector: Record | None) -> Unit | None:
        """In the order asked for; unknown numbers are left out.

        A list without any record is answered as such, count 0: only so a master sees that it can be begun.
        """
        if selector is None or not records:
            return self.whole(records)
        found = [records[number] for number in _numbers(selector) if number in records]
        return with_records(self._empty, found) if found else None


def _numbers(selector: Record) -> Iterable[int]:
    """Selectors by number have one field, a tuple of numbers."""
    [field] = layout_of(type(selector)).fields
    return dict.fromkeys(cast("tuple[int, ...]", getattr(selector, field.name)))


class ItemSets:
    """Item sets by class; a query names one major class."""

    def __init__(self, kind: type[Unit]) -> None:
        self._kind = cast("type[Any]", kind)
        self.element = cast("Codec", layout_of(MinorClass))
        self.factory: Mapping[int, Any] = {}

    def records(self, unit: Unit) -> dict[int, Any | None]:
        """Each minor class replaces what was set for it; one without items collects nothing."""
        assert isinstance(unit, ItemSet)
        return {class_number(unit.major, minor.minor): minor for minor in unit.minors}

    def chosen(self, records: Mapping[int, Any], selector: Record | None) -> Unit | None:
        """Minor classes that were never set are left out."""
        if not isinstance(selector, ClassSelector):
            return None
        numbers = dict.fromkeys(class_number(selector.major, minor) for minor in selector.minors)
        found = tuple(records[number] for number in numbers if number in records)
        return self._kind(selector.major, found) if found else None


def class_number(major: int, minor: int) -> int:
    """Number under which the items of a class are kept."""
    return major << 8 | minor


NUMBERED: dict[int, NumberedList] = {unit.meaning.fn: NumberedList(unit) for unit in LIST_FACTORY}
LISTS: dict[int, KeptList] = {**NUMBERED, **{kind.meaning.fn: ItemSets(kind) for kind in ITEM_SET_KINDS}}
"""By Fn."""
