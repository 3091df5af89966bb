"""One link to the master, from the dial to its end: how far it is, what is being said on it, its times."""

from enum import Enum, auto

from core.terminal.uplink.download import ANEW
from core.terminal.uplink.redial import BACK_TO_MAIN
from core.terminal.uplink.settings import OnLine, Settings
from core.terminal.uplink.state import Dial, HangUp, Message, Say, Target

RECENT = 60.0
"""Seconds after a frame of the master in which no other caller is taken (server mode) [design]."""
NEVER, LONG_AGO = float("inf"), float("-inf")


class Phase(Enum):
    """Where the link stands."""

    RESTING = auto()
    DIALLING = auto()
    LISTENING = auto()
    LOGGING_IN = auto()
    ONLINE = auto()
    LEAVING = auto()
    """Logout sent."""
    CLOSING = auto()
    """To be hung up."""


CONNECTED = frozenset({Phase.LOGGING_IN, Phase.ONLINE, Phase.LEAVING})


class Link:
    """The only link of the uplink; times are monotonic seconds."""

    def __init__(self) -> None:
        self.phase = Phase.RESTING
        self.target: Target | None = None
        """Which master is dialled or connected; ``None`` also for one that called."""
        self.called = False
        """The master connected to the listening port."""
        self.saying: Message | None = None
        """The message whose end is awaited."""
        self.heard_at = self.online_at = self.used_at = LONG_AGO
        self.block_at = LONG_AGO
        """When the last block of a package came."""
        self.heartbeat_at = NEVER
        """When the next heartbeat is due."""
        self._route: tuple[object, ...] = ()

    @property
    def connected(self) -> bool:
        """Tell whether bytes can travel."""
        return self.phase in CONNECTED

    @property
    def online(self) -> bool:
        """Logged in, or called by the master."""
        return self.phase is Phase.ONLINE

    @property
    def standby(self) -> bool:
        """Tell whether the standby master is dialled or connected (M97)."""
        return self.target is not None and self.target.standby

    @property
    def stale_at(self) -> float:
        """When a link of download mode has seen no block for too long (5.4)."""
        return max(self.online_at, self.block_at) + ANEW

    @property
    def back_to_main_at(self) -> float:
        """When a link to the standby master is left for the main one."""
        return self.online_at + BACK_TO_MAIN if self.standby else NEVER

    def deadlines(self, settings: Settings, *, download: bool) -> list[float]:
        """When a quiet link has something to do by itself."""
        stale = self.stale_at if download else NEVER
        idle = NEVER if settings.on_line is OnLine.ALWAYS else self.used_at + settings.demand_idle
        return [self.heartbeat_at, stale, idle, self.back_to_main_at]

    def in_use(self, now: float) -> bool:
        """Tell whether another caller has to stay away."""
        return self.connected and now - max(self.heard_at, self.online_at) < RECENT

    def moved(self, settings: Settings) -> bool:
        """Tell whether the last dial was to another master or by another way than is set now."""
        return self._route != settings.route

    @property
    def dialled_before(self) -> bool:
        """Tell whether there was a dial since the start."""
        return bool(self._route)

    def dial(self, target: Target, settings: Settings) -> Dial:
        """Begin a try."""
        self.target, self._route, self.phase = target, settings.route, Phase.DIALLING
        return Dial(target)

    def taken(self, now: float) -> None:
        """A master called, and has the link."""
        self.called, self.target = True, None
        self.begin(Phase.ONLINE, now)

    def begin(self, phase: Phase, now: float) -> None:
        """The connection stands."""
        self.phase, self.saying = phase, None
        self.online_at = self.used_at = self.heard_at = now

    def went_online(self, heartbeat: float, now: float) -> None:
        """The login is confirmed, or needed by nobody."""
        self.phase = Phase.ONLINE
        self.online_at = self.used_at = now
        self.heartbeat_at = NEVER if self.called else now + heartbeat

    def say(self, order: Say) -> Say:
        """Await the end of a message."""
        self.saying = order.message
        return order

    def ended(self, phase: Phase) -> None:
        """The try or the link is over; ``phase`` is `Phase.CLOSING` where the line has yet to be closed."""
        self.phase, self.saying = phase, None
        self.target, self.called = None, False

    def hang_up(self) -> HangUp:
        """Close the line, or stop dialling."""
        self.ended(Phase.RESTING)
        return HangUp()
