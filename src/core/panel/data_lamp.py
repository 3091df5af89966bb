"""The two-colour lamp of a data line: red while the terminal sends, green while it receives (M176).

Traffic is noted chunk by chunk; each note asks for one flash. A flash lasts 150 ms so that it is seen,
flashes of one colour are parted by a dark moment so that steady traffic blinks, and a note that comes while
enough is already waiting is dropped: the lamp never lags behind the line (device behaviour part 4).
"""

from enum import Enum
from typing import NamedTuple

FLASH = 0.150
DARK = 0.100
BACKLOG = 0.150
"""How far in the future a flash may start, seconds; a reply directly after a request still gets its own."""


class Glow(Enum):
    """Colour of a lamp; ``OFF`` is dark."""

    OFF = "off"
    GREEN = "green"
    RED = "red"


SENDING, RECEIVING = Glow.RED, Glow.GREEN


class Flash(NamedTuple):
    """One flash, in monotonic seconds."""

    glow: Glow
    start: float

    def glow_at(self, now: float) -> Glow:
        """Colour at ``now``, ``OFF`` outside the flash."""
        return self.glow if self.start <= now < self.start + FLASH else Glow.OFF


class DataLamp(NamedTuple):
    """A lamp with the flashes that may still show: the present one and at most one waiting."""

    flashes: tuple[Flash, ...] = ()

    def noted(self, glow: Glow, now: float) -> "DataLamp":
        """Return the lamp after traffic at ``now``; ``glow`` is ``SENDING`` or ``RECEIVING``."""
        if not self.flashes:
            return DataLamp((Flash(glow, now),))
        last = self.flashes[-1]
        free = last.start + FLASH + (DARK if last.glow is glow else 0.0)
        if free - now > BACKLOG:
            return self
        return DataLamp((last, Flash(glow, max(now, free))))

    def glow_at(self, now: float) -> Glow:
        """Colour at ``now``."""
        shown = [flash.glow for flash in self.flashes if flash.glow_at(now) is not Glow.OFF]
        return shown[-1] if shown else Glow.OFF


QUIET = DataLamp()
"""A lamp that has seen no traffic."""
