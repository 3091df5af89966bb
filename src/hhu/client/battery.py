"""The laptop's battery: an upgrade is not begun when it may end in the middle."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LOWEST = 30
"""Percent below which an upgrade is not begun on battery."""
_UNKNOWN = 255
"""What Windows says where it does not know."""


@dataclass(frozen=True, slots=True)
class Battery:
    """How this computer is supplied."""

    percent: int
    mains: bool

    @property
    def low(self) -> bool:
        """Tell whether an upgrade should wait for the charger."""
        return not self.mains and self.percent < LOWEST


def battery() -> Battery | None:
    """Return the battery's state; ``None`` on a computer without one, or when the system does not tell."""
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _macos()
    return linux_battery(Path("/sys/class/power_supply"))


def linux_battery(folder: Path) -> Battery | None:
    """Return what the kernel tells below a folder; of several batteries the fullest counts."""
    try:
        supplies = list(folder.iterdir())
    except OSError:
        return None
    percents = [
        int(told)
        for supply in supplies
        if _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device"
        if (told := _text(supply / "capacity")).isdecimal()
    ]
    if not percents:
        return None
    plugs = [_text(supply / "online") for supply in supplies if _text(supply / "type") in ("Mains", "USB")]
    filling = any(_text(supply / "status") in ("Charging", "Full") for supply in supplies)
    return Battery(max(percents), mains="1" in plugs or filling)


def macos_battery(told: str) -> Battery | None:
    """Return what ``pmset -g batt`` printed."""
    percent = re.search(r"(\d+)%", told)
    return Battery(int(percent[1]), mains="'AC Power'" in told) if percent else None


def _macos() -> Battery | None:
    try:
        done = subprocess.run(("pmset", "-g", "batt"), capture_output=True, check=True, timeout=5, text=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return macos_battery(done.stdout)


def _windows() -> Battery | None:
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415  # only there

    status = (ctypes.c_ubyte * 12)()  # SYSTEM_POWER_STATUS: mains, flags, percent, ...
    if not ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status)):
        return None
    mains, flags, percent = status[0], status[1], status[2]
    none = flags == _UNKNOWN or flags & 0x80
    return None if none or percent == _UNKNOWN else Battery(percent, mains=mains == 1)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
