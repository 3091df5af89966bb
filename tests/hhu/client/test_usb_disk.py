"""Preparing a USB disk: written, flushed, read back from the disk, compared, and never half."""

import errno
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from core.errors import UsageError
from core.vendor.transfer.terms import LARGEST
from hhu.client import usb_disk
from hhu.client.disks.reading import ReadBack, read_back
from hhu.client.usb_disk import FOLDER, ReadBackError, Step, prepare

NOW = datetime(2026, 11, 20, 14, 36, 7)
CONTENT = bytes(range(256)) * 2050


def test_the_package_lies_where_the_terminal_looks(tmp_path: Path) -> None:
    """M147: /HX1088/NAME, with the manifest beside it, and nothing else is left there."""
    steps: list[Step] = []
    done = prepare(tmp_path, "demo.hxp", CONTENT, NOW, lambda step, _done, _all: steps.append(step))
    assert done.package == tmp_path / FOLDER / "demo.hxp"
    assert done.package.read_bytes() == CONTENT
    assert json.loads(done.manifest.read_text())["files"] == [
        {"name": "demo.hxp", "size": len(CONTENT), "sha256": done.sha256}
    ]
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {"demo.hxp", "manifest.json"}
    assert list(dict.fromkeys(steps)) == [Step.WRITING, Step.FLUSHING, Step.READING, Step.NOTING]


def test_other_packages_on_the_disk_are_named(tmp_path: Path) -> None:
    """The terminal asks when there are several, so the technician hears of them; hidden ones do not count."""
    (tmp_path / FOLDER).mkdir()
    for name in ("old.hxp", "HX1088/older.HXP", "HX1088/._demo.hxp", "letter.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert prepare(tmp_path, "demo.hxp", CONTENT, NOW).others == ("old.hxp", "HX1088/older.HXP")


def test_a_disk_that_lies_keeps_nothing(tmp_path: Path) -> None:
    """A disk that gives back another byte is found out, names the byte, and the file is removed."""

    def lying(path: Path) -> ReadBack:
        held = bytearray(path.read_bytes())
        held[300] ^= 1
        return ReadBack(bytes(held), uncached=True)

    with patch.object(usb_disk, "read_back", lying), pytest.raises(ReadBackError, match="byte 300"):
        prepare(tmp_path, "demo.hxp", CONTENT, NOW)
    assert not list((tmp_path / FOLDER).iterdir())


def test_a_disk_that_keeps_less_is_found_out(tmp_path: Path) -> None:
    """A fake disk that lost the end differs where the end is missing."""

    def short(path: Path) -> ReadBack:
        return ReadBack(path.read_bytes()[:1000], uncached=True)

    with patch.object(usb_disk, "read_back", short), pytest.raises(ReadBackError, match="byte 1000"):
        prepare(tmp_path, "demo.hxp", CONTENT, NOW)


@pytest.mark.parametrize(
    "name", ["demo.bin", "a b.hxp", "..hxp", "程序.hxp", "x" * 61 + ".hxp", ".hxp/..", ""]
)
def test_names_no_terminal_takes_are_refused(tmp_path: Path, name: str) -> None:
    """Vendor extension §3.1: 1 to 64 of A–Z a–z 0–9 . _ -, no two points in a row, ending in .hxp."""
    with pytest.raises(UsageError, match="does not take a file"):
        prepare(tmp_path, name, CONTENT, NOW)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", bytes(LARGEST + 1)], ids=["empty", "too large"])
def test_sizes_that_cannot_be_sent_are_refused(tmp_path: Path, content: bytes) -> None:
    """0 bytes, and more than 65 535 units."""
    with pytest.raises(UsageError, match=r"demo\.hxp has \d+ bytes"):
        prepare(tmp_path, "demo.hxp", content, NOW)


def test_only_a_folder_that_is_not_the_system_is_taken(tmp_path: Path) -> None:
    """A folder that is not there, and the top of the disk this computer runs from."""
    with pytest.raises(UsageError, match="is no folder"):
        prepare(tmp_path / "gone", "demo.hxp", CONTENT, NOW)
    with pytest.raises(UsageError, match="is the system disk"):
        prepare(Path(Path.cwd().anchor), "demo.hxp", CONTENT, NOW)


def test_a_full_disk_is_seen_before_anything_is_written(tmp_path: Path) -> None:
    """Too little room is said before, not when half is written."""
    usage = shutil.disk_usage(tmp_path)._replace(free=10_000)
    with patch("shutil.disk_usage", lambda _path: usage), pytest.raises(UsageError, match="10000"):
        prepare(tmp_path, "demo.hxp", CONTENT, NOW)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EIO, "went away"),
        (errno.EINVAL, "failed: "),
    ],
)
def test_what_a_disk_refuses_has_words(tmp_path: Path, code: int, said: str) -> None:
    """Full, write-protected, pulled out, anything else: cause and next step; nothing half is left."""

    def failing(_handle: int) -> None:
        raise OSError(code, "as the system says")

    with patch("os.fsync", failing), pytest.raises(UsageError, match=said) as caught:
        prepare(tmp_path, "demo.hxp", CONTENT, NOW)
    assert caught.value.hint
    assert not list((tmp_path / FOLDER).iterdir())


def test_reading_back_gives_every_size_whole(tmp_path: Path) -> None:
    """Sizes around sectors, pages and steps come back as written, from the disk or through the cache."""
    for size in (0, 1, 511, 512, 4096, 4097, (1 << 20) - 1, 1 << 20, (1 << 20) + 3):
        path = tmp_path / f"{size}"
        path.write_bytes(CONTENT[:1] * size)
        assert read_back(path).content == CONTENT[:1] * size


def test_where_the_cache_cannot_be_passed_it_is_said(tmp_path: Path) -> None:
    """A file system without unbuffered reading is read all the same, and the report tells."""

    def unable(_path: Path) -> bytes:
        raise OSError(errno.EINVAL, "no such reading")

    patched: Callable[..., Any] = patch("hhu.client.disks.reading._uncached", unable)
    with patched:
        assert prepare(tmp_path, "demo.hxp", CONTENT, NOW).uncached is False
