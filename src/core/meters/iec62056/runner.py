"""Plays a script of telegrams with one meter in time: waits, repeats from the sign-on, always finishes.

Strategy
- A script yields a `Step`: what to send and which telegrams may answer it; it is sent what answered and
  returns the result. It knows no time and no bytes; the runner knows nothing of what telegrams mean.
- The line is at the speed of the archive when a script begins. A step may change the rate after its telegram.
- Damage costs no try by itself: only silence does, once the line has been quiet for a character gap. Then the
  whole script begins anew, after a break and the pause that meters need.
- Echoes of the own telegrams are passed over.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import DecodeError, EncodeError
from core.meters.driver import Retune, Send, Speed
from core.meters.iec62056.reader import BLOCK_LIMIT, GAP, Noise, Reader
from core.meters.iec62056.telegram import BREAK, Telegram, encode, with_parity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds (meter protocols §5.6)."""

    reply: float = 2.0
    """To the first character of an answer; a meter may take 1.5."""
    gap: float = GAP
    quiet: float = 0.5
    """Silence before a sign-on: other families may have used the bus (§8)."""
    restart: float = 2.0
    """Before a sign-on after a break or a failure."""
    repeats: int = 2
    """How often a script begins anew when something was heard."""
    silent_repeats: int = 1
    """The same when nobody answered at all."""


@dataclass(frozen=True, slots=True)
class Step:
    """Send a telegram after ``pause`` seconds, run at ``baud`` from then on (0: no change), await answers."""

    telegram: Telegram
    expect: tuple[type[Telegram], ...]
    """Empty: nobody answers."""
    pause: float = 0.2
    baud: int = 0


Script = Generator[Step, Telegram | None, T]


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """The script has returned."""

    result: T


@dataclass(frozen=True, slots=True)
class Failed:
    """No try led to the end of the script."""

    heard: bool
    """Something came, if no answer."""
    reason: str


Said = Send | Retune | Ended[T] | Failed
"""What the runner tells the one who holds the line."""


class Runner(Generic[T]):
    """One script at a time on one line."""

    def __init__(self, timings: Timings | None = None) -> None:
        self.timings = timings or Timings()
        self.deadline: float | None = None
        """When ``tick`` has something to do."""
        self.tries = 0
        self.began = 0.0
        """When the first character of the last expected answer came."""
        self._reader = Reader(gap=self.timings.gap)
        self._script: Script[T] | None = None

    def begin(self, make: Callable[[int], Script[T]], speed: Speed, now: float) -> list[Said[T]]:
        """Start; ``make`` gives the script for the try with this number, from 1."""
        self._make, self._base, self._speed = make, speed, speed
        self._heard, self._reason, self.tries, self._free = False, "", 0, now
        return self._start(now, self.timings.quiet)

    def cancel(self) -> None:
        """Give the script up."""
        self._script = self.deadline = None

    def feed(self, data: bytes, now: float) -> list[Said[T]]:
        """Take bytes that arrived."""
        if self._script is None or self.deadline is None:
            return []
        fresh = not self._reader.partial
        if fresh:
            self._first = now
        for event in self._reader.feed(data, now):
            if isinstance(event, self._step.expect):
                self.began = self._first
                return self._advance(event, now)
            self._disturb(event)
        self.deadline = min(max(self.deadline, now + self.timings.gap), self._latest)
        return []

    def _disturb(self, event: Telegram | Noise) -> None:
        if isinstance(event, Noise):
            self._heard, self._reason = True, event.reason
        elif event != self._step.telegram:
            self._heard, self._reason = True, f"{type(event).__name__.lower()} where none is due"

    def tick(self, now: float) -> list[Said[T]]:
        """Let time pass."""
        if self._script is None or self.deadline is None or now < self.deadline:
            return []
        self._heard = self._heard or self._answered or self._reader.partial
        if self._reader.partial:
            self._reason = "half a telegram"
        self._free = max(self._free, now)
        return self._fail(now)

    def _start(self, now: float, pause: float) -> list[Said[T]]:
        self.tries += 1
        self._answered = self._moved = False
        self._script = self._make(self.tries)
        return self._carry(next(self._script), now, pause)

    def _carry(self, step: Step, now: float, pause: float) -> list[Said[T]]:
        said: list[Said[T]] = [self._send(step.telegram, pause, now)]
        if step.baud and step.baud != self._speed.baud:
            self._moved = True
            said.append(self._retune(step.baud))
        self._step = step
        self._reader.clear()
        if not step.expect:
            return said + self._advance(None, now)
        self.deadline = self._free + self.timings.reply
        self._latest = self.deadline + self._wire(BLOCK_LIMIT)
        return said

    def _advance(self, telegram: Telegram | None, now: float) -> list[Said[T]]:
        assert self._script is not None
        self._answered = self._answered or telegram is not None
        try:
            step = self._script.send(telegram)
        except StopIteration as end:
            self.cancel()
            return [Ended(end.value)]
        except (DecodeError, EncodeError) as error:  # an answer that only the script can see through
            self._heard, self._reason = True, str(error)
            return self._fail(now)
        return self._carry(step, now, step.pause)

    def _fail(self, now: float) -> list[Said[T]]:
        said: list[Said[T]] = []
        if self._answered:
            said.append(self._send(BREAK, 0.0, now))
        allowed = self.timings.repeats if self._heard else self.timings.silent_repeats
        if self.tries > allowed:
            self.cancel()
            return [*said, Failed(self._heard, self._reason or "no answer")]
        if self._moved:
            said.append(self._retune(self._base.baud))
        return said + self._start(now, self.timings.restart)

    def _send(self, telegram: Telegram, pause: float, now: float) -> Send:
        raw = encode(telegram)
        if self._speed.parity == "N" and self._speed.data_bits == 8:
            raw = with_parity(raw)
        self._free = max(self._free, now) + pause + self._wire(len(raw))
        return Send(raw, pause)

    def _retune(self, baud: int) -> Retune:
        held = self._speed
        self._speed = Speed(baud, held.parity, held.data_bits, held.stop_bits)
        return Retune(self._speed)

    def _wire(self, count: int) -> float:
        held = self._speed
        return count * held.bits / held.baud
