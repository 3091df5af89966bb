"""Removable disks on Windows, from the drive letters.

A stick may call itself a fixed disk, so the bus counts as well as the kind of drive. The physical disk that
carries Windows is never listed, on whichever letter.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import UsageError
from hhu.client.disks.disk import Disk

REMOVABLE, FIXED = 2, 3
"""Kinds of drives as ``GetDriveTypeW`` tells them."""
USB = 7
"""``BusTypeUsb``."""
_BUS_OFFSET = 28
"""Of the bus type in ``STORAGE_DEVICE_DESCRIPTOR``."""
_QUERY_PROPERTY, _DEVICE_NUMBER = 0x2D1400, 0x2D1080
_READ_ONLY_VOLUME = 0x00080000
_NO_BOXES = 0x0001
"""``SEM_FAILCRITICALERRORS``: an empty card reader must not open a box that waits for somebody."""


@dataclass(frozen=True, slots=True)
class Volume:
    """What Windows tells of the medium in a drive."""

    label: str
    format: str
    size: int
    free: int
    read_only: bool = False


class Volumes(Protocol):
    """The questions put to Windows."""

    @property
    def system(self) -> str:
        """Letter of the drive that carries Windows, as ``C:``."""
        ...

    def letters(self) -> Sequence[str]:
        """Return the drives, as ``E:``."""
        ...

    def kind(self, letter: str) -> int:
        """Return the kind of a drive."""
        ...

    def bus(self, letter: str) -> int | None:
        """Return the bus it hangs on."""
        ...

    def number(self, letter: str) -> int | None:
        """Return the number of the physical disk."""
        ...

    def volume(self, letter: str) -> Volume | None:
        """Return what is in the drive; ``None`` when it is empty."""
        ...


def disks(volumes: Volumes) -> Sequence[Disk]:
    """Return the removable disks with a medium, none of the physical disk that carries Windows."""
    system = volumes.number(volumes.system)
    return [
        Disk(letter, held.label, held.size, held.free, Path(f"{letter}\\"), held.format, held.read_only)
        for letter in volumes.letters()
        if letter != volumes.system
        and (system is None or volumes.number(letter) != system)
        and _removable(volumes, letter)
        and (held := volumes.volume(letter))
    ]


def _removable(volumes: Volumes, letter: str) -> bool:
    kind = volumes.kind(letter)
    return kind == REMOVABLE or (kind == FIXED and volumes.bus(letter) == USB)


def volumes() -> Volumes:
    """Return the questions to this Windows; ``UsageError`` elsewhere."""
    if sys.platform != "win32":
        raise UsageError("Drive letters exist on Windows only.")
    import ctypes  # noqa: PLC0415  # only where Windows is
    import os  # noqa: PLC0415  # same
    from ctypes import wintypes  # noqa: PLC0415  # same

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    kernel.CreateFileW.argtypes = [
        wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID,
        wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE,
    ]  # fmt: skip
    kernel.DeviceIoControl.argtypes = [
        wintypes.HANDLE, wintypes.DWORD, wintypes.LPVOID, wintypes.DWORD,
        wintypes.LPVOID, wintypes.DWORD, wintypes.LPDWORD, wintypes.LPVOID,
    ]  # fmt: skip
    kernel.CloseHandle.argtypes = [wintypes.HANDLE]
    kernel.SetErrorMode(_NO_BOXES)

    class Asked:
        """Windows itself."""

        @property
        def system(self) -> str:
            """See `Volumes`."""
            return os.environ.get("SYSTEMDRIVE", "C:").upper()

        def letters(self) -> Sequence[str]:
            """See `Volumes`."""
            mask = kernel.GetLogicalDrives()
            return [f"{chr(65 + bit)}:" for bit in range(26) if mask >> bit & 1]

        def kind(self, letter: str) -> int:
            """See `Volumes`."""
            return kernel.GetDriveTypeW(ctypes.c_wchar_p(f"{letter}\\"))

        def bus(self, letter: str) -> int | None:
            """See `Volumes`."""
            told = self._ask(letter, _QUERY_PROPERTY, bytes(12))
            end = _BUS_OFFSET + 4
            return int.from_bytes(told[_BUS_OFFSET:end], "little") if len(told) >= end else None

        def number(self, letter: str) -> int | None:
            """See `Volumes`."""
            told = self._ask(letter, _DEVICE_NUMBER, b"")
            return int.from_bytes(told[4:8], "little") if len(told) >= 12 else None

        def _ask(self, letter: str, code: int, question: bytes) -> bytes:
            """Put a control code to the drive, without any right to its content."""
            handle = kernel.CreateFileW(f"\\\\.\\{letter}", 0, 3, None, 3, 0, None)
            if handle in (None, wintypes.HANDLE(-1).value):
                return b""
            answer, size = ctypes.create_string_buffer(1024), wintypes.DWORD()
            try:
                good = kernel.DeviceIoControl(
                    handle, code, question or None, len(question), answer, len(answer),
                    ctypes.byref(size), None,
                )  # fmt: skip
            finally:
                kernel.CloseHandle(handle)
            return answer.raw[: size.value] if good else b""

        def volume(self, letter: str) -> Volume | None:
            """See `Volumes`."""
            root, label, format = (
                f"{letter}\\",
                ctypes.create_unicode_buffer(261),
                ctypes.create_unicode_buffer(261),
            )
            flags = wintypes.DWORD()
            good = kernel.GetVolumeInformationW(
                ctypes.c_wchar_p(root), label, 261, None, None, ctypes.byref(flags), format, 261
            )
            mine, size, free = (ctypes.c_ulonglong() for _ in range(3))
            if not good or not kernel.GetDiskFreeSpaceExW(
                ctypes.c_wchar_p(root), ctypes.byref(mine), ctypes.byref(size), ctypes.byref(free)
            ):
                return None
            read_only = bool(flags.value & _READ_ONLY_VOLUME)
            return Volume(label.value, format.value, size.value, mine.value, read_only)

    return Asked()
