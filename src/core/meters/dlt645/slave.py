"""The meter's end of a bus, without a line: frames in, commands out (dlt645 §11).

Rules
- A wrong address, a frame of another meter, a function of the other edition: silence.
- Answers carry the own address, also to AA; broadcasts get none. After a new address is written, 2007 answers
  from the new one and 1997 from the old.
- What the meter knows is asked of ``serve``; the session splits long answers, counts their parts and gives
  the same part again when it is asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import DecodeError
from core.meters.dlt645 import answers as a
from core.meters.dlt645 import requests as r
from core.meters.dlt645.address import BROADCAST, WILD, is_wild, matches
from core.meters.dlt645.control import Edition
from core.meters.dlt645.exchange import (
    BROADCAST_1997,
    NEVER_WILD,
    SILENT_2007,
    WILD_1997,
    Ignored,
    Send,
    Timings,
)
from core.meters.dlt645.frame import LARGEST, Frame, encode_frame
from core.meters.dlt645.messages import REQUESTS, answer_frame, meaning_of, refusal_frame
from core.wire.record import Record

SlaveCommand = Send | Ignored


@dataclass(frozen=True, slots=True)
class Call:
    """A request the meter is to serve."""

    request: Record
    frame: Frame
    broadcast: bool
    """Nobody will hear an answer."""


@dataclass(frozen=True, slots=True)
class Content:
    """Serve a read: the bytes behind the identifier."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """Serve anything else: it is done. ``record`` where the answer says more than that."""

    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Do not serve; ``error`` is the ERR (or SERR) word."""

    error: int


Outcome = Content | Accepted | Refused
Serve = Callable[[Call], Outcome | None]
"""``None`` is silence."""


class MeterSlave:
    """One meter on a line."""

    def __init__(
        self,
        address: str,
        serve: Serve,
        edition: Edition = Edition.V2007,
        timings: Timings | None = None,
        *,
        largest: int = LARGEST,
        answers_all: bool = True,
    ) -> None:
        """``largest`` is the most data bytes of an answer; ``answers_all``: a 1997 meter that answers reads
        to 999999999999, as real ones do."""
        self.address = address
        self.edition = edition
        self.timings = timings or Timings()
        self._serve = serve
        self._largest = largest
        self._answers_all = answers_all
        self._rest: tuple[str, tuple[bytes, ...], int] | None = None
        self._last: Frame | None = None

    def handle(self, frame: Frame, now: float) -> list[SlaveCommand]:
        """Take a frame that arrived; at most one answer."""
        if reason := self._unmeant(frame):
            return [Ignored(frame, reason)]
        answer = self._answer(frame)
        if answer is None or (self._is_broadcast(frame) and self.edition is Edition.V2007):
            return []
        self._last = answer
        raw = self.timings.wake_up + encode_frame(answer)
        return [Send(raw, answer, self.timings.delay)]

    def _is_broadcast(self, frame: Frame) -> bool:
        return frame.address == BROADCAST and self.address != BROADCAST

    def _unmeant(self, frame: Frame) -> str:
        """Tell why this frame is none of the meter's business; empty if it is."""
        if frame.reply:
            return "answer of a meter"
        if frame.function not in REQUESTS[self.edition] or not self._same_edition(frame):
            return f"no function of DL/T 645-{self.edition.value}"
        if not self._reached(frame):
            return "for another meter"
        return ""

    def _same_edition(self, frame: Frame) -> bool:
        return frame.function == 0x08 or frame.edition is self.edition

    def _reached(self, frame: Frame) -> bool:
        asked, function = frame.address, frame.function
        if self._is_broadcast(frame):
            if self.edition is Edition.V2007:
                return function in SILENT_2007
            return function in BROADCAST_1997 and (self._answers_all or function in (0x08, 0x0A))
        if self.edition is Edition.V1997 and is_wild(asked):
            return (asked == WILD and function in WILD_1997) or (
                not asked.startswith("AAAAAAAA") and matches(asked, self.address)
            )
        if asked == WILD and function in NEVER_WILD:
            return False
        return matches(asked, self.address)

    def _answer(self, frame: Frame) -> Frame | None:
        try:
            request = meaning_of(frame)
        except DecodeError:
            return self._refuse(frame, a.WRONG)
        match request:
            case r.ReadAgain1997():
                return self._again(frame)
            case r.FollowUp1997(code=code):
                return self._part(frame, code, None)
            case r.FollowUp2007(code=code, sequence=sequence):
                return self._part(frame, code, sequence)
            case r.ReadAddress():
                return answer_frame(self.address, frame.function, a.OwnAddress(self.address))
            case _:
                return self._served(frame, request)

    def _served(self, frame: Frame, request: Any) -> Frame | None:
        outcome = self._serve(Call(request, frame, self._is_broadcast(frame)))
        if outcome is None or frame.function == 0x08:
            return None
        if isinstance(outcome, Refused):
            return self._refuse(frame, outcome.error)
        if isinstance(outcome, Content):
            return self._first(frame, request.code, outcome.data)
        return self._accept(frame, request, outcome.record)

    def _accept(self, frame: Frame, request: Any, record: Record | None) -> Frame:
        """Answer what was done; an answer that repeats part of the request is made from it."""
        old = self.address
        match request:
            case r.WriteAddress(address=address):
                self.address = address
            case r.ChangeRate(word=word):
                record = record or a.NewRate(word)
            case r.ChangePassword1997() | r.ChangePassword2007():
                record = record or a.NewPassword(request.new_level, request.new_password)
            case r.Output(signal=signal):
                record = record or a.NewOutput(signal)
            case _:
                pass
        sender = old if self.edition is Edition.V1997 else self.address
        return answer_frame(sender, frame.function, record or a.Done())

    def _refuse(self, frame: Frame, error: int) -> Frame | None:
        """Read address and write address of 2007 are never refused (dlt645 §4)."""
        if self.edition is Edition.V2007 and frame.function in (0x08, 0x13, 0x15):
            return None
        security = self.edition is Edition.V2007 and frame.function == 0x03
        return refusal_frame(self.address, frame.function, error, 2 if security else 1)

    def _first(self, frame: Frame, code: str, data: bytes) -> Frame:
        """The first frame of an answer; what does not fit waits to be asked for."""
        old = self.edition is Edition.V1997
        room = self._largest - len(code) // 2
        step = room if old else room - 1
        rest = tuple(data[at : at + step] for at in range(room, len(data), step))
        self._rest = (code, rest, 0) if rest else None
        record = (a.Values1997 if old else a.Values2007)(code, data[:room])
        return answer_frame(self.address, frame.function, record, more=bool(rest))

    def _part(self, frame: Frame, code: str, sequence: int | None) -> Frame | None:
        """A later part: in 2007 by number, the last one again if asked again; in 1997 the next."""
        if self._rest is None or self._rest[0] != code:
            return self._refuse(frame, a.NO_DATA)
        _, parts, given = self._rest
        wanted = given + 1 if sequence is None else sequence
        if wanted not in (given, given + 1) or not 1 <= wanted <= len(parts):
            return self._refuse(frame, a.NO_DATA)
        self._rest = (code, parts, wanted)
        content = parts[wanted - 1]
        record = a.Values1997(code, content) if sequence is None else a.Part2007(code, content, sequence)
        return answer_frame(self.address, frame.function, record, more=wanted < len(parts))

    def _again(self, frame: Frame) -> Frame | None:
        """03 of 1997: the answer before, under its own function."""
        if self._last is None or self._last.negative:
            return self._refuse(frame, a.NO_DATA)
        return Frame(self.address, self._last.control & 0xE0 | frame.function, self._last.data)
