"""A terminal on a shelf: keeps what it is given, sets and answers numbered records by number."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import DecodeError, DeniedError
from core.gdw376.address import Address
from core.gdw376.message import Item
from core.gdw376.unit import Unit
from hhu.client.change import Key
from hhu.client.keyed import list_of, merged, number_of, records_of, settled, with_records
from hhu.client.names import Name


@dataclass
class Shelf:
    """Speaks as `TerminalClient` does to a plan and to a reader."""

    kept: dict[Key, Unit] = field(default_factory=dict[Key, Unit])
    broken: frozenset[Key] = frozenset()
    address: Address = field(default_factory=lambda: Address("1122", 0x7788))
    asked: list[list[str]] = field(default_factory=list[list[str]])
    written: list[Unit] = field(default_factory=list[Unit])

    async def read(self, wanted: Sequence[Name]) -> list[Item]:
        self.asked.append([name.text for name in wanted])
        if any((name.pn, name.unit) in self.broken for name in wanted):
            raise DecodeError("cut short", 18)
        found = [Item.of(unit, name.pn) for name in wanted if (unit := self._answer(name)) is not None]
        if not found:
            raise DeniedError(0x0A)
        return found

    def _answer(self, name: Name) -> Unit | None:
        unit = self.kept.get((name.pn, name.unit))
        if unit is None or list_of(name.unit) is None:
            return unit
        assert name.asked is not None
        (numbers,) = name.asked.to_json().values()
        there = [record for record in records_of(unit) if number_of(record) in numbers]
        return with_records(unit, there) if there else None

    async def write(self, items: Sequence[Item]) -> None:
        for item in items:
            assert item.value is not None
            key = (item.pn, type(item.value))
            self.written.append(item.value)
            self.kept[key] = settled(merged(item.value, self.kept[key]))

    def readdress(self, address: Address) -> None:
        self.address = address
