"""The terminal's side of the file transfer, code 0E (vendor extension part 3; M126, M158); sans-IO.

What is written: packages in download mode, parameter files at any time. What is read: exports, which are
taken as they are when they are opened. Passwords are judged before, at the door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.clock import Clock
from core.errors import StoreError
from core.terminal.access import Channel
from core.terminal.rtc import Rtc
from core.terminal.upgrade.documents import Entry, FileKind, kind_of
from core.terminal.upgrade.limits import Link
from core.terminal.upgrade.mode import Mode
from core.terminal.upgrade.partial import FileInMemory, Incoming, Offer, PartialPackage
from core.terminal.upgrade.reading import Readable, Reading
from core.terminal.upgrade.receiving import Receiving, Transfer, store_code
from core.terminal.upgrade.slots import Partial, ProgramStore, Way
from core.vendor.crc import CrcKind
from core.vendor.package import Reason
from core.vendor.transfer.answers import (
    Refused,
    TransferAnswer,
    WriteBegun,
)
from core.vendor.transfer.commands import (
    NUMBERS,
    BurstBlock,
    BurstQuery,
    Cancel,
    Command,
    Finish,
    ListFiles,
    MapQuery,
    ReadFirst,
    ReadNext,
    WriteFirst,
    WriteNext,
)
from core.vendor.transfer.terms import (
    LARGEST,
    UNIT,
    Code,
    Kind,
    plain_name,
)

LARGEST_PARAMETER_FILE = 50 * 1024
KEPT_AFTER = frozenset({Reason.OLD_VERSION, Reason.SAME_VERSION, Reason.NO_SPACE, Reason.STORE})
"""Reasons after which a sound file stays: to be forced, or tried again where the store failed."""


class Installer(Protocol):
    """The upgrade of a terminal, as a received package needs it."""

    store: ProgramStore

    def rouse(self) -> None:
        """``deadline`` may have changed."""
        ...

    def install(self, file: bytes, way: Way, forced: bool = False) -> int:
        """Judge and install; return the reason of §5.5."""
        ...


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """A parameter file that came whole; code 10 applies it."""

    name: str
    at: datetime
    body: bytes


class ParameterShelf(Protocol):
    """Where the parameter file is kept; there is one at a time."""

    @property
    def kept(self) -> ParameterFile | None:
        """The file, if there is one."""
        ...

    def keep(self, file: ParameterFile) -> None:
        """Put it in the place of the one there was. ``StoreError`` when it cannot be kept."""
        ...


class Files:
    """Commands in, answers out."""

    def __init__(
        self,
        upgrade: Installer,
        mode: Mode,
        clock: Clock,
        rtc: Rtc,
        shelf: ParameterShelf,
        documents: Readable,
        on_block: Callable[[float], None],
    ) -> None:
        """``on_block``: a block of a package came, at that monotonic time."""
        self._upgrade = upgrade
        self._mode = mode
        self._clock = clock
        self._rtc = rtc
        self._shelf = shelf
        self.package = PartialPackage(upgrade.store, rtc)
        self.receiving = Receiving(self._install)
        self.reading = Reading(upgrade.store, rtc, documents)
        self.reason = 0
        """Verdict on the last package that came whole in this mode."""
        self._on_block = on_block

    def restart(self) -> None:
        """Power came back: no transfer is open, and of the package only what was durable is here."""
        self.package.restart()
        self.receiving.restart()
        self.reading.restart()
        self.reason = 0

    @property
    def transferring(self) -> bool:
        """Is a package being received just now?"""
        return self.receiving.used(self._clock.monotonic())

    def busy_for(self, channel: Channel) -> bool:
        """Does another channel write?"""
        return self.receiving.busy_for(channel, self._clock.monotonic())

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self.package.deadline

    def tick(self, now: float) -> None:
        """Let time pass; ``StoreError`` when the map cannot be kept."""
        self.package.tick(now)

    def handle(self, command: Command, link: Link) -> TransferAnswer | None:
        """Answer a command; ``None`` is the silence inside a burst."""
        now, due = self._clock.monotonic(), self.deadline
        answer = self._answer(command, link, now)
        if self.deadline != due:
            self._upgrade.rouse()
        if isinstance(answer, Code):
            return Refused(NUMBERS[type(command)], answer)
        return answer

    def _answer(self, command: Command, link: Link, now: float) -> TransferAnswer | Code | None:
        match command:
            case ListFiles():
                return self.reading.directory(command, self._entries())
            case ReadFirst():
                return self.reading.first(command, link)
            case ReadNext():
                return self.reading.next(command, link)
            case WriteFirst():
                return self._write_first(command, link, now)
            case Finish() | Cancel():
                return self._end(command, now)
            case _:
                return self._block(command, now)

    def _end(self, command: Finish | Cancel, now: float) -> TransferAnswer | Code:
        if command.kind is not Kind.WRITE:
            return self.reading.end(command)
        if isinstance(command, Finish):
            return self.receiving.finish(command, now)
        return self.receiving.cancel(command, now)

    def _block(
        self, command: WriteNext | BurstBlock | BurstQuery | MapQuery, now: float
    ) -> TransferAnswer | Code | None:
        match command:
            case BurstQuery():
                return self.receiving.burst_query(command, now)
            case MapQuery():
                return self.receiving.map(command, now)
            case WriteNext() | BurstBlock():
                return self._written(command, now)

    def _written(self, command: WriteNext | BurstBlock, now: float) -> TransferAnswer | Code | None:
        running = self.receiving.open
        if running is not None and running.id == command.id and running.file is self.package:
            self._on_block(now)
        if isinstance(command, WriteNext):
            return self.receiving.write_next(command, now)
        return self.receiving.burst_block(command, now)

    def _entries(self) -> list[Entry]:
        """What was written."""
        entries: list[Entry] = []
        if about := self.package.about:
            entries.append(Entry(about.name, about.size, about.crc or 0, about.touched, FileKind.PACKAGE))
        if kept := self._shelf.kept:
            entries.append(Entry.of(kept.name, kept.body, kept.at, FileKind.PARAMETERS))
        return entries

    # Writing

    def _write_first(self, command: WriteFirst, link: Link, now: float) -> WriteBegun | Code:
        name = plain_name(command.name)
        kind = kind_of(name) if name else None
        if name is None or kind is None:
            return Code.PATH_NAME
        crc = CrcKind.fitting(command.data, command.crc)
        if (flaw := self._flaw(command, kind, link)) or crc is None:
            return flaw or Code.CRC
        try:
            return self._open(name, kind, command, crc, link, now)
        except StoreError as error:
            return store_code(error)

    def _flaw(self, command: WriteFirst, kind: FileKind, link: Link) -> Code:
        """Tell why a file of a good name may not be written now."""
        if kind is FileKind.DOCUMENT:
            return Code.OPEN
        if kind is FileKind.PACKAGE and self._mode.way is None:
            return Code.MODE
        if self.busy_for(link.channel) or self._settled(kind):
            return Code.BUSY
        largest = LARGEST if kind is FileKind.PACKAGE else LARGEST_PARAMETER_FILE
        fits = 1 <= command.size <= largest and len(command.data) == min(UNIT, command.size)
        return Code.OK if fits else Code.SIZE

    def _settled(self, kind: FileKind) -> bool:
        """A package that was taken waits for the reset: no other one may come."""
        return kind is FileKind.PACKAGE and self._mode.ending

    def _open(
        self, name: str, kind: FileKind, command: WriteFirst, crc: CrcKind, link: Link, now: float
    ) -> WriteBegun:
        wish = command.wish
        if kind is FileKind.PACKAGE:
            file, resumed = self._package(name, command, crc)
            self._on_block(now)
        else:
            file, resumed = FileInMemory(name, command.size), False
        file.write(0, command.data, now)
        wanted = max(1, wish.block) if wish else 1
        transfer = Transfer(
            id=self._upgrade.store.next_file_id(),
            file=file,
            link=link,
            crc=crc,
            block=min(wanted, link.limits.block),
            forced=bool(wish and wish.force),
            used_at=now,
        )
        return self.receiving.begin(transfer, wish, resumed=resumed)

    def _package(self, name: str, command: WriteFirst, crc: CrcKind) -> tuple[Incoming, bool]:
        """Go on with the partial file, or begin another one (B2, B4)."""
        wish, way = command.wish, self._mode.way or Way.LOCAL
        prefix = wish.prefix if wish and any(wish.prefix) else b""
        check = wish.crc if wish else None
        about = Partial(name, command.size, way, check, crc is CrcKind.ARC, prefix)
        resumed = self.package.is_same(Offer(about, command.data)) and not (wish and wish.start_over)
        if resumed:
            self.package.go_on(about)
        else:
            self.package.begin(about)
        return self.package, resumed

    def _install(self, transfer: Transfer) -> int:
        """Judge what came whole; a refused package is erased, unless it is to be tried again as it is."""
        if transfer.file is not self.package:
            self._shelf.keep(ParameterFile(transfer.file.name, self._rtc.reading(), transfer.file.read()))
            return 0
        way = self._mode.way or Way.LOCAL
        self.reason = self._upgrade.install(self.package.read(), way, transfer.forced)
        if self.reason and self.reason not in KEPT_AFTER:
            self.package.erase()
        elif not self.reason:
            self.package.restart()
        return self.reason
