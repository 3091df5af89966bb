"""What takes time on the Upgrade page: look, check, walk a way, write a disk; it ends on the desk."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

from core.errors import DecodeError, DeniedError, LineError, UsageError
from hhu.client.battery import battery
from hhu.client.disks.disk import disk_of, removable_disks
from hhu.client.keys import TRUSTED, trusted_keys
from hhu.client.packages import inspect, name_fits, read_package
from hhu.client.upgrade import preflight
from hhu.client.upgrade.advice import Rhythm, advice, single
from hhu.client.upgrade.asking import leave_download, running
from hhu.client.upgrade.preflight import Surroundings
from hhu.client.upgrade.remote import Place, RemoteFlow
from hhu.client.upgrade.rs485 import Rs485Flow
from hhu.client.upgrade.shipping import Order
from hhu.client.upgrade.stages import (
    Answers,
    Done,
    Event,
    Failed,
    Failure,
    Flow,
    Progress,
    UpgradeFailed,
    Way,
    run,
)
from hhu.client.upgrade.standard import StandardFlow
from hhu.client.upgrade.usb import UsbFlow
from hhu.client.usb_disk import Prepared, Step, prepare
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress as Said
from hhu.screens.jobs import connected
from hhu.screens.upgrade_board import ChosenPackage
from hhu.screens.upgrade_checks import checks
from hhu.screens.upgrade_rows import done_text
from hhu.settings import home
from hhu.upgrade_words import failure
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.stage_bar import kibibytes
from hhu.words import Words


def open_package(path: Path) -> ChosenPackage:
    """Read a file and look into it; ``UsageError`` when it cannot be read or never be sent."""
    name_fits(path.name)
    content = read_package(path)
    return ChosenPackage(path, content, inspect(path.name, content, trusted_keys(home() / TRUSTED)))


def surroundings() -> Surroundings:
    """Keys this tool trusts, and how the computer is supplied."""
    return Surroundings(trusted_keys(home() / TRUSTED), battery())


async def meet(desk: Desk, said: Said) -> None:
    """Ask what the terminal runs."""
    said(desk.words("upgrade.work-identify"), 0, 1)
    desk.upgrade.known = await running(connected(desk).client)
    desk.changed()


async def examine(desk: Desk, said: Said) -> None:
    """Ask the terminal who it is and how its clock stands, then check everything at once."""
    board, words = desk.upgrade, desk.words
    if board.package is None or board.way is None:
        desk.tell(Notice(words("upgrade.no-package"), words("upgrade.next-package"), Tone.WARN))
        return
    said(words("upgrade.work-identify"), 0, 1)
    around = await asyncio.to_thread(surroundings)
    found = await preflight.examine(connected(desk).client, board.way, board.package.shipment, around)
    board.take_checks(found, tuple(checks(desk, found, board.way)))
    bad, number = board.blockers, len(board.checks or ())
    if bad:
        text = words("upgrade.checks-found", bad=len(bad), number=number)
        desk.tell(Notice(text, bad[0].next_step, Tone.BAD))
    else:
        desk.tell(Notice(words("upgrade.checks-good", bad=0, number=number), "", Tone.GOOD))


def costs(desk: Desk, way: Way, size: int) -> str:
    """Say honestly what the way costs, before it is begun."""
    words, link = desk.words, desk.connection
    if way is Way.USB or link is None:
        return words("upgrade.cost-usb") if way is Way.USB else ""
    known = desk.upgrade.known
    original = known is not None and known.identity is None
    settings = link.session.link.line.settings
    if way is Way.STANDARD and settings is not None:
        rate = single(settings, SEGMENT)
    else:
        rhythm = Rhythm.SINGLE if original else Rhythm.BURST
        channel = "rs485" if way is Way.RS485 else "gprs"
        rate = next(one.rate for one in advice() if (one.channel, one.rhythm) == (channel, rhythm))
    return words("upgrade.cost", rate=round(rate), time=duration(size / rate))


SEGMENT = 1024
"""Bytes of a segment of AFN 0FH on a clean line."""


def duration(seconds: float) -> str:
    """Write a time to wait in seconds, in minutes, from an hour on in hours."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def rules(desk: Desk, way: Way) -> Iterator[str]:
    """What the technician has to know before it begins."""
    yield desk.words(f"upgrade.rule-{way.value}")
    yield desk.words("upgrade.rule-kept")
    if desk.upgrade.forced:
        yield desk.words("upgrade.rule-forced")


async def upgrade(desk: Desk, answers: Answers, said: Said) -> None:
    """Walk the way to its end; what happens stands on the board, the outcome in the notice too."""
    board = desk.upgrade
    flow = flow_of(desk)
    fresh = not (isinstance(board.outcome, Failed) and board.outcome.resumable)
    if fresh:
        board.forget_run()
    board.outcome, board.running = None, True

    def tell(event: Event) -> None:
        board.take(event, desk.clock.now())
        if isinstance(event, Progress):
            said(desk.words("upgrade.work-sending"), kibibytes(event.sent), kibibytes(event.total))
        desk.changed()

    try:
        outcome = await run(flow, tell, answers)
    except asyncio.CancelledError:
        stopped = Failed(Failure.STOPPED, board.reached, resumable=True)
        tell(stopped)
        desk.tell(ending(desk, stopped))
        raise
    finally:
        board.running = False
        desk.changed()
    _learn(desk, outcome)
    if isinstance(outcome, Done):
        await _look_again(desk)
    desk.tell(ending(desk, outcome))


async def _look_again(desk: Desk) -> None:
    """Show what runs now; the proof does not depend on it, so silence here is no failure."""
    board = desk.upgrade
    with suppress(LineError, DeniedError, DecodeError):
        board.runs(await running(connected(desk).client))


def _learn(desk: Desk, outcome: Done | Failed) -> None:
    """What the outcome says about password and switch, and about what was read before."""
    if isinstance(outcome, Done):
        desk.judge(None)
        desk.forget_units()
        return
    if outcome.reason is Failure.BLOCKED:
        desk.upgrade.checks = None  # something has changed since they were made
    if outcome.reason is Failure.COMMAND and outcome.code is not None:
        desk.judge(DeniedError(0xF0, outcome.code))


def ending(desk: Desk, outcome: Done | Failed) -> Notice:
    """Say in two lines how it ended."""
    if isinstance(outcome, Done):
        return Notice(done_text(outcome, desk.words), desk.words("upgrade.done-next"), Tone.GOOD)
    words = failure(outcome, desk.words.language)
    return Notice(words.cause, words.next_step, Tone.WARN if outcome.resumable else Tone.BAD)


def flow_of(desk: Desk) -> Flow:
    """Make the flow of the chosen way; ``UsageError`` before a package was chosen."""
    board, client = desk.upgrade, connected(desk).client
    package = board.package
    if package is None or package.header is None or board.way is None:
        raise UsageError(desk.words("upgrade.no-package"), desk.words("upgrade.next-package"))
    override = client.address if board.forced else None
    order = Order(package.shipment, surroundings(), override)
    match board.way:
        case Way.RS485:
            return Rs485Flow(client, order)
        case Way.STANDARD:
            return StandardFlow(client, order)
        case Way.USB:
            return UsbFlow(client, order)
        case Way.REMOTE:
            if board.dials is None:
                raise UsageError(desk.words("upgrade.remote-title"), desk.words("upgrade.remote-bad"))
            host, port = board.dials
            return RemoteFlow(client, order, Place(IPv4Address(host), port))


async def leave_mode(desk: Desk, said: Said) -> None:
    """Order the terminal out of download mode; it resets, what arrived is kept."""
    words = desk.words
    said(words("upgrade.work-leave"), 0, 1)
    try:
        await leave_download(connected(desk).client)
    except UpgradeFailed as error:
        _learn(desk, error.failed)
        desk.tell(ending(desk, error.failed))
        return
    desk.tell(Notice(words("upgrade.left"), words("upgrade.left-next"), Tone.GOOD))


def own_disk_folder(desk: Desk) -> Path | None:
    """Return the folder that the emulated terminal takes as its USB disk; ``None`` with a real one."""
    face = desk.connection.face if desk.connection else None
    if face is None:
        return None
    face.disk_folder.mkdir(parents=True, exist_ok=True)
    return face.disk_folder


async def prepare_disk(desk: Desk, folder: Path, said: Said) -> None:
    """Write the package to a disk and prove it; the emulated terminal's own disk is then inserted."""
    board, words = desk.upgrade, desk.words
    package = board.package
    if package is None:
        raise UsageError(words("upgrade.no-package"), words("upgrade.next-package"))

    def step(at: Step, done: int, total: int) -> None:
        said(words(f"upgrade.disk-{at.value}"), kibibytes(done), kibibytes(total))

    face = desk.connection.face if desk.connection else None
    own = face is not None and folder == face.disk_folder
    board.prepared = await asyncio.to_thread(
        prepare, folder, package.path.name, package.content, desk.clock.now(), step
    )
    if face and own:
        face.insert_disk()
    desk.tell(disk_notice(desk.words, board.prepared, folder))


def disk_notice(words: Words, prepared: Prepared, folder: Path) -> Notice:
    """What was proved, how to let go of the disk, and what the terminal will ask."""
    key = "upgrade.disk-proved" if prepared.uncached else "upgrade.disk-cached"
    text = words(key, name=prepared.package.name, sha=prepared.sha256[:8])
    if prepared.others:
        return Notice(text, words("upgrade.disk-others", names=", ".join(prepared.others)), Tone.WARN)
    disk = disk_of(folder, removable_disks())
    step = words("upgrade.disk-eject", eject=disk.eject) if disk else words("upgrade.disk-insert")
    return Notice(text, step, Tone.GOOD)
