"""The page ring of device behaviour 3.2, one module per page. A new page is a module and a row here."""

from collections.abc import Callable
from dataclasses import dataclass

from core.panel.actions import Action
from core.panel.cells import Canvas
from core.panel.facts import Facts
from core.panel.pages.events import draw_events, event_keys, event_opened
from core.panel.pages.failed import draw_failed, failed_held, failed_keys
from core.panel.pages.home import draw_home
from core.panel.pages.link import draw_link
from core.panel.pages.menu import draw_menu
from core.panel.pages.meters import draw_meters
from core.panel.pages.power import draw_power
from core.panel.pages.version import draw_version
from core.panel.view import View


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ring; one with ``keys`` holds a list that a hold of 2 s opens."""

    name: str
    draw: Callable[[Canvas, Facts, View], None]
    keys: Callable[[Facts], tuple[int, ...]] | None = None
    """What identifies each entry of the list, in order."""
    opened: Callable[[int], Action] | None = None
    """Asked for when an entry is opened."""
    held: Callable[[int], Action] | None = None
    """Asked for by a hold on an open entry; without it a hold goes back to the list."""


RING = (
    Page("HOME", draw_home),
    Page("LINK", draw_link),
    Page("METERS", draw_meters),
    Page("FAILED", draw_failed, keys=failed_keys, held=failed_held),
    Page("EVENTS", draw_events, keys=event_keys, opened=event_opened),
    Page("POWER", draw_power),
    Page("VERSION", draw_version),
    Page("MENU", draw_menu),
)
"""Order of the short press; the first is where the panel returns when left alone."""
COMPACT_RING = (RING[0], RING[-1])
"""The compact face shows rows 1 to 4 only, and the menu (device behaviour 2.4, 3.4)."""
