"""One command and its answer on a line: sequence, silence, repeats, quiet (meter protocols §3.7).

Rules
- A command that nobody answers is sent again with the same sequence, so an answer that comes late is still
  the answer; those of commands before carry another sequence and are not.
- A meter answers nothing to a wrong CRC: damage shows as silence, told apart by what was heard.
- A meter that was late once is waited for longer from then on, and what it will still say to the repeat is
  let pass before the next command.
- "Not ready" is asked again after a second; every other refusal is an answer.
"""

from dataclasses import dataclass, replace

from core.errors import DecodeError, UsageError
from core.meters.driver import Send, Speed
from core.meters.edmi import commands as c
from core.meters.edmi.address import digits_of
from core.meters.edmi.frame import Frame, Header, encode_frame
from core.meters.edmi.reader import GAP, Reader, Received
from core.wire.scan import Noise

HOST = 1
"""Our end; free to choose (§3.1)."""
SEQUENCES = 0x7FFF
"""Sequences run from 1 to this one."""
LATEST = 4.0
"""Seconds after which no answer of a slow meter is waited for."""
LONGEST = 512
"""Bytes of a long answer: what may be under way without a pause being seen."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Times in seconds."""

    reply: float = 2.0
    """From the last bit of a command to the first byte of the answer; meters take 0.5 to 3."""
    gap: float = GAP
    """Longest gap between two bytes of an answer."""
    quiet: float = 0.05
    """Least silence before a command."""
    repeats: int = 2
    """How often a command is sent again after silence."""
    busy: float = 1.0
    """After "not ready"."""
    per_byte: float = 0.0
    """Seconds that one byte takes on the line."""

    def at(self, speed: Speed) -> "Timings":
        """Return the same times for a line of this speed."""
        return replace(self, per_byte=speed.bits / speed.baud)


@dataclass(frozen=True, slots=True)
class Answered:
    """The exchange is over; ``sends`` tells how often the command had to be sent."""

    answer: c.Answer
    sends: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nobody answered. ``heard``: why what came was no answer, empty if nothing came."""

    heard: str
    sends: int


Said = Send | Answered | Failed


@dataclass(slots=True)
class _Open:
    """The exchange under way."""

    command: c.Command
    header: Header
    raw: bytes
    repeats: int
    sends: int = 0
    busy: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    """When the first and the last send were through."""
    deadline: float = 0.0
    latest: float = 0.0
    again_at: float | None = None
    """When a meter that was not ready is asked again."""
    heard: str = ""


class Conversation:
    """One exchange after the other on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self._reader = Reader()
        self.timings = timings or Timings()
        self._open: _Open | None = None
        self._sequence = 0
        self._quiet_at = float("-inf")
        self._patience: dict[int, float] = {}
        """Seconds that meters which were late are waited for."""

    @property
    def timings(self) -> Timings:
        """May be exchanged between two exchanges: another speed."""
        return self._timings

    @timings.setter
    def timings(self, timings: Timings) -> None:
        self._timings = timings
        self._reader.gap = timings.gap + timings.per_byte * LONGEST

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        if self._open is None:
            return self._reader.deadline
        own = self._open.deadline if self._open.again_at is None else self._open.again_at
        return own if self._reader.deadline is None else min(own, self._reader.deadline)

    def begin(self, meter: int, command: c.Command, now: float, repeats: int | None = None) -> list[Said]:
        """Start an exchange; ``EncodeError`` for what the wire cannot carry."""
        if self._open is not None:
            raise UsageError("A command is under way.", "Wait for its end or cancel it.")
        self._sequence = self._sequence % SEQUENCES + 1
        header = Header(meter, HOST, self._sequence)
        raw = encode_frame(Frame(c.command_body(command), header))
        self._open = _Open(command, header, raw, self._timings.repeats if repeats is None else repeats)
        return [self._send(self._open, now)]

    def cancel(self) -> None:
        """Give the exchange up; its answer will not be heard."""
        self._open = None

    def feed(self, data: bytes, now: float) -> list[Said]:
        """Take bytes that arrived."""
        self._quiet_at = now + self._timings.quiet
        events = self._reader.feed(data, now)
        if self._open is not None and self._reader.pending:
            wanted = now + self._reader.gap
            self._open.deadline = min(max(self._open.deadline, wanted), self._open.latest)
        return self._judge(events, now)

    def tick(self, now: float) -> list[Said]:
        """Let time pass: what the reader holds counts before the command is repeated."""
        if said := self._judge(self._reader.tick(now), now):
            return said
        open_ = self._open
        if open_ is None:
            return []
        if open_.again_at is not None:
            return [self._send(open_, now)] if now >= open_.again_at else []
        if now < open_.deadline:
            return []
        if open_.sends <= open_.repeats:
            return [self._send(open_, now)]
        self._open = None
        return [Failed(open_.heard, open_.sends)]

    def _send(self, open_: _Open, now: float) -> Send:
        delay = max(0.0, self._quiet_at - now)
        open_.sends, open_.again_at = open_.sends + 1, None
        sent = now + delay + self._timings.per_byte * len(open_.raw)
        open_.first_at, open_.last_at = open_.first_at if open_.sends > 1 else sent, sent
        patience = self._patience.get(open_.header.destination, self._timings.reply)
        open_.deadline = sent + patience
        open_.latest = open_.deadline + self._reader.gap
        self._quiet_at = sent + self._timings.quiet
        return Send(open_.raw, delay)

    def _judge(self, events: list[Received | Noise], now: float) -> list[Said]:
        for event in events:
            open_ = self._open
            if open_ is None:
                break
            if isinstance(event, Noise):
                open_.heard = event.reason
            elif event.raw != open_.raw:
                reason = _foreign(open_.header, event.frame)
                if not reason:
                    return self._take(open_, event.frame, now)
                open_.heard = reason
        return []

    def _take(self, open_: _Open, frame: Frame, now: float) -> list[Said]:
        """Take a frame that carries the answer; one that fits not the command is none."""
        try:
            answer = c.answer_in(frame.body)
        except DecodeError as error:
            open_.heard = error.reason
            return []
        if not _fits(open_.command, answer):
            open_.heard = "an answer to something else"
            return []
        if answer == c.Refused(c.Code.NOT_READY) and open_.busy < self._timings.repeats:
            open_.busy, open_.again_at = open_.busy + 1, now + self._timings.busy
            open_.sends = 0
            return []
        self._open = None
        if open_.sends > 1 and not open_.heard:
            self._late(open_, now)
        return [Answered(answer, open_.sends)]

    def _late(self, open_: _Open, now: float) -> None:
        """Learn from an answer that met a repeat; the repeat will be answered as late."""
        delay = now - open_.first_at
        if delay < LATEST:
            self._patience[open_.header.destination] = min(delay + self._timings.gap, LATEST)
            self._quiet_at = max(self._quiet_at, open_.last_at + delay + self._timings.gap)


def _foreign(sent: Header, frame: Frame) -> str:
    """Tell why a frame is not the answer that is waited for; empty if it is."""
    header = frame.header
    if header is None:
        return "a frame without addresses"
    if header.source != sent.destination or header.destination != sent.source:
        return f"a frame of {digits_of(header.source)} for {digits_of(header.destination)}"
    return "" if header.sequence == sent.sequence else "a late answer"


def _fits(command: c.Command, answer: c.Answer) -> bool:
    match answer:
        case c.Refused():
            return True
        case c.Accepted():
            return isinstance(command, c.Login | c.Logout | c.Attention | c.Write)
        case c.Content(register, _, wide):
            return command == c.Read(register, wide)
        case c.Contents():
            return isinstance(command, c.ReadMany)
        case c.Description(register, wide=wide):
            return command == c.Information(register, wide)
        case c.Strange():
            return False
