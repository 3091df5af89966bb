"""The master's side of a session, without a line: frames and time in, commands out.

Rules
- One request at a time. The caller sends what ``Send`` holds, hands in every frame that arrives and calls
  ``tick`` at ``deadline``.
- Every new frame takes the next number (PFC); after silence the same frame goes out again, byte for byte, so
  that the terminal recognises it and does not execute twice. A denial is final and never repeated here.
- Part k of an answer must carry the number of the last request frame plus k. Nothing else tells a late answer
  from the right one; FIR is not trusted, FIN only ends.
- A message of several frames goes frame by frame, each confirmed (CON), or all at once; then only the last
  is repeated, because the terminal refuses a message with a gap by itself.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from core.errors import EncodeError, SilenceError, UsageError
from core.gdw376.commands import Ignored, Send
from core.gdw376.frame import LARGEST, Aux, Direction, Frame, Seq, Tp, encode_frame
from core.gdw376.request import Completed, Failed, Reply, Report, Request
from core.gdw376.timing import SERIAL, Timings
from core.gdw376.verdict import CONFIRM_ALL, Verdict, judge

MasterCommand = Send | Completed | Failed | Report | Ignored
REPEATED_WITHIN = 30.0
"""Seconds in which the same report is a repetition; fixed numbers in heartbeats are seen after minutes."""
_LINK_TEST = 0x02
_ACTIVE = 1.0


@dataclass(slots=True)
class _Open:
    """The exchange under way."""

    request: Request
    frames: tuple[tuple[Frame, bytes], ...]
    """Each with its bytes."""
    at: int
    """Which frame waits for its answer."""
    attempt: int = 1
    got: list[Frame] = field(default_factory=list[Frame])
    deadline: float = 0.0
    latest: float = 0.0
    """Activity on the line prolongs the waiting up to here."""

    @property
    def expected(self) -> int:
        """Number of the next frame of the answer."""
        return (self.frames[self.at][0].seq.number + len(self.got)) & 15

    @property
    def last(self) -> bool:
        return self.at == len(self.frames) - 1


class MasterSession:
    """Asks one terminal after the other on one line, one request at a time."""

    def __init__(
        self,
        timings: Timings = SERIAL,
        *,
        port: str = "line",
        msa: int = 1,
        fcv: bool = False,
        first_pfc: int = 0,
        confirm_reports: bool = True,
    ) -> None:
        """``port`` names the line in errors; ``first_pfc`` should differ from run to run."""
        self.timings = timings
        self._port = port
        self._msa = msa
        self._fcb = True if fcv else None
        self._pfc = first_pfc & 0xFF
        self._confirm_reports = confirm_reports
        self._open: _Open | None = None
        self._last_report: tuple[Frame, float] | None = None
        self._heard = float("-inf")

    @property
    def busy(self) -> bool:
        """A request is under way."""
        return self._open is not None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._open.deadline if self._open else None

    def begin(self, request: Request, now: float, civil: datetime | None = None) -> list[MasterCommand]:
        """Start a request at ``now`` (seconds); ``civil`` is needed for a time label.

        ``UsageError`` while another request is under way; ``EncodeError`` for what no frame can carry.
        """
        if self._open is not None:
            raise UsageError("A request is under way.", "Wait for its end or cancel it.")
        function, con = request.control
        direct = not con and len(request.parts) > 1
        frames = self._frames(request, function, con, civil)
        encoded = tuple((frame, encode_frame(frame)) for frame in frames)
        self._open = _Open(request, encoded, len(frames) - 1 if direct else 0)
        return self._send(self._open, now, everything=direct)

    def cancel(self) -> None:
        """Give the request up; its answer will be ignored as late."""
        self._open = None

    def line_active(self, now: float) -> None:
        """Bytes arrive: wait for the frame they may become."""
        self._heard = now
        if self._open and now <= self._open.deadline:
            self._open.deadline = max(self._open.deadline, min(now + _ACTIVE, self._open.latest))

    def handle(self, frame: Frame, now: float) -> list[MasterCommand]:
        """Take a frame that arrived."""
        self._heard = now
        if frame.direction is Direction.DOWN:
            return [Ignored(frame, "own direction")]
        if frame.afn == _LINK_TEST or (frame.prm and frame.afn != 0x00):
            return self._report(frame, now)
        return self._answer(frame, now)

    def tick(self, now: float) -> list[MasterCommand]:
        """Let ``now`` pass: send again, or fail."""
        open_ = self._open
        if open_ is None or now < open_.deadline:
            return []
        if open_.attempt < open_.request.tries(self.timings.retries):
            open_.attempt += 1
            open_.got.clear()
            return self._send(open_, now)
        self._open = None
        return [Failed(open_.request, SilenceError(self._port, _reason(open_), open_.attempt))]

    def _frames(
        self, request: Request, function: int, con: bool, civil: datetime | None
    ) -> tuple[Frame, ...]:
        last = len(request.parts) - 1
        return tuple(
            self._frame(request, function, Seq(0, con, fir=i == 0, fin=i == last), part, civil)
            for i, part in enumerate(request.parts)
        )

    def _frame(self, request: Request, function: int, seq: Seq, part: bytes, civil: datetime | None) -> Frame:
        tp = None
        if request.tp_delay is not None:
            if civil is None:
                raise UsageError("A time label needs the time of the place.")
            tp = Tp.at(self._pfc, civil, request.tp_delay)
        frame = Frame(
            direction=Direction.DOWN,
            prm=True,
            function=function,
            address=request.address.by(self._msa),
            afn=request.afn,
            seq=replace(seq, number=self._pfc & 15, tpv=tp is not None),
            payload=part,
            aux=Aux(pw=request.pw_bytes, tp=tp),
            fcb=self._next_fcb(function),
        )
        self._pfc = (self._pfc + 1) & 0xFF
        return frame

    def _next_fcb(self, function: int) -> bool | None:
        """FCB toggles with every new frame; the reset command carries 0 (part A §1.3)."""
        if self._fcb is not None:
            self._fcb = False if function == 1 else not self._fcb
        return self._fcb

    def _send(self, open_: _Open, now: float, *, everything: bool = False) -> list[MasterCommand]:
        """Send, and wait from the moment the last bit has left."""
        pause = min(max(0.0, self._heard + self.timings.idle - now), self.timings.idle)
        sends: list[MasterCommand] = []
        left = now
        for frame, raw in open_.frames if everything else open_.frames[open_.at : open_.at + 1]:
            sends.append(Send(raw, frame, pause, open_.attempt))
            left += pause + self.timings.wire_time(len(raw))
            pause = max(self.timings.between, self.timings.idle)
        usual = self.timings.reply if open_.request.timeout is None else open_.request.timeout
        self._wait(open_, left, usual)
        return sends

    def _wait(self, open_: _Open, start: float, seconds: float) -> None:
        open_.deadline = start + seconds
        open_.latest = open_.deadline + self.timings.wire_time(LARGEST)

    def _report(self, frame: Frame, now: float) -> list[MasterCommand]:
        last, self._last_report = self._last_report, (frame, now)
        repeated = last is not None and last[0] == frame and now - last[1] < REPEATED_WITHIN
        report = Report(frame, repeated)
        if not (frame.seq.con and self._confirm_reports):
            return [report]
        confirm = confirmation(frame)
        try:
            return [report, Send(encode_frame(confirm), confirm, self.timings.idle)]
        except EncodeError as error:
            return [report, Ignored(frame, f"cannot be confirmed, {error}")]

    def _answer(self, frame: Frame, now: float) -> list[MasterCommand]:
        open_ = self._open
        if open_ is None:
            return [Ignored(frame, "no request is under way")]
        if not open_.request.fits(frame):
            return [Ignored(frame, "answer of another station or to another AFN")]
        if frame.seq.number != open_.expected:
            return [Ignored(frame, f"number {frame.seq.number}, expected {open_.expected}")]
        if not open_.last and frame.afn == 0x00 and judge(frame.payload).verdict is Verdict.CONFIRMED:
            open_.at += 1
            open_.attempt = 1
            return self._send(open_, now)
        return self._part(open_, frame, now)

    def _part(self, open_: _Open, frame: Frame, now: float) -> list[MasterCommand]:
        """Keep one frame of the answer. A lone frame with neither FIR nor FIN is a lie and complete."""
        open_.got.append(frame)
        alone = len(open_.got) == 1 and not frame.seq.fir
        if frame.afn == 0x00 or frame.seq.fin or alone:
            self._open = None
            return [Completed(Reply(open_.request, tuple(open_.got)))]
        self._wait(open_, now, self.timings.following)
        return []


def _reason(open_: _Open) -> str:
    if open_.got:
        return f"{len(open_.got)} frames of the answer came, the end is missing"
    return f"no answer to AFN {open_.request.afn:02X}H from {open_.request.address.text}"


def confirmation(frame: Frame) -> Frame:
    """Return the master's AFN00 F1 for a frame the terminal started (part A §1.3, §2.2)."""
    return Frame(
        direction=Direction.DOWN,
        prm=False,
        function=11 if frame.afn == _LINK_TEST else 0,
        address=replace(frame.address, group=False),
        afn=0x00,
        seq=Seq(frame.seq.number, tpv=frame.aux.tp is not None),
        payload=CONFIRM_ALL,
        aux=Aux(tp=frame.aux.tp),
    )
