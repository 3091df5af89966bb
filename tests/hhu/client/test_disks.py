"""Removable disks as three systems tell them: sticks are listed, the system's disk never is."""

import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hhu.client.disks import linux, macos, windows
from hhu.client.disks.disk import Disk, disk_of, removable_disks
from hhu.client.disks.windows import FIXED, REMOVABLE, USB, Volume

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")


class Tree:
    """A made ``/sys``, ``/proc`` and ``/dev``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mounts: list[str] = []
        for folder in ("sys/block", "sys/class/block", "proc/self", "dev/disk/by-label"):
            (root / folder).mkdir(parents=True)

    def disk(self, name: str, bus: str, *parts: str, removable: str = "0") -> None:
        place = self.root / "sys/devices" / bus / "block" / name
        place.mkdir(parents=True)
        (place / "removable").write_text(removable + "\n")
        (place / "size").write_text("62521344\n")
        (self.root / "sys/block" / name).symlink_to(place)
        (self.root / "sys/class/block" / name).symlink_to(place)
        for part in parts:
            (place / part).mkdir()
            (place / part / "partition").write_text("1\n")
            (place / part / "size").write_text("62519296\n")
            (self.root / "sys/class/block" / part).symlink_to(place / part)
            (self.root / "dev" / part).touch()
        (self.root / "dev" / name).touch()

    def mount(self, source: str, folder: str, kind: str = "vfat", how: str = "rw,nosuid") -> None:
        self.mounts.append(f"36 35 8:17 / {folder} {how} shared:1 - {kind} {source} {how}")
        (self.root / "proc/self/mountinfo").write_text("\n".join(self.mounts) + "\n")

    def label(self, volume: str, text: str) -> None:
        (self.root / "dev/disk/by-label" / text).symlink_to(self.root / "dev" / volume)

    def listed(self) -> list[str]:
        return [disk.device for disk in linux.disks(self.root)]


PCI, STICK = "pci0000:00/ata1/target0", "pci0000:00/usb2/2-1/host6"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A laptop with a built-in disk that carries the system."""
    made = Tree(tmp_path)
    made.disk("sda", PCI, "sda1", "sda2")
    made.mount("/dev/sda2", "/", "ext4")
    made.mount("tmpfs", "/tmp", "tmpfs")
    return made


@LINKS
def test_linux_lists_a_stick_with_label_and_size(tree: Tree) -> None:
    """Label with a blank and a Chinese sign, size of the partition, folder, file system, write protection."""
    tree.disk("sdb", STICK, "sdb1", removable="1")
    tree.label("sdb1", "U\\x20\\xe7\\x9b\\x98")
    (tree.root / "media/me/U disk").mkdir(parents=True)
    tree.mount("/dev/sdb1", "/media/me/U\\040disk", how="ro,nosuid")
    (found,) = linux.disks(tree.root)
    assert (found.device, found.label, found.size) == ("/dev/sdb1", "U 盘", 62519296 * 512)
    assert found.folder == tree.root / "media/me/U disk"
    assert found.free
    assert found.read_only
    assert found.readable


@LINKS
def test_linux_lists_what_is_not_mounted_without_a_folder(tree: Tree) -> None:
    """A stick without partitions that nobody mounted, and a USB disk that calls itself fixed."""
    tree.disk("sdb", STICK, removable="1")
    tree.disk("sdc", STICK.replace("2-1", "2-2"), "sdc1")
    assert [(disk.device, disk.folder) for disk in linux.disks(tree.root)] == [
        ("/dev/sdb", None), ("/dev/sdc1", None),
    ]  # fmt: skip


@LINKS
def test_linux_never_lists_the_system_disk(tree: Tree) -> None:
    """A system on a USB disk: neither its own partition nor another one of the same disk is offered."""
    tree.disk("sdb", STICK, "sdb1", "sdb2", removable="1")
    tree.mount("/dev/sdb1", "/boot/efi")
    tree.mount("/dev/sdb2", "/media/me/rest")
    assert tree.listed() == []


@LINKS
def test_linux_never_lists_the_stick_of_a_live_system(tree: Tree) -> None:
    """Booted from a stick that is mounted where the system keeps it."""
    tree.disk("sdb", STICK, "sdb1", removable="1")
    tree.mount("/dev/sdb1", "/run/live/medium", "iso9660", "ro")
    assert tree.listed() == []


@LINKS
def test_linux_looks_below_encrypted_volumes_and_swap(tree: Tree) -> None:
    """A root inside an encrypted container on one USB disk, swap on another."""
    tree.disk("sdb", STICK, "sdb1", removable="1")
    tree.disk("sdc", STICK.replace("2-1", "2-2"), "sdc1", removable="1")
    mapped = tree.root / "sys/devices/virtual/block/dm-0"
    (mapped / "slaves").mkdir(parents=True)
    (mapped / "slaves/sdb1").symlink_to(tree.root / "sys/class/block/sdb1")
    (tree.root / "sys/class/block/dm-0").symlink_to(mapped)
    (tree.root / "dev/dm-0").touch()
    (tree.root / "dev/mapper").mkdir()
    (tree.root / "dev/mapper/root").symlink_to(tree.root / "dev/dm-0")
    tree.mount("/dev/mapper/root", "/home", "ext4")
    (tree.root / "proc/swaps").write_text("Filename Type Size Used Priority\n/dev/sdc1 partition 1 0 -2\n")
    assert tree.listed() == []


class Made:
    """A made Windows."""

    system = "C:"

    def __init__(self, drives: dict[str, tuple[int, int | None, int | None, Volume | None]]) -> None:
        self.drives = drives

    def letters(self) -> Sequence[str]:
        return list(self.drives)

    def kind(self, letter: str) -> int:
        return self.drives[letter][0]

    def bus(self, letter: str) -> int | None:
        return self.drives[letter][1]

    def number(self, letter: str) -> int | None:
        return self.drives[letter][2]

    def volume(self, letter: str) -> Volume | None:
        return self.drives[letter][3]


def test_windows_lists_sticks_and_usb_disks_with_a_medium() -> None:
    """Neither built-in disks, nor an empty card reader, nor what shares the disk of Windows."""
    stick = Volume("HX1088", "FAT32", 31_000_000_000, 30_000_000_000)
    told = Made({
        "C:": (FIXED, USB, 0, stick),
        "D:": (FIXED, 11, 1, stick),
        "E:": (REMOVABLE, USB, 2, stick),
        "F:": (REMOVABLE, USB, 3, None),
        "G:": (FIXED, USB, 4, stick),
        "H:": (REMOVABLE, USB, 0, stick),
    })  # fmt: skip
    found = windows.disks(told)
    assert [(disk.device, disk.label, disk.format) for disk in found] == [
        ("E:", "HX1088", "FAT32"), ("G:", "HX1088", "FAT32"),
    ]  # fmt: skip
    assert str(found[0].folder) == "E:\\"


def test_macos_lists_the_volumes_of_external_disks() -> None:
    """The small EFI partition is no place for files; a disk that carries the system is left out."""
    listed: dict[str, Any] = {
        "AllDisksAndPartitions": [
            {"DeviceIdentifier": "disk2", "Size": 9, "Partitions": [
                {"DeviceIdentifier": "disk2s1", "Content": "EFI", "Size": 200},
                {"DeviceIdentifier": "disk2s2", "Content": "DOS_FAT_32", "Size": 31_000_000_000,
                 "VolumeName": "HX1088", "MountPoint": "/Volumes/HX1088"}]},
            {"DeviceIdentifier": "disk3", "Size": 4_000, "Content": "DOS_FAT_16", "VolumeName": "SMALL"},
            {"DeviceIdentifier": "disk4", "Size": 9, "Partitions": [
                {"DeviceIdentifier": "disk4s2", "Content": "Apple_HFS", "Size": 77}]},
        ]
    }  # fmt: skip
    system = {"ParentWholeDisk": "disk5", "APFSPhysicalStores": [{"APFSPhysicalStore": "disk4s2"}]}

    def ask(arguments: Sequence[str]) -> bytes:
        return plistlib.dumps(listed if arguments[0] == "list" else system)

    found = macos.disks(ask)
    assert [(disk.device, disk.label, disk.format) for disk in found] == [
        ("/dev/disk2s2", "HX1088", "FAT32"), ("/dev/disk3", "SMALL", "FAT16"),
    ]  # fmt: skip
    assert found[1].folder is None


def test_macos_without_an_answer_lists_nothing() -> None:
    """``diskutil`` that fails is no disk, and no crash."""
    assert macos.disks(lambda _: b"") == []


def test_a_folder_is_on_the_disk_that_holds_it(tmp_path: Path) -> None:
    """The innermost mounted disk counts; a folder elsewhere is on none."""
    inner = tmp_path / "stick"
    inner.mkdir()
    outer = Disk("/dev/sdb1", "", 1, 1, tmp_path, "vfat")
    stick = Disk("/dev/sdc1", "", 1, 1, inner, "ntfs")
    unmounted = Disk("/dev/sdd1", "", 1, None, None, "")
    assert disk_of(inner, (outer, stick, unmounted)) == stick
    assert disk_of(Path(tmp_path.anchor), (outer, stick)) is None
    assert not stick.readable
    assert stick.eject


def test_this_computer_can_be_asked() -> None:
    """Whatever is plugged in, the disk of the running system is not among it."""
    assert all(str(disk.folder) not in ("/", "C:\\") for disk in removable_disks())
