"""The runner of upgrades: gives them time, and restarts the terminal when one is due (device behaviour 5)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from core.errors import StoreError
from core.lines.pace import LoopClock
from core.terminal.upgrade.download import Download
from core.terminal.upgrade.upgrade import Upgrade


class UpgradeRunner:
    """Sleeps until the next deadline; `Upgrade.rouse` wakes it."""

    def __init__(
        self, upgrade: Upgrade, download: Download, clock: LoopClock, restart: Callable[[], None]
    ) -> None:
        self._upgrade = upgrade
        self._download = download
        self._clock = clock
        self._restart = restart
        self._woken = asyncio.Event()
        upgrade.rouse = self._woken.set

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            self._woken.clear()
            now = self._clock.monotonic()
            self._upgrade.tick(now)
            with suppress(StoreError):  # what could not be kept is tried again
                self._download.tick(now)
            if self._upgrade.reset_due is not None and now >= self._upgrade.reset_due:
                self._restart()
            parts = (self._upgrade.deadline, self._download.deadline)
            due = min((at for at in parts if at is not None), default=None)
            wait = None if due is None else max(0.0, due - self._clock.monotonic())
            with suppress(TimeoutError):
                async with self._clock.timeout(wait):
                    await self._woken.wait()
