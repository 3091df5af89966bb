"""What the panel asks of the terminal; the terminal carries it out and shows it in the next facts."""

from dataclasses import dataclass
from enum import Enum

from core.panel.display import Display


@dataclass(frozen=True, slots=True)
class SiteReport:
    """Send a site report (M112); answer it with ``Panel.answered``."""


@dataclass(frozen=True, slots=True)
class OpenProgramming:
    """Open the programming switch for 2 min, or restart the 2 min (M170, device behaviour 3.7 K4)."""


@dataclass(frozen=True, slots=True)
class EnterUsbMode:
    """Enter USB upgrade mode; this closes the programming switch (M172, device behaviour 3.7 K3)."""


@dataclass(frozen=True, slots=True)
class UpgradeKey:
    """The key while an upgrade shows: short, or held for 2 s; what it does is the upgrade's affair."""

    held: bool


@dataclass(frozen=True, slots=True)
class StuckKey:
    """The key has been down for 60 s: log it; the key is ignored until released."""


@dataclass(frozen=True, slots=True)
class AcknowledgeEvent:
    """A person looked at this event record; that acknowledges the local "!" sign."""

    number: int


@dataclass(frozen=True, slots=True)
class ReadPoint:
    """Read this measuring point now."""

    point: int


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """Read all failed points again now."""


@dataclass(frozen=True, slots=True)
class SelfCheckNow:
    """Run the self-check (device behaviour 7.3); answer it with ``Panel.answered``."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Start anew, by the key (M120)."""


@dataclass(frozen=True, slots=True)
class CopyToDisk:
    """Copy freezes, events and parameters to the inserted USB disk; answer it with ``Panel.answered``."""


@dataclass(frozen=True, slots=True)
class SetDisplay:
    """A person chose how the face looks: keep it."""

    display: Display


Action = (
    SiteReport
    | OpenProgramming
    | EnterUsbMode
    | UpgradeKey
    | StuckKey
    | AcknowledgeEvent
    | ReadPoint
    | ReadFailed
    | SelfCheckNow
    | Restart
    | CopyToDisk
    | SetDisplay
)


class ReportOutcome(Enum):
    """How a site report ended; the bottom bar shows it for 3 s (device behaviour 3.7 K7)."""

    SENT = "sent"
    NO_LINK = "no link"
    QUEUED = "queued"


class Outcome(Enum):
    """How something the menu asked for ended; shown as a site report's outcome is."""

    CHECK_GOOD = "check good"
    CHECK_BAD = "check bad"
    READING_FAILED = "reading failed points"
    NOTHING_FAILED = "no failed point"
    COPIED = "copied"
    NO_DISK = "no disk"
    COPY_FAILED = "copy failed"
    SWITCH_CLOSED = "switch closed"


Answer = ReportOutcome | Outcome
