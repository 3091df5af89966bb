"""A removable disk, and the list of those that are plugged in now."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FAT = frozenset({"vfat", "msdos", "fat", "fat12", "fat16", "fat32", "exfat"})
"""File systems, in small letters, that a terminal is likely to read."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A volume that can be pulled out; sizes in bytes."""

    device: str
    """As the system names it: ``/dev/sdb1``, ``E:``, ``/dev/disk2s1``."""
    label: str
    size: int
    free: int | None
    """``None`` while it is not mounted."""
    folder: Path | None
    """Where its files are; ``None`` while it is not mounted."""
    format: str
    """The file system as the system names it, empty when unknown."""
    read_only: bool = False

    @property
    def readable(self) -> bool:
        """Tell whether a terminal is likely to read its file system; unknown ones get the doubt."""
        return not self.format or self.format.lower() in FAT

    @property
    def eject(self) -> str:
        """The system's own way to let go of it, as a command or a place in its menus."""
        if sys.platform == "win32":
            return f"Safely Remove Hardware: {self.device}"
        if sys.platform == "darwin":
            return f"diskutil eject {self.device}"
        return f"udisksctl unmount -b {self.device}"


def removable_disks() -> Sequence[Disk]:
    """Return the removable disks by device name, never one that carries a part of the running system."""
    if sys.platform == "win32":
        from hhu.client.disks.windows import disks, volumes  # noqa: PLC0415  # the other systems lack it

        return disks(volumes())
    if sys.platform == "darwin":
        from hhu.client.disks.macos import disks  # noqa: PLC0415  # only there

        return disks()
    from hhu.client.disks.linux import disks  # noqa: PLC0415  # only there

    return disks()


def disk_of(folder: Path, among: Sequence[Disk]) -> Disk | None:
    """Return the disk that holds a folder; ``None`` when it lies on none of these."""
    place = folder.resolve()
    holders = (disk for disk in among if disk.folder and place.is_relative_to(disk.folder.resolve()))
    return max(holders, key=lambda disk: len(str(disk.folder)), default=None)
