"""What the uplink is doing, what it orders, and why it is not on line."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address

from core.terminal.ledger import EventRecord
from core.terminal.uplink.tasks import TaskDue

NOWHERE = IPv4Address(0)


class UplinkState(Enum):
    """How far the uplink is; ``NONE``: no master is set, so nothing is dialled."""

    NONE = "none"
    NO_MODULE = "no module"
    NO_SIM = "no SIM"
    DIALLING = "dialling"
    """On its way, or between two tries of a row."""
    LOGIN = "login"
    ONLINE = "online"
    OFFLINE = "offline"
    """Not wanted now, or in the long pause behind a row of tries."""
    LISTENING = "listening"


class Obstacle(Enum):
    """Where the way to the master ended, in the order of the way."""

    MODULE = "module"
    SIM = "SIM"
    SIGNAL = "signal"
    REGISTRATION = "registration"
    APN = "APN"
    CONNECT = "connect"
    LOGIN = "login"
    HEARTBEAT = "heartbeat"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try failed or a link ended."""

    obstacle: Obstacle
    reason: str
    at: datetime | None = None
    """Time of the terminal, ``None`` while its clock is invalid."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """The host on the way to the master (F7, M101)."""

    kind: int
    """1 HTTP CONNECT, 2 SOCKS4, 3 SOCKS5."""
    host: str
    port: int
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to dial, and through which access point and proxy."""

    host: str
    port: int
    udp: bool
    apn: str
    standby: bool = False
    proxy: Proxy | None = None
    """Of TCP only."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What is fitted (a wired module needs no card), and what the network gives."""

    module: bool = True
    card: bool = True
    csq: int | None = None
    """Signal quality 0 to 31, ``None`` where it is not known."""
    registered: bool = False
    attached: bool = False
    """The packet service took the access point."""
    ip: IPv4Address = NOWHERE
    """Own address in the packet service; 0.0.0.0 while there is none."""

    @property
    def ready(self) -> bool:
        """Tell whether dialling makes sense."""
        return self.module and self.card


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a confirmation (seconds), and how often to send again."""

    timeout: float
    retries: int


class LinkTest(Enum):
    """AFN02: the value is the Fn (part A §6.3)."""

    LOGIN = 1
    LOGOUT = 2
    HEARTBEAT = 3


@dataclass(frozen=True, slots=True)
class EventReport:
    """Report one important event (part B §4.2)."""

    record: EventRecord


@dataclass(frozen=True, slots=True)
class TaskReport:
    """Report what a task collected (AFN04 F65, F66)."""

    due: TaskDue


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Report the terminal's own state: the site report with no event waiting (device behaviour 3.7)."""


Message = LinkTest | EventReport | TaskReport | StatusReport


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect to a master; the outcome is handed in with ``dialled`` or ``failed``."""

    target: Target


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the master to connect (F8 server, F7 port)."""

    port: int
    udp: bool


@dataclass(frozen=True, slots=True)
class Say:
    """Send a message; ``said`` tells how it ended."""

    message: Message
    patience: Patience
    confirmed: bool = True
    """Ask for a confirmation (F1)."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the link, or stop dialling; what is still to be sent goes out first."""


@dataclass(frozen=True, slots=True)
class StopListening:
    """Take no more calls."""


@dataclass(frozen=True, slots=True)
class CyclePower:
    """Switch the module off and on."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Restart the terminal."""


Command = Dial | Listen | Say | HangUp | StopListening | CyclePower | Reset


class SiteOutcome(Enum):
    """How a site report goes (device behaviour 3.7 K7)."""

    SENT = "sent"
    QUEUED = "queued"
    NO_LINK = "no link"
