"""What the leaves of the menu show, as plain values: whoever owns the terminal fills them when one is opened.

Labels and worded values stand here in English; the page puts them into the language of the glass
(`Texts.say`). Values of meters keep the digits of the meter.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Topic(Enum):
    """What a leaf shows (device behaviour 3.6)."""

    CURRENT = "current data"
    DAY = "day freeze"
    READING_DAY = "reading-day freeze"
    MONTH = "month freeze"
    HOUR = "hour freeze"
    ARCHIVE = "archive entry"
    READ_NOW = "read now"
    COMMUNICATION = "communication"
    READING = "reading"
    METERS = "meter archive"
    EVENTS = "events"
    TERMINAL = "terminal"
    PORTS = "ports"


@dataclass(frozen=True, slots=True)
class Line:
    """A label and a value, the value against the right edge; ``close`` puts it one space behind the label."""

    label: str
    value: str = ""
    close: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines that belong together; neighbours with the same ``title`` and ``when`` are numbered as one."""

    title: str
    when: str = ""
    lines: tuple[Line, ...] = ()
    foot: str = ""
    """What the numbers are, in front of the page number."""


@dataclass(frozen=True, slots=True)
class ArchivedPoint:
    """A point to choose."""

    point: int
    address: str


class Sheets(Protocol):
    """Looks up what a leaf shows. Asked when the leaf is opened and once a second while it shows."""

    def points(self) -> tuple[ArchivedPoint, ...]:
        """Return the archived points by rising number."""
        ...

    def sheets(self, topic: Topic, point: int | None, since: datetime) -> tuple[Sheet, ...]:
        """Return the sheets of a topic; ``since`` is when the leaf was opened, by the terminal's clock."""
        ...


class NoSheets:
    """Nothing is archived, nothing is known."""

    def points(self) -> tuple[ArchivedPoint, ...]:
        """Return no point."""
        return ()

    def sheets(self, topic: Topic, point: int | None, since: datetime) -> tuple[Sheet, ...]:
        """Return nothing."""
        return ()


NO_SHEETS = NoSheets()
