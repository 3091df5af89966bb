"""Who dialled in: connections as the registry sees them, terminals as everybody else does."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from core.gdw376.address import Address
from core.gdw376.fields import Ec
from core.gdw376.frame import Frame


class Way(Enum):
    """What a terminal dials in over."""

    TCP = "tcp"
    UDP = "udp"


class Reason(Enum):
    """Why a connection ended."""

    HUNG_UP = "hung up"
    """By the other side."""
    BROKEN = "broken"
    """The network reported it lost."""
    LOGGED_OUT = "logged out"
    SILENT = "silent"
    """No frame for too long: a half-open connection, or no heartbeat."""
    STRANGER = "stranger"
    """No valid frame within the time allowed."""
    GARBAGE = "garbage"
    REPLACED = "replaced"
    """The same terminal dialled in again."""
    RENAMED = "renamed"
    """The terminal goes on under another address."""
    CROWDED = "crowded"
    """Too many connections."""
    STOPPED = "stopped"
    """Listening ended here."""


class Hello(Enum):
    """How a terminal introduced itself."""

    LOGIN = "login"
    HEARTBEAT = "heartbeat"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class CallReport:
    """What a terminal sent by itself: events (AFN 0E) or task data (0B, 0C, 0D)."""

    at: datetime
    frame: Frame
    raw: bytes
    confirmed: bool
    """It asked for a confirmation and got one."""

    @property
    def is_event(self) -> bool:
        """Events, as opposed to task data."""
        return self.frame.afn == 0x0E


@dataclass(frozen=True, slots=True)
class DialledTerminal:
    """A terminal that is there, or was."""

    address: Address
    way: Way
    peer: str
    """Host and port it dials from."""
    online: bool
    since: datetime
    """Start of this connection."""
    last: datetime
    """Its latest frame."""
    frames: int
    heartbeats: int
    logins: int
    bytes_in: int
    bytes_out: int
    events: int
    """Event reports that came."""
    tasks: int
    version: str | None
    """Software version, once a call has read it."""
    clock_off: float | None
    """Seconds its clock was ahead at the last heartbeat that carried it (2012/13)."""
    counters: Ec | None
    """EC1 and EC2 of the last frame that carried them: an important event waits."""
    ended: Reason | None
    """Why it is not there any more."""


@dataclass(slots=True, eq=False)
class Caller:
    """A connection, or a UDP peer."""

    way: Way
    host: str
    port: int
    since: float
    heard: float
    noise: int = 0
    """Bytes without a frame since the last one."""
    terminal: "Guest | None" = None

    @property
    def peer(self) -> str:
        """Host and port as people write them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(slots=True, eq=False)
class Guest:
    """What the registry keeps of a terminal."""

    address: Address
    caller: Caller
    since: datetime
    last: datetime
    online: bool = True
    frames: int = 0
    heartbeats: int = 0
    logins: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    events: int = 0
    tasks: int = 0
    version: str | None = None
    clock_off: float | None = None
    counters: Ec | None = None
    ended: Reason | None = None
    reports: deque[CallReport] = field(default_factory=deque[CallReport])
    report_bytes: int = 0

    def shown(self) -> DialledTerminal:
        """Return what others may keep."""
        return DialledTerminal(
            self.address,
            self.caller.way,
            self.caller.peer,
            self.online,
            self.since,
            self.last,
            self.frames,
            self.heartbeats,
            self.logins,
            self.bytes_in,
            self.bytes_out,
            self.events,
            self.tasks,
            self.version,
            self.clock_off,
            self.counters,
            self.ended,
        )

    def has(self, frame: Frame) -> bool:
        """Tell whether a report was kept before: the same words under the same AFN."""
        return any(
            kept.frame.afn == frame.afn and kept.frame.payload == frame.payload for kept in self.reports
        )

    def keep(self, report: CallReport, most: int, most_bytes: int) -> None:
        """Keep a report; the oldest make room."""
        self.reports.append(report)
        self.report_bytes += len(report.raw)
        while len(self.reports) > most or (self.report_bytes > most_bytes and len(self.reports) > 1):
            self.report_bytes -= len(self.reports.popleft().raw)
