"""Joining the frames of one downlink message; FIR and FIN of single ones are not trusted (part A §2.2, §13).

- With nothing open, a query without FIR is a message of its own. An acting frame without FIR is one only with
  neither bit and number 0: masters are known that send every single frame as SEQ 80H or 00H, and the same
  masters send C1 82 A3 for a message of three. Otherwise its head was lost, and it is refused.
- An open message takes only the next number of the same AFN from the same master. Anything else that is not a
  new first frame breaks it, and a broken message is refused, not executed in part.
"""

from enum import Enum

from core.gdw376.frame import PW_AFNS, Frame

PATIENCE = 60.0
"""Seconds an unfinished message waits for its next frame; covers all retries of a master."""
MOST_FRAMES = 256


class Join(Enum):
    """What a frame did to the message."""

    COMPLETE = "complete"
    MORE = "more"
    BROKEN = "broken"


class Assembly:
    """The message being received."""

    def __init__(self) -> None:
        self._frames: list[Frame] = []
        self._broken = False
        self._until: float | None = None

    @property
    def deadline(self) -> float | None:
        """When an unfinished message is forgotten."""
        return self._until

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, frame: Frame, now: float) -> Join:
        """Take the next new frame."""
        seq = frame.seq
        if seq.fir or self._stands_alone(frame):
            self._frames = [frame]
            self._broken = False
            return self._join(complete=seq.fin or not seq.fir, now=now)
        if not self._continues(frame):
            self._frames = []
            self._broken = not seq.fin
            self._until = now + PATIENCE if self._broken else None
            return Join.BROKEN
        self._frames.append(frame)
        return self._join(complete=seq.fin, now=now)

    def take(self) -> tuple[Frame, ...]:
        """Return the frames of the complete message and forget them."""
        frames = tuple(self._frames)
        self._frames = []
        return frames

    def tick(self, now: float) -> None:
        """Let ``now`` pass."""
        if self._until is not None and now >= self._until:
            self._frames, self._broken, self._until = [], False, None

    def _join(self, *, complete: bool, now: float) -> Join:
        self._until = None if complete else now + PATIENCE
        return Join.COMPLETE if complete else Join.MORE

    def _stands_alone(self, frame: Frame) -> bool:
        if self._frames or self._broken:
            return False
        return frame.afn not in PW_AFNS or not (frame.seq.fin or frame.seq.number)

    def _continues(self, frame: Frame) -> bool:
        if not self._frames:
            return False
        last = self._frames[-1]
        following = (last.seq.number + 1) & 15 == frame.seq.number
        same = frame.afn == last.afn and frame.address == last.address
        return following and same and len(self._frames) < MOST_FRAMES
