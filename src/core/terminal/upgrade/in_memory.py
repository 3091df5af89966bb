"""Program slots that forget everything at the end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.terminal.upgrade.slots import (
    ATTEMPTS,
    Attempt,
    Commit,
    Outcome,
    Part,
    Partial,
    Range,
    Slot,
    SlotName,
    Slots,
    SlotState,
)


class ProgramsInMemory:
    """A `core.terminal.upgrade.slots.ProgramStore` without a file."""

    def __init__(self) -> None:
        self._slots = Slots()
        self._libraries = {SlotName.A: b"", SlotName.B: b""}
        self._candidate = bytearray()
        self._attempts: list[Attempt] = []
        self._mode: str | None = None
        self._file_id = 0
        self._partial: Partial | None = None
        self._body = bytearray()

    def slots(self) -> Slots:
        """Return both slots."""
        return self._slots

    def _put(self, name: SlotName, slot: Slot) -> None:
        self._slots = replace(self._slots, b=slot) if name else replace(self._slots, a=slot)

    def begin_candidate(self) -> None:
        """Begin an empty candidate."""
        self._candidate = bytearray()

    def write_candidate(self, data: bytes) -> None:
        """Add to its end."""
        self._candidate += data

    def read_candidate(self) -> bytes:
        """Return it."""
        return bytes(self._candidate)

    def erase_candidate(self) -> None:
        """Forget it."""
        self._candidate = bytearray()

    def commit(self, change: Commit) -> None:
        """Make the candidate the active slot, on trial."""
        old, new = self._slots.active, self._slots.active.other
        brought = bytes(self._candidate)
        self._libraries[new] = brought if Part.LIBRARY in change.parts else self._libraries[old]
        self._put(new, Slot(SlotState.TRIAL, change.versions))
        self._slots = replace(self._slots, active=new)
        self.note(change.attempt)
        self._mode = None
        self.erase_candidate()
        if change.erase_partial:
            self.erase_partial()

    def count_boot(self) -> int:
        """Count a start of the active slot."""
        slot = self._slots.current
        self._put(self._slots.active, replace(slot, boots=slot.boots + 1))
        return slot.boots + 1

    def confirm(self) -> None:
        """The active slot and its attempt are good."""
        self._put(self._slots.active, replace(self._slots.current, state=SlotState.GOOD, boots=0))
        self._end_trial(Outcome.GOOD, "")

    def roll_back(self, note: str, late: Attempt | None = None) -> None:
        """Back to the other slot."""
        self._put(self._slots.active, replace(self._slots.current, state=SlotState.BAD))
        self._slots = replace(self._slots, active=self._slots.active.other)
        self._end_trial(Outcome.ROLLED_BACK, note)
        if late:
            self.note(late)

    def _end_trial(self, outcome: Outcome, note: str) -> None:
        self._attempts = [
            replace(one, outcome=outcome, note=note) if one.outcome is Outcome.TRIAL else one
            for one in self._attempts
        ]

    def library(self) -> bytes:
        """Return the package with the protocol library of the active slot."""
        return self._libraries[self._slots.active]

    def kept_library(self) -> bytes:
        """Return the same of the other slot."""
        return self._libraries[self._slots.active.other]

    def note(self, attempt: Attempt) -> None:
        """Keep a record."""
        number = self._attempts[-1].number + 1 if self._attempts else 1
        self._attempts = [*self._attempts, replace(attempt, number=number)][-ATTEMPTS:]

    def attempts(self) -> tuple[Attempt, ...]:
        """Return the records, oldest first."""
        return tuple(self._attempts)

    def mode(self) -> str | None:
        """Return the mode record."""
        return self._mode

    def keep_mode(self, mode: str | None) -> None:
        """Replace or erase it."""
        self._mode = mode

    def next_file_id(self) -> int:
        """Return the next file id."""
        self._file_id = self._file_id % 0xFFFFFFFF + 1
        return self._file_id

    def partial(self) -> Partial | None:
        """Return what is known of the partial file."""
        return self._partial

    def begin_partial(self, partial: Partial) -> None:
        """Begin another one."""
        self._partial, self._body = partial, bytearray()

    def write_partial(self, offset: int, data: bytes) -> None:
        """Write."""
        end = offset + len(data)
        self._body.extend(bytes(max(0, end - len(self._body))))
        self._body[offset:end] = data

    def keep_map(self, coverage: Sequence[Range], touched: datetime) -> None:
        """Keep this coverage."""
        if self._partial:
            self._partial = replace(self._partial, coverage=tuple(coverage), touched=touched)

    def describe_partial(self, partial: Partial) -> None:
        """Replace what is known of it."""
        self._partial = partial

    def read_partial(self, offset: int = 0, length: int | None = None) -> bytes:
        """Return a stretch of it, or all."""
        size = self._partial.size if self._partial else 0
        end = size if length is None else min(size, offset + length)
        return bytes(self._body[offset:end]).ljust(max(0, end - offset), b"\0")

    def erase_partial(self) -> None:
        """Forget it."""
        self._partial, self._body = None, bytearray()
