"""What a person chose about the face itself (device behaviour 3.6, Display); it outlives the power."""

from dataclasses import dataclass, replace
from enum import Enum

LOWEST_CONTRAST, HIGHEST_CONTRAST = 1, 9


class LoopItem(Enum):
    """What takes part in the rotation of row 4; the value is its name in the store."""

    MAIN = "main"
    STANDBY = "standby"
    APN = "apn"
    ADDRESS = "address"
    SOFTWARE = "software"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Display:
    """Contrast, size of the glass, language and rotation; as delivered by default (part 10)."""

    contrast: int = 5
    """1 to 9."""
    compact: bool = False
    """4 x 16 cells in place of 10 x 20 (3.4)."""
    language: str = "en"
    """Key of `core.panel.languages.LANGUAGES`."""
    hidden: frozenset[LoopItem] = frozenset()
    """Items that are left out of row 4; with all hidden (the standby does not count,
    it may not exist) all show."""

    def toggled(self, item: LoopItem) -> "Display":
        """Return the choice with one item of the rotation switched on or off."""
        return replace(self, hidden=self.hidden ^ {item})

    def shows(self, item: LoopItem) -> bool:
        """Tell whether the item takes part in the rotation."""
        return item not in self.hidden or self.hidden >= frozenset(LoopItem) - {LoopItem.STANDBY}


DELIVERED = Display()
"""As it comes from the factory."""
