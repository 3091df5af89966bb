"""From a whole package to the next program: judge, put into the spare slot, read back, commit (5.1 V1, V3).

The order is always check, ``begin`` and ``add``, ``verify``, ``commit``; what fails leaves the slot that runs
untouched, and ``refuse`` keeps the reason. Statistics are saved before the pointer moves (V6).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from core.errors import StoreError
from core.terminal.identity import Identity
from core.terminal.rtc import Rtc
from core.terminal.upgrade.libraries import flaw_in
from core.terminal.upgrade.slots import Attempt, Commit, Outcome, Part, ProgramStore, Versions, Way
from core.vendor.header import BOTH, LIBRARY, PROGRAM, SIZE, Header
from core.vendor.package import Installed, Reason, check

PARTS = {
    PROGRAM: frozenset({Part.PROGRAM}),
    LIBRARY: frozenset({Part.LIBRARY}),
    BOTH: frozenset(Part),
}


@dataclass(frozen=True, slots=True)
class Package:
    """What counts of a package once it is judged good."""

    parts: frozenset[Part]
    versions: Versions
    """Of the slot that will hold it."""


class Installer:
    """Puts packages into the spare slot of one terminal."""

    def __init__(
        self,
        store: ProgramStore,
        rtc: Rtc,
        running: Callable[[], Identity],
        save: Callable[[], None],
    ) -> None:
        """``save``: keep the statistics."""
        self._store = store
        self._rtc = rtc
        self._running = running
        self._save = save
        self._flaw = ""
        """Why the library of the last package that was judged cannot be used."""

    def check(self, file: bytes, *, forced: bool = False) -> Reason:
        """Judge a whole file (V1, V2); a library that cannot be used is none of this product (M29)."""
        who = self._running()
        installed = Installed(
            who.software, who.software_date, who.library, who.library_date, 1 << who.hardware_bit
        )
        reason = check(file, installed, who.vendor_keys, forced=forced)
        flaw = None if reason else flaw_in(file)
        self._flaw = f"library {flaw}"[:LONGEST_NOTE] if flaw else ""
        return Reason.PRODUCT if flaw else reason

    def begin(self) -> None:
        """Begin to write a candidate; ``StoreError``."""
        self._store.begin_candidate()

    def add(self, data: bytes) -> None:
        """Write on; ``StoreError``."""
        self._store.write_candidate(data)

    def verify(self, *, forced: bool = False) -> Reason:
        """Read the candidate back and judge what is really there."""
        return self.check(self._store.read_candidate(), forced=forced)

    def package(self, header: bytes) -> Package:
        """Tell what a good package makes of the terminal; the part it does not bring stays."""
        brought, who = Header.decode(header[:SIZE]), self._running()
        parts = PARTS[brought.kind]
        program = brought.program_version if Part.PROGRAM in parts else None
        library = brought.library_version if Part.LIBRARY in parts else None
        versions = Versions(
            program.code if program else who.software,
            program.day if program else who.software_date,
            library.code if library else who.library,
            library.day if library else who.library_date,
        )
        return Package(parts, versions)

    def commit(self, header: bytes, way: Way) -> None:
        """Save the statistics and move the pointer; ``StoreError`` leaves the old program."""
        package = self.package(header)
        self._save()
        attempt = self._attempt(way, Outcome.TRIAL, Reason.OK, header)
        self._store.commit(Commit(package.versions, package.parts, attempt, way is not Way.USB))

    def refuse(self, way: Way, reason: Reason, header: bytes = b"") -> None:
        """Erase the candidate and keep the reason; of a library that cannot be used its first defect."""
        note = self._flaw if reason is Reason.PRODUCT else ""
        with suppress(StoreError):
            self._store.erase_candidate()
        with suppress(StoreError):
            self._store.note(self._attempt(way, Outcome.REFUSED, reason, header, note))

    def abandon(self, way: Way, note: str) -> None:
        """An upgrade ended without a package to judge: left, out of time."""
        with suppress(StoreError):
            self._store.note(self._attempt(way, Outcome.ABANDONED, Reason.OK, b"", note))

    def take_back(self, last: Attempt, note: str) -> None:
        """Save the statistics and move the pointer to the slot before; ``StoreError`` leaves it.

        ``last``: the upgrade that is undone, whose trial was passed.
        """
        self._save()
        at = self._rtc.reading().replace(microsecond=0)
        note = note[:LONGEST_NOTE]
        late = replace(last, at=at, outcome=Outcome.ROLLED_BACK, note=note)
        self._store.roll_back(note, late)

    def _attempt(self, way: Way, outcome: Outcome, reason: Reason, header: bytes, note: str = "") -> Attempt:
        """Of a library alone the versions are the library's."""
        at, who = self._rtc.reading().replace(microsecond=0), self._running()
        alone = header[KIND : KIND + 1] == bytes([LIBRARY])
        before, code = (who.library, LIBRARY_CODE) if alone else (who.software, PROGRAM_CODE)
        return Attempt(at, way, outcome, int(reason), before, _version(header[code : code + 4]), note)

    def install(self, file: bytes, way: Way, forced: bool) -> Reason:
        """Do all of it at once; on success the pointer has moved."""
        reason = self.check(file, forced=forced) or self._put(file, forced) or self._commit(file, way)
        if reason:
            self.refuse(way, reason, file)
        return reason

    def _put(self, file: bytes, forced: bool) -> Reason:
        try:
            self.begin()
            for start in range(0, len(file), PIECE):
                self.add(file[start : start + PIECE])
            return self.verify(forced=forced)
        except StoreError as error:
            return trouble(error)

    def _commit(self, file: bytes, way: Way) -> Reason:
        try:
            self.commit(file, way)
        except StoreError as error:
            return trouble(error)
        return Reason.OK


PIECE = 64 * 1024
"""Bytes written at a time."""


def trouble(error: StoreError) -> Reason:
    """Return the reason that a store error is."""
    return Reason.NO_SPACE if error.full else Reason.STORE


KIND, PROGRAM_CODE, LIBRARY_CODE = 9, 24, 36
"""Where a header, perhaps damaged, says what it brings (§5.1)."""
LONGEST_NOTE = 160
"""Letters of a note: a line of upg.log that still fits a screen."""


def _version(code: bytes) -> str:
    """Return the version a file claims, empty when it claims none; only for the record."""
    return code.decode("ascii") if len(code) == 4 and all(0x20 < letter < 0x7F for letter in code) else ""
