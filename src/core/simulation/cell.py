"""The network between modems and phones: messages that come late, twice, out of order or never; calls."""

from dataclasses import dataclass
from datetime import timedelta, timezone
from random import Random
from typing import Protocol

from core.lines.pace import LoopClock
from core.lines.pdu import Deliver, Submit

CENTRE = "+8613800100500"
COUNTRY = "+86"
ZONE = timezone(timedelta(hours=8))
RING_EVERY = 5.0
"""Seconds between two rings."""
TRY_AGAIN, GIVE_UP = 30.0, 3600.0
"""Seconds until a message that could not be delivered is tried again, and until it is thrown away."""


@dataclass(frozen=True, slots=True)
class CellFaults:
    """Chances from 0 to 1 per message, times in seconds."""

    delay: float = 3.0
    """From the one who sends to the one who gets it."""
    jitter: float = 0.0
    """Up to so much on top; messages overtake each other."""
    lose: float = 0.0
    twice: float = 0.0
    """A message is delivered again, with the same time stamp, ``again`` seconds later."""
    again: float = 40.0


CALM = CellFaults()


class Subscriber(Protocol):
    """Whoever has a number."""

    number: str

    def deliver(self, message: Deliver) -> bool:
        """Take a message; ``False`` while it cannot be reached or its store is full."""
        ...

    def ring(self, caller: str) -> bool:
        """Ring once; ``False`` when the call cannot be put through."""
        ...


class Cell:
    """One network; its numbers are international, those dialled may be national."""

    def __init__(self, clock: LoopClock, faults: CellFaults = CALM, seed: int = 0) -> None:
        self.faults = faults
        """May be exchanged at any time; holds for the next message."""
        self._clock = clock
        self._random = Random(seed)
        self._subscribers: dict[str, Subscriber] = {}

    def join(self, subscriber: Subscriber) -> None:
        """Give a number to whoever has it now."""
        self._subscribers[_international(subscriber.number)] = subscriber

    def submit(self, sender: str, message: Submit) -> None:
        """Carry a message; the sender hears nothing of its fate."""
        stamp = self._clock.now().replace(microsecond=0, tzinfo=ZONE)
        carried = Deliver(
            _international(sender), message.octets, stamp, CENTRE, message.alphabet, message.header
        )
        number = _international(message.number)
        if self._happens(self.faults.lose):
            return
        wait = self.faults.delay + self._random.uniform(0.0, self.faults.jitter)
        self._later(wait, number, carried, GIVE_UP)
        if self._happens(self.faults.twice):
            self._later(wait + self.faults.again, number, carried, GIVE_UP)

    def _later(self, wait: float, number: str, message: Deliver, patience: float) -> None:
        self._clock.call_later(wait, lambda: self._deliver(number, message, patience))

    def _deliver(self, number: str, message: Deliver, patience: float) -> None:
        subscriber = self._subscribers.get(number)
        if subscriber and not subscriber.deliver(message) and patience > 0:
            self._later(TRY_AGAIN, number, message, patience - TRY_AGAIN)

    def call(self, caller: str, number: str, rings: int) -> None:
        """Let a phone ring so many times."""
        subscriber = self._subscribers.get(_international(number))
        if subscriber and rings > 0 and subscriber.ring(caller and _international(caller)):
            self._clock.call_later(RING_EVERY, lambda: self.call(caller, number, rings - 1))

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


class Phone:
    """A subscriber used by hand."""

    def __init__(self, number: str, cell: Cell) -> None:
        self.number = number
        self.heard: list[Deliver] = []
        self._cell = cell
        cell.join(self)

    def deliver(self, message: Deliver) -> bool:
        """Keep a message."""
        self.heard.append(message)
        return True

    def ring(self, caller: str) -> bool:
        """Nobody picks up."""
        return bool(caller)

    def send(self, message: Submit) -> None:
        """Send a message."""
        self._cell.submit(self.number, message)

    def call(self, number: str, rings: int, *, withheld: bool = False) -> None:
        """Call somebody and hang up after so many rings; ``withheld``: without showing the own number."""
        self._cell.call("" if withheld else self.number, number, rings)


def _international(number: str) -> str:
    return number if number.startswith("+") else COUNTRY + number
