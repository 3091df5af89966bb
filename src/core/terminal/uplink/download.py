"""What download mode makes of the uplink (device behaviour 5.3, 5.4; M163, M164)."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from core.terminal.uplink.redial import Redial
from core.terminal.uplink.settings import OnLine, Role, Settings
from core.terminal.uplink.state import Target

PAUSES = (10.0, 30.0, 60.0, 120.0)
"""Seconds in front of the next tries; the last one repeats."""
HEARTBEAT = 60.0
ANEW = 600.0
"""Seconds without a block after which the link is closed and dialled anew."""


@dataclass(frozen=True, slots=True)
class DownloadLink:
    """The front end to dial; ``None``: local mode, in which the uplink rests."""

    host: IPv4Address | None
    port: int = 0

    def applied(self, usual: Settings) -> Settings:
        """Return the settings that hold in the mode: one master, dialled at once and kept."""
        main = None
        if self.host is not None:
            main = Target(str(self.host), self.port, udp=False, apn=usual.apn, proxy=usual.proxy)
        return replace(
            usual,
            main=main,
            standby=None,
            listen_port=0,
            udp=False,
            role=Role.CLIENT,
            on_line=OnLine.ALWAYS,
            heartbeat=HEARTBEAT,
        )


class DownloadRedial(Redial):
    """Tries after 10, 30, 60, then every 120 s; a login begins the row anew."""

    def failed(self, target: Target, settings: Settings, now: float) -> bool:
        """Plan the next try; no row is ever over."""
        self.lost(settings, now)
        return False

    def lost(self, settings: Settings, now: float) -> None:
        """Plan the next try behind a link that had worked."""
        self.due = now + PAUSES[min(self._row, len(PAUSES) - 1)]
        self._row += 1
