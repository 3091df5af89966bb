"""The package on its way: its bytes, its name at the terminal, and the versions it brings."""

from dataclasses import dataclass, replace
from datetime import date

from core.errors import DecodeError
from core.gdw376.units.afn09 import Version as TerminalVersion
from core.vendor.header import BOTH, LIBRARY, PROGRAM, SIZE, Header, is_header
from core.vendor.identify import Identity
from core.vendor.package import Installed


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as people compare it: code and date."""

    code: str
    day: date | None
    library: "Shown | None" = None
    """The protocol library beside a program, where a package brings both."""

    def __str__(self) -> str:
        own = f"{self.code} {self.day:%Y-%m-%d}" if self.day else self.code
        return f"{own}, library {self.library}" if self.library and self.library.code else own

    def same(self, other: "Shown | None") -> bool:
        """Tell whether these are equal; a library that either side does not know is not compared."""
        if other is None or (self.code, self.day) != (other.code, other.day):
            return False
        ours, theirs = self.library, other.library
        return ours is None or theirs is None or not (ours.code and theirs.code) or ours == theirs


@dataclass(frozen=True, slots=True)
class Shipment:
    """A file to send."""

    name: str
    file: bytes

    @property
    def header(self) -> Header | None:
        """What the file says of itself; ``None`` when it is no package that can be read."""
        try:
            return Header.decode(self.file[:SIZE]) if is_header(self.file) else None
        except DecodeError:
            return None

    @property
    def brings(self) -> Shown | None:
        """The versions that prove it: of the library alone for a package that brings only that."""
        header = self.header
        if header is None:
            return None
        program, library = header.program_version, header.library_version
        beside = Shown(library.code, library.day)
        if header.kind == LIBRARY:
            return beside
        return Shown(program.code, program.day, beside if header.kind == BOTH else None)

    def running(self, known: "Running") -> Shown:
        """The versions at the terminal that this package replaces."""
        kind = self.header.kind if self.header else PROGRAM
        if kind == LIBRARY:
            return known.library
        return replace(known.program, library=known.library) if kind == BOTH else known.program


@dataclass(frozen=True, slots=True)
class Running:
    """What the terminal runs, by its own word."""

    program: Shown
    library: Shown
    identity: Identity | None = None
    """``None`` from a terminal that does not offer code E0."""

    @classmethod
    def by_identity(cls, identity: Identity) -> "Running":
        """As code E0 tells it."""
        return cls(
            Shown(identity.program, identity.program_date),
            Shown(identity.library, identity.library_date),
            identity,
        )

    @classmethod
    def by_version(cls, version: TerminalVersion) -> "Running":
        """As AFN09 F1 tells it; the library is not in there."""
        return cls(Shown(version.software, version.software_date), Shown("", None))

    @property
    def installed(self) -> Installed | None:
        """For judging a package; ``None`` where hardware and library are not known."""
        known = self.identity
        if known is None:
            return None
        return Installed(known.program, known.program_date, known.library, known.library_date, known.hardware)
