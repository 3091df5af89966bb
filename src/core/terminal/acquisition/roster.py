"""The points of one port as acquisition sees them: key points first, each with its items (6.1, 6.5)."""

from dataclasses import dataclass

from core.terminal.acquisition.items import ItemLists
from core.terminal.archive import Meter, history_of
from core.terminal.readings import History


@dataclass(frozen=True, slots=True)
class Place:
    """One point to be read."""

    meter: Meter
    history: History
    lists: ItemLists


class Roster:
    """Made anew whenever parameters changed."""

    def __init__(self, places: tuple[Place, ...] = (), *, key_only: bool = False) -> None:
        ordered = sorted(places, key=lambda place: (not place.meter.key, place.meter.point))
        self.places = {place.meter.point: place for place in ordered}
        """By point, key points first."""
        self.key = tuple(place for place in ordered if place.meter.key)
        self.scheduled = self.key if key_only else tuple(ordered)
        """Whom the passes visit."""


def place_of(meter: Meter, lists: ItemLists) -> Place:
    """Join a meter with its history and its items."""
    return Place(meter, history_of(meter), lists)
