"""One question of a probe: the bytes, how they travel, and how long an answer may take."""

from dataclasses import dataclass

from core.meters.driver import Speed
from core.meters.library.frames import Frame, Known
from core.meters.mapping import ALPHA, DLT645_1997, DLT645_2007, EDMI

IEC62056 = "iec62056-21"
"""The sign-on is the same for all that speak it; the identification tells them apart."""
NATIVES = (DLT645_2007, DLT645_1997, EDMI, IEC62056, ALPHA)
"""Families that are asked without a library."""
LISTEN = 0.6
"""Seconds behind the last byte in which another meter may answer; 0.5 is allowed (dlt645 §1.3)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A read or a sign-on; nothing that needs a password or changes a meter."""

    family: str
    speed: Speed
    raw: bytes
    asks: str
    """What it is, in the words of its standard."""
    wait: float
    """Seconds from its last bit to the first byte of an answer, with the delay of adapters."""
    shortest: int
    longest: int
    """Bytes of an answer."""
    quiet: float = 0.05
    """Least silence before it."""
    farewell: bytes = b""
    """Ends what it has begun in a meter; nobody answers it."""
    address: str = ""
    """Meter that is asked, as its family writes it; empty: whoever hears it."""
    expected: tuple[Frame, ...] = ()
    known: Known | None = None
    """Of a library: what may answer, and what is known of it."""

    @property
    def silent_for(self) -> float:
        """Seconds it takes when nobody answers."""
        return self.quiet + self.wire_time(len(self.raw)) + self.wait

    @property
    def answered_for(self) -> float:
        """Seconds it takes at most."""
        return self.silent_for + self.wire_time(self.longest) + LISTEN

    def wire_time(self, count: int) -> float:
        """Seconds of so many bytes at its speed."""
        return count * byte_time(self.speed)


def byte_time(speed: Speed) -> float:
    """Seconds of one character: start, data, parity, stop."""
    return speed.bits / speed.baud
