"""The concentrator: all parts of the domain over one ledger, and what power does to them."""

from core.clock import Clock
from core.gdw376.units.afn04 import TerminalAddress
from core.terminal.access import Access
from core.terminal.acquisition import Acquisition
from core.terminal.archive import Archive
from core.terminal.controls import Controls
from core.terminal.events.bodies import (
    MOST_IDENTIFIERS,
    Cause,
    Initialisation,
    Loss,
    ParameterChange,
    ParameterLoss,
    identifiers,
)
from core.terminal.events.reading import ReadingEvents
from core.terminal.events.rings import Events
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters, Written
from core.terminal.readings import Kind, Readings
from core.terminal.relays import Relays
from core.terminal.rtc import Rtc
from core.terminal.statistics import RESETS, Statistics
from core.terminal.uplink.uplink import Uplink

BOOT = 8.0
"""Seconds the boot page stands (device behaviour 3.3, 3.8)."""
SELF_CHECKS = 7


class Concentrator:
    """One terminal. ``boot`` is the length of the boot page in terminal seconds."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        readings: Readings,
        identity: Identity | None = None,
        boot: float = BOOT,
    ) -> None:
        self.clock = clock
        self.ledger = ledger
        self.readings = readings
        self.identity = identity or Identity()
        self.boot = boot
        self.rtc = Rtc(clock, ledger)
        self.access = Access(clock, ledger)
        self.parameters = Parameters(ledger)
        self.archive = Archive(self.parameters)
        self.events = Events(ledger, self.parameters, self.rtc)
        self.statistics = Statistics(clock, ledger, self.rtc, readings)
        self.controls = Controls(ledger)
        self.relays = Relays()
        sink = ReadingEvents(self.events, self.archive, readings)
        self.acquisition = Acquisition(clock, self.rtc, self.parameters, self.archive, readings, ledger, sink)
        self.acquisition.on_order = self.relays.rouse
        self.uplink = Uplink(self.parameters, self.controls, self.statistics, ledger)
        self.events.subscribe(lambda _: self.uplink.rouse())
        self._powered_at: float | None = None

    @property
    def address(self) -> TerminalAddress:
        """Own address (5.6)."""
        return self.parameters.value(TerminalAddress)

    @property
    def running(self) -> bool:
        """True once the boot page is over; only then frames are answered."""
        return self._powered_at is not None and self.boot_left() == 0.0

    def boot_left(self) -> float:
        """Seconds until the terminal runs; 0 when it does, the whole boot while it is off."""
        if self._powered_at is None:
            return self.boot
        return max(0.0, self._powered_at + self.boot - self.clock.monotonic())

    @property
    def self_check(self) -> int:
        """Steps of the self-check that are done, 0 to 7."""
        return SELF_CHECKS if self.running else int(SELF_CHECKS * (1 - self.boot_left() / (self.boot or 1)))

    @property
    def resets_today(self) -> int:
        """Starts on this day of the terminal's calendar (M66)."""
        return self.statistics.present(Kind.DAY, RESETS)

    @property
    def resets(self) -> int:
        """Starts ever, the first one not counted."""
        return int(self.ledger.fact("resets") or 0)

    def power_up(self, cell: float = 3.6) -> None:
        """Start: clock by its cell (volts), parameters checked, version compared, boot page shown.

        ``StoreError`` when the start cannot be noted; the terminal runs all the same.
        """
        self.access.close_programming()
        self._powered_at = self.clock.monotonic()
        self.acquisition.restart()
        self.uplink.restart()
        self.statistics.switch_on()
        with self.ledger.transaction():
            self.rtc.power_up(cell)
            lost = self.parameters.give_up_unreadable()
            if lost:
                points = [pn > 0 for _, pn in lost]
                self.events.add(ParameterLoss(Loss(not all(points), any(points))))
            self._count_start()
            self._compare_version()

    def power_down(self) -> None:
        """Lose power: the switch closes, nothing is answered. ``StoreError`` leaves the clock unmarked."""
        self.access.close_programming()
        self._powered_at = None
        with self.ledger.transaction():
            self.statistics.switch_off()
            self.rtc.mark()

    def keep_time(self, volts: int) -> None:
        """Note once a minute that the clock ran, and under which voltage; ``StoreError`` if it cannot."""
        with self.ledger.transaction():
            self.statistics.sample(volts)
            self.rtc.mark()

    def reset(self, cell: float = 3.6) -> None:
        """Restart by order."""
        self.power_down()
        self.power_up(cell)

    def _count_start(self) -> None:
        """Count every start but the first, per day and ever (M66, M120)."""
        if self.ledger.fact("software") is None:
            return
        self.statistics.add(RESETS, 1)
        self.ledger.note("resets", str(self.resets + 1))

    def _compare_version(self) -> None:
        before = self.ledger.fact("software")
        if before and before != self.identity.software:
            self.events.add(Initialisation(Cause(False, True), before, self.identity.software))
        self.ledger.note("software", self.identity.software)

    def configure(self, units: Written, msa: int) -> None:
        """Write parameters, all or none, and record the change (ERC3). ``EncodeError`` names the culprit."""
        with self.ledger.transaction():
            changed = identifiers(setting.key for setting in self.parameters.write(units))
            for first in range(0, len(changed), MOST_IDENTIFIERS):
                self.events.add(ParameterChange(msa, changed[first : first + MOST_IDENTIFIERS]))
        self.uplink.rouse()
