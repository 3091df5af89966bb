"""The master's end of a meter bus, without a line: frames and time in, commands out (dlt645 §12).

Rules
- One request at a time. The caller sends what ``Send`` holds, hands in every frame that arrives and calls
  ``tick`` at ``deadline``.
- After silence the same frame goes out again; a refusal is an answer and final.
- An answer carries D7, the same function, the address asked (AA matches anything) and the same identifier.
  Everything else, an echo of the own frame above all, is ignored and told.
- While D5 says that more follows, the next part is asked for by itself: in 2007 with a number from 1 that the
  part repeats, in 1997 with the identifier alone.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from core.errors import DecodeError, EncodeError, SilenceError, UsageError
from core.meters.dlt645.address import WILD, answers
from core.meters.dlt645.answers import Part2007
from core.meters.dlt645.control import Edition
from core.meters.dlt645.exchange import (
    NEVER_WILD,
    Completed,
    Failed,
    Ignored,
    Reply,
    Request,
    Send,
    Timings,
)
from core.meters.dlt645.frame import Frame, encode_frame
from core.meters.dlt645.messages import meaning_of, request_frame
from core.meters.dlt645.requests import FollowUp1997, FollowUp2007

MasterCommand = Send | Completed | Failed | Ignored
LARGEST_FRAME = 267
ECHO = "echo of the own frame"
"""Reason to ignore what a two-wire adapter gives back."""
_READS = frozenset({0x01, 0x02, 0x11, 0x12})


@dataclass(slots=True)
class _Open:
    """The exchange under way."""

    request: Request
    frame: Frame
    """What waits for its answer: the request itself or a follow-up."""
    attempt: int = 1
    got: list[Frame] = field(default_factory=list[Frame])
    content: bytes = b""
    deadline: float = 0.0
    latest: float = 0.0


class MeterMaster:
    """Asks one meter after the other on one line."""

    def __init__(self, timings: Timings | None = None, *, port: str = "line") -> None:
        self.timings = timings or Timings()
        self._port = port
        self._open: _Open | None = None
        self._quiet = float("-inf")

    @property
    def busy(self) -> bool:
        """A request is under way."""
        return self._open is not None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._open.deadline if self._open else None

    def begin(self, request: Request, now: float) -> list[MasterCommand]:
        """Start a request at ``now`` (seconds).

        ``UsageError`` while another is under way; ``EncodeError`` for what cannot or must not be sent.
        """
        if self._open is not None:
            raise UsageError("A request is under way.", "Wait for its end or cancel it.")
        frame = request_frame(request.address, request.record, request.edition)
        if frame.address == WILD and frame.function in NEVER_WILD and request.edition is Edition.V2007:
            raise EncodeError("this function needs the address of one meter", field="address")
        self._open = _Open(request, frame)
        sent = self._send(self._open, now)
        if request.answered(frame.function):
            return sent
        self._open = None
        return [*sent, Completed(Reply(request))]

    def cancel(self) -> None:
        """Give the request up; its answer will be ignored as late."""
        self._open = None

    def line_active(self, now: float, missing: int = 0) -> None:
        """Bytes arrive: wait for the frame they may become; ``missing`` is what its header still promises."""
        self._quiet = now + self.timings.pause
        if self._open is not None:
            wanted = now + self.timings.gap + self.timings.wire_time(missing or 1)
            self._open.deadline = min(max(self._open.deadline, wanted), self._open.latest)

    def handle(self, frame: Frame, now: float) -> list[MasterCommand]:
        """Take a frame that arrived."""
        self._quiet = now + self.timings.pause
        if self._open is None:
            return [Ignored(frame, "no request is under way")]
        if reason := _foreign(self._open, frame):
            return [Ignored(frame, reason)]
        try:
            meaning = meaning_of(frame)
        except DecodeError as error:
            return [Ignored(frame, f"the data do not fit the function: {error}")]
        return self._take(self._open, frame, meaning, now)

    def tick(self, now: float) -> list[MasterCommand]:
        """Let ``now`` pass: repeat what nobody answered, then give it up."""
        open_ = self._open
        if open_ is None or now < open_.deadline:
            return []
        if open_.attempt <= self.timings.repeats:
            open_.attempt += 1
            return self._send(open_, now)
        self._open = None
        reason = f"{len(open_.got)} parts came, the end is missing" if open_.got else "no answer"
        error = SilenceError(self._port, f"{reason} from {open_.request.address}", tries=open_.attempt)
        return [Failed(open_.request, error, tuple(open_.got))]

    def _send(self, open_: _Open, now: float) -> list[MasterCommand]:
        frame = open_.frame
        raw = self.timings.wake_up + _wire(frame.address, frame.control, frame.data)
        delay = max(0.0, self._quiet - now)
        sent = now + delay + self.timings.wire_time(len(raw))
        open_.deadline = sent + self.timings.reply
        open_.latest = open_.deadline + self.timings.wire_time(LARGEST_FRAME) + self.timings.gap
        self._quiet = sent + self.timings.pause
        return [Send(raw, open_.frame, delay, open_.attempt)]

    def _take(self, open_: _Open, frame: Frame, meaning: object, now: float) -> list[MasterCommand]:
        """Keep one frame of the answer; ask for the next part while there is one."""
        code = getattr(meaning, "code", "")
        if code and code != open_.request.code:
            return [Ignored(frame, f"answer about {code}, asked was {open_.request.code}")]
        if isinstance(meaning, Part2007) and meaning.sequence != len(open_.got):
            return [Ignored(frame, f"part {meaning.sequence}, expected {len(open_.got)}")]
        open_.got.append(frame)
        open_.content += getattr(meaning, "content", b"")
        if not frame.more or frame.negative or frame.function not in _READS:
            self._open = None
            return [Completed(Reply(open_.request, tuple(open_.got), meaning, open_.content))]
        open_.frame, open_.attempt = _follow_up(open_, frame), 1
        return self._send(open_, now)


@lru_cache(maxsize=8192)
def _wire(address: str, control: int, data: bytes) -> bytes:
    """A request as it is sent; the same few thousand go out every day."""
    return encode_frame(Frame(address, control, data))


def _foreign(open_: _Open, frame: Frame) -> str:
    """Tell why a frame is not the answer that is waited for; empty if it is."""
    asked = open_.frame
    if not frame.reply:
        return ECHO if frame == asked else "request of another master"
    if frame.function != asked.function:
        return f"answer to function {frame.function:02X}H"
    if open_.request.from_anyone(asked.function) and not open_.got:
        return ""
    return "" if answers(frame.address, asked.address) else f"answer of meter {frame.address}"


def _follow_up(open_: _Open, frame: Frame) -> Frame:
    """Return the request for the next part, to the address that answered."""
    request = open_.request
    address = request.address if "A" in frame.address else frame.address
    if request.edition is Edition.V1997:
        return request_frame(address, FollowUp1997(request.code), request.edition)
    form = request.record.encode()[4:]
    sequence = (len(open_.got) - 1) % 255 + 1
    return request_frame(address, FollowUp2007(request.code, form, sequence))
