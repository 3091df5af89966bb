"""The meter's end, without a line: telegrams in, at most one answer each (meter protocols §5).

Rules
- A sign-on is heard at its own rate only, by the meter it names or, without an address, by all; leading zeros
  are no part of an address.
- A session that nobody goes on with ends by itself; then the meter hears sign-ons again.
- What the meter knows is asked of a `Book`; the station knows rates, modes, login, parts of long answers.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from core.meters.iec62056.telegram import (
    BREAK,
    PROGRAMMING,
    RATES,
    READOUT,
    START_RATE,
    Accepted,
    Block,
    Command,
    Identification,
    Rejected,
    Selection,
    SignOn,
    Telegram,
    encode,
)

EXPIRY = 60.0
"""Seconds after which a session that nobody goes on with is over (§5.6)."""
PART = 512
"""Characters of one part of an answer of programming mode."""
CLOSED = "(ERR5)"
UNKNOWN_COMMAND, UNKNOWN_CODE = "(ERR1)", "(ERR2)"


class Book(Protocol):
    """What a meter knows."""

    def readout(self) -> str:
        """Return all lines, with their ends."""
        ...

    def challenge(self) -> str:
        """Return the key of a new login."""
        ...

    def admits(self, number: str, text: str) -> bool:
        """Tell whether the answer ``P<number>`` to the challenge is right."""
        ...

    def read(self, code: str, argument: str) -> str | None:
        """Return the text of one code, ``None`` if there is none."""
        ...

    def write(self, code: str, argument: str) -> bool:
        """Write one code; ``False`` if that cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class Habits:
    """How a meter behaves where makes differ (§5.2)."""

    fixed: int = 0
    """Rate of a port that takes part in no change, 0: it does."""
    impatient: bool = False
    """The readout follows the sign-on at once."""
    stays: bool = False
    """Answers go out at the old rate, whatever was agreed."""
    late: int = 0
    """So many characters of its first readout leave before it has changed its rate."""
    delay: float = 0.2
    """Seconds before each answer; up to 1.5."""
    part: int = PART


@dataclass(frozen=True, slots=True)
class Reply:
    """What the meter says, after ``delay`` seconds at ``baud``; ``last``: the session is over with it.

    The first ``late`` characters go at the rate of the sign-on.
    """

    raw: bytes
    delay: float
    baud: int
    last: bool = False
    late: int = 0


class _Stage(Enum):
    IDLE = "idle"
    NAMED = "identified"
    ASKED = "challenged"
    OPEN = "logged in"


class Station:
    """One meter on a line."""

    def __init__(
        self, address: str, identification: Identification, book: Book, habits: Habits | None = None
    ) -> None:
        self.address = address
        self.identification = identification
        self.habits = habits or Habits()
        self._book = book
        self._stage = _Stage.IDLE
        self._agreed = self.base
        self._heard_at = 0.0
        self._parts: list[str] = []
        self._said: Reply | None = None
        self._late = self.habits.late

    @property
    def base(self) -> int:
        """Rate of the sign-on."""
        return self.habits.fixed or START_RATE

    def baud(self, now: float) -> int:
        """Return the rate at which the meter listens."""
        self._expire(now)
        return self._agreed

    @property
    def selecting(self) -> bool:
        """The next ACK chooses rate and mode."""
        return self._stage is _Stage.NAMED

    def rest(self) -> None:
        """End the session."""
        self._stage, self._agreed, self._parts, self._said = _Stage.IDLE, self.base, [], None

    def take(self, telegram: Telegram, now: float) -> Reply | None:
        """Take a telegram that arrived; ``now`` in monotonic seconds."""
        self._expire(now)
        self._heard_at = now
        if isinstance(telegram, SignOn):
            return self._called(telegram)
        if self._stage is _Stage.IDLE:
            return None
        if isinstance(telegram, Selection):
            return self._chosen(telegram) if self.selecting else None
        if isinstance(telegram, Command):
            return self._commanded(telegram)
        if isinstance(telegram, Accepted):
            return self._following()
        return self._said if isinstance(telegram, Rejected) else None

    def _expire(self, now: float) -> None:
        if self._stage is not _Stage.IDLE and now - self._heard_at > EXPIRY:
            self.rest()

    def _called(self, called: SignOn) -> Reply | None:
        self.rest()
        if called.address and called.address.lstrip("0") != self.address.lstrip("0"):
            return None
        if self.habits.impatient:
            return self._reply(Block(self._book.readout()), last=True)
        self._stage = _Stage.NAMED
        return self._reply(self.identification)

    def _chosen(self, chosen: Selection) -> Reply | None:
        """Another rate than the offered one or 300 is not understood; nor is a mode that is not there."""
        known = chosen.rate in (self.identification.rate, "0") and chosen.protocol == "0"
        if not known or chosen.mode not in (READOUT, PROGRAMMING):
            self.rest()
            return None
        if not self.habits.fixed and not self.habits.stays:
            self._agreed = RATES[chosen.rate]
        if chosen.mode == READOUT:
            late, self._late = self._late, 0
            return replace(self._reply(Block(self._book.readout()), last=True), late=late)
        self._stage = _Stage.ASKED
        return self._reply(Command("P", "0", f"({self._book.challenge()})"))

    def _commanded(self, command: Command) -> Reply | None:
        if command == BREAK:
            self.rest()
            return None
        text = command.text or ""
        if command.kind == "P" and self._stage is _Stage.ASKED:
            if not self._book.admits(command.number, text.removeprefix("(").removesuffix(")")):
                return self._reply(Rejected())
            self._stage = _Stage.OPEN
            return self._reply(Accepted())
        if self._stage is not _Stage.OPEN:
            return self._reply(Block(CLOSED))
        return self._served(command.kind + command.number, *_split(text))

    def _served(self, order: str, code: str, argument: str) -> Reply:
        if order == "R1":
            found = self._book.read(code, argument)
            return self._first(UNKNOWN_CODE if found is None else found)
        if order == "W1":
            done = self._book.write(code, argument)
            return self._reply(Accepted()) if done else self._reply(Block(UNKNOWN_CODE))
        return self._reply(Block(UNKNOWN_COMMAND))

    def _first(self, text: str) -> Reply:
        size = self.habits.part
        self._parts = [text[at : at + size] for at in range(0, len(text), size)] or [""]
        return self._part()

    def _part(self) -> Reply:
        text = self._parts.pop(0)
        return self._reply(Block(text, more=bool(self._parts)))

    def _following(self) -> Reply | None:
        return self._part() if self._parts else None

    def _reply(self, telegram: Telegram, *, last: bool = False) -> Reply:
        self._said = Reply(encode(telegram), self.habits.delay, self._agreed, last)
        return self._said


def _split(text: str) -> tuple[str, str]:
    """Code and what stands in parentheses behind it."""
    code, _, rest = text.partition("(")
    return code, rest.removesuffix(")")
