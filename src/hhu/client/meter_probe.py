"""A probe for an unknown meter, carried out: on a line of our own, or through a port of the terminal.

Directly the port is retuned for each question. Through the terminal each question is an AFN10 F1 with its
own control byte and times (part A §12 F1): terminals wait a second at least, some ask again by themselves,
and they arbitrate between us and their own reading.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import DecodeError, LineError, SilenceError, UsageError
from core.gdw376.units.afn04 import SerialControl
from core.gdw376.units.afn10 import Forward, Forwarded, MessageTimeout
from core.lines.address import LineAddress, LineKind
from core.lines.line import Line, SerialSettings
from core.lines.opening import open_line
from core.lines.pace import LoopClock
from core.meters.driver import Over, Retune, Send, Speed
from core.meters.probe.prober import Act, Prober
from core.meters.probe.question import Question
from core.meters.probe.sweep import Result, Sweep, limit_of
from hhu.client.relay import SHARED, BusLine, Forwarder

TERMINAL_WAIT = 1.0
"""Seconds that a terminal waits for a meter at least (part A §12 F1)."""
OVERHEAD = 2.0
"""Seconds of a question through a terminal beside its own: that wait, both frames, the end of the answer."""
ASKS_AGAIN = 6.0
"""Seconds of a terminal that repeats to the meter twice, each after 2 s, before it answers."""
BYTE_GAP = 50
"""Longest gap between two bytes of an answer, x 10 ms: meters may pause 0.5 s (dlt645 §1.3)."""
LEAVING = 4.0
"""Seconds that a probe which is broken off takes to end what it has begun in a meter."""
FAREWELL = 3.0
"""Seconds kept for a farewell through a terminal."""
DIRECT_FORMS = "COM4, /dev/ttyUSB0, rs485:COM4 or tcp:HOST:PORT"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question is about to go out."""

    question: Question
    number: int
    total: int
    left: float
    """Seconds until the probe is over at the latest."""


Tell = Callable[[Asking], None]


def terminal_limit(questions: Sequence[Question]) -> float:
    """Return the seconds that a probe through a terminal takes at most."""
    return FAREWELL + limit_of(questions, OVERHEAD)


# Directly


async def open_bus(text: str, speed: Speed) -> Line:
    """Open the adapter on a meter bus as people write it; ``UsageError`` for a line to a terminal."""
    word = text.partition(":")[0].lower()
    if word in (LineKind.IR.value, LineKind.UDP.value, LineKind.LISTEN.value, LineKind.EMULATOR.value):
        raise UsageError(
            f"{text} leads to the terminal, not to the meter bus.",
            f"Add --port N to probe through the terminal, or give the adapter: {DIRECT_FORMS}.",
        )
    known = word in (LineKind.RS485.value, LineKind.TCP.value)
    where = LineAddress.parse(text) if known else LineAddress(LineKind.RS485, text)
    return await open_line(where, settings_of(speed))


def carries_speed(line: Line) -> bool:
    """Tell whether a line runs at the speed asked for; networks and pseudo-terminals know none."""
    if line.settings is None or line.name.startswith("socket:"):
        return False
    from core.lines.serial_port import is_pty  # noqa: PLC0415 - pyserial only where it is used

    return not is_pty(line.name)


def once_each(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Leave out what differs from a question before it by the speed only."""
    first: dict[bytes, Speed] = {}
    return tuple(one for one in questions if first.setdefault(one.raw, one.speed) == one.speed)


def settings_of(speed: Speed) -> SerialSettings:
    """Return how characters travel as settings of a line."""
    return SerialSettings(speed.baud, speed.data_bits, speed.parity, speed.stop_bits)


class LineProbe:
    """A probe on a line of our own; ``result`` also tells how far one that was broken off had come."""

    def __init__(
        self, line: Line, clock: LoopClock, questions: Sequence[Question], limit: float | None, tell: Tell
    ) -> None:
        """``limit``: seconds it may take."""
        self._line = line
        self._clock = clock
        self._tell = tell
        self._total = len(questions)
        self._prober = Prober(questions, limit)

    @property
    def result(self) -> Result:
        """What is known so far."""
        return self._prober.result(self._clock.monotonic())

    async def run(self) -> Result:
        """Ask until something is found or all is asked; when cancelled, end what was begun in a meter."""
        try:
            return await self._run()
        except BaseException:
            with suppress(LineError, TimeoutError):
                async with self._clock.timeout(LEAVING):
                    await self._leave(self._prober.leave())
            raise

    async def _leave(self, farewell: bytes) -> None:
        """End what was begun in a meter: hear it out, since two who talk at once are heard by nobody."""
        acts: list[Act] = []
        while farewell and not acts:
            data = await self._receive(self._prober.deadline)
            now = self._clock.monotonic()
            acts = self._prober.feed(data, now) if data else self._prober.tick(now)
        for act in acts:
            if isinstance(act, Send) and act.raw == farewell:
                await self._line.send_after(act.delay, farewell, self._clock)

    async def _run(self) -> Result:
        prober = self._prober
        acts = prober.begin(self._clock.monotonic())
        while not any(isinstance(act, Over) for act in acts):
            for act in acts:
                await self._obey(act)
            data = await self._receive(prober.deadline)
            now = self._clock.monotonic()
            acts = prober.feed(data, now) if data else prober.tick(now)
        return self.result

    async def _obey(self, act: Act) -> None:
        if isinstance(act, Retune):
            wanted = settings_of(act.speed)
            if self._line.settings is not None and self._line.settings != wanted:
                await self._line.retune(wanted)
        elif not isinstance(act, Over):
            self._say(act.raw)
            await self._line.send_after(act.delay, act.raw, self._clock)

    def _say(self, raw: bytes) -> None:
        question = self._prober.question
        if question is not None and raw == question.raw:
            number = min(len(self.result.tried) + 1, self._total)
            left = self._prober.until - self._clock.monotonic()
            self._tell(Asking(question, number, self._total, left))

    async def _receive(self, deadline: float | None) -> bytes:
        """Return what came, nothing when it is time."""
        wait = None if deadline is None else deadline - self._clock.monotonic()
        try:
            async with self._clock.timeout(wait):
                return await self._line.receive()
        except TimeoutError:
            return b""


# Through the terminal


class PortProbe:
    """A probe of a port of the terminal; as `LineProbe`."""

    def __init__(
        self, client: Forwarder, clock: LoopClock, port: int, questions: Sequence[Question],
        limit: float, tell: Tell,
    ) -> None:  # fmt: skip
        """``limit``: seconds it may take."""
        self._client = client
        self._clock = clock
        self._port = port
        self._tell = tell
        self._total = len(questions)
        self._until = clock.monotonic() + limit
        self._sweep = Sweep(questions, clock.monotonic(), limit - FAREWELL, OVERHEAD)

    @property
    def result(self) -> Result:
        """What is known so far."""
        return self._sweep.result(self._clock.monotonic())

    async def run(self) -> Result:
        """Ask until something is found or all is asked; ``DeniedError`` where the terminal does not relay."""
        first = True
        while (question := self._sweep.next(self._clock.monotonic())) is not None:
            begun = self._clock.monotonic()
            number = min(len(self.result.tried) + 1, self._total)
            self._tell(Asking(question, number, self._total, self._until - begun))
            left = None if first else self._until - begun
            raw = await self._asked(question, question.raw, question.wait, left)
            if raw is None:
                break
            if first:  # a person may have been asked for the password meanwhile
                self._excuse(self._clock.monotonic() - begun - question.answered_for - OVERHEAD)
            first = False
            if farewell := self._sweep.took(raw):
                await self._asked(question, farewell, 0.0, self._until - self._clock.monotonic())
        return self.result

    def _excuse(self, seconds: float) -> None:
        if seconds > 0:
            self._until += seconds
            self._sweep.excuse(seconds)

    async def _asked(self, question: Question, raw: bytes, wait: float, left: float | None) -> bytes | None:
        """Send and listen; ``None`` when the time is over, which ``left`` seconds (``None``: no end) tell."""
        try:
            async with self._clock.timeout(left):
                return await self._relayed(question, raw, wait)
        except TimeoutError:
            return None
        except SilenceError:  # the terminal itself, and not for want of time
            if left is None or left > wait:
                raise
            return None

    async def _relayed(self, question: Question, raw: bytes, wait: float) -> bytes:
        control = control_of(self._port, question.speed)
        order = Forward(self._port, control, timeout_of(wait), BYTE_GAP, raw)
        longest = SHARED + ASKS_AGAIN + 3 * max(TERMINAL_WAIT, wait)
        answer = await self._client.forward(order, longest)
        if not isinstance(answer, Forwarded):
            raise DecodeError("the answer is none to a relay", 0)
        return answer.content


def control_of(port: int, speed: Speed) -> SerialControl:
    """Return the control byte of a relay; ``UsageError`` for a speed it cannot say."""
    return BusLine(port, speed.baud, speed.parity, speed.data_bits).control


def timeout_of(wait: float) -> MessageTimeout:
    """Return how long the terminal waits for the first byte: in 10 ms, or whole seconds above 1.27 s."""
    hundredths = max(1, math.ceil(wait * 100))
    return MessageTimeout(hundredths, 0) if hundredths <= 127 else MessageTimeout(math.ceil(wait), 1)
