"""What the file transfer lets read: the directory, and exports as they are when they are opened (§3.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from core.errors import StoreError
from core.terminal.rtc import Rtc
from core.terminal.upgrade.documents import DOCUMENTS, Entry, FileKind, directory, kind_of
from core.terminal.upgrade.limits import Link
from core.terminal.upgrade.slots import ProgramStore
from core.vendor.crc import CrcKind
from core.vendor.transfer.answers import Cancelled, FileList, Finished, ReadBegun, ReadGone
from core.vendor.transfer.commands import Cancel, Finish, ListFiles, ReadFirst, ReadNext
from core.vendor.transfer.terms import UNIT, Code, Kind, plain_name


class Readable(Protocol):
    """The exports."""

    def read(self, name: str) -> bytes:
        """Return one as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that is being read."""

    id: int
    content: bytes


class Reading:
    """One export at a time, on whatever channel."""

    def __init__(self, store: ProgramStore, rtc: Rtc, documents: Readable) -> None:
        """``store`` numbers the files."""
        self._store = store
        self._rtc = rtc
        self._documents = documents
        self._reading: _Reading | None = None

    def restart(self) -> None:
        """Power came back: nothing is being read."""
        self._reading = None

    def directory(self, command: ListFiles, others: Iterable[Entry]) -> FileList | Code:
        """Return a piece of the directory: the exports, then the ``others``."""
        text = directory([*self._exports(), *others])
        start = command.block * command.size
        if start >= len(text) and start:
            return Code.OFFSET
        return FileList(len(text), text[start : start + command.size])

    def _exports(self) -> list[Entry]:
        now = self._rtc.reading()
        return [Entry.of(name, self._documents.read(name), now, FileKind.DOCUMENT) for name in DOCUMENTS]

    def first(self, command: ReadFirst, link: Link) -> ReadBegun | Code:
        """Open an export and return its first bytes."""
        name = plain_name(command.name)
        kind = kind_of(name) if name else None
        if name is None or kind is None:
            return Code.PATH_NAME
        if kind is not FileKind.DOCUMENT:
            return Code.OPEN
        try:
            number = self._store.next_file_id()
        except StoreError:
            return Code.READ
        self._reading = _Reading(number, self._documents.read(name))
        content = self._reading.content
        data = content[: min(command.size, link.limits.read)]
        return ReadBegun(number, len(content), CrcKind.X25.of(data), data)

    def next(self, command: ReadNext, link: Link) -> ReadGone | Code:
        """Return more bytes."""
        if self._reading is None or self._reading.id != command.id:
            return Code.FILE_ID
        content, start = self._reading.content, command.offset * UNIT
        if start > len(content):
            return Code.OFFSET
        data = content[start : start + min(command.length, link.limits.read)]
        return ReadGone(command.id, command.offset, CrcKind.X25.of(data), data)

    def end(self, command: Finish | Cancel) -> Finished | Cancelled | Code:
        """The directory has no id: whatever it is, it ends."""
        if command.kind is Kind.READ:
            if self._reading is None or self._reading.id != command.id:
                return Code.FILE_ID
            if isinstance(command, Finish) and CrcKind.X25.of(self._reading.content) != command.crc:
                return Code.CRC
            self._reading = None
        if isinstance(command, Finish):
            return Finished(command.kind, command.id, command.crc, 0)
        return Cancelled(command.kind, command.id)
