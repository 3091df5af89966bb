"""Meters of one family on a bus: who of them hears a request, and what they say to it.

A bus serves any number of groups; each listens to the same bytes with a reader of its own. Another family is
another `Group`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.lines.line import SerialSettings
from core.simulation.air import Saying


class Listener(Protocol):
    """The ear of a group on one line."""

    def feed(
        self, data: bytes, arrived: float, now: datetime, settings: SerialSettings | None
    ) -> Sequence[Saying]:
        """Take bytes that arrived (``arrived`` in monotonic seconds) and return the answers to them.

        With ``settings`` only meters of that speed and shape of character understand them.
        """
        ...


class Group(Protocol):
    """Meters of one family."""

    def listener(self) -> Listener:
        """Return an ear for another line."""
        ...
