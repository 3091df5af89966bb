"""The terminal as the one who starts: one notice at a time, until confirmed or given up (part A §2.5)."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import SilenceError
from core.gdw376.address import Address
from core.gdw376.call import Delivered, Notice, Undelivered
from core.gdw376.commands import Ignored, Send
from core.gdw376.fields import Direction, Ec
from core.gdw376.frame import Aux, Frame, Seq, encode_frame
from core.gdw376.packing import pack
from core.gdw376.station import Station
from core.gdw376.trailer import EC_SIZE
from core.gdw376.verdict import Verdict, judge

InitiatorCommand = Send | Delivered | Undelivered | Ignored
_LINK_TEST = 0x02
NO_EC = frozenset({_LINK_TEST, 0x03, 0x06, 0x08, 0xF0})
"""AFN whose uplink has no EC (part A §2.4, vendor extension 1.3); ACD stays 0 in them."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """AFN04 F1: how long to wait for the master's confirmation, and how often to send again."""

    timeout: float = 30.0
    """Seconds, 0..4095."""
    retries: int = 3


def marked(frame: Frame, pending: Ec | None) -> Frame:
    """Return the frame with ACD and EC while an important event waits and the AFN can tell it."""
    if pending is None or frame.afn in NO_EC:
        return frame
    return replace(frame, acd=True, aux=replace(frame.aux, ec=pending))


@dataclass(slots=True)
class _Out:
    notice: Notice
    frames: list[Frame]
    attempt: int = 0
    deadline: float | None = None


class Initiator:
    """Sends notices in order; the frame that waits for its confirmation is sent again, byte for byte."""

    def __init__(
        self, persistence: Persistence, wire_time: Callable[[int], float], port: str, first_pfc: int
    ) -> None:
        self.persistence = persistence
        self._wire_time = wire_time
        self._port = port
        self._pfc = first_pfc & 0xFF
        self._queue: deque[_Out] = deque()

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self._queue[0].deadline if self._queue else None

    def send(
        self, notice: Notice, station: Station, pending: Ec | None, now: float
    ) -> list[InitiatorCommand]:
        """Queue a notice; it goes out at once when none waits. ``EncodeError`` when a block is too long."""
        aux = EC_SIZE if pending is not None else 0
        payloads = pack(notice.blocks, station.largest, aux)
        last = len(payloads) - 1
        frames = [
            marked(self._frame(notice, station.address, part, fir=i == 0, fin=i == last), pending)
            for i, part in enumerate(payloads)
        ]
        self._queue.append(_Out(notice, frames))
        return self._go_on(now) if len(self._queue) == 1 else []

    def drop_all(self) -> None:
        """Forget everything: the line was lost."""
        self._queue.clear()

    def confirmed(self, frame: Frame, now: float) -> list[InitiatorCommand]:
        """Take an AFN00 of the master. Its C, F1 or F3 and CON vary between masters (part A §13)."""
        out = self._queue[0] if self._queue else None
        if out is None or out.frames[0].seq.number != frame.seq.number:
            return [Ignored(frame, "confirms nothing that waits")]
        accepted = judge(frame.payload).verdict is Verdict.CONFIRMED
        if accepted and len(out.frames) > 1:
            del out.frames[0]
            out.attempt = 0
            return self._go_on(now)
        self._queue.popleft()
        return [Delivered(out.notice, accepted), *self._go_on(now)]

    def tick(self, now: float) -> list[InitiatorCommand]:
        """Let ``now`` pass: send again or give up."""
        if self.deadline is None or now < self.deadline:
            return []
        out = self._queue[0]
        if out.attempt <= self.persistence.retries:
            return self._go_on(now)
        self._queue.popleft()
        error = SilenceError(self._port, f"no confirmation of AFN {out.notice.afn:02X}H", out.attempt)
        return [Undelivered(out.notice, error), *self._go_on(now)]

    def _go_on(self, now: float) -> list[InitiatorCommand]:
        """Send the first waiting frame; what needs no confirmation is done with it."""
        commands: list[InitiatorCommand] = []
        while self._queue:
            out = self._queue[0]
            if out.notice.con:
                out.attempt += 1
                raw = encode_frame(out.frames[0])
                out.deadline = now + self._wire_time(len(raw)) + self.persistence.timeout
                return [*commands, Send(raw, out.frames[0], attempt=out.attempt)]
            commands += [Send(encode_frame(frame), frame) for frame in out.frames]
            commands.append(Delivered(out.notice))
            self._queue.popleft()
        return commands

    def _frame(self, notice: Notice, address: Address, part: bytes, *, fir: bool, fin: bool) -> Frame:
        number, self._pfc = self._pfc & 15, (self._pfc + 1) & 0xFF
        return Frame(
            direction=Direction.UP,
            prm=True,
            function=9 if notice.afn == _LINK_TEST else 4,
            address=replace(address, msa=0, group=False),
            afn=notice.afn,
            seq=Seq(number, notice.con, fir, fin),
            payload=part,
            aux=Aux(),
        )
