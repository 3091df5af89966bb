"""What a visit knows about an upgrade: way, package, checks, stages, what happened, how it ended.

No widget is known here; it stands on the desk, so an upgrade goes on while other pages are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from hhu.client.upgrade.stages import (
    Done,
    Event,
    Failed,
    NeedCable,
    NeedCall,
    Noticed,
    Progress,
    Silence,
    Stage,
    StageReached,
    TerminalSays,
    Way,
)
from hhu.widgets.stage_bar import UpgradeLook

if TYPE_CHECKING:
    from core.vendor.header import Header
    from core.vendor.package import Reason
    from hhu.client.packages import Inspection
    from hhu.client.upgrade.package import Running, Shipment
    from hhu.client.upgrade.preflight import Preflight
    from hhu.client.usb_disk import Prepared

MOST_LINES = 200
"""Lines of the log that are kept."""
Told = StageReached | Noticed | TerminalSays | NeedCable | NeedCall | Silence | Done | Failed
"""Events that stand in the log; progress does not."""


class Next(Enum):
    """What Enter does now."""

    PACKAGE = "package"
    CHECK = "check"
    OVERRIDE = "override"
    DISK = "disk"
    START = "start"
    RESUME = "resume"
    WAIT = "wait"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class ChosenPackage:
    """A file, what it says of itself, and what speaks against it before any terminal is asked."""

    path: Path
    content: bytes
    inspection: "Inspection"

    @property
    def shipment(self) -> "Shipment":
        """As the flows take it."""
        from hhu.client.upgrade.package import Shipment  # noqa: PLC0415  # only where one is chosen

        return Shipment(self.path.name, self.content)

    @property
    def header(self) -> "Header | None":
        """What it says of itself; ``None`` where not even that can be read."""
        return self.inspection.header

    @property
    def faults(self) -> tuple["Reason", ...]:
        """What speaks against it, whichever terminal it is for."""
        return self.inspection.objections

    @property
    def unfit(self) -> bool:
        """Whether no terminal takes it; a protocol library that cannot be used counts too."""
        return not self.inspection.sound


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at before anything is sent."""

    good: bool
    text: str
    next_step: str = ""
    overridable: bool = False
    later: bool = False
    """It is made good on the way: the technician is asked for it when it is needed."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """An event and when it was told."""

    at: datetime
    told: Told


class UpgradeBoard:
    """State of the page."""

    def __init__(self) -> None:
        self.way: Way | None = None
        """Chosen by the technician; ``None``: as the line suggests."""
        self.package: ChosenPackage | None = None
        self.known: Running | None = None
        """What the terminal runs, by its own word."""
        self.checks: tuple[Check, ...] | None = None
        """``None``: not looked yet."""
        self.forced = False
        """Overridden by the typed address."""
        self.dials: tuple[str, int] | None = None
        """Where the terminal shall dial for a remote download: IPv4 address and port."""
        self.prepared: Prepared | None = None
        self.reached: Stage | None = None
        self.progress: Progress | None = None
        self.running = False
        self.outcome: Done | Failed | None = None
        self.log: list[LogLine] = []
        self.line_limit: float | None = None

    def for_another(self) -> "UpgradeBoard":
        """Return the board for another terminal: of this one only way and package are kept."""
        fresh = UpgradeBoard()
        fresh.way, fresh.package, fresh.dials = self.way, self.package, self.dials
        return fresh

    def choose(self, way: Way) -> None:
        """Another way: what was checked for the other one does not count."""
        if way is not self.way:
            self.way, self.checks, self.forced = way, None, False

    def take_package(self, package: ChosenPackage) -> None:
        """Another package: everything begins anew."""
        self.package, self.checks, self.forced, self.prepared = package, None, False, None
        self.forget_run()

    def take_checks(self, preflight: "Preflight", checks: tuple[Check, ...]) -> None:
        """Everything was looked at."""
        self.known, self.checks, self.forced = preflight.running, checks, False

    def runs(self, running: "Running") -> None:
        """It runs something else now; what was checked before counts no more."""
        self.known, self.checks, self.forced, self.prepared = running, None, False, None

    def forget_run(self) -> None:
        """Nothing was sent yet."""
        self.reached, self.progress, self.outcome = None, None, None
        self.log.clear()

    def take(self, event: Event, at: datetime) -> None:
        """Something happened."""
        match event:
            case Progress():
                self.progress = event
                return
            case StageReached(stage):
                self.reached = stage
            case Done() | Failed():
                self.outcome = event
            case _:
                pass
        last = self.log[-1].told if self.log else None
        if event != last:
            self.log.append(LogLine(at, event))
            del self.log[:-MOST_LINES]

    @property
    def look(self) -> UpgradeLook:
        """What the stages show."""
        failed = isinstance(self.outcome, Failed)
        return UpgradeLook(self.reached, self.progress, self.running, failed, self.line_limit)

    @property
    def blockers(self) -> Sequence[Check]:
        """What was found against it."""
        return [check for check in self.checks or () if not (check.good or check.later)]

    @property
    def next(self) -> Next:
        """What Enter does."""
        if self.running:
            return Next.WAIT
        if self.package is None:
            return Next.PACKAGE
        return self._after_run() or self._before_run()

    def _after_run(self) -> Next | None:
        if isinstance(self.outcome, Done):
            return Next.AGAIN
        resumable = isinstance(self.outcome, Failed) and self.outcome.resumable
        return Next.RESUME if resumable else None

    def _before_run(self) -> Next:
        if self.way is Way.USB and self.prepared is None:
            return Next.DISK
        if self.checks is None:
            return Next.CHECK
        if not self.blockers or self.forced:
            return Next.START
        overridable = all(check.overridable for check in self.blockers)
        return Next.OVERRIDE if overridable else Next.CHECK
