"""One exchange over the bytes of a line, as a library describes it: a frame out, one of several in.

Rules
- What is heard is searched for the expected frames at every place; what none of them fits is noise, and tells
  a damaged answer from silence. Wake-up bytes and the echo of the own frame are nothing at all.
- A frame that has begun may take the time of its bytes; a longer pause ends it.
- A line that never rests is given up when the longest answer would be over.
- After silence or noise the same bytes are sent again, ``tries`` times in all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.meters.driver import Outcome, Send
from core.meters.library.frames import Found, Frame, Known, Short
from core.meters.library.model import Timing

QUESTIONS = 20
"""So often a meter may ask in the middle of an exchange."""
LEEWAY = 30.0
"""Seconds that an answer may come later and slower than it should."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The exchange came to nothing."""

    outcome: Outcome
    reason: str


Said = Send | Found | Lost


class Talk:
    """The exchanges of one line, one after the other."""

    def __init__(self, timing: Timing, unasked: Sequence[tuple[Frame, Frame]] = ()) -> None:
        """``unasked``: frames that a meter says in the middle, and what it is told then."""
        self.timing = timing
        self._unasked = {asked.name: answer for asked, answer in unasked}
        self._always = tuple(asked for asked, _ in unasked)
        self.byte_time = 0.0
        """Seconds a byte takes on the line."""
        self.sends = 0
        """Sends of this exchange."""
        self.began = 0.0
        """When the first byte of what was heard last came."""
        self._raw = b""
        self._expected: tuple[Frame, ...] = ()
        self._known = Known()
        self._wakes: frozenset[int] = frozenset()
        self._tries = 0
        self._longest = 0
        self._reply = timing.reply
        self._questions = 0
        self._heard = bytearray()
        self._echo = b""
        self._noise: tuple[int, str] | None = None
        self._until: float | None = None
        self._reply_until = 0.0
        self._latest = 0.0
        """When even the longest answer is over."""
        self._active = -1e9
        """When the line was last busy."""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return None if self._until is None else min(self._until, self._latest)

    def begin(
        self, frame: Frame, known: Known, expected: tuple[Frame, ...], now: float, *,
        tries: int = 0, wait: float = 0.0, reply: float = 0.0,
    ) -> list[Said]:  # fmt: skip
        """Send a frame, ``wait`` seconds from now at the earliest, and expect an answer to it.

        ``EncodeError`` for what the frame cannot carry. ``tries``, ``reply`` 0: those of the library.
        """
        self._raw = frame.built(known)
        self._expected, self._known = (*expected, *self._always), known
        self._wakes = frozenset(byte for one in expected for byte in one.wake)
        self._tries, self.sends, self._noise = tries or self.timing.tries, 0, None
        self._reply, self._questions = reply or self.timing.reply, 0
        self._longest = max((one.longest for one in expected), default=0)
        return [self._send(now, wait)]

    def say(self, frame: Frame, known: Known, now: float, wait: float = 0.0) -> Send:
        """Send a frame that nobody answers."""
        self._raw, self._tries = frame.built(known), 1
        sent = self._send(now, wait)
        self._until = None
        return sent

    def cancel(self) -> None:
        """Give the exchange up."""
        self._until = None

    def _send(self, now: float, wait: float = 0.0) -> Send:
        delay = max(wait, self._active + self.timing.quiet - now, 0.0)
        self.sends += 1
        self._heard.clear()
        self._echo = self._raw
        self._active = now + delay + len(self._raw) * self.byte_time
        self._until = self._reply_until = self._active + self._reply
        self._latest = self._reply_until + self._longest * self.byte_time + LEEWAY
        return Send(self._raw, delay)

    def feed(self, data: bytes, now: float) -> list[Said]:
        """Take bytes that arrived."""
        self._active = max(self._active, now)
        if self._until is None:
            return []
        if not self._heard:
            self.began = now
        self._heard += data
        said = self._searched(now, silent=False)
        return said or (self.tick(now) if now >= self._latest else [])

    def tick(self, now: float) -> list[Said]:
        """Let time pass."""
        if self._until is None or now < min(self._until, self._latest):
            return []
        if self._heard:
            said = self._searched(now, silent=True)
            if said or now < min(self._until or now, self._latest):
                return said
        if self.sends < self._tries:
            return [self._send(now)]
        self._until = None
        if self._noise:
            return [Lost(Outcome.BROKEN, self._noise[1])]
        return [Lost(Outcome.SILENT, f"no answer after {self.sends} tries")]

    def _searched(self, now: float, *, silent: bool) -> list[Said]:
        """Look for a frame; ``silent``: nothing more will come of what has begun."""
        if self._echoed() and not silent:
            self._until = max(self._reply_until, now + self.timing.gap)
            return []
        while self._heard:
            found, missing = self._front()
            if isinstance(found, Found) and found.frame.name in self._unasked:
                return self._reassured(found, now)
            if isinstance(found, Found):
                self._until = None
                return [found]
            if missing and not silent:
                self._until = now + self.timing.gap + missing * self.byte_time
                return []
            self._drop(*found)
        self._until = max(self._reply_until, now if silent else now + self.timing.calm)
        return []

    def _reassured(self, found: Found, now: float) -> list[Said]:
        """Answer what the meter asked in the middle; who never stops asking is waited for in silence."""
        del self._heard[: found.size]
        self._questions += 1
        if self._questions > QUESTIONS:
            return []
        raw = self._unasked[found.frame.name].built(found.known)
        self._echo = b""  # the next question may have the same bytes
        self._active = now + self.timing.quiet + len(raw) * self.byte_time
        self._until = self._reply_until = self._active + self.timing.reply
        self._latest = self._reply_until + self._longest * self.byte_time + LEEWAY
        return [Send(raw, self.timing.quiet)]

    def _echoed(self) -> bool:
        """Take the own frame off the front; tell whether all that came may be the begin of it."""
        if not self._echo or not self._heard:
            return False
        heard = bytes(self._heard)
        if heard.startswith(self._echo):
            del self._heard[: len(self._echo)]
            self._echo = b""
        elif self._echo.startswith(heard):
            return True
        else:
            self._echo = b""
        return False

    def _front(self) -> tuple[Found | tuple[int, str], int]:
        """What stands at the front: a frame, or why none does, and how many bytes one would lack."""
        heard, why, missing = bytes(self._heard), (-1, ""), 0
        for frame in self._expected:
            judged = frame.judge(heard, self._known)
            if isinstance(judged, Found):
                return judged, 0
            if isinstance(judged, Short):
                missing = min(missing, judged.missing) if missing else judged.missing
                why = max(why, (len(heard), f"cut short after {len(heard)} bytes"))
            else:
                why = max(why, (judged.at, judged.reason))
        return why, missing

    def _drop(self, at: int, reason: str) -> None:
        """The byte at the front begins nothing."""
        byte = self._heard.pop(0)
        if byte not in self._wakes and (self._noise is None or at > self._noise[0]):
            self._noise = at, reason
