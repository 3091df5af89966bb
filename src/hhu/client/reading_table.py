"""Readings as a table: a row per point and moment, a column per quantity with its unit, digits as they came.

Nothing is calculated with floats and nothing is rounded: a cell keeps the text the layout shows for the
bytes of the terminal (M39). "No value" is a cell of its own and never zero.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.gdw376.unit import Unit
from core.gdw376.units.shapes import PER_HOUR
from core.wire.codec import Leaf
from core.wire.paths import Place, places
from core.wire.times import Month
from hhu.client.reading_sets import ReadingSet

Stamp = date | datetime | Month | None
"""The day, moment or month a row is of; ``None``: now."""

STAMPS = frozenset({"time", "tariffs", "day", "month", "start", "density", "count", "hour", "orders"})
"""Fields that date or count a unit; the reading time has a place of its own."""
PHASE_LISTS = {3: ("a", "b", "c"), 4: ("total", "a", "b", "c")}
PARTS = {
    "total": ("总", "total"),
    "a": ("A相", "A"),
    "b": ("B相", "B"),
    "c": ("C相", "C"),
    "n": ("零序", "N"),
    "time": ("时间", "time"),
}
PLAIN = frozenset({"demand"})
"""Parts of an element that need no name: the element is called after them."""
ENERGY_UNITS = ("kWh", "kvarh")
_PATH = re.compile(r"(?P<field>\w+)(?:\[(?P<index>\d+)\])?(?:\.(?P<inner>[\w.]+))?")


@dataclass(frozen=True, slots=True)
class Column:
    """One quantity. ``key`` names it in files, as ``forward-active.t1``."""

    key: str
    of_zh: str
    of_en: str
    """The set it belongs to."""
    zh: str
    en: str
    """What it is within the set: total, T1, A."""
    unit: str = ""
    order: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; ``text`` is ``None`` for "no value"."""

    text: str | None
    number: Decimal | int | None = None
    """The same as a number, where it is one."""
    plain: Any = None
    """The same for JSON: numbers with decimals are strings with all their digits."""
    adds: bool = False
    """Part of a register whose tariffs add up to the total."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a row, as one data unit brought it; without cells nothing is stored there."""

    point: int
    stamp: Stamp
    cells: tuple[tuple[Column, Cell], ...] = ()
    read_at: datetime | None = None
    trouble: str = ""
    """Why an answer could not be read."""

    @property
    def missing(self) -> bool:
        """Nothing is stored there."""
        return not self.cells and not self.trouble


@dataclass(frozen=True, slots=True)
class Row:
    """All that is known of a point at a moment."""

    point: int
    stamp: Stamp
    cells: dict[str, Cell]
    read_at: datetime | None = None
    """When the terminal read the meter, the latest of several."""
    trouble: str = ""
    differences: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    """Registers whose tariffs do not add up to the total, by their key: total minus tariffs."""

    @property
    def stored(self) -> bool:
        """Whether the terminal had anything at all."""
        return bool(self.cells)

    @property
    def whole(self) -> bool:
        """Whether every value is there."""
        return self.stored and all(cell.text is not None for cell in self.cells.values())


def differences_of(cells: Mapping[str, Cell]) -> dict[str, Decimal]:
    """Return the registers whose tariffs do not add up to the total: total minus tariffs, by their key."""
    totals = [
        key.removesuffix(".total") for key, cell in cells.items() if cell.adds and key.endswith(".total")
    ]
    found = ((key, _difference(key, cells)) for key in totals)
    return {key: difference for key, difference in found if difference}


def _difference(key: str, cells: Mapping[str, Cell]) -> Decimal | None:
    start, total = f"{key}.t", cells[f"{key}.total"].number
    tariffs = [
        cell.number for at, cell in cells.items() if at.startswith(start) and at[len(start) :].isdecimal()
    ]
    if not tariffs or total is None or None in tariffs:
        return None
    return Decimal(total) - sum((Decimal(tariff) for tariff in tariffs if tariff is not None), Decimal(0))


def stamp_text(stamp: Stamp) -> str:
    """Write a stamp for people; empty for now."""
    if isinstance(stamp, datetime):
        return f"{stamp:%Y-%m-%d %H:%M}"
    return "" if stamp is None else str(stamp)


def stamp_plain(stamp: Stamp) -> str | None:
    """Write a stamp for programs: ISO 8601."""
    if isinstance(stamp, datetime):
        return stamp.isoformat(timespec="minutes")
    return None if stamp is None else str(stamp)


class ReadingTable:
    """Grows while pieces arrive; rows by point and moment, columns in the order of the sets."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._rows: dict[tuple[int, str], Row] = {}
        self._sorted: tuple[Row, ...] | None = None
        self.revision = 0
        """Grows with every change."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All quantities that came."""
        return tuple(sorted(self._columns.values(), key=lambda column: column.order))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows by point, then time."""
        if self._sorted is None:
            self._sorted = tuple(row for _, row in sorted(self._rows.items(), key=lambda pair: pair[0]))
        return self._sorted

    def __len__(self) -> int:
        return len(self._rows)

    def of_point(self, point: int) -> tuple[Row, ...]:
        """Rows of one point, the oldest first."""
        return tuple(row for row in self.rows if row.point == point)

    def add(self, pieces: Iterable[Piece]) -> None:
        """Take pieces; what is known of the same row stays."""
        self._sorted = None
        self.revision += 1
        for piece in pieces:
            self._add(piece)

    def _add(self, piece: Piece) -> None:
        key = piece.point, stamp_text(piece.stamp)
        known = self._rows.get(key) or Row(piece.point, piece.stamp, {})
        for column, _ in piece.cells:
            self._columns.setdefault(column.key, column)
        read_at = max((at for at in (known.read_at, piece.read_at) if at), default=None)
        cells = known.cells | {column.key: cell for column, cell in piece.cells}
        trouble = known.trouble or piece.trouble
        self._rows[key] = Row(piece.point, piece.stamp, cells, read_at, trouble, differences_of(cells))


# From data units to pieces


def pieces_of(point: int, unit: Unit, sets: Sequence[ReadingSet], now: datetime) -> Iterator[Piece]:
    """Read one data unit: one piece, or one for each point of a curve.

    ``now`` dates the hour of an hour-frozen unit, which says only hh.
    """
    afn, fn = unit.meaning.afn, unit.meaning.fn
    mine = [(n, one) for n, one in enumerate(sets) if fn in one.functions and one.afn == afn]
    leaves = list(places(unit))
    if hasattr(unit, "density"):
        yield from _curve(point, unit, mine, leaves, now)
        return
    cells = tuple(pair for number, one in mine for pair in _cells(unit, number, one, leaves))
    yield Piece(point, stamp_of(unit), cells, _read_at(unit))


def stamp_of(unit: Unit) -> Stamp:
    """Return the stamp a unit carries: day, month, start of a curve."""
    return (
        next((getattr(unit, name) for name in ("day", "month", "start") if hasattr(unit, name)), None)
        if (unit.meaning.afn == 0x0D)
        else None
    )


def _read_at(unit: Unit) -> datetime | None:
    time = getattr(unit, "time", None)
    return time if isinstance(time, datetime) else None


def _cells(
    unit: Unit, number: int, one: ReadingSet, leaves: Sequence[Place]
) -> Iterator[tuple[Column, Cell]]:
    """Columns are named after the set, its field where there are several, and the part."""
    alone = len({_split(place.path)[0] for place in leaves} - STAMPS) == 1
    for index, place in enumerate(leaves):
        name, at, inner = _split(place.path)
        if name in STAMPS or (one.fields and name not in one.fields):
            continue
        part = _part(unit, name, at)
        words = (
            []
            if alone
            else [(name, _unnumbered(place.labels_zh[0], at), _unnumbered(place.labels_en[0], at))]
        )
        words += [(part, *_part_words(part))] if part else []
        if inner and inner not in PLAIN:
            names = " ".join(place.labels_zh[1:]), " ".join(place.labels_en[1:])
            words.append((inner, *PARTS.get(inner, names)))
        adds = hasattr(unit, "tariffs") and place.leaf.unit in ENERGY_UNITS
        yield _column(one, (number, index), place, words), _cell(place.leaf, place.value, adds=adds)


def _column(
    one: ReadingSet, order: tuple[int, int], place: Place, words: list[tuple[str, str, str]]
) -> Column:
    key = ".".join((one.name, *(word for word, _, _ in words)))
    zh, en = (" ".join(word[language] for word in words) for language in (1, 2))
    return Column(key, one.zh, one.en, zh, en, place.leaf.unit, order)


def _unnumbered(label: str, at: int | None) -> str:
    """The label of a list element ends with its number; its part says it better."""
    return label if at is None else label.removesuffix(str(at + 1)).rstrip()


def _split(path: str) -> tuple[str, int | None, str]:
    found = _PATH.match(path)
    assert found is not None
    return found["field"], None if found["index"] is None else int(found["index"]), found["inner"] or ""


def _part(unit: Unit, name: str, at: int | None) -> str:
    """Name an element of a list: total and tariffs, phases, or a plain number."""
    if at is None:
        return ""
    length = len(getattr(unit, name))
    if hasattr(unit, "tariffs"):
        return "total" if at == 0 else f"t{at}"
    return PHASE_LISTS[length][at] if length in PHASE_LISTS else str(at + 1)


def _part_words(part: str) -> tuple[str, str]:
    if part in PARTS:
        return PARTS[part]
    return (f"费率{part[1:]}", part.upper()) if part.startswith("t") else (part, part)


def _cell(leaf: Leaf, value: Any, *, adds: bool = False) -> Cell:
    if value is None:
        return Cell(None, adds=adds)
    number = value if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
    return Cell(leaf.show(value), None if leaf.choices else number, leaf.to_json(value), adds)


def _curve(
    point: int, unit: Any, mine: list[tuple[int, ReadingSet]], leaves: Sequence[Place], now: datetime
) -> Iterator[Piece]:
    """One piece for each point of a curve or an hour; holes are pieces with "no value"."""
    per_hour = PER_HOUR.get(unit.density, 0)
    start = unit.start if hasattr(unit, "start") else _first_of_hour(unit.hour, per_hour, now)
    if not per_hour or start is None:
        return
    step = timedelta(minutes=60 // per_hour)
    moments: dict[int, list[tuple[Column, Cell]]] = {}
    for place in leaves:
        name, at, inner = _split(place.path)
        if name != "values" or at is None:
            continue
        for number, one in mine:
            column = _curve_column(one, number, unit.meaning.fn, place, inner)
            moments.setdefault(at, []).append((column, _cell(place.leaf, place.value)))
    for at, cells in moments.items():
        yield Piece(point, start + at * step, tuple(cells))


def _first_of_hour(hour: int | None, per_hour: int, now: datetime) -> datetime | None:
    """Points of the last complete hour end with its end: 15, 30, 45, 00 (part B §2.6)."""
    if hour is None or not per_hour or hour > 23:
        return None
    day = now.date() if hour <= now.hour else now.date() - timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour) + timedelta(minutes=60 // per_hour)


def _curve_column(one: ReadingSet, number: int, fn: int, place: Place, inner: str) -> Column:
    part = one.part(fn)
    part = part or ("" if inner else "total")
    words = [(part, *_part_words(part))] if part else []
    words += [(inner, place.labels_zh[-1], place.labels_en[-1])] if inner else []
    return _column(one, (number, fn), place, words)
