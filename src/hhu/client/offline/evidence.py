"""What a terminal tells about its way to the master."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.gdw376.units.afn0c import Traffic, UplinkState
from core.gdw376.units.afn04 import ApnUser, MasterStation, TerminalAddress, UplinkMode, UplinkPort
from core.gdw376.units.afn09 import RemoteModule
from core.vendor import items
from core.vendor.identify import Identity
from core.vendor.items import DIAL_ERRORS, LINK_STATES, UplinkReport

SPARE_HEARTBEATS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read; ``None`` where the terminal does not tell."""

    answers: bool = True
    clock_read: bool = False
    time: datetime | None = None
    """The terminal's time; ``None`` also for an invalid clock."""
    difference: float | None = None
    """Terminal minus computer, seconds."""
    master: MasterStation | None = None
    port: UplinkPort | None = None
    mode: UplinkMode | None = None
    user: ApnUser | None = None
    address: TerminalAddress | None = None
    permissions: UplinkState | None = None
    traffic: Traffic | None = None
    remote: RemoteModule | None = None
    report: UplinkReport | None = None
    test: items.SelfTest | None = None
    resets: int | None = None
    identity: Identity | None = None

    @property
    def state(self) -> str:
        """State of the link in the terminal's word, empty where it does not tell."""
        return LINK_STATES.get(self.report.state, ("", ""))[1] if self.report else ""

    @property
    def error(self) -> str:
        """Why the last attempt ended; empty while on line, for it is history then."""
        if self.report is None or self.online:
            return ""
        return DIAL_ERRORS.get(self.report.error, ("", ""))[1] if self.report.error else ""

    @property
    def online(self) -> bool:
        """Whether the terminal is logged in and the master has acknowledged it lately."""
        report = self.report
        if report is None or self.state != "online" or report.acknowledged_at is None:
            return False
        return self.time is None or self.time - report.acknowledged_at < self.patience

    @property
    def patience(self) -> timedelta:
        """How old the last acknowledgement may be: three heartbeats and the time they may take."""
        minutes = self.port.heartbeat if self.port else 15
        return timedelta(minutes=SPARE_HEARTBEATS * max(1, minutes) + 2)


SILENT = Evidence(answers=False)
