"""Where the face stands at one moment: what a page needs besides the facts."""

from dataclasses import dataclass
from enum import Enum

from core.panel.actions import Answer
from core.panel.texts import ENGLISH, Texts
from core.panel.walk import Spot


class Level(Enum):
    """Depth on a page that holds a list: passing by, list opened, one entry opened."""

    RING = 0
    LIST = 1
    DETAIL = 2


@dataclass(frozen=True, slots=True)
class View:
    """Scroll positions, cursor, held key and note, with the texts to use."""

    now: float
    texts: Texts = ENGLISH
    event: int = 0
    """Position of the event on rows 2 and 3, from 0."""
    row4: str = ""
    failed: int = 0
    """Position of the failed point shown, from 0."""
    level: Level = Level.RING
    cursor: int = 0
    """Chosen entry of an opened list; one past the last entry is Back."""
    page: int = 0
    """Which part of an unopened list shows."""
    subject: int | None = None
    """Point or record number of the opened entry."""
    held: float | None = None
    """Seconds for which the key has been held."""
    hold_word: str = ""
    """What a hold of 2 s does here; empty where it does nothing."""
    key_hint: str = ""
    """What both strokes do, for the bottom bar of lists and detail pages."""
    note: Answer | None = None
    """How what the key asked for ended."""
    menu: Spot | None = None
    """The place in the menu, ``None`` while it is closed."""
