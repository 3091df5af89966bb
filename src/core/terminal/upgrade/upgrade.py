"""Upgrades of one terminal: what runs, what is on trial, and who may upgrade now (device behaviour 5.1).

Rules
- One upgrade at a time, first come, first served (V8). While a program is on trial nobody begins another
  one: its candidate would take the slot to roll back to.
- What runs is settled at the start; a commit changes the pointer, and the reset behind it the program.
- Nothing from a package is ever executed.
"""

from collections.abc import Callable
from dataclasses import replace

from core.clock import Clock
from core.terminal.identity import Identity
from core.terminal.rtc import Rtc
from core.terminal.upgrade.look import DownloadLook, Look
from core.terminal.upgrade.slots import (
    ProgramStore,
    Slots,
    SlotState,
    Way,
)

RESET_AFTER = 5.0
"""Seconds between the commit and the reset (5.2 U8, 5.3 L9)."""


class Upgrade:
    """Slots, trial, and the claim on the next upgrade."""

    def __init__(
        self,
        store: ProgramStore,
        clock: Clock,
        rtc: Rtc,
        factory: Identity,
        keys: tuple[bytes, ...] = (),
        save: Callable[[], None] = lambda: None,
    ) -> None:
        """``keys``: up to 4 public keys of the maker (§5.2). ``save``: keep the statistics (V6)."""
        self.store = store
        self.keys = keys
        self._clock = clock
        self._rtc = rtc
        self._factory = factory
        self._save = save
        self.identity = self._running()
        """Who the program is that runs."""
        self.holder: Way | None = None
        """Who is upgrading."""
        self.reset_due: float | None = None
        """Monotonic time at which the terminal has to restart."""
        self.rouse: Callable[[], None] = lambda: None
        """Called when ``deadline`` may have changed."""
        self.download: Callable[[], DownloadLook | None] = lambda: None
        """What a download shows; of the download mode."""

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

    def take(self, way: Way) -> bool:
        """Claim the next upgrade; ``False`` if another one goes on (V8)."""
        if self.holder is way:
            return self.reset_due is None
        if self.busy:
            return False
        self.holder = way
        return True

    def let_go(self, way: Way) -> None:
        """Give the claim back."""
        if self.holder is way:
            self.holder = None

    @property
    def look(self) -> Look | None:
        """What the LCD shows instead of its pages."""
        return self.download()

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        return self.reset_due

    def tick(self, now: float) -> None:
        """Let time pass."""

    def _running(self) -> Identity:
        versions = self.slots.current.versions
        if versions is None:
            return self._factory
        return replace(
            self._factory,
            software=versions.program,
            software_date=versions.program_date or self._factory.software_date,
        )

    def install(self, file: bytes, way: Way, forced: bool = False) -> int:
        """Check a package, put it in the spare slot, commit, and ask for the reset 5 s later.

        Returns the reason of vendor extension §5.5, 0 for success; the running slot is untouched unless 0.
        """
        raise NotImplementedError  # the way in for every download
