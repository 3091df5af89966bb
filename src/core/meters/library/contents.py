"""What a meter of a library answers to each identifier: the recipes the other way round.

The values come from a store in the common vocabulary, so that one store can play every family.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, cast

from core.errors import EncodeError
from core.meters.library import model as m
from core.meters.library.values import Format, Plain, Stamp
from core.quantities import Count, Peak, PhaseLoss, Quantity, Value

Store = Callable[[Quantity, int], Value | None]
"""The value of a quantity, now or so many months back; ``None``: the meter has none."""
Make = Callable[[], bytes | None]
Row = Callable[[], list[Plain] | None]


class Contents:
    """All identifiers of one meter."""

    def __init__(self, library: m.Library, store: Store) -> None:
        self._store = store
        self._made: dict[str, Make] = {}
        if settles := library.settles:
            self._made[settles.id] = lambda: settles.must[0]
        for quantity, plan in library.quantities.items():
            self._made.update(self._of(quantity, plan))

    def content(self, code: str) -> bytes | None:
        """Return the bytes behind an identifier, ``None`` if the meter has no such data."""
        made = self._made.get(code)
        try:
            return made() if made else None
        except EncodeError:  # a value beyond what the format carries is one the meter does not show
            return None

    def _of(self, quantity: Quantity, plan: m.Plan) -> Iterator[tuple[str, Make]]:
        match plan:
            case m.Energies(columns=columns):
                for back, column in enumerate(columns):
                    yield from self._column(column, partial(self._plain, quantity, back))
            case m.Maxima(columns=pairs):
                for back, (demands, times) in enumerate(pairs):
                    yield from self._column(demands, partial(self._peaks, quantity, back, "value"))
                    yield from self._column(times, partial(self._peaks, quantity, back, "at"))
            case m.Phases():
                yield from self._phases(plan, partial(self._plain, quantity, 0))
            case _:
                yield from self._rarer(quantity, plan)

    def _rarer(self, quantity: Quantity, plan: m.Plan) -> Iterator[tuple[str, Make]]:
        match plan:
            case m.Clock(parts=parts):
                for part in parts:
                    yield part.id, partial(self._moment, quantity, part.format)
            case m.Counted(times=times, at=at):
                yield times.id, partial(self._count, quantity, times.format, "times")
                if at:
                    yield at.id, partial(self._count, quantity, at.format, "at")
            case m.Losses(columns=columns):
                for name, column in zip(("times", "minutes", "start", "end"), columns, strict=True):
                    if column:
                        yield from self._phases(column, partial(self._losses, quantity, name))
            case m.One():
                yield plan.id, partial(self._single, quantity, plan.format)
            case _:
                return

    # Rows of values

    def _column(self, column: m.Column, row: Row) -> Iterator[tuple[str, Make]]:
        """Total and tariffs; where a family has no total, the first value of the row is not sent."""
        skipped = 0 if column.total or not column.tariffs else 1
        codes = column.singles(len(column.tariffs))
        yield from _row(column.format, codes, column.block, row, skipped)

    def _phases(self, plan: m.Phases, row: Row) -> Iterator[tuple[str, Make]]:
        shown = partial(_magnitudes, row) if plan.signs else row
        yield from _row(plan.format, plan.each, plan.block, shown, 0, len(plan.each))
        if plan.signs:
            yield plan.signs.id, partial(_bits, row, plan.signs.format)

    def _plain(self, quantity: Quantity, back: int) -> list[Plain] | None:
        value = self._store(quantity, back)
        return list(cast("tuple[Plain, ...]", value)) if isinstance(value, tuple) else None

    def _peaks(self, quantity: Quantity, back: int, name: str) -> list[Plain] | None:
        value = self._store(quantity, back)
        if not isinstance(value, tuple):
            return None
        return [_told(getattr(peak, name)) for peak in value if isinstance(peak, Peak)]

    def _losses(self, quantity: Quantity, name: str) -> list[Plain] | None:
        value = self._store(quantity, 0)
        if not isinstance(value, tuple):
            return None
        return [_told(getattr(loss, name)) for loss in value if isinstance(loss, PhaseLoss)]

    # Single values

    def _moment(self, quantity: Quantity, form: Format) -> bytes | None:
        value = self._store(quantity, 0)
        return form.dump(_told(value)) if isinstance(value, datetime) else None

    def _count(self, quantity: Quantity, form: Format, name: str) -> bytes | None:
        value = self._store(quantity, 0)
        return form.dump(_told(getattr(value, name))) if isinstance(value, Count) else None

    def _single(self, quantity: Quantity, form: Format) -> bytes | None:
        value = self._store(quantity, 0)
        return form.dump(value) if isinstance(value, int) else None


def _row(
    form: Format,
    codes: tuple[str, ...],
    block: str,
    row: Row,
    skipped: int,
    most: int | None = None,
) -> Iterator[tuple[str, Make]]:
    for place, code in enumerate(codes, skipped):
        yield code, partial(_at, form, row, place)
    if block:
        yield block, partial(_block, form, row, skipped, most)


def _at(form: Format, row: Row, place: int) -> bytes | None:
    values = row()
    return form.dump(values[place]) if values is not None and place < len(values) else None


def _block(form: Format, row: Row, skipped: int, most: int | None) -> bytes | None:
    values = row()
    return None if values is None else b"".join(form.dump(value) for value in values[skipped:][:most])


def _magnitudes(row: Row) -> list[Plain] | None:
    values = row()
    return (
        None
        if values is None
        else [one if one is None or isinstance(one, Stamp) else abs(one) for one in values]
    )


def _bits(row: Row, form: Format) -> bytes | None:
    values = row()
    if values is None:
        return None
    negative = (not isinstance(one, Stamp | None) and one < 0 for one in values)
    return form.dump(sum(bit << place for place, bit in enumerate(negative)))


def _told(value: Any) -> Plain:
    """A time in its parts; anything else as it is."""
    if isinstance(value, datetime):
        return Stamp(value.year, value.month, value.day, value.hour, value.minute, value.second)
    return value
