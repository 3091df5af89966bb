"""What takes time on the Upgrade page: look, check, walk a way, write a disk. The outcome stands on the desk."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from core.errors import DeniedError
from hhu.client.packages import inspect, name_fits, read_package
from hhu.client.upgrade.stages import Answers, Done, Event, Failed, Failure, Flow, Progress, Way, run
from hhu.client.upgrade.usb import UsbFlow
from hhu.client.usb_disk import Step, prepare
from hhu.client.vendor import identify
from hhu.screens.desk import Desk
from hhu.screens.jobs import Progress as Said
from hhu.screens.jobs import connected
from hhu.screens.upgrade_board import ChosenPackage
from hhu.screens.upgrade_rows import done_text
from hhu.upgrade_words import failure
from hhu.widgets.notice_row import Notice, Tone
from hhu.widgets.stage_bar import kibibytes


def open_package(path: Path) -> ChosenPackage:
    """Read a file and look into it; ``UsageError`` when it cannot be read or never be sent."""
    name_fits(path.name)
    content = read_package(path)
    return ChosenPackage(path, content, inspect(path.name, content, ()))


async def examine(desk: Desk, said: Said) -> None:
    """Ask the terminal who it is and how its clock stands, then check everything at once."""
    board, words = desk.upgrade, desk.words
    if desk.connection is not None:
        said(words("upgrade.work-identify"), 0, 2)
        board.identity = await identify(connected(desk).client)
        desk.changed()
        if desk.clock_reading is None:
            said(words("work.read-clock"), 1, 2)
            desk.clock_reading = await connected(desk).client.read_clock()
    if board.package is None or board.way is None:
        desk.tell(Notice(words("upgrade.no-package"), words("upgrade.next-package"), Tone.WARN))
        return
    power = await asyncio.to_thread(battery)
    board.forced = False
    board.checks = tuple(checks(desk, board.package, board.way, power))
    bad = len(board.blockers)
    text = words("upgrade.checks-found", bad=bad, number=len(board.checks))
    desk.tell(Notice(text, "", Tone.BAD if bad else Tone.GOOD))


def costs(desk: Desk, way: Way, size: int) -> str:
    """Say honestly what the way costs, before it is begun."""
    words, link = desk.words, desk.connection
    if way is Way.USB or link is None:
        return words("upgrade.cost-usb") if way is Way.USB else ""
    settings = link.session.link.line.settings
    if way is Way.RS485:
        return words("upgrade.cost", rate=RS485_RATE, time=duration(size / RS485_RATE))
    if way is Way.STANDARD and settings is not None:
        rate = settings.baud // BITS
        return words("upgrade.cost", rate=rate, time=duration(size / (rate * STANDARD_SHARE)))
    return words("upgrade.cost-network", time=duration(size / NETWORK_RATE))


BITS = 10
"""On the line for one byte, 8N1."""
RS485_RATE = 11_318
"""Bytes of a file per second in bursts of 16 x 4096 at 115200, t = 20 ms (vendor extension §3.11)."""
STANDARD_SHARE = 0.93
"""Of the line that a segment of 1024 bytes keeps for the file."""
NETWORK_RATE = 4_660
"""Bytes per second over GPRS with blocks of 1024 and four in flight (vendor extension §3.11)."""


def duration(seconds: float) -> str:
    """Write a time to wait: minutes and seconds, from an hour on hours and minutes."""
    whole = round(seconds)
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
        tell(Failed(Failure.STOPPED, board.reached, resumable=True))
        raise
    finally:
        board.running = False
        desk.changed()
    _learn(desk, outcome)
    desk.tell(ending(desk, outcome))


def _learn(desk: Desk, outcome: Done | Failed) -> None:
    """What the outcome says about password and switch, and about what was read before."""
    if isinstance(outcome, Done):
        desk.judge(None)
        desk.forget_units()
        return
    if outcome.reason is Failure.COMMAND and outcome.code is not None:
        desk.judge(DeniedError(0xF0, outcome.code))


def ending(desk: Desk, outcome: Done | Failed) -> Notice:
    """Say in two lines how it ended."""
    if isinstance(outcome, Done):
        return Notice(done_text(outcome, desk.words), desk.words("upgrade.done-next"), Tone.GOOD)
    words = failure(outcome, desk.words.language)
    return Notice(words.cause, words.next_step, Tone.WARN if outcome.resumable else Tone.BAD)


def flow_of(desk: Desk) -> Flow:
    """Make the flow of the chosen way."""
    board, client = desk.upgrade, connected(desk).client
    package = board.package
    assert package is not None
    assert package.header is not None
    return UsbFlow(client, package.path.name, package.header)


def own_disk_folder(desk: Desk) -> Path | None:
    """Return the folder that the emulated terminal takes as its USB disk; ``None`` with a real one."""
    face = desk.connection.face if desk.connection else None
    return face.disk_folder if face else None


async def prepare_disk(desk: Desk, folder: Path, said: Said) -> None:
    """Write the package to a disk and prove it; the emulated terminal's own disk is then inserted."""
    board, words = desk.upgrade, desk.words
    package = board.package
    assert package is not None

    def step(at: Step, done: int, total: int) -> None:
        said(words(f"upgrade.disk-{at.value}"), kibibytes(done), kibibytes(total))

    if folder == own_disk_folder(desk):
        folder.mkdir(parents=True, exist_ok=True)
    board.prepared = await asyncio.to_thread(
        prepare, folder, package.path.name, package.content, desk.clock.now(), step
    )
    face = desk.connection.face if desk.connection else None
    if face and folder == face.disk_folder:
        face.insert_disk()
    desk.tell(disk_notice(desk, folder))


def disk_notice(desk: Desk, folder: Path) -> Notice:
    """What was proved, how to let go of the disk, and what the terminal will ask."""
    words, prepared = desk.words, desk.upgrade.prepared
    assert prepared is not None
    key = "upgrade.disk-proved" if prepared.uncached else "upgrade.disk-cached"
    text = words(key, name=prepared.package.name, sha=prepared.sha256[:8])
    if prepared.others:
        return Notice(text, words("upgrade.disk-others", names=", ".join(prepared.others)), Tone.WARN)
    disk = disk_of(folder, removable_disks())
    step = words("upgrade.disk-eject", eject=disk.eject) if disk else words("upgrade.disk-insert")
    return Notice(text, step, Tone.GOOD)
