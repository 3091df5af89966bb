"""The talk with a modem in AT commands, without a port (GSM 07.07, 07.05): bytes and time in, answers out.

Strategy
- One command at a time. Its answer is the lines that begin with the word it asks for, up to a final result;
  a command that lists messages also gets the line behind each of those lines.
- Everything else a modem says is unasked: a call, a hint that a message came, a change of the network, or
  noise. It may stand in the middle of an answer. Echo of the command is dropped.
- A command with a body waits for the prompt; one that does not come is called for again, after ESC, once.
- Silence ends a command after its time; what comes later is unasked and does no harm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

PROMPT = ">"
CANCEL, SUBMIT = b"\x1b", b"\x1a"
LONGEST = 2048
"""Bytes of a line; longer ones are noise."""
SHORT = 8
"""Bytes within which a prompt stands on its line, blanks in front of it."""
PROMPT_WAIT = 5.0
"""Seconds until the prompt must be there."""


class Result(Enum):
    """How a command ended."""

    OK = "ok"
    ERROR = "error"
    """The modem refused without a number."""
    DEVICE = "device"
    """It refused with a number of the device (``+CME ERROR``)."""
    MESSAGE = "message"
    """It refused with a number of the message service (``+CMS ERROR``)."""
    SILENT = "silent"


REFUSALS = {"+CME ERROR:": Result.DEVICE, "+CMS ERROR:": Result.MESSAGE}


@dataclass(frozen=True, slots=True)
class Command:
    """One command and what its answer looks like."""

    text: str
    """Without the carriage return, e.g. ``AT+CSQ``."""
    word: str = ""
    """How the lines of its answer begin; empty: it has none."""
    wait: float = 5.0
    """Seconds until the final result must be there."""
    follows: bool = False
    """Behind each line of the answer comes another one that belongs to it."""
    body: bytes = b""
    """To be sent after the prompt."""
    shape: str = ".*"
    """Regular expression of what stands behind the word: a line of another shape is unasked (``+CREG``)."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A command is over; ``lines`` are its answer, each with the line that follows it where there is one."""

    command: Command
    result: Result
    lines: tuple[tuple[str, str], ...] = ()
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for the modem."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Unasked:
    """A line that belongs to no answer."""

    line: str


AtEvent = Answered | Send | Unasked


class AtDialogue:
    """Our side of the talk."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._command: Command | None = None
        self._lines: list[tuple[str, str]] = []
        self._awaits_body = False
        self._prompted_again = False
        self._until = 0.0
        self._prompt_until = 0.0
        self._wants_follower = False

    @property
    def busy(self) -> bool:
        """A command is under way."""
        return self._command is not None

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        if self._command is None:
            return None
        return min(self._until, self._prompt_until) if self._awaits_body else self._until

    def begin(self, command: Command, now: float) -> list[AtEvent]:
        """Start a command; the one before it must be over."""
        if self._command is not None:
            raise RuntimeError(f"{self._command.text} is under way")
        self._command = command
        self._lines = []
        self._wants_follower = False
        self._awaits_body = bool(command.body)
        self._prompted_again = False
        self._until, self._prompt_until = now + command.wait, now + PROMPT_WAIT
        return [Send(command.text.encode("ascii") + b"\r")]

    def feed(self, data: bytes, now: float) -> list[AtEvent]:
        """Take bytes of the modem."""
        events: list[AtEvent] = []
        for byte in data:
            if byte in b"\r\n":
                events += self._end_line()
            else:
                self._buffer.append(byte)
                events += self._prompted(now)
            if len(self._buffer) > LONGEST:
                self._buffer.clear()
        return events

    def tick(self, now: float) -> list[AtEvent]:
        """Let ``now`` pass: call for the prompt again, or give the command up."""
        command = self._command
        if command is None or self.deadline is None or now < self.deadline:
            return []
        if not self._awaits_body:
            return self._over(Result.SILENT)
        if self._prompted_again:
            return [Send(CANCEL), *self._over(Result.SILENT)]
        self._prompted_again = True
        self._prompt_until = now + PROMPT_WAIT
        return [Send(CANCEL), Send(command.text.encode("ascii") + b"\r")]

    def _prompted(self, now: float) -> list[AtEvent]:
        if not (
            self._awaits_body and self._command and len(self._buffer) <= SHORT and self._text() == PROMPT
        ):
            return []
        self._buffer.clear()
        self._awaits_body = False
        self._until = now + self._command.wait
        return [Send(self._command.body + SUBMIT)]

    def _text(self) -> str:
        return self._buffer.decode("ascii", errors="replace").strip(" \0\x1a")

    def _end_line(self) -> list[AtEvent]:
        line = self._text()
        self._buffer.clear()
        if not line or self._is_echo(line):
            return []
        return self._answer(self._command, line) if self._command else [Unasked(line)]

    def _is_echo(self, line: str) -> bool:
        command = self._command
        if command is None:
            return line.startswith("AT")
        return line in (command.text, command.body.decode("ascii"))

    def _answer(self, command: Command, line: str) -> list[AtEvent]:
        if self._wants_follower and is_hexadecimal(line):
            self._wants_follower = False
            self._lines[-1] = (self._lines[-1][0], line)
            return []
        if (final := _final(line)) is not None:
            # A prompt given up by ESC is answered too: that is not the end of the command.
            return [] if self._awaits_body and final[0] is Result.OK else self._over(*final)
        said = line.removeprefix(command.word).lstrip()
        if not command.word or not line.startswith(command.word) or not re.fullmatch(command.shape, said):
            return [Unasked(line)]
        self._lines.append((said, ""))
        self._wants_follower = command.follows
        return []

    def cancel(self) -> None:
        """Forget the command; what the modem still says to it is unasked."""
        self._command, self._awaits_body = None, False

    def _over(self, result: Result, code: int | None = None) -> list[AtEvent]:
        command, self._command, self._awaits_body = self._command, None, False
        return [Answered(command, result, tuple(self._lines), code)] if command else []


def _final(line: str) -> tuple[Result, int | None] | None:
    """Return what a final result says, ``None`` for other lines."""
    if line in ("OK", "ERROR"):
        return Result[line], None
    for word, result in REFUSALS.items():
        if line.startswith(word):
            return result, numbers(line.removeprefix(word))[0]
    return None


def is_hexadecimal(line: str) -> bool:
    """Tell whether a line can be the octets of a message."""
    return all(sign in "0123456789abcdefABCDEF" for sign in line)


def numbers(text: str) -> Sequence[int | None]:
    """Return the fields of an answer as numbers, ``None`` for those that are none."""
    fields = [field.strip(' "') for field in text.split(",")]
    return [int(field) if field.isdecimal() else None for field in fields]
