"""Both roles over a line that loses and damages frames, in virtual time."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count
from random import Random

import pytest

from core.clock import ManualClock
from core.errors import SilenceError
from core.gdw376.call import Answer, Serve
from core.gdw376.commands import Send
from core.gdw376.master import MasterSession
from core.gdw376.reader import Reader, Received
from core.gdw376.request import Completed, Failed, Request
from core.gdw376.station import Station
from core.gdw376.terminal import TerminalSession
from core.gdw376.timing import SERIAL
from tests.core.gdw376.frames import OWN

TIMINGS = SERIAL.over(lambda n: n / 240)
START = datetime(2024, 3, 9, 12, 0, 0)


class LossyPipe:
    """Two sessions, each behind a reader, on one line where one frame in ``odds`` is dropped or damaged."""

    def __init__(self, seed: int, odds: int, first_pfc: int) -> None:
        self.clock = ManualClock(START)
        self.random = Random(seed)
        self.odds = odds
        self.order = count()
        self.air: list[tuple[float, int, str, bytes]] = []
        self.readers = {"down": Reader(gap=TIMINGS.byte_gap), "up": Reader(gap=TIMINGS.byte_gap)}
        self.master = MasterSession(TIMINGS, first_pfc=first_pfc)
        self.terminal = TerminalSession(Station(OWN, largest=60), TIMINGS)
        self.executed: Counter[bytes] = Counter()
        self.outcome: list[Completed | Failed] = []
        self.touched = 0

    def exchange(self, request: Request) -> Completed | Failed:
        """Run until the request has ended."""
        self.outcome.clear()
        self.act(self.master.begin(request, self.clock.monotonic(), self.clock.now()))
        while not self.outcome:
            self.step()
        return self.outcome[0]

    def step(self) -> None:
        """Go to the next moment at which anything happens."""
        holders = (self.master, self.terminal, *self.readers.values())
        dues = [holder.deadline for holder in holders if holder.deadline is not None]
        dues += [self.air[0][0]] if self.air else []
        self.clock.advance(max(0.0, min(dues) - self.clock.monotonic()) + 1e-9)
        now = self.clock.monotonic()
        while self.air and self.air[0][0] <= now:
            _, _, way, raw = heapq.heappop(self.air)
            self.take(way, self.readers[way].feed(raw, now), now)
        for way, reader in self.readers.items():
            self.take(way, reader.tick(now), now)
        self.act(self.master.tick(now))
        self.act(self.terminal.tick(now))

    def take(self, way: str, found: Sequence[object], now: float) -> None:
        """Hand received frames to the session they came to."""
        for piece in found:
            if isinstance(piece, Received):
                if way == "down":
                    self.act(self.terminal.handle(piece.frame, now, self.clock.now()))
                else:
                    self.act(self.master.handle(piece.frame, now))

    def act(self, commands: Sequence[object]) -> None:
        """Obey: send over the bad line, execute, or note the end."""
        at = self.clock.monotonic()
        for command in commands:
            if isinstance(command, Send):
                at += command.delay + TIMINGS.wire_time(len(command.raw))
                self.send(command, at)
            elif isinstance(command, Serve):
                self.executed[command.call.payload] += 1
                self.act(self.terminal.answer(answer_to(command.call.afn, command.call.payload), at))
            elif isinstance(command, Completed | Failed):
                self.outcome.append(command)

    def send(self, command: Send, at: float) -> None:
        """Deliver, drop, or deliver damaged."""
        way = command.frame.direction.value
        raw = bytearray(command.raw)
        if self.random.randrange(self.odds) == 0:
            self.touched += 1
            if self.random.random() < 0.5:
                return
            raw[self.random.randrange(len(raw))] ^= 1 << self.random.randrange(8)
        heapq.heappush(self.air, (at, next(self.order), way, bytes(raw)))


def answer_to(afn: int, payload: bytes) -> Answer:
    """What the terminal of this test says: writes are confirmed, queries get three frames of data."""
    if afn == 0x04:
        return Answer.confirm()
    return Answer(afn, tuple(payload + bytes([i]) * 30 for i in range(3)))


def requests() -> Iterator[Request]:
    """Writes of one frame, writes of three, queries with a long answer; each payload unique."""
    for i in count():
        unit = b"\0\0\4\0" + i.to_bytes(4, "big")
        if i % 3 == 0:
            yield Request(OWN, 0x04, (unit,))
        elif i % 3 == 1:
            yield Request(OWN, 0x04, (unit + b"a", unit + b"b", unit + b"c"), con=i % 2 == 0 or None)
        else:
            yield Request(OWN, 0x0C, (unit,))


@pytest.mark.parametrize(("seed", "odds"), [(1, 20), (2, 20), (3, 20), (4, 5)])
def test_right_once_or_silence(seed: int, odds: int) -> None:
    """Each request ends with its own answer, executed exactly once, or in silence, executed at most once."""
    pipe = LossyPipe(seed, odds, first_pfc=seed * 37)
    source = requests()
    failed = 0
    for _ in range(300):
        request = next(source)
        whole = b"".join(request.parts)
        outcome = pipe.exchange(request)
        if isinstance(outcome, Completed):
            assert outcome.reply.payload == b"".join(answer_to(request.afn, whole).blocks)
            assert pipe.executed[whole] == 1
        else:
            failed += 1
            assert isinstance(outcome.error, SilenceError)
            assert pipe.executed[whole] <= 1
    assert max(pipe.executed.values()) == 1
    assert pipe.touched > 10
    assert failed <= (6 if odds == 20 else 150)


def test_parts_sent_at_once_are_whole_or_refused() -> None:
    """A message sent without confirmations is never executed twice and never confirmed in part."""
    pipe = LossyPipe(7, 10, first_pfc=0)
    for i in range(200):
        unit = b"\0\0\4\0" + i.to_bytes(4, "big")
        request = Request(OWN, 0x04, (unit + b"a", unit + b"b", unit + b"c"), con=False)
        outcome = pipe.exchange(request)
        payload = b"".join(request.parts)
        if isinstance(outcome, Completed):
            assert pipe.executed[payload] == (outcome.reply.denial is None)
    assert max(pipe.executed.values()) == 1
