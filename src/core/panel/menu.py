"""The menu tree of device behaviour 3.6, as rows. A new leaf is a row here; `Walk` moves through the tree.

Titles stand in English and are put into the language of the glass when drawn (`Texts.say`). ``name`` is what
`Face.page` and `hhu panel path` call the place. Every list ends with Back, which no row names (K6).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from core.panel.actions import (
    Action,
    CopyToDisk,
    ReadFailed,
    ReadPoint,
    Restart,
    SelfCheckNow,
    SetDisplay,
    SiteReport,
)
from core.panel.display import HIGHEST_CONTRAST, LOWEST_CONTRAST, Display, LoopItem
from core.panel.sheets import Topic


@dataclass(frozen=True, slots=True)
class Branch:
    """A list of entries."""

    name: str
    title: str
    entries: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class PointList:
    """The list of archived points; opening one leads to ``entries`` for it."""

    name: str
    title: str
    of_point: Branch


@dataclass(frozen=True, slots=True)
class Leaf:
    """Sheets to look at; ``opening`` is asked for when the leaf of a point is opened."""

    name: str
    title: str
    topic: Topic
    opening: Callable[[int], Action] | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do. One with a ``question`` is guarded: open switch, then No/Yes within 10 s."""

    name: str
    title: str
    action: Action
    question: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose: what stands in the list, how it is marked, and what choosing it makes."""

    label: str
    mark: str
    display: Display

    @property
    def action(self) -> Action:
        """What a hold on it asks for."""
        return SetDisplay(self.display)


@dataclass(frozen=True, slots=True)
class Choice:
    """A property of the face with its values."""

    name: str
    title: str
    options: Callable[[Display], tuple[Option, ...]]


Node = Branch | PointList | Leaf | Deed | Choice
CHOSEN, ON, OFF = "*", "on", "off"

LOOP_TITLES = {
    LoopItem.MAIN: "Main IP, port",
    LoopItem.STANDBY: "Standby IP, port",
    LoopItem.APN: "APN",
    LoopItem.ADDRESS: "Address",
    LoopItem.SOFTWARE: "Software",
    LoopItem.DATE: "Date",
}


def _contrasts(display: Display) -> tuple[Option, ...]:
    levels = range(LOWEST_CONTRAST, HIGHEST_CONTRAST + 1)
    return tuple(_option(str(n), display, replace(display, contrast=n)) for n in levels)


def _faces(display: Display) -> tuple[Option, ...]:
    faces = (("Standard 10x20", False), ("Compact 4x16", True))
    return tuple(_option(label, display, replace(display, compact=small)) for label, small in faces)


def _languages(display: Display) -> tuple[Option, ...]:
    languages = (("English", "en"), ("中文", "zh"))
    return tuple(_option(label, display, replace(display, language=key)) for label, key in languages)


def _loop_items(display: Display) -> tuple[Option, ...]:
    return tuple(
        Option(title, OFF if item in display.hidden else ON, display.toggled(item))
        for item, title in LOOP_TITLES.items()
    )


def _option(label: str, display: Display, wanted: Display) -> Option:
    return Option(label, CHOSEN if display == wanted else "", wanted)


OF_POINT = Branch(
    "POINT",
    "Point",
    (
        Leaf("CURRENT DATA", "Current data", Topic.CURRENT),
        Leaf("DAY FREEZE", "Day freeze", Topic.DAY),
        Leaf("READING-DAY FREEZE", "Rd-day freeze", Topic.READING_DAY),
        Leaf("MONTH FREEZE", "Month freeze", Topic.MONTH),
        Leaf("HOUR FREEZE", "Hour freeze", Topic.HOUR),
        Leaf("ARCHIVE ENTRY", "Archive entry", Topic.ARCHIVE),
        Leaf("READ NOW", "Read now", Topic.READ_NOW, opening=ReadPoint),
    ),
)
PARAMETERS = Branch(
    "PARAMETERS",
    "Parameters",
    (
        Leaf("COMMUNICATION", "Communication", Topic.COMMUNICATION),
        Leaf("READING", "Reading", Topic.READING),
        Leaf("METER ARCHIVE", "Meter archive", Topic.METERS),
        Leaf("EVENT SETTINGS", "Events", Topic.EVENTS),
        Leaf("TERMINAL", "Terminal", Topic.TERMINAL),
        Leaf("PORTS", "Ports", Topic.PORTS),
    ),
)
DISPLAY = Branch(
    "DISPLAY",
    "Display",
    (
        Choice("CONTRAST", "Contrast", _contrasts),
        Choice("LOOP ITEMS", "Loop items", _loop_items),
        Choice("FACE", "Face", _faces),
        Choice("LANGUAGE", "Language", _languages),
    ),
)
"""Loop items are those of row 4; the language is one more choice of the same kind [design]."""
MANAGEMENT = Branch(
    "MANAGEMENT",
    "Management",
    (
        Deed("SELF-CHECK", "Self-check now", SelfCheckNow()),
        Deed("RE-READ FAILED", "Re-read failed", ReadFailed()),
        Deed("REPORT", "Site report", SiteReport()),
        Deed("RESTART", "Restart", Restart(), ("Restart the", "concentrator?")),
        Deed("USB COPY", "USB copy of data", CopyToDisk(), ("Copy the data", "to a USB disk?")),
        DISPLAY,
    ),
)
MENU = Branch("MENU", "Menu", (PointList("POINT DATA", "Point data", OF_POINT), PARAMETERS, MANAGEMENT))


def below(node: Node) -> tuple[Node, ...]:
    """Return what one step further in can be opened."""
    match node:
        case Branch(entries=entries):
            return entries
        case PointList(of_point=branch):
            return (branch,)
        case _:
            return ()


def nodes(node: Node = MENU) -> Iterator[Node]:
    """Walk the tree, a node before what is below it."""
    yield node
    for one in below(node):
        yield from nodes(one)
