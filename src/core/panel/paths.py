"""The way to a page from HOME with the one key, as told on the phone (device behaviour 3.2, 3.6, 3.7).

``way_to`` gives the presses, ``said`` the words. A page below a guarded action begins with the 5 s that open
the programming switch; ways through the list of points lead to its first point, ways to a failed point or an
event to the first of the list.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import groupby

from core.errors import UsageError
from core.panel.key import HOLD, PROGRAM, TAP_LENGTH, USB
from core.panel.menu import MENU, Branch, Deed, Node, below
from core.panel.pages import RING


class Press(Enum):
    """One use of the key; the value is how many seconds it is held when a script does it."""

    SHORT = TAP_LENGTH
    HOLD = HOLD + 0.5
    PROGRAM = PROGRAM + 0.5
    USB = USB + 0.5


Way = tuple[Press, ...]
LISTS = {"FAILED": "FAILED POINT", "EVENTS": "EVENT"}
"""Pages of the ring that hold a list, and what opening its first entry is called."""
STROKES: dict[str, Way] = {
    "SITE REPORT": (Press.HOLD,),
    "PROGRAM OPEN": (Press.PROGRAM,),
    "USB": (Press.USB,),
}
"""What the key does from HOME without leaving for another page first (K1, M112, M170, M172)."""


def _ring() -> Iterator[tuple[str, Way]]:
    for place, page in enumerate(RING):
        way = (Press.SHORT,) * place
        yield page.name, way
        if page.name in LISTS:
            yield f"{page.name} LIST", (*way, Press.HOLD)
            yield LISTS[page.name], (*way, Press.HOLD, Press.HOLD)


def _menu(node: Node, way: Way) -> Iterator[tuple[str, Way]]:
    """Ways to everything below an opened node."""
    for place, entry in enumerate(below(node)):
        steps = (Press.SHORT,) * place if isinstance(node, Branch) else ()
        inside = (*way, *steps, Press.HOLD)
        guarded = isinstance(entry, Deed) and entry.question
        yield entry.name, (Press.PROGRAM, *inside) if guarded else inside
        yield from _menu(entry, inside)


def _all() -> Iterator[tuple[str, Way]]:
    yield from _ring()
    yield from STROKES.items()
    menu = dict(_ring())[MENU.name]
    yield from _menu(MENU, (*menu, Press.HOLD))


WAYS: dict[str, Way] = dict(_all())
"""Every place of the face by its name, in the order of the ring, the strokes, the menu."""


def way_to(page: str) -> Way:
    """Return the presses that lead from HOME to ``page`` (any case, ``-`` and ``_`` as spaces).

    ``UsageError`` names all places when there is none of that name.
    """
    known = {_plain(name): way for name, way in WAYS.items()}
    if _plain(page) not in known:
        raise UsageError(f"The face has no page {page!r}.", f"There are: {', '.join(WAYS)}.")
    return known[_plain(page)]


def _plain(name: str) -> str:
    return " ".join(name.upper().replace("-", " ").replace("_", " ").split())


ENGLISH_TIMES = {1: "press once", 2: "press twice"}
HELD = {
    "en": {Press.HOLD: "hold 2 s", Press.PROGRAM: "hold 5 s", Press.USB: "hold 30 s"},
    "zh": {Press.HOLD: "按住2秒", Press.PROGRAM: "按住5秒", Press.USB: "按住30秒"},
}
HERE = {"en": "nothing to press: it is HOME", "zh": "无需按键：即主界面"}


def said(way: Way, language: str = "en") -> str:
    """Return the way in words, ``en`` or ``zh``: ``press 5 times, hold 2 s``."""
    parts = [part for press, group in groupby(way) for part in _said(press, len(list(group)), language)]
    return (", " if language == "en" else "，").join(parts) or HERE[language]


def _said(press: Press, times: int, language: str) -> list[str]:
    if press is not Press.SHORT:
        return [HELD[language][press]] * times
    if language == "zh":
        return [f"短按{times}次"]
    return [ENGLISH_TIMES.get(times, f"press {times} times")]
