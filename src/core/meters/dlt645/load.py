"""Load records of 2007: A0 A0, length, time, six classes each closed by AAH, CS, E5 (dlt645 §9.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import DecodeError, EncodeError
from core.meters.dlt645 import formats as f
from core.wire.codec import NO_SCOPE, Codec, Label, Leaf, Node, Scope, mapping
from core.wire.leaf import listed
from core.wire.record import Broken, Field, Record, item, layout_of, record

WHOLE, DAMAGED = b"\xa0\xa0", b"\xe0\xe0"
CLOSE, END = 0xAA, 0xE5
_TIME = f.Minute()


@record
class Class1(Record):
    """Voltage, current, frequency."""

    u_a: f.Volt = item("A相电压", "Voltage A")
    u_b: f.Volt = item("B相电压", "Voltage B")
    u_c: f.Volt = item("C相电压", "Voltage C")
    i_a: f.Ampere = item("A相电流", "Current A")
    i_b: f.Ampere = item("B相电流", "Current B")
    i_c: f.Ampere = item("C相电流", "Current C")
    frequency: f.Hertz = item("频率", "Frequency")


@record
class Class2(Record):
    """Active and reactive power."""

    p: f.Kilowatt = item("总有功功率", "Active power")
    p_a: f.Kilowatt = item("A相有功功率", "Active power A")
    p_b: f.Kilowatt = item("B相有功功率", "Active power B")
    p_c: f.Kilowatt = item("C相有功功率", "Active power C")
    q: f.Kilovar = item("总无功功率", "Reactive power")
    q_a: f.Kilovar = item("A相无功功率", "Reactive power A")
    q_b: f.Kilovar = item("B相无功功率", "Reactive power B")
    q_c: f.Kilovar = item("C相无功功率", "Reactive power C")


@record
class Class3(Record):
    """Power factors."""

    total: f.Factor = item("总功率因数", "Power factor")
    a: f.Factor = item("A相功率因数", "Power factor A")
    b: f.Factor = item("B相功率因数", "Power factor B")
    c: f.Factor = item("C相功率因数", "Power factor C")


@record
class Class4(Record):
    """Energies."""

    forward: f.Energy = item("正向有功总电能", "Forward active energy, kWh")
    reverse: f.Energy = item("反向有功总电能", "Reverse active energy, kWh")
    combined_1: f.SignedEnergy = item("组合无功1总电能", "Combined reactive 1 energy, kvarh")
    combined_2: f.SignedEnergy = item("组合无功2总电能", "Combined reactive 2 energy, kvarh")


@record
class Class5(Record):
    """Quadrant energies."""

    quadrant_1: f.Energy = item("第一象限无功总电能", "QI energy, kvarh")
    quadrant_2: f.Energy = item("第二象限无功总电能", "QII energy, kvarh")
    quadrant_3: f.Energy = item("第三象限无功总电能", "QIII energy, kvarh")
    quadrant_4: f.Energy = item("第四象限无功总电能", "QIV energy, kvarh")


@record
class Class6(Record):
    """Present demands."""

    active: f.SignedDemand = item("当前有功需量", "Active demand, kW")
    reactive: f.SignedDemand = item("当前无功需量", "Reactive demand, kvar")


CLASSES: tuple[type[Any], ...] = (Class1, Class2, Class3, Class4, Class5, Class6)


@dataclass(frozen=True, slots=True)
class LoadRecord:
    """What the meter wrote down at one moment; a class that is off is ``None``."""

    time: datetime | None
    classes: tuple[Any, ...]
    """Class 1 to 6."""
    damaged: bool = False
    """The meter marks its own record as bad."""


class LoadRecords(Codec):
    """Records to the end; ``only`` is the class asked for, 0 for all.

    Where only one class was asked some meters leave out the AAH of the others.
    """

    def __init__(self, only: int = 0) -> None:
        self.only = only

    def take(self, data: bytes, at: int, end: int, scope: Scope) -> tuple[tuple[LoadRecord, ...], int]:
        """Decode all records; each is checked by its length, sum and end."""
        records: list[LoadRecord] = []
        while at < end:
            found, at = self._record(data, at, end)
            records.append(found)
        return tuple(records), at

    def _record(self, data: bytes, at: int, end: int) -> tuple[LoadRecord, int]:
        start = data[at : at + 2]
        if start not in (WHOLE, DAMAGED) or end - at < 3:
            raise DecodeError("no load record starts here", at)
        last = at + 3 + data[at + 2]
        if last + 2 > end or data[last + 1] != END:
            raise DecodeError("the length of a load record leads nowhere", at + 2)
        if sum(data[at:last]) & 0xFF != data[last]:
            raise DecodeError("checksum of a load record", last, "CS")
        time, first = _TIME.take(data, at + 3, last, NO_SCOPE)
        return LoadRecord(time, self._classes(data, first, last), start == DAMAGED), last + 2

    def _classes(self, data: bytes, at: int, end: int) -> tuple[Any, ...]:
        found: list[Any] = [None] * 6
        number = 0
        while at < end:
            if data[at] == CLOSE:
                number, at = number + 1, at + 1
                continue
            number = self.only - 1 if self.only and data.count(CLOSE, at, end) == 1 else number
            if number >= len(CLASSES):
                raise DecodeError("more than six classes", at)
            found[number], at = layout_of(CLASSES[number]).take(data, at, end, NO_SCOPE)
        return tuple(found)

    def dump(self, value: Any, scope: Scope = NO_SCOPE) -> bytes:
        """Six AAH in every record, as most meters send them."""
        if not isinstance(value, tuple):
            raise EncodeError(f"a sequence of load records expected, not {value!r}")
        records: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]  # checked below
        return b"".join(map(_dumped, records))

    def to_json(self, value: Any) -> list[Any]:
        """A list of objects."""
        return [_shown(record) for record in value]

    def from_json(self, obj: Any) -> tuple[LoadRecord, ...]:
        """Inverse of ``to_json``."""
        return tuple(map(_read, listed(obj)))

    def dissect(self, label: Label, data: bytes, at: int, end: int, scope: Scope) -> tuple[Node, Any, int]:
        """A node per record, with a child per class that is there."""
        start, nodes, records = at, list[Node](), list[LoadRecord]()
        while at < end:
            try:
                found, after = self._record(data, at, end)
            except DecodeError as error:
                place = Label(
                    f"[{len(nodes)}]", f"{label.zh} {len(nodes) + 1}", f"{label.en} {len(nodes) + 1}"
                )
                raise Broken.at_field(nodes, place, at, end, error) from error
            nodes.append(_node(len(nodes), found, at, after))
            records.append(found)
            at = after
        text = str(len(records))
        return (
            Node(label.name, label.zh, label.en, text, start, at, children=tuple(nodes)),
            tuple(records),
            at,
        )

    def blank(self) -> tuple[LoadRecord, ...]:
        """No record."""
        return ()


def _node(number: int, found: LoadRecord, at: int, after: int) -> Node:
    text = _TIME.show(found.time) + (" damaged" if found.damaged else "")
    shown = "; ".join(_texts(part) for part in found.classes if part is not None)
    child = Node("classes", "数据", "Values", shown, at + 8, after - 2)
    return Node(
        f"[{number}]", f"记录{number + 1}", f"Record {number + 1}", text, at, after, children=(child,)
    )


def _texts(part: Record) -> str:
    fields: tuple[Field, ...] = layout_of(part.__class__).fields
    return "; ".join(
        f"{field.label.en} {field.codec.show(getattr(part, field.name))}"
        for field in fields
        if isinstance(field.codec, Leaf)
    )


def _dumped(record: Any) -> bytes:
    if not isinstance(record, LoadRecord) or len(record.classes) != len(CLASSES):
        raise EncodeError(f"a load record with six classes expected, not {record!r}")
    body = _TIME.dump(record.time)
    for cls, part in zip(CLASSES, record.classes, strict=True):
        body += (b"" if part is None else layout_of(cls).dump(part)) + bytes([CLOSE])
    head = (DAMAGED if record.damaged else WHOLE) + bytes([len(body)]) + body
    return head + bytes([sum(head) & 0xFF, END])


def _shown(record: LoadRecord) -> dict[str, Any]:
    shown: dict[str, Any] = {"time": _TIME.to_json(record.time), "damaged": record.damaged}
    for number, part in enumerate(record.classes, 1):
        shown[f"class_{number}"] = None if part is None else part.to_json()
    return shown


def _read(obj: Any) -> LoadRecord:
    given = mapping(obj)
    parts = (given.get(f"class_{number}") for number in range(1, 7))
    classes = tuple(
        None if part is None else layout_of(cls).from_json(part)
        for cls, part in zip(CLASSES, parts, strict=True)
    )
    return LoadRecord(_TIME.from_json(given.get("time")), classes, bool(given.get("damaged")))
