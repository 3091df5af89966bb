"""How long either side of a session waits; one value per kind of line (part A §1.6, §2.5)."""

from collections.abc import Callable
from dataclasses import dataclass, replace


def no_time(_: int) -> float:
    """Wire time of a line that has none worth counting (network)."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Timings:
    """Times in seconds. Waiting starts when the last bit has left, which ``wire_time`` tells in advance."""

    reply: float
    """From the last bit of a request to the end of a short answer; activity on the line prolongs it."""
    following: float
    """From one frame of a multi-frame answer to the end of the next."""
    silence: float
    """Silence that ends a frame, besides five characters."""
    turnaround: float = 0.0
    """Terminal: pause before an answer."""
    between: float = 0.0
    """Pause between frames sent one after the other."""
    retries: int = 2
    """Master: how often a request is sent again after silence."""
    wire_time: Callable[[int], float] = no_time
    """Seconds the line needs for so many bytes."""

    @property
    def idle(self) -> float:
        """Least pause between two frames: 33 bit times, a character has ten."""
        return 3.3 * self.wire_time(1)

    @property
    def byte_gap(self) -> float:
        """Silence after which a reader gives up an unfinished frame."""
        return self.silence + 5 * self.wire_time(1)

    def over(self, wire_time: Callable[[int], float]) -> "Timings":
        """Return the same times for a line of another speed."""
        return replace(self, wire_time=wire_time)


SERIAL = Timings(reply=3.0, following=3.0, silence=0.1, turnaround=0.05, between=0.02)
IR = Timings(reply=10.0, following=5.0, silence=0.1, turnaround=0.05, between=0.02)
TCP = Timings(reply=10.0, following=10.0, silence=5.0)
