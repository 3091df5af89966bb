"""What both session roles ask for: bytes to send, and frames they had no use for."""

from dataclasses import dataclass

from core.gdw376.frame import Frame


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``raw`` after ``delay`` seconds, counted from now and from the end of the ``Send`` before it."""

    raw: bytes
    frame: Frame
    delay: float = 0.0
    attempt: int = 1
    """2 and more: the same frame again."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A correct frame that this session does not take part in, and why; for the trace."""

    frame: Frame
    reason: str
