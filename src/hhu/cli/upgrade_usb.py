"""``hhu upgrade usb``: list removable disks, put a package on one and prove it, order the upgrade from it."""

import asyncio
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from core.errors import UsageError
from core.vendor.package import REASONS
from hhu.cli.asking import Desk, confirmed, somebody_there
from hhu.cli.connection import connected
from hhu.cli.exits import DIFFERS, DONE, INTERRUPTED
from hhu.cli.guard import complain
from hhu.cli.options import LineOptions, add_json, add_yes
from hhu.cli.output import print_json, table, talk
from hhu.cli.upgrade_walk import CommandAnswers, add_package, order_of, walked
from hhu.client.disks.disk import Disk, disk_of, removable_disks
from hhu.client.keys import TRUSTED, trusted_keys
from hhu.client.packages import inspect, name_fits, read_package
from hhu.client.upgrade.usb import UsbFlow
from hhu.client.usb_disk import Prepared, ReadBackError, Step, prepare
from hhu.settings import home


def configure(parser: ArgumentParser) -> None:
    """See `hhu.cli.parser.Command`."""
    acts = parser.add_subparsers(dest="usb_act", required=True, metavar="disks|prepare|start")
    disks = acts.add_parser("disks", help="removable disks with label and size, never the system disk")
    add_json(disks)
    write = acts.add_parser("prepare", help="write a package to a disk, read it back, compare")
    write.add_argument("folder", metavar="DIR", help="where the disk is mounted, as E: or /media/me/STICK")
    write.add_argument("file", metavar="FILE.hxp", help="the package")
    add_json(write)
    add_yes(write)
    start = acts.add_parser("start", help="order the upgrade from the disk in the terminal, and prove it")
    add_package(start)


def run(args: Namespace) -> int:
    """See `hhu.cli.parser.Command`."""
    if args.usb_act == "disks":
        return _list(as_json=getattr(args, "json", False))
    if args.usb_act == "prepare":
        return _prepare(args)
    return asyncio.run(_start(args, LineOptions.of(args)))


def _list(*, as_json: bool) -> int:
    disks = removable_disks()
    for disk in disks if as_json else ():
        print_json({
            "device": disk.device, "label": disk.label, "size": disk.size, "free": disk.free,
            "folder": str(disk.folder) if disk.folder else None, "format": disk.format or None,
            "read_only": disk.read_only,
        })  # fmt: skip
    if not disks:
        talk("No removable disk is plugged in.")
    elif not as_json:
        print(table([_row(disk) for disk in disks]))
    return DONE


def _row(disk: Disk) -> tuple[str, ...]:
    place = str(disk.folder) if disk.folder else "not mounted"
    note = "write-protected" if disk.read_only else "" if disk.readable else "not FAT"
    return disk.device, disk.label, f"{disk.size} B", disk.format, place, note


def _prepare(args: Namespace) -> int:
    path, folder = Path(args.file), Path(args.folder)
    name_fits(path.name)
    content = read_package(path)
    found = inspect(path.name, content, trusted_keys(home() / TRUSTED))
    if not found.sound:
        reasons = ", ".join([*(REASONS[one][1] for one in found.objections), *map(str, found.flaws)])
        raise UsageError(
            f"No terminal takes {path.name}: {reasons}.", "Copy the file again, or take another."
        )
    disk = disk_of(folder, removable_disks())
    if not _wanted(args, folder, disk):
        return INTERRUPTED
    try:
        done = prepare(folder, path.name, content, datetime.now(), _tell)
    except ReadBackError as error:
        complain(error)
        return DIFFERS
    _report(done, disk, as_json=getattr(args, "json", False))
    return DONE


def _wanted(args: Namespace, folder: Path, disk: Disk | None) -> bool:
    """A folder that is on no removable disk is asked about; the emulated terminal takes such a one."""
    if disk is not None and not disk.readable:
        talk(f"{disk.device} is {disk.format}: a terminal may not read it; FAT32 is sure.")
    if disk is not None or getattr(args, "yes", False) or not somebody_there():
        return True
    return confirmed(f"{folder} is on no removable disk. Write there all the same?")


def _tell(step: Step, done: int, _total: int) -> None:
    if not done or step is Step.FLUSHING:
        talk(f"{step.value} ...")


def _report(done: Prepared, disk: Disk | None, *, as_json: bool) -> None:
    if as_json:
        print_json({
            "package": str(done.package), "size": done.size, "sha256": done.sha256,
            "manifest": str(done.manifest), "uncached": done.uncached, "others": list(done.others),
        })  # fmt: skip
    else:
        how = "from the disk itself" if done.uncached else "through the system's cache"
        print(f"{done.package}  {done.size} bytes, read back {how} and equal")
        print(f"SHA-256 {done.sha256}")
    for other in done.others:
        talk(f"Also on the disk: {other}; the terminal will ask which one.")
    talk(f"Eject it before pulling: {disk.eject}" if disk else "Let the system finish before pulling it.")
    talk("Then hold the terminal's key 30 s and insert it, or: hhu upgrade usb start")


async def _start(args: Namespace, options: LineOptions) -> int:
    order = order_of(args, options)
    async with connected(options, Desk(from_stdin=options.password_stdin)) as session:
        answers = CommandAnswers(session, None, yes=getattr(args, "yes", False))
        return await walked(UsbFlow(session.client, order), session, order, answers, args)
