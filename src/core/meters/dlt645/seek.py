"""Who is there: one request to a wildcard address, and everything that answers it (dlt645 §1.1, §2.2)."""

from core.meters.dlt645 import requests as r
from core.meters.dlt645.control import Edition
from core.meters.dlt645.driver import timings_at
from core.meters.dlt645.exchange import Timings
from core.meters.dlt645.frame import encode_frame
from core.meters.dlt645.messages import request_frame
from core.meters.dlt645.reader import Reader, Received
from core.meters.driver import Over, Send, Speed, Step

ANYTHING = "9010"
"""What a meter of 1997 is asked for, since it has no order to tell its address."""
LISTEN = 0.6
"""Seconds behind the last byte in which another meter may answer; 0.5 is allowed (dlt645 §1.3)."""


class Seek:
    """One step of a search; ``address`` or ``collided`` is the result."""

    def __init__(self, pattern: str, edition: Edition, speed: Speed) -> None:
        """``pattern``: twelve characters, A on top for any digit."""
        self.speed = speed
        self.deadline: float | None = None
        self._timings = timings_at(Timings(), speed)
        record = r.Read1997(ANYTHING) if edition is Edition.V1997 else r.ReadAddress()
        self._frame = request_frame(pattern, record, edition)
        self._reader = Reader()
        self._found: set[str] = set()
        self._noise = False

    @property
    def address(self) -> str | None:
        """The only meter that answered."""
        return next(iter(self._found)) if len(self._found) == 1 and not self._noise else None

    @property
    def collided(self) -> bool:
        """Several answered."""
        return self._noise or len(self._found) > 1

    def begin(self, now: float) -> list[Step]:
        """Ask."""
        raw = self._timings.wake_up + encode_frame(self._frame)
        delay = self._timings.pause
        self.deadline = now + delay + self._timings.wire_time(len(raw)) + self._timings.reply
        return [Send(raw, delay)]

    def feed(self, data: bytes, now: float) -> list[Step]:
        """Collect addresses; bytes that are no frame are several meters at once."""
        for event in self._reader.feed(data, now):
            if not isinstance(event, Received):
                self._noise = True
            elif event.frame.reply:
                self._found.add(event.frame.address)
        self.deadline = max(self.deadline or now, now + LISTEN)
        return []

    def tick(self, now: float) -> list[Step]:
        """End when all is quiet; what the reader still holds is damage."""
        if self.deadline is None or now < self.deadline:
            return []
        self._noise = self._noise or bool(self._reader.pending.strip(b"\xfe"))
        return [Over()]
