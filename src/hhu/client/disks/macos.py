"""Removable disks on macOS, from ``diskutil``; the disk that carries ``/`` is never listed."""

import plistlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from hhu.client.disks.disk import Disk
from hhu.client.disks.linux import free_space

Ask = Callable[[Sequence[str]], bytes]
"""Runs ``diskutil`` with arguments and returns its property list; empty when it fails."""
FORMATS = {
    "DOS_FAT_12": "FAT12", "DOS_FAT_16": "FAT16", "DOS_FAT_32": "FAT32", "Windows_FAT_16": "FAT16",
    "Windows_FAT_32": "FAT32", "Windows_NTFS": "", "Apple_HFS": "HFS+", "Apple_APFS": "APFS",
}  # fmt: skip
"""Content of a partition -> file system; ``Windows_NTFS`` may be exFAT as well, so it is left open."""
HIDDEN = frozenset({"EFI", "Apple_Boot", "Apple_partition_map"})
LONGEST = 10.0
"""Seconds after which ``diskutil`` is given up."""


def diskutil(arguments: Sequence[str]) -> bytes:
    """Run the real one."""
    try:
        done = subprocess.run(("diskutil", *arguments), capture_output=True, check=True, timeout=LONGEST)
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout


def disks(ask: Ask = diskutil) -> Sequence[Disk]:
    """Return the volumes of the external disks."""
    listed = _told(ask(("list", "-plist", "external")))
    system = set(_system(_told(ask(("info", "-plist", "/")))))
    return [
        disk
        for whole in listed.get("AllDisksAndPartitions", ())
        if whole.get("DeviceIdentifier") not in system
        for disk in _volumes(whole)
    ]


def _told(answer: bytes) -> Mapping[str, Any]:
    try:
        return dict(plistlib.loads(answer))
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError):
        return {}


def _system(info: Mapping[str, Any]) -> Iterator[str]:
    """Name the whole disks below ``/``: its own, and those a container is made of."""
    yield str(info.get("ParentWholeDisk", ""))
    for store in info.get("APFSPhysicalStores", ()):
        volume = str(store.get("APFSPhysicalStore", ""))
        yield volume[: volume.rfind("s")] if "s" in volume[4:] else volume


def _volumes(whole: Mapping[str, Any]) -> Iterator[Disk]:
    for part in whole.get("Partitions") or (whole,):
        content = str(part.get("Content", ""))
        if content in HIDDEN or not part.get("Size"):
            continue
        mounted = part.get("MountPoint")
        folder = Path(mounted) if mounted else None
        yield Disk(
            device=f"/dev/{part['DeviceIdentifier']}",
            label=str(part.get("VolumeName", "")),
            size=int(part["Size"]),
            free=free_space(folder) if folder else None,
            folder=folder,
            format=FORMATS.get(content, content),
        )
