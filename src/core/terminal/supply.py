"""The terminal's own mains (device behaviour 2.1, 7.2): outages with ERC14, voltage beyond limits with ERC24.

An outage is noted the moment it begins. If even that was impossible (a crash), the clock's last mark stands
for it. Nothing is an outage that an order to restart began.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from core.clock import Clock
from core.terminal.causes import ResetCause
from core.terminal.events import erc14
from core.terminal.events.erc24 import FALLBACK, Excess, Limits, Side, beyond
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.rtc import Rtc
from core.terminal.statistics import LOWER_LOWER, UPPER

OFF, CAUSE, EXCESS = "power.off", "power.cause", "supply.excess"
LIMITS = Limits(Decimal(UPPER), Decimal(LOWER_LOWER), FALLBACK, FALLBACK)
"""The terminal's supply has no F26: the limits of part 10."""


class Supply:
    """Begin and end of outages, and the voltage between them."""

    def __init__(self, clock: Clock, ledger: Ledger, events: Events, rtc: Rtc) -> None:
        self._clock = clock
        self._ledger = ledger
        self._events = events
        self._rtc = rtc
        self._excess = Excess()
        self._powered = False

    def stopped(self, cause: ResetCause) -> None:
        """The terminal stops."""
        self._powered = False
        self._ledger.note(CAUSE, cause.value)
        if cause is ResetCause.POWER and self._ledger.fact(OFF) is None:
            self._ledger.note(OFF, self._rtc.reading().isoformat())

    def mains_lost(self) -> None:
        """The mains are gone and the backup battery takes over: the loss is told at once."""
        off = self._rtc.reading()
        with self._ledger.transaction():
            self._ledger.note(OFF, off.isoformat())
            self._events.add(erc14.lost(off))

    def mains_back(self) -> None:
        """The mains are there again, before or after the terminal had to stop."""
        noted = self._ledger.fact(OFF)
        if noted is None:
            return
        with self._ledger.transaction():
            self._ledger.note(OFF, None)
            record = erc14.restored(datetime.fromisoformat(noted), self._rtc.now())
            if record is not None:
                self._events.add(record)

    def started(self, last_seen: datetime | None) -> ResetCause:
        """The terminal starts; return why it had stopped. ``last_seen``: terminal time of the last mark."""
        noted = self._ledger.fact(CAUSE)
        if noted is None and last_seen is not None:
            self._ledger.note(OFF, last_seen.isoformat())
        self._ledger.note(CAUSE, None)
        self.mains_back()
        self._excess = Excess()
        self._powered = True
        return ResetCause(noted) if noted else ResetCause.POWER

    def sample(self, volts: int) -> None:
        """Take the voltage of the mains; ask once a minute."""
        if not self._powered or self._as_always(volts):
            return
        now = datetime.min + timedelta(seconds=self._clock.monotonic())
        open_side = Side[noted] if (noted := self._ledger.fact(EXCESS)) else None
        voltages = (Decimal(volts), None, None)
        change = self._excess.judge(voltages, LIMITS, now, open_side)
        if change is None:
            return
        with self._ledger.transaction():
            self._ledger.note(EXCESS, change.side.name if change.begins else None)
            self._events.add(beyond(0, change, voltages))

    def _as_always(self, volts: int) -> bool:
        """Nothing to judge: inside the limits, and never outside since."""
        return LOWER_LOWER <= volts <= UPPER and not self._excess.since and not self.excessive

    @property
    def excessive(self) -> bool:
        """Tell whether the voltage is beyond a limit now."""
        return self._ledger.fact(EXCESS) is not None

    def forget(self) -> None:
        """Data were initialised."""
        self._ledger.note(EXCESS, None)
        self._excess = Excess()
