"""Which units of 256 bytes the terminal still lacks, and how to cut them into blocks."""

from collections.abc import Iterable, Iterator

PRESENT, MISSING = b"\x00", b"\x01"


class Missing:
    """Units of one file; all are missing at first."""

    def __init__(self, units: int) -> None:
        self._flags = bytearray(MISSING * units)
        self.count = units
        """How many are missing."""

    def __contains__(self, unit: int) -> bool:
        """Whether a unit is missing; one outside the file is not."""
        return 0 <= unit < len(self._flags) and bool(self._flags[unit])

    @property
    def units(self) -> int:
        """Units of the whole file."""
        return len(self._flags)

    @property
    def first(self) -> int:
        """The first missing unit; the number of units when none is."""
        found = self._flags.find(MISSING)
        return len(self._flags) if found < 0 else found

    def arrived(self, start: int, length: int) -> None:
        """Note that ``length`` units from ``start`` on are there."""
        stop = min(start + length, len(self._flags))
        self.count -= self._flags.count(MISSING, start, stop)
        self._flags[start:stop] = bytes(stop - start)

    def only(self, present: Iterable[int]) -> None:
        """Take the terminal's word for all units."""
        self._flags = bytearray(MISSING * len(self._flags))
        for unit in present:
            if unit < len(self._flags):
                self._flags[unit] = 0
        self.count = self._flags.count(MISSING)

    def blocks(self, size: int, start: int = 0) -> Iterator[tuple[int, int]]:
        """Cut what is missing, from unit ``start`` on, into runs of at most ``size`` units."""
        while (start := self._flags.find(MISSING, start)) >= 0:
            stop = self._flags.find(PRESENT, start, start + size)
            stop = min(start + size, len(self._flags)) if stop < 0 else stop
            yield start, stop - start
            start = stop
