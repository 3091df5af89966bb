"""Two program slots and what their store keeps (device behaviour 5.1; vendor extension §2.7, §3.5).

Rules
- ``commit`` is one transaction: the pointer, the state of the slot, the record of the upgrade, the end of the
  mode. Before it the old program runs, after it the new one is on trial; there is nothing between (V3).
- The program that runs is never written to: a candidate grows beside both slots and takes the other one.
- A partial file outlives resets; its coverage counts only what ``keep_map`` has made durable (B3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Protocol


class SlotName(IntEnum):
    """Numbers as in the answer of code E0."""

    A = 0
    B = 1

    @property
    def other(self) -> "SlotName":
        """The slot beside it."""
        return SlotName(1 - self)


class SlotState(IntEnum):
    """Numbers as in the answer of code E0."""

    EMPTY = 0
    GOOD = 1
    TRIAL = 2
    BAD = 3


class Way(IntEnum):
    """How a package came; numbers as in the answer of code E0."""

    USB = 1
    LOCAL = 2
    REMOTE = 3
    STANDARD = 4
    """AFN 0FH."""


class Outcome(IntEnum):
    """How an upgrade ended; numbers as in the answer of code E0."""

    GOOD = 1
    REFUSED = 2
    ROLLED_BACK = 3
    TRIAL = 4
    ABANDONED = 5


@dataclass(frozen=True, slots=True)
class Versions:
    """What a slot holds: codes of four characters, with their dates."""

    program: str
    program_date: date | None
    library: str
    library_date: date | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot."""

    state: SlotState = SlotState.EMPTY
    versions: Versions | None = None
    """``None``: empty, or what came from the factory."""
    boots: int = 0
    """Starts on trial."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Both slots and the pointer."""

    active: SlotName = SlotName.A
    a: Slot = Slot(SlotState.GOOD)
    b: Slot = Slot()

    def of(self, name: SlotName) -> Slot:
        """Return one slot."""
        return self.b if name else self.a

    @property
    def current(self) -> Slot:
        """The slot that the next start takes."""
        return self.of(self.active)

    @property
    def spare(self) -> Slot:
        """The other one."""
        return self.of(self.active.other)


class Part(Enum):
    """What a package replaces; the other part is taken over from the slot that runs."""

    PROGRAM = "program"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The record of one upgrade: what ended, and how."""

    at: datetime
    """Terminal time."""
    way: Way
    outcome: Outcome
    reason: int = 0
    """Code of vendor extension §5.5."""
    before: str = ""
    after: str = ""
    """Codes of the program before it and of the one in the package; of the library where only that is new."""
    note: str = ""
    """Why it was rolled back."""
    number: int = 0
    """Counts up; given by the store."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit changes."""

    versions: Versions
    """Of the slot that becomes active."""
    parts: frozenset[Part]
    """What the candidate brings."""
    attempt: Attempt
    erase_partial: bool = False


Range = tuple[int, int]
"""First byte, and the one behind the last."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A file that has not come whole (B1 to B5)."""

    name: str
    size: int
    way: Way
    crc: int | None = None
    """CRC-16 of the whole file, of the kind of the transfer; ``None`` while nobody said it."""
    arc: bool = False
    """CRC-16/ARC instead of X.25."""
    prefix: bytes = b""
    """First 8 bytes of its SHA-256, empty while nobody said them."""
    touched: datetime = datetime.min
    """Terminal time of the last durable map; a partial file lives 24 h (§3.5)."""
    coverage: tuple[Range, ...] = ()
    """What is there, sorted, without touching neighbours."""


class ProgramStore(Protocol):
    """Durable home of slots, partial file and mode. Every method raises ``StoreError`` when it cannot."""

    def slots(self) -> Slots:
        """Return both slots."""
        ...

    def begin_candidate(self) -> None:
        """Forget the candidate there was and begin an empty one."""
        ...

    def write_candidate(self, data: bytes) -> None:
        """Add to the end of the candidate."""
        ...

    def read_candidate(self) -> bytes:
        """Return the whole candidate."""
        ...

    def erase_candidate(self) -> None:
        """Forget it."""
        ...

    def commit(self, change: Commit) -> None:
        """Make the candidate the active slot, on trial, in one durable transaction; the mode ends with it."""
        ...

    def count_boot(self) -> int:
        """Count a start of the active slot, durably; return how many there were."""
        ...

    def confirm(self) -> None:
        """The trial is passed: the active slot and its attempt are good."""
        ...

    def roll_back(self, note: str, late: Attempt | None = None) -> None:
        """Back to the other slot; the active one is bad, its attempt rolled back.

        ``late``: a record of its own, kept with the rest, where the trial was passed before.
        """
        ...

    def library(self) -> bytes:
        """Return the package with the protocol library of the active slot; empty for the factory's."""
        ...

    def kept_library(self) -> bytes:
        """Return the same of the other slot."""
        ...

    def note(self, attempt: Attempt) -> None:
        """Keep the record of an upgrade that changed nothing."""
        ...

    def attempts(self) -> tuple[Attempt, ...]:
        """Return the last `ATTEMPTS` records, oldest first."""
        ...

    def mode(self) -> str | None:
        """Return the mode record (5.3 L2, 5.4 R2)."""
        ...

    def keep_mode(self, mode: str | None) -> None:
        """Replace or erase the mode record, durably."""
        ...

    def next_file_id(self) -> int:
        """Return a file id that was never given, not even before a reset (§3.1); never 0."""
        ...

    def partial(self) -> Partial | None:
        """Return what is known of the partial file, with its durable coverage."""
        ...

    def begin_partial(self, partial: Partial) -> None:
        """Forget the partial file there was and begin another one, durably."""
        ...

    def write_partial(self, offset: int, data: bytes) -> None:
        """Write; only ``keep_map`` makes it count."""
        ...

    def keep_map(self, coverage: Sequence[Range], touched: datetime) -> None:
        """Make all that was written, and this coverage, durable."""
        ...

    def describe_partial(self, partial: Partial) -> None:
        """Replace what is known of the partial file, contents untouched, durably."""
        ...

    def read_partial(self, offset: int = 0, length: int | None = None) -> bytes:
        """Return a stretch of it, or all; what was never written reads as zeros."""
        ...

    def erase_partial(self) -> None:
        """Forget it and its map."""
        ...


ATTEMPTS = 32
"""Records of upgrades that are kept."""
