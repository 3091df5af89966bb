"""Messages: the data units of a frame's payload, in both directions.

Points outer, functions inner; each identifier is followed by the data of all its pairs (part A §2.3).
Nothing on the wire tells the length of a unit, so behind an unknown one everything stays raw.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from core.errors import DecodeError, EncodeError
from core.gdw376 import dadt
from core.gdw376.catalogue import QUERIES, unit_class
from core.gdw376.frame import Direction, Frame
from core.gdw376.unit import Edition, Nothing, Unit
from core.wire.codec import NO_SCOPE, Label, Node
from core.wire.record import Broken, Record, layout_of


@dataclass(frozen=True, slots=True)
class Item:
    """One data unit of one point, or only its identifier where the direction carries no data."""

    pn: int
    fn: int
    value: Unit | None = None
    raw: bytes = b""
    """Bytes that could not be read: an unknown unit and all behind it, or a broken one."""
    start: int = 0
    end: int = 0
    """Where the data stand in the payload; equal when there are none."""
    error: DecodeError | None = None
    identified: bool = True
    """False where even the identifier could not be read; ``pn`` and ``fn`` then mean nothing."""
    asked: Record | None = None
    """What a query carries behind its identifier: a list of numbers, a day, a window."""

    @property
    def content(self) -> Record | None:
        """What stands behind the identifier, in either direction."""
        return self.value if self.value is not None else self.asked

    @classmethod
    def of(cls, unit: Unit, pn: int = 0) -> "Item":
        """Wrap a unit that is to be sent."""
        return cls(pn, unit.meaning.fn, unit)


def carries_values(afn: int, direction: Direction) -> bool:
    """Tell whether units of this AFN have data in this direction."""
    return not (direction is Direction.DOWN and afn in QUERIES)


def decode_items(
    afn: int, direction: Direction, payload: bytes, edition: Edition = Edition.BASE_2009
) -> tuple[Item, ...]:
    """Decode all units; the last item carries what could not be read, and why."""
    items: list[Item] = []
    for item in _items(afn, direction, payload, edition):
        items.append(item)
        if item.error or item.raw:
            break
    return tuple(items)


def items_of(frame: Frame, edition: Edition = Edition.BASE_2009) -> tuple[Item, ...]:
    """Decode the units of a frame."""
    return decode_items(frame.afn, frame.direction, frame.payload, edition)


def _items(afn: int, direction: Direction, payload: bytes, edition: Edition) -> Iterator[Item]:
    at = 0
    while at < len(payload):
        try:
            pairs = dadt.pairs_of(payload[at : at + 4])
        except DecodeError as error:
            raw = payload[at:]
            lost = _moved(error, at)
            yield Item(0, 0, raw=raw, start=at, end=len(payload), error=lost, identified=False)
            return
        at += 4
        for pn, fn in pairs:
            item = _item(afn, direction, pn, fn, payload, at, edition)
            yield item
            at = item.end


def _item(
    afn: int, direction: Direction, pn: int, fn: int, payload: bytes, at: int, edition: Edition
) -> Item:
    layout = layout_for(afn, fn, direction, edition)
    if layout is None:
        return Item(pn, fn, raw=payload[at:], start=at, end=len(payload))
    if layout is Nothing:
        return Item(pn, fn, start=at, end=at)
    try:
        value, after = layout_of(layout).take(payload, at, len(payload), NO_SCOPE)
    except DecodeError as error:
        return Item(pn, fn, raw=payload[at:], start=at, end=len(payload), error=error)
    if isinstance(value, Unit):
        return Item(pn, fn, value, start=at, end=after)
    return Item(pn, fn, start=at, end=after, asked=value)


PLAIN_QUERIES = frozenset({0x09, 0x0A, 0x0C})
"""AFN whose queries carry data only where a unit says so: unknown functions can be skipped."""


@lru_cache(maxsize=4096)
def layout_for(afn: int, fn: int, direction: Direction, edition: Edition) -> type[Record] | None:
    """Return what stands behind an identifier: a unit, a selector, `Nothing`, or ``None`` for unknown."""
    unit = unit_class(afn, fn, edition, direction)
    if carries_values(afn, direction):
        return unit
    if unit is None:
        return Nothing if afn in PLAIN_QUERIES else None
    return unit.meaning.asks


def _moved(error: DecodeError, by: int) -> DecodeError:
    return DecodeError(error.reason, error.offset + by, error.field)


def encode_blocks(items: Iterable[Item]) -> list[bytes]:
    """Encode each item as a complete block: its identifier and its data. Frames are cut between blocks."""
    return [_block(item) for item in items]


def encode_query(items: Iterable[Item]) -> list[bytes]:
    """Encode bare identifiers, as few as keep their meaning; those with a selector stand alone."""
    wanted = list(items)
    plain = dadt.identifiers((item.pn, item.fn) for item in wanted if item.content is None and not item.raw)
    return plain + [_block(item) for item in wanted if item.content is not None or item.raw]


def _block(item: Item) -> bytes:
    head = dadt.identifier([item.pn], [item.fn])
    if item.content is None:
        return head + item.raw
    try:
        return head + item.content.encode()
    except EncodeError as error:
        raise error.within(f"p{item.pn} F{item.fn}") from error


def dissect_items(
    afn: int, direction: Direction, payload: bytes, edition: Edition = Edition.BASE_2009
) -> tuple[Node, ...]:
    """Return the tree of a payload: identifiers, units, fields, and where reading stopped."""
    nodes: list[Node] = []
    for item in decode_items(afn, direction, payload, edition):
        last = nodes[-1].end if nodes else 0
        if item.start > last:
            nodes.append(_identifier_node(payload, last, item.start))
        if item.end > item.start or item.content is not None:
            nodes.append(_item_node(afn, direction, item, payload, edition))
    if (last := nodes[-1].end if nodes else 0) < len(payload):
        nodes.append(_identifier_node(payload, last, len(payload)))
    return tuple(nodes)


def _identifier_node(payload: bytes, start: int, end: int) -> Node:
    text = " ".join(
        f"p{pn} F{fn}" for i in range(start, end, 4) for pn, fn in dadt.pairs_of(payload[i : i + 4])
    )
    return Node("identifier", "数据单元标识", "Data unit identifier", text, start, end)


def _item_node(afn: int, direction: Direction, item: Item, payload: bytes, edition: Edition) -> Node:
    layout = layout_for(afn, item.fn, direction, edition)
    unit = unit_class(afn, item.fn, edition, direction)
    if layout is None or unit is None or not item.identified:
        text, reason = item.raw.hex(" ").upper(), item.error.reason if item.error else None
        return Node("raw", "未知数据单元", "Unknown unit", text, item.start, item.end, error=reason)
    label = Label(f"{afn:02X}F{item.fn}", unit.meaning.zh, unit.meaning.en)
    try:
        return layout_of(layout).dissect(label, payload, item.start, len(payload), NO_SCOPE)[0]
    except Broken as broken:
        return Node(label.name, label.zh, label.en, "", item.start, item.end, children=broken.nodes,
                    error=broken.reason)  # fmt: skip
