"""What both ends of a bus say to the one who holds the line: commands, requests, replies, times."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.errors import SilenceError
from core.meters.dlt645.address import BROADCAST, is_wild
from core.meters.dlt645.answers import Refusal
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import WAKE_UP, Frame
from core.wire.record import Record


def no_time(_: int) -> float:
    """Wire time of a line that has none worth counting."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Timings:
    """Times in seconds (dlt645 §1.3)."""

    reply: float = 1.0
    """From the last bit of a request to the first byte of the answer; a meter may take 0.5."""
    gap: float = 0.5
    """Longest gap between two bytes of a frame."""
    pause: float = 0.02
    """Least silence between a frame and the next one."""
    delay: float = 0.02
    """Meter: from the end of a request to the answer."""
    repeats: int = 1
    """How often a request is sent again after silence."""
    wake_up: bytes = WAKE_UP
    """FEH in front of each frame."""
    wire_time: Callable[[int], float] = no_time
    """Seconds the line needs for so many bytes."""

    def over(self, wire_time: Callable[[int], float]) -> "Timings":
        """Return the same times for a line of another speed."""
        return replace(self, wire_time=wire_time)


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``raw`` (with its wake-up bytes) after ``delay`` seconds."""

    raw: bytes
    frame: Frame
    delay: float = 0.0
    attempt: int = 1
    """2 and more: the same frame again."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A correct frame that this end takes no part in, and why; for the trace."""

    frame: Frame
    reason: str


SILENT_2007 = frozenset({0x08, 0x16, 0x1D})
"""Functions that may go to all meters; nobody answers then."""
NEVER_WILD = frozenset({0x14, 0x17, 0x19, 0x1A, 0x1B, 0x1C})
"""Functions that a meter refuses to hear under an address of only AA (dlt645 §2.2)."""
WILD_1997 = frozenset({0x01, 0x02})
BROADCAST_1997 = frozenset({0x01, 0x02, 0x08, 0x0A})


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to ask one meter."""

    address: str
    record: Record
    edition: Edition = Edition.V2007

    @property
    def code(self) -> str:
        """The identifier asked for, empty where the function has none."""
        return getattr(self.record, "code", "")

    def answered(self, function: int) -> bool:
        """Tell whether a meter answers at all."""
        if self.edition is Edition.V1997:
            return function != 0x08
        return self.address != BROADCAST

    def from_anyone(self, function: int) -> bool:
        """Tell whether the answer may carry another address: nobody knows it, or it has just changed."""
        return is_wild(self.address) or self.address == BROADCAST or function in (0x0A, 0x15)


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of a request that a meter answered, or that none should."""

    request: Request
    frames: tuple[Frame, ...] = ()
    meaning: Any = None
    """Record of the last frame; ``None`` when nobody answers by rule."""
    content: bytes = b""
    """Data behind the identifier, of all frames together."""

    @property
    def address(self) -> str:
        """Who answered."""
        return self.frames[-1].address if self.frames else ""

    @property
    def refusal(self) -> Refusal | None:
        """The error word, if the meter refused."""
        return self.meaning if self.frames and self.frames[-1].negative else None


@dataclass(frozen=True, slots=True)
class Completed:
    """The request is over: answered, refused, or sent where nobody answers."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Failed:
    """Nobody answered within the tries, or the answer stayed incomplete."""

    request: Request
    error: SilenceError
    frames: tuple[Frame, ...] = ()
