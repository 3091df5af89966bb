"""The terminal's side of a session, without a line: frames and time in, commands out.

Rules
- The AFN decides what a frame is; function code, CON, MSA, FIR, FIN of a master are not trusted (part A §13).
- A frame equal in every bit to the one answered last is a repetition: the stored answer goes out again and
  nothing is executed. Equality holds number and FCB, so it serves both duplicate rules (part A §1.3, §2.2),
  and a master that never changes its number is still served. With a time label and no FCB, and in AFN F0H,
  a repetition is executed as the protocol says.
- One request at a time; what arrives meanwhile waits its turn, repetitions of the running one are dropped.
- A frame whose time label is too old gets no answer at all.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import UsageError
from core.gdw376.assembly import Assembly, Join
from core.gdw376.call import Answer, Call, Delivered, Notice, Serve, Undelivered
from core.gdw376.commands import Ignored, Send
from core.gdw376.fields import Direction, Ec
from core.gdw376.frame import Aux, Frame, Seq, encode_frame
from core.gdw376.initiator import Initiator, Persistence, marked
from core.gdw376.packing import pack
from core.gdw376.station import Reach, Station
from core.gdw376.timing import SERIAL, Timings
from core.gdw376.trailer import EC_SIZE, TP_SIZE, VENDOR_AFN

TerminalCommand = Send | Serve | Delivered | Undelivered | Ignored
REPEATED_WITHIN = 30.0
"""Seconds in which an equal frame is a repetition: longer than a master waits for an answer, and short, since
another master or tool may happen to start with the same number."""
MOST_WAITING = 8
_SHARED = (Reach.GROUP, Reach.BROADCAST)
_FILE = 0x0F
_NO_REPLY = 4


class TerminalSession:
    """Serves the masters of one line, and sends notices by itself."""

    def __init__(
        self,
        station: Station,
        timings: Timings = SERIAL,
        *,
        port: str = "line",
        persistence: Persistence | None = None,
        first_pfc: int = 0,
    ) -> None:
        self.station = station
        """May be replaced at any time; an answer still carries the address its request was sent to."""
        self.pending_events: Ec | None = None
        """Counters to append to every answer while an important event waits."""
        self.timings = timings
        self._initiator = Initiator(persistence or Persistence(), timings.wire_time, port, first_pfc)
        self._assembly = Assembly()
        self._waiting: deque[tuple[Frame, Reach, float]] = deque()
        self._serving: tuple[Call, Station] | None = None
        self._began: float = 0.0
        self._last: tuple[Frame, float, tuple[Send, ...]] | None = None

    @property
    def persistence(self) -> Persistence:
        """Timeout and retries of notices (AFN04 F1)."""
        return self._initiator.persistence

    @persistence.setter
    def persistence(self, value: Persistence) -> None:
        self._initiator.persistence = value

    @property
    def busy(self) -> bool:
        """A call is being served."""
        return self._serving is not None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return min(
            (due for due in (self._initiator.deadline, self._assembly.deadline) if due is not None),
            default=None,
        )

    def handle(
        self, frame: Frame, now: float, civil: datetime | None = None, arrived: float | None = None
    ) -> list[TerminalCommand]:
        """Take a frame that arrived.

        ``civil`` is the terminal's own time, ``None`` while it is not valid: then no time label is checked.
        ``arrived`` is when the first byte came, ``now`` by default.
        """
        reach = self.station.reach(frame)
        if reach is None:
            return [Ignored(frame, "for another station or in the own direction")]
        if frame.afn == 0x00:
            return [*self._initiator.confirmed(frame, now)]
        if reason := self._refused_silently(frame, reach, civil):
            return [Ignored(frame, reason)]
        return self._admit(frame, reach, now if arrived is None else arrived, now)

    def answer(self, answer: Answer, now: float) -> list[TerminalCommand]:
        """Take the answer to the call being served; go on with the next one waiting.

        ``EncodeError`` when a block fits into no frame; the call is then still to be answered.
        """
        if self._serving is None:
            raise UsageError("No call is being served.")
        call, asked = self._serving
        station = replace(asked, largest=self.station.largest)
        sends = tuple(self._sends(call, station, answer)) if call.answered else ()
        self._serving = None
        self._last = (call.frames[-1], now, sends)
        return [*sends, *self._next(now)]

    def notify(self, notice: Notice, now: float) -> list[TerminalCommand]:
        """Send something unasked; ``Delivered`` or ``Undelivered`` follows."""
        return [*self._initiator.send(notice, self.station, self.pending_events, now)]

    def tick(self, now: float) -> list[TerminalCommand]:
        """Let ``now`` pass: repeat notices, forget unfinished messages."""
        self._assembly.tick(now)
        return [*self._initiator.tick(now)]

    def drop(self) -> None:
        """Forget the other side: the line was lost. A call being served may still be answered."""
        self._initiator.drop_all()
        self._assembly = Assembly()
        self._waiting.clear()
        self._last = None

    def _refused_silently(self, frame: Frame, reach: Reach, civil: datetime | None) -> str:
        if frame.aux.tp is not None and civil is not None and frame.aux.tp.is_late(civil):
            return "older than its time label allows"
        if frame.afn == VENDOR_AFN and reach in _SHARED:
            return "AFN F0H to a shared address is never executed"
        return ""

    def _admit(self, frame: Frame, reach: Reach, arrived: float, now: float) -> list[TerminalCommand]:
        if self._serving is not None:
            return self._postpone(frame, reach, arrived)
        if self._repeats_last(frame, now):
            return list(self._last[2]) if self._last else []
        return self._take(frame, reach, arrived, now)

    def _postpone(self, frame: Frame, reach: Reach, arrived: float) -> list[TerminalCommand]:
        running = self._serving is not None and frame in self._serving[0].frames
        if running or any(frame == waiting for waiting, _, _ in self._waiting):
            return [Ignored(frame, "repetition of a request being executed")]
        if len(self._waiting) >= MOST_WAITING:
            return [Ignored(frame, "too many requests wait")]
        self._waiting.append((frame, reach, arrived))
        return []

    def _next(self, now: float) -> list[TerminalCommand]:
        commands: list[TerminalCommand] = []
        while self._waiting and self._serving is None:
            frame, reach, arrived = self._waiting.popleft()
            commands += self._admit(frame, reach, arrived, now)
        return commands

    def _repeats_last(self, frame: Frame, now: float) -> bool:
        if self._last is None or frame.afn == VENDOR_AFN:
            return False
        if frame.aux.tp is not None and frame.fcb is None:
            return False
        return frame == self._last[0] and now - self._last[1] < REPEATED_WITHIN

    def _take(self, frame: Frame, reach: Reach, arrived: float, now: float) -> list[TerminalCommand]:
        joined = self._assembly.add(frame, now)
        if joined is Join.COMPLETE:
            return self._serve(self._assembly.take(), reach, arrived)
        if joined is Join.MORE and len(self._assembly) == 1:
            self._began = arrived
        call = Call((frame,), reach, arrived, self._is_answered(frame, reach))
        wanted = frame.seq.con or (joined is Join.BROKEN and frame.seq.fin)
        answer = Answer.deny() if joined is Join.BROKEN else Answer.confirm()
        sends = tuple(self._sends(call, self.station, answer)) if wanted and call.answered else ()
        self._last = (frame, now, sends)
        return list(sends)

    def _serve(self, frames: tuple[Frame, ...], reach: Reach, arrived: float) -> list[TerminalCommand]:
        first = arrived if len(frames) == 1 else self._began
        call = Call(frames, reach, first, self._is_answered(frames[-1], reach))
        self._serving = (call, self.station)
        return [Serve(call)]

    def _is_answered(self, frame: Frame, reach: Reach) -> bool:
        if reach not in _SHARED:
            return True
        return self.station.answers_groups and frame.afn != _FILE and frame.function != _NO_REPLY

    def _sends(self, call: Call, station: Station, answer: Answer) -> Sequence[Send]:
        if not answer.blocks:
            return ()
        asked = call.frames[-1]
        aux = (TP_SIZE if asked.aux.tp else 0) + (EC_SIZE if self.pending_events else 0)
        payloads = pack(answer.blocks, station.largest, aux)
        frames = [self._answer_frame(asked, station, answer, payloads, i) for i in range(len(payloads))]
        pauses = [max(self.timings.turnaround, self.timings.idle)]
        pauses += [max(self.timings.between, self.timings.idle)] * (len(frames) - 1)
        return [Send(encode_frame(frame), frame, pause) for frame, pause in zip(frames, pauses, strict=True)]

    def _answer_frame(
        self, asked: Frame, station: Station, answer: Answer, payloads: Sequence[bytes], i: int
    ) -> Frame:
        """RSEQ goes on from PSEQ; MSA and Tp are echoed; the address is always the own one."""
        seq = Seq(
            number=(asked.seq.number + i) & 15,
            fir=i == 0,
            fin=i == len(payloads) - 1,
            tpv=asked.aux.tp is not None,
        )
        frame = Frame(
            direction=Direction.UP,
            prm=False,
            function=answer.function,
            address=replace(station.address, msa=asked.address.msa, group=False),
            afn=answer.afn,
            seq=seq,
            payload=payloads[i],
            aux=Aux(tp=asked.aux.tp),
        )
        return marked(frame, self.pending_events)
