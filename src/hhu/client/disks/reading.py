"""Read a file as the disk holds it, not as the system remembers it having been written.

Each system has its own way past its cache; where none works (a memory file system, a network share) the file
is read through it, and `ReadBack.uncached` says so.
"""

import mmap
import os
import sys
from dataclasses import dataclass
from pathlib import Path

STEP = 1 << 20
"""Bytes of one read: a whole number of sectors of any disk."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What was read, and whether it came from the disk itself."""

    content: bytes
    uncached: bool


def read_back(path: Path) -> ReadBack:
    """Read a whole file; ``OSError`` when it cannot be read at all."""
    try:
        content = _uncached(path)
    except OSError:  # the file system knows no such reading
        content = None
    if content is None:
        return ReadBack(path.read_bytes(), uncached=False)
    return ReadBack(content, uncached=True)


def _uncached(path: Path) -> bytes | None:
    if sys.platform == "win32":
        return _windows(path)
    if sys.platform == "darwin":
        return _macos(path)
    if sys.platform == "linux":
        return _linux(path)
    return None


def _linux(path: Path) -> bytes:
    if sys.platform != "linux":
        return b""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECT)
    try:
        with mmap.mmap(-1, STEP) as page:  # a mapping of its own begins at a page, as O_DIRECT wants
            pieces: list[bytes] = []
            while (size := os.readv(handle, [page])) > 0:
                pieces.append(page[:size])
                if size < STEP:
                    break
            return b"".join(pieces)
    finally:
        os.close(handle)


def _macos(path: Path) -> bytes:
    if sys.platform != "darwin":
        return b""
    import fcntl  # noqa: PLC0415  # only there

    with path.open("rb", buffering=0) as file:
        fcntl.fcntl(file.fileno(), fcntl.F_NOCACHE, 1)
        return file.read()


def _windows(path: Path) -> bytes | None:
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415  # only there
    from ctypes import wintypes  # noqa: PLC0415  # same

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    kernel.CreateFileW.argtypes = [
        wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID,
        wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE,
    ]  # fmt: skip
    kernel.ReadFile.argtypes = [
        wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, wintypes.LPDWORD, wintypes.LPVOID,
    ]  # fmt: skip
    kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    unbuffered, read, share, existing = 0x20000000, 0x80000000, 3, 3
    handle = kernel.CreateFileW(str(path), read, share, None, existing, unbuffered, None)
    if handle in (None, wintypes.HANDLE(-1).value):
        return None
    pieces: list[bytes] = []
    try:
        page = mmap.mmap(-1, STEP)
        place = (ctypes.c_char * STEP).from_buffer(page)
        size = wintypes.DWORD()
        while True:
            if not kernel.ReadFile(handle, place, STEP, ctypes.byref(size), None):
                return None
            pieces.append(place.raw[: size.value])
            if size.value < STEP:
                return b"".join(pieces)
    finally:
        kernel.CloseHandle(handle)
