"""Which bytes of a file are there, as sorted ranges; units and segments are views of it (vendor ext. §4)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from core.terminal.upgrade.slots import Range
from core.vendor.transfer.terms import UNIT, units_of


class Coverage:
    """Ranges without touching neighbours. A unit counts only when it is wholly there."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []
        for start, stop in ranges:
            self.add(start, stop)

    @property
    def ranges(self) -> tuple[Range, ...]:
        """What is there."""
        return tuple(zip(self._starts, self._stops, strict=True))

    def add(self, start: int, stop: int) -> None:
        """Bytes came; neighbours that touch become one."""
        first = bisect_left(self._stops, start)
        behind = bisect_right(self._starts, stop)
        if first < behind:
            start, stop = min(start, self._starts[first]), max(stop, self._stops[behind - 1])
        self._starts[first:behind] = [start]
        self._stops[first:behind] = [stop]

    def covers(self, start: int, stop: int) -> bool:
        """Tell whether all these bytes are there."""
        place = bisect_right(self._starts, start) - 1
        return place >= 0 and stop <= self._stops[place]

    def has_unit(self, unit: int, size: int) -> bool:
        """Tell whether a unit of a file of ``size`` bytes is there; past its end none is."""
        start = unit * UNIT
        return start < size and self.covers(start, min(start + UNIT, size))

    def units(self, size: int) -> int:
        """Return how many units of the file are there."""
        return sum(max(0, stop - start) for start, stop in self._whole(size))

    def first_missing(self, size: int) -> int:
        """Return the first unit that is not there, the number of units when all are."""
        ranges = self._whole(size)
        first = next(ranges, (0, 0))
        return first[1] if first[0] == 0 else 0

    def _whole(self, size: int) -> Iterator[Range]:
        """Whole units of each range, as ranges of units; the last one may be short."""
        for start, stop in zip(self._starts, self._stops, strict=True):
            yield units_of(start), units_of(size) if stop >= size else stop // UNIT
