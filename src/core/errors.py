"""The one tree of errors.

CoreError
├── UsageError            ours: the caller asks for what cannot be
│   └── EncodeError       a value that the wire cannot carry
├── DecodeError           theirs: bytes that break their layout
├── DeniedError           theirs: the other side understood and refused
├── LibraryError          theirs: a protocol library that breaks its format
├── LineError             the line's: a port that is missing, busy, lost
│   └── SilenceError      nobody answered
└── StoreError            the store's: full, damaged, locked

An error carries facts (offset, field, port, code) and its cause; the words a person reads are made at the
screen or the command line. A foreign exception becomes one of these at the edge of the room that met it.
"""

from dataclasses import dataclass, field
from enum import Enum


class CoreError(Exception):
    """Root of every error this product raises on purpose."""


@dataclass(eq=False)
class UsageError(CoreError):
    """The caller asks for what cannot be; ``hint`` names the next step."""

    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.reason} {self.hint}".rstrip()


@dataclass(eq=False)
class EncodeError(UsageError):
    """A value that the wire cannot carry: which field, and which limit it breaks."""

    field: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason

    def within(self, outer: str) -> "EncodeError":
        """Return the same error seen from the record that holds the field."""
        path = (
            f"{outer}.{self.field}" if self.field and not self.field.startswith("[") else outer + self.field
        )
        return EncodeError(self.reason, self.hint, path)


@dataclass(eq=False)
class DecodeError(CoreError):
    """Bytes that break their layout: offset from the start of the decoded bytes, field path, reason."""

    reason: str
    offset: int = 0
    field: str = ""

    def __str__(self) -> str:
        place = f"{self.field} at byte {self.offset}" if self.field else f"byte {self.offset}"
        return f"{place}: {self.reason}"


@dataclass(eq=False)
class DeniedError(CoreError):
    """The terminal understood and refused; ``code`` is the ERR byte of AFN00 F3, ``None`` after F2."""

    afn: int
    code: int | None = None
    refused: tuple[tuple[int, int, int], ...] = field(default=())
    """(pn, fn, ERR) of each refused unit, when the terminal named them."""

    def __str__(self) -> str:
        detail = "" if self.code is None else f" with code {self.code:02X}H"
        return f"AFN {self.afn:02X}H refused by the terminal{detail}"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with a file that people write."""

    path: str
    """Where in it, as ``frames.reply.fields[3].to``."""
    reason: str
    line: int = 0
    """Counted from 1; 0 where the file has no lines, as JSON from a package."""

    def __str__(self) -> str:
        place = ", ".join(filter(None, (f"line {self.line}" if self.line else "", self.path)))
        return f"{place}: {self.reason}" if place else self.reason


@dataclass(eq=False)
class LibraryError(CoreError):
    """A protocol library that cannot be used; nothing of it was taken."""

    defects: tuple[Defect, ...]
    """All that was found, at least one, in the order of the file."""
    library: str = ""
    """Which one: its id, or its file."""

    def __str__(self) -> str:
        return f"{self.library}: {self.defects[0]}" if self.library else str(self.defects[0])


class LineFault(Enum):
    """What is wrong with a port, as far as the next step differs."""

    MISSING = "missing"
    """No such port: not plugged in, no driver, wrong name."""
    BUSY = "busy"
    """Another program holds it."""
    DENIED = "denied"
    """The operating system does not let this user open it."""
    UNFIT = "unfit"
    """It exists, but is no serial port or cannot run at these settings."""
    UNREACHABLE = "unreachable"
    """A network address that does not answer or does not exist."""
    LOST = "lost"
    """It was open and went away: unplugged, or closed by the other side."""
    CLOSED = "closed"
    """It was closed on this side."""
    SILENT = "silent"
    """The port works, but nobody answers."""


@dataclass(eq=False)
class LineError(CoreError):
    """A port that cannot be opened, is held by another program, or went away.

    ``reason`` is what the operating system or the driver said; ``fault`` is what a person can act on.
    """

    port: str
    reason: str
    fault: LineFault = field(default=LineFault.LOST, kw_only=True)

    def __str__(self) -> str:
        return f"{self.port}: {self.reason}"


@dataclass(eq=False)
class SilenceError(LineError):
    """Nobody answered within the allowed tries."""

    tries: int = 1
    fault: LineFault = field(default=LineFault.SILENT, kw_only=True)

    def __str__(self) -> str:
        return f"No answer on {self.port} after {self.tries} tries"


@dataclass(eq=False)
class StoreError(CoreError):
    """The store is full, damaged or locked."""

    reason: str
    full: bool = field(default=False, kw_only=True)
    """There is no room left, in its quota or on the disk below it."""

    def __str__(self) -> str:
        return self.reason
