"""What survives a power cut: parameters, facts and event records, changed only in transactions.

The ledger holds all of it in memory; a `Keeper` makes it durable. A transaction is applied at once, so that
its own steps see each other, and is taken back as a whole if a step or the keeper fails: memory and disk
never disagree, and nothing is half-written (M129).
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from core.errors import StoreError

K = TypeVar("K")
V = TypeVar("V")

RING = 256
"""Records kept per ring (device behaviour 7.1, rule 1)."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One stored event. ``number`` counts within its ring, ``serial`` over both rings, from 0."""

    important: bool
    number: int
    serial: int
    erc: int
    time: datetime
    pn: int | None
    """Measuring point, or ``None`` for the terminal itself."""
    body: bytes
    """Content behind the time of occurrence (part B §4.3)."""

    @property
    def slot(self) -> int:
        """Place in the ring: the counter modulo 256."""
        return self.number % RING


@dataclass(frozen=True, slots=True)
class ParameterKept:
    """A parameter was set (its encoded unit), or fell back to its default (``None``)."""

    fn: int
    pn: int
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class ListKept:
    """Records of a parameter that is a list were set (encoded), or deleted (``None``); others stay."""

    fn: int
    records: Mapping[int, bytes | None]


@dataclass(frozen=True, slots=True)
class FactKept:
    """A named fact has a new value, or none."""

    name: str
    value: str | None
    running: bool = False
    """It counts on by itself: a power cut may take its last steps, they need not wait for the disk."""


@dataclass(frozen=True, slots=True)
class RecordKept:
    """An event record was stored; it takes the place of the one in its slot."""

    record: EventRecord


@dataclass(frozen=True, slots=True)
class RecordsCleared:
    """Both rings were emptied and count from 0 again."""


Change = ParameterKept | ListKept | FactKept | RecordKept | RecordsCleared


@dataclass(slots=True)
class Kept:
    """The whole durable state."""

    parameters: dict[tuple[int, int], bytes] = field(default_factory=dict[tuple[int, int], bytes])
    """Encoded units by (Fn of AFN04, Pn); a missing one has its factory value."""
    lists: dict[int, Mapping[int, bytes]] = field(default_factory=dict[int, Mapping[int, bytes]])
    """Encoded records by Fn of AFN04 and number; an inner mapping is replaced, never changed."""
    facts: dict[str, str] = field(default_factory=dict[str, str])
    records: dict[tuple[bool, int], EventRecord] = field(default_factory=dict[tuple[bool, int], EventRecord])
    """Records by (important, slot)."""
    stored: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Records ever stored per ring since the last clearing."""

    def copy(self) -> "Kept":
        """Return a copy that later changes leave alone."""
        return Kept(
            dict(self.parameters), dict(self.lists), dict(self.facts), dict(self.records), dict(self.stored)
        )

    def apply(self, change: Change) -> None:
        """Carry out one change."""
        match change:
            case ParameterKept(fn, pn, raw):
                _place(self.parameters, (fn, pn), raw)
            case ListKept(fn, records):
                merged = {**self.lists.get(fn, {}), **records}
                held = {number: raw for number, raw in merged.items() if raw is not None}
                _place(self.lists, fn, held or None)
            case FactKept(name, value, _):
                _place(self.facts, name, value)
            case RecordKept(record):
                self.records[record.important, record.slot] = record
                self.stored[record.important] = record.number + 1
            case RecordsCleared():
                self.records.clear()
                self.stored = {True: 0, False: 0}


def _place(held: dict[K, V], key: K, value: V | None) -> None:
    if value is None:
        held.pop(key, None)
    else:
        held[key] = value


class Keeper(Protocol):
    """Durable home of a ledger."""

    def load(self) -> Kept:
        """Return what was kept; empty for a new terminal."""
        ...

    def write(self, changes: Sequence[Change]) -> None:
        """Keep all changes or none; durable on return, but for running facts alone.

        ``StoreError`` when that is impossible.
        """
        ...


JOINED = nullcontext()
"""Inside another transaction there is nothing to begin and nothing to end."""


class Ledger:
    """The durable state in memory, and the only way to change it."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self.kept = keeper.load()
        self._open: list[Change] | None = None
        self._after: list[Callable[[], None]] = []
        self.faulty = False
        """True after a write failed, until one succeeds: an alarm source (device behaviour part 4)."""
        self.revision = 0
        """Another number after every change of a parameter, and after one that was taken back."""
        self.changes = 0
        """Another number after every change of anything."""

    def fact(self, name: str) -> str | None:
        """Return a fact, ``None`` if it was never noted."""
        return self.kept.facts.get(name)

    def transaction(self) -> AbstractContextManager[None]:
        """Make all changes inside durable together, or take them back; an inner one joins the outer."""
        return self._all_or_nothing() if self._open is None else JOINED

    @contextmanager
    def _all_or_nothing(self) -> Generator[None]:
        before, self._open = self.kept.copy(), []
        try:
            yield
            if self._open:
                self._write(self._open)
        except BaseException:
            self.kept = before
            self.revision += 1
            self.changes += 1
            self._after = []
            raise
        finally:
            self._open = None
        kept, self._after = self._after, []
        for tell in kept:
            tell()

    def afterwards(self, tell: Callable[[], None]) -> None:
        """Call this once the open transaction is durable, at once without one, never if it fails."""
        if self._open is None:
            tell()
        else:
            self._after.append(tell)

    def _write(self, changes: Sequence[Change]) -> None:
        try:
            self._keeper.write(changes)
        except StoreError:
            self.faulty = True
            raise
        self.faulty = False

    def put(self, *changes: Change) -> None:
        """Change something; outside a transaction the call is one."""
        if self._open is None:
            with self._all_or_nothing():
                self.put(*changes)
            return
        self.changes += 1
        for change in changes:
            self.kept.apply(change)
            self.revision += isinstance(change, ParameterKept | ListKept)
        self._open.extend(changes)

    def note(self, name: str, value: str | None, *, running: bool = False) -> None:
        """Change one fact, unless it already is so."""
        if self.fact(name) != value:
            self.put(FactKept(name, value, running))
