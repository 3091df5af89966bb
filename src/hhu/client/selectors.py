"""Selectors: what a query carries behind its identifier - a day, a month, a window, numbers of records."""

from collections.abc import Iterator
from typing import Any

from core.errors import EncodeError
from core.gdw376.unit import Nothing, Unit
from core.gdw376.units.afn04 import ClassSelector, CurveSelector, MeterArchive
from core.wire.codec import Codec, Leaf
from core.wire.leaf import members
from core.wire.record import Record, layout_of
from core.wire.repeat import Repeat
from core.wire.times import Time
from hhu.client.keyed import list_of, number_field, numbers

SEPARATOR = "/"
USUAL: dict[type[Unit], int] = {MeterArchive: 192}
"""Numbers that are asked for even behind an empty window: serial numbers of meters have gaps (M83)."""
STEP = 32
"""Numbers asked for in one query: 32 meters answer in one frame of less than a kilobyte."""
RESIDENTS = 4
"""Major class of the users that a low-voltage concentrator reads (part A §7.2 F10)."""


def needs_selector(kind: type[Unit]) -> bool:
    """Tell whether a query for the unit must say more than its name."""
    return kind.meaning.asks is not Nothing


def parse_selector(kind: type[Unit], text: str) -> Record:
    """Read ``2026-11-19``, ``1-8`` or several parts with ``/`` between; ``EncodeError`` names the part."""
    fields = layout_of(kind.meaning.asks).fields
    parts = [part.strip() for part in text.split(SEPARATOR)]
    if not fields:
        raise EncodeError("nothing can be chosen of this unit", "Leave the selector out.", kind.meaning.code)
    if len(parts) != len(fields):
        raise EncodeError(
            f"{len(fields)} parts expected, not {len(parts)}", f"Write {example(kind)}.", kind.meaning.code
        )
    values: dict[str, Any] = {}
    for field, part in zip(fields, parts, strict=True):
        try:
            values[field.name] = _part(field.codec, part)
        except EncodeError as error:
            raise error.within(field.name) from error
    asks: Any = kind.meaning.asks
    asked: Record = asks(**values)
    asked.encode()
    return asked


def _part(codec: Codec, text: str) -> Any:
    if isinstance(codec, Repeat):
        return tuple(sorted(members(text)))
    return codec.from_json(text)


def example(kind: type[Unit]) -> str:
    """Return a selector as it is written, for hints."""
    return SEPARATOR.join(_example(field.codec) for field in layout_of(kind.meaning.asks).fields)


def _example(codec: Codec) -> str:
    if isinstance(codec, Repeat):
        return "1-8"
    if isinstance(codec, Time):
        return codec.example
    return str(max(1, codec.minimum or 0)) if isinstance(codec, Leaf) else ""


def parts_of(kind: type[Unit]) -> tuple[tuple[str, str], ...]:
    """Return the Chinese and English labels of the parts."""
    return tuple((f.label.zh, f.label.en) for f in layout_of(kind.meaning.asks).fields)


def windows(kind: type[Unit]) -> Iterator[Record]:
    """Yield the selectors that together ask for everything of a parameter, to be used until one is empty.

    Of the lists in ``USUAL`` that many numbers are worth asking for before an empty window means the end.
    """
    if kind.meaning.asks is ClassSelector:
        yield ClassSelector(RESIDENTS, tuple(range(16)))
    elif kind.meaning.asks is CurveSelector:
        yield CurveSelector((0,))
    known, number = list_of(kind), number_field(kind)
    if known and number:
        first, last = max(1, number[1].minimum or 0), min(number[1].maximum or 0, known[1].most or 255)
        for start in range(first, last + 1, STEP):
            yield numbers(kind, range(start, min(start + STEP, last + 1)))
