"""One request and its answer on a line (§4.1, §4.2).

Rules
- Who-are-you is repeated quickly, everything else is sent once: what a lost packet costs is decided by the
  session, which knows where it can begin again without reading anything twice.
- A meter that asks in the middle whether we are there is told so, and the answer is waited for again.
- An echo of the own packet is nothing.
"""

from dataclasses import dataclass, replace

from core.errors import UsageError
from core.meters.alpha import packets as p
from core.meters.alpha.reader import GAP, Reader, Received
from core.meters.driver import Send, Speed
from core.wire.scan import Noise

LARGEST = 134
"""Bytes of the longest packet."""
QUESTIONS = 20
"""So often a meter may ask whether we are there before it is not believed."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Times in seconds."""

    reply: float = 2.0
    """From the last bit of a request to the first byte of the answer."""
    gap: float = GAP
    """Longest gap between two bytes of an answer."""
    quiet: float = 0.03
    """Least silence before a request."""
    wake: float = 0.3
    """Between two who-are-you."""
    wakes: int = 30
    """So often who-are-you is sent."""
    busy: float = 1.0
    """Before a meter that was busy is asked again."""
    per_byte: float = 0.0
    """Seconds that one byte takes on the line."""

    def at(self, speed: Speed) -> "Timings":
        """Return the same times for a line of this speed."""
        return replace(self, per_byte=speed.bits / speed.baud)


@dataclass(frozen=True, slots=True)
class Answered:
    """The exchange is over."""

    reply: p.Identity | p.Reply
    sends: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nobody answered. ``heard``: why what came was no answer, empty if nothing came."""

    heard: str
    sends: int


Said = Send | Answered | Failed
ALIVE = p.encode_request(p.Short(p.ALIVE))


@dataclass(slots=True)
class _Open:
    """The exchange under way."""

    request: p.Request
    raw: bytes
    sends: int = 0
    questions: int = 0
    deadline: float = 0.0
    latest: float = 0.0
    heard: str = ""


class Conversation:
    """One exchange after the other on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self.timings = timings or Timings()
        self._open: _Open | None = None
        self._reader = Reader(self._size, self.timings.gap)
        self._quiet_at = float("-inf")
        self._echo = b""
        """What was sent and may come back."""
        self._maybe = b""

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        own, pending = self._open.deadline if self._open else None, self._reader.deadline
        return pending if own is None else own if pending is None else min(own, pending)

    def begin(self, request: p.Request, now: float, delay: float = 0.0) -> list[Said]:
        """Start an exchange after ``delay`` seconds; ``EncodeError`` for what the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A request is under way.", "Wait for its end or cancel it.")
        self._open = _Open(request, p.encode_request(request))
        self._reader.clear()
        return [self._send(self._open, now, delay)]

    def say(self, request: p.Short, now: float) -> Send:
        """Say what is not answered."""
        raw = p.encode_request(request)
        delay = max(0.0, self._quiet_at - now)
        self._quiet_at = now + delay + self.timings.per_byte * len(raw) + self.timings.quiet
        return Send(raw, delay)

    def cancel(self) -> None:
        """Give the exchange up; its answer will not be heard."""
        self._open = None

    def feed(self, data: bytes, now: float) -> list[Said]:
        """Take bytes that arrived."""
        self._quiet_at = now + self.timings.quiet
        self._reader.gap = self.timings.gap
        events = self._reader.feed(self._without_echo(data), now)
        if self._open is not None and self._reader.deadline is not None:
            self._reader.gap += self._reader.missing * self.timings.per_byte
            self._open.deadline = min(max(self._open.deadline, self._reader.deadline), self._open.latest)
        return self._judge(events, now)

    def tick(self, now: float) -> list[Said]:
        """Let time pass: what the reader holds counts before the exchange is over."""
        if said := self._judge(self._reader.tick(now), now):
            return said
        open_ = self._open
        if open_ is None or now < open_.deadline:
            return []
        if isinstance(open_.request, p.WhoAreYou) and open_.sends < self.timings.wakes:
            return [self._send(open_, now)]
        self._open = None
        return [Failed(open_.heard, open_.sends)]

    def _size(self, head: bytes) -> int | None:
        return p.reply_size(head, self._open.request) if self._open else 0

    def _without_echo(self, data: bytes) -> bytes:
        """Drop what a two-wire adapter gives back; what only begins like it is held until that is known."""
        if not self._echo:
            return data
        joined, self._maybe = self._maybe + data, b""
        if self._echo.startswith(joined) and joined != self._echo:
            self._maybe = joined
            return b""
        rest = joined[len(self._echo) :] if joined.startswith(self._echo) else joined
        self._echo = b""
        return rest

    def _send(self, open_: _Open, now: float, delay: float = 0.0) -> Send:
        delay = max(delay, self._quiet_at - now)
        open_.sends += 1
        sent = now + delay + self.timings.per_byte * len(open_.raw)
        first = isinstance(open_.request, p.WhoAreYou)
        open_.deadline = sent + (self.timings.wake if first else self.timings.reply)
        self._quiet_at = sent + self.timings.quiet
        self._echo, self._maybe = open_.raw, b""
        open_.latest = open_.deadline + self.timings.gap + LARGEST * self.timings.per_byte
        return Send(open_.raw, delay)

    def _judge(self, events: list[Received | Noise], now: float) -> list[Said]:
        said: list[Said] = []
        for event in events:
            open_ = self._open
            if open_ is None:
                break
            if isinstance(event, Noise):
                open_.heard = event.reason
                continue
            reply = p.decode_reply(event.raw, open_.request)
            if isinstance(reply, p.Short):
                said += self._reassure(open_, now)
            else:
                self._open = None
                said.append(Answered(reply, open_.sends))
        return said

    def _reassure(self, open_: _Open, now: float) -> list[Said]:
        open_.questions += 1
        if open_.questions > QUESTIONS:
            return []
        sent = now + self.timings.quiet + self.timings.per_byte * len(ALIVE)
        open_.deadline = sent + self.timings.reply
        open_.latest = open_.deadline + self.timings.gap + LARGEST * self.timings.per_byte
        return [Send(ALIVE, self.timings.quiet)]
