"""The runner of upgrades: gives them time, and restarts the terminal when one is due (device behaviour 5)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from core.lines.pace import LoopClock
from core.terminal.upgrade.upgrade import Upgrade


class UpgradeRunner:
    """Sleeps until the next deadline; `Upgrade.rouse` wakes it."""

    def __init__(self, upgrade: Upgrade, clock: LoopClock, restart: Callable[[], None]) -> None:
        self._upgrade = upgrade
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
            if self._upgrade.reset_due is not None and now >= self._upgrade.reset_due:
                self._restart()
            due = self._upgrade.deadline
            wait = None if due is None else due - self._clock.monotonic()
            with suppress(TimeoutError):
                async with self._clock.timeout(wait):
                    await self._woken.wait()
