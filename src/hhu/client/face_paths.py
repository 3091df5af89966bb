"""How to get to a page of the terminal's face with its one key, for commands, screens and help texts."""

from dataclasses import dataclass

from hhu.client.emulated import WAYS, said, way_to

PLACES = tuple(WAYS)
"""Every place of the face: pages, lists, menu leaves, and what the key does from HOME."""


@dataclass(frozen=True, slots=True)
class FacePath:
    """A way from HOME: presses (``short``, ``hold``, ``program``, ``usb``) and the words for the phone."""

    page: str
    presses: tuple[str, ...]
    said: str


def path_to(page: str, language: str = "en") -> FacePath:
    """Return the way to a page; ``UsageError`` names all pages when there is none of that name."""
    way = way_to(page)
    return FacePath(page.upper(), tuple(press.name.lower() for press in way), said(way, language))
