"""How the uplink stands, as values that the vendor extension and the face tell (device behaviour 6.9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address

NOWHERE = IPv4Address(0)


class LinkState(Enum):
    """How far the uplink is; the values are those of the face."""

    NONE = "none"
    NO_MODULE = "no module"
    NO_SIM = "no SIM"
    DIALLING = "dialling"
    LOGIN = "login"
    ONLINE = "online"
    OFFLINE = "offline"
    LISTENING = "listening"


class DialError(Enum):
    """Why the last attempt to reach the master ended."""

    NONE = "none"
    MODULE_SILENT = "module silent"
    NO_SIM = "no SIM"
    NOT_REGISTERED = "not registered"
    ATTACH_REFUSED = "attach refused"
    CONNECT_REFUSED = "connect refused"
    CONNECT_TIMEOUT = "connect timeout"
    LOGIN_DENIED = "login denied"
    LOGIN_UNCONFIRMED = "login unconfirmed"
    HEARTBEAT_UNCONFIRMED = "heartbeat unconfirmed"
    CLOSED_BY_PEER = "closed by peer"


@dataclass(frozen=True, slots=True)
class UplinkStatus:
    """One moment of the uplink. Times are the terminal's own; ``None`` is never."""

    state: LinkState = LinkState.NONE
    module: bool = True
    sim: bool = False
    csq: int | None = None
    """0 to 31; ``None`` is not known."""
    registered: bool = False
    attached: bool = False
    mains: bool = True
    wanted: bool = True
    """False after the order to drop the link (AFN05 F39)."""
    own_ip: IPv4Address = NOWHERE
    peer_ip: IPv4Address = NOWHERE
    """The master connected to."""
    peer_port: int = 0
    standby_in_use: bool = False
    error: DialError = DialError.NONE
    error_at: datetime | None = None
    login_at: datetime | None = None
    acknowledged_at: datetime | None = None
    attempts: int = 0
    next_dial: int = 0
    """Seconds until the next attempt; 0 when one runs or none is planned."""
