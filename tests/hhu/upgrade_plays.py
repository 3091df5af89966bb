"""Scenes and plays of the Upgrade page: a package in the home, the emulated terminal before it."""

from pathlib import Path
from unittest.mock import patch

from textual.pilot import Pilot

from core.vendor.header import Version
from hhu.client.battery import Battery
from hhu.client.disks.disk import Disk
from hhu.client.upgrade.stages import Stage
from hhu.screens.ready import ReadySheet
from hhu.screens.saving import documents
from hhu.screens.upgrade import UpgradePage
from hhu.screens.upgrade_board import Next, UpgradeBoard
from hhu.screens.upgrade_files import FilesSheet
from hhu.screens.upgrade_sheets import CableSheet, DiskSheet
from tests.hhu.stage import app_of, idle, press, until
from tests.together.upgrading import NEW, OLD, shipment

NAME = "hx1088-9902.hxp"
DISKS = (
    Disk("E:", "HX1088", 31_000_000_000, 30_100_000_000, Path("E:\\"), "FAT32"),
    Disk("F:", "备份", 64_000_000_000, 12_000_000_000, Path("F:\\"), "NTFS"),
    Disk("/dev/sdc1", "KINGSTON", 8_000_000_000, None, None, ""),
)


def board_of(pilot: Pilot[None]) -> UpgradeBoard:
    """What is known of the upgrade."""
    return app_of(pilot).desk.upgrade


def put_package(size: int = 60_000, version: Version = NEW, name: str = NAME) -> Path:
    """A package where the file menu opens."""
    path = documents() / name
    path.write_bytes(shipment(size, version, seed=bytes(range(32))).file)
    return path


async def opened_page(pilot: Pilot[None]) -> None:
    """Connected, the page in front."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(UpgradePage)))
    await idle(pilot)


async def menu(pilot: Pilot[None]) -> None:
    """The file menu, on the package."""
    await opened_page(pilot)
    if not (documents() / NAME).exists():
        put_package()
    (documents() / "2025").mkdir(exist_ok=True)
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, FilesSheet)


async def checked(pilot: Pilot[None], power: Battery | None = None) -> None:
    """The package is taken, everything is checked, on a computer with this supply."""
    await menu(pilot)
    with patch("hhu.screens.upgrade_jobs.battery", lambda: power):
        await press(pilot, "enter")
        await idle(pilot)
        await until(pilot, lambda: board_of(pilot).checks is not None)


async def begun(pilot: Pilot[None]) -> None:
    """Armed, the key held, the password typed: the command goes out."""
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, ReadySheet)
    await press(pilot, "enter", "enter")
    await pilot.pause(7)
    await press(pilot, *"000000", "enter")


async def drawn_menu(pilot: Pilot[None]) -> None:
    """The file menu in a folder that has the same name everywhere."""
    with patch("hhu.screens.upgrade_files.shown_folder", lambda _folder, _room: "D:\\HX1088"):
        await menu(pilot)
        await pilot.pause(0.5)


async def cable(pilot: Pilot[None]) -> None:
    """The terminal took the command and resets; the cable is to be changed."""
    await checked(pilot)
    await begun(pilot)
    await until(pilot, lambda: isinstance(pilot.app.screen, CableSheet))


async def sending(pilot: Pilot[None]) -> None:
    """In the middle of the file."""
    put_package(400_000)
    await sent_half(pilot)


async def sent_half(pilot: Pilot[None]) -> None:
    """Half of the package has arrived."""
    await cable(pilot)
    await press(pilot, "enter")

    def half() -> bool:
        progress = board_of(pilot).progress
        return progress is not None and progress.sent * 2 > progress.total

    await until(pilot, half, 120)


async def blocked(pilot: Pilot[None]) -> None:
    """An older package on a laptop whose battery is low."""
    put_package(2_000, OLD)
    await checked(pilot, Battery(17, mains=False))


async def checked_usb(pilot: Pilot[None]) -> None:
    """The package is taken and written to the emulated terminal's disk, which is inserted."""
    await menu(pilot)
    await press(pilot, "enter")
    await idle(pilot)
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, DiskSheet)
    await press(pilot, "enter")
    await idle(pilot)
    await until(pilot, lambda: board_of(pilot).prepared is not None)


async def choosing_disk(pilot: Pilot[None]) -> None:
    """Three disks are plugged in; one is not mounted, one has a file system no terminal reads."""
    await checked(pilot)
    with patch("hhu.screens.upgrade_sheets.removable_disks", lambda: DISKS):
        await press(pilot, "u")
    assert isinstance(pilot.app.screen, DiskSheet)


async def proved(pilot: Pilot[None]) -> None:
    """The terminal told its new version itself."""
    await sent_half(pilot)
    await until(pilot, lambda: board_of(pilot).next is Next.AGAIN, 300)
    assert board_of(pilot).reached is Stage.CONFIRMED
