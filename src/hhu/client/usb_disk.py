"""Make a USB disk from which a terminal upgrades itself (device behaviour 5.2, M147).

Strategy: nothing is called written that was not read back from the disk itself. The package goes under a name
no terminal looks for, is flushed, takes its place in one step, is read past the system's cache and compared;
a manifest beside it says what was put there. A disk that gives back something else keeps nothing of it.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from core.errors import UsageError
from core.vendor.transfer.terms import LARGEST, plain_name
from hhu.client.disks.reading import read_back
from hhu.files import sync_folder

FOLDER = "HX1088"
"""Where the terminal looks first (device behaviour 5.2, U3)."""
MANIFEST = "manifest.json"
SUFFIX = ".hxp"
SPARE = 65_536
"""Bytes asked for beside the package: folder, manifest, whole clusters."""
PIECE = 262_144
"""Bytes between two words on progress."""


class Step(Enum):
    """What is being done to the disk."""

    WRITING = "writing"
    FLUSHING = "flushing"
    READING = "reading"
    NOTING = "noting"


Tell = Callable[[Step, int, int], None]
"""Step, bytes done, bytes in all."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A disk that is ready to be pulled."""

    package: Path
    size: int
    sha256: str
    manifest: Path
    uncached: bool
    """It was read from the disk itself; false where the system reads through its cache only."""
    others: tuple[str, ...]
    """Other packages on the disk: the terminal asks which one, and takes the highest version after 30 s."""


class ReadBackError(UsageError):
    """The disk gives back something else than was written."""


def prepare(folder: Path, name: str, content: bytes, now: datetime, tell: Tell | None = None) -> Prepared:
    """Put a package on the disk at ``folder`` and prove it.

    ``content`` was inspected before. ``UsageError`` for a name, size or disk that cannot serve, or when the
    disk refuses; ``ReadBackError`` when it does not hold what was written, and then the file is removed.
    """
    said = tell or _quiet
    place = Path(name).name
    _check(folder, place, content)
    target = folder / FOLDER / place
    digest = hashlib.sha256(content).hexdigest()
    note = _manifest(place, len(content), digest, now)
    try:
        target.parent.mkdir(exist_ok=True)
        _put(target, content, said)
        said(Step.READING, 0, len(content))
        package = _proved(target, content)
        said(Step.NOTING, 0, len(note))
        _put(target.parent / MANIFEST, note, _quiet)
        _proved(target.parent / MANIFEST, note)
    except OSError as error:
        raise refused(folder, error) from error
    return Prepared(
        target, len(content), digest, target.parent / MANIFEST, package, tuple(_others(folder, target))
    )


def _quiet(_step: Step, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def _check(folder: Path, name: str, content: bytes) -> None:
    if plain_name(name) != name or not name.lower().endswith(SUFFIX):
        raise UsageError(
            f"A terminal does not take a file called {name}.",
            "Name it with letters, digits, point, line and underline, ending in .hxp.",
        )
    if not 0 < len(content) <= LARGEST:
        raise UsageError(f"{name} has {len(content)} bytes.", f"1 to {LARGEST} can be sent.")
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", "Insert the disk and name the folder it is mounted at.")
    if _is_system(folder):
        raise UsageError(f"{folder} is the system disk.", "Name the folder of the USB disk.")
    free = shutil.disk_usage(folder).free
    if free < len(content) + SPARE:
        raise UsageError(
            f"{folder} has {free} bytes left.", "Delete something from the disk, or take another."
        )


def _is_system(folder: Path) -> bool:
    """Tell whether a folder is the top of the disk this computer runs from."""
    place = folder.resolve()
    return place == Path(place.anchor) and place.drive.upper() == os.environ.get("SYSTEMDRIVE", "").upper()


def _put(target: Path, content: bytes, said: Tell) -> None:
    """Write beside, flush, take the place, flush the folder."""
    fresh = target.with_name(f"{target.name}.new")
    try:
        with fresh.open("wb") as file:
            for at in range(0, len(content), PIECE):
                said(Step.WRITING, at, len(content))
                file.write(content[at : at + PIECE])
            said(Step.FLUSHING, len(content), len(content))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _proved(target: Path, content: bytes) -> bool:
    """Compare what the disk holds; return whether it came from the disk itself."""
    held = read_back(target)
    if held.content == content:
        return held.uncached
    target.unlink(missing_ok=True)
    at = next(
        (at for at, (a, b) in enumerate(zip(held.content, content, strict=False)) if a != b),
        min(len(held.content), len(content)),
    )
    raise ReadBackError(
        f"{target.name} on the disk differs from byte {at}.", "It was removed. Take another disk."
    )


def _manifest(name: str, size: int, digest: str, now: datetime) -> bytes:
    told = {
        "made": f"{now:%Y-%m-%d %H:%M:%S}",
        "files": [{"name": name, "size": size, "sha256": digest}],
    }
    return (json.dumps(told, indent=1) + "\r\n").encode("ascii")


def _others(folder: Path, target: Path) -> Iterator[str]:
    for place in (folder, folder / FOLDER):
        for path in sorted(place.iterdir()):
            hidden = path.name.startswith(".")
            if path != target and path.suffix.lower() == SUFFIX and not hidden:
                yield path.relative_to(folder).as_posix()


def refused(folder: Path, error: OSError) -> UsageError:
    """Put what the system says about a disk into words."""
    if error.errno == errno.ENOSPC:
        return UsageError(f"{folder} is full.", "Delete something from the disk, or take another.")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return UsageError(f"{folder} cannot be written.", "Look for a write-protect slide on the disk.")
    if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT):
        return UsageError(f"{folder} went away.", "Leave the disk in until the tool says so; begin again.")
    return UsageError(f"{folder} failed: {error.strerror or error}.", "Take another disk.")
