"""The parameters of the uplink as the policy needs them: F1, F3, F7, F8 (part A §7.1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from core.gdw376.units.afn04 import (
    ConfirmedServices,
    MasterStation,
    TerminalAddress,
    TerminalIp,
    UplinkMode,
    UplinkPort,
)
from core.terminal.factory import NOWHERE
from core.terminal.parameters import Parameters
from core.terminal.uplink.state import Patience, Proxy, Target

USUAL_REDIAL = 60.0
USUAL_TIMEOUT = 30.0
"""Seconds where F1 and F8 say 0 (device behaviour 10)."""


class Role(Enum):
    """Who connects to whom (F8)."""

    MIXED = 0
    CLIENT = 1
    SERVER = 2


class OnLine(Enum):
    """When a client is on line (F8)."""

    ALWAYS = 1
    ON_DEMAND = 2
    WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds."""

    main: Target | None
    standby: Target | None
    listen_port: int
    udp: bool
    address: TerminalAddress
    role: Role
    on_line: OnLine
    redial: float
    demand_redials: int
    demand_idle: float
    windows: frozenset[int]
    answer: Patience
    confirmed: ConfirmedServices
    heartbeat: float
    apn: str
    proxy: Proxy | None
    """The way out, whoever the master is."""

    @property
    def dials(self) -> bool:
        """Tell whether there is a master to dial."""
        return self.role is not Role.SERVER and (self.main or self.standby) is not None

    @property
    def listens(self) -> bool:
        """Tell whether the master may connect."""
        return self.role is not Role.CLIENT and self.listen_port > 0

    def in_window(self, civil: datetime | None) -> bool:
        """Tell whether a time window is open; without a valid clock all are."""
        return self.on_line is OnLine.WINDOWS and (civil is None or civil.hour in self.windows)

    @property
    def route(self) -> tuple[object, ...]:
        """What a link is made of: it has to be made anew when any of it changes."""
        return (self.main, self.standby, self.listen_port, self.udp, self.address, self.role)


def settings_of(parameters: Parameters) -> Settings:
    """Read the present parameters."""
    port, mode = parameters.value(UplinkPort), parameters.value(UplinkMode)
    udp = bool(mode.mode.transport)
    own = parameters.value(TerminalIp)
    proxy = None if udp else _proxy(own)
    station = parameters.value(MasterStation)
    main, standby = _targets(station, proxy, udp=udp)
    return Settings(
        main=main,
        standby=standby,
        listen_port=own.listen_port,
        udp=udp,
        address=parameters.value(TerminalAddress),
        role=Role(mode.mode.role),
        on_line=OnLine(mode.mode.online),
        redial=mode.redial or USUAL_REDIAL,
        demand_redials=mode.passive_redials,
        demand_idle=60.0 * (mode.passive_idle or 1),
        windows=mode.windows,
        answer=Patience(port.response.timeout or USUAL_TIMEOUT, port.response.retries),
        confirmed=port.confirmed,
        heartbeat=60.0 * port.heartbeat,
        apn=station.apn,
        proxy=_proxy(own),
    )


def _proxy(own: TerminalIp) -> Proxy | None:
    """The proxy of F7; user and password count where it asks for them."""
    if not own.proxy:
        return None
    login = (own.user, own.password) if own.proxy_login else ("", "")
    return Proxy(own.proxy, str(own.proxy_ip), own.proxy_port, *login)


def _targets(
    station: MasterStation, proxy: Proxy | None, *, udp: bool
) -> tuple[Target | None, Target | None]:
    """Main and standby; 0.0.0.0 and port 0 are nowhere (device behaviour 10)."""
    both = ((station.main_ip, station.main_port, False), (station.standby_ip, station.standby_port, True))
    main, standby = (
        Target(str(ip), port, udp, station.apn, second, proxy) if ip != NOWHERE and port else None
        for ip, port, second in both
    )
    return main, standby
