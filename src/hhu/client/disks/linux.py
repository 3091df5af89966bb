"""Removable disks on Linux, from ``/sys`` and the table of mounts.

A disk counts as removable when the kernel says so or when it hangs on USB. It is the system's as soon as any
part of it is mounted outside the places where people's disks are mounted, or is swapped to: the stick of a
live system must not be offered. Encrypted and mapped volumes lead to the disk below them.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hhu.client.disks.disk import Disk

SECTOR = 512
"""The unit of ``size`` in ``/sys``, whatever the disk uses itself."""
GUESTS = ("/media/", "/run/media/", "/mnt", "/tmp/", "/home/")
"""Where people's disks are mounted; ``/home`` itself is the system's."""
_ESCAPE = re.compile(r"\\([0-7]{3})")
_LABEL_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of ``mountinfo``."""

    volume: str
    """Name of the block device, such as ``sdb1``."""
    folder: str
    format: str
    read_only: bool


def disks(root: Path = Path("/")) -> Sequence[Disk]:
    """Return the removable disks below a root of the file tree, the real one by default."""
    mounts = tuple(_mounts(root))
    system = set(_system_volumes(root, mounts))
    held = {whole for name in system for whole in _wholes(root, name)}
    found = [
        _disk(root, volume, mounts)
        for block in sorted(_folders(root / "sys/block"))
        if block.name not in held and _removable(block)
        for volume in _volumes(block)
    ]
    return [disk for disk in found if disk.size]


def _mounts(root: Path) -> Iterator[Mount]:
    for line in _text(root / "proc/self/mountinfo").splitlines():
        before, _, behind = line.partition(" - ")
        fields, rest = before.split(" "), behind.split(" ")
        if len(fields) < 6 or len(rest) < 2 or not rest[1].startswith("/dev/"):
            continue
        volume = (root / rest[1].lstrip("/")).resolve().name
        yield Mount(volume, _plain(fields[4]), rest[0], "ro" in fields[5].split(","))


def _system_volumes(root: Path, mounts: Sequence[Mount]) -> Iterator[str]:
    """Name what the system itself has mounted or swaps to."""
    yield from (mount.volume for mount in mounts if not mount.folder.startswith(GUESTS))
    for line in _text(root / "proc/swaps").splitlines()[1:]:
        if line.startswith("/dev/"):
            yield (root / line.split()[0].lstrip("/")).resolve().name


def _wholes(root: Path, volume: str) -> Iterator[str]:
    """Name the whole disks below a volume: its own, or those below a mapped one."""
    place = (root / "sys/class/block" / volume).resolve()
    below = [name.name for name in _folders(place / "slaves")]
    for name in below:
        yield from _wholes(root, name)
    if not below:
        yield place.parent.name if (place / "partition").exists() else volume


def _removable(block: Path) -> bool:
    place = block.resolve()
    usb = any(re.fullmatch(r"usb\d+", part) for part in place.parts)
    return usb or _text(block / "removable").strip() == "1"


def _volumes(block: Path) -> Sequence[Path]:
    """Return the partitions of a disk, or the disk itself where it has none."""
    place = block.resolve()
    parts = [part for part in sorted(_folders(place)) if (part / "partition").exists()]
    return parts or [place]


def _disk(root: Path, volume: Path, mounts: Sequence[Mount]) -> Disk:
    mount = next((mount for mount in mounts if mount.volume == volume.name), None)
    folder = root / mount.folder.lstrip("/") if mount else None
    sectors = _text(volume / "size").strip()
    return Disk(
        device=f"/dev/{volume.name}",
        label=_label(root, volume.name),
        size=int(sectors) * SECTOR if sectors.isdecimal() else 0,
        free=free_space(folder) if folder else None,
        folder=folder,
        format=mount.format if mount else "",
        read_only=mount.read_only if mount else False,
    )


def free_space(folder: Path) -> int | None:
    """Return the free bytes where a folder lies, ``None`` when the system does not tell."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _label(root: Path, volume: str) -> str:
    for link in _folders(root / "dev/disk/by-label"):
        if link.resolve().name == volume:
            raw = _LABEL_ESCAPE.sub(lambda found: chr(int(found[1], 16)), link.name)
            return raw.encode("latin-1", "ignore").decode("utf-8", "replace") if raw != link.name else raw
    return ""


def _plain(path: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), path)


def _folders(place: Path) -> Sequence[Path]:
    try:
        return list(place.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
