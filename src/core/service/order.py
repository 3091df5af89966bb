"""What a channel hands to the service, and what it gets back: an answer, or one that takes its time."""

from collections.abc import Awaitable
from dataclasses import dataclass

from core.gdw376.frame import Frame
from core.gdw376.message import Item
from core.terminal.access import Channel


@dataclass(frozen=True, slots=True)
class Order:
    """One message from outside, decoded; its frames may be several."""

    channel: Channel
    afn: int
    items: tuple[Item, ...]
    msa: int = 0
    passwords: tuple[bytes | None, ...] = (None,)
    """Each different PW of the frames; ``None`` stands for a frame without one."""
    arrived: float | None = None
    """Monotonic time of the first byte; decides about the programming switch (K4)."""
    payload: bytes = b""
    """The bytes that ``items`` were read from: AFN F0H has no data units."""
    con: bool = False
    """The sender asks for a confirmation."""
    frames: tuple[Frame, ...] = ()
    """As they came: equal ones are a repetition."""
    serial: bool = True
    """It came over a port with a speed, not over a network in its place."""

    @property
    def readable(self) -> bool:
        """True when there are units and all are known; the content of one may still be broken."""
        return bool(self.items) and all(
            item.fn and (item.value is not None or item.error) for item in self.items
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Data units to send back under an AFN; ``restart`` asks for a reset once they are sent."""

    afn: int
    items: tuple[Item, ...]
    restart: bool = False
    raw: bytes = b""
    """In place of data units, in AFN F0H."""


Served = Answer | Awaitable[Answer]
"""Relays answer when the meter has; other lines are served meanwhile."""
