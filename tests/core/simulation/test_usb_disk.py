"""A directory as a USB disk (device behaviour 5.2)."""

from pathlib import Path

import pytest

from core.simulation.usb_disk import UsbDisk
from core.terminal.upgrade.disk import PackageFile


def test_root_and_folder_are_looked_at(tmp_path: Path) -> None:
    """Both places, any case; names and sizes as they are."""
    (tmp_path / "hx1088").mkdir()
    (tmp_path / "hx1088" / "b.HXP").write_bytes(b"12")
    (tmp_path / "a.hxp").write_bytes(b"123")
    (tmp_path / "a.txt").write_bytes(b"1")
    (tmp_path / "folder.hxp").mkdir()
    found = UsbDisk(tmp_path).packages()
    assert found == (PackageFile("a.hxp", 3), PackageFile("hx1088/b.HXP", 2))
    assert [(file.name, file.stem) for file in found] == [("a.hxp", "a"), ("b.HXP", "b")]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    """What lies beside the directory is not on the disk."""
    outside, root = tmp_path / "outside", tmp_path / "disk"
    outside.mkdir()
    root.mkdir()
    (outside / "x.hxp").write_bytes(b"x")
    try:
        (root / "x.hxp").symlink_to(outside / "x.hxp")
        (root / "HX1088").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("no right to make links here")
    assert UsbDisk(root).packages() == ()


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    """Nothing is mounted, listed or read."""
    disk = UsbDisk(tmp_path / "gone")
    assert (disk.mount(), disk.packages(), disk.read("a.hxp", 0, 1)) == (False, (), None)


def test_stretches_of_a_file(tmp_path: Path) -> None:
    """Past the end there is nothing; that is no error."""
    (tmp_path / "a.hxp").write_bytes(b"0123456789")
    disk = UsbDisk(tmp_path)
    assert (disk.mount(), disk.read("a.hxp", 8, 5), disk.read("a.hxp", 20, 5)) == (True, b"89", b"")
