"""The package on its way: its bytes, its name at the terminal, and the versions it brings."""

from dataclasses import dataclass
from datetime import date

from core.errors import DecodeError
from core.gdw376.units.afn09 import Version as TerminalVersion
from core.vendor.header import LIBRARY, SIZE, Header, is_header
from core.vendor.identify import Identity
from core.vendor.package import Installed


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as people compare it: code and date."""

    code: str
    day: date | None

    def __str__(self) -> str:
        return f"{self.code} {self.day:%Y-%m-%d}" if self.day else self.code


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
        """The version that proves it: of the library for a package of the library alone."""
        header = self.header
        if header is None:
            return None
        version = header.library_version if header.kind == LIBRARY else header.program_version
        return Shown(version.code, version.day)

    def running(self, known: "Running") -> Shown:
        """The version at the terminal that this package replaces."""
        header = self.header
        return known.library if header is not None and header.kind == LIBRARY else known.program


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
