"""The concentrator: all parts of the domain over one ledger, and what power does to them."""

from collections.abc import Callable
from contextlib import suppress

from core.clock import Clock
from core.errors import StoreError
from core.gdw376.units.afn04 import TerminalAddress
from core.meters.drivers import USUAL
from core.meters.families import Families
from core.terminal.access import Access
from core.terminal.acquisition import Acquisition
from core.terminal.archive import Archive
from core.terminal.causes import ResetCause
from core.terminal.controls import Controls
from core.terminal.events.erc01 import other_version
from core.terminal.events.erc02 import lost
from core.terminal.events.erc03 import changes
from core.terminal.events.erc21 import Fault, fault
from core.terminal.events.erc32 import TrafficWatch
from core.terminal.events.rings import Events
from core.terminal.events.watch import Watch
from core.terminal.identity import Identity
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters, Written
from core.terminal.readings import Kind, Readings
from core.terminal.relays import Relays
from core.terminal.rtc import Rtc
from core.terminal.self_check import SOUND, Equipment, Part, Result, SelfChecks
from core.terminal.statistics import RESETS, RESETS_BY_CAUSE, TRAFFIC, Statistics
from core.terminal.status_inputs import StatusInputs
from core.terminal.supply import Supply
from core.terminal.upgrade.download import Download
from core.terminal.upgrade.in_memory import ProgramsInMemory
from core.terminal.upgrade.library_watch import LibraryWatch
from core.terminal.upgrade.slots import ProgramStore
from core.terminal.upgrade.upgrade import Upgrade
from core.terminal.uplink.uplink import Uplink

BOOT = 8.0
"""Seconds the boot page stands (device behaviour 3.3, 3.8)."""
SELF_CHECKS = len(Part)
TOLD = "upgrade.told"
"""Fact: number of the last roll-back that was recorded."""


class Concentrator:
    """One terminal. ``boot`` is the length of the boot page in terminal seconds."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        readings: Readings,
        identity: Identity | None = None,
        boot: float = BOOT,
        programs: ProgramStore | None = None,
    ) -> None:
        """``programs``: the slots; without them upgrades are forgotten at the end."""
        self.clock = clock
        self.ledger = ledger
        self.readings = readings
        self.boot = boot
        self.rtc = Rtc(clock, ledger)
        self.access = Access(clock, ledger)
        self.parameters = Parameters(ledger)
        self.archive = Archive(self.parameters)
        self.events = Events(ledger, self.parameters, self.rtc)
        self.statistics = Statistics(clock, ledger, self.rtc, readings)
        self.controls = Controls(ledger)
        self.relays = Relays()
        self.families: Families = USUAL
        """What its meters are read by; where nothing is configured, the usual codes."""
        self.traffic = TrafficWatch(ledger, self.parameters, self.statistics, self.events, self.rtc)
        self.inputs = StatusInputs(ledger, self.parameters, self.events)
        self.supply = Supply(clock, ledger, self.events, self.rtc)
        self.checks = SelfChecks(ledger, self.parameters, readings, self.events, self.rtc)
        self.watch = Watch(self.events, self.parameters, self.archive, readings, ledger, self.rtc)
        self.acquisition = Acquisition(
            clock, self.rtc, self.parameters, self.archive, readings, ledger, self.watch
        )
        self.acquisition.on_order = self.relays.rouse
        self.uplink = Uplink(self.parameters, self.controls, self.statistics, self.events, ledger)
        self.events.subscribe(lambda _: self.uplink.rouse())
        store, factory = programs or ProgramsInMemory(), identity or Identity()
        self.upgrade = Upgrade(store, clock, self.rtc, factory, self.save_statistics)
        self.upgrade.confirmed = self._program_good
        self.library_watch = LibraryWatch(self.upgrade, self.archive, self.acquisition, ledger, self.rtc)
        self.download = Download(
            self.upgrade,
            clock,
            self.rtc,
            ledger,
            self.checks,
            self.events,
            self.uplink,
        )
        self.self_test: Callable[[], Result] = lambda: self.checks.result
        """Check the hardware now (7.3). ``StoreError`` when the result cannot be kept."""
        self._powered_at: float | None = None
        self.on_battery = False
        """The mains are gone, and the backup battery carries the terminal for a minute (7.2)."""

    @property
    def identity(self) -> Identity:
        """Who it is, with the program that runs."""
        return self.upgrade.identity

    @property
    def address(self) -> TerminalAddress:
        """Own address (5.6)."""
        return self.parameters.value(TerminalAddress)

    @property
    def running(self) -> bool:
        """True once the boot page is over; only then frames are answered. False on the backup battery."""
        return self.alive and not self.on_battery

    @property
    def in_service(self) -> bool:
        """True while all tasks run: in download mode only download, clock and lamps do (5.3 L4)."""
        return self.running and not self.download.active

    @property
    def alive(self) -> bool:
        """True while the program runs, be it only to report an outage (part 4)."""
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

    @property
    def events_open(self) -> bool:
        """Tell whether any event has begun and not ended: an alarm source (part 4, item 2)."""
        return self.watch.open or self.supply.excessive or self.acquisition.lacking

    def power_up(self, equipment: Equipment = SOUND) -> None:
        """Start: clock by its cell, parameters and hardware checked, version compared, boot page shown.

        ``StoreError`` when the start cannot be noted; the terminal runs all the same.
        """
        self.access.close_programming()
        self._powered_at = self.clock.monotonic()
        with suppress(StoreError):  # it goes on with the program that ran
            self.upgrade.start()
        self.acquisition.restart()
        with suppress(StoreError):  # it goes on in the mode it was in
            self.download.start()
        self.watch.restart()
        self.statistics.switch_on()
        last_seen = self.rtc.last_seen
        with self.ledger.transaction():
            self.rtc.power_up(equipment.cell)
            if gone := self.parameters.give_up_unreadable():
                self.events.add(lost([pn for _, pn in gone]))
            self._count_start(self.supply.started(last_seen))
            self._compare_version()
            self._tell_roll_back()
            before = self.checks.result.faults
            faults = self.checks.run(equipment).faults - (before - {Part.PROGRAM})
        self.upgrade.judge(sorted(part.name.lower() for part in faults), self.boot)

    def power_down(self, cause: ResetCause = ResetCause.POWER) -> None:
        """Lose power: the switch closes, nothing is answered. ``StoreError`` leaves the clock unmarked."""
        self.access.close_programming()
        self.upgrade.stop()
        self._powered_at, self.on_battery = None, False
        with self.ledger.transaction():
            self.supply.stopped(cause)
            self.statistics.switch_off()
            self.watch.keep()
            self.library_watch.note()
            self.rtc.mark()

    def mains_lost(self) -> None:
        """The backup battery takes over, to report the outage. ``StoreError`` if it cannot be noted."""
        self.access.close_programming()
        self.upgrade.usb.leave()
        self.on_battery = True
        self.supply.mains_lost()

    def mains_back(self) -> None:
        """The mains came back before the battery was empty. ``StoreError`` if it cannot be noted."""
        self.on_battery = False
        self.supply.mains_back()

    def keep_time(self, volts: int, equipment: Equipment = SOUND) -> None:
        """Note once a minute that the clock ran, and under which voltage; ``StoreError`` if it cannot."""
        with self.ledger.transaction():
            if volts:  # on the backup battery nothing is supplied
                self.statistics.sample(volts)
                self.supply.sample(volts)
            self.checks.run_daily(equipment)
            self.traffic.look()
            self.rtc.mark()
        self.acquisition.look()
        self.library_watch.look()

    def count_traffic(self, size: int) -> None:
        """Count bytes exchanged with the master, and see whether they are too many (M53, ERC32)."""
        with self.ledger.transaction():
            self.statistics.add(TRAFFIC, size)
            self.traffic.look()

    def save_statistics(self) -> None:
        """Keep what runs on in memory, before an upgrade (V6); ``StoreError``."""
        with self.ledger.transaction():
            self.statistics.save()
            self.watch.keep()
            self.rtc.mark()

    def reset(self, equipment: Equipment = SOUND, cause: ResetCause = ResetCause.COMMAND) -> None:
        """Restart without a loss of power."""
        self.power_down(cause)
        self.power_up(equipment)

    def _count_start(self, cause: ResetCause) -> None:
        """Count every start but the first, per day and ever, and by cause (M66, M120)."""
        self.upgrade.started(behind_upgrade=cause is ResetCause.UPGRADE)
        if self.ledger.fact("software") is None:
            return
        self.statistics.add(RESETS, 1)
        self.statistics.add(RESETS_BY_CAUSE[cause], 1)
        self.ledger.note("resets", str(self.resets + 1))

    def _compare_version(self) -> None:
        """Record another program or library (ERC1), once it has passed its trial (V5).

        The record names programs only: for another library both of its versions are the same.
        """
        if self.upgrade.on_trial:
            return
        software, library = self.identity.software, self.identity.library
        before = self.ledger.fact("software")
        other = before != software or self.ledger.fact("library") not in {None, library}
        if before and other:
            self.events.add(other_version(before, software))
        self.ledger.note("software", software)
        self.ledger.note("library", library)

    def _program_good(self) -> None:
        """A program has passed its trial; what cannot be recorded now is at the next start."""
        with suppress(StoreError), self.ledger.transaction():
            self._compare_version()

    def _tell_roll_back(self) -> None:
        """Record once that a program was given up (V5)."""
        last = self.upgrade.rolled_back
        if last and self.ledger.fact(TOLD) != str(last.number):
            self.events.add(fault(Fault.MEMORY))
            self.ledger.note(TOLD, str(last.number))

    def configure(self, units: Written, msa: int) -> None:
        """Write parameters, all or none, and record the change (ERC3). ``EncodeError`` names the culprit."""
        with self.ledger.transaction():
            for record in changes(msa, [setting.key for setting in self.parameters.write(units)]):
                self.events.add(record)
        self.uplink.rouse()
