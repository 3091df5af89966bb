"""Who may do what on which channel: levels, passwords, lock and programming switch (device behaviour 9.3).

Reading is free. Everything else needs the password of the channel; on local channels setting and
administration also need the programming switch, which holding the key 5 s opens for 2 min (M143, M170, M171).
Three wrong passwords in a row lock the channel for 10 min for all but reading.

The switch is looked at before the password: a closed switch costs no try and tells nothing about it.
"""

from datetime import datetime, timedelta
from enum import Enum
from hmac import compare_digest

from core.clock import Clock
from core.gdw376.refusals import Refusal
from core.terminal.ledger import FactKept, Ledger

WINDOW = 120.0
"""Seconds the programming switch stays open (M171)."""
TRIES = 3
LOCK = timedelta(minutes=10)
DEFAULT_PASSWORD = "000000"


class Channel(Enum):
    """Ways into the terminal."""

    IR = "ir"
    RS485 = "rs485"
    USB = "usb"
    UPLINK = "uplink"
    SMS = "sms"

    @property
    def local(self) -> bool:
        """True where a person stands at the terminal."""
        return self in (Channel.IR, Channel.RS485, Channel.USB)


class Level(Enum):
    """What an act asks for."""

    READ = "read"
    OPERATE = "operate"
    SET = "set"
    ADMIN = "admin"


class Rank(Enum):
    """The two passwords of a channel; the high one also opens what the low one opens."""

    LOW = "low"
    HIGH = "high"


class Access:
    """Passwords and locks survive a power cut, the open switch does not (K4)."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self._clock = clock
        self._ledger = ledger
        self._opened: float | None = None

    @property
    def programming_open(self) -> bool:
        """True during the 2 min."""
        return self.open_at(self._clock.monotonic())

    def programming_left(self) -> float:
        """Seconds until the switch closes; 0 when it is closed."""
        if self._opened is None:
            return 0.0
        return max(0.0, self._opened + WINDOW - self._clock.monotonic())

    def open_at(self, moment: float) -> bool:
        """Tell whether the switch was open at a monotonic moment."""
        return self._opened is not None and self._opened <= moment < self._opened + WINDOW

    def open_programming(self) -> None:
        """Open for 2 min from now; opening again restarts them (K4)."""
        self._opened = self._clock.monotonic()

    def close_programming(self) -> None:
        """Close at once: power loss, or the 30 s press that goes on to USB mode (K3)."""
        self._opened = None

    def set_password(self, channel: Channel, rank: Rank, password: str) -> None:
        """Change a password: up to 16 printable ASCII characters; ``ValueError`` for others."""
        if not password.isascii() or not password.isprintable() or len(password) > 16:
            raise ValueError("a password has up to 16 printable ASCII characters")
        self._ledger.note(f"password.{channel.value}.{rank.value}", password)

    def restore_passwords(self) -> None:
        """Bring back the factory passwords of all channels."""
        with self._ledger.transaction():
            for channel in Channel:
                for rank in Rank:
                    self._ledger.note(f"password.{channel.value}.{rank.value}", None)

    def attempts_left(self, channel: Channel) -> int:
        """Wrong passwords that are still free; 0 while the channel is locked."""
        if self.locked_for(channel) > 0:
            return 0
        return TRIES - int(self._ledger.fact(f"wrong.{channel.value}") or 0)

    def locked_for(self, channel: Channel) -> float:
        """Seconds until the lock of the channel ends; 0 when there is none."""
        noted = self._ledger.fact(f"locked.{channel.value}")
        if noted is None:
            return 0.0
        left = datetime.fromisoformat(noted) - self._clock.now()
        return max(0.0, min(left, LOCK).total_seconds())

    def check(
        self, channel: Channel, level: Level, pw: bytes, arrived: float | None = None
    ) -> Refusal | None:
        """Return why the act is refused, ``None`` if it may be done.

        ``arrived`` is the monotonic time of the first byte of the order: one that began inside the window is
        finished normally (K4). A wrong password is counted, a right one clears the count.
        """
        if level is Level.READ:
            return None
        if self.locked_for(channel) > 0:
            return Refusal.LOCKED
        if level is not Level.OPERATE and self.switch_closed(channel, arrived):
            return Refusal.SWITCH_CLOSED
        return self.check_password(channel, Rank.HIGH if level is Level.ADMIN else Rank.LOW, pw)

    def check_password(self, channel: Channel, rank: Rank, *pws: bytes) -> Refusal | None:
        """Look at lock and passwords alone: one of several has to be right; all wrong is one wrong try."""
        if self.locked_for(channel) > 0:
            return Refusal.LOCKED
        ranks = (Rank.HIGH,) if rank is Rank.HIGH else tuple(Rank)
        if any(self._matches(channel, one, pw) for one in ranks for pw in pws):
            self._ledger.note(f"wrong.{channel.value}", None)
            return None
        self._count_wrong(channel)
        return Refusal.PASSWORD

    def switch_closed(self, channel: Channel, arrived: float | None = None) -> bool:
        """Tell whether a person at a local channel would have to open the programming switch first."""
        began_inside = arrived is not None and self.open_at(arrived)
        return channel.local and not (self.programming_open or began_inside)

    def _matches(self, channel: Channel, rank: Rank, pw: bytes) -> bool:
        password = self._ledger.fact(f"password.{channel.value}.{rank.value}")
        expected = DEFAULT_PASSWORD if password is None else password
        return compare_digest(pw.ljust(16, b"\0"), expected.encode("ascii").ljust(16, b"\0"))

    def _count_wrong(self, channel: Channel) -> None:
        wrong = int(self._ledger.fact(f"wrong.{channel.value}") or 0) + 1
        if wrong < TRIES:
            self._ledger.note(f"wrong.{channel.value}", str(wrong))
            return
        until = self._clock.now() + LOCK
        self._ledger.put(
            FactKept(f"wrong.{channel.value}", None),
            FactKept(f"locked.{channel.value}", until.isoformat()),
        )
