"""What the terminal side hands to its services, and takes back from them."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import SilenceError
from core.gdw376.frame import Frame
from core.gdw376.station import Reach
from core.gdw376.trailer import VENDOR_AFN
from core.gdw376.verdict import BY_UNIT, CONFIRM_ALL, DENY_ALL

CONFIRM, DATA, DENIAL = 0, 8, 9
"""Function codes of answers: 80H, 88H, 89H (part A §1.3)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A whole request of a master, to be executed once."""

    frames: tuple[Frame, ...]
    """One, or all of a multi-frame message; each has its own PW."""
    reach: Reach
    arrived: float
    """When the first byte of the first frame arrived (device behaviour 3.7 K4), seconds."""
    answered: bool = True
    """``False``: whatever the answer is, nothing will be sent."""

    @property
    def afn(self) -> int:
        """AFN of the request."""
        return self.frames[0].afn

    @property
    def payload(self) -> bytes:
        """Data units of all frames."""
        return b"".join(frame.payload for frame in self.frames)

    @property
    def passwords(self) -> tuple[bytes | None, ...]:
        """Every different PW that came with the frames; all of them have to be right."""
        return tuple(dict.fromkeys(frame.aux.pw for frame in self.frames))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers; the session makes frames of it. Frames are cut between blocks."""

    afn: int
    blocks: tuple[bytes, ...]
    function: int = DATA

    @classmethod
    def confirm(cls) -> "Answer":
        """AFN00 F1: everything accepted."""
        return cls(0x00, (CONFIRM_ALL,), CONFIRM)

    @classmethod
    def deny(cls) -> "Answer":
        """AFN00 F2: everything denied, or nothing asked for is there."""
        return cls(0x00, (DENY_ALL,), DENIAL)

    @classmethod
    def verdicts(cls, afn: int, entries: Iterable[tuple[bytes, int]]) -> "Answer":
        """AFN00 F3: ERR (0 is right) for each four-byte identifier of a request with ``afn``."""
        listed = tuple(entries)
        denied = any(err for _, err in listed)
        body = b"".join(identifier + bytes([err]) for identifier, err in listed)
        return cls(0x00, (BY_UNIT + bytes([afn]) + body,), DENIAL if denied else CONFIRM)

    @classmethod
    def silence(cls) -> "Answer":
        """No frame at all."""
        return cls(VENDOR_AFN, ())


@dataclass(frozen=True, slots=True)
class Notice:
    """What the terminal sends by itself: link test (AFN02) or report (AFN0C, 0D, 0E)."""

    afn: int
    blocks: tuple[bytes, ...]
    con: bool = True
    """Ask the master to confirm; F1 of AFN04 decides per class."""


@dataclass(frozen=True, slots=True)
class Serve:
    """Execute this call, then hand the answer to the session."""

    call: Call


@dataclass(frozen=True, slots=True)
class Delivered:
    """A notice was confirmed, or sent where none was asked for; ``accepted`` is false after a denial."""

    notice: Notice
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Undelivered:
    """No confirmation came for a notice."""

    notice: Notice
    error: SilenceError
