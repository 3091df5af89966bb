"""What the leaves of the menu show, taken from the domain (device behaviour 3.6)."""

from datetime import datetime

from core.menu_sheets.parameters import PARAMETERS
from core.menu_sheets.points import POINTS
from core.panel.sheets import ArchivedPoint, Sheet, Topic
from core.terminal.concentrator import Concentrator


class TerminalSheets:
    """`core.panel.sheets.Sheets` of a terminal."""

    def __init__(self, terminal: Concentrator) -> None:
        self._terminal = terminal

    def points(self) -> tuple[ArchivedPoint, ...]:
        """Return the archived points by rising number."""
        return tuple(ArchivedPoint(one.point, one.address) for one in self._terminal.archive.meters())

    def sheets(self, topic: Topic, point: int | None, since: datetime) -> tuple[Sheet, ...]:
        """Return the sheets of a topic, none for a point that is not archived."""
        if topic in PARAMETERS:
            return PARAMETERS[topic](self._terminal)
        meter = None if point is None else self._terminal.archive.at(point)
        return () if meter is None else POINTS[topic](self._terminal, meter, since)
