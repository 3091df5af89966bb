"""The terminal's map of the units it has, asked part by part (vendor extension §3.9)."""

from core.vendor.transfer.answers import MapPart
from core.vendor.transfer.commands import MapQuery

MAP_PART = 8192
"""Units of one question."""


class UnitMap:
    """The map of one file; complete when every part was answered."""

    def __init__(self, id_: int, units: int) -> None:
        self.present: set[int] = set()
        """Units that the terminal has."""
        self._id = id_
        self._units = units
        self._start = 0

    @property
    def query(self) -> MapQuery:
        """The next question."""
        return MapQuery(self._id, self._start, min(MAP_PART, self._units - self._start))

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left to ask."""
        return self._start >= self._units

    def take(self, part: MapPart) -> bool:
        """Take an answer; tell whether it is one to the question."""
        if (part.start, part.count) != (self.query.start, self.query.count):
            return False
        self.present |= part.present
        self._start += part.count
        return True
