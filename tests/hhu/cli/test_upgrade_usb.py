"""``hhu upgrade usb``: disks, a prepared folder, and what is refused."""

import hashlib
from pathlib import Path
from unittest.mock import patch

import pytest

from hhu.client.disks.disk import Disk
from hhu.client.disks.reading import ReadBack
from tests.hhu.cli.conftest import Hhu
from tests.together.upgrading import shipment


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a newer program."""
    path = tmp_path / "demo.hxp"
    path.write_bytes(shipment(20_000).file)
    return path


def test_a_prepared_folder_is_proved(hhu: Hhu, package: Path, tmp_path: Path) -> None:
    """M147: written, read back, its hash told; the next step stands on stderr."""
    disk = tmp_path / "disk"
    disk.mkdir()
    outcome = hhu("upgrade", "usb", "prepare", str(disk), str(package), "--yes", "--json")
    assert outcome.code == 0, outcome.err
    (told,) = outcome.objects
    assert told["sha256"] == hashlib.sha256(package.read_bytes()).hexdigest()
    assert (disk / "HX1088/demo.hxp").read_bytes() == package.read_bytes()
    assert "hold the terminal's key 30 s" in outcome.err


def test_a_disk_that_lies_has_its_exit_code(hhu: Hhu, package: Path, tmp_path: Path) -> None:
    """Read back something else: 5, and the file is gone."""
    with patch("hhu.client.usb_disk.read_back", lambda _path: ReadBack(b"", uncached=True)):
        outcome = hhu("upgrade", "usb", "prepare", str(tmp_path), str(package), "--yes")
    assert outcome.code == 5
    assert "Take another disk" in outcome.err
    assert not (tmp_path / "HX1088/demo.hxp").exists()


def test_what_no_terminal_takes_is_not_written(hhu: Hhu, package: Path, tmp_path: Path) -> None:
    """A flipped bit: 2, the reason, nothing on the disk."""
    content = bytearray(package.read_bytes())
    content[-1] ^= 1
    package.write_bytes(content)
    outcome = hhu("upgrade", "usb", "prepare", str(tmp_path), str(package), "--yes")
    assert outcome.code == 2
    assert "CRC error" in outcome.err
    assert not (tmp_path / "HX1088").exists()


def test_disks_are_listed(hhu: Hhu) -> None:
    """Device, label, size, where it is mounted; what hinders stands in words."""
    found = [
        Disk("/dev/sdb1", "STICK", 31_000_000_000, 1_000, Path("/media/me/STICK"), "vfat"),
        Disk("/dev/sdc1", "", 8_000_000_000, None, None, "ntfs"),
    ]
    with patch("hhu.cli.upgrade_usb.removable_disks", lambda: found):
        shown = hhu("upgrade", "usb", "disks")
        told = hhu("upgrade", "usb", "disks", "--json")
    assert shown.out.splitlines()[0].split() == [
        "/dev/sdb1",
        "STICK",
        "31000000000",
        "B",
        "vfat",
        "/media/me/STICK",
    ]
    assert "not mounted" in shown.out
    assert "not FAT" in shown.out
    assert [one["device"] for one in told.objects] == ["/dev/sdb1", "/dev/sdc1"]


def test_starting_without_a_disk_is_refused(hhu: Hhu, package: Path) -> None:
    """Code 19 answers 04: no disk in the socket; exit code 1."""
    line = ("--line", "emulator", "--password-stdin", "--hold", "5", "--yes", "--json")
    outcome = hhu("upgrade", "usb", "start", str(package), *line, typed="000000\n")
    assert outcome.code == 1, outcome.err
    assert outcome.objects[-1]["code"] == 4
