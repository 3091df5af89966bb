"""Files that can be read, and what stands in the directory (vendor extension §3.10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Self

from core.errors import CoreError
from core.terminal.events.rings import Events
from core.terminal.identity import Identity
from core.terminal.self_check import CODES, SelfChecks
from core.terminal.upgrade.libraries import digest_of, tables_in
from core.terminal.upgrade.slots import Attempt, Outcome, ProgramStore, SlotState, Way
from core.vendor.crc import CrcKind
from core.vendor.package import REASONS

MOST = 4096
"""Bytes of the directory."""
RECORDS = 512
"""Of both rings."""
MODE = 0o644
WAYS = {Way.USB: "USB", Way.LOCAL: "RS485", Way.REMOTE: "remote", Way.STANDARD: "AFN 0FH"}
OUTCOMES = {
    Outcome.GOOD: "good", Outcome.REFUSED: "refused", Outcome.ROLLED_BACK: "rolled back",
    Outcome.TRIAL: "on trial", Outcome.ABANDONED: "abandoned",
}  # fmt: skip


class FileKind(Enum):
    """The letter of the directory."""

    PACKAGE = "P"
    PARAMETERS = "D"
    DOCUMENT = "L"


ENDINGS = {".hxp": FileKind.PACKAGE, ".dft": FileKind.PARAMETERS}
UPGRADES, SELF_CHECK, EVENTS = "upg.log", "self.txt", "events.csv"
DOCUMENTS = (EVENTS, SELF_CHECK, UPGRADES)


def kind_of(name: str) -> FileKind | None:
    """Return what a file of this name may be, ``None`` for a name that does not exist here."""
    if name in DOCUMENTS:
        return FileKind.DOCUMENT
    ending = name[-4:].lower()
    return ENDINGS.get(ending) if len(name) > len(ending) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory."""

    name: str
    size: int
    crc: int
    at: datetime
    kind: FileKind

    @classmethod
    def of(cls, name: str, content: bytes, at: datetime, kind: FileKind) -> Self:
        """Describe a file by what is in it."""
        return cls(name, len(content), CrcKind.X25.of(content), at, kind)

    @property
    def line(self) -> str:
        """Name, size, mode, check, time, kind."""
        fields = (self.name, str(self.size), f"{MODE:o}", f"{self.crc:04X}", f"{self.at:%y%m%d%H%M}")
        return ",".join((*fields, self.kind.value)) + "\n"


def directory(entries: Iterable[Entry]) -> bytes:
    """Return the directory text, sorted by name; what no longer fits is left out."""
    text = b""
    for entry in sorted(entries, key=lambda one: one.name):
        line = entry.line.encode()
        if len(text) + len(line) <= MOST:
            text += line
    return text


class Documents:
    """The exports of one terminal; no password stands in any of them."""

    def __init__(
        self, store: ProgramStore, checks: SelfChecks, events: Events, running: Callable[[], Identity]
    ) -> None:
        self._store = store
        self._running = running
        self._checks = checks
        self._events = events

    def read(self, name: str) -> bytes:
        """Return a file as it is now; ``KeyError`` for another name than `DOCUMENTS`."""
        writers: dict[str, Callable[[], Iterable[str]]] = {
            UPGRADES: self._upgrades, SELF_CHECK: self._self_check, EVENTS: self._event_rows,
        }  # fmt: skip
        return "".join(f"{line}\n" for line in writers[name]()).encode()

    def _upgrades(self) -> Iterable[str]:
        return (upgrade_line(one) for one in self._store.attempts())

    def _self_check(self) -> Iterable[str]:
        last = self._checks.result
        yield f"{last.at:%Y-%m-%d %H:%M} self-check" if last.at else "no self-check yet"
        for part in CODES:
            yield f"{part.name.lower()}: {'fault' if part in last.faults else 'good'}"
        yield from self._libraries()

    def _libraries(self) -> Iterable[str]:
        """Version and hash of the protocol library that reads, and of the one that is kept (M29)."""
        who, spare = self._running(), self._store.slots().spare
        yield library_line("library", who.library, who.library_date, self._store.library())
        if spare.state is SlotState.EMPTY:
            return
        version = spare.versions.library if spare.versions else "factory"
        day = spare.versions.library_date if spare.versions else None
        word = "bad library" if spare.state is SlotState.BAD else "kept library"
        yield library_line(word, version, day, self._store.kept_library())

    def _event_rows(self) -> Iterable[str]:
        yield "ring,number,erc,time,point"
        for one in self._events.newest(RECORDS):
            ring = "important" if one.important else "ordinary"
            point = "" if one.pn is None else one.pn
            yield f"{ring},{one.number},{one.erc},{one.time:%Y-%m-%d %H:%M},{point}"


def library_line(word: str, version: str, day: date | None, package: bytes) -> str:
    """Return one library as a line of text: version, hash, families; the shipped one has neither of both."""
    told = f"{word}: {version}{f' {day}' if day else ''}"
    try:
        tables = ", ".join(f"{table.get('id')} {table.get('version')}" for table in tables_in(package))
        digest = digest_of(package)
    except CoreError:
        return f"{told}, cannot be read"
    return f"{told}, sha256 {digest}, {tables or 'no families'}" if digest else f"{told}, shipped"


def upgrade_line(attempt: Attempt) -> str:
    """Return one upgrade as a line of text."""
    reason = REASONS[attempt.reason][1] if attempt.reason else ""
    why = attempt.note or reason
    change = f" {attempt.before} -> {attempt.after}" if attempt.after else ""
    end = f"{attempt.at:%Y-%m-%d %H:%M} upgrade {OUTCOMES[attempt.outcome]}"
    return f"{end} ({WAYS[attempt.way]}){change}{': ' + why if why else ''}"
