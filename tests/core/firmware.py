"""Packages for tests, as small as can be; unsigned."""

from datetime import date, datetime
from pathlib import Path

from core.vendor.header import BOTH, LIBRARY, PROGRAM, Version
from core.vendor.package import Label, build
from core.vendor.sections import PROGRAM_TAG, Section
from tests.core.vendor.packages import LIBR, META

BUILT = datetime(2026, 11, 15, 8, 30)
DAY = date(2026, 11, 15)


def program(version: str = "1.03", size: int = 1000, day: date = DAY, **more: object) -> bytes:
    """A program package with so many bytes of program."""
    label = Label(PROGRAM, BUILT, program=Version(version, day), **more)  # pyright: ignore[reportArgumentType]
    return build(label, [META, Section(PROGRAM_TAG, bytes(i * 7 % 251 for i in range(size)))])


def library(version: str = "0004") -> bytes:
    """A package with a protocol library."""
    return build(Label(LIBRARY, BUILT, library=Version(version, DAY)), [META, LIBR])


def both(version: str = "1.03", tables: str = "0004") -> bytes:
    """A package with program and library."""
    label = Label(BOTH, BUILT, program=Version(version, DAY), library=Version(tables, DAY))
    return build(label, [META, Section(PROGRAM_TAG, b"program"), LIBR])


def disk(folder: Path, **files: bytes) -> Path:
    """A directory with packages in HX1088; names without ending."""
    (folder / "HX1088").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / "HX1088" / f"{name}.hxp").write_bytes(content)
    return folder
