"""Upgrades of one terminal: what runs, what is on trial, and who may upgrade now (device behaviour 5.1).

Rules
- One upgrade at a time, first come, first served (V8). While a program is on trial nobody begins another
  one: its candidate would take the slot to roll back to.
- What runs is settled at the start; a commit changes the pointer, and the reset behind it the program.
- On trial a program has to pass the self-check without a fault that the old one had not, and to run for a
  minute; at the fourth start it is given up without trying (V4).
- Nothing from a package is ever executed.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.clock import Clock
from core.errors import StoreError
from core.terminal.identity import Identity
from core.terminal.rtc import Rtc
from core.terminal.upgrade.disk import Disk
from core.terminal.upgrade.installer import Installer
from core.terminal.upgrade.leaving import Leaving
from core.terminal.upgrade.look import DownloadLook, Look
from core.terminal.upgrade.slots import Attempt, Outcome, ProgramStore, Slots, SlotState, Way
from core.terminal.upgrade.usb import Usb
from core.vendor.package import Reason

RESET_AFTER = 5.0
"""Seconds between the commit and the reset (5.2 U8, 5.3 L9)."""
TRIAL = 60.0
"""Seconds that a program has to run until it is good (V4)."""
TRIAL_BOOTS = 3
APPLIED = frozenset({Outcome.GOOD, Outcome.TRIAL, Outcome.ROLLED_BACK})
"""Upgrades that changed the program, be it for a while."""


class Upgrade:
    """Slots, trial, the claim on the next upgrade, and the upgrade from a USB disk."""

    def __init__(
        self, store: ProgramStore, clock: Clock, rtc: Rtc, factory: Identity, save: Callable[[], None]
    ) -> None:
        """``factory``: who the terminal was when it left the factory. ``save``: keep the statistics (V6)."""
        self.store = store
        self._clock = clock
        self._factory = factory
        self.identity = self._running()
        """Who the program is that runs."""
        self.installer = Installer(store, rtc, lambda: self.identity, save)
        self.usb = Usb(self.installer, self)
        self.holder: Way | None = None
        """Who is upgrading."""
        self.reset_due: float | None = None
        """Monotonic time at which the terminal has to restart."""
        self.reset_at: float | None = None
        """Monotonic time of the last start behind an upgrade (M150)."""
        self.trial_until: float | None = None
        """Monotonic time at which the program on trial is good."""
        self.rouse: Callable[[], None] = lambda: None
        """Called when ``deadline`` may have changed."""
        self.confirmed: Callable[[], None] = lambda: None
        """Called when a program has passed its trial."""
        self.download: Callable[[], DownloadLook | None] = lambda: None
        """What a download shows; of the download mode."""
        self.leaving = Leaving()
        """The question that the key asks in download mode."""

    @property
    def slots(self) -> Slots:
        """Both slots."""
        return self.store.slots()

    @property
    def on_trial(self) -> bool:
        """Has the program that runs still to prove itself?"""
        return self.slots.current.state is SlotState.TRIAL

    @property
    def busy(self) -> bool:
        """May nobody begin an upgrade now?"""
        return self.holder is not None or self.reset_due is not None or self.on_trial

    @property
    def reading_stopped(self) -> bool:
        """Are meters left alone, after the current request (5.2 U1, 5.3 L4)?"""
        return self.usb.active or self.holder is Way.LOCAL or self.holder is Way.REMOTE

    @property
    def applied(self) -> Attempt | None:
        """The last upgrade that changed the program, for the VERSION page (5.5)."""
        return next((one for one in reversed(self.store.attempts()) if one.outcome in APPLIED), None)

    @property
    def rolled_back(self) -> Attempt | None:
        """The last upgrade, if it was rolled back."""
        last = self.applied
        return last if last and last.outcome is Outcome.ROLLED_BACK else None

    @property
    def look(self) -> Look | None:
        """What the LCD shows instead of its pages."""
        now = self._clock.monotonic()
        look = self.usb.look(now, self.identity)
        if look is not None:
            left = look.left if self.reset_due is None else max(0.0, self.reset_due - now)
            return replace(look, left=left)
        download = self.download()
        return download and replace(download, question=self.leaving.look(now))

    def take(self, way: Way) -> bool:
        """Claim the next upgrade; ``False`` if another one goes on (V8)."""
        if self.reset_due is not None or self.on_trial or self.holder not in {None, way}:
            return False
        self.holder = way
        return True

    def let_go(self, way: Way) -> None:
        """Give the claim back."""
        if self.holder is way:
            self.holder = None

    def install(self, file: bytes, way: Way, forced: bool = False) -> Reason:
        """Check a package, put it into the spare slot, commit, and ask for the reset 5 s later.

        Whoever calls holds the claim. Unless ``OK`` nothing has changed, and the reason is kept.
        """
        reason = self.installer.install(file, way, forced)
        if not reason:
            self.committed(self._clock.monotonic())
        return reason

    def committed(self, now: float) -> None:
        """The pointer has moved: restart 5 s later."""
        self.reset_due = now + RESET_AFTER
        self.rouse()

    def enter_usb(self) -> None:
        """The key was held for 30 s (M146, M172)."""
        self.usb.enter(self._clock.monotonic())
        self.rouse()

    def start_usb(self, path: str) -> Reason | None:
        """Code 19 (§2.5): begin at once; ``NO_DISK`` without a disk, ``None`` during another upgrade."""
        begun = self.usb.start(path, self._clock.monotonic())
        self.rouse()
        return begun

    def insert(self, disk: Disk) -> None:
        """A disk comes into the socket."""
        self.usb.insert(disk, self._clock.monotonic())
        self.rouse()

    def remove(self) -> None:
        """The disk is pulled out."""
        self.usb.remove(self._clock.monotonic())
        self.rouse()

    def stroke(self, held: bool) -> None:
        """The key while an upgrade shows: short, or held for 2 s."""
        now = self._clock.monotonic()
        if self.usb.active:
            self.usb.stroke(held, now)
        elif self.download():
            self.leaving.stroke(held, now)
        self.rouse()

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        due = (self.reset_due, self.trial_until, self.usb.due)
        return min((at for at in due if at is not None), default=None)

    def tick(self, now: float) -> None:
        """Let time pass; whoever owns the power switch looks at ``reset_due`` behind it."""
        self.usb.tick(now)
        if self.trial_until is not None and now >= self.trial_until:
            self._pass_trial(now)

    def start(self) -> None:
        """The terminal starts: give up a program that never got through its trial, then run what is active.

        ``StoreError`` when that could not be counted; the active program runs all the same.
        """
        self._stop()
        try:
            self.store.erase_candidate()
            if self.on_trial and self.store.count_boot() > TRIAL_BOOTS:
                self.store.roll_back(f"{TRIAL_BOOTS} starts without a passed trial")
        finally:
            self.identity = self._running()

    def take_back(self, note: str) -> None:
        """Return to the slot before, whose trial was long over; restart at once. ``StoreError``."""
        if last := self.applied:
            self.installer.take_back(last, note)
            self.reset_due = self._clock.monotonic()
            self.rouse()

    def started(self, behind_upgrade: bool) -> None:
        """The start is counted."""
        self.reset_at = self._clock.monotonic() if behind_upgrade else None

    def judge(self, faults: Sequence[str], boot: float) -> None:
        """The self-check has ended: ``faults`` that are new end a trial, else it goes on behind the boot."""
        if not self.on_trial:
            return
        now = self._clock.monotonic()
        if faults:
            self.store.roll_back(f"self-check: {', '.join(faults)}")
            self.reset_due = now
        else:
            self.trial_until = now + boot + TRIAL
        self.rouse()

    def stop(self) -> None:
        """The terminal stops: what goes on is forgotten, a program on trial has one start less."""
        self._stop()
        self.rouse()

    def _stop(self) -> None:
        self.usb.leave()
        self.leaving.close()
        self.holder = self.reset_due = self.trial_until = None

    def _pass_trial(self, now: float) -> None:
        self.trial_until = None
        try:
            self.store.confirm()
        except StoreError:
            self.trial_until = now + TRIAL
            return
        self.confirmed()

    def _running(self) -> Identity:
        """The factory's identity with the versions of the active slot."""
        versions, factory = self.slots.current.versions, self._factory
        if versions is None:
            return factory
        return replace(
            factory,
            software=versions.program,
            software_date=versions.program_date or factory.software_date,
            library=versions.library,
            library_date=versions.library_date or factory.library_date,
        )
