"""A USB disk in the socket, and the packages on it (device behaviour 5.2)."""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Protocol

from core.errors import DecodeError
from core.vendor.header import Header, code_key


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file ``*.hxp`` in the root of a disk or in its folder HX1088."""

    path: str
    """From the root, with ``/``."""
    size: int

    @property
    def name(self) -> str:
        """The name without folder."""
        return PurePosixPath(self.path).name

    @property
    def stem(self) -> str:
        """The name without folder and ending."""
        return PurePosixPath(self.path).stem


class Disk(Protocol):
    """What the terminal can do with a disk in its socket. A disk that is gone tells nothing."""

    def mount(self) -> bool:
        """Try to read its directory."""
        ...

    def packages(self) -> tuple[PackageFile, ...]:
        """Return the files that may be packages."""
        ...

    def read(self, path: str, offset: int, length: int) -> bytes | None:
        """Return a stretch of a file, ``None`` when it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file whose first 256 bytes are a header, whatever else may be wrong with it."""

    file: PackageFile
    header: bytes

    @property
    def version(self) -> tuple[bytes, date]:
        """Orders candidates; a header that cannot be read is the lowest."""
        try:
            return Header.decode(self.header).program_version.key
        except DecodeError:
            return code_key(""), date.min
