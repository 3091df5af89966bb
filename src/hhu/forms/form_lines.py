"""A unit as lines of a form: headings, lists that can grow, and a row for each value.

Also what happens to a unit when a list of it grows or shrinks, so that counts, masks and lists agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from core.errors import UsageError
from core.gdw376.unit import Unit
from core.wire.bits import BitLayout
from core.wire.codec import Codec
from core.wire.paths import codec_at, replaced, value_at
from core.wire.record import Layout, layout_of
from core.wire.repeat import ByField, ByMask, Prefix, Repeat, Tail
from hhu.client.keyed import deleting, list_of, number_of, records_of
from hhu.forms.entries import WHOLE, Entry, entries_in


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a heading, the head of a list (``count`` records), or a row."""

    path: str
    zh: str
    en: str
    depth: int
    entry: Entry | None = None
    count: int | None = None


def lines_of(unit: Unit, pn: int = 0) -> tuple[Line, ...]:
    """Return the form of a value."""
    if type(unit) in WHOLE:
        (entry,) = entries_in(unit, pn)
        return (Line("", entry.labels_zh[-1], entry.labels_en[-1], 0, entry),)
    rows = {entry.path: entry for entry in entries_in(unit, pn)}
    return tuple(_lines(layout_of(type(unit)), unit, "", 0, rows))


def _lines(codec: Codec, value: Any, path: str, depth: int, rows: dict[str, Entry]) -> Iterator[Line]:
    for field in cast("Layout | BitLayout", codec).fields:
        inner = f"{path}.{field.name}" if path else field.name
        label, part = (field.label.zh, field.label.en), field.codec
        yield from _line(part, getattr(value, field.name), inner, label, depth, rows)


def _line(
    codec: Codec, value: Any, path: str, label: tuple[str, str], depth: int, rows: dict[str, Entry]
) -> Iterator[Line]:
    while isinstance(codec, Tail):
        codec = codec.inner
    if isinstance(codec, Repeat):
        yield Line(path, *label, depth, None, len(value))
        for index, element in enumerate(value):
            numbered = f"{label[0]} {index + 1}", f"{label[1]} {index + 1}"
            yield from _line(codec.element, element, f"{path}[{index}]", numbered, depth + 1, rows)
    elif isinstance(codec, Layout | BitLayout) and value is not None:
        yield Line(path, *label, depth)
        yield from _lines(codec, value, path, depth + 1, rows)
    elif path in rows:
        yield Line(path, *label, depth, rows[path])


def list_around(unit: Unit, path: str) -> str | None:
    """Return the innermost list that can grow and holds ``path`` or is it; ``None`` outside of any."""
    while path:
        if grows(unit, path):
            return path
        path = path.rpartition("[" if path.endswith("]") else ".")[0]
    return None


def only_list(unit: Unit) -> str | None:
    """Return the one list of a unit that can grow."""
    names = [f.name for f in layout_of(type(unit)).fields if grows(unit, f.name)]
    return names[0] if len(names) == 1 else None


def grows(unit: Unit, path: str) -> bool:
    """Tell whether a list stands at the path to which records can be added."""
    codec = codec_at(type(unit), path)
    return isinstance(codec, Repeat) and isinstance(codec.count, Prefix | ByField)


def grown(unit: Unit, path: str) -> Unit:
    """Return the unit with one more record in a list; a numbered record gets the next number."""
    codec = cast("Repeat", codec_at(type(unit), path))
    records = value_at(unit, path)
    if codec.most is not None and len(records) >= codec.most:
        raise UsageError(f"{codec.most} records are the most.", "Remove one first.")
    fresh = codec.element.blank()
    known = list_of(type(unit))
    if known and known[0] == path:
        fresh = _numbered(fresh, 1 + max(map(number_of, records), default=0))
    return _resized(unit, path, (*records, fresh))


def _numbered(record: Any, number: int) -> Any:
    name = layout_of(cast("type[Any]", type(record))).fields[0].name
    return replace(record, **{name: number})


def shrunk(unit: Unit, path: str, index: int, held: Unit | None) -> Unit:
    """Return the unit without a record; one that the terminal holds by number is marked as to be deleted."""
    records = value_at(unit, path)
    known = list_of(type(unit))
    if known and known[0] == path and held is not None and _is_held(records[index], held):
        marked = deleting(type(unit), records[index])
        if marked is None:
            raise UsageError(
                "The standard knows no way to delete this record.", "Change its values, or leave it as it is."
            )
        return replaced(unit, f"{path}[{index}]", marked)
    return _resized(unit, path, (*records[:index], *records[index + 1 :]))


def _is_held(record: Any, held: Unit) -> bool:
    return number_of(record) in {number_of(each) for each in records_of(held)}


def _resized(unit: Unit, path: str, records: tuple[Any, ...]) -> Unit:
    """Put the list in place, and the count that stands elsewhere."""
    resized = replaced(unit, path, records)
    count = cast("Repeat", codec_at(type(unit), path)).count
    if isinstance(count, ByField):
        above = path.rpartition(".")[0]
        where = f"{above}.{count.path}" if above else count.path
        resized = replaced(resized, where, len(records) // count.times - count.plus)
    return resized


def fitted(before: Unit, after: Unit) -> Unit:
    """Return ``after`` with its lists as long as its counts and masks say; new records are blank."""
    return _fitted(layout_of(type(after)), before, after)


def _fitted(layout: Layout, before: Any, after: Any) -> Any:
    for field in layout.fields:
        codec = field.codec
        if not isinstance(codec, Repeat):
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if isinstance(codec.count, ByMask):
            new = _by_mask(
                codec, value_at(before, codec.count.path), value_at(after, codec.count.path), old, new
            )
        elif isinstance(codec.count, ByField):
            new = _by_count(codec, codec.count, value_at(after, codec.count.path), new)
        if isinstance(codec.element, Layout):
            pairs = zip((*old, *new[len(old) :]), new, strict=False)
            new = tuple(_fitted(codec.element, was, now) for was, now in pairs)
        if new != getattr(after, field.name):
            after = replace(after, **{field.name: new})
    return after


def _by_mask(
    codec: Repeat, before: frozenset[int], after: frozenset[int], old: tuple[Any, ...], new: tuple[Any, ...]
) -> tuple[Any, ...]:
    if before == after or len(new) == len(after):
        return new
    known = dict(zip(sorted(before), old, strict=False))
    return tuple(known[bit] if bit in known else codec.element.blank() for bit in sorted(after))


def _by_count(codec: Repeat, count: ByField, number: int, records: tuple[Any, ...]) -> tuple[Any, ...]:
    wanted = max(number + count.plus, 0) * count.times
    more = range(wanted - len(records)) if wanted <= (codec.most or wanted) else range(0)
    return (*records[:wanted], *(codec.element.blank() for _ in more))
