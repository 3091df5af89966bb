"""Downloads of one terminal: the mode, the file transfer and the standard path, over one partial file."""

from collections.abc import Callable
from contextlib import suppress

from core.clock import Clock
from core.errors import StoreError
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.rtc import Rtc
from core.terminal.self_check import SelfChecks
from core.terminal.upgrade.documents import Documents
from core.terminal.upgrade.files import Files
from core.terminal.upgrade.look import DownloadLook, DownloadState
from core.terminal.upgrade.mode import Mode
from core.terminal.upgrade.repeats import Repeats
from core.terminal.upgrade.segments import Segments
from core.terminal.upgrade.shelf import LedgerShelf
from core.terminal.upgrade.upgrade import Upgrade
from core.terminal.uplink.download import DownloadLink
from core.terminal.uplink.uplink import Uplink

LAMP_TEST = 30.0
"""Seconds after which it ends by itself (vendor extension §2.6)."""


class Download:
    """What code 07, code 0E and AFN 0FH act on."""

    def __init__(
        self,
        upgrade: Upgrade,
        clock: Clock,
        rtc: Rtc,
        ledger: Ledger,
        checks: SelfChecks,
        events: Events,
        uplink: Uplink,
    ) -> None:
        self._upgrade = upgrade
        self._clock = clock
        self._uplink = uplink
        self.mode = Mode(upgrade, clock)
        documents = Documents(upgrade.store, checks, events, lambda: upgrade.identity)
        self.shelf = LedgerShelf(ledger)
        self.files = Files(upgrade, self.mode, clock, rtc, self.shelf, documents, uplink.block_taken)
        self.segments = Segments(upgrade, self.mode, self.files, clock)
        self.lamps_until = float("-inf")
        """Monotonic time until which all lamps are lit for a test (code 21)."""
        self.repeats = Repeats(clock)
        self.started: set[Callable[[], None]] = set()
        """Called at every start: whoever serves a line looks at how it runs now."""
        self.self_test_begun = False
        self.self_test_parts: frozenset[int] = frozenset()
        """Mode and parts of the last order for a self-test (code 22); no parts are all."""
        self.site_report_at = float("-inf")
        """Monotonic time of the last site report that was ordered (code E1)."""
        upgrade.download = self.look
        upgrade.leaving.leave = self.leave
        self.mode.abandoned = upgrade.installer.abandon

    def start(self) -> None:
        """Power came, or the terminal restarts: the mode of the record holds from here on.

        ``StoreError`` when the store cannot be read; the terminal is then in the mode it was in.
        """
        self.repeats.clear()
        self.segments.restart()
        try:
            self.mode.start()
            self.files.restart()
        finally:
            self._uplink.restart(self._link())
            for tell in tuple(self.started):
                tell()

    def _link(self) -> DownloadLink | None:
        if remote := self.mode.remote:
            return DownloadLink(remote.host, remote.port)
        return DownloadLink(None) if self.mode.local else None

    def leave(self) -> None:
        """A person at the key ends the mode; what cannot be kept leaves it as it is."""
        with suppress(StoreError):
            self.mode.leave()

    @property
    def active(self) -> bool:
        """Do only the tasks of the download mode run?"""
        return self.mode.active is not None

    def test_lamps(self, *, lit: bool) -> None:
        """Code 21."""
        self.lamps_until = self._clock.monotonic() + LAMP_TEST if lit else float("-inf")

    @property
    def lamps_tested(self) -> bool:
        """Are all lamps lit for a test?"""
        return self._clock.monotonic() < self.lamps_until

    @property
    def deadline(self) -> float | None:
        """When ``tick`` has something to do."""
        parts = (self.mode.deadline, self.files.deadline, self.segments.deadline)
        return min((due for due in parts if due is not None), default=None)

    def tick(self, now: float) -> None:
        """Let time pass. ``StoreError`` when something cannot be kept."""
        self.files.tick(now)
        self.segments.tick(now)
        self.mode.tick(now)

    def look(self) -> DownloadLook | None:
        """What the glass shows in download mode."""
        way = self.mode.way
        if way is None:
            return None
        package, local, remote = self.files.package, self.mode.local, self.mode.remote
        running, next_one = self._upgrade.identity, self._upgrade.slots.current.versions
        after = next_one.program if next_one and self._upgrade.on_trial else ""
        return DownloadLook(
            way=way,
            state=self._state(),
            left=self.mode.left,
            line=f"485_3  {local.baud} 8N1" if local else "",
            host=str(remote.host) if remote else "",
            port=remote.port if remote else 0,
            name=package.name,
            units_there=package.units - package.missing,
            units=package.units,
            reason=self.files.reason,
            before=running.software,
            after=after,
        )

    def _state(self) -> DownloadState:
        if self._upgrade.on_trial:
            return DownloadState.DONE
        if self.files.transferring:
            return DownloadState.RECEIVING
        if self.mode.remote and not self._uplink.online:
            return DownloadState.CONNECTING
        return DownloadState.WAITING
