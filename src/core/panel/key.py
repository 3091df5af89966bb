"""The one key of the face (device behaviour 3.7): edges in, strokes out, time as an argument.

Rules. An edge counts when the level has been stable for 30 ms, and it counts from its own time. Below 5 s
the stroke is decided at release (short below 2 s, else hold); 5 s, 30 s and 60 s act while held, and a
release after 5 s says nothing more (K1). Ticks may come late or rarely: every threshold is judged by the
time of the edges, not of the tick.

Scripted strokes (``tap``, ``hold``) stand for a finger where a keyboard cannot report a release (K8): they
start at the next tick and run on the time of the ticks. A release by hand ends them.
"""

from collections import deque
from enum import Enum

DEBOUNCE = 0.030
HOLD, PROGRAM, USB, STUCK = 2.0, 5.0, 30.0, 60.0
TAP_LENGTH = 0.2
SCRIPT_GAP = 0.1
_ROUNDING = 1e-6  # sums of seconds are not exact; a scripted 5 s must count as 5 s


class Stroke(Enum):
    """What one use of the key meant."""

    SHORT = "short"
    HOLD = "hold"
    PROGRAM = "5 s"
    USB = "30 s"
    STUCK = "60 s"


THRESHOLDS = ((PROGRAM, Stroke.PROGRAM), (USB, Stroke.USB), (STUCK, Stroke.STUCK))


class Key:
    """The key with its debounce, bands and script."""

    def __init__(self) -> None:
        self._contact = False
        self._edge = float("-inf")
        self._down_at: float | None = None
        self._passed = 0
        self._script: deque[float] = deque()
        self._script_at: float | None = None

    @property
    def down(self) -> bool:
        """Tell whether the contact is closed, for drawing the button."""
        return self._contact

    def held(self, now: float) -> float | None:
        """Seconds the key has been held, ``None`` while it is up."""
        if self._down_at is None:
            return None
        return (now if self._contact else self._edge) - self._down_at

    def press(self, now: float) -> list[Stroke]:
        """Close the contact; without effect while a scripted stroke runs."""
        return [] if self._script_at is not None else self._move(True, now)

    def release(self, now: float) -> list[Stroke]:
        """Open the contact; a running script ends here, one that still waits for the hand stays."""
        if self._script_at is not None:
            self._script.clear()
            self._script_at = None
        return self._move(False, now)

    def tap(self) -> None:
        """Queue a short stroke."""
        self.hold(TAP_LENGTH)

    def hold(self, seconds: float) -> None:
        """Queue a stroke that holds the key for ``seconds``."""
        self._script.append(seconds)

    def tick(self, now: float) -> list[Stroke]:
        """Let time pass and return the strokes that became certain, in order."""
        if self._script_at is None and self._script and not self._contact and self._down_at is None:
            self._script_at = now
        strokes: list[Stroke] = []
        while self._script_at is not None and self._script_at <= now:
            strokes += self._play(self._script_at)
        return strokes + self._settle(now)

    def _play(self, at: float) -> list[Stroke]:
        """Carry out the next move of the script: press, release, or end after the gap."""
        if self._contact:
            self._script_at = at + SCRIPT_GAP
            return self._move(False, at)
        if not self._script:
            self._script_at = None
            return []
        self._script_at = at + self._script.popleft()
        return self._move(True, at)

    def _move(self, contact: bool, now: float) -> list[Stroke]:
        strokes = self._settle(now)
        if contact is not self._contact:
            self._contact, self._edge = contact, now
        return strokes

    def _settle(self, now: float) -> list[Stroke]:
        """Accept an edge that has been stable long enough, and fire the thresholds passed until then."""
        strokes: list[Stroke] = []
        stable = now + _ROUNDING >= self._edge + DEBOUNCE
        if stable and self._contact and self._down_at is None:
            self._down_at, self._passed = self._edge, 0
        if self._down_at is not None:
            strokes += self._thresholds((now if self._contact else self._edge) - self._down_at)
        if stable and not self._contact and self._down_at is not None:
            strokes += self._band(self._edge - self._down_at)
            self._down_at = None
        return strokes

    def _thresholds(self, held: float) -> list[Stroke]:
        reached = [stroke for seconds, stroke in THRESHOLDS if held + _ROUNDING >= seconds]
        fresh = reached[self._passed :]
        self._passed = len(reached) if fresh else self._passed
        return fresh

    def _band(self, held: float) -> list[Stroke]:
        if self._passed:
            return []
        return [Stroke.HOLD if held + _ROUNDING >= HOLD else Stroke.SHORT]
